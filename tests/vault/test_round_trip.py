"""What goes into the vault comes out again, by our reader, by pyrage and by the age program."""

from __future__ import annotations

import hashlib
import io
import os
import random
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditrack_desktop.domain.documents import DocumentClass
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.vault.blob_header import INNER_HEADER_SIZE

KIB = 1024
FIRST = 64 * KIB - INNER_HEADER_SIZE
SIZES = [
    0, 1, 15, INNER_HEADER_SIZE - 1, INNER_HEADER_SIZE, INNER_HEADER_SIZE + 1,
    FIRST - 1, FIRST, FIRST + 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1,
    FIRST + 64 * KIB - 1, FIRST + 64 * KIB, FIRST + 64 * KIB + 1,
    FIRST + 1024 * KIB - 1, FIRST + 1024 * KIB, FIRST + 1024 * KIB + 1, 5_000_000,
]  # fmt: skip


def bytes_of(size: int) -> bytes:
    return random.Random(size).randbytes(size)


@pytest.mark.parametrize("size", SIZES)
def test_every_size_comes_back(chart: Any, size: int) -> None:
    data = bytes_of(size)
    blob = chart.put(data)
    ciphertext = chart.file(blob).read_bytes()
    assert (blob.size, blob.sha256) == (size, hashlib.sha256(data).hexdigest())
    assert blob.ciphertext_size == len(ciphertext)
    assert blob.ciphertext_sha256 == hashlib.sha256(ciphertext).hexdigest()
    assert chart.content(blob) == data
    sink = io.BytesIO()
    with chart.open(blob) as reader:
        reader.copy_to(sink)
        assert sink.getvalue() == reader.read() == data
        assert reader.read() == b""


@pytest.mark.parametrize("size", SIZES)
def test_pyrage_opens_what_we_wrote(chart: Any, size: int) -> None:
    data = bytes_of(size)
    blob = chart.put(data)
    identity = pyrage.x25519.Identity.from_str(chart.secret)
    assert pyrage.decrypt(chart.file(blob).read_bytes(), [identity])[INNER_HEADER_SIZE:] == data


@pytest.mark.skipif(shutil.which("age") is None, reason="the age program is not installed")
@pytest.mark.parametrize("size", SIZES)
def test_the_age_program_opens_what_we_wrote(chart: Any, size: int, tmp_path: Path) -> None:
    data = bytes_of(size)
    blob = chart.put(data)
    (tmp_path / "identity.txt").write_text(chart.secret + "\n")
    command = ["age", "-d", "-i", tmp_path / "identity.txt", chart.file(blob)]
    assert subprocess.run(command, check=True, capture_output=True).stdout[INNER_HEADER_SIZE:] == data


@pytest.mark.skipif(shutil.which("age") is None, reason="the age program is not installed")
def test_paper_key_and_stock_programs_open_a_document(chart: Any, clinic_keys: Any, tmp_path: Path) -> None:
    """The promise of docs/vault-format.md, with the commands written there."""
    blob = chart.put(b"in thirty years")
    (tmp_path / "recovery-kit.txt").write_text(clinic_keys.recovery.secret + "\n")
    copy = chart.vault.layout.recovery_copy(chart.patient_id, DocumentClass.CLINICAL, chart.key.public)
    script = (
        f"age -d -i recovery-kit.txt '{copy}' > patient.txt && "
        f"age -d -i patient.txt '{chart.file(blob)}' | tail -c +4097 > document.pdf"
    )
    subprocess.run(["sh", "-c", script], check=True, cwd=tmp_path)
    assert (tmp_path / "document.pdf").read_bytes() == b"in thirty years"


@pytest.mark.parametrize("size", [0, 1, FIRST, FIRST + 1, 200_000])
def test_we_open_what_pyrage_wrote(chart: Any, size: int) -> None:
    """Another writer of the standard, whose header carries stanzas of unknown types."""
    data = bytes_of(size)
    blob = chart.put(data)
    inner = pyrage.decrypt(chart.file(blob).read_bytes(), [pyrage.x25519.Identity.from_str(chart.secret)])
    rewritten = pyrage.encrypt(inner, [pyrage.x25519.Recipient.from_str(chart.key.public)])
    chart.file(blob).write_bytes(rewritten)
    expected = type(blob)(
        blob.blob_id, blob.size, blob.sha256, len(rewritten), hashlib.sha256(rewritten).hexdigest()
    )
    assert chart.content(expected) == data


@given(data=st.data())
def test_any_stretch_is_the_stretch_of_the_original(lasting_chart: Any, data: st.DataObject) -> None:
    size = data.draw(st.sampled_from([0, 1, FIRST, FIRST + 1, 64 * KIB, 300_000]))
    original = bytes_of(size)
    blob = lasting_chart.put(original)
    stretches = st.lists(st.tuples(st.integers(0, size + 100), st.integers(0, 150_000)), max_size=8)
    with lasting_chart.open(blob) as reader:
        for position, length in data.draw(stretches):
            assert reader.read_at(position, length) == original[position : position + length]
            reader.seek(position)
            assert reader.read(length) == original[position : position + length]
            assert reader.tell() == position + len(original[position : position + length])


