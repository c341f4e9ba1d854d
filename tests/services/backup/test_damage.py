"""Whatever happens to a backup's files is found (security.md F16, H79): deleted, flipped, cut, swapped, added."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from meditrack_desktop.domain.backups import BackupCheck
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services.backup import key_copies, manifest
from meditrack_desktop.services.backup.contents import open_backup
from meditrack_desktop.services.backup.folder import MARKER, BackupFolder
from meditrack_desktop.services.backup.meter import Meter
from meditrack_desktop.services.backup.verifying import verify_backup
from meditrack_desktop.services.backup.writing import put_manifest
from meditrack_desktop.vault.keys import new_key_pair
from tests.services.backup.conftest import Kept

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)

OWN_FILES = ("manifest.age", "database.age", "keys.age", "secrets.age")
KINDS = (*OWN_FILES, "document", MARKER)


class Shelf:
    """Two backups on a stick, and a copy of it to do harm to."""

    def __init__(self, kept: Kept, private: Path) -> None:
        admin = kept.site.actors["admin"]
        self.first = kept.clinic.backups.run(admin).name
        kept.attach(4000)
        kept.clock.advance(timedelta(minutes=1))
        self.second = kept.clinic.backups.run(admin).name
        self.secrets = kept.site.secrets
        self.clinic_id = kept.clinic.profile.facts().clinic_id
        self.now = kept.clock.now()
        self.good = kept.folder
        self.folder = private / "copy"
        self.private = private / "private"
        self.private.mkdir()
        self.fresh()

    def fresh(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.good, self.folder)

    def check(self, name: str = "", identity: str = "") -> BackupCheck:
        check = verify_backup(
            BackupFolder(self.folder),
            name or self.second,
            [identity or self.secrets.backup_identity],
            self.clinic_id,
            self.private,
            self.now,
            Meter(),
        )
        assert not list(self.private.iterdir()), "something was left in the private folder"
        return check

    def file(self, kind: str, name: str = "") -> Path:
        if kind == MARKER:
            return self.folder / MARKER
        if kind == "document":
            return sorted((self.folder / "documents").rglob("*.age"))[1]
        return self.folder / (name or self.second) / kind

    def shown(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()


@pytest.fixture
def shelf(kept: Kept, tmp_path: Path) -> Shelf:
    private = tmp_path / "shelf"
    private.mkdir()
    return Shelf(kept, private)


def delete(shelf: Shelf, path: Path) -> None:
    path.unlink()


def flip(shelf: Shelf, path: Path) -> None:
    flip_at(path, path.stat().st_size // 2, 4)


def flip_at(path: Path, place: int, bit: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1 << bit
    path.write_bytes(data)


def cut(shelf: Shelf, path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def empty(shelf: Shelf, path: Path) -> None:
    path.write_bytes(b"")


def append(shelf: Shelf, path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def swap(shelf: Shelf, path: Path) -> None:
    """With the other backup's file of this kind, or another document."""
    if path.parent.name == shelf.second:
        other = shelf.folder / shelf.first / path.name
    elif path.name == MARKER:
        other = shelf.file("document")
    else:
        other = sorted((shelf.folder / "documents").rglob("*.age"))[2]
    mine, theirs = path.read_bytes(), other.read_bytes()
    path.write_bytes(theirs)
    other.write_bytes(mine)


def folder_instead(shelf: Shelf, path: Path) -> None:
    path.unlink()
    path.mkdir()


