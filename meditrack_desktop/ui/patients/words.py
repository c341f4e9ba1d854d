"""The words of the patients room: birth dates, genders, visits and documents as the desk says them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QLocale

from meditrack_desktop.domain import addresses
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.consents import ConsentAnswer, ConsentKind
from meditrack_desktop.domain.documents import Document, DocumentType
from meditrack_desktop.domain.patients import ContactBy, Gender, Patient
from meditrack_desktop.domain.related_persons import Relationship
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, Confirmation
from meditrack_desktop.ui.widgets.date_text import format_date, format_day
from meditrack_desktop.ui.words import born_words as born_words
from meditrack_desktop.ui.words import two_identifiers as two_identifiers

DOCUMENT_ICONS: dict[DocumentType, str] = {
    DocumentType.LAB_REPORT: "flask-conical",
    DocumentType.IMAGING: "scan",
    DocumentType.REFERRAL: "send",
    DocumentType.LETTER: "file-text",
    DocumentType.PHOTO: "image",
    DocumentType.CONSENT: "shield-check",
    DocumentType.IDENTITY: "circle-user",
    DocumentType.INSURANCE: "shield",
    DocumentType.PORTRAIT: "circle-user",
    DocumentType.OTHER: "file",
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("Patients", text)


def date_text(day: date) -> str:
    """`18 Nov 2026`: never to be misread."""
    return format_date(day)


def born_and_age(born: BirthDate | None, today: date) -> str:
    """`5 Apr 1988 (38)`; says so if the birth date is not known."""
    if born is None:
        return _tr("birth date unknown")
    return f"{born_words(born)} ({born.age_on(today)})"


def why_closed(patient: Patient) -> str:
    """Why nothing of this record may be changed; "" if it may."""
    if patient.merged_into is not None:
        return _tr("This record was merged into another")
    if not patient.active:
        return _tr("This patient is archived")
    return _tr("This record is restricted") if patient.restricted_at is not None else ""


def gender_word(gender: Gender) -> str:
    """`female`; nothing if it is not known."""
    return {
        Gender.FEMALE: _tr("female"),
        Gender.MALE: _tr("male"),
        Gender.OTHER: _tr("other gender"),
        Gender.UNKNOWN: "",
    }[gender]


def gender_choices() -> tuple[tuple[Gender, str], ...]:
    """The genders as a form offers them."""
    return (
        (Gender.FEMALE, _tr("Female")),
        (Gender.MALE, _tr("Male")),
        (Gender.OTHER, _tr("Other")),
        (Gender.UNKNOWN, _tr("Not known")),
    )


def count_text(count: int) -> str:
    """`4,218` in the locale's own way."""
    return QLocale().toString(count)


def when_text(instant: datetime, zone: ZoneInfo, today: date) -> str:
    """`Today 13:15`, `2 Dec 09:30`, or with the year if it is not this one; on the clinic's clock."""
    return wall_text(to_wall(instant, zone), today)


def wall_text(wall: datetime, today: date) -> str:
    """As `when_text`, for a time on the clinic's clock."""
    time = f"{wall:%H:%M}"
    if wall.date() == today:
        return _tr("Today {time}").format(time=time)
    day = format_day(wall) if wall.year == today.year else format_date(wall)
    return f"{day} {time}"


def look_of(visit: Appointment) -> str:
    """The state of a visit as the tokens name it."""
    if visit.status is AppointmentStatus.BOOKED and visit.confirmation is Confirmation.CONFIRMED:
        return "confirmed"
    return {
        AppointmentStatus.BOOKED: "booked",
        AppointmentStatus.ARRIVED: "arrived",
        AppointmentStatus.CHECKED_IN: "inroom",
        AppointmentStatus.FULFILLED: "completed",
        AppointmentStatus.NOSHOW: "noshow",
        AppointmentStatus.CANCELLED: "cancelled",
    }[visit.status]


def visit_title(visit: Appointment) -> str:
    """What a visit is for, or just that it is one."""
    return visit.visit_type or visit.reason.partition("\n")[0] or _tr("Visit")


