"""Visits as calendar files: read back they say the same instants, in every zone, and little about patients."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import AuditQuery
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.calendar_files import PatientWords
from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.clock import to_instant, to_wall
from meditrack_desktop.domain.errors import ErrorCode, Invalid, NotAllowed, NotFound
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permission_grid import ChangeGrid
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.scheduling import (
    Appointment,
    AppointmentStatus,
    CancelAppointment,
    Confirmation,
)
from meditrack_desktop.domain.settings import ChangeSettings
from meditrack_desktop.services.calendar_files.writing import (
    Writing,
    doctor_file,
    initials,
    patient_file,
)
from meditrack_desktop.services.clinic import Clinic
from tests.makers.visits import Room, a_room

SAMPLES = Path(__file__).resolve().parents[3] / "../shared/samples"
NOW = datetime(2026, 11, 18, 10, 42, tzinfo=UTC)
CLINIC = ClinicProfile(UUID(int=7), "Example Street Clinic", "Europe/London", "GB", NOW)
WRITING = Writing(CLINIC, NOW, {})


def a_visit(
    starts_at: datetime, zone: str = "Europe/London", minutes: int = 30, **details: Any
) -> Appointment:
    wall = to_wall(starts_at, ZoneInfo(zone)).replace(fold=0)
    values: dict[str, Any] = {
        "id": new_id(), "version": 1, "patient_id": new_id(), "patient_name": "Greta Beispiel",
        "patient_birth_date": BirthDate.parse("1988-04-05"), "patient_mrn": "M-0001",
        "patient_phone": "+44 20 7946 0958", "practitioner_id": new_id(), "practitioner_name": "Dr. Ines Modelo",
        "starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=minutes), "wall_start": wall,
        "zone": zone, "minutes": minutes, "status": AppointmentStatus.BOOKED,
        "confirmation": Confirmation.UNCONFIRMED, "visit_type": "Follow-up", "reason": "a rash", "overbooked": False,
        "created_at": NOW, "created_by": new_id(),
    }  # fmt: skip
    return Appointment(**{**values, **details})


def events(content: bytes) -> list[Any]:
    return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))


def instants(content: bytes) -> list[tuple[datetime, datetime]]:
    """By the rules in the file itself, not by what the zone's name says elsewhere."""
    calendar = icalendar.Calendar.from_ical(content)
    zones = {str(zone["TZID"]): zone.to_tz(lookup_tzid=False) for zone in calendar.walk("VTIMEZONE")}

    def instant(value: Any) -> datetime:
        if value.dt.tzinfo is not None and "TZID" not in value.params:
            return value.dt.astimezone(UTC)  # type: ignore[no-any-return]
        return value.dt.replace(tzinfo=zones[value.params["TZID"]]).astimezone(UTC)  # type: ignore[no-any-return]

    return [(instant(event["DTSTART"]), instant(event["DTEND"])) for event in calendar.walk("VEVENT")]


def _cases() -> list[dict[str, Any]]:
    path = SAMPLES / "timezones/dst-cases.json"
    return json.loads(path.read_text("utf-8"))["cases"] if path.is_file() else []


def _zones() -> list[str]:
    return sorted({case["zone"] for case in _cases()})


@pytest.mark.parametrize("zone", _zones())
def test_what_is_written_is_read_back_as_the_same_instants(zone: str) -> None:
    """Before, in and after every change of the zone's clocks: the visit is when it is."""
    for case in (one for one in _cases() if one["zone"] == zone):
        for fold in ("utc_fold0", "utc_fold1"):
            starts_at = datetime.fromisoformat(case[fold])
            for minutes in (30, 150):
                visit = a_visit(starts_at, zone, minutes)
                found = instants(patient_file(visit, WRITING, 0))
                assert found == [(visit.starts_at, visit.ends_at)], (case, fold, minutes)


@pytest.mark.parametrize("zone", _zones())
def test_wall_clock_times_meet_their_expectation(zone: str) -> None:
    """A time that clocks skip is refused, one that comes twice is asked about, all others are one instant."""
    tz = ZoneInfo(zone)
    for case in (one for one in _cases() if one["zone"] == zone):
        wall = datetime.fromisoformat(case["local"])
        first, second = (datetime.fromisoformat(case[name]) for name in ("utc_fold0", "utc_fold1"))
        if case["kind"] == "gap":
            with pytest.raises(Invalid) as refusal:
                to_instant(wall, tz)
            assert refusal.value.code is ErrorCode.TIME_DOES_NOT_EXIST
            continue
        if case["kind"] == "fold":
            with pytest.raises(Invalid) as refusal:
                to_instant(wall, tz)
            assert refusal.value.code is ErrorCode.TIME_IS_AMBIGUOUS
            assert (to_instant(wall, tz, 0), to_instant(wall, tz, 1)) == (first, second)
        else:
            assert to_instant(wall, tz) == first == second
        assert to_wall(first, tz).replace(fold=0) == wall


