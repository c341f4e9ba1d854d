"""A real clamd for tests: its own folder, its own settings, and three signatures made by hand."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from meditrack_desktop.adapters import clamd
from meditrack_desktop.adapters.clamd import Address, NoAnswer
from meditrack_desktop.adapters.eicar import eicar

CLAMD = shutil.which("clamd", path=os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin")
MARKER = b"an-invented-worm-of-the-tests"
"""Bytes that the second signature knows."""


@contextmanager
def clamd_running(*, knows_eicar: bool = True, **settings: str) -> Iterator[Address]:
    """A clamd with these settings on top of small limits (files 4 MiB, a stream 8 MiB)."""
    assert CLAMD
    with tempfile.TemporaryDirectory(prefix="clamd-") as place:
        folder = Path(place)
        (folder / "db").mkdir()
        signatures = [f"Own.Worm:0:*:{MARKER.hex()}\n"]
        if knows_eicar:
            signatures.append(f"Own.Eicar:0:*:{eicar().hex()}\n")
            whole = hashlib.md5(eicar()).hexdigest()
            (folder / "db" / "own.hdb").write_text(f"{whole}:68:Own.EicarWhole\n")
        (folder / "db" / "own.ndb").write_text("".join(signatures))
        told = {
            "LocalSocket": str(folder / "clamd.sock"),
            "DatabaseDirectory": str(folder / "db"),
            "TemporaryDirectory": str(folder),
            "Foreground": "yes",
            "StreamMaxLength": "8M",
            "MaxScanSize": "8M",
            "MaxFileSize": "4M",
            "AlertExceedsMax": "yes",
            "AlertEncrypted": "yes",
            **({"User": "root"} if os.getuid() == 0 else {}),
            **settings,
        }
        (folder / "clamd.conf").write_text("".join(f"{name} {value}\n" for name, value in told.items()))
        address = Address(path=told["LocalSocket"])
        process = subprocess.Popen(
            [CLAMD, "-c", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            _await(address, process)
            yield address
        finally:
            process.terminate()
            process.wait(20)


def _await(address: Address, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            clamd.version(address, 1)
            return
        except NoAnswer:
            time.sleep(0.05)
    raise RuntimeError("clamd did not start")
