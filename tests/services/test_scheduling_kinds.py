"""Kinds of visits at the calendar: names, buffers, who offers them, and the rooms that the database guards, too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from meditrack_desktop.database.tables.scheduling import AppointmentAssetRow, AppointmentRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ClinicError, Conflict, ErrorCode, Invalid, NotFound, SlotTaken
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.scheduling import (
    Appointment,
    AppointmentStatus,
    CancelAppointment,
    ChangeAppointmentLength,
    Confirmation,
    SetAppointmentStatus,
)
from meditrack_desktop.domain.visit_types import Asset, AssetKind, SaveAsset, SaveVisitType, VisitType
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_doctor
from tests.makers.visits import Room, a_room

DAY = "2026-11-19"


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    return a_room(clinic, reception, admin)


@pytest.fixture
def other(clinic: Clinic, admin: Actor) -> Practitioner:
    return clinic.practitioners.add(admin, a_doctor("Muster", "Jon"))


@pytest.fixture
def rooms(clinic: Clinic, admin: Actor) -> tuple[Asset, Asset]:
    one, two = (
        clinic.assets.save(admin, SaveAsset(name=name, group="Ultrasound")) for name in ("Room 1", "Room 2")
    )
    return one, two


def kind(clinic: Clinic, admin: Actor, name: str = "Ultrasound", **details: object) -> VisitType:
    return clinic.visit_types.save(admin, SaveVisitType(name=name, **details))


def refused(code: ErrorCode, error: type[ClinicError] = ClinicError):
    return pytest.raises(error, match=f"^{code.value}$")


def stretch(room: Room, visit: Appointment, minutes: int, why: str = "") -> Appointment:
    command = ChangeAppointmentLength(
        id=visit.id, version=visit.version, minutes=minutes, overbook_reason=why
    )
    return room.clinic.scheduling.change_length(room.desk, command)


def status(room: Room, visit: Appointment, to: AppointmentStatus) -> Appointment:
    command = SetAppointmentStatus(id=visit.id, version=visit.version, status=to)
    return room.clinic.scheduling.set_status(room.desk, command)


def cancel(room: Room, visit: Appointment) -> Appointment:
    command = CancelAppointment(id=visit.id, version=visit.version, reason="ill")
    return room.clinic.scheduling.cancel(room.desk, command)


def kept(room: Room, visit: Appointment) -> list[tuple[UUID, datetime, datetime, bool, bool]]:
    with room.clinic.work.database.reading() as session:
        rows = session.query(AppointmentAssetRow).filter_by(appointment_id=visit.id).all()
        return sorted((r.asset_id, r.busy_from, r.busy_until, r.takes_time, r.overbooked) for r in rows)


class TestKinds:
    def test_its_name_and_buffers_go_with_the_visit(self, room: Room, admin: Actor) -> None:
        check = kind(room.clinic, admin, buffer_before=10, buffer_after=20)
        visit = room.book(f"{DAY} 10:00", 30, visit_type_id=check.id, visit_type="typed by hand")
        assert (visit.visit_type, visit.visit_type_id) == ("Ultrasound", check.id)
        assert (visit.buffer_before, visit.buffer_after) == (10, 20)
        for when in ("09:25", "10:45"):
            with pytest.raises(SlotTaken):
                room.book(f"{DAY} {when}", 30)
        room.book(f"{DAY} 09:20", 30)
        room.book(f"{DAY} 10:50", 30)

    def test_two_buffers_do_not_overlap_each_other(self, room: Room, admin: Actor) -> None:
        check = kind(room.clinic, admin, buffer_before=10, buffer_after=10)
        room.book(f"{DAY} 10:00", 30, visit_type_id=check.id)
        with pytest.raises(SlotTaken):
            room.book(f"{DAY} 10:45", 30, visit_type_id=check.id)
        room.book(f"{DAY} 10:50", 30, visit_type_id=check.id)

    def test_buffers_may_lie_outside_hours(self, room: Room, admin: Actor) -> None:
        check = kind(room.clinic, admin, buffer_before=30, buffer_after=30)
        assert not room.book(f"{DAY} 09:00", 30, visit_type_id=check.id).overbooked

    def test_moving_and_lengthening_keep_them(self, room: Room, admin: Actor, other: Practitioner) -> None:
        check = kind(room.clinic, admin, buffer_before=10, buffer_after=20)
        visit = room.book(f"{DAY} 10:00", 30, visit_type_id=check.id)
        moved = stretch(room, room.move(visit, f"{DAY} 14:30", practitioner_id=other.id), 45)
        assert (moved.buffer_before, moved.buffer_after) == (10, 20)
        with pytest.raises(SlotTaken):
            room.book(f"{DAY} 15:30", 15, practitioner_id=other.id)
        room.book(f"{DAY} 15:35", 15, practitioner_id=other.id)
        room.book(f"{DAY} 10:00", 30)

    def test_a_doctor_who_does_not_offer_it(self, room: Room, admin: Actor, other: Practitioner) -> None:
        check = kind(room.clinic, admin, practitioner_ids=(other.id,))
        with refused(ErrorCode.DOCTOR_NOT_AVAILABLE, Invalid):
            room.book(f"{DAY} 10:00", visit_type_id=check.id, overbook_reason="even so")
        visit = room.book(f"{DAY} 10:00", visit_type_id=check.id, practitioner_id=other.id)
        with refused(ErrorCode.DOCTOR_NOT_AVAILABLE, Invalid):
            room.move(visit, f"{DAY} 10:00", practitioner_id=room.doctor.id)

    def test_one_that_is_no_longer_offered_or_never_was(self, room: Room, admin: Actor) -> None:
        check = kind(room.clinic, admin)
        visit = room.book(f"{DAY} 10:00", visit_type_id=check.id)
        gone = SaveVisitType(id=check.id, version=check.version, name=check.name, active=False)
        room.clinic.visit_types.save(admin, gone)
        for visit_type_id in (check.id, new_id()):
            with refused(ErrorCode.VISIT_TYPE_NOT_FOUND, NotFound):
                room.book(f"{DAY} 11:00", visit_type_id=visit_type_id)
        assert room.move(visit, f"{DAY} 11:00").visit_type == "Ultrasound"


class TestRooms:
    def test_the_first_free_of_each_needed_group(
        self, room: Room, admin: Actor, other: Practitioner, rooms: tuple[Asset, Asset]
    ) -> None:
        device = room.clinic.assets.save(
            admin, SaveAsset(name="Device", kind=AssetKind.EQUIPMENT, group="Devices")
        )
        scan = kind(room.clinic, admin, needs=("Ultrasound", "Devices"))
        plain = kind(room.clinic, admin, "Plain scan", needs=("Ultrasound",))
        first = room.book(f"{DAY} 10:00", visit_type_id=scan.id)
        second = room.book(f"{DAY} 10:00", visit_type_id=plain.id, practitioner_id=other.id)
        assert set(first.asset_ids) == {rooms[0].id, device.id}
        assert second.asset_ids == (rooms[1].id,)
        third = room.clinic.practitioners.add(admin, a_doctor("Third", "Tess"))
        with refused(ErrorCode.ROOM_TAKEN, Conflict) as no_room:
            room.book(f"{DAY} 10:15", visit_type_id=plain.id, practitioner_id=third.id)
        assert no_room.value.parameters == {"name": "Ultrasound"}
        over = room.book(
            f"{DAY} 10:15", visit_type_id=plain.id, practitioner_id=third.id, overbook_reason="urgent"
        )
        assert (over.overbooked, over.overbook_reason) == (True, "urgent")
        assert kept(room, over) == [(rooms[0].id, over.starts_at, over.ends_at, True, True)]

    def test_one_chosen_by_hand(
        self, room: Room, admin: Actor, other: Practitioner, rooms: tuple[Asset, Asset]
    ) -> None:
        scan = kind(room.clinic, admin, needs=("Ultrasound",))
        visit = room.book(f"{DAY} 10:00", visit_type_id=scan.id, asset_ids=(rooms[1].id,))
        assert visit.asset_ids == (rooms[1].id,)
        with refused(ErrorCode.ROOM_TAKEN, Conflict) as taken:
            room.book(f"{DAY} 10:15", practitioner_id=other.id, asset_ids=(rooms[1].id,))
        assert taken.value.parameters == {"name": "Room 2"}
        with refused(ErrorCode.ASSET_NOT_FOUND, NotFound):
            room.book(f"{DAY} 11:15", asset_ids=(new_id(),))
        [shown] = room.clinic.scheduling.of_patient(room.desk, room.patient.id)
        assert shown.asset_ids == visit.asset_ids

    def test_it_is_kept_in_step_with_the_visit_in_every_deed(
        self, room: Room, admin: Actor, rooms: tuple[Asset, Asset]
    ) -> None:
        scan = kind(room.clinic, admin, needs=("Ultrasound",), buffer_before=5, buffer_after=10)
        visit = room.book(f"{DAY} 10:00", visit_type_id=scan.id)

        def in_step(visit: Appointment, takes_time: bool = True) -> None:
            before, after = timedelta(minutes=5), timedelta(minutes=10)
            expected = (rooms[0].id, visit.starts_at - before, visit.ends_at + after, takes_time, False)
            assert kept(room, visit) == [expected]

        in_step(visit)
        in_step(visit := room.move(visit, f"{DAY} 14:30"))
        in_step(visit := stretch(room, visit, 60))
        in_step(visit := stretch(room, visit, 15))
        in_step(visit := cancel(room, visit), takes_time=False)
        in_step(visit := status(room, visit, AppointmentStatus.BOOKED))
        in_step(visit := room.move(visit, "2026-11-18 09:15"))
        in_step(visit := status(room, visit, AppointmentStatus.NOSHOW), takes_time=False)
        in_step(status(room, visit, AppointmentStatus.ARRIVED))

    def test_moving_takes_another_of_the_group_or_is_refused(
        self, room: Room, admin: Actor, other: Practitioner, rooms: tuple[Asset, Asset]
    ) -> None:
        scan = kind(room.clinic, admin, needs=("Ultrasound",))
        theirs = room.book(f"{DAY} 10:00", visit_type_id=scan.id, practitioner_id=other.id)
        mine = room.book(f"{DAY} 11:00", visit_type_id=scan.id)
        assert theirs.asset_ids == mine.asset_ids == (rooms[0].id,)
        moved = room.move(mine, f"{DAY} 10:15")
        assert moved.asset_ids == (rooms[1].id,)
        third = room.clinic.practitioners.add(admin, a_doctor("Third", "Tess"))
        last = room.book(f"{DAY} 09:00", visit_type_id=scan.id, practitioner_id=third.id)
        with refused(ErrorCode.ROOM_TAKEN, Conflict):
            room.move(last, f"{DAY} 10:15")
        with refused(ErrorCode.ROOM_TAKEN, Conflict):
            stretch(room, last, 90)
        assert room.clinic.scheduling.get(room.desk, last.id) == last

    def test_a_visit_brought_back_needs_a_room(
        self, room: Room, admin: Actor, other: Practitioner, rooms: tuple[Asset, Asset]
    ) -> None:
        visit = cancel(room, room.book(f"{DAY} 10:00", asset_ids=(rooms[0].id,)))
        theirs = room.book(f"{DAY} 10:00", practitioner_id=other.id, asset_ids=(rooms[0].id,))
        with refused(ErrorCode.ROOM_TAKEN, Conflict):
            status(room, visit, AppointmentStatus.BOOKED)
        cancel(room, theirs)
        assert status(room, visit, AppointmentStatus.BOOKED).asset_ids == (rooms[0].id,)

    def test_shortening_an_overbooked_visit_frees_it_of_that(
        self, room: Room, other: Practitioner, rooms: tuple[Asset, Asset]
    ) -> None:
        room.book(f"{DAY} 10:30", practitioner_id=other.id, asset_ids=(rooms[0].id,))
        over = room.book(f"{DAY} 10:00", 60, asset_ids=(rooms[0].id,), overbook_reason="asked for")
        assert kept(room, over)[0][4]
        plain = stretch(room, over, 30)
        assert not plain.overbooked
        assert kept(room, plain) == [(rooms[0].id, plain.starts_at, plain.ends_at, True, False)]


class TestTheDatabase:
    """Rows written around the services: what they would refuse, the database refuses on its own."""

    def row(self, room: Room, doctor: Practitioner, hour: int, **details: object) -> AppointmentRow:
        starts = datetime(2026, 11, 19, hour, tzinfo=UTC)
        values: dict[str, object] = {
            "id": new_id(),
            "patient_id": room.patient.id,
            "practitioner_id": doctor.id,
            "starts_at": starts,
            "ends_at": starts + timedelta(minutes=30),
            "wall_start": starts.replace(tzinfo=None),
            "zone": "Europe/London",
            "minutes": 30,
            "status": AppointmentStatus.BOOKED,
            "confirmation": Confirmation.UNCONFIRMED,
            "created_at": starts,
            "created_by": room.desk.account_id,
        }
        return AppointmentRow(**{**values, **details})

    def write(self, room: Room, *rows: object) -> None:
        with room.clinic.work.unsigned() as session:
            for row in rows:
                session.add(row)
                session.reported.add(row)
                session.flush()

    def test_buffers_that_overlap(self, room: Room, admin: Actor) -> None:
        check = kind(room.clinic, admin, buffer_after=20)
        room.book(f"{DAY} 10:00", 45, visit_type_id=check.id)
        with pytest.raises(SlotTaken):
            self.write(room, self.row(room, room.doctor, 11))
        self.write(room, self.row(room, room.doctor, 12))

    def test_a_room_taken_twice(self, room: Room, other: Practitioner, rooms: tuple[Asset, Asset]) -> None:
        theirs = room.book(f"{DAY} 10:00", practitioner_id=other.id, asset_ids=(rooms[0].id,))
        visit = self.row(room, room.doctor, 10)

        def keeping(asset: Asset, overbooked: bool = False) -> AppointmentAssetRow:
            return AppointmentAssetRow(
                appointment_id=visit.id,
                asset_id=asset.id,
                busy_from=visit.starts_at,
                busy_until=visit.ends_at,
                takes_time=True,
                overbooked=overbooked,
            )

        with refused(ErrorCode.ROOM_TAKEN, Conflict):
            self.write(room, visit, keeping(rooms[0]))
        visit = self.row(room, room.doctor, 10)
        self.write(room, visit, keeping(rooms[1]))
        with refused(ErrorCode.ROOM_TAKEN, Conflict), room.clinic.work.unsigned() as session:
            session.query(AppointmentAssetRow).filter_by(appointment_id=visit.id).update(
                {"asset_id": rooms[0].id}
            )
        assert kept(room, theirs)[0][0] == rooms[0].id