def document_type_word(kind: DocumentType) -> str:
    """`Lab report`."""
    return dict(document_types()).get(kind) or _tr("Photo of the face")


def document_types() -> tuple[tuple[DocumentType, str], ...]:
    """Every type that is filed by hand, with its word, in the order a form offers them."""
    return (
        (DocumentType.LAB_REPORT, _tr("Lab report")),
        (DocumentType.IMAGING, _tr("Imaging")),
        (DocumentType.REFERRAL, _tr("Referral")),
        (DocumentType.LETTER, _tr("Letter")),
        (DocumentType.PHOTO, _tr("Photo")),
        (DocumentType.CONSENT, _tr("Consent")),
        (DocumentType.IDENTITY, _tr("Identity")),
        (DocumentType.INSURANCE, _tr("Insurance")),
        (DocumentType.OTHER, _tr("Other")),
    )


def document_day(document: Document, zone: ZoneInfo) -> date:
    """The date a document says itself, or else the day it was added."""
    return document.document_date or to_wall(document.created_at, zone).date()


def pages_text(document: Document) -> str:
    """`3 pages`, `38 images` of a DICOM document, "" of what is not known behind a password."""
    count = document.pages
    if not count or document.asks_password:
        return ""
    if document.media_type.is_dicom:
        return _tr("1 image") if count == 1 else _tr("{count} images").format(count=count_text(count))
    return _tr("1 page") if count == 1 else _tr("{count} pages").format(count=count_text(count))


def size_text(size: int) -> str:
    """`248 kB` in the locale's own way."""
    return QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def address_lines(patient: Patient, region: str = "") -> list[str]:
    """The address as it is written in its country, or in the clinic's `region`; none if there is no address."""
    return list(addresses.address_lines(patient.address, region))


def short_file_name(name: str, most: int = 40) -> str:
    """A long file name without its middle, so that its ending stays in sight."""
    return name if len(name) <= most else f"{name[: most - 13]}…{name[-12:]}"


def relationship_word(relationship: Relationship) -> str:
    """`parent`, as one says who somebody is to a patient."""
    return dict(relationships())[relationship].casefold()


def relationships() -> tuple[tuple[Relationship, str], ...]:
    """Who somebody can be to a patient, as a form offers it."""
    return (
        (Relationship.GUARDIAN, _tr("Guardian")),
        (Relationship.PARENT, _tr("Parent")),
        (Relationship.PARTNER, _tr("Partner")),
        (Relationship.CHILD, _tr("Child")),
        (Relationship.SIBLING, _tr("Sibling")),
        (Relationship.FAMILY, _tr("Family")),
        (Relationship.FRIEND, _tr("Friend")),
        (Relationship.CARER, _tr("Carer")),
        (Relationship.OTHER, _tr("Other")),
    )


def consent_word(kind: ConsentKind) -> str:
    """What was asked."""
    return {
        ConsentKind.TREATMENT: _tr("Treatment"),
        ConsentKind.PRIVACY_NOTICE: _tr("Privacy notice"),
        ConsentKind.MESSAGES: _tr("Messages and reminders"),
        ConsentKind.DATA_SHARING: _tr("Sharing data with others who treat"),
        ConsentKind.PHOTO: _tr("Photo"),
        ConsentKind.RESEARCH: _tr("Research"),
    }[kind]


def answer_word(answer: ConsentAnswer) -> str:
    """What was answered."""
    return {
        ConsentAnswer.GIVEN: _tr("Given"),
        ConsentAnswer.REFUSED: _tr("Refused"),
        ConsentAnswer.WITHDRAWN: _tr("Withdrawn"),
    }[answer]


def contact_by_word(way: ContactBy) -> str:
    """How a patient wants to be reached."""
    return {
        ContactBy.ANY: _tr("Any way"),
        ContactBy.PHONE: _tr("By phone"),
        ContactBy.MESSAGE: _tr("By message"),
        ContactBy.EMAIL: _tr("By e-mail"),
        ContactBy.POST: _tr("By post"),
        ContactBy.NONE: _tr("Not at all"),
    }[way]
