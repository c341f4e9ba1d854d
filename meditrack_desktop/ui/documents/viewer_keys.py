"""The keys of the viewer on one sheet: those of pages, or those of the images of a study."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from meditrack_desktop.ui.documents.review_box import REVIEW_KEY
from meditrack_desktop.ui.widgets import KeySheet


def viewer_keys(host: QWidget, *, dicom: bool) -> KeySheet:
    """To be opened; `dicom` says that a study is looked at."""
    lines = _images() if dicom else _pages()
    seen = _tr("Over an image") if dicom else _tr("Over the pages")
    return KeySheet(host, _tr("Keys of the viewer"), ((seen, lines), (_tr("The document"), _document())))


def _pages() -> tuple[tuple[tuple[str, ...], str], ...]:
    return (
        (("\N{LEFTWARDS ARROW}", "\N{RIGHTWARDS ARROW}"), _tr("Former, next page")),
        (("\N{UPWARDS ARROW}", "\N{DOWNWARDS ARROW}", _tr("Space")), _tr("Scroll")),
        (("Home", "End"), _tr("First, last page")),
        (("Ctrl++", "Ctrl+-"), _tr("Larger, smaller")),
        (("0",), _tr("Fit the width; once more, the whole page")),
        (("R",), _tr("Turn")),
        (("I",), _tr("Invert a picture")),
        (("Ctrl+F", "F3"), _tr("Find in the document, next place")),
        (("Ctrl+A", "Ctrl+C"), _tr("Choose all letters, copy the chosen ones")),
    )


def _images() -> tuple[tuple[tuple[str, ...], str], ...]:
    return (
        (("\N{UPWARDS ARROW}", "\N{DOWNWARDS ARROW}"), _tr("Former, next image (also the wheel)")),
        (("Home", "End"), _tr("First, last image of the series")),
        ((_tr("Space"),), _tr("Play the series, stop")),
        (("W", _tr("Shift+Arrow")), _tr("Window and level, change it")),
        (("L",), _tr("Measure: arrows lead, Enter puts an end, Delete takes the last one away")),
        (("R", "I"), _tr("Turn, invert")),
        (("+", "-", "0"), _tr("Larger, smaller, fit")),
        ((_tr("Ctrl+Arrow"),), _tr("Move the image")),
    )


def _document() -> tuple[tuple[tuple[str, ...], str], ...]:
    return (
        ((REVIEW_KEY,), _tr("Mark as reviewed")),
        (("E",), _tr("Edit the details")),
        (("PgUp", "PgDown"), _tr("Former, next document (also [ and ])")),
        (("Ctrl+P", "Ctrl+S"), _tr("Print, save a copy")),
        (("Ctrl+V",), _tr("Add what is on the clipboard")),
        (("Esc",), _tr("Back to the chart")),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("ViewerKeys", text)
