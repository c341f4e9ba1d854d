"""The sweep tidies what crashes leave, sets apart what nobody knows, and never deletes a document."""

from __future__ import annotations

import errno
import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from meditrack_desktop.domain.documents import StoredBlob
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.vault.sweep import sweep, verify_stored
from meditrack_desktop.vault.vault import Vault

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def aged(path: Path, age: timedelta) -> Path:
    when = (NOON - age).timestamp()
    os.utime(path, (when, when))
    return path


def unfinished(chart: Any, blob: StoredBlob, age: timedelta) -> Path:
    path = chart.file(blob).with_name(f".{uuid4()}.age.0011aabb.part")
    path.write_bytes(b"half a document")
    return aged(path, age)


def test_leftovers_of_crashes_go_after_a_day(chart: Any) -> None:
    blob = chart.put(b"x")
    old = unfinished(chart, blob, timedelta(hours=25))
    young = unfinished(chart, blob, timedelta(hours=23))
    old_key = chart.vault.layout.keys / ".someone.age.00.part"
    old_key.write_bytes(b"")
    aged(old_key, timedelta(hours=25))
    report = sweep(chart.vault, {blob.blob_id}, NOON)
    assert report.removed_unfinished == 2
    assert not old.exists() and not old_key.exists() and young.exists()
    assert chart.content(blob) == b"x"


def test_a_file_without_a_row_is_set_apart_after_a_week(chart: Any) -> None:
    known, old, young = chart.put(b"known"), chart.put(b"old"), chart.put(b"young")
    aged(chart.file(known), timedelta(days=900))
    data = aged(chart.file(old), timedelta(days=7, minutes=1)).read_bytes()
    aged(chart.file(young), timedelta(days=6, hours=23))
    report = sweep(chart.vault, {known.blob_id}, NOON)
    assert report.moved == (old.blob_id,)
    assert report.waiting == (young.blob_id,)
    assert report.missing == () and report.resisted == ()
    assert not chart.file(old).exists()
    assert (chart.vault.layout.lost_and_found / f"{old.blob_id}.age").read_bytes() == data
    assert chart.content(known) == b"known" and chart.content(young) == b"young"
    assert sweep(chart.vault, {known.blob_id}, NOON).moved == ()


def test_a_clinic_whose_clock_ran_ahead_touches_nothing_that_is_being_stored(chart: Any) -> None:
    """Under the year 2036 every file of today looks ten years old, also one whose row is about to be written."""
    stored = chart.put(b"its row comes in a moment")
    writing = chart.file(stored).with_name(f".{uuid4()}.age.0011aabb.part")
    writing.write_bytes(b"half a document")
    report = sweep(chart.vault, set(), datetime.now(UTC) + timedelta(days=3650))
    assert (report.moved, report.removed_unfinished, report.waiting) == ((), 0, (stored.blob_id,))
    assert writing.exists() and chart.content(stored) == b"its row comes in a moment"


def test_a_row_without_a_file_is_an_alarm_and_nothing_else(chart: Any, left_over: Any) -> None:
    kept, gone = chart.put(b"kept"), chart.put(b"gone")
    chart.file(gone).unlink()
    before = left_over()
    report = sweep(chart.vault, {kept.blob_id, gone.blob_id}, NOON + timedelta(days=9000))
    assert report.missing == (gone.blob_id,)
    assert report.moved == ()
    assert left_over() == before


def test_a_file_in_the_wrong_place_does_not_count_as_there(chart: Any) -> None:
    blob = chart.put(b"x")
    wrong = chart.vault.layout.folder / "zz"
    wrong = wrong.with_name("00" if blob.blob_id.hex[-2:] != "00" else "01")
    wrong.mkdir(exist_ok=True)
    chart.file(blob).rename(wrong / chart.file(blob).name)
    aged(wrong / chart.file(blob).name, timedelta(days=1))
    report = sweep(chart.vault, {blob.blob_id}, NOON)
    assert report.missing == (blob.blob_id,)
    assert report.waiting == (blob.blob_id,)