def test_a_file_of_many_visits_over_years_has_one_zone_that_holds_for_all() -> None:
    visits = [a_visit(datetime(2026, 1, 5, 9, tzinfo=UTC) + timedelta(days=9 * step)) for step in range(90)]
    content = doctor_file(visits, WRITING, PatientWords.INITIALS, "Dr. Ines Modelo")
    assert instants(content) == [(visit.starts_at, visit.ends_at) for visit in visits]
    assert content.count(b"BEGIN:VTIMEZONE") == 1


def test_a_strangers_eye_finds_little_in_a_patients_file() -> None:
    text = patient_file(a_visit(NOW + timedelta(days=3)), WRITING, 1440).decode()
    for secret in ("rash", "Follow-up", "Greta", "Beispiel", "1988", "M-0001", "7946"):
        assert secret not in text
    assert "Dr. Ines Modelo" in text and "Example Street Clinic" in text


def test_a_doctors_file_holds_initials_and_not_more() -> None:
    content = doctor_file([a_visit(NOW)], WRITING, PatientWords.INITIALS, "Dr. Ines Modelo")
    (event,) = events(content)
    assert str(event["SUMMARY"]) == "G. B."
    for secret in ("rash", "Follow-up", "Greta", "Beispiel", "1988", "M-0001", "7946"):
        assert secret not in content.decode()
    (event,) = events(doctor_file([a_visit(NOW)], WRITING, PatientWords.BUSY, "Dr. Ines Modelo"))
    assert str(event["SUMMARY"]) == "Visit"


@pytest.mark.parametrize(
    ("status", "confirmation", "told", "transparency"),
    [
        (AppointmentStatus.BOOKED, Confirmation.UNCONFIRMED, "TENTATIVE", "OPAQUE"),
        (AppointmentStatus.BOOKED, Confirmation.CONFIRMED, "CONFIRMED", "OPAQUE"),
        (AppointmentStatus.ARRIVED, Confirmation.UNCONFIRMED, "CONFIRMED", "OPAQUE"),
        (AppointmentStatus.CANCELLED, Confirmation.CONFIRMED, "CANCELLED", "TRANSPARENT"),
        (AppointmentStatus.NOSHOW, Confirmation.CONFIRMED, "CONFIRMED", "TRANSPARENT"),
    ],
)
def test_standing(
    status: AppointmentStatus, confirmation: Confirmation, told: str, transparency: str
) -> None:
    visit = a_visit(NOW, status=status, confirmation=confirmation)
    (event,) = events(doctor_file([visit], WRITING, PatientWords.INITIALS, "Dr. Ines Modelo"))
    assert (str(event["STATUS"]), str(event["TRANSP"])) == (told, transparency)


def test_an_alarm_rings_before_the_visit_unless_it_is_off() -> None:
    visit = a_visit(NOW)
    (event,) = events(patient_file(visit, WRITING, 90))
    (alarm,) = event.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(minutes=-90)
    assert str(alarm["ACTION"]) == "DISPLAY"
    assert b"VALARM" not in patient_file(visit, WRITING, 0)
    assert b"VALARM" not in patient_file(
        dataclasses.replace(visit, status=AppointmentStatus.CANCELLED), WRITING, 90
    )


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.text(max_size=200))
def test_any_name_is_text_in_lines_of_75_octets(doctor: str, clinic: str) -> None:
    visit = a_visit(NOW, practitioner_name=doctor)
    writing = Writing(dataclasses.replace(CLINIC, name=clinic), NOW, {visit.id: 3})
    content = patient_file(visit, writing, 60)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    calendar = icalendar.Calendar.from_ical(content)
    assert [part.name for part in calendar.walk()][-2:] == ["VEVENT", "VALARM"]
    (event,) = events(content)
    assert (str(event["UID"]), event["SEQUENCE"]) == (f"{visit.id}@{CLINIC.id}", 3)
    shown = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]", " ", f"{clinic}: {doctor}").strip()
    assert str(event["SUMMARY"]) == shown


