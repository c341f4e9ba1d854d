"""Full, failing and read-only disks: the store is refused by name, nothing half is left, and nothing is retried."""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from meditrack_desktop.domain.documents import DocumentClass
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.vault.disk import Disk
from meditrack_desktop.vault.sweep import verify_stored
from meditrack_desktop.vault.vault import Vault

CONTENT = bytes(range(256)) * 1200
CODES = {
    errno.ENOSPC: ErrorCode.VAULT_FULL,
    errno.EDQUOT: ErrorCode.VAULT_FULL,
    errno.EIO: ErrorCode.VAULT_UNWRITABLE,
    errno.EACCES: ErrorCode.VAULT_UNWRITABLE,
    errno.EROFS: ErrorCode.VAULT_UNWRITABLE,
}
KINDS = ("make_folder", "create", "write", "seek", "sync", "close", "rename", "sync_folder")


def calls_of(action: Any, disk: Any) -> dict[str, int]:
    """How often an undisturbed run makes each call, so that every one of them can be made to fail."""
    disk.calls.clear()
    action()
    return {kind: disk.calls.count(kind) for kind in KINDS}


@pytest.mark.parametrize("number", CODES, ids=lambda number: errno.errorcode[number])
@pytest.mark.parametrize("size", [0, 10, len(CONTENT)])
def test_any_call_may_fail(
    chart: Any, faulty_vault: Any, faulty_disk: Any, left_over: Any, number: int, size: int
) -> None:
    source = CONTENT[:size]

    def store() -> Any:
        blob_id = uuid4()
        return faulty_vault.store(io.BytesIO(source), chart.key.public, blob_id)

    kept = chart.put(b"already here")
    counted = calls_of(lambda: faulty_vault.remove(store().blob_id), faulty_disk)
    assert counted["write"] > 1 and counted["sync"] == 1 and counted["rename"] == 1
    tried = 0
    for kind in KINDS:
        for at in range(1, counted[kind] + 1):
            for folder in chart.vault.layout.blob_folders():
                if not any(folder.iterdir()):
                    folder.rmdir()  # so that making the folder is part of every try
            faulty_disk.calls.clear()
            faulty_disk.fault, faulty_disk.kind, faulty_disk.at = OSError(number, "planted"), kind, at
            try:
                blob = store()
            except Unavailable as refused:
                assert refused.code is CODES[number], kind
                assert refused.parameters["reason"] == errno.errorcode[number]
                assert left_over() == [str(chart.file(kept).relative_to(chart.vault.layout.folder))], kind
                tried += 1
            else:  # a call that this run did not come to: the folder was there already, or removal's fsync
                assert faulty_disk.calls.count(kind) < at
                faulty_disk.fault = None
                faulty_vault.remove(blob.blob_id)
            faulty_disk.fault = None
    assert tried >= counted["write"] + 5
    assert chart.content(kept) == b"already here"
    blob = store()
    assert chart.content(blob) == source


def test_a_failed_fsync_is_not_tried_again(chart: Any, faulty_vault: Any, faulty_disk: Any) -> None:
    faulty_disk.fault, faulty_disk.kind, faulty_disk.at = OSError(errno.EIO, "planted"), "sync", 1
    with pytest.raises(Unavailable):
        faulty_vault.store(io.BytesIO(CONTENT), chart.key.public, uuid4())
    assert faulty_disk.calls.count("sync") == 1
    assert "rename" not in faulty_disk.calls


def test_what_cannot_be_removed_does_not_hide_the_cause(chart: Any, left_over: Any) -> None:
    class Stuck(Disk):
        def sync(self, descriptor: int) -> None:
            raise OSError(errno.ENOSPC, "planted")

        def remove(self, path: Path) -> None:
            raise OSError(errno.EIO, "planted")

    vault = Vault(chart.vault.layout.folder, chart.vault.clinic_id, Stuck())
    with pytest.raises(Unavailable) as refused:
        vault.store(io.BytesIO(b"x"), chart.key.public, uuid4())
    assert refused.value.code is ErrorCode.VAULT_FULL
    assert [name for name in left_over() if not name.endswith(".part")] == []


