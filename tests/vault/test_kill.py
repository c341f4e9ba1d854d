"""Killed in the middle of a store, at every step: nothing half is ever visible, and a sweep leaves nothing."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from meditrack_desktop.domain.documents import StoredBlob
from meditrack_desktop.vault.sweep import sweep

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")

CONTENT = bytes(range(256)) * 1000

CHILD = """
import io, os, signal, sys
from pathlib import Path
from uuid import UUID
from meditrack_desktop.vault.disk import Disk
from meditrack_desktop.vault.vault import Vault

folder, clinic, blob, recipient, fatal = sys.argv[1:]
steps = 0

def step():
    global steps
    if steps == int(fatal):
        os.kill(os.getpid(), signal.SIGKILL)
    steps += 1

class Mortal(Disk):
    pass

def mortal(name):
    real = getattr(Disk, name)
    def call(self, *arguments):
        step()
        if name == "write":
            arguments = (arguments[0], arguments[1][:20_000])
        return real(self, *arguments)
    return call

for name in ("make_folder", "create", "write", "seek", "sync", "close", "rename", "sync_folder", "open_to_read"):
    setattr(Mortal, name, mortal(name))

vault = Vault(Path(folder), UUID(clinic), Mortal())
stored = vault.store(io.BytesIO(bytes(range(256)) * 1000), recipient, UUID(blob))
print(steps, stored.size, stored.sha256, stored.ciphertext_size, stored.ciphertext_sha256)
"""


def store_in_child(chart: Any, blob_id: UUID, fatal: int) -> subprocess.CompletedProcess[str]:
    vault = chart.vault
    arguments = [str(vault.layout.folder), str(vault.clinic_id), str(blob_id), chart.key.public, str(fatal)]
    return subprocess.run(
        [sys.executable, "-c", CHILD, *arguments],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def stored_by(child: subprocess.CompletedProcess[str], blob_id: UUID) -> tuple[int, StoredBlob]:
    steps, size, sha256, ciphertext_size, ciphertext_sha256 = child.stdout.split()
    return int(steps), StoredBlob(blob_id, int(size), sha256, int(ciphertext_size), ciphertext_sha256)


def check_after_kill(chart: Any, left_over: Any, fatal: int) -> None:
    kept = chart.put(b"stored before")
    blob_id = new_place(chart)
    child = store_in_child(chart, blob_id, fatal)
    assert child.returncode == -signal.SIGKILL, child.stderr
    assert child.stdout == ""
    final = chart.vault.layout.blob(blob_id)
    if final.exists():
        # No row knows it, but what bears a final name is whole: the plaintext is all there.
        with_row = chart.vault.store(io.BytesIO(CONTENT), chart.key.public, uuid4())
        assert final.stat().st_size == with_row.ciphertext_size
        assert opened_by_pyrage(final, chart.secret) == CONTENT
        chart.vault.remove(with_row.blob_id)
    long_ago = (datetime.now(UTC) - timedelta(days=7, hours=1)).timestamp()
    for path in chart.vault.layout.folder.rglob("*"):
        if path.is_file():
            os.utime(path, (long_ago, long_ago))
    report = sweep(chart.vault, {kept.blob_id}, datetime.now(UTC))
    assert report.missing == () and report.resisted == ()
    expected = {chart.file(kept).relative_to(chart.vault.layout.folder).as_posix()}
    if report.moved:
        assert report.moved == (blob_id,)
        expected.add(f"lost+found/{blob_id}.age")
    assert set(left_over()) == expected
    for path in chart.vault.layout.lost_and_found.iterdir():
        path.unlink()
    assert chart.content(kept) == b"stored before"
    chart.vault.remove(kept.blob_id)


def opened_by_pyrage(path: Path, secret: str) -> bytes:
    import pyrage

    data: bytes = pyrage.decrypt(path.read_bytes(), [pyrage.x25519.Identity.from_str(secret)])
    return data[4096:]


def new_place(chart: Any) -> UUID:
    """An id whose subfolder is not there yet, so that every run makes the same steps."""
    ids = (uuid4() for _ in range(10_000))
    return next(each for each in ids if not chart.vault.layout.blob(each).parent.exists())


def count_steps(chart: Any) -> int:
    blob_id = new_place(chart)
    child = store_in_child(chart, blob_id, -1)
    assert child.returncode == 0, child.stderr
    steps, blob = stored_by(child, blob_id)
    assert chart.content(blob) == CONTENT
    chart.vault.remove(blob_id)
    return steps


def test_killed_at_some_steps(chart: Any, left_over: Any) -> None:
    steps = count_steps(chart)
    middle = steps // 2
    for fatal in sorted({1, 2, 3, middle, *range(steps - 6, steps)}):
        check_after_kill(chart, left_over, fatal)


@pytest.mark.exhaustive
def test_killed_at_every_step(chart: Any, left_over: Any) -> None:
    for fatal in range(count_steps(chart)):
        check_after_kill(chart, left_over, fatal)
