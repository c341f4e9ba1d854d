"""Full disks, pulled sticks, folders that cannot be written, and somebody who presses Stop (F5, F6)."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from meditrack_desktop.domain.backups import BackupOutcome, BackupPhase, BackupProgress
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Stopped, Unavailable
from meditrack_desktop.services.backup.backups import Backups
from meditrack_desktop.services.backup.folder import BackupFolder
from meditrack_desktop.vault.disk import Disk
from tests.services.backup.conftest import Kept


@dataclass
class FailingDisk(Disk):
    """The real disk until the n-th call of one kind."""

    kind: str = ""
    at: int = 0
    fault: int = errno.ENOSPC
    calls: dict[str, int] = field(default_factory=dict)

    def _call(self, kind: str) -> None:
        self.calls[kind] = self.calls.get(kind, 0) + 1
        if kind == self.kind and self.calls[kind] == self.at:
            raise OSError(self.fault, "planted")

    def make_folder(self, folder: Path) -> None:
        self._call("make_folder")
        super().make_folder(folder)

    def create(self, path: Path) -> int:
        self._call("create")
        return super().create(path)

    def write(self, descriptor: int, data: bytes | memoryview) -> int:
        self._call("write")
        return super().write(descriptor, data)

    def sync(self, descriptor: int) -> None:
        self._call("sync")
        super().sync(descriptor)

    def rename(self, source: Path, target: Path) -> None:
        self._call("rename")
        super().rename(source, target)

    def sync_folder(self, folder: Path) -> None:
        self._call("sync_folder")
        super().sync_folder(folder)


def backups_on(kept: Kept, disk: Disk) -> Backups:
    return Backups(kept.clinic.work, kept.clinic.keys, kept.clinic.profile, disk=disk)


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_every_call_of_the_disk_may_fail(kept: Kept) -> None:
    admin = kept.site.actors["admin"]
    first = kept.clinic.backups.run(admin).name
    counting = FailingDisk()
    kept.attach()
    kept.clock.advance(timedelta(seconds=5))
    assert backups_on(kept, counting).run(admin).outcome is BackupOutcome.VERIFIED
    tried = 0
    for kind, count in counting.calls.items():
        for at in {1, count // 2 or 1, count}:
            for fault, code in (
                (errno.ENOSPC, ErrorCode.BACKUP_FULL),
                (errno.EIO, ErrorCode.BACKUP_TARGET_UNUSABLE),
            ):
                kept.attach()
                kept.clock.advance(timedelta(seconds=5))
                names = BackupFolder(kept.folder).names()
                with pytest.raises(ClinicError) as caught:
                    backups_on(kept, FailingDisk(kind, at, fault)).run(admin)
                assert caught.value.code is code, (kind, at)
                assert caught.value.parameters["folder"] == str(kept.folder)
                after = BackupFolder(kept.folder).names()
                # The very last call makes its name durable: it may be there already, and is whole then.
                assert after[: len(names)] == names and len(after) <= len(names) + (kind == "sync_folder")
                assert kept.clinic.backups.status(admin).problem is code
                tried += 1
    assert tried > 20
    assert kept.clinic.backups.verify(admin, first).whole
    assert kept.clinic.backups.run(admin).outcome is BackupOutcome.VERIFIED
    assert not list(kept.folder.rglob("*.part"))


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A real disk of half a megabyte."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("mounting needs root")
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_full_stick_is_told_and_emptied_it_works(kept: Kept, tiny: Path) -> None:
    admin = kept.site.actors["admin"]
    ballast = tiny / "ballast"
    kept.clinic.backups.set_target(admin, tiny)
    ballast.write_bytes(bytes(300_000))
    with pytest.raises(Unavailable) as caught:
        kept.clinic.backups.run(admin)
    assert caught.value.code is ErrorCode.BACKUP_FULL
    assert kept.clinic.backups.list(admin) == ()
    kept.clinic.backups.set_target(admin, kept.folder)
    kept.clock.advance(timedelta(seconds=5))
    assert kept.clinic.backups.run(admin).outcome is BackupOutcome.VERIFIED


def test_a_stick_that_was_pulled_out(kept: Kept) -> None:
    admin = kept.site.actors["admin"]
    kept.folder.rename(kept.folder.with_name("pulled"))
    for call in (kept.clinic.backups.run, kept.clinic.backups.list):
        with pytest.raises(Unavailable) as caught:
            call(admin)
        assert caught.value.code is ErrorCode.BACKUP_TARGET_UNUSABLE
    status = kept.clinic.backups.status(admin)
    assert status.problem is ErrorCode.BACKUP_TARGET_UNUSABLE and status.late(kept.clock.now())
    kept.folder.with_name("pulled").rename(kept.folder)
    kept.clock.advance(timedelta(hours=2))
    assert kept.clinic.backups.run_if_due() is not None


def test_no_folder_of_the_clinic_is_taken_for_one(kept: Kept, tmp_path: Path) -> None:
    admin = kept.site.actors["admin"]
    vault = kept.clinic.keys.vault.layout.folder
    file = tmp_path / "file"
    file.write_text("x")
    for folder in (
        kept.site.folder,
        kept.site.folder / "inside",
        vault,
        vault / "inside",
        file,
        tmp_path / "no" / "parent",
    ):
        with pytest.raises(Unavailable) as caught:
            kept.clinic.backups.set_target(admin, folder)
        assert caught.value.code is ErrorCode.BACKUP_TARGET_UNUSABLE
    assert kept.clinic.backups.status(admin).folder == str(kept.folder)


def test_later_is_remembered(kept: Kept) -> None:
    admin = kept.site.actors["admin"]
    status = kept.clinic.backups.set_target(admin, None)
    assert status.later and status.folder == "" and status.overdue(kept.clock.now())
    assert kept.clinic.backups.run_if_due() is None
    assert kept.clinic.backups.list(admin) == ()


def test_progress_grows_and_stop_is_heard_in_every_phase(kept: Kept) -> None:
    admin = kept.site.actors["admin"]
    first = kept.clinic.backups.run(admin).name
    kept.attach(6_000_000)
    for phase in (BackupPhase.DATABASE, BackupPhase.DOCUMENTS, BackupPhase.CHECKING):
        seen: list[BackupProgress] = []
        kept.clock.advance(timedelta(seconds=5))
        with pytest.raises(Stopped):
            kept.clinic.backups.run(admin, seen.append, lambda: bool(seen) and seen[-1].phase is phase)  # noqa: B023
        assert seen[-1].phase is phase
        assert kept.clinic.backups.verify(admin, first).whole
    kept.clock.advance(timedelta(seconds=5))
    told: list[BackupProgress] = []
    assert kept.clinic.backups.run(admin, told.append).outcome is BackupOutcome.VERIFIED
    assert [each.done for each in told] == sorted(each.done for each in told)
    assert told[-1].done == told[-1].total > 0
    assert len({each.phase for each in told}) == 3
    with pytest.raises(Stopped):
        kept.clinic.backups.restore(admin, first, stop=lambda: True)
    assert len(kept.clinic.documents.of_patient(_front(kept), kept.patient.id)) == 4


def _front(kept: Kept):  # type: ignore[no-untyped-def]
    return kept.clinic.sessions.sign_in("reception", "copper-lantern-eight-tides")