def cut_at_chunk(shelf: Shelf, path: Path) -> None:
    """Where the encryption has a seam: only the mark of the last piece tells."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) - (len(data) % 65552 or 65552)] or data[: len(data) // 3])


HARMS: tuple[Callable[[Shelf, Path], None], ...] = (
    delete, flip, cut, empty, append, swap, folder_instead, cut_at_chunk,
)  # fmt: skip


def test_undamaged_both_are_whole(shelf: Shelf) -> None:
    for name in (shelf.first, shelf.second):
        check = shelf.check(name)
        assert check.whole and not check.strangers, check


@pytest.mark.parametrize("kind", KINDS)
def test_harm_to_a_file_of_every_kind_is_found(shelf: Shelf, kind: str) -> None:
    for harm in HARMS:
        shelf.fresh()
        path = shelf.file(kind)
        harm(shelf, path)
        if kind == "manifest.age" and harm in (delete, folder_instead):
            # Without its list there is no backup any more: it is not listed, and asking for it says so.
            assert shelf.second not in BackupFolder(shelf.folder).names()
            continue
        check = shelf.check()
        assert not check.whole, (kind, harm.__name__)
        assert shelf.shown(path) in check.damaged, (kind, harm.__name__, check.damaged)


def test_added_files_are_found(shelf: Shelf) -> None:
    for place in ("stranger.age", ".hidden", "database.age.bak"):
        shelf.fresh()
        path = shelf.folder / shelf.second / place
        path.write_bytes(b"?")
        assert shelf.check().damaged == (shelf.shown(path),)
    shelf.fresh()
    for place in ("documents/evil.exe", "documents/ab/notes.txt", "documents/zz/deep.age"):
        path = shelf.folder / place
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"?")
    check = shelf.check()
    assert check.whole and len(check.strangers) == 3


def flips(shelf: Shelf, count: int, seed: int) -> None:
    chance = random.Random(seed)
    documents = {
        sha for sha, _ in open_backup(
            BackupFolder(shelf.folder), shelf.second, [shelf.secrets.backup_identity], None
        ).manifest.documents
    }  # fmt: skip
    files = [shelf.folder / shelf.second / name for name in OWN_FILES]
    files += [path for path in (shelf.folder / "documents").rglob("*.age") if path.stem in documents]
    for number in range(count):
        path = files[number % len(files)]
        before = path.read_bytes()
        place, bit = chance.randrange(len(before)), chance.randrange(8)
        flip_at(path, place, bit)
        check = shelf.check()
        assert shelf.shown(path) in check.damaged, (path.name, place, bit, check.damaged)
        path.write_bytes(before)
    assert shelf.check().whole


def test_a_flip_of_any_bit_is_found(shelf: Shelf) -> None:
    flips(shelf, 60, seed=7)


@pytest.mark.exhaustive
@pytest.mark.timeout(3600)
def test_five_hundred_flips_are_found(shelf: Shelf) -> None:
    flips(shelf, 500, seed=11)


def test_restore_of_damage_changes_nothing(kept: Kept, shelf: Shelf) -> None:
    admin = kept.site.actors["admin"]
    for kind in ("manifest.age", "database.age", "secrets.age"):
        path = kept.folder / shelf.first / kind
        before = path.read_bytes()
        flip_at(path, len(before) // 2, 3)
        with pytest.raises(Unavailable) as caught:
            kept.clinic.backups.restore(admin, shelf.first)
        assert caught.value.code is ErrorCode.BACKUP_DAMAGED
        assert caught.value.parameters["file"] == f"{shelf.first}/{kind}"
        path.write_bytes(before)
        assert len(kept.clinic.documents.of_patient(kept.admin, kept.patient.id)) == 4
        status = kept.clinic.backups.status(admin)
        assert status.problem is None and not status.running
        lines = kept.clinic.audit.list(admin, limit=5)
        assert f"{shelf.first}; BACKUP_003" in {line.detail for line in lines}


def test_the_wrong_kit_and_the_right_one(shelf: Shelf, kit: str) -> None:
    assert shelf.check(identity=kit).whole
    for wrong in (new_key_pair().secret, kit[:-1] + ("Q" if kit[-1] != "Q" else "P"), "no key at all", ""):
        with pytest.raises(Unavailable) as caught:
            open_backup(BackupFolder(shelf.folder), shelf.second, [wrong], None)
        assert caught.value.code is ErrorCode.RECOVERY_KEY_WRONG


def test_another_clinics_backup_is_refused(shelf: Shelf) -> None:
    with pytest.raises(Unavailable) as caught:
        open_backup(BackupFolder(shelf.folder), shelf.second, [shelf.secrets.backup_identity], uuid4())
    assert caught.value.code is ErrorCode.BACKUP_FOREIGN
    with pytest.raises(Unavailable) as caught:
        BackupFolder(shelf.folder).prepare(uuid4())
    assert caught.value.code is ErrorCode.BACKUP_FOREIGN


def rewrite(shelf: Shelf, **changes: object) -> None:
    """A manifest with a right proof that says something else: from a newer program, or from somebody with the key."""
    folder = BackupFolder(shelf.folder)
    opened = open_backup(folder, shelf.second, [shelf.secrets.backup_identity], None)
    changed = replace(opened.manifest, **changes)  # type: ignore[arg-type]
    put_manifest(folder, shelf.folder / shelf.second / "manifest.age", changed, shelf.secrets)


def test_a_future_schema_is_refused_by_name(shelf: Shelf, kept: Kept) -> None:
    rewrite(shelf, schema="9999")
    with pytest.raises(Unavailable) as caught:
        shelf.check()
    assert caught.value.code is ErrorCode.BACKUP_NEWER
    shutil.rmtree(kept.folder)
    shutil.copytree(shelf.folder, kept.folder)
    for call in (kept.clinic.backups.preview, kept.clinic.backups.restore):
        with pytest.raises(Unavailable) as caught:
            call(kept.site.actors["admin"], shelf.second)
        assert caught.value.code is ErrorCode.BACKUP_NEWER


def test_a_future_format_is_refused_by_name(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "FORMAT", 2)
    rewrite(shelf)
    monkeypatch.undo()
    with pytest.raises(Unavailable) as caught:
        shelf.check()
    assert caught.value.code is ErrorCode.BACKUP_NEWER


@pytest.mark.parametrize(
    "name",
    ["../../evil", "/etc/passwd", "..\\..\\evil", "C:\\evil", "sub/database.age", "database.age\0", "", "."],
)
def test_no_name_in_a_manifest_is_a_path(shelf: Shelf, name: str) -> None:
    """H79: even a manifest with a right proof names nothing outside."""
    file = manifest.BackupFile(name, 3, "0" * 64)
    opened = open_backup(
        BackupFolder(shelf.folder), shelf.second, [shelf.secrets.backup_identity], None
    ).manifest
    for changes in (
        {"files": (*opened.files, file)},
        {"superseded": (name,)},
        {"documents": ((name, 3),)},
        {"name": name},
    ):
        shelf.fresh()
        rewrite(shelf, **changes)
        check = shelf.check()
        assert check.damaged == (f"{shelf.second}/manifest.age",)


@pytest.mark.parametrize("name", ["../../evil.age", "/tmp/evil.age", "a" * 300, "x y.age", "", "end\n"])
def test_no_name_among_key_copies_is_a_path(shelf: Shelf, name: str) -> None:
    stream = b"meditrack-key-copies 1\n" + f"{name} 3\n".encode() + b"abcend 1\n"
    with pytest.raises(key_copies.MalformedCopies):
        list(key_copies.unpacked(iter([memoryview(stream)])))


def test_key_copies_come_back_as_they_went(shelf: Shelf) -> None:
    stem = f"{uuid4()}-clinical.{'0' * 16}.age"
    data = b"meditrack-key-copies 1\n" + f"{stem} 4\n".encode() + b"\n1\n2" + b"end 1\n"
    for size in (1, 3, 7, 1000):
        pieces = (memoryview(data[start : start + size]) for start in range(0, len(data), size))
        assert list(key_copies.unpacked(pieces)) == [(stem, b"\n1\n2")]
    for broken in (data[:-1], data + b"x", data.replace(b"end 1", b"end 2"), b"", data[:-6]):
        with pytest.raises(key_copies.MalformedCopies):
            list(key_copies.unpacked(iter([memoryview(broken)])))
