"""What erasing a patient leaves in the calendar: time and rooms are free again, and calendars elsewhere hear of it."""

from __future__ import annotations

import icalendar
import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.privacy import AnswerPurge, AskForPurge
from meditrack_desktop.domain.scheduling import AppointmentStatus
from meditrack_desktop.domain.visit_types import SaveAsset, SaveVisitType, VisitType
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_doctor, a_patient
from tests.makers.visits import Room, a_room
from tests.services.doors import person


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    return a_room(clinic, reception, admin)


@pytest.fixture
def laser(room: Room, admin: Actor) -> VisitType:
    """A kind of visit for which the clinic has one device."""
    room.clinic.assets.save(admin, SaveAsset(name="Laser", group="Laser"))
    return room.clinic.visit_types.save(admin, SaveVisitType(name="Laser", needs=("Laser",)))


def erase(room: Room, admin: Actor) -> None:
    second = person(room.clinic, "second", frozenset({Role.ADMIN}))
    wish = AskForPurge(patient_id=room.patient.id, reason="asked for it in writing", overrule=True)
    asked = room.clinic.purges.ask(second, wish)
    room.clinic.purges.approve(admin, AnswerPurge(id=asked.id, version=asked.version))


def test_the_rooms_of_visits_to_come_are_free_again(room: Room, admin: Actor, laser: VisitType) -> None:
    room.book("2026-11-19 09:00", visit_type_id=laser.id)
    erase(room, admin)
    other = room.clinic.practitioners.add(admin, a_doctor("Namuna", "Omar"))
    someone = room.clinic.patients.register(room.desk, a_patient("Fictanova", "Mara"))
    for doctor in (room.doctor, other):
        visit = room.book(
            "2026-11-19 09:00" if doctor is room.doctor else "2026-11-19 09:30",
            visit_type_id=laser.id,
            patient_id=someone.id,
            practitioner_id=doctor.id,
        )
        assert len(visit.asset_ids) == 1 and not visit.overbooked


def test_the_room_of_a_visit_that_was_stays_taken_then(room: Room, admin: Actor, laser: VisitType) -> None:
    """What took place took place, in that room."""
    visit = room.book("2026-11-18 09:00", visit_type_id=laser.id)
    erase(room, admin)
    kept = room.clinic.scheduling.get(room.desk, visit.id)
    assert (kept.status, kept.asset_ids) == (AppointmentStatus.BOOKED, visit.asset_ids)


def test_a_newer_file_takes_the_visit_back(room: Room, admin: Actor) -> None:
    visit = room.book("2026-11-19 09:00")

    def told() -> tuple[int, str]:
        file = room.clinic.calendar_files.of_doctor(
            admin, room.doctor.id, visit.wall_start.date(), visit.wall_start.date()
        )
        [event] = icalendar.Calendar.from_ical(file).walk("VEVENT")
        return int(event["SEQUENCE"]), str(event["STATUS"])

    before, standing = told()
    assert standing == "TENTATIVE"
    erase(room, admin)
    assert told() == (before + 1, "CANCELLED")
