"""The words of the Today page: cards, minutes, what a doctor does, and what needs somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, Confirmation
from meditrack_desktop.domain.today import Attention, AttentionKind, DoctorNow, RibbonRow, RibbonVisit
from meditrack_desktop.ui.scheduling.day_model import minute_of
from meditrack_desktop.ui.scheduling.words import birth_text, clock_text, date_text, short_day, span_text
from meditrack_desktop.ui.widgets import status_word

_S = AppointmentStatus
"""Minutes from which a wait is marked."""


def tr(text: str) -> str:
    return QCoreApplication.translate("Today", text)


def look_of(visit: RibbonVisit) -> str:
    """A key of the status tokens."""
    if visit.status is _S.BOOKED and visit.confirmation is Confirmation.CONFIRMED:
        return "confirmed"
    return {
        _S.BOOKED: "booked",
        _S.ARRIVED: "arrived",
        _S.CHECKED_IN: "inroom",
        _S.FULFILLED: "completed",
        _S.NOSHOW: "noshow",
        _S.CANCELLED: "cancelled",
    }[visit.status]


def family_of(name: str) -> str:
    """`Modelo` of `Dr. Ines Modelo`: enough where the column is narrow."""
    return name.split()[-1] if name.split() else ""


def what_for(visit: Appointment, room: str = "") -> str:
    """`Mole review, Stubbs`, in a room `Room 2, Fixture`."""
    what = room if visit.status is _S.CHECKED_IN and room else visit.visit_type
    return ", ".join(part for part in (what, family_of(visit.practitioner_name)) if part)


def born(visit: Appointment) -> str:
    return birth_text(visit.patient_birth_date, visit.day)


def two_identifiers(visit: Appointment) -> str:
    """`Luis Nullman, 4 Mar 1971 (55)`."""
    return f"{visit.patient_name}, {born(visit)}"


def until_text(minutes: int) -> str:
    """`in 3`, `now`, `12 late`: how far off a visit is, in minutes."""
    if minutes < 0:
        return tr("{count} late").format(count=-minutes)
    return tr("in {count}").format(count=minutes) if minutes else tr("now")


def spoken_until(minutes: int) -> str:
    if minutes < 0:
        return tr("{count} minutes late").format(count=-minutes)
    return tr("in {count} minutes").format(count=minutes)


def spoken_since(status: AppointmentStatus, minutes: int) -> str:
    return {
        _S.ARRIVED: tr("waiting {count} minutes"),
        _S.CHECKED_IN: tr("in the room for {count} minutes"),
        _S.FULFILLED: tr("done {count} minutes ago"),
    }[status].format(count=minutes)


def clock(wall: datetime) -> str:
    return clock_text(minute_of(wall))


def free_short(when: datetime, day: date) -> str:
    """`13:45`, or `19 Nov` where it is another day."""
    return clock(when) if when.date() == day else date_text(when.date()).rpartition(" ")[0]


def free_text(when: datetime, day: date) -> str:
    """`13:45`, with its day where that is another."""
    return clock(when) if when.date() == day else f"{short_day(when.date())}, {clock(when)}"


def right_now(row: RibbonRow) -> str:
    """What a doctor does at the moment."""
    if row.now in (DoctorNow.IN_ROOM, DoctorNow.WAITING):
        return row.patient_name
    if row.now is DoctorNow.OUT and row.until is not None:
        return tr("Out until {time}").format(time=clock(row.until))
    if row.now is DoctorNow.FREE:
        return tr("Free")
    return tr("Out today") if not row.day.open else tr("Done for today")


def spoken_row(row: RibbonRow, day: date) -> str:
    """A doctor's row for a screen reader."""
    parts = [row.doctor.name]
    if row.late:
        parts.append(late_text(row.late))
    if row.now is DoctorNow.IN_ROOM:
        parts.append(tr("with {name}").format(name=row.patient_name))
    elif row.now is DoctorNow.WAITING:
        parts.append(tr("{name} waits").format(name=row.patient_name))
    else:
        parts.append(right_now(row))
    if row.next_free is not None:
        parts.append(tr("next free {time}").format(time=free_text(row.next_free, day)))
    return ", ".join(parts)


def spoken_bar(visit: RibbonVisit) -> str:
    """One visit on a row: `10:30 to 11:00, Mara Fictanova, in room`."""
    span = span_text(visit.starts, visit.starts + visit.minutes)
    return f"{span}, {visit.patient_name}, {status_word(look_of(visit)).casefold()}"


def late_text(minutes: int) -> str:
    return tr("{count} min late").format(count=minutes)


def attention_text(one: Attention) -> str:
    """One thing in one sentence."""
    kind = AttentionKind
    return {
        kind.DOCTOR_LATE: tr("{doctor} is {minutes} min late."),
        kind.LONG_WAIT: tr("{patient} has waited {minutes} min."),
        kind.DOCTOR_AWAY: tr("{doctor} is away when {patient} comes."),
        kind.NO_ROOM: tr("No room is kept for {patient} with {doctor}."),
        kind.UNRESOLVED: (
            tr("1 visit of an earlier day has no end.")
            if one.count == 1
            else tr("{count} visits of earlier days have no end.")
        ),
        kind.TASKS_OVERDUE: tr("1 task is overdue.") if one.count == 1 else tr("{count} tasks are overdue."),
        kind.CREDENTIAL_EXPIRES: tr("{what} of {doctor}: valid until {day}."),
    }[one.kind].format(
        doctor=one.practitioner_name,
        patient=one.patient_name,
        minutes=one.minutes,
        count=one.count,
        what=one.what,
        day=date_text(one.day) if one.day is not None else "",
    )


def attention_act(one: Attention) -> str:
    """Where its button leads, in words."""
    kind = AttentionKind
    return {
        kind.DOCTOR_LATE: tr("Show the doctor's day"),
        kind.LONG_WAIT: tr("Go to the card"),
        kind.DOCTOR_AWAY: tr("Show the visit"),
        kind.NO_ROOM: tr("Show the visit"),
        kind.UNRESOLVED: tr("Work them off"),
        kind.TASKS_OVERDUE: tr("Go to the tasks"),
        kind.CREDENTIAL_EXPIRES: tr("Open Doctors & hours"),
    }[one.kind]


def things_text(count: int) -> str:
    return tr("1 thing needs you.") if count == 1 else tr("{count} things need you.").format(count=count)


def attention_summary(found: Sequence[Attention]) -> str:
    """The first three in a row; the others are in the list."""
    return " ".join(attention_text(one) for one in found[:3])