def test_files_that_are_not_ours_are_left_alone(chart: Any, left_over: Any) -> None:
    blob = chart.put(b"x")
    for name in ("readme.txt", f"{blob.blob_id}.age.bak", f"{str(blob.blob_id).upper()}x.age", ".hidden"):
        aged_path = chart.file(blob).with_name(name)
        aged_path.write_bytes(b"whose?")
        aged(aged_path, timedelta(days=900))
    before = left_over()
    report = sweep(chart.vault, {blob.blob_id}, NOON)
    assert (report.removed_unfinished, report.moved, report.waiting) == (0, (), ())
    assert left_over() == before


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_file_that_vanishes_meanwhile_is_nobodys_fault(chart: Any) -> None:
    blob = chart.put(b"x")
    chart.file(blob).with_name(".gone.age.00.part").symlink_to("nowhere")
    report = sweep(chart.vault, {blob.blob_id}, NOON)
    assert report.removed_unfinished == 0 and report.resisted == ()


def test_nothing_is_overwritten_in_lost_and_found(chart: Any) -> None:
    blob = chart.put(b"second")
    aged(chart.file(blob), timedelta(days=8))
    earlier = chart.vault.layout.lost_and_found / chart.file(blob).name
    earlier.write_bytes(b"first")
    report = sweep(chart.vault, set(), NOON)
    assert report.moved == () and report.resisted == (earlier.name,)
    assert report.waiting == (blob.blob_id,)
    assert earlier.read_bytes() == b"first" and chart.file(blob).exists()


@pytest.mark.parametrize("kind", ["remove", "rename"])
def test_what_resists_is_reported(chart: Any, faulty_vault: Any, faulty_disk: Any, kind: str) -> None:
    blob = chart.put(b"x")
    aged(chart.file(blob), timedelta(days=8))
    half = unfinished(chart, blob, timedelta(days=8))
    # The first file that a sweep removes is its own, which tells the folder's time.
    turn = 2 if kind == "remove" else 1
    faulty_disk.fault, faulty_disk.kind, faulty_disk.at = OSError(errno.EACCES, "planted"), kind, turn
    report = sweep(faulty_vault, set(), NOON)
    assert report.resisted == ((half.name,) if kind == "remove" else (chart.file(blob).name,))
    assert sweep(faulty_vault, set(), NOON).resisted == ()


def test_an_unmounted_share_is_not_a_thousand_lost_documents(chart: Any, tmp_path: Path) -> None:
    blob = chart.put(b"x")
    empty = tmp_path / "mount"
    empty.mkdir()
    with pytest.raises(Unavailable) as refused:
        sweep(Vault(empty, chart.vault.clinic_id), {blob.blob_id}, NOON)
    assert refused.value.code is ErrorCode.VAULT_MISSING


def test_a_share_that_goes_away_meanwhile_raises_no_alarm(chart: Any) -> None:
    blob = chart.put(b"x")

    def rows() -> Any:
        chart.vault.layout.marker.rename(chart.vault.layout.folder / "gone")
        chart.file(blob).unlink()
        yield blob

    with pytest.raises(Unavailable) as refused:
        verify_stored(chart.vault, rows())
    assert refused.value.code is ErrorCode.VAULT_MISSING


def test_another_clinics_documents_are_not_swept(foreign_chart: Any) -> None:
    blob = foreign_chart.put(b"theirs")
    aged(foreign_chart.file(blob), timedelta(days=900))
    with pytest.raises(Unavailable) as refused:
        sweep(Vault(foreign_chart.vault.layout.folder, uuid4()), set(), NOON)
    assert refused.value.code is ErrorCode.VAULT_FOREIGN
    assert foreign_chart.content(blob) == b"theirs"


def test_the_comparison_finds_damage_without_a_key(chart: Any) -> None:
    good, changed, shorter, gone = (chart.put(bytes([n]) * 200_000) for n in range(4))
    data = bytearray(chart.file(changed).read_bytes())
    data[150_000] ^= 1
    chart.file(changed).write_bytes(data)
    chart.file(shorter).write_bytes(chart.file(shorter).read_bytes()[:-1])
    chart.file(gone).unlink()
    chart.vault.lock()
    report = verify_stored(chart.vault, [good, changed, shorter, gone])
    assert report.checked == 4
    assert report.damaged == (changed.blob_id, shorter.blob_id)
    assert report.missing == (gone.blob_id,)


def test_a_store_under_way_survives_a_sweep(chart: Any, left_over: Any) -> None:
    """A sweep on another desk while this one writes: the unfinished file is young, and stays."""

    class Swept(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            report = sweep(chart.vault, set(), datetime.now(UTC))
            assert report.removed_unfinished == 0 and report.moved == ()
            return super().read(size)

    blob = chart.vault.store(Swept(b"y" * 300_000), chart.key.public, uuid4())
    assert chart.content(blob) == b"y" * 300_000
