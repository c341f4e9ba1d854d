"""The bin is emptied by the nightly look, after the clinic's days: rows, files, parts and words; not before."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from meditrack_desktop.database.tables.document_index import DocumentIndexRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.consents import ConsentAnswer, ConsentKind, RecordConsent
from meditrack_desktop.domain.documents import DeleteDocument, Document, DocumentType, ReassignDocument
from meditrack_desktop.domain.errors import Unavailable
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.privacy import RestrictPatient
from tests.conftest import PASSWORDS
from tests.makers.documents import FilingDesk, a_report
from tests.services.documents.conftest import lines


def _binned(desk: FilingDesk, doctor: Actor, document: Document) -> Document:
    version = desk.clinic.documents.get(doctor, document.id).version
    command = DeleteDocument(id=document.id, version=version, reason="not ours")
    return desk.clinic.documents.delete(doctor, command)


def _night(desk: FilingDesk, clock: FixedClock, days: float) -> Actor:
    """So many days later the program looks after itself; an administrator with a session of that day."""
    clock.advance(timedelta(days=days))
    assert desk.clinic.upkeep.run_if_due() is not None
    return desk.clinic.sessions.sign_in("admin", PASSWORDS["admin"])


def _terms(desk: FilingDesk, document_id: UUID) -> int:
    with desk.clinic.work.database.reading() as session:
        query = select(func.count()).where(DocumentIndexRow.document_id == document_id)
        return session.scalar(query) or 0


def test_after_thirty_days_it_is_gone_for_good(desk: FilingDesk, doctor: Actor, clock: FixedClock) -> None:
    kept = desk.attach()
    gone = desk.attach(a_report(text="Kanarienvogel"))
    _binned(desk, doctor, gone)
    desk.clinic.document_search.catch_up()
    assert _terms(desk, gone.id) == 1
    admin = _night(desk, clock, 29)
    assert desk.files_of(gone.id) <= desk.files()
    admin = _night(desk, clock, 1.5)
    assert desk.files() == desk.known_files() == desk.files_of(kept.id)
    assert _terms(desk, gone.id) == 0
    emptied = lines(desk.clinic, admin, "document.emptied")
    assert [line[:2] for line in emptied] == [(gone.id, desk.patient.id)]
    assert desk.clinic.upkeep.run(admin).missing == ()


def test_former_versions_stay_and_stand_next_to_each_other(
    desk: FilingDesk, doctor: Actor, clock: FixedClock
) -> None:
    first = desk.attach()
    second = desk.attach(replaces_id=first.id)
    third = desk.attach(replaces_id=second.id)
    _binned(desk, doctor, second)
    admin = _night(desk, clock, 31)
    found = desk.clinic.documents.versions(admin, third.id)
    assert [one.id for one in found] == [third.id, first.id]
    assert found[0].replaces_id == first.id
    assert desk.status(first.id) == "superseded"


def test_what_was_moved_away_leaves_the_vault_too(
    desk: FilingDesk, other: Patient, doctor: Actor, clock: FixedClock
) -> None:
    wrong = desk.attach()
    command = ReassignDocument(id=wrong.id, version=1, patient_id=other.id, reason="mixed up")
    right = desk.clinic.documents.reassign(doctor, command)
    _night(desk, clock, 31)
    assert desk.files() == desk.known_files() == desk.files_of(right.id)


@pytest.mark.parametrize("why", ["consent", "legal hold", "restricted"])
def test_what_something_rests_on_stays(
    desk: FilingDesk, doctor: Actor, admin: Actor, clock: FixedClock, why: str
) -> None:
    paper = desk.attach(type=DocumentType.CONSENT)
    if why == "consent":
        answer = RecordConsent(
            patient_id=desk.patient.id,
            kind=ConsentKind.PHOTO,
            answer=ConsentAnswer.GIVEN,
            answered_on=clock.now().date(),
            document_id=paper.id,
        )
        desk.clinic.consents.record(desk.actor, answer)
    _binned(desk, doctor, paper)
    wanted = RestrictPatient(patient_id=desk.patient.id, reason="a court asks")
    if why == "legal hold":
        desk.clinic.restrictions.hold(admin, wanted)
    if why == "restricted":
        desk.clinic.restrictions.restrict(admin, wanted)
    _night(desk, clock, 400)
    assert desk.files() == desk.files_of(paper.id)


def test_a_vault_that_is_away_loses_nothing(desk: FilingDesk, doctor: Actor, clock: FixedClock) -> None:
    gone = desk.attach()
    _binned(desk, doctor, gone)
    folder = desk.clinic.profile.folder / "vault"
    away = folder.rename(folder.with_name("away"))
    clock.advance(timedelta(days=31))
    with pytest.raises(Unavailable):
        desk.clinic.upkeep.run_if_due()
    away.rename(folder)
    assert desk.files() == desk.known_files() == desk.files_of(gone.id)
    assert desk.clinic.upkeep.run_if_due() is not None
    assert desk.files() == set()


def test_killed_between_rows_and_files_the_sweep_finds_them(
    desk: FilingDesk, doctor: Actor, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    gone = desk.attach()
    _binned(desk, doctor, gone)
    clock.advance(timedelta(days=31))
    monkeypatch.setattr(type(desk.clinic.keys.vault), "remove", killed)
    with pytest.raises(Killed):
        desk.clinic.upkeep.run_if_due()
    monkeypatch.undo()
    assert desk.known_files() == set()
    assert len(desk.files()) == 2
    report = desk.clinic.upkeep.run_if_due()
    assert report is not None and report.missing == ()
