"""A backup is made and proven by really restoring it."""

from __future__ import annotations

from meditrack_desktop.domain.backups import BackupKind, BackupOutcome
from tests.services.backup.conftest import Kept


def test_made_and_proven(kept: Kept) -> None:
    admin = kept.site.actors["admin"]
    report = kept.clinic.backups.run(admin)
    assert report.outcome is BackupOutcome.VERIFIED, report.check
    assert report.kind is BackupKind.BY_HAND
    assert (report.documents, report.new_documents, report.check.opened) == (3, 6, 3)
    assert report.check.audit_lines > 5 and report.check.whole
    (listed,) = kept.clinic.backups.list(admin)
    assert (listed.name, listed.documents) == (report.name, 3)
    assert listed.verified_at == kept.clock.now()
    status = kept.clinic.backups.status(admin)
    assert status.last_at == status.last_verified_at == kept.clock.now()
    assert status.folder == str(kept.folder) and not status.running and not status.later
    actions = [line.action for line in kept.clinic.audit.list(admin, limit=10)]
    assert {"backup.begun", "backup.made", "backup.verified"} <= set(actions)


def test_the_next_one_copies_only_new_documents(kept: Kept) -> None:
    admin = kept.site.actors["admin"]
    kept.clinic.backups.run(admin)
    kept.attach()
    second = kept.clinic.backups.run(admin)
    assert (second.documents, second.new_documents) == (4, 2)
    assert second.outcome is BackupOutcome.VERIFIED


def test_a_document_that_rotted_among_the_backups_is_copied_again(kept: Kept) -> None:
    admin = kept.site.actors["admin"]
    first = kept.clinic.backups.run(admin)
    rotten = min(kept.folder.glob("documents/*/*.age"), key=lambda path: path.stat().st_size)
    good = rotten.read_bytes()
    rotten.write_bytes(bytes([good[0] ^ 1]) + good[1:])
    second = kept.clinic.backups.run(admin)
    assert second.outcome is BackupOutcome.VERIFIED, second.check
    assert rotten.read_bytes() == good
    assert kept.clinic.backups.verify(admin, first.name).whole, "the earlier one is whole again too"
