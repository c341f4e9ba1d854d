"""A disk that is full for real (F6): a small file system in memory, filled step by step.

Needs the right to mount one; elsewhere the planted ENOSPC of `test_disk_faults` stands for it.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from meditrack_desktop.domain.documents import DocumentClass, StoredBlob
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.vault.keys import ClinicKeys
from meditrack_desktop.vault.vault import Vault

KIB = 1024
STEP = 64 * KIB
SMALLEST, LARGEST = 300 * KIB, 8 * 1024 * KIB
SIZES = (1, 60_000, 700_000, 3_000_000)
PART_SIZES = (20_000, 3_000)
"""A thumbnail and a text, beside each original."""


@contextmanager
def small_disk(mount: Path, size: int) -> Iterator[Path]:
    mount.mkdir(exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(mount)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield mount
    finally:
        subprocess.run(["umount", "-l", str(mount)], check=True)


def file_all(vault: Vault, public: str, size: int) -> list[StoredBlob]:
    """An original and its parts in the order of filing; what was stored of them is taken back if one is refused."""
    stored: list[StoredBlob] = []
    try:
        for each in (size, *PART_SIZES):
            stored.append(vault.store(io.BytesIO(bytes([each % 251]) * each), public, uuid4()))
    except Unavailable:
        for blob in stored:
            vault.remove(blob.blob_id)
        raise
    return stored


def check_size(mount: Path, size: int, keys: ClinicKeys) -> dict[str, int]:
    counts = {"filed": 0, "refused": 0}
    with small_disk(mount, size) as disk:
        vault = Vault(disk / "vault", uuid4())
        vault.create()
        vault.unlock(keys.identities)
        patient_id = uuid4()
        key = vault.make_patient_key(patient_id, DocumentClass.CLINICAL, keys.recipients)
        secret = vault.unwrap(key, patient_id, DocumentClass.CLINICAL)
        filed: list[list[StoredBlob]] = []
        for wanted in SIZES * 12:
            before = files_of(vault)
            try:
                filed.append(file_all(vault, key.public, wanted))
                counts["filed"] += 1
            except Unavailable as refused:
                assert refused.code is ErrorCode.VAULT_FULL, refused
                assert refused.parameters["reason"] in ("ENOSPC", "EDQUOT")
                counts["refused"] += 1
                assert files_of(vault) == before  # not a byte is left of it
        assert counts["refused"] or size > 4 * 1024 * KIB
        for blobs in filed:
            for blob in blobs:
                with vault.open(blob.blob_id, secret, blob) as reader:
                    assert reader.read_all() == bytes([blob.size % 251]) * blob.size
        if filed:  # room is made, and it goes on without a restart
            for blob in filed.pop():
                vault.remove(blob.blob_id)
            filed.append(file_all(vault, key.public, 1))
    return counts


def files_of(vault: Vault) -> set[str]:
    return {str(path) for path in vault.layout.folder.rglob("*") if path.is_file()}


pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or os.geteuid() != 0, reason="only the superuser may mount a disk"
)


@pytest.mark.parametrize("size", [SMALLEST, SMALLEST + 11 * STEP, LARGEST])
def test_some_full_disks(tmp_path: Path, clinic_keys: ClinicKeys, size: int) -> None:
    check_size(tmp_path / "disk", size, clinic_keys)


@pytest.mark.exhaustive
@pytest.mark.timeout(1200)
def test_every_full_disk(tmp_path: Path, clinic_keys: ClinicKeys) -> None:
    sizes = range(SMALLEST, LARGEST + 1, STEP)
    total = {"filed": 0, "refused": 0}
    for size in sizes:
        for name, count in check_size(tmp_path / "disk", size, clinic_keys).items():
            total[name] += count
    sys.stdout.write(f"full disks: {len(sizes)} sizes, {total}\n")
    assert len(sizes) >= 120 and total["refused"] > 1000
