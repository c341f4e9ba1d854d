"""The words of the inbox."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QLocale

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.documents import MediaType, ScanVerdict
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.incoming import (
    KEPT_FOR,
    FiledWith,
    Guess,
    GuessReason,
    IncomingFile,
    IncomingSource,
    IncomingState,
)
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import format_date
from meditrack_desktop.ui.words import born_words


def tr(text: str) -> str:
    return QCoreApplication.translate("Inbox", text)


def source_words(source: IncomingSource) -> str:
    """How it came in."""
    return {
        IncomingSource.SCAN_FOLDER: tr("from the scan folder"),
        IncomingSource.DROPPED: tr("dropped"),
        IncomingSource.PASTED: tr("pasted"),
        IncomingSource.CHOSEN: tr("chosen"),
        IncomingSource.SPLIT: tr("cut out of another file"),
    }[source]


def moment(at: datetime, zone: ZoneInfo, today: date) -> str:
    """`10:42` today, else `17 Nov, 10:42`."""
    local = at.astimezone(zone)
    clock = f"{local:%H:%M}"
    return clock if local.date() == today else f"{format_date(local.date())}, {clock}"


def size_words(file: IncomingFile) -> str:
    """`PDF, 2 pages`."""
    kind = kind_words(file.media_type)
    if file.media_type is not None and file.media_type.is_dicom:
        count = tr("1 image") if file.pages == 1 else tr("{count} images").format(count=file.pages)
    else:
        count = tr("1 page") if file.pages == 1 else tr("{count} pages").format(count=file.pages)
    return ", ".join(part for part in (kind, count if file.pages else "") if part)


def kind_words(media_type: MediaType | None) -> str:
    """The format as people say it."""
    if media_type is None:
        return ""
    if media_type.is_dicom:
        return "DICOM"
    return media_type.value.rpartition("/")[2].upper()


def weight_words(file: IncomingFile) -> str:
    """`1.2 MB`."""
    return QLocale().formattedDataSize(file.size, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)


def scan_words(file: IncomingFile) -> str:
    """What the virus scanner said."""
    return tr("checked for viruses") if file.verdict is ScanVerdict.CLEAN else tr("not checked for viruses")


def refusal_words(file: IncomingFile) -> str:
    """Why a file was not taken in."""
    try:
        return errors.words(Invalid(ErrorCode(file.refusal))).title
    except ValueError:
        return tr("It was not taken in.")


def reason_words(guess: Guess) -> str:
    """Why a patient is offered, the strongest reason."""
    known = {
        GuessReason.RECORD_NUMBER: tr("record number agrees"),
        GuessReason.NAME_AND_BIRTH_DATE: tr("name and birth date agree"),
        GuessReason.BIRTH_DATE_AND_PART_OF_NAME: tr("birth date agrees, the name in part"),
        GuessReason.NAME: tr("only the name agrees"),
        GuessReason.FILE_NAME: tr("the file is called so"),
        GuessReason.OPEN_CHART: tr("their chart was open"),
    }
    return known[guess.reasons[0]] if guess.reasons else ""


def about_words(desk: Desk, file: IncomingFile) -> str:
    """Everything about a file in one line."""
    parts = [file.file_name, size_words(file)]
    if file.state is not IncomingState.REFUSED:
        parts += [weight_words(file), source_words(file.source)]
    if file.state is IncomingState.WAITING:
        parts.append(scan_words(file))
    if file.state is IncomingState.DISCARDED:
        parts[1:] = [bin_words(desk, file)]
    if file.state is IncomingState.FILED:
        parts[1:] = [whose_words(file)]
    return ", ".join(part for part in parts if part)


def whose_words(file: IncomingFile) -> str:
    """With whom a filed one lies now: `Mara Fictanova, born 5 Apr 1988`; or why that is not said."""
    if not file.may_know:
        return tr("Your role does not show with whom")
    found = file.filed_with
    if found is None:
        return tr("In no chart any more")
    return f"{found.name}, {lies_born_words(found)}"


def lies_born_words(found: FiledWith) -> str:
    """`born 5 Apr 1988`, the second identifier."""
    born = born_words(found.birth_date)
    return tr("born {date}").format(date=born) if born else tr("birth date unknown")


def bin_words(desk: Desk, file: IncomingFile) -> str:
    """Why it was discarded, and when it leaves the bin."""
    if file.ended_at is None:
        return ""
    leaves = format_date(to_wall(file.ended_at + KEPT_FOR, desk.facts.tz).date())
    return tr("{reason}; it leaves the bin on {day}").format(reason=file.end_reason, day=leaves)
