"""How many pages a PDF of ours has."""

from __future__ import annotations

import pypdfium2

from meditrack_desktop.services.pdf_engine import PDFIUM


def page_count(pdf: bytes) -> int:
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return len(document)
        finally:
            document.close()
