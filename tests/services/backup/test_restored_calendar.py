"""The calendar comes back from a backup with everything that hangs on it, and what was done can still be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest

from meditrack_desktop.database.tables.scheduling import DeedRow
from meditrack_desktop.domain.deeds import DeedKind
from meditrack_desktop.domain.front_desk import AddFollowUp, JoinWaitlist
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.privacy import AnswerPurge, AskForPurge
from meditrack_desktop.domain.scheduling import BookAppointment
from meditrack_desktop.domain.series import BookSeries, Every, MoveSeries, Scope, SeriesRule, starts
from meditrack_desktop.domain.visit_types import SaveAsset, SaveVisitType
from meditrack_desktop.domain.working_time import AddAbsence
from tests.conftest import PASSWORDS
from tests.makers.calendar_rows import Rows, calendar_rows
from tests.makers.people import a_doctor, a_patient
from tests.services.backup.conftest import Kept
from tests.services.doors import person


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
