"""Which recognizer of text this computer has: Tesseract where it is installed, for it reads more of every sample;
otherwise RapidOCR, where somebody added it to this program."""

from __future__ import annotations

from meditrack_desktop.adapters import rapid_ocr, tesseract
from meditrack_desktop.domain.ports import TextRecognizer


def installed() -> TextRecognizer | None:
    """Looked for anew each time: it may have been installed meanwhile."""
    return tesseract.installed() or rapid_ocr.installed()
