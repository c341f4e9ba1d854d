"""The words of the calendar: times, days, and how a visit or a free slot is read aloud."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui.scheduling.day_model import look_of, minutes_of, monday_of, waited_minutes
from meditrack_desktop.ui.widgets import format_date, status_word
from meditrack_desktop.ui.widgets.date_text import format_day
from meditrack_desktop.ui.words import birth_words


def _tr(text: str) -> str:
    return QCoreApplication.translate("Calendar", text)


def clock_text(minute: int) -> str:
    """`09:05`; midnight at the end of a day is `24:00`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def span_text(starts: int, ends: int) -> str:
    """`11:00 to 11:30`."""
    return _tr("{start} to {end}").format(start=clock_text(starts), end=clock_text(ends))


def length_text(minutes: int) -> str:
    """`45 min`."""
    return _tr("{count} min").format(count=minutes)


def hours_text(minutes: int) -> str:
    """`35 min`, `1 h 5 min` or `4 h`: a length that may be most of a day."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return length_text(rest)
    if not rest:
        return _tr("{hours} h").format(hours=hours)
    return _tr("{hours} h {count} min").format(hours=hours, count=rest)


def _said(day: date, pattern: str) -> str:
    return QLocale().toString(QDate(day.year, day.month, day.day), pattern)


def day_title(day: date, *, short: bool = False) -> str:
    """`Wednesday 18 November`, or `Wed 18 November` where room is short."""
    return _said(day, "ddd d MMMM" if short else "dddd d MMMM")


def week_title(first: date, last: date, *, short: bool = False) -> str:
    """`16 to 21 November 2026`; months and years are said once where they agree."""
    if (first.year, first.month) == (last.year, last.month):
        begins = str(first.day)
    elif first.year == last.year:
        begins = format_day(first) if short else _said(first, "d MMMM")
    else:
        begins = format_date(first) if short else _said(first, "d MMMM yyyy")
    ends = format_date(last) if short else _said(last, "d MMMM yyyy")
    return _tr("{first} to {last}").format(first=begins, last=ends)


def week_number(day: date) -> int:
    return monday_of(day).isocalendar().week


def short_day(day: date) -> str:
    """`Wed 18 Nov`."""
    return f"{weekday(day)} {format_day(day)}"


def weekday(day: date) -> str:
    """`Wed`."""
    return _said(day, "ddd")


def month_title(day: date) -> str:
    """`November 2026`."""
    name = QLocale().standaloneMonthName(day.month, QLocale.FormatType.LongFormat)
    return f"{name} {day.year}"


def date_text(day: date) -> str:
    """`18 Nov 2026`: never to be misread."""
    return format_date(day)


def birth_text(born: BirthDate | None, on: date) -> str:
    """`4 Mar 1971 (55)`, the age as of the day shown; a partial date says what is known."""
    if born is None:
        return _tr("birth date unknown")
    return birth_words(born, on)


def count_text(count: int) -> str:
    """`57 appointments`."""
    if count == 1:
        return _tr("1 appointment")
    return _tr("{count} appointments").format(count=QLocale().toString(count))


def whose_visit(visit: Appointment) -> str:
    """`Piotr Przykład, born 4 Mar 1971 (55), Wed 18 Nov`: two identifiers and the day, over a sheet of their own."""
    born = birth_text(visit.patient_birth_date, visit.day)
    return ", ".join(part for part in (visit.patient_name, born, short_day(visit.day)) if part)


def visits_text(count: int) -> str:
    """`12 visits`."""
    return _tr("1 visit") if count == 1 else _tr("{count} visits").format(count=count)


def status_text(visit: Appointment, now: datetime) -> str:
    """`Waiting 9 min`, `Confirmed` ...; `now` is an instant."""
    waited = waited_minutes(visit, now)
    word = status_word(look_of(visit))
    return word if waited is None else f"{word} {length_text(waited)}"


def spoken_visit(visit: Appointment, now: datetime) -> str:
    """A visit for a screen reader: time, two identifiers, what for, with whom, status."""
    starts, ends = minutes_of(visit)
    parts = [span_text(starts, ends), visit.patient_name]
    born = visit.patient_birth_date
    if born is not None and born.is_whole:
        parts.append(
            _tr("born {date}").format(date=_said(date(born.year, born.month, born.day), "d MMMM yyyy"))
        )
    if visit.visit_type:
        parts.append(visit.visit_type)
    parts.append(visit.practitioner_name)
    waited = waited_minutes(visit, now)
    if waited is None:
        parts.append(status_word(look_of(visit)).casefold())
    else:
        parts.append(_tr("waiting {count} minutes").format(count=waited))
    if visit.new_patient:
        parts.append(_tr("new patient"))
    if visit.overbooked:
        parts.append(_tr("overbooked"))
    return ", ".join(parts)
