"""Words for filing: the kinds of documents, and their days."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.documents import Document, DocumentType

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


def kinds_to_file() -> tuple[tuple[DocumentType, str], ...]:
    """Every kind that is filed by hand, with its words, in the order a form offers them."""
    return tuple((kind, type_words(kind)) for kind in DocumentType if kind is not DocumentType.PORTRAIT)


def day_of(document: Document, zone: ZoneInfo) -> date:
    """The date on the document, or else the clinic's date on which it was added."""
    return document.document_date or to_wall(document.created_at, zone).date()
