"""Visits that repeat, on real databases: looked at before, booked all or none, changed together, lost never."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from meditrack_desktop.database.tables.scheduling import SeriesRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.booking_rules import BookingRuleInput, RuleKind, SetBookingRules
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.deeds import DeedKind
from meditrack_desktop.domain.errors import ChangedMeanwhile, ClinicError, ErrorCode
from meditrack_desktop.domain.holds import PlaceHold
from meditrack_desktop.domain.practitioners import WorkingHoursInput
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, Confirmation
from meditrack_desktop.domain.series import (
    BookSeries,
    CancelSeries,
    Every,
    InTheWay,
    MoveSeries,
    Occurrence,
    PreviewSeries,
    Scope,
    Series,
    SeriesRule,
    starts,
)
from meditrack_desktop.domain.visit_types import SaveAsset, SaveVisitType
from meditrack_desktop.domain.working_time import AddAbsence, SetClosure
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import ClinicSite
from tests.makers.calendar_rows import calendar_rows
from tests.makers.deeds import THURSDAY, cancel, confirm, status
from tests.makers.people import a_doctor, a_patient
from tests.makers.visits import Room, a_room

WEEKLY = SeriesRule(every=Every.WEEK, count=4)
NINE = [datetime(2026, 11, 19, 9) + timedelta(weeks=week) for week in range(4)]
ALL_DAY = tuple(WorkingHoursInput(weekday=weekday, starts=time(0), ends=time(23, 59)) for weekday in range(7))


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    clinic.practitioners.add(admin, a_doctor("Muster", "Jon"))
    return a_room(clinic, reception, admin)


def refused(code: ErrorCode, **parameters: str) -> Any:
    return pytest.raises(ClinicError, match=f"^{code.value}$")


def colleague(room: Room) -> Any:
    return next(one.id for one in room.clinic.practitioners.list(room.desk) if one.family == "Muster")


def preview(
    room: Room, rule: SeriesRule = WEEKLY, when: str = f"{THURSDAY} 09:00", **first: Any
) -> list[Occurrence]:
    command = PreviewSeries(first=room.wants(when, **first), rule=rule)
    return list(room.clinic.series.preview(room.desk, command))


def wanted(
    room: Room, rule: SeriesRule = WEEKLY, when: str = f"{THURSDAY} 09:00", **first: Any
) -> BookSeries:
    command = room.wants(when, **first)
    return BookSeries(first=command, rule=rule, starts=starts(rule, command.wall_start))


def book(room: Room, *args: Any, **first: Any) -> Series:
    return room.clinic.series.book(room.desk, wanted(room, *args, **first))


def move(room: Room, visit: Appointment, scope: Scope, to: datetime, **more: Any) -> Series:
    command = MoveSeries(id=visit.id, version=visit.version, scope=scope, wall_start=to, **more)
    return room.clinic.series.move(room.desk, command)


def drop(room: Room, visit: Appointment, scope: Scope) -> Series:
    command = CancelSeries(id=visit.id, version=visit.version, scope=scope, reason="gets well at home")
    return room.clinic.series.cancel(room.desk, command)


def walls(series: Series) -> list[datetime]:
    return [visit.wall_start for visit in series.visits]


def planned(room: Room) -> list[datetime | None]:
    """Which dates the visits of series were planned for, by where they are now."""
    rows = [row for row in calendar_rows(room.clinic)["appointment"] if row["series_id"]]
    return [row["series_start"] for row in sorted(rows, key=lambda row: row["wall_start"])]


class TestPreview:
    def test_nothing_is_in_the_way_and_nothing_is_saved(self, room: Room) -> None:
        before = calendar_rows(room.clinic)
        assert preview(room) == [Occurrence(start) for start in NINE]
        assert calendar_rows(room.clinic) == before

    def test_each_date_says_what_is_in_its_way(self, room: Room, admin: Actor, doctor: Actor) -> None:
        clinic = room.clinic
        room.book("2026-11-26 09:00", patient_id=clinic.patients.register(room.desk, a_patient("Anders")).id)
        clinic.working_times.set_closure(admin, SetClosure(day=date(2026, 12, 3), name="Founders' Day"))
        away = AddAbsence(
            practitioner_id=room.doctor.id,
            wall_start=datetime(2026, 12, 10, 8),
            wall_end=datetime(2026, 12, 10, 11),
        )
        clinic.absences.add(room.desk, away)
        clinic.holds.place(
            doctor, PlaceHold(practitioner_id=room.doctor.id, wall_start=datetime(2026, 12, 17, 9, 15))
        )
        room.book("2026-12-24 09:10", practitioner_id=colleague(room))
        found = preview(room, SeriesRule(every=Every.WEEK, count=7))
        told = {one.wall_start.date(): (one.obstacles, one.note, one.proposed) for one in found}
        assert told == {
            date(2026, 11, 19): ((), "", None),
            date(2026, 11, 26): ((InTheWay.TAKEN,), "", datetime(2026, 11, 26, 9, 30)),
            date(2026, 12, 3): ((InTheWay.CLOSED,), "Founders' Day", None),
            date(2026, 12, 10): ((InTheWay.AWAY,), "", datetime(2026, 12, 10, 11)),
            date(2026, 12, 17): ((InTheWay.HELD,), "", datetime(2026, 12, 17, 9, 45)),
            date(2026, 12, 24): ((InTheWay.PATIENT,), "", datetime(2026, 12, 24, 9, 45)),
            date(2026, 12, 31): ((), "", None),
        }
        assert [one.blocked for one in found] == [False, True, True, True, True, True, False]

    def test_days_that_the_doctor_does_not_work(self, room: Room) -> None:
        found = preview(room, SeriesRule(every=Every.DAY, count=3))
        assert [one.obstacles for one in found] == [(), (), (InTheWay.OUTSIDE_HOURS,)]

    def test_rules_and_rooms(self, room: Room, admin: Actor) -> None:
        clinic = room.clinic
        only = clinic.assets.save(admin, SaveAsset(name="Laser", group="Laser"))
        kind = clinic.visit_types.save(
            admin, SaveVisitType(name="Laser", needs=("Laser",), buffer_before=10, buffer_after=5)
        )
        other = clinic.patients.register(room.desk, a_patient("Anders"))
        room.book(
            "2026-11-26 09:15", visit_type_id=kind.id, practitioner_id=colleague(room), patient_id=other.id
        )
        doctor = clinic.practitioners.get(room.desk, room.doctor.id)
        rule = BookingRuleInput(kind=RuleKind.MOST_PER_DAY, most=1)
        clinic.booking_rules.set(
            room.desk, SetBookingRules(practitioner_id=doctor.id, version=doctor.version, rules=(rule,))
        )
        room.book("2026-12-03 15:00", patient_id=other.id)
        found = preview(room, visit_type_id=kind.id)
        assert [(one.obstacles, one.note) for one in found] == [
            ((), ""),
            ((InTheWay.ROOM,), only.group),
            ((InTheWay.RULE,), RuleKind.MOST_PER_DAY.value),
            ((), ""),
        ]

    def test_what_is_proposed_can_be_booked(self, room: Room) -> None:
        room.book("2026-11-26 08:45", 45, patient_id=room.clinic.patients.register(room.desk, a_patient("Anders")).id,
                  overbook_reason="before opening")  # fmt: skip
        chosen = [one.proposed or one.wall_start for one in preview(room)]
        assert chosen[1] != NINE[1]
        command = wanted(room).model_copy(update={"starts": tuple(chosen)})
        series = room.clinic.series.book(room.desk, command)
        assert walls(series) == chosen
        # It is still the date that it was planned for.
        assert planned(room) == NINE


class TestBooking:
    def test_an_ordinary_visit_at_each_date(self, room: Room, admin: Actor) -> None:
        series = book(room, minutes=45, reason="wound care")
        assert walls(series) == NINE
        assert planned(room) == NINE
        assert {visit.series_id for visit in series.visits} == {series.id}
        assert {(visit.minutes, visit.reason) for visit in series.visits} == {(45, "wound care")}
        assert series.rule == WEEKLY
        assert room.clinic.series.of(room.desk, series.visits[2].id) == series
        actions = [line.action for line in room.clinic.audit.list(admin, limit=7)]
        assert actions.count("appointment.booked") == 4
        assert actions.count("series.booked") == 1

    def test_all_or_none(self, room: Room) -> None:
        for taken in NINE[1:3]:
            room.book(str(taken), practitioner_id=room.doctor.id)
        before = calendar_rows(room.clinic)
        with refused(ErrorCode.SERIES_BLOCKED) as caught:
            book(room)
        assert caught.value.parameters == {"blocked": "2"}
        assert calendar_rows(room.clinic) == before

    def test_overbooked_where_it_was_asked_for(self, room: Room) -> None:
        room.book(str(NINE[1]))
        series = book(room, overbook_reason="has to be weekly")
        assert [visit.overbooked for visit in series.visits] == [False, True, False, False]

    def test_the_same_command_twice_books_once(self, room: Room) -> None:
        command = wanted(room)
        first = room.clinic.series.book(room.desk, command)
        before = calendar_rows(room.clinic, growing=True)
        assert room.clinic.series.book(room.desk, command) == first
        assert calendar_rows(room.clinic, growing=True) == before
        other = room.clinic.patients.register(room.desk, a_patient("Anders"))
        stolen = command.first.model_copy(update={"patient_id": other.id})
        with pytest.raises(ChangedMeanwhile):
            room.clinic.series.book(room.desk, command.model_copy(update={"first": stolen}))

    def test_the_id_of_a_single_visit_is_no_series(self, room: Room) -> None:
        command = wanted(room)
        single = room.clinic.scheduling.book(room.desk, command.first)
        with pytest.raises(ChangedMeanwhile):
            room.clinic.series.book(room.desk, command)
        with refused(ErrorCode.SERIES_NOT_FOUND):
            room.clinic.series.of(room.desk, single.id)

    def test_rooms_are_kept_for_every_date(self, room: Room, admin: Actor) -> None:
        clinic = room.clinic
        clinic.assets.save(admin, SaveAsset(name="Laser", group="Laser"))
        kind = clinic.visit_types.save(admin, SaveVisitType(name="Laser", needs=("Laser",), buffer_after=15))
        series = book(room, visit_type_id=kind.id)
        assert all(len(visit.asset_ids) == 1 and visit.buffer_after == 15 for visit in series.visits)
        with refused(ErrorCode.SERIES_BLOCKED) as caught:
            book(room, visit_type_id=kind.id, practitioner_id=colleague(room))
        assert caught.value.parameters == {"blocked": "4"}


class TestChanging:
    def test_this_one_only(self, room: Room) -> None:
        series = book(room)
        moved = move(room, series.visits[1], Scope.THIS, NINE[1] + timedelta(hours=2))
        assert walls(moved) == [NINE[0], NINE[1] + timedelta(hours=2), *NINE[2:]]
        assert planned(room) == NINE

    def test_this_and_the_following(self, room: Room) -> None:
        series = book(room)
        moved = move(room, series.visits[1], Scope.FOLLOWING, NINE[1] + timedelta(days=1, minutes=30))
        by = timedelta(days=1, minutes=30)
        assert walls(moved) == [NINE[0], *(start + by for start in NINE[1:])]
        assert planned(room) == NINE

    def test_all_with_another_doctor(self, room: Room) -> None:
        series = book(room)
        moved = move(room, series.visits[2], Scope.ALL, NINE[2], practitioner_id=colleague(room))
        assert walls(moved) == NINE
        assert {visit.practitioner_id for visit in moved.visits} == {colleague(room)}

    def test_onto_its_own_dates_forth_and_back(self, room: Room) -> None:
        series = book(room)
        later = move(room, series.visits[0], Scope.ALL, NINE[1])
        assert walls(later) == [start + timedelta(weeks=1) for start in NINE]
        back = move(room, later.visits[3], Scope.ALL, NINE[3])
        assert walls(back) == NINE

    def test_one_that_was_moved_is_moved_by_as_much(self, room: Room) -> None:
        """And belongs to the date that it was planned for, though it now lies after the one that is moved."""
        series = book(room)
        moved = move(room, series.visits[0], Scope.THIS, NINE[2] + timedelta(hours=1))
        moved = move(room, moved.visits[1], Scope.FOLLOWING, NINE[1] + timedelta(minutes=20))
        assert walls(moved) == [
            NINE[2] + timedelta(hours=1),
            *(start + timedelta(minutes=20) for start in NINE[1:]),
        ]
        back = move(room, moved.visits[1], Scope.ALL, NINE[1])
        assert walls(back) == [NINE[2] + timedelta(minutes=40), *NINE[1:]]

    def test_what_is_over_or_given_up_stays(self, room: Room, clock: FixedClock, clinic: Clinic) -> None:
        series = book(room)
        cancel(room, series.visits[2])
        clock.advance(timedelta(days=1, hours=1))
        desk = _sign_in(clinic)
        later = Room(clinic, desk, room.doctor, room.patient)
        visit = clinic.scheduling.get(desk, series.visits[1].id)
        moved = move(later, visit, Scope.ALL, NINE[1] + timedelta(minutes=45))
        by = timedelta(minutes=45)
        assert walls(moved) == [NINE[0], NINE[1] + by, NINE[2], NINE[3] + by]

    def test_all_or_none(self, room: Room) -> None:
        other = room.clinic.patients.register(room.desk, a_patient("Anders"))
        series = book(room)
        for week in (1, 3):
            room.book(str(NINE[week] + timedelta(hours=2)), patient_id=other.id)
        before = calendar_rows(room.clinic, growing=True)
        with refused(ErrorCode.SERIES_BLOCKED) as caught:
            move(room, series.visits[0], Scope.ALL, NINE[0] + timedelta(hours=2))
        assert caught.value.parameters == {"blocked": "2"}
        assert calendar_rows(room.clinic, growing=True) == before
        moved = move(
            room, series.visits[0], Scope.ALL, NINE[0] + timedelta(hours=2), overbook_reason="cannot be else"
        )
        assert [visit.overbooked for visit in moved.visits] == [False, True, False, True]

    def test_cancelling(self, room: Room) -> None:
        series = book(room)
        dropped = drop(room, series.visits[2], Scope.FOLLOWING)
        gone = [visit.status is AppointmentStatus.CANCELLED for visit in dropped.visits]
        assert gone == [False, False, True, True]
        dropped = drop(room, dropped.visits[0], Scope.THIS)
        assert dropped.visits[0].cancel_reason == "gets well at home"
        with refused(ErrorCode.STATUS_NOT_ALLOWED):
            drop(room, dropped.visits[0], Scope.ALL)
        assert drop(room, dropped.visits[1], Scope.ALL).visits[1].status is AppointmentStatus.CANCELLED

    def test_a_stale_version_is_refused(self, room: Room) -> None:
        series = book(room)
        confirm(room, series.visits[0], Confirmation.CONFIRMED)
        before = calendar_rows(room.clinic, growing=True)
        with pytest.raises(ChangedMeanwhile):
            move(room, series.visits[0], Scope.ALL, NINE[0] + timedelta(hours=1))
        with pytest.raises(ChangedMeanwhile):
            drop(room, series.visits[0], Scope.ALL)
        assert calendar_rows(room.clinic, growing=True) == before

    def test_a_single_visit_has_no_others(self, room: Room) -> None:
        visit = room.book(f"{THURSDAY} 09:00")
        with refused(ErrorCode.SERIES_NOT_FOUND):
            move(room, visit, Scope.ALL, NINE[1])
        with refused(ErrorCode.SERIES_NOT_FOUND):
            drop(room, visit, Scope.THIS)

    def test_each_change_is_one_deed(self, room: Room) -> None:
        before = calendar_rows(room.clinic)
        series = book(room)
        series = move(room, series.visits[0], Scope.ALL, NINE[0] + timedelta(hours=1))
        drop(room, series.visits[0], Scope.ALL)
        kinds = [room.clinic.deeds.undo(room.desk).action for _ in range(3)]
        assert kinds == [DeedKind.SERIES_CANCELLED, DeedKind.SERIES_MOVED, DeedKind.SERIES_BOOKED]
        assert calendar_rows(room.clinic) == before

    def test_a_series_with_a_visit_that_came_is_not_undone(self, room: Room, doctor: Actor) -> None:
        series = book(room)
        status(
            Room(room.clinic, doctor, room.doctor, room.patient), series.visits[0], AppointmentStatus.ARRIVED
        )
        with refused(ErrorCode.UNDO_STALE):
            room.clinic.deeds.undo(room.desk)
        assert len(room.clinic.series.of(room.desk, series.id and series.visits[0].id).visits) == 4


def _sign_in(clinic: Clinic) -> Actor:
    from tests.conftest import PASSWORDS

    return clinic.sessions.sign_in("reception", PASSWORDS["reception"])


def _zone_cases() -> dict[str, list[dict[str, str]]]:
    from tests.conftest import SAMPLES

    path = SAMPLES / "timezones" / "dst-cases.json"
    if not path.is_file():
        return {}
    found: dict[str, list[dict[str, str]]] = {}
    for case in json.loads(path.read_text())["cases"]:
        if case["kind"] != "plain" and case["local"].startswith("2027"):
            found.setdefault(case["zone"], []).append(case)
    return found


CASES = _zone_cases()


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
@pytest.mark.parametrize("zone", sorted(CASES))
def test_a_daily_series_over_every_change_of_clocks(
    zone: str, clinic: Clinic, reception: Actor, admin: Actor, samples: Path
) -> None:
    """The day before, the day of the change and the day after, at the very time that is skipped or comes twice."""
    room = a_room(clinic, reception, admin, hours=ALL_DAY)
    with clinic.work.unsigned() as session:
        session.connection().exec_driver_sql("UPDATE clinic SET zone = ?", (zone,))
    daily = SeriesRule(every=Every.DAY, count=3)
    for case in CASES[zone]:
        at = datetime.fromisoformat(case["local"])
        if (at.second, at.microsecond) != (0, 0):
            continue
        when = str(at - timedelta(days=1))
        _, changing, _ = preview(room, daily, when, minutes=5)
        command = wanted(room, daily, when, minutes=5)
        if case["kind"] == "gap":
            assert changing.obstacles == (InTheWay.CLOCKS_SKIP,), case
            assert changing.proposed is not None, case
            assert changing.proposed.date() == at.date(), case
            with refused(ErrorCode.SERIES_BLOCKED):
                clinic.series.book(room.desk, command)
            command = command.model_copy(
                update={"starts": (command.starts[0], changing.proposed, command.starts[2])}
            )
        else:
            assert changing.obstacles == (InTheWay.CLOCKS_TWICE,), case
            assert not changing.blocked
        series = clinic.series.book(room.desk, command)
        assert walls(series) == list(command.starts), case
        assert planned(room) == list(starts(daily, command.first.wall_start)), case
        if case["kind"] != "gap":
            first = datetime.fromisoformat(case["utc_fold0"])
            assert series.visits[1].starts_at == first, case
        clinic.deeds.undo(room.desk)


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_moving_over_the_end_of_summer_keeps_the_clock_on_the_wall(
    clinic: Clinic, reception: Actor, admin: Actor
) -> None:
    room = a_room(clinic, reception, admin, hours=ALL_DAY)
    series = book(room, WEEKLY, "2027-10-20 09:00")
    moved = move(room, series.visits[0], Scope.ALL, datetime(2027, 10, 19, 10, 30))
    assert {visit.wall_start.time() for visit in moved.visits} == {time(10, 30)}
    assert [visit.starts_at.hour for visit in moved.visits] == [9, 9, 10, 10]


DESKS = 6


@pytest.fixture
def desks(site: ClinicSite, clock: FixedClock) -> Iterator[list[Clinic]]:
    opened = [site.open(clock) for _ in range(DESKS)]
    yield opened
    for desk in opened:
        desk.close()


def test_of_series_booked_at_once_one_is_booked_whole(
    desks: list[Clinic], reception: Actor, admin: Actor
) -> None:
    room = a_room(desks[0], reception, admin)
    for week in range(5):
        start = datetime(2026, 11, 23, 9) + timedelta(weeks=6 * week)
        # They overlap here and there, never wholly.
        commands = [
            wanted(room, SeriesRule(every=Every.WEEK, count=5), str(start + timedelta(minutes=10 * number)))
            for number in range(DESKS)
        ]
        barrier = Barrier(DESKS)

        def run(number: int, commands: list[BookSeries] = commands, barrier: Barrier = barrier) -> Any:
            barrier.wait()
            try:
                return desks[number].series.book(reception, commands[number])
            except ClinicError as refusal:
                return refusal.code

        with ThreadPoolExecutor(DESKS) as pool:
            answers = list(pool.map(run, range(DESKS)))
        won = [answer for answer in answers if isinstance(answer, Series)]
        assert {a for a in answers if not isinstance(a, Series)} <= {ErrorCode.SERIES_BLOCKED}
        assert won
        assert all(len(series.visits) == 5 for series in won)
        visits = sorted((v for series in won for v in series.visits), key=lambda v: v.starts_at)
        assert all(a.ends_at <= b.starts_at for a, b in pairwise(visits))
    with desks[0].work.database.reading() as session:
        kept = {row["series_id"] for row in calendar_rows(desks[0])["appointment"]}
        assert {row.id for row in session.query(SeriesRow)} == kept
