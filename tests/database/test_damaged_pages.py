"""A damaged database file is found out, never believed (security.md F13): every page carries its own seal.

A flipped bit either lies where the reading did not look or is refused as damage; what is read is what was
written. Two checks are needed: the cipher's misses a cut tail, SQLite's misses nothing that opens.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from meditrack_desktop.database import schema
from meditrack_desktop.database.base import Base
from meditrack_desktop.database.engine import SqliteTarget
from meditrack_desktop.database.session import Database
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from tests.conftest import ClinicTemplate

PAGE = 4096
DAMAGE = {ErrorCode.DATABASE_DAMAGED, ErrorCode.DATABASE_KEY_WRONG, ErrorCode.DATABASE_MISSING}
Content = dict[str, list[tuple[object, ...]]]


@pytest.fixture
def file(sqlite_template: ClinicTemplate, tmp_path: Path) -> Path:
    """A clinic's closed database, with nothing left in its log."""
    copy = tmp_path / "clinic.db"
    shutil.copy(sqlite_template.folder / "clinic.db", copy)
    return copy


@pytest.fixture
def key(sqlite_template: ClinicTemplate) -> bytes:
    return bytes.fromhex(sqlite_template.secrets.database_key)


def read_all(file: Path, key: bytes) -> Content:
    """Every row of every table, as the program reads them."""
    database = Database(SqliteTarget(file))
    try:
        database.unlock(key)
        schema.check(database)
        with database.reading() as session:
            return {
                table.name: sorted(map(tuple, session.execute(table.select()).all()), key=repr)
                for table in Base.metadata.sorted_tables
            }
    finally:
        database.lock()


def found_by_checks(file: Path, key: bytes) -> bool:
    database = Database(SqliteTarget(file))
    try:
        database.unlock(key)
        schema.check(database)
        with database.reading() as session:
            sealed = session.execute(text("PRAGMA cipher_integrity_check")).all()
            whole = session.execute(text("PRAGMA integrity_check")).scalars().all()
        return bool(sealed) or whole != ["ok"]
    except ClinicError:
        return True
    finally:
        database.lock()


def spots(size: int, count: int) -> Iterator[int]:
    chance = random.Random(13)
    yield from range(100)  # the header, byte by byte
    yield from (chance.randrange(size) for _ in range(count))


def flip(file: Path, spot: int) -> None:
    with file.open("r+b") as open_file:
        open_file.seek(spot)
        byte = open_file.read(1)[0]
        open_file.seek(spot)
        open_file.write(bytes([byte ^ (1 << spot % 8)]))


def check_flips(file: Path, key: bytes, count: int) -> None:
    truth = read_all(file, key)
    refused = 0
    for spot in spots(file.stat().st_size, count):
        flip(file, spot)
        assert found_by_checks(file, key), f"byte {spot}"
        try:
            assert read_all(file, key) == truth, f"byte {spot} changed what is shown"
        except ClinicError as error:
            assert error.code in DAMAGE, spot
            refused += 1
        flip(file, spot)
    assert refused > count / 3
    assert read_all(file, key) == truth


def test_a_flipped_bit_is_found_and_never_shown(file: Path, key: bytes) -> None:
    check_flips(file, key, 50)


@pytest.mark.exhaustive
@pytest.mark.timeout(3600)
def test_a_thousand_flipped_bits_are_found(file: Path, key: bytes) -> None:
    check_flips(file, key, 1000)


def test_two_pages_in_each_others_place_are_refused(file: Path, key: bytes) -> None:
    truth = read_all(file, key)
    data = file.read_bytes()
    pages = len(data) // PAGE
    chance = random.Random(3)
    for _ in range(20):
        one, other = chance.sample(range(1, pages), 2)
        swapped = bytearray(data)
        swapped[one * PAGE : (one + 1) * PAGE] = data[other * PAGE : (other + 1) * PAGE]
        swapped[other * PAGE : (other + 1) * PAGE] = data[one * PAGE : (one + 1) * PAGE]
        file.write_bytes(swapped)
        assert found_by_checks(file, key)
        try:
            assert read_all(file, key) == truth
        except ClinicError as error:
            assert error.code in DAMAGE
    file.write_bytes(data)
    assert read_all(file, key) == truth


def test_a_file_cut_anywhere_is_found(file: Path, key: bytes) -> None:
    data = file.read_bytes()
    for size in (0, 1, 16, 100, PAGE - 1, PAGE, len(data) // 2, len(data) - PAGE, len(data) - 1):
        file.write_bytes(data[:size])
        assert found_by_checks(file, key), size
