"""What a backup held is there again, row for row and byte for byte; what came after it is in another backup."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text

from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.database.base import Base
from meditrack_desktop.database.queries import backups as queries
from meditrack_desktop.database.queries import stored_blobs
from meditrack_desktop.database.tables.documents import PatientKeyRow
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.domain.backups import BackupKind, BackupOutcome
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, NotFound, Unavailable
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.privacy import AnswerPurge, AskForPurge
from meditrack_desktop.services.backup import restoring
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import PASSWORDS
from tests.makers.people import a_patient
from tests.services.backup.conftest import Kept
from tests.services.doors import person

STAYS = {
    "account", "account_role", "role_permission", "reset_code", "session", "sign_in_try", "workstation",
    "clinic_key", "key_envelope", "backup_run", "audit", "audit_chain",
}  # fmt: skip


NOTICES = "changes"
"""The counter by which programs of one desk notice each other's commits."""


def rows(clinic: Clinic, but: set[str] = STAYS) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that a restore brings back."""
    with clinic.work.database.reading() as session:
        return {
            table.name: sorted(
                (tuple(row) for row in session.execute(select(table)) if row[0] != NOTICES), key=repr
            )
            for table in Base.metadata.sorted_tables
            if table.name not in but
        }


def test_rows_and_bytes_are_what_they_were(kept: Kept) -> None:
    clinic, admin = kept.clinic, kept.site.actors["admin"]
    made = clinic.backups.run(admin)
    before = rows(clinic)
    assert len(before["patient"]) == 61 and len(before["document"]) == 3
    late = clinic.patients.register(kept.admin, a_patient("Spät", "Erna"))
    kept.attach(3000)
    victim = clinic.keys.vault.layout.blob(_blob_of(clinic, kept.documents[1].id))
    victim.write_bytes(b"encrypted by somebody else")

    report = clinic.backups.restore(admin, made.name)

    assert (report.documents, report.documents_added, report.absent) == (3, 1, ())
    again = kept.site.open(kept.clock)
    try:
        assert rows(again) == before
        fresh = again.sessions.sign_in("admin", PASSWORDS["admin"])
        with pytest.raises(NotFound):
            again.patients.get(fresh, late.id)
        front = again.sessions.sign_in("reception", PASSWORDS["reception"])
        with again.documents.open(front, kept.documents[1].id).source as source:
            assert source.size == kept.documents[1].size
            source.verify()
        check = again.audit.check(fresh)
        assert check.whole, check
        (line,) = [one for one in again.audit.list(fresh, limit=50) if one.action == "backup.restored"]
        assert made.name in line.detail and line.account_id == admin.account_id
        listed = again.backups.list(fresh)
        assert {each.kind for each in listed} == {BackupKind.BY_HAND, BackupKind.BEFORE_RESTORE}
        assert report.saved_as in {each.name for each in listed}
        assert again.backups.run(fresh).outcome is BackupOutcome.VERIFIED
        if kept.site.kind == "sqlite":
            with again.work.database.reading() as session:
                assert session.execute(text("PRAGMA cipher_integrity_check")).fetchall() == []
        # and back again
        again.backups.restore(fresh, report.saved_as)
    finally:
        again.close()
    last = kept.site.open(kept.clock)
    try:
        fresh = last.sessions.sign_in("admin", PASSWORDS["admin"])
        assert last.patients.get(fresh, late.id).family == "Spät"
    finally:
        last.close()


def test_who_may_not_is_refused_and_nothing_happens(kept: Kept) -> None:
    admin = kept.site.actors["admin"]
    made = kept.clinic.backups.run(admin)
    with pytest.raises(NotAllowed) as caught:
        kept.clinic.backups.restore(kept.admin, made.name)
    assert caught.value.code is ErrorCode.NOT_PERMITTED
    line = kept.clinic.audit.list(admin, limit=1)[0]
    assert (line.action, line.detail) == ("permission.refused", "restore")
    assert len(kept.clinic.backups.list(admin)) == 1


def test_an_unknown_name_is_no_path(kept: Kept) -> None:
    admin = kept.site.actors["admin"]
    kept.clinic.backups.run(admin)
    for name in ("../../etc", "20260101T000000Z-aaaaaa", "", ".", "C:\\x"):
        for call in (kept.clinic.backups.verify, kept.clinic.backups.restore):
            with pytest.raises(NotFound) as caught:
                call(admin, name)
            assert caught.value.code is ErrorCode.BACKUP_NOT_FOUND


def _blob_of(clinic: Clinic, document_id: Any) -> Any:
    table = Base.metadata.tables["document"]
    with clinic.work.database.reading() as session:
        return session.execute(select(table.c.blob_id).where(table.c.id == document_id)).scalar_one()


def test_who_was_erased_since_does_not_come_back(kept: Kept) -> None:
    clinic, admin = kept.clinic, kept.site.actors["admin"]
    made = clinic.backups.run(admin)
    asked = clinic.purges.ask(
        admin, AskForPurge(patient_id=kept.patient.id, reason="asked for it in writing", overrule=True)
    )
    second = person(clinic, "second", frozenset({Role.ADMIN}))
    clinic.purges.approve(second, AnswerPurge(id=asked.id, version=asked.version))
    clinic.backups.restore(admin, made.name)
    again = kept.site.open(kept.clock)
    try:
        fresh = again.sessions.sign_in("admin", PASSWORDS["admin"])
        with again.work.database.reading() as session:
            row = session.get(PatientRow, kept.patient.id)
            assert row is not None and row.purged_at is not None and row.family == ""
            assert list(stored_blobs.every_blob(session)) == []
            assert list(queries.patient_keys(session)) == []
        assert not list(again.keys.vault.layout.keys.glob(f"{kept.patient.id}*"))
        assert not list(again.keys.vault.layout.folder.glob("??/*.age"))
        (request,) = again.purges.list(fresh, include_done=True)
        assert request.done_at is not None
        assert again.audit.check(fresh).whole
    finally:
        again.close()


def test_a_backup_of_earlier_keys_is_proven_and_comes_back(kept: Kept) -> None:
    """Keys were changed since, and the clinic lost some: those of the backup are wrapped anew on the way."""
    clinic, admin = kept.clinic, kept.site.actors["admin"]
    made = clinic.backups.run(admin)
    clinic.key_rotation.rotate(admin)
    assert clinic.backups.verify(admin, made.name).whole
    with clinic.work.unsigned() as session:
        # As if the row had been lost since: only the backup has this key, wrapped to the earlier epoch.
        session.execute(delete(PatientKeyRow))
    for copy in clinic.keys.vault.layout.keys.glob("*.age"):
        copy.unlink()
    kept.clock.advance(timedelta(minutes=1))
    clinic.backups.restore(admin, made.name)
    again = open_clinic(kept.site.folder, kept.clock)
    try:
        fresh = again.sessions.sign_in("admin", PASSWORDS["admin"])
        front = again.sessions.sign_in("reception", PASSWORDS["reception"])
        with again.documents.open(front, kept.documents[1].id).source as source:
            source.verify()
        assert len(list(again.keys.vault.layout.keys.glob("*.age"))) == 2
        kept.clock.advance(timedelta(minutes=1))
        report = again.backups.run(fresh)
        assert report.outcome is BackupOutcome.VERIFIED, report.check
    finally:
        again.close()


def test_what_somebody_did_during_a_restore_is_never_lost(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are signed out when it begins; who comes back and goes on working keeps what they did."""
    clinic, admin = kept.clinic, kept.site.actors["admin"]
    made = clinic.backups.run(admin)
    add = restoring.add_documents
    late: list[Patient] = []

    def work_meanwhile(*args: Any) -> Any:
        front = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
        late.append(clinic.patients.register(front, a_patient("Spät", "Erna")))
        return add(*args)

    monkeypatch.setattr(restoring, "add_documents", work_meanwhile)
    with pytest.raises(Unavailable) as refused:
        clinic.backups.restore(admin, made.name)
    assert refused.value.code is ErrorCode.DATABASE_BUSY
    assert clinic.patients.get(admin, late[0].id).family == "Spät"
    monkeypatch.setattr(restoring, "add_documents", add)
    kept.clock.advance(timedelta(minutes=1))
    clinic.backups.restore(admin, made.name)
    again = kept.site.open(kept.clock)
    try:
        fresh = again.sessions.sign_in("admin", PASSWORDS["admin"])
        with pytest.raises(NotFound):
            again.patients.get(fresh, late[0].id)
    finally:
        again.close()
