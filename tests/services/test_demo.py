"""The sample clinic's week: the same whenever it is made, possible in a calendar, and lived through up to now."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from meditrack_desktop.domain.accounts import AccountStatus, Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.desks import DeskStatus
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.notes import NoteStatus
from meditrack_desktop.domain.practitioners import Practitioner, WorkingHours
from meditrack_desktop.domain.scheduling import AppointmentStatus
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.demo import charts, demo, people, practice, staff, week
from meditrack_desktop.services.profile import Profile
from tests.conftest import PASSWORDS
from tests.makers.care import as_doctor, in_care
from tests.makers.people import a_patient

LONDON = ZoneInfo("Europe/London")
STAFF = [
    Practitioner(
        command.id, 1, command.family, command.given, command.prefix, command.specialty, command.room, True,
        tuple(WorkingHours(stretch.weekday, stretch.starts, stretch.ends) for stretch in command.hours),
    )
    for command in week.doctors()
]  # fmt: skip
PATIENTS = [new_id() for _ in range(400)]
DAYS = [datetime(2026, 11, day, hour, 42, tzinfo=UTC) for day in (16, 18, 21, 22) for hour in (7, 10, 15, 22)]


def _visits(now: datetime) -> list[week.AppointmentRow]:
    return week.visits(week.WeekPlan(now, LONDON, new_id()), STAFF, PATIENTS)


@pytest.mark.parametrize("now", DAYS, ids=str)
def test_no_two_visits_of_a_doctor_overlap_and_nobody_comes_twice_a_day(now: datetime) -> None:
    rows = _visits(now) + week.earlier_visits(week.WeekPlan(now, LONDON, new_id()), STAFF, PATIENTS)
    for doctor in STAFF:
        own = sorted((r for r in rows if r.practitioner_id == doctor.id), key=lambda r: r.starts_at)
        assert all(earlier.ends_at <= later.starts_at for earlier, later in pairwise(own))
        for row in (row for row in _visits(now) if row.practitioner_id == doctor.id):
            ends = (row.wall_start + timedelta(minutes=row.minutes)).time()
            assert any(
                stretch.starts <= row.wall_start.time() and ends <= stretch.ends
                for stretch in doctor.hours_on(row.wall_start.date())
            )
    assert max(Counter((r.patient_id, r.wall_start.date()) for r in rows).values()) == 1


def test_the_week_does_not_depend_on_the_hour_it_is_made() -> None:
    morning, evening = (
        {(r.practitioner_id, r.wall_start, r.minutes, r.confirmation) for r in _visits(moment)}
        for moment in (datetime(2026, 11, 18, 7, tzinfo=UTC), datetime(2026, 11, 18, 20, tzinfo=UTC))
    )
    assert morning == evening


@pytest.mark.parametrize("now", DAYS, ids=str)
def test_what_is_over_is_over_and_what_comes_is_booked(now: datetime) -> None:
    rows = _visits(now)
    per_day = Counter(r.wall_start.date() for r in rows)
    assert min(per_day.values()) > 40, "every day is full"
    for row in rows:
        if row.status is AppointmentStatus.FULFILLED:
            assert row.ends_at <= now and row.arrived_at < row.roomed_at < row.left_at
        if row.status is AppointmentStatus.CHECKED_IN:
            assert row.starts_at <= now < row.ends_at
        if row.status is AppointmentStatus.BOOKED:
            assert row.starts_at > now
        if row.arrived_at is not None:
            assert row.arrived_at <= now


def test_the_people_are_the_same_every_time_and_none_is_real() -> None:
    today = date(2026, 11, 18)
    first, second = people.everybody(today), people.everybody(today)
    assert len(first) == people.HOW_MANY
    assert [p.model_dump(exclude={"id"}) for p in first] == [p.model_dump(exclude={"id"}) for p in second]
    for person in first:
        assert person.birth_date is not None and person.birth_date.problem_on(today) is None
        assert person.phones[0].value.startswith(("+44 20 7946 0", "+44 7700 900"))
        assert not person.email or person.email.endswith("@patients.example")


def test_the_other_people_show_every_state_of_an_account_and_of_a_desk(clinic: Clinic, admin: Actor) -> None:
    doctors = [clinic.practitioners.add(admin, command) for command in week.doctors()]
    staff.add(clinic, admin, doctors)
    accounts = {account.username: account for account in clinic.accounts.list(admin)}
    assert len(accounts) == 14
    assert {account.status for account in accounts.values()} == set(AccountStatus)
    assert accounts["kit"].status is AccountStatus.INVITED
    assert accounts["sam"].status is AccountStatus.LOCKED
    assert not accounts["pattern"].active
    assert accounts["shili"].practitioner_id == doctors[2].id
    assert {desk.status for desk in clinic.desks.list(admin)} == set(DeskStatus)
    names = {session.workstation_name for session in clinic.sessions.list(admin)}
    assert {"Front desk 2", "Room 1", "Room 2", "Room 3"} <= names


def test_one_that_an_older_program_made_today_is_made_anew(tmp_path: Path) -> None:
    profile, clock = Profile(tmp_path), FixedClock(datetime(2026, 11, 18, 10, 42, tzinfo=UTC))
    demo.mark_of_today(profile, clock)
    assert demo.is_of_today(profile, clock)
    mark = tmp_path / "demo.json"
    made = json.loads(mark.read_text())
    for older in (
        {"filled": made["filled"]},
        {**made, "slots": 1},
        {**made, "schema": "0001"},
        {**made, "samples": 1},
    ):
        mark.write_text(json.dumps(older))
        assert not demo.is_of_today(profile, clock)


def test_charts_hold_what_a_doctor_would_write(
    clinic: Clinic, admin: Actor, reception: Actor, doctor: Actor
) -> None:
    """Rows that the database takes, told by the services as any other chart."""
    practitioner = as_doctor(clinic, admin, doctor)
    patients = [clinic.patients.register(reception, a_patient(f"Beispiel{n}", "Greta")) for n in range(7)]
    in_care(clinic, reception, practitioner, *patients)
    now, ids = clinic.work.clock.now(), [patient.id for patient in patients]
    with clinic.work.database.writing() as session:
        for row in charts.rows(now, ids, ids[-1], doctor.account_id, reception.account_id):
            session.add(row)
            session.reported.add(row)
    mara = clinic.charts.of_patient(doctor, ids[-1])
    assert next(one.text for one in mara.conditions) == "Iron deficiency"
    assert {one.name: str(one.value) for one in mara.latest}["Hemoglobin"] == "10.9"
    assert all(
        note.status is NoteStatus.SIGNED and note.author_id == doctor.account_id for note in mara.notes
    )
    warned = clinic.allergies.of_patient(reception, ids[-1]).warnings
    assert (warned[0].substance, warned[0].severity.value) == ("Penicillin", "severe")
    told = [clinic.charts.of_patient(doctor, each) for each in ids]
    assert all(chart.notes and chart.observations for chart in told)
    assert all(one.taken_at < now for chart in told for one in chart.observations)


@pytest.mark.parametrize("day", [date(2026, 11, 16), date(2026, 11, 22), date(2026, 12, 24)], ids=str)
def test_the_practice_shows_every_kind_of_time_and_leaves_the_week_as_it_was(
    clinic: Clinic, admin: Actor, clock: FixedClock, day: date
) -> None:
    clock.set(datetime(day.year, day.month, day.day, 10, 42, tzinfo=UTC))
    admin = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
    plain = [clinic.practitioners.add(admin, command) for command in week.doctors()]
    doctors = practice.set_up(clinic, admin, plain, day)
    kinds = practice.kinds_of_visits(clinic, admin, doctors)
    practice.absences(clinic, admin, doctors, day)
    assert {name for name, _ in week.VISITS} <= kinds.keys(), "each sample visit is of a kind"
    found = {kind.name: kind for kind in clinic.visit_types.list(admin)}
    assert found["Minor procedure"].buffer_after and found["Minor procedure"].needs == (practice.ROOMS,)
    assert all(found[name].minutes == minutes for name, minutes in week.VISITS)
    groups = {asset.group for asset in clinic.assets.list(admin)}
    assert {need for kind in found.values() for need in kind.needs} <= groups
    assert [group.position for group in clinic.doctor_groups.list(admin)] == [1, 2, 3]
    assert doctors[practice.ALTERNATING].cycle_weeks == 2
    assert clinic.practitioner_profiles.get(admin, doctors[0].id).completeness == 100
    assert clinic.practitioner_profiles.expiring(admin)
    assert clinic.booking_rules.of_doctor(admin, doctors[0].id)
    last_of_the_week = day + timedelta(days=7 - day.weekday())
    (closed,) = clinic.working_times.closures(admin, day, day + timedelta(days=250))[:1]
    away = clinic.absences.list(admin, [], day, day + timedelta(days=30))
    assert closed.day > last_of_the_week and len(away) == 2
    assert away[0].wall_start.date() == last_of_the_week, "some sample visits want another place"
    now, by = clock.now(), new_id()
    was, now_are = (
        {
            (row.practitioner_id, row.wall_start, row.patient_id, row.visit_type)
            for row in week.visits(week.WeekPlan(now, LONDON, by), staff_, PATIENTS)
            if row.wall_start.date() < last_of_the_week
        }
        for staff_ in (plain, doctors)
    )
    assert was == now_are
