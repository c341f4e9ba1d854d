"""The calendar comes back from a backup with everything that hangs on it, and what was done can still be taken back."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from meditrack_desktop.database.base import Base
from meditrack_desktop.database.tables.scheduling import DeedRow
from meditrack_desktop.domain.backups import BackupOutcome
from meditrack_desktop.domain.deeds import DeedKind
from meditrack_desktop.domain.front_desk import AddDeskTask, AddFollowUp, JoinWaitlist
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.privacy import AnswerPurge, AskForPurge
from meditrack_desktop.domain.scheduling import BookAppointment
from meditrack_desktop.domain.series import BookSeries, Every, MoveSeries, Scope, SeriesRule, starts
from meditrack_desktop.domain.visit_types import SaveAsset, SaveVisitType
from meditrack_desktop.domain.working_time import AddAbsence
from tests.conftest import PASSWORDS
from tests.makers.calendar_rows import Rows, calendar_rows
from tests.makers.people import a_doctor, a_patient
from tests.makers.whole_records import some_value
from tests.services.backup.conftest import Kept
from tests.services.backup.test_restore import rows
from tests.services.doors import person

WITHOUT_PATIENT = frozenset(
    """absence absence_visit appointment_asset appointment_series asset booking_rule calendar_deed closure doctor_group
    doctor_group_member hold_asset practitioner_credential practitioner_language practitioner_specialty slot_hold
    special_day special_hours specialty visit_type visit_type_doctor visit_type_need""".split()
)
"""What came with the calendar and hangs on no patient."""
_NINE = datetime(2026, 11, 19, 9, tzinfo=UTC)
SPAN = {
    **dict.fromkeys(("starts_at", "busy_from"), _NINE),
    **dict.fromkeys(("ends_at", "busy_until"), _NINE + timedelta(hours=1)),
    "wall_start": _NINE.replace(tzinfo=None),
    "wall_end": _NINE.replace(tzinfo=None) + timedelta(hours=1),
}


@dataclass
class Busy:
    """A clinic with deeds at its calendar: `moments` is what was there after each."""

    kept: Kept
    moments: list[Rows]


@pytest.fixture
def busy(kept: Kept) -> Busy:
    clinic, desk, admin = kept.clinic, kept.admin, kept.site.actors["admin"]
    doctor = clinic.practitioners.add(admin, a_doctor())
    clinic.assets.save(admin, SaveAsset(name="Laser", group="Laser"))
    kind = clinic.visit_types.save(admin, SaveVisitType(name="Laser", needs=("Laser",), buffer_after=10))
    moments = [calendar_rows(clinic)]
    first = BookAppointment(
        patient_id=kept.patient.id,
        practitioner_id=doctor.id,
        wall_start=datetime(2026, 11, 19, 9),
        visit_type_id=kind.id,
    )
    rule = SeriesRule(every=Every.WEEK, count=3)
    series = clinic.series.book(
        desk, BookSeries(first=first, rule=rule, starts=starts(rule, first.wall_start))
    )
    moments.append(calendar_rows(clinic))
    join = JoinWaitlist(
        patient_id=kept.patient.id, from_time=time(8, 30), until_time=time(12), first_day=date(2026, 11, 20)
    )
    clinic.waitlist.join(desk, join)
    moments.append(calendar_rows(clinic))
    clinic.follow_ups.add(desk, AddFollowUp(patient_id=kept.patient.id, due_on=date(2026, 12, 24)))
    moments.append(calendar_rows(clinic))
    clinic.absences.add(
        desk,
        AddAbsence(
            practitioner_id=doctor.id,
            wall_start=datetime(2026, 11, 26),
            wall_end=datetime(2026, 11, 27),
        ),
    )
    moments.append(calendar_rows(clinic))
    visit = series.visits[0]
    later = visit.wall_start + timedelta(hours=1)
    clinic.series.move(
        desk, MoveSeries(id=visit.id, version=visit.version, scope=Scope.THIS, wall_start=later)
    )
    moments.append(calendar_rows(clinic))
    assert all(moments[-1].values()), "every table of the calendar has a row"
    return Busy(kept, moments)


def test_deeds_of_before_the_backup_are_taken_back_after_it_came_back(busy: Busy) -> None:
    kept = busy.kept
    made = kept.clinic.backups.run(kept.site.actors["admin"])
    kept.clinic.deeds.undo(kept.admin)
    kept.clinic.backups.restore(kept.site.actors["admin"], made.name)
    again = kept.site.open(kept.clock)
    try:
        desk = again.sessions.sign_in("reception", PASSWORDS["reception"])
        assert calendar_rows(again) == busy.moments[-1]
        kinds = []
        for moment in reversed(busy.moments[:-1]):
            kinds.append(again.deeds.undo(desk).action)
            assert calendar_rows(again) == moment
        assert kinds == [
            DeedKind.SERIES_MOVED,
            DeedKind.ABSENCE_ADDED,
            DeedKind.FOLLOW_UP_ADDED,
            DeedKind.WAITLIST_JOINED,
            DeedKind.SERIES_BOOKED,
        ]
        for moment in busy.moments[1:]:
            again.deeds.redo(desk)
            assert calendar_rows(again) == moment
    finally:
        again.close()


def test_deeds_that_name_whom_was_erased_since_do_not_come_back(busy: Busy) -> None:
    kept = busy.kept
    clinic, admin = kept.clinic, kept.site.actors["admin"]
    other = clinic.patients.register(kept.admin, a_patient("Anders"))
    clinic.waitlist.join(kept.admin, JoinWaitlist(patient_id=other.id))
    made = clinic.backups.run(admin)
    second = person(clinic, "second", frozenset({Role.ADMIN}))
    asked = clinic.purges.ask(
        second, AskForPurge(patient_id=kept.patient.id, reason="asked for it in writing", overrule=True)
    )
    clinic.purges.approve(admin, AnswerPurge(id=asked.id, version=asked.version))
    clinic.backups.restore(admin, made.name)
    again = kept.site.open(kept.clock)
    try:
        with again.work.database.reading() as session:
            texts = [row.rows for row in session.query(DeedRow)]
        assert len(texts) == 2, "the absence, and the other's wait"
        assert not any(str(kept.patient.id) in text for text in texts)
    finally:
        again.close()


def test_every_table_of_the_calendar_comes_back_row_for_row(kept: Kept) -> None:
    """All that came with the calendar, each with a row. Only who held a time held it for a session that is over."""
    clinic, admin = kept.clinic, kept.site.actors["admin"]
    doctor = clinic.practitioners.add(admin, a_doctor())
    booking = BookAppointment(
        patient_id=kept.patient.id, practitioner_id=doctor.id, wall_start=datetime(2026, 11, 19, 9)
    )
    visit = clinic.scheduling.book(kept.admin, booking)
    clinic.waitlist.join(kept.admin, JoinWaitlist(patient_id=kept.patient.id))
    clinic.follow_ups.add(kept.admin, AddFollowUp(patient_id=kept.patient.id, due_on=date(2026, 12, 24)))
    clinic.desk_tasks.add(kept.admin, AddDeskTask(text="Call the laboratory"))
    known: dict[str, list[Any]] = {"practitioner": [doctor.id], "appointment": [visit.id]}
    known["session"] = [kept.admin.session_id]
    chance = random.Random(7)
    with clinic.work.database.writing() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in WITHOUT_PATIENT:
                continue
            row = {one.name: some_value(one, chance, kept.patient.id, known, ()) for one in table.columns}
            if table.name in ("absence", "slot_hold", "hold_asset", "appointment_asset"):
                row |= {key: at for key, at in SPAN.items() if key in row}
            if "foreign_id" in row:
                row["foreign_id"] = "urn:event"
            session.execute(table.insert().values(row))
            known.setdefault(table.name, []).append(row.get("id"))
    made = clinic.backups.run(admin)
    assert made.outcome is BackupOutcome.VERIFIED, made.check
    before = rows(clinic)
    assert all(before[name] for name in WITHOUT_PATIENT | {"waitlist_entry", "follow_up", "desk_task"})
    clinic.visit_types.save(admin, SaveVisitType(name="Later"))
    clinic.backups.restore(admin, made.name)
    again = kept.site.open(kept.clock)
    try:
        after = rows(again)
        for name in ("slot_hold", "hold_asset"):
            assert after.pop(name) in ([], before.pop(name))
        assert after == before
    finally:
        again.close()