@pytest.mark.parametrize("spot", [0, 30, 200, 70_000, -1])
@pytest.mark.parametrize("size", [20, len(CONTENT)])
def test_a_disk_that_stores_something_else_is_found_out(
    chart: Any, left_over: Any, spot: int, size: int
) -> None:
    class Lying(Disk):
        def rename(self, source: Path, target: Path) -> None:
            data = bytearray(source.read_bytes())
            data[spot % len(data)] ^= 1
            source.write_bytes(data)
            super().rename(source, target)

    vault = Vault(chart.vault.layout.folder, chart.vault.clinic_id, Lying())
    with pytest.raises(Unavailable) as refused:
        vault.store(io.BytesIO(CONTENT[:size]), chart.key.public, uuid4())
    assert refused.value.code is ErrorCode.VAULT_DAMAGED
    assert left_over() == []


@pytest.mark.parametrize(
    "change",
    [lambda data: data[:-1], lambda data: data + b"x", lambda data: data[:40], lambda data: data[:200]],
)
def test_a_disk_that_keeps_another_length_is_found_out(chart: Any, left_over: Any, change: Any) -> None:
    class Cutting(Disk):
        def rename(self, source: Path, target: Path) -> None:
            source.write_bytes(change(source.read_bytes()))
            super().rename(source, target)

    vault = Vault(chart.vault.layout.folder, chart.vault.clinic_id, Cutting())
    with pytest.raises(Unavailable) as refused:
        vault.store(io.BytesIO(CONTENT), chart.key.public, uuid4())
    assert refused.value.code is ErrorCode.VAULT_DAMAGED
    assert left_over() == []


def test_a_write_that_takes_nothing_is_a_failure(chart: Any, left_over: Any) -> None:
    class Deaf(Disk):
        def write(self, descriptor: int, data: bytes | memoryview) -> int:
            return 0

    vault = Vault(chart.vault.layout.folder, chart.vault.clinic_id, Deaf())
    with pytest.raises(Unavailable) as refused:
        vault.store(io.BytesIO(b"x"), chart.key.public, uuid4())
    assert refused.value.code is ErrorCode.VAULT_UNWRITABLE
    assert left_over() == []


def test_a_source_that_fails_is_not_blamed_on_the_vault(chart: Any, left_over: Any) -> None:
    class Unplugged(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 100_000:
                raise OSError(errno.EIO, "stick pulled out")
            return super().read(size)

    with pytest.raises(Unavailable) as refused:
        chart.vault.store(Unplugged(CONTENT), chart.key.public, uuid4())
    assert refused.value.code is ErrorCode.FILE_UNREADABLE
    assert left_over() == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "seek"])
def test_a_patient_key_is_made_wholly_or_not_at_all(
    vault: Any, faulty_vault: Any, faulty_disk: Any, clinic_keys: Any, kind: str
) -> None:
    patient_id = uuid4()
    vault.layout.keys.rmdir()
    faulty_disk.fault, faulty_disk.kind, faulty_disk.at = OSError(errno.ENOSPC, "planted"), kind, 1
    with pytest.raises(Unavailable) as refused:
        faulty_vault.make_patient_key(patient_id, DocumentClass.CLINICAL, clinic_keys.recipients)
    assert refused.value.code is ErrorCode.VAULT_FULL
    assert not vault.layout.keys.exists() or list(vault.layout.keys.iterdir()) == []


def test_a_disk_that_fails_while_reading_is_reported_as_missing(
    chart: Any, faulty_vault: Any, faulty_disk: Any
) -> None:
    blob = chart.put(CONTENT)
    faulty_disk.fault, faulty_disk.kind, faulty_disk.at = OSError(errno.EIO, "planted"), "open_to_read", 1
    with pytest.raises(Unavailable) as refused:
        faulty_vault.open(blob.blob_id, chart.secret, blob)
    assert refused.value.code is ErrorCode.VAULT_MISSING
    assert refused.value.parameters["reason"] == "EIO"
    with faulty_vault.open(blob.blob_id, chart.secret, blob) as reader:
        assert reader.read_all() == CONTENT


