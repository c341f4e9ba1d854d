"""Damaged, swapped, foreign and hostile files: refused before a byte is shown, and the others still open."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import io
import os
import random
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pyrage
import pytest

from meditrack_desktop.domain.documents import StoredBlob
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.vault import age_header
from meditrack_desktop.vault.age_header import MalformedHeader, new_header, parse_header
from meditrack_desktop.vault.age_stream import SEALED_CHUNK, DamagedChunk, opened_size, sealed_size
from meditrack_desktop.vault.blob_header import InnerHeader, MalformedInnerHeader, parse_inner_header
from meditrack_desktop.vault.keys import new_key_pair

CONTENT = random.Random(13).randbytes(300_000)


def refusal(use: Callable[[], object]) -> ErrorCode:
    with pytest.raises(Unavailable) as refused:
        use()
    return refused.value.code


def body_start(data: bytes) -> int:
    return parse_header(data).size + 16


def assert_refused(chart: Any, blob: StoredBlob, code: ErrorCode = ErrorCode.VAULT_DAMAGED) -> None:
    """No way of reading shows a wrong byte, and those that take the whole show none at all."""
    sink = io.BytesIO()

    def copy() -> None:
        with chart.open(blob) as reader:
            reader.copy_to(sink)

    assert refusal(copy) is code
    assert sink.getvalue() == b""
    assert refusal(lambda: chart.content(blob)) is code


@pytest.fixture
def untouched(chart: Any) -> Any:
    """Another document of the same patient, which must open whatever happens to the first."""
    blob = chart.put(b"the other document")
    yield blob
    assert chart.content(blob) == b"the other document"


def test_one_bit_flipped_anywhere_is_refused(chart: Any, untouched: StoredBlob) -> None:
    blob = chart.put(CONTENT)
    whole = chart.file(blob).read_bytes()
    chance = random.Random(2026)
    for _ in range(200):
        spot, bit = chance.randrange(len(whole)), chance.randrange(8)
        chart.file(blob).write_bytes(flipped(whole, spot, bit))
        assert_refused(chart, blob)
        assert CONTENT.startswith(shown_before_refusal(chart, blob))
    chart.file(blob).write_bytes(whole)
    assert chart.content(blob) == CONTENT


def test_every_bit_of_the_header_counts(chart: Any, untouched: StoredBlob) -> None:
    blob = chart.put(b"short")
    whole = chart.file(blob).read_bytes()
    for spot in range(body_start(whole)):
        for bit in range(8):
            chart.file(blob).write_bytes(flipped(whole, spot, bit))
            assert refusal(lambda: chart.open(blob)) is ErrorCode.VAULT_DAMAGED, (spot, bit)


def test_a_cut_is_refused_wherever_it_is(chart: Any, untouched: StoredBlob) -> None:
    blob = chart.put(CONTENT)
    whole = chart.file(blob).read_bytes()
    body = body_start(whole)
    cuts = [0, 1, 21, body - 17, body - 16, body - 1, body, body + 1, len(whole) - 1]
    for chunk in range(body, len(whole), SEALED_CHUNK):
        cuts += [chunk, chunk + 16, chunk + 17]
    for cut in sorted({cut for cut in cuts if cut < len(whole)}):
        chart.file(blob).write_bytes(whole[:cut])
        assert refusal(lambda: chart.open(blob)) is ErrorCode.VAULT_DAMAGED, cut
        for expected in agreeing_rows(blob, cut, body):
            assert refusal(lambda row=expected: chart.open(row)) is ErrorCode.VAULT_DAMAGED, cut  # type: ignore[misc]


@pytest.mark.parametrize("size", [0, 15, 61_440, 300_000])
def test_anything_appended_is_refused(chart: Any, untouched: StoredBlob, size: int) -> None:
    blob = chart.put(CONTENT[:size])
    whole = chart.file(blob).read_bytes()
    body = body_start(whole)
    for more in (b"\0", b"\n", bytes(16), bytes(17), whole[body : body + SEALED_CHUNK], whole[-17:], whole):
        chart.file(blob).write_bytes(whole + more)
        assert refusal(lambda: chart.open(blob)) is ErrorCode.VAULT_DAMAGED
        for expected in agreeing_rows(blob, len(whole + more), body):
            assert refusal(lambda row=expected: chart.open(row)) is ErrorCode.VAULT_DAMAGED  # type: ignore[misc]


def test_chunks_out_of_order_are_refused(chart: Any, untouched: StoredBlob) -> None:
    blob = chart.put(CONTENT)
    whole = chart.file(blob).read_bytes()
    body = body_start(whole)
    first, second = slice(body + SEALED_CHUNK, body + 2 * SEALED_CHUNK), slice(body + 2 * SEALED_CHUNK, None)
    moved = bytearray(whole)
    moved[first], moved[second.start : second.start + SEALED_CHUNK] = (
        whole[second.start : second.start + SEALED_CHUNK],
        whole[first],
    )
    chart.file(blob).write_bytes(moved)
    assert_refused(chart, blob)


def test_two_swapped_documents_are_both_refused(chart: Any, untouched: StoredBlob) -> None:
    one, two = chart.put(CONTENT), chart.put(CONTENT[::-1])
    first, second = chart.file(one).read_bytes(), chart.file(two).read_bytes()
    chart.file(one).write_bytes(second)
    chart.file(two).write_bytes(first)
    assert_refused(chart, one)
    assert_refused(chart, two)


def test_swapped_hashes_in_the_database_are_refused(chart: Any, untouched: StoredBlob) -> None:
    one, two = chart.put(CONTENT), chart.put(CONTENT[::-1])
    assert_refused(chart, dataclasses.replace(two, blob_id=one.blob_id))
    assert_refused(chart, dataclasses.replace(one, sha256=two.sha256))
    assert refusal(lambda: chart.vault.open(one.blob_id, chart.secret, two)) is ErrorCode.VAULT_DAMAGED


def test_an_old_version_put_back_is_refused(chart: Any, untouched: StoredBlob) -> None:
    """Same id, clinic, key and length: only the content is of yesterday."""
    blob_id = uuid4()
    old = chart.put(b"dose: 10 mg", blob_id)
    yesterday = chart.file(old).read_bytes()
    chart.vault.remove(blob_id)
    new = chart.put(b"dose: 20 mg", blob_id)
    chart.file(new).write_bytes(yesterday)
    assert_refused(chart, new)


def test_another_patients_document_is_refused(chart: Any, another_chart: Any, untouched: StoredBlob) -> None:
    mine, theirs = chart.put(CONTENT), another_chart.put(CONTENT)
    chart.file(mine).write_bytes(another_chart.file(theirs).read_bytes())
    assert_refused(chart, mine)


def test_a_wrong_key_is_told_from_damage(chart: Any, another_chart: Any, untouched: StoredBlob) -> None:
    blob = chart.put(CONTENT)
    for wrong in (another_chart.secret, "", "AGE-SECRET-KEY-1", chart.key.public, chart.secret[:-1]):
        assert (
            refusal(lambda key=wrong: chart.vault.open(blob.blob_id, key, blob))  # type: ignore[misc]
            is ErrorCode.VAULT_KEY_WRONG
        )


def test_another_clinics_document_is_refused(chart: Any, foreign_chart: Any, untouched: StoredBlob) -> None:
    blob = chart.put(CONTENT)
    # Encrypted to our patient's public key, with our blob's id: only the clinic differs.
    foreign = foreign_chart.vault.store(io.BytesIO(CONTENT), chart.key.public, blob.blob_id)
    chart.file(blob).write_bytes(foreign_chart.file(foreign).read_bytes())
    assert_refused(chart, blob, ErrorCode.VAULT_FOREIGN)
    theirs = foreign_chart.put(CONTENT, uuid4())
    chart.file(blob).write_bytes(foreign_chart.file(theirs).read_bytes())
    assert_refused(chart, blob)


def test_damage_met_while_reading_stays_refused(chart: Any) -> None:
    """A PDF library may swallow the error and ask again: it gets nothing more, and the viewer can tell why."""
    blob = chart.put(CONTENT)
    whole = chart.file(blob).read_bytes()
    chart.file(blob).write_bytes(flipped(whole, body_start(whole) + 2 * SEALED_CHUNK + 5, 0))
    with chart.open(blob) as reader:
        assert reader.read_at(0, 100) == CONTENT[:100]
        assert reader.refusal is None
        target = bytearray(b"x" * 1000)
        reader.seek(150_000)
        assert refusal(lambda: reader.readinto(target)) is ErrorCode.VAULT_DAMAGED
        assert target == b"x" * 1000
        assert refusal(lambda: reader.read_at(0, 100)) is ErrorCode.VAULT_DAMAGED
        assert reader.refusal is not None and reader.refusal.code is ErrorCode.VAULT_DAMAGED


def test_a_file_changed_under_an_open_reader_is_refused(chart: Any) -> None:
    blob = chart.put(CONTENT)
    with chart.open(blob) as reader:
        with chart.file(blob).open("r+b") as file:
            file.truncate(body_start(chart.file(blob).read_bytes()) + SEALED_CHUNK)
        assert refusal(lambda: reader.read_at(100_000, 10)) is ErrorCode.VAULT_DAMAGED


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_or_a_folder_in_place_of_a_document_does_not_hang(chart: Any) -> None:
    for put in (os.mkfifo, os.mkdir):
        blob = chart.put(CONTENT)
        chart.file(blob).unlink()
        put(chart.file(blob))
        assert refusal(lambda row=blob: chart.open(row)) is ErrorCode.VAULT_MISSING  # type: ignore[misc]


def test_content_that_is_not_what_its_header_says_is_refused(chart: Any) -> None:
    """Whoever knows the public key can make a valid age file; the hash of the whole still tells."""
    blob_id = uuid4()
    said = InnerHeader(chart.vault.clinic_id, blob_id, 5, hashlib.sha256(b"right").hexdigest())
    data = pyrage.encrypt(said.to_bytes() + b"wrong", [pyrage.x25519.Recipient.from_str(chart.key.public)])
    blob = StoredBlob(blob_id, 5, said.sha256, len(data), hashlib.sha256(data).hexdigest())
    chart.file(blob).parent.mkdir(exist_ok=True)
    chart.file(blob).write_bytes(data)
    assert_refused(chart, blob)


LINE = b"age-encryption.org/v1\n"
A43 = b"A" * 43 + b"\n"
MAC = b"--- " + A43
SHARE = b"-> X25519 " + base64.b64encode(bytes(range(32))).rstrip(b"=") + b"\n"
HOSTILE = {
    "empty": b"",
    "armor": b"-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24ub3JnL3Yx\n",
    "version 2": b"age-encryption.org/v2\n" + SHARE + A43 + MAC,
    "2000 stanzas": LINE + b"-> x\n\n" * 2000 + MAC,
    "2000 X25519 stanzas": LINE + (SHARE + A43) * 2000 + MAC,
    "17 stanzas": LINE + b"-> x\n\n" * 17 + MAC,
    "no stanza": LINE + MAC,
    "scrypt 2^30": LINE + b"-> scrypt " + b"A" * 22 + b" 30\n" + A43 + MAC,
    "scrypt among others": LINE + SHARE + A43 + b"-> scrypt " + b"A" * 22 + b" 30\n" + A43 + MAC,
    "header without end": LINE + b"-> x\n" + (b"A" * 64 + b"\n") * 100_000,
    "one long line": LINE + b"-> " + b"A" * 10_000_000,
    "no MAC": LINE + b"-> x\n\n---\n",
    "short MAC": LINE + b"-> x\n\n--- AAAA\n",
    "padded MAC": LINE + b"-> x\n\n--- " + b"A" * 43 + b"=\n",
    "second spelling of a MAC": LINE + b"-> x\n\n--- " + b"A" * 42 + b"B\n",
    "MAC without a blank": LINE + b"-> x\n\n---" + A43,
    "carriage returns": (LINE + SHARE + A43 + MAC).replace(b"\n", b"\r\n"),
    "empty argument": LINE + b"-> x  y\n\n" + MAC,
    "control characters": LINE + b"-> x\x1b\n\n" + MAC,
    "body over a line": LINE + b"-> x\n" + b"A" * 65 + b"\n\n" + MAC,
    "body not base64": LINE + b"-> x\n!!!!\n" + MAC,
    "X25519 without share": LINE + b"-> X25519\n" + A43 + MAC,
    "X25519 with a short share": LINE + b"-> X25519 AAAA\n" + A43 + MAC,
    "X25519 with a long body": LINE + SHARE + b"A" * 44 + b"\n" + MAC,
    "share of low order": LINE + b"-> X25519 " + A43 + A43 + MAC,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_headers_are_refused_at_once(chart: Any, name: str, untouched: StoredBlob) -> None:
    """Also when the row agrees with the file, so that nothing but the header speaks against it."""
    data = HOSTILE[name]
    row = StoredBlob(uuid4(), 100, "0" * 64, len(data), hashlib.sha256(data).hexdigest())
    chart.file(row).parent.mkdir(exist_ok=True)
    chart.file(row).write_bytes(data)
    started = time.process_time()
    assert refusal(lambda: chart.open(row)) is ErrorCode.VAULT_DAMAGED
    assert time.process_time() - started < 0.25


def test_passphrases_and_many_stanzas_are_refused_before_any_key_is_used(monkeypatch: Any) -> None:
    def touched(*_: object) -> None:
        raise AssertionError("a key was touched")

    monkeypatch.setattr(age_header, "_unwrap", touched)
    for name in ("scrypt 2^30", "2000 X25519 stanzas", "armor"):
        with pytest.raises(MalformedHeader):
            parse_header(HOSTILE[name])


def test_sixteen_stanzas_are_accepted_and_seventeen_are_not() -> None:
    ours, _ = new_header(new_key_pair().public, random.Random(1).randbytes)
    line = b"age-encryption.org/v1\n"
    assert len(parse_header(line + b"-> x\n\n" * 15 + ours.removeprefix(line)).stanzas) == 16
    with pytest.raises(MalformedHeader):
        parse_header(line + b"-> x\n\n" * 16 + ours.removeprefix(line))


def test_sizes_that_no_plaintext_has_are_refused() -> None:
    for plain in (1, 65_535, 65_536, 65_537, 131_072, 1_000_000):
        assert opened_size(sealed_size(plain)) == plain
    for sealed in (-1, 0, 1, 16, SEALED_CHUNK + 1, SEALED_CHUNK + 16, 2 * SEALED_CHUNK + 3):
        with pytest.raises(DamagedChunk):
            opened_size(sealed)


def test_inner_headers_have_one_spelling() -> None:
    header = InnerHeader(uuid4(), UUID(int=7), 12, "ab" * 32)
    data = header.to_bytes()
    assert len(data) == 4096 and parse_inner_header(data) == header
    hostile = [
        b"", b"null".ljust(4096), b"[]".ljust(4096), b"{}".ljust(4096), b"\xff" * 4096, b"[" * 4096,
        data[:-1], data + b" ", data.replace(b'"version":1', b'"version":2'),
        data.replace(b'"length":12', b'"length":1e1'), data.replace(b'"length":12', b'"length":"a"'),
        data.replace(b'"length":12', b'"length":true'), data.replace(b":12,", b": 12,"),
        data.replace(str(header.blob_id).encode(), b"7"), b" " + data[:-1],
        data.replace(b'"length":12', b'"length":' + b"9" * 3000)[:4096],
    ]  # fmt: skip
    for each in hostile:
        with pytest.raises(MalformedInnerHeader):
            parse_inner_header(each)


def flipped(data: bytes, spot: int, bit: int) -> bytes:
    changed = bytearray(data)
    changed[spot] ^= 1 << bit
    return bytes(changed)


def shown_before_refusal(chart: Any, blob: StoredBlob) -> bytes:
    shown = b""
    try:
        with chart.open(blob) as reader:
            while piece := reader.read(10_000):
                shown += piece
    except Unavailable:
        return shown
    raise AssertionError("the damage was not noticed")


def agreeing_rows(blob: StoredBlob, ciphertext_size: int, body: int) -> list[StoredBlob]:
    """Rows that somebody changed to agree with a file of another size."""
    rows = [dataclasses.replace(blob, ciphertext_size=ciphertext_size)]
    try:
        size = opened_size(ciphertext_size - body) - 4096
    except DamagedChunk:
        return rows
    return (
        [*rows, dataclasses.replace(blob, ciphertext_size=ciphertext_size, size=size)] if size >= 0 else rows
    )
