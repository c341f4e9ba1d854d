"""PDFium, one caller at a time: the library is not safe in several threads, whoever they are."""

from __future__ import annotations

from threading import RLock

PDFIUM = RLock()
"""Hold it around every use of pypdfium2 in this process, from opening a document to closing it."""
