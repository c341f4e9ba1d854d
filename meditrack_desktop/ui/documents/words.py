"""The documents room's words: kinds of documents, files and their sizes, and when."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QLocale

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.documents import (
    Document,
    Inert,
    MediaType,
    NameCheck,
    NotScanned,
    ScanVerdict,
    TextState,
)
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui.filing.words import day_of, icon_of, type_words
from meditrack_desktop.ui.widgets import format_date, format_time

__all__ = ["day_of", "icon_of", "type_words"]
tr = QCoreApplication.translate


def media_words(media_type: MediaType) -> str:
    """What the file is, by the name people know."""
    return {
        MediaType.PDF: "PDF",
        MediaType.PNG: "PNG",
        MediaType.JPEG: "JPEG",
        MediaType.TIFF: "TIFF",
        MediaType.HEIC: "HEIC",
        MediaType.AVIF: "AVIF",
        MediaType.WEBP: "WebP",
        MediaType.GIF: "GIF",
        MediaType.DICOM: "DICOM",
        MediaType.DICOM_STUDY: "DICOM",
    }[media_type]


def page_words(pages: int) -> str:
    """`1 page`, `24 pages`."""
    if pages == 1:
        return tr("Documents", "1 page")
    return tr("Documents", "{n} pages").format(n=pages)


def size_words(size: int) -> str:
    """`84 kB`, as the person's system writes it; a number is never parted from its unit."""
    words = QLocale().formattedDataSize(size, 0, QLocale.DataSizeFormat.DataSizeSIFormat)
    return words.replace(" ", "\N{NO-BREAK SPACE}")


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """`17 Nov 2026, 16:20` on the clinic's clock."""
    wall = to_wall(moment, zone)
    return f"{format_date(wall.date())}, {format_time(wall.time())}"


def count_words(document: Document) -> str:
    """`2 pages` of what has pages, `24 images` of a DICOM document, "" of a picture and behind a password."""
    if document.asks_password:
        return ""
    if document.media_type.is_dicom:
        if document.pages == 1:
            return tr("Documents", "1 image")
        return tr("Documents", "{n} images").format(n=document.pages)
    if document.media_type.is_image and document.pages < 2:
        return ""
    return page_words(document.pages)


def line_words(document: Document) -> str:
    """The line under a title in the list: kind, unless the title has it, file, pages."""
    kind = type_words(document.type)
    parts = [] if kind.casefold() in document.title.casefold() else [kind]
    parts += [media_words(document.media_type), count_words(document)]
    return ", ".join(part for part in parts if part)


def state_words(document: Document) -> str:
    """What is unusual about it; "" if nothing is."""
    parts = []
    if document.verdict is ScanVerdict.NOT_SCANNED:
        parts.append(tr("Documents", "not scanned"))
    if document.asks_password:
        parts.append(tr("Documents", "asks for a password"))
    if document.replaces_id is not None:
        parts.append(tr("Documents", "newer version"))
    words = ", ".join(parts)
    return words[:1].upper() + words[1:]


def inert_words(kinds: frozenset[Inert]) -> str:
    """What a file carries that other programs would run or follow, in one sentence; "" if nothing."""
    names = {
        Inert.SCRIPT: tr("Documents", "a script"),
        Inert.LAUNCH: tr("Documents", "a call to start a program"),
        Inert.LINK: tr("Documents", "links"),
        Inert.EMBEDDED_FILE: tr("Documents", "files inside it"),
        Inert.FORM: tr("Documents", "form fields"),
        Inert.SUBMIT: tr("Documents", "a form that sends itself"),
        Inert.PREAMBLE: tr("Documents", "the beginning of another kind of file"),
    }
    found = [names[kind] for kind in Inert if kind in kinds]
    if not found:
        return ""
    return tr("Documents", "This file has {things}. Nothing of it works here.").format(
        things=", ".join(found)
    )


def scan_words(document: Document, zone: ZoneInfo) -> str:
    """What a virus scanner said, which and when; or why none said anything."""
    if document.verdict is ScanVerdict.CLEAN:
        if document.scanned_at is None:
            return tr("Documents", "Nothing found")
        by = document.scanned_by or tr("Documents", "the scanner")
        when = moment_words(document.scanned_at, zone)
        return tr("Documents", "Nothing found by {scanner}, {when}").format(scanner=by, when=when)
    because = {
        NotScanned.NO_SCANNER: tr("Documents", "there is no scanner"),
        NotScanned.TOO_LARGE: tr("Documents", "too large for the scanner"),
        NotScanned.ENCRYPTED: tr("Documents", "the scanner cannot look into it"),
        NotScanned.FAILED: tr("Documents", "the scanner gave no answer"),
    }
    if document.not_scanned_because is None:
        return tr("Documents", "Not scanned")
    return tr("Documents", "Not scanned: {why}").format(why=because[document.not_scanned_because])


def name_check_words(check: NameCheck) -> str:
    """Whether the file names the patient; "" where it names nobody."""
    return {
        NameCheck.UNKNOWN: "",
        NameCheck.MATCHES: tr("Documents", "The file names this patient"),
        NameCheck.CONFIRMED: tr("Documents", "The file names somebody else; a person confirmed it."),
    }[check]


def text_words(state: TextState) -> str:
    """Where its words come from; "" where there is nothing to say."""
    return {
        TextState.NONE: "",
        TextState.OWN: "",
        TextState.RECOGNISED: tr("Documents", "Read from the picture; may have mistakes"),
        TextState.WANTED: tr("Documents", "A picture of words nobody has read out yet"),
    }[state]


def visit_words(visit: Appointment, today: date) -> str:
    """`today 10:30, lab results`: when, and what for."""
    wall = visit.wall_start
    day = tr("Documents", "today") if wall.date() == today else format_date(wall.date())
    about = visit.reason or visit.visit_type or visit.practitioner_name
    return f"{day} {format_time(wall.time())}, {about}"


def times_words(times: int) -> str:
    """`once`, `3 times`, `never`."""
    if times == 0:
        return tr("Documents", "never")
    return tr("Documents", "once") if times == 1 else tr("Documents", "{n} times").format(n=times)
