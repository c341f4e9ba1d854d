"""What is said about time with no visit in it: free, closed and why, on hold and for how long."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.holds import Hold
from meditrack_desktop.domain.working_time import (
    DAY_MINUTES,
    Absence,
    AbsenceKind,
    DoctorDay,
    OpenTime,
    minute_of_day,
)
from meditrack_desktop.ui.scheduling.closed_time import Closed, Shut, closed_at, closed_on
from meditrack_desktop.ui.scheduling.day_model import (
    Column,
    DayModel,
    minute_of,
    minutes_of_hold,
)
from meditrack_desktop.ui.scheduling.words import (
    clock_text,
    day_title,
    hours_text,
    short_day,
    span_text,
)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Calendar", text)


def closed_word(shut: Closed, day: date) -> str:
    """What stands in closed time; nothing before the day begins."""
    if shut.absence is not None:
        return away_text(shut.absence, day)
    if shut.closure is not None:
        return _tr("Closed, {name}").format(name=shut.closure.name)
    word = {
        Shut.BEFORE: "",
        Shut.LUNCH: _tr("Lunch"),
        Shut.BREAK: _tr("Break"),
        Shut.CLOSED: _tr("Closed"),
        Shut.HOLIDAY: _tr("Closed"),
        Shut.AWAY: _tr("Out"),
    }[shut.why]
    return f"{word}, {shut.note}" if shut.note and word else word


def away_text(absence: Absence, day: date) -> str:
    """`Out until 13:00, hospital round`, `Vacation until Fri 27 Nov`, `Sick`."""
    word = {
        AbsenceKind.VACATION: _tr("Vacation"),
        AbsenceKind.SICK: _tr("Sick"),
        AbsenceKind.TRAINING: _tr("Training"),
        AbsenceKind.OUT_NOW: _tr("Out"),
        AbsenceKind.OTHER: _tr("Out"),
    }[absence.kind]
    ends, midnight = absence.wall_end, datetime.combine(day, time(0)) + timedelta(days=1)
    if ends < midnight:
        word = _tr("{what} until {when}").format(what=word, when=clock_text(minute_of(ends)))
    elif ends > midnight:
        # The last day away is the one before a return at midnight.
        last = (ends - timedelta(minutes=1)).date()
        word = _tr("{what} until {when}").format(what=word, when=short_day(last))
    elif absence.wall_start > datetime.combine(day, time(0)):
        begun = clock_text(minute_of(absence.wall_start))
        word = _tr("{what} from {when}").format(what=word, when=begun)
    return f"{word}, {absence.note}" if absence.note else word


def shut_text(times: DoctorDay, doctor: str, starts: int, ends: int) -> str:
    """Why the doctor is not there for all of it: `Dr. Ines Modelo is away at Thu 19 Nov, 11:00: Vacation until
    Fri 27 Nov.`; nothing if they are. Minutes of the day."""
    ends = min(ends, DAY_MINUTES)
    if times.covers(starts, ends):
        return ""
    for shut in closed_on(times, OpenTime(0, DAY_MINUTES)):
        if shut.starts < ends and starts < shut.ends:
            when = f"{short_day(times.day)}, {clock_text(max(starts, shut.starts))}"
            away = shut.why is Shut.AWAY
            said = _tr("{doctor} is away at {when}") if away else _tr("{doctor} does not work at {when}")
            said = said.format(doctor=doctor, when=when)
            why = (
                ""
                if shut.why in (Shut.BEFORE, Shut.CLOSED) and not shut.note
                else closed_word(shut, times.day)
            )
            return f"{said}: {why}." if why else f"{said}."
    return ""


def exception_text(times: DoctorDay) -> str:
    """What makes this day unlike the doctor's others: `Closes at 14:00, New Year's Eve`; nothing on a usual day."""
    if times.special is not None:
        word = _tr("Special hours") if times.special.stretches else _tr("Not in")
        return f"{word}, {times.special.note}" if times.special.note else word
    closure = times.closure
    if closure is None:
        return ""
    if closure.opens is None or closure.closes is None:
        return _tr("Closed, {name}").format(name=closure.name)
    opens, closes = minute_of_day(closure.opens), minute_of_day(closure.closes, ends=True)
    hours = span_text(opens, closes)
    return _tr("Open {hours}, {name}").format(hours=hours, name=closure.name)


def gap_text(minutes: int) -> str:
    """`35 min free`."""
    return _tr("{length} free").format(length=hours_text(minutes))


def left_text(hold: Hold, now: datetime) -> str:
    """`1:48 left`; `now` is an instant."""
    seconds = max(0, int((hold.expires_at - now).total_seconds()))
    return _tr("{time} left").format(time=f"{seconds // 60}:{seconds % 60:02d}")


def held_title(hold: Hold, now: datetime) -> str:
    """`On hold, 1:48 left`."""
    word = _tr("Held for you, {left}") if hold.mine else _tr("On hold, {left}")
    return word.format(left=left_text(hold, now))


def held_by(hold: Hold) -> str:
    """`by Front desk 2`, or by whom where the desk has no name; nothing on one's own."""
    who = "" if hold.mine else hold.desk_name or hold.account_name
    return _tr("by {who}").format(who=who) if who else ""


def spoken_hold(hold: Hold, doctor: str, now: datetime) -> str:
    """A hold for a screen reader and a tooltip."""
    who = ", ".join(dict.fromkeys(part for part in (hold.desk_name, hold.account_name) if part))
    parts = [held_title(hold, now), span_text(*minutes_of_hold(hold)), doctor]
    if who and not hold.mine:
        parts.insert(1, _tr("by {who}").format(who=who))
    return ", ".join(parts)


def spoken_slot(model: DayModel, column: int, minute: int, ends: int) -> str:
    """Free, held or closed time for a screen reader; in a week with its day."""
    shown = model.columns[column]
    text = f"{_slot_word(model, column, shown, minute, ends)}, {span_text(minute, ends)}, {shown.practitioner.name}"
    return f"{text}, {day_title(shown.day)}" if len(model.days) > 1 else text


def _slot_word(model: DayModel, column: int, shown: Column, minute: int, ends: int) -> str:
    for hold in shown.holds:
        begins, over = minutes_of_hold(hold)
        if begins < ends and minute < over and not hold.mine:
            return _tr("On hold {by}").format(by=held_by(hold))
    if shown.covers(minute, ends):
        return _tr("Free")
    shut = closed_at(model, column, minute)
    word = "" if shut is None else closed_word(shut, shown.day)
    return word or _tr("Closed")


def spoken_gap(column: Column, starts: int, ends: int) -> str:
    """A stretch of free time for a screen reader."""
    return f"{gap_text(ends - starts)}, {span_text(starts, ends)}, {column.practitioner.name}"


def free_line(column: Column, since: int = 0) -> str:
    """`2 h 15 min free` left of the column's day from `since` on, or that it is full; nothing on a closed day."""
    if not column.open:
        return ""
    minutes = sum(gap.minutes for gap in column.free(since))
    return gap_text(minutes) if minutes else _tr("Full")