@given(content=st.binary(max_size=3000), pieces=st.lists(st.integers(1, 700), min_size=1))
def test_a_source_may_give_little_at_a_time(lasting_chart: Any, content: bytes, pieces: list[int]) -> None:
    class Dribbling(io.BytesIO):
        turns = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.turns += 1
            return super().read(min(size or 0, pieces[self.turns % len(pieces)]))

    blob = lasting_chart.vault.store(Dribbling(content), lasting_chart.key.public, uuid4())
    assert lasting_chart.content(blob) == content


def test_a_large_source_may_dribble_too(chart: Any) -> None:
    class Dribbling(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 7000))

    blob = chart.vault.store(Dribbling(bytes_of(2_000_000)), chart.key.public, uuid4())
    assert chart.content(blob) == bytes_of(2_000_000)


def test_the_source_is_read_once_from_where_it_stands(chart: Any) -> None:
    class OnceOnly(io.BytesIO):
        def seek(self, *arguments: int) -> int:
            raise AssertionError("a pipe cannot go back")

    source = OnceOnly(b"skipped" + bytes_of(200_000))
    source.read(7)
    assert chart.content(chart.vault.store(source, chart.key.public, uuid4())) == bytes_of(200_000)


def test_it_behaves_like_a_binary_file(chart: Any) -> None:
    original = bytes_of(100_000)
    with chart.open(chart.put(original)) as reader:
        assert reader.readable() and reader.seekable() and not reader.writable()
        assert reader.seek(-10, os.SEEK_END) == 99_990
        assert reader.read() == original[-10:]
        assert reader.seek(5) == 5 and reader.seek(5, os.SEEK_CUR) == 10
        buffered = io.BufferedReader(reader)
        assert buffered.read(70_000) == original[10:70_010]
        with pytest.raises(ValueError):
            reader.seek(-1)
        with pytest.raises(ValueError):
            reader.read_at(-1, 4)
    reader.close()
    for use in (lambda: reader.read_at(0, 1), reader.read_all, reader.verify):
        with pytest.raises(ValueError):
            use()


def test_a_library_that_wants_a_file_can_use_it(chart: Any) -> None:
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("page", bytes_of(300_000))
    with chart.open(chart.put(packed.getvalue())) as reader, zipfile.ZipFile(reader) as archive:
        assert archive.read("page") == bytes_of(300_000)


def test_a_stretch_costs_only_its_chunks(chart: Any) -> None:
    blob = chart.put(bytes_of(5_000_000))
    file = Counting(chart.file(blob).read_bytes())
    from meditrack_desktop.vault.reader import BlobReader

    with BlobReader(file, chart.secret, chart.vault.clinic_id, blob) as reader:
        reader.read_at(2_500_000, 10)
        reader.read_at(2_500_010, 10)
    assert file.taken < 5 * 65_552


def test_memory_stays_flat(chart: Any) -> None:
    import tracemalloc

    size = 40_000_000
    tracemalloc.start()
    try:
        blob = chart.vault.store(Zeros(size), chart.key.public, uuid4())
        with chart.open(blob) as reader:
            reader.verify()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert blob.size == size
    assert peak < 16_000_000


def test_two_threads_share_one_reader(chart: Any) -> None:
    original = bytes_of(2_000_000)
    wrong: list[int] = []
    with chart.open(chart.put(original)) as reader:

        def look(seed: int) -> None:
            chance = random.Random(seed)
            for _ in range(150):
                position, length = chance.randrange(len(original)), chance.randrange(100_000)
                if reader.read_at(position, length) != original[position : position + length]:
                    wrong.append(position)

        threads = [threading.Thread(target=look, args=(seed,)) for seed in range(2)]
        for thread in threads:
            thread.start()
        assert reader.read_all() == original
        for thread in threads:
            thread.join()
    assert wrong == []


def test_an_id_is_never_used_twice(chart: Any) -> None:
    blob = chart.put(b"first")
    with pytest.raises(Unavailable) as refused:
        chart.put(b"second", blob.blob_id)
    assert refused.value.code is ErrorCode.VAULT_UNWRITABLE
    assert chart.content(blob) == b"first"


def test_storing_needs_no_secret(chart: Any) -> None:
    chart.vault.lock()
    assert chart.content(chart.put(b"filed by the front desk")) == b"filed by the front desk"


@pytest.mark.parametrize("recipient", ["", "age1", "age1qqqq", "ssh-rsa AAAA", "age1" + "q" * 58])
def test_a_malformed_recipient_is_refused(chart: Any, left_over: Any, recipient: str) -> None:
    with pytest.raises(Unavailable) as refused:
        chart.vault.store(io.BytesIO(b"x"), recipient, uuid4())
    assert refused.value.code is ErrorCode.VAULT_KEY_WRONG
    assert left_over() == []


def test_removed_is_gone(chart: Any, left_over: Any) -> None:
    blob = chart.put(b"to be deleted")
    chart.vault.remove(blob.blob_id)
    assert left_over() == []
    for use in (lambda: chart.open(blob), lambda: chart.vault.remove(blob.blob_id)):
        with pytest.raises(Unavailable) as refused:
            use()
        assert refused.value.code is ErrorCode.VAULT_MISSING


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no modes")
def test_files_are_private(chart: Any) -> None:
    path = chart.file(chart.put(b"private"))
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


class Counting(io.BytesIO):
    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


class Zeros(io.RawIOBase):
    """A large source that occupies no memory."""

    def __init__(self, size: int) -> None:
        self.left = size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        take = min(size, self.left)
        self.left -= take
        return bytes(take)
