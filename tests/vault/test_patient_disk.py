"""A disk that does not answer is left behind in time, and comes back without losing anything."""

from __future__ import annotations

import errno
import io
import os
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

import pytest

from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.vault.disk import Disk
from meditrack_desktop.vault.patient_disk import PatientDisk
from meditrack_desktop.vault.vault import Vault

WITHIN = 0.3
CONTENT = bytes(range(256)) * 3000
KINDS = (
    "make_folder", "create", "write", "sync", "close", "rename", "sync_folder", "open_to_read", "exists", "is_folder",
)  # fmt: skip


class Hanging(Disk):
    """The real disk, of which one kind of call hangs until it is let go."""

    def __init__(self) -> None:
        self.kind = ""
        self.let_go = threading.Event()
        self.hung = 0

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in KINDS:
            return found

        def call(*arguments: Any) -> Any:
            if name == self.kind:
                self.hung += 1
                self.let_go.wait(30)
            return found(*arguments)

        return call


class HangingFile(io.FileIO):
    def __init__(self, path: Path, let_go: threading.Event) -> None:
        super().__init__(path)
        self._let_go = let_go
        self.hangs = False

    def read(self, size: int | None = -1, /) -> bytes:
        if self.hangs:
            self._let_go.wait(30)
        return super().read(size) or b""


@pytest.fixture
def hanging() -> Any:
    disk = Hanging()
    yield disk
    disk.let_go.set()


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_store_ends_in_time_whatever_hangs(chart: Any, hanging: Hanging, kind: str) -> None:
    """And once the disk answers again the same vault stores, and what was opened late is closed."""
    vault = Vault(chart.vault.layout.folder, chart.vault.clinic_id, PatientDisk(hanging, WITHIN, WITHIN))
    before = open_files() if Path("/proc/self/fd").is_dir() else 0
    hanging.kind = kind
    started = time.monotonic()
    with pytest.raises(Unavailable) as refused:
        vault.store(io.BytesIO(CONTENT), chart.key.public, uuid4())
    assert time.monotonic() - started < WITHIN + 15
    assert refused.value.code in (ErrorCode.VAULT_UNWRITABLE, ErrorCode.VAULT_MISSING)
    assert refused.value.parameters["reason"] == "ETIMEDOUT"
    again = time.monotonic()
    with pytest.raises(Unavailable):
        vault.store(io.BytesIO(CONTENT), chart.key.public, uuid4())
    assert time.monotonic() - again < WITHIN + 15
    assert hanging.hung <= 3
    hanging.kind = ""
    hanging.let_go.set()
    stored = settled(lambda: vault.store(io.BytesIO(CONTENT), chart.key.public, uuid4()))
    with vault.open(stored.blob_id, chart.secret, stored) as reader:
        assert reader.read_all() == CONTENT
    if before:
        settled(lambda: assert_few(before))


def assert_few(before: int) -> bool:
    if open_files() > before:
        raise Unavailable(ErrorCode.VAULT_MISSING)
    return True


def settled(use: Any) -> Any:
    until = time.monotonic() + 30
    while True:
        try:
            return use()
        except Unavailable:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def test_a_reading_that_hangs_ends_and_can_go_on(chart: Any) -> None:
    blob = chart.put(CONTENT)
    let_go, files = threading.Event(), list[HangingFile]()

    class Slow(Disk):
        def open_to_read(self, path: Path) -> BinaryIO:
            files.append(HangingFile(path, let_go))
            return files[-1]  # type: ignore[return-value]

    vault = Vault(chart.vault.layout.folder, chart.vault.clinic_id, PatientDisk(Slow(), WITHIN))
    with vault.open(blob.blob_id, chart.secret, blob) as reader:
        files[-1].hangs = True
        started = time.monotonic()
        with pytest.raises(Unavailable) as refused:
            reader.read_at(400_000, 10)
        assert time.monotonic() - started < WITHIN + 15
        assert refused.value.parameters["reason"] == "ETIMEDOUT"
        files[-1].hangs = False
        let_go.set()
        assert settled(lambda: reader.read_at(400_000, 10)) == CONTENT[400_000:400_010]


def test_what_the_disk_says_passes_through(tmp_path: Path) -> None:
    disk = PatientDisk(Disk())
    with pytest.raises(FileNotFoundError):
        disk.open_to_read(tmp_path / "nothing")
    descriptor = disk.create(tmp_path / "file")
    assert disk.write(descriptor, b"abc") == 3
    disk.close(descriptor)
    with pytest.raises(OSError) as refused:
        disk.close(descriptor)
    assert refused.value.errno == errno.EBADF
    with disk.open_to_read(tmp_path / "file") as file:
        assert file.seek(0, os.SEEK_END) == 3 and file.seek(1) == 1 and file.read(5) == b"bc"


def test_no_thread_is_left_of_many_calls(tmp_path: Path) -> None:
    before = threading.active_count()
    disk = PatientDisk(Disk())
    for _ in range(200):
        disk.exists(tmp_path)
    assert threading.active_count() <= before + 1
