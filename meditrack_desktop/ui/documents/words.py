"""The documents room's words: kinds of documents, files and their sizes, and when."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QLocale

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.documents import Document, DocumentType, MediaType, ScanVerdict
from meditrack_desktop.ui.widgets import format_date, format_time

tr = QCoreApplication.translate
_ICONS = {
    DocumentType.LAB_REPORT: "flask-conical",
    DocumentType.IMAGING: "scan",
    DocumentType.REFERRAL: "file-text",
    DocumentType.LETTER: "mail",
    DocumentType.PHOTO: "image",
    DocumentType.CONSENT: "file-check",
    DocumentType.IDENTITY: "circle-user",
    DocumentType.INSURANCE: "shield",
    DocumentType.PORTRAIT: "circle-user",
    DocumentType.OTHER: "file",
}


def icon_of(kind: DocumentType) -> str:
    """The icon that stands for a kind of document."""
    return _ICONS[kind]


def type_words(kind: DocumentType) -> str:
    """The kind in the front desk's words."""
    return {
        DocumentType.LAB_REPORT: tr("Documents", "Lab report"),
        DocumentType.IMAGING: tr("Documents", "Imaging"),
        DocumentType.REFERRAL: tr("Documents", "Referral"),
        DocumentType.LETTER: tr("Documents", "Letter"),
        DocumentType.PHOTO: tr("Documents", "Photo"),
        DocumentType.CONSENT: tr("Documents", "Consent"),
        DocumentType.IDENTITY: tr("Documents", "Identity document"),
        DocumentType.INSURANCE: tr("Documents", "Insurance"),
        DocumentType.PORTRAIT: tr("Documents", "Photo of the face"),
        DocumentType.OTHER: tr("Documents", "Other document"),
    }[kind]


def verdict_words(verdict: ScanVerdict) -> str:
    """What a virus scanner said, never more."""
    if verdict is ScanVerdict.CLEAN:
        return tr("Documents", "Nothing found")
    return tr("Documents", "Not scanned")


def media_words(media_type: MediaType) -> str:
    """What the file is, by the name people know."""
    return {
        MediaType.PDF: "PDF",
        MediaType.PNG: "PNG",
        MediaType.JPEG: "JPEG",
        MediaType.TIFF: "TIFF",
    }[media_type]


def page_words(pages: int) -> str:
    """`1 page`, `24 pages`."""
    if pages == 1:
        return tr("Documents", "1 page")
    return tr("Documents", "{n} pages").format(n=pages)


def size_words(size: int) -> str:
    """`84 kB`, as the person's system writes it."""
    return QLocale().formattedDataSize(size, 0, QLocale.DataSizeFormat.DataSizeSIFormat)


def day_of(document: Document, zone: ZoneInfo) -> date:
    """The date on the document, or else the clinic's date on which it was added."""
    return document.document_date or to_wall(document.created_at, zone).date()


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """`17 Nov 2026, 16:20` on the clinic's clock."""
    wall = to_wall(moment, zone)
    return f"{format_date(wall.date())}, {format_time(wall.time())}"


def line_words(document: Document) -> str:
    """The line under a title in the list: kind, file, pages."""
    parts = [type_words(document.type), media_words(document.media_type)]
    if document.media_type in (MediaType.PDF, MediaType.TIFF):
        parts.append(page_words(document.pages))
    return ", ".join(parts)
