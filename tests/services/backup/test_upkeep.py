"""The nightly look after the vault, and `verify`: what is wrong is told, and nothing is deleted because of it (D24)."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from meditrack_desktop.database.queries.backups import last_look
from meditrack_desktop.domain.backups import LOOKS, UpkeepReport, heard
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services import upkeep
from tests.services.backup.conftest import Kept
from tests.services.backup.test_restore import _blob_of

FILES = 6
"""Three documents, and what was made from them."""


def run_if_due(kept: Kept) -> UpkeepReport | None:
    return kept.clinic.upkeep.run_if_due()


def test_all_is_well(kept: Kept) -> None:
    admin = kept.site.actors["admin"]
    report = kept.clinic.upkeep.run(admin)
    assert report.whole and report.checked == FILES
    check = kept.clinic.upkeep.verify(admin)
    assert check.whole and check.documents == FILES and check.audit_lines > 5
    status = kept.clinic.backups.status(admin)
    assert (status.missing_documents, status.damaged_documents, status.looked_at) == (0, 0, kept.clock.now())


def test_once_a_day_and_everything_once_a_month(kept: Kept) -> None:
    kept.clock.advance(timedelta(hours=1))
    first = run_if_due(kept)
    assert first is not None and first.checked == FILES, "the first look reads everything"
    assert run_if_due(kept) is None
    kept.clock.advance(timedelta(days=1))
    second = run_if_due(kept)
    assert second is not None and second.checked == 1, "one of six is more than a hundredth"
    kept.clock.advance(timedelta(days=28))
    third = run_if_due(kept)
    assert third is not None and third.checked == FILES
    with kept.clinic.work.database.reading() as session:
        at, detail = last_look(session, LOOKS, kept.clock.now()) or (None, "")
    assert at == kept.clock.now() and heard(detail) == (0, 0, 0)


def test_what_is_wrong_is_told_and_stays(kept: Kept) -> None:
    admin = kept.site.actors["admin"]
    layout = kept.clinic.keys.vault.layout
    gone, changed, _ = (layout.blob(_blob_of(kept.clinic, each.id)) for each in kept.documents)
    gone.unlink()
    changed.write_bytes(b"x" * changed.stat().st_size)
    unfinished = layout.folder / ".old.part"
    unfinished.write_bytes(b"half")
    long_ago = kept.clock.now().timestamp() - 3 * 86400
    os.utime(unfinished, (long_ago, long_ago))
    report = kept.clinic.upkeep.run(admin)
    assert [len(report.missing), len(report.damaged), report.removed_unfinished] == [1, 1, 1]
    assert changed.exists() and not unfinished.exists()
    status = kept.clinic.backups.status(admin)
    assert (status.missing_documents, status.damaged_documents) == (1, 1)
    check = kept.clinic.upkeep.verify(admin)
    assert not check.whole and len(check.missing) == len(check.damaged) == 1


def test_a_lost_recovery_copy_is_written_again(kept: Kept) -> None:
    admin = kept.site.actors["admin"]
    copies = list(kept.clinic.keys.vault.layout.keys.glob("*.age"))
    assert len(copies) == 2
    copies[0].unlink()
    check = kept.clinic.upkeep.verify(admin)
    assert check.without_recovery_copy == (kept.patient.id,), "a check changes nothing"
    report = kept.clinic.upkeep.run(admin)
    assert report.without_recovery_copy == () and copies[0].exists()
    assert kept.clinic.upkeep.verify(admin).whole


def test_a_key_that_nothing_opens_keeps_no_look_from_its_end(kept: Kept) -> None:
    admin = kept.site.actors["admin"]
    with kept.clinic.work.unsigned() as session:
        wrong = {"noise": b"noise"}
        session.execute(
            text("UPDATE patient_key SET wrapped = :noise WHERE document_class = 'clinical'"), wrong
        )
    copies = list(kept.clinic.keys.vault.layout.keys.glob("*.age"))
    for copy in copies:
        copy.unlink()
    report = kept.clinic.upkeep.run(admin)
    assert report.without_recovery_copy == (kept.patient.id,) and not report.whole
    assert sum(copy.exists() for copy in copies) == 1, "the one that opens has its copy again"


def test_who_is_erased_during_the_look_gets_no_copy_back(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows were read, then the patient was erased, then their copies are found missing."""
    admin = kept.site.actors["admin"]
    vault = kept.clinic.keys.vault
    renew = upkeep.renew_missing_copies

    def erase_first(*args: Any) -> Any:
        with kept.clinic.work.unsigned() as session:
            session.execute(text("DELETE FROM patient_key"))
        for copy in vault.layout.keys.glob("*.age"):
            copy.unlink()
        return renew(*args)

    monkeypatch.setattr(upkeep, "renew_missing_copies", erase_first)
    kept.clinic.upkeep.run(admin)
    assert vault.recovery_copy_names() == frozenset()


def test_a_vault_that_is_away_is_no_list_of_lost_documents(kept: Kept) -> None:
    folder = kept.clinic.keys.vault.layout.folder
    folder.rename(folder.with_name("elsewhere"))
    for call in (kept.clinic.upkeep.run, kept.clinic.upkeep.verify, kept.clinic.backups.run):
        with pytest.raises(Unavailable) as caught:
            call(kept.site.actors["admin"])
        assert caught.value.code is ErrorCode.VAULT_MISSING
    assert kept.clinic.backups.list(kept.site.actors["admin"]) == ()
