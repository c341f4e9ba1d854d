"""What is offered as free can be booked, and what can be booked is offered: kinds, rooms, rules, holds, days off."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.booking_rules import BookingRuleInput, RuleKind, SetBookingRules
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotFound
from meditrack_desktop.domain.free_time import FindFreeTime, FreeTimeOfDay
from meditrack_desktop.domain.holds import PlaceHold
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.practitioner_profiles import EditProfile, SaveSpecialty
from meditrack_desktop.domain.practitioners import Practitioner, SetPractitionerActive, WorkingHoursInput
from meditrack_desktop.domain.scheduling import day_bounds, span
from meditrack_desktop.domain.visit_types import SaveAsset, SaveVisitType, VisitType
from meditrack_desktop.domain.working_time import AddAbsence, SetClosure
from meditrack_desktop.services.booking import obstacles, rooms
from meditrack_desktop.services.booking.obstacles import Place
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_doctor, a_patient
from tests.makers.visits import Room, a_room

MONDAY = date(2026, 11, 23)
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    return a_room(clinic, reception, admin)


def starts(
    room: Room, day: date = MONDAY, actor: Actor | None = None, **wanted: object
) -> list[tuple[UUID, str]]:
    command = FreeTimeOfDay(day=day, **wanted)
    found = room.clinic.free_time.of_day(actor or room.desk, command)
    return [(slot.practitioner_id, slot.wall_start.strftime("%H:%M")) for slot in found]


def refused(code: ErrorCode, kind: type[ClinicError] = ClinicError):
    return pytest.raises(kind, match=f"^{code.value}$")


class World:
    """A week in which everything is in the way somewhere, drawn by chance."""

    def __init__(self, room: Room, admin: Actor, doctor: Actor, seed: int) -> None:
        self.room, self.choice = room, random.Random(seed)
        clinic = room.clinic
        self.doctors = [
            room.doctor,
            *(clinic.practitioners.add(admin, a_doctor(f"Doctor {n}", "Jo")) for n in range(2)),
        ]
        self.patients = [room.patient, clinic.patients.register(room.desk, a_patient("Anders"))]
        self.assets = [
            clinic.assets.save(admin, SaveAsset(name=f"{group} {n}", group=group))
            for group, count in (("Scan", 2), ("Laser", 1))
            for n in range(count)
        ]
        self.kinds = [
            clinic.visit_types.save(
                admin,
                SaveVisitType(name="Scan", buffer_before=10, buffer_after=15, needs=("Scan",), minutes=20),
            ),
            clinic.visit_types.save(
                admin,
                SaveVisitType(
                    name="Laser",
                    buffer_after=5,
                    needs=("Laser", "Scan"),
                    practitioner_ids=(self.doctors[1].id,),
                ),
            ),
        ]
        self.fill(admin, doctor)

    def fill(self, admin: Actor, doctor: Actor) -> None:
        room, choice = self.room, self.choice
        for _ in range(60):
            kind = choice.choice([None, *self.kinds])
            when = datetime.combine(MONDAY, time(8, 30)) + timedelta(
                days=choice.randrange(5), minutes=5 * choice.randrange(105)
            )
            try:
                room.book(
                    str(when),
                    choice.choice([10, 20, 45]),
                    practitioner_id=choice.choice(self.doctors).id,
                    patient_id=choice.choice(self.patients).id,
                    visit_type_id=kind.id if kind else None,
                )
            except ClinicError as refusal:
                assert refusal.code in (
                    ErrorCode.SLOT_NOT_AVAILABLE,
                    ErrorCode.DOCTOR_NOT_AVAILABLE,
                    ErrorCode.ROOM_TAKEN,
                )
        away = datetime.combine(MONDAY + timedelta(days=1), time(10))
        absence = AddAbsence(
            practitioner_id=self.doctors[0].id, wall_start=away, wall_end=away + timedelta(hours=5)
        )
        room.clinic.absences.add(admin, absence)
        closure = SetClosure(day=MONDAY + timedelta(days=2), name="Short", opens=time(9, 30), closes=time(15))
        room.clinic.working_times.set_closure(admin, closure)
        ruled = (
            (BookingRuleInput(kind=RuleKind.MOST_PER_SESSION, most=4),),
            (BookingRuleInput(kind=RuleKind.MOST_OF_TYPE, most=1, visit_type_id=self.kinds[0].id),),
            (
                BookingRuleInput(kind=RuleKind.NO_NEW_PATIENTS, after=time(11)),
                BookingRuleInput(kind=RuleKind.LATEST_NOTICE, most=5 * 24 * 60),
            ),
        )
        for each, rules in zip(self.doctors, ruled, strict=True):
            command = SetBookingRules(practitioner_id=each.id, version=each.version, rules=rules)
            room.clinic.booking_rules.set(admin, command)
        for actor, minute in ((doctor, 9 * 60), (admin, 16 * 60)):
            start = datetime.combine(MONDAY, time(0)) + timedelta(minutes=minute)
            hold = PlaceHold(practitioner_id=self.doctors[1].id, wall_start=start, minutes=45)
            try:
                room.clinic.holds.place(actor, hold)
            except ClinicError as refusal:
                assert refusal.code in (ErrorCode.SLOT_NOT_AVAILABLE, ErrorCode.NOT_PERMITTED)

    def bookable(
        self, day: date, kind: VisitType | None, minutes: int, patient_id: UUID
    ) -> set[tuple[UUID, datetime]]:
        """Every start on the grid that booking itself would let through."""
        found = set()
        clinic = self.room.clinic
        with clinic.work.database.reading() as session:
            for doctor in self.doctors:
                if kind is not None and not kind.offered_by(doctor.id):
                    continue
                for start in self.grid(day, doctor):
                    place = self.place(start, doctor, kind, minutes, patient_id)
                    now, own = clinic.work.clock.now(), self.room.desk.session_id
                    if any(obstacles.in_the_way(session, place, now, own)):
                        continue
                    asker = rooms.Asker(own, now)
                    if rooms.choose(session, place, asker, (), hold=False).problem is None:
                        found.add((doctor.id, start))
        return found

    def grid(self, day: date, doctor: Practitioner) -> set[datetime]:
        stretches = self.room.clinic.working_times.of_days(self.room.desk, (doctor.id,), day, day)[0].open
        midnight = datetime.combine(day, time(0))
        return {
            midnight + timedelta(minutes=minute)
            for stretch in stretches
            for minute in range(stretch.starts, stretch.ends, 15)
        }

    def place(
        self, start: datetime, doctor: Practitioner, kind: VisitType | None, minutes: int, patient_id: UUID
    ) -> Place:
        starts_at, ends_at = span(start, minutes, LONDON, 0)
        return Place(
            new_id(),
            patient_id,
            doctor.id,
            kind.id if kind else None,
            start,
            start + timedelta(minutes=minutes),
            starts_at,
            starts_at - timedelta(minutes=kind.buffer_before if kind else 0),
            ends_at + timedelta(minutes=kind.buffer_after if kind else 0),
        )


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.exhaustive)])
def test_what_is_offered_is_what_can_be_booked(room: Room, admin: Actor, doctor: Actor, seed: int) -> None:
    world = World(room, admin, doctor, seed)
    stranger = room.clinic.patients.register(room.desk, a_patient("Neu"))
    offered_at_all = 0
    for day in (MONDAY + timedelta(days=number) for number in range(5)):
        for kind in (None, *world.kinds):
            minutes = world.choice.choice([15, 25, 40])
            wanted = FreeTimeOfDay(
                day=day,
                minutes=minutes,
                visit_type_id=kind.id if kind else None,
                patient_id=stranger.id,
            )
            found = room.clinic.free_time.of_day(room.desk, wanted)
            offered = {(slot.practitioner_id, slot.wall_start) for slot in found}
            assert offered == world.bookable(day, kind, minutes, stranger.id), (day, kind)
            assert list(found) == sorted(found, key=lambda slot: (slot.starts_at, slot.practitioner_id))
            offered_at_all += len(offered)
    assert offered_at_all > 60


class TestWhoCounts:
    def test_a_specialty_and_those_below_it(self, room: Room, admin: Actor) -> None:
        profiles = room.clinic.practitioner_profiles
        surgery = profiles.save_specialty(admin, SaveSpecialty(name="Surgery"))
        hand = profiles.save_specialty(admin, SaveSpecialty(name="Hand surgery", parent_id=surgery.id))
        other = room.clinic.practitioners.add(admin, a_doctor("Muster", "Jon"))
        profiles.edit(
            admin,
            EditProfile(
                practitioner_id=other.id,
                version=other.version,
                specialty_ids=(hand.id,),
                languages=("de-CH", "fr"),
            ),
        )
        for wanted in ({"specialty_id": surgery.id}, {"specialty_id": hand.id}, {"language": "de"}):
            assert {doctor for doctor, _ in starts(room, **wanted)} == {other.id}
        assert starts(room, language="d") == []
        assert {doctor for doctor, _ in starts(room)} == {other.id, room.doctor.id}
        with refused(ErrorCode.SPECIALTY_NOT_FOUND, NotFound):
            starts(room, specialty_id=new_id())

    def test_inactive_and_unknown_doctors(self, room: Room, admin: Actor) -> None:
        with refused(ErrorCode.DOCTOR_NOT_FOUND, NotFound):
            starts(room, practitioner_ids=(new_id(),))
        off = SetPractitionerActive(id=room.doctor.id, version=room.doctor.version, active=False)
        room.clinic.practitioners.set_active(admin, off)
        assert starts(room, practitioner_ids=(room.doctor.id,)) == []

    def test_kinds_and_rooms_that_are_not_there(self, room: Room, admin: Actor) -> None:
        with refused(ErrorCode.VISIT_TYPE_NOT_FOUND, NotFound):
            starts(room, visit_type_id=new_id())
        with refused(ErrorCode.ASSET_NOT_FOUND, NotFound):
            starts(room, asset_id=new_id())


class TestWhatIsInTheWay:
    def test_a_room_asked_for_by_name(self, room: Room, admin: Actor) -> None:
        one, two = (
            room.clinic.assets.save(admin, SaveAsset(name=f"Room {n}", group="Rooms")) for n in range(2)
        )
        other = room.clinic.practitioners.add(admin, a_doctor("Muster", "Jon"))
        room.book(f"{MONDAY} 09:00", 60, practitioner_id=other.id, asset_ids=(one.id,))
        mine = {"practitioner_ids": (room.doctor.id,)}
        assert starts(room, asset_id=one.id, **mine)[0][1] == "10:00"
        assert starts(room, asset_id=two.id, **mine)[0][1] == "09:00"

    def test_the_patients_own_visits(self, room: Room, admin: Actor) -> None:
        other = room.clinic.practitioners.add(admin, a_doctor("Muster", "Jon"))
        room.book(f"{MONDAY} 09:00", 60, practitioner_id=other.id)
        mine = {"practitioner_ids": (room.doctor.id,)}
        assert starts(room, patient_id=room.patient.id, **mine)[0][1] == "10:00"
        assert starts(room, **mine)[0][1] == "09:00"

    def test_the_kinds_own_length_counts_unless_one_is_given(self, room: Room, admin: Actor) -> None:
        kind = room.clinic.visit_types.save(admin, SaveVisitType(name="Long", minutes=180))
        assert starts(room, visit_type_id=kind.id)[-1][1] == "14:00"
        assert starts(room, visit_type_id=kind.id, minutes=60)[-1][1] == "16:00"
        assert starts(room)[-1][1] == "16:30"


class TestNext:
    def test_one_after_the_other(self, room: Room) -> None:
        """One key for the next: each is asked for after the last one."""
        after, seen = datetime(2026, 11, 20, 16), []
        for _ in range(4):
            command = FindFreeTime(after=after, minutes=30, limit=1)
            [slot] = room.clinic.free_time.next(room.desk, command)
            seen.append(slot.wall_start)
            after = slot.wall_start + timedelta(minutes=1)
        assert [one.strftime("%d %H:%M") for one in seen] == ["20 16:00", "20 16:15", "20 16:30", "23 09:00"]

    def test_over_the_night_in_which_clocks_change(
        self, clinic: Clinic, reception: Actor, admin: Actor
    ) -> None:
        hours = tuple(WorkingHoursInput(weekday=6, starts=time(0), ends=time(3)) for _ in range(1))
        night = a_room(clinic, reception, admin, hours=hours)
        for day in (date(2027, 3, 28), date(2026, 10, 25)):
            found = clinic.free_time.of_day(reception, FreeTimeOfDay(day=day, minutes=15))
            begins, ends = day_bounds(day, day, LONDON)
            assert all(begins <= slot.starts_at < ends for slot in found)
            for slot in found[::4]:
                booked = night.book(slot.wall_start.isoformat(sep=" "), 15, fold=0)
                assert booked.starts_at == slot.starts_at

    def test_ninety_days_ahead_and_no_further(self, room: Room, admin: Actor) -> None:
        away = AddAbsence(
            practitioner_id=room.doctor.id,
            wall_start=datetime(2026, 11, 17),
            wall_end=datetime(2027, 2, 15),
        )
        room.clinic.absences.add(admin, away)
        command = FindFreeTime(after=datetime(2026, 11, 18), limit=1)
        [slot] = room.clinic.free_time.next(room.desk, command)
        assert slot.wall_start == datetime(2027, 2, 15, 9)
        earlier = FindFreeTime(after=datetime(2026, 11, 17), limit=1)
        assert len(room.clinic.free_time.next(room.desk, earlier)) == 0