@pytest.mark.parametrize(
    "name",
    [
        "BEGIN:VEVENT",
        "x\r\nATTENDEE:mailto:evil@example.com",
        "a\\nb;c,d\\;e",
        "END:VCALENDAR\nBEGIN:VCALENDAR",
        "Zoë 佐藤 محمد 🙂" * 20,
        '"quoted" = formula',
    ],
)
def test_a_hostile_name_stays_a_name(name: str) -> None:
    content = doctor_file([a_visit(NOW, patient_name=name)], WRITING, PatientWords.NAMES, "Dr. Ines Modelo")
    (event,) = events(content)
    assert str(event["SUMMARY"]) == re.sub(r"[\r\n]", " ", name)
    assert "ATTENDEE" not in event
    assert content.count(b"\r\nBEGIN:VEVENT\r\n") == 1


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Greta Beispiel", "G. B."),
        ("Anna-Maria van den Berg", "A. M. V. D. B."),
        ("佐藤 太郎", "佐. 太."),
        ("", ""),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    return a_room(clinic, reception, admin, room="Room 2")


def test_uid_stays_and_sequence_rises_as_a_visit_is_moved_and_cancelled(room: Room) -> None:
    files = room.clinic.calendar_files
    visit = room.book("2026-11-19 09:30")
    (first,) = events(files.of_visit(room.desk, visit.id))
    visit = room.move(visit, "2026-11-20 10:00")
    (second,) = events(files.of_visit(room.desk, visit.id))
    room.clinic.scheduling.cancel(
        room.desk, CancelAppointment(id=visit.id, version=visit.version, reason="ill")
    )
    content = files.of_visit(room.desk, visit.id)
    (third,) = events(content)
    assert str(first["UID"]) == str(second["UID"]) == str(third["UID"])
    assert first["SEQUENCE"] < second["SEQUENCE"] < third["SEQUENCE"]
    assert str(third["STATUS"]) == "CANCELLED"
    assert b"METHOD:CANCEL" in content
    assert second["DTSTART"].dt.replace(tzinfo=None) == datetime(2026, 11, 20, 10)
    assert str(second["LOCATION"]) == "Example Street Clinic, Room 2"


def test_the_clinic_says_when_it_rings(room: Room, admin: Actor) -> None:
    visit = room.book("2026-11-19 09:30")
    assert b"TRIGGER:-P1D" in room.clinic.calendar_files.of_visit(room.desk, visit.id)
    room.clinic.settings.change(admin, ChangeSettings(reminder_minutes=0))
    assert b"VALARM" not in room.clinic.calendar_files.of_visit(room.desk, visit.id)


def test_a_doctors_days_and_the_trail_of_giving_them_out(room: Room, admin: Actor) -> None:
    files, first, last = (
        room.clinic.calendar_files,
        datetime(2026, 11, 19).date(),
        datetime(2026, 11, 20).date(),
    )
    for when in ("2026-11-19 09:30", "2026-11-20 16:30", "2026-11-23 09:00"):
        room.book(when)
    content = files.of_doctor(room.desk, room.doctor.id, first, last)
    assert [str(event["SUMMARY"]) for event in events(content)] == ["G. B.", "G. B."]
    visit = room.book("2026-11-19 11:00")
    files.of_visit(room.desk, visit.id)
    lines = room.clinic.audit.search(admin, AuditQuery()).lines
    told = {one.event.action: one.event for one in lines if one.event.action.endswith(".exported")}
    assert told["calendar.exported"].detail == "2026-11-19 to 2026-11-20; 2 visits; initials"
    assert told["calendar.exported"].object_id == room.doctor.id
    assert told["appointment.exported"].patient_id == room.patient.id


def test_names_need_the_right_to_export_and_days_have_an_end(room: Room, admin: Actor) -> None:
    files, first = room.clinic.calendar_files, datetime(2026, 11, 19).date()
    room.book("2026-11-19 09:30")
    with pytest.raises(NotAllowed):
        files.of_doctor(room.desk, room.doctor.id, first, first, PatientWords.NAMES)
    named = files.of_doctor(admin, room.doctor.id, first, first, PatientWords.NAMES)
    assert str(events(named)[0]["SUMMARY"]) == room.patient.name
    with pytest.raises(Invalid) as refusal:
        files.of_doctor(admin, room.doctor.id, first, first + timedelta(days=366))
    assert set(refusal.value.fields) == {"last"}
    for call in (
        lambda: files.of_visit(admin, new_id()),
        lambda: files.of_doctor(admin, new_id(), first, first),
    ):
        with pytest.raises(NotFound):
            call()


def test_who_may_not_see_the_calendar_gets_no_file_of_it(room: Room, admin: Actor) -> None:
    day = datetime(2026, 11, 19).date()
    change = ChangeGrid(role=Role.RECEPTIONIST, permission=Permission.VIEW_CALENDAR, allowed=False)
    room.clinic.permission_grid.change(admin, change)
    with pytest.raises(NotAllowed):
        room.clinic.calendar_files.of_doctor(room.desk, room.doctor.id, day, day)
