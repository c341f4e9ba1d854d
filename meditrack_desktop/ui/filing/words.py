"""Words for filing: the kinds of documents, people by two identifiers."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.documents import Document, DocumentType
from meditrack_desktop.domain.patients import Patient, PatientLine

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


def two_identifiers(patient: Patient | PatientLine) -> str:
    """`Mara Fictanova, born 5 Apr 1988`: what stands wherever something is done to a patient."""
    if patient.birth_date is None:
        return tr("Documents", "{name}, birth date unknown").format(name=patient.name)
    born = born_words(patient.birth_date)
    return tr("Documents", "{name}, born {date}").format(name=patient.name, date=born)


def born_words(born: BirthDate | None) -> str:
    """`5 Apr 1988`, `Apr 1988`, `1988`; nothing if it is not known."""
    if born is None:
        return ""
    if not born.month:
        return str(born.year)
    pattern = "d MMM yyyy" if born.is_whole else "MMM yyyy"
    return QLocale().toString(QDate(born.year, born.month, born.day or 1), pattern)


def day_of(document: Document, zone: ZoneInfo) -> date:
    """The date on the document, or else the clinic's date on which it was added."""
    return document.document_date or to_wall(document.created_at, zone).date()