def test_a_share_that_stops_in_the_middle_of_reading_can_come_back(chart: Any) -> None:
    class Flaky(io.FileIO):
        gone = False

        def readinto(self, buffer: Any, /) -> int:
            if self.gone:
                raise OSError(errno.ENOTCONN, "share gone")
            return super().readinto(buffer) or 0

    from meditrack_desktop.vault.reader import BlobReader

    blob = chart.put(CONTENT)
    file = Flaky(chart.file(blob))
    with BlobReader(file, chart.secret, chart.vault.clinic_id, blob) as reader:
        file.gone = True
        with pytest.raises(Unavailable) as refused:
            reader.read_at(150_000, 10)
        assert refused.value.code is ErrorCode.VAULT_MISSING
        file.gone = False
        assert reader.read_at(150_000, 10) == CONTENT[150_000:150_010]


def test_an_empty_mount_point_takes_nothing(chart: Any, tmp_path: Path, clinic_keys: Any) -> None:
    """A share that is not mounted looks like an empty folder; writing there would lose the document."""
    empty = tmp_path / "mount"
    empty.mkdir()
    vault = Vault(empty, chart.vault.clinic_id)
    uses = [
        lambda: vault.store(io.BytesIO(b"x"), chart.key.public, uuid4()),
        lambda: vault.make_patient_key(uuid4(), DocumentClass.CLINICAL, clinic_keys.recipients),
        lambda: vault.remove(uuid4()),
        lambda: vault.check(),
        lambda: verify_stored(vault, []),
    ]
    for use in uses:
        with pytest.raises(Unavailable) as refused:
            use()
        assert refused.value.code is ErrorCode.VAULT_MISSING
    assert list(empty.iterdir()) == []


def test_another_clinics_folder_takes_nothing(chart: Any, foreign_chart: Any) -> None:
    vault = Vault(foreign_chart.vault.layout.folder, chart.vault.clinic_id)
    for use in (vault.create, vault.check, lambda: vault.store(io.BytesIO(b""), chart.key.public, uuid4())):
        with pytest.raises(Unavailable) as refused:
            use()
        assert refused.value.code is ErrorCode.VAULT_FOREIGN


@pytest.mark.parametrize("marker", [b"", b"{}", b"[1]", b"null", b"\xff", b'{"format": "x"}', b"[" * 4000])
def test_a_damaged_marker_is_refused(chart: Any, marker: bytes) -> None:
    chart.vault.layout.marker.write_bytes(marker)
    with pytest.raises(Unavailable) as refused:
        chart.put(b"x")
    assert refused.value.code is ErrorCode.VAULT_DAMAGED


def test_a_vault_of_a_later_format_is_refused(vault: Any) -> None:
    text = vault.layout.marker.read_text()
    vault.layout.marker.write_text(text.replace('"version": 1', '"version": 2'))
    with pytest.raises(Unavailable) as refused:
        vault.check()
    assert refused.value.code is ErrorCode.VAULT_DAMAGED


def test_creating_twice_changes_nothing(chart: Any) -> None:
    blob, marker = chart.put(b"kept"), chart.vault.layout.marker.read_bytes()
    chart.vault.create()
    assert chart.vault.layout.marker.read_bytes() == marker
    assert chart.content(blob) == b"kept"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="modes do not bind the superuser")
def test_a_read_only_folder_is_refused(chart: Any) -> None:
    folder = chart.vault.layout.folder
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with pytest.raises(Unavailable) as refused:
            chart.put(b"x")
    finally:
        folder.chmod(stat.S_IRWXU)
    assert refused.value.code is ErrorCode.VAULT_UNWRITABLE
