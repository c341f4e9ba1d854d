"""The one Work: nothing commits unreported, nothing is refused unaudited, every commit is announced once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from meditrack_desktop.database.queries import clinic as queries
from meditrack_desktop.database.tables.clinic import ClinicRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import Outcome
from meditrack_desktop.domain.changes import Change, ChangeSet
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, Unavailable
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.work import SAME_LOOK


def _clinic_row(clinic: Clinic, session: object) -> ClinicRow:
    from sqlalchemy import select

    row = session.scalars(select(ClinicRow)).one()  # type: ignore[attr-defined]
    assert isinstance(row, ClinicRow)
    return row


def _name(clinic: Clinic) -> str:
    with clinic.work.database.reading() as session:
        return queries.profile(session).name


def test_a_reported_change_commits_with_its_line_and_is_announced(clinic: Clinic, admin: Actor) -> None:
    heard: list[ChangeSet] = []
    clinic.changes.subscribe(heard.append)
    with clinic.work(admin, Permission.EDIT_SETTINGS) as work:
        row = _clinic_row(clinic, work.session)
        row.name = "Sample Street Clinic"
        work.changed(row, "clinic.renamed", Change("clinic", row.id))
        assert heard == [], "nothing is announced before the commit"
    assert _name(clinic) == "Sample Street Clinic"
    assert [change.entity for change in heard[0].changes] == ["clinic"] and len(heard) == 1
    line = clinic.audit.list(admin, limit=1)[0]
    assert (line.action, line.detail, line.account_name) == ("clinic.renamed", "name", "Ada Verwalter")
    assert "Sample" not in repr(line), "the trail names fields, never values"


def test_an_unreported_change_does_not_commit(clinic: Clinic, admin: Actor) -> None:
    heard: list[ChangeSet] = []
    clinic.changes.subscribe(heard.append)
    with (
        pytest.raises(RuntimeError, match="without a report: clinic"),
        clinic.work(admin, Permission.EDIT_SETTINGS) as work,
    ):
        _clinic_row(clinic, work.session).name = "Quietly renamed"
        work.noted(Line("settings.opened", "clinic"))
    assert _name(clinic) == "Example Street Clinic"
    assert heard == []


def test_an_error_undoes_everything_and_leaves_no_line(clinic: Clinic, admin: Actor) -> None:
    before = clinic.audit.list(admin, limit=1)[0].seq
    with pytest.raises(ZeroDivisionError), clinic.work(admin, Permission.EDIT_SETTINGS) as work:
        row = _clinic_row(clinic, work.session)
        row.name = "Half done"
        work.changed(row, "clinic.renamed")
        work.flush()
        raise ZeroDivisionError
    assert _name(clinic) == "Example Street Clinic"
    assert not [
        line for line in clinic.audit.list(admin) if line.seq > before and line.action == "clinic.renamed"
    ]


def test_a_refusal_is_audited_and_the_body_never_runs(clinic: Clinic, reception: Actor, admin: Actor) -> None:
    ran = False
    with pytest.raises(NotAllowed), clinic.work(reception, Permission.EDIT_SETTINGS):
        ran = True
    assert not ran
    line = next(line for line in clinic.audit.list(admin) if line.outcome is Outcome.REFUSED)
    assert (line.account_name, line.detail) == ("Rosa Ontwerp", "edit_settings")


def test_a_look_must_say_what_it_saw(clinic: Clinic, admin: Actor) -> None:
    with (
        pytest.raises(RuntimeError, match="reported nothing"),
        clinic.work.looking(admin, Permission.VIEW_SETTINGS),
    ):
        pass


def test_a_look_cannot_write(clinic: Clinic, admin: Actor) -> None:
    with (
        pytest.raises(RuntimeError, match="written to"),
        clinic.work.looking(admin, Permission.VIEW_SETTINGS) as look,
    ):
        _clinic_row(clinic, look.session).name = "By the back door"
        look.viewed("clinic", new_id())
    assert _name(clinic) == "Example Street Clinic"


def test_looking_again_within_a_minute_adds_no_second_line(
    clinic: Clinic, admin: Actor, reception: Actor, clock: FixedClock
) -> None:
    def lines_of(patient: UUID) -> int:
        return len(clinic.audit.list(admin, patient_id=patient))

    patient = new_id()

    def look(actor: Actor) -> None:
        with clinic.work.looking(actor, Permission.VIEW_PATIENTS) as looked:
            looked.viewed("patient", patient, patient)

    look(reception)
    look(reception)
    assert lines_of(patient) == 1
    look(admin)
    # The administrator's own listing above is about the same patient: two of them look, one lists.
    assert lines_of(patient) == 3
    clock.advance(SAME_LOOK + timedelta(seconds=1))
    look(reception)
    assert [line.action for line in clinic.audit.list(admin, patient_id=patient)].count("patient.viewed") == 3


def test_a_look_whose_line_could_not_be_kept_is_written_by_the_next_try(
    clinic: Clinic, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise "Try again" after a busy database would show a chart that nobody is known to have opened."""
    patient = new_id()

    def look() -> None:
        with clinic.work.looking(admin, Permission.VIEW_PATIENTS) as look:
            look.viewed("patient", patient, patient)

    def busy(*_: object) -> None:
        raise Unavailable(ErrorCode.DATABASE_BUSY)

    with monkeypatch.context() as patched:
        patched.setattr(clinic.work.trail, "write", busy)
        with pytest.raises(Unavailable):
            look()
    look()
    look()
    assert [line.action for line in clinic.audit.list(admin, patient_id=patient)].count("patient.viewed") == 1


def test_other_subscribers_hear_after_one_has_left(clinic: Clinic, admin: Actor) -> None:
    first: list[ChangeSet] = []
    second: list[ChangeSet] = []
    leave = clinic.changes.subscribe(first.append)
    clinic.changes.subscribe(second.append)
    leave()
    leave()
    with clinic.work(admin, Permission.EDIT_SETTINGS) as work:
        work.noted(Line("settings.opened", "clinic"), Change("clinic", new_id()))
    assert first == [] and len(second) == 1
