"""Visits as calendar files: one for the patient to take along, many for a doctor's own calendar.

A visit keeps its UID for good, and SEQUENCE goes up with every change, so that a newer file replaces an older one.
What a stranger may read there is little: never the reason of a visit, and of a doctor's patients only initials.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event

from meditrack_desktop.domain.calendar_files import PatientWords
from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, Confirmation
from meditrack_desktop.services.calendar_files.zone_rules import zone_rules

PRODUCER = "-//MediTrack Desktop//Calendar//EN"
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Writing:
    """What every file needs: whose it is, when it is made (UTC), and SEQUENCE by visit."""

    clinic: ClinicProfile
    now: datetime
    sequences: Mapping[UUID, int]


def patient_file(visit: Appointment, writing: Writing, reminder_minutes: int, room: str = "") -> bytes:
    """One visit for its patient, with an alarm so many minutes before (0: none). Cancelled ones take it back."""
    off = visit.status is AppointmentStatus.CANCELLED
    calendar = _calendar(writing, (visit,), "CANCEL" if off else "PUBLISH")
    event = _event(visit, writing)
    event.add("SUMMARY", _text(f"{writing.clinic.name}: {visit.practitioner_name}"))
    event.add("LOCATION", _text(", ".join(part for part in (writing.clinic.name, room) if part)))
    event.add("STATUS", "CANCELLED" if off else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT" if off else "OPAQUE")
    if reminder_minutes and not off:
        alarm = Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", _text(f"{writing.clinic.name}: {visit.practitioner_name}"))
        alarm.add("TRIGGER", timedelta(minutes=-reminder_minutes))
        event.add_component(alarm)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def doctor_file(visits: Sequence[Appointment], writing: Writing, words: PatientWords, name: str) -> bytes:
    """A doctor's visits, cancelled ones too, so that they vanish where an older file was taken in.

    A booking that the patient has not confirmed yet is TENTATIVE.
    """
    calendar = _calendar(writing, visits, "PUBLISH")
    calendar.add("X-WR-CALNAME", _text(f"{name}, {writing.clinic.name}"))
    for visit in visits:
        event = _event(visit, writing)
        event.add("SUMMARY", _text(_called(visit, words)))
        event.add("CLASS", "PRIVATE")
        event.add("STATUS", _status(visit))
        event.add("TRANSP", "OPAQUE" if visit.status.takes_time else "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def initials(name: str) -> str:
    """`G. B.` of Greta Beispiel."""
    return " ".join(f"{word[0].upper()}." for word in re.split(r"[\s\-,.]+", _text(name)) if word)


def _calendar(writing: Writing, visits: Sequence[Appointment], method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCER)
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", method)
    for key in sorted({visit.zone for visit in visits}):
        of_zone = [visit for visit in visits if visit.zone == key]
        first = min(visit.starts_at for visit in of_zone)
        last = max(visit.ends_at for visit in of_zone)
        calendar.add_component(zone_rules(ZoneInfo(key), first, last))
    return calendar


def _event(visit: Appointment, writing: Writing) -> Event:
    event = Event()
    event.add("UID", f"{visit.id}@{writing.clinic.id}")
    event.add("DTSTAMP", writing.now.astimezone(UTC).replace(microsecond=0))
    event.add("SEQUENCE", writing.sequences.get(visit.id, 0))
    event.add("CREATED", visit.created_at.astimezone(UTC).replace(microsecond=0))
    zone = ZoneInfo(visit.zone)
    starts, ends = visit.starts_at.astimezone(zone), visit.ends_at.astimezone(zone)
    if starts.fold or ends.fold:
        # The second pass of an hour that clocks show twice: a wall-clock time would be read as the first.
        starts, ends = visit.starts_at.astimezone(UTC), visit.ends_at.astimezone(UTC)
    event.add("DTSTART", starts)
    event.add("DTEND", ends)
    return event


def _status(visit: Appointment) -> str:
    if visit.status is AppointmentStatus.CANCELLED:
        return "CANCELLED"
    open_ = visit.status is AppointmentStatus.BOOKED and visit.confirmation is not Confirmation.CONFIRMED
    return "TENTATIVE" if open_ else "CONFIRMED"


def _called(visit: Appointment, words: PatientWords) -> str:
    if words is PatientWords.NAMES:
        return visit.patient_name
    if words is PatientWords.INITIALS:
        return initials(visit.patient_name) or "Visit"
    return "Visit"


def _text(value: str) -> str:
    """Without what some reader would take for the end of a line."""
    return _UNSEEN.sub(" ", value).strip()
