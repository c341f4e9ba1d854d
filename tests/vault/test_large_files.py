"""Files of many blocks: memory is used again only when nobody reads it any more, and the disk begins early."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import io
import os
import time
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.vault import background_hash
from meditrack_desktop.vault.disk import WRITE_BACK
from meditrack_desktop.vault.rooms import PAGE, Rooms

CONTENT = os.urandom(1_000_003) * 9
"""More than a hash has in flight, and more than the disk is given at once."""


class _LateHash:
    """SHA-256 that looks at a block only after everybody else had time to go on."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def update(self, block: Any) -> None:
        time.sleep(0.05)
        self._hash.update(block)

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def test_a_hash_that_comes_late_sees_what_was_there(chart: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background_hash, "hashlib", SimpleNamespace(sha256=_LateHash))
    blob = chart.put(CONTENT)
    monkeypatch.undo()
    assert blob.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert blob.ciphertext_sha256 == hashlib.sha256(chart.file(blob).read_bytes()).hexdigest()
    monkeypatch.setattr(background_hash, "hashlib", SimpleNamespace(sha256=_LateHash))
    sink = io.BytesIO()
    with chart.open(blob) as reader:
        reader.verify()
        reader.copy_to(sink)
        assert reader.read_all() == sink.getvalue() == CONTENT


@pytest.mark.parametrize("position", [0, 1, 65_752, 4095])
def test_a_room_lies_in_its_page_as_the_file_does(position: int) -> None:
    rooms = Rooms(2, 100_000)
    seen = [rooms.next(100_000, position) for _ in range(3)]
    places = [ctypes.addressof(ctypes.c_char.from_buffer(each)) for each in seen]
    assert all(place % PAGE == position % PAGE for place in places)
    assert places[0] == places[2] != places[1] and {len(each) for each in seen} == {100_000}


def test_the_disk_is_given_early_what_was_written(chart: Any, faulty_vault: Any, faulty_disk: Any) -> None:
    given: list[tuple[int, int]] = []
    really = faulty_disk.write_back

    def watched(descriptor: int, position: int, size: int) -> None:
        given.append((position, size))
        really(descriptor, position, size)

    faulty_disk.write_back = watched
    blob = faulty_vault.store(io.BytesIO(CONTENT), chart.key.public, uuid4())
    assert chart.content(blob) == CONTENT
    assert [position for position, _ in given] == [0] and WRITE_BACK <= given[0][1] < WRITE_BACK * 2
    calls = faulty_disk.calls
    assert calls.index("write_back") < calls.index("sync") and calls.count("sync") == 1


def test_what_fails_early_fails_the_whole(
    chart: Any, faulty_vault: Any, faulty_disk: Any, left_over: Any
) -> None:
    faulty_disk.fault, faulty_disk.kind, faulty_disk.at = OSError(errno.ENOSPC, "planted"), "write_back", 1
    with pytest.raises(Unavailable) as refused:
        faulty_vault.store(io.BytesIO(CONTENT), chart.key.public, uuid4())
    assert refused.value.code is ErrorCode.VAULT_FULL
    assert "rename" not in faulty_disk.calls and left_over() == []
