"""The desk's scan folder: what a scanner puts there is taken once, whole, and never lost (security.md H10-H14)."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import meditrack_desktop
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import MediaType
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, Unavailable
from meditrack_desktop.domain.incoming import (
    CollectReport,
    DiscardIncoming,
    IncomingSource,
    IncomingState,
    ScanTrouble,
)
from meditrack_desktop.domain.permission_grid import ChangeGrid
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.incoming.claims import Claims
from meditrack_desktop.services.incoming.folder_looks import CLAIMS
from meditrack_desktop.services.incoming.taking_in import TakingIn
from tests.conftest import ClinicSite
from tests.makers.dicom_files import a_slice
from tests.makers.documents import a_pdf
from tests.services.incoming_scene import a_png, refused


@dataclass
class Scanner:
    """A desk that watches a folder."""

    clinic: Clinic
    actor: Actor
    folder: Path
    clock: FixedClock

    def collect(self) -> CollectReport:
        return self.clinic.incoming.collect(self.actor)

    def collect_still(self) -> CollectReport:
        """Two looks, far enough apart."""
        self.collect()
        self.clock.advance(timedelta(seconds=2))
        return self.collect()

    def collect_settled(self) -> CollectReport:
        """So long after the first look that nothing is only unfinished any more."""
        self.collect()
        self.clock.advance(timedelta(seconds=11))
        return self.collect()

    def put(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def lying(self) -> list[str]:
        """Every file in the folder, those moved aside too."""
        files = (path for path in self.folder.rglob("*") if not path.is_dir())
        return sorted(path.relative_to(self.folder).as_posix() for path in files)

    def waiting(self) -> list[bytes]:
        found = []
        for one in self.clinic.incoming.list(self.actor):
            opened = self.clinic.incoming.open(self.actor, one.id)
            found.append(opened.source.read_all())
            opened.source.close()
        return found


@pytest.fixture
def scanner(clinic: Clinic, admin: Actor, reception: Actor, clock: FixedClock, tmp_path: Path) -> Scanner:
    folder = tmp_path / "scans"
    folder.mkdir()
    assert clinic.incoming.set_scan_folder(admin, folder) == folder
    return Scanner(clinic, reception, folder, clock)


def _changes(clinic: Clinic, admin: Actor) -> list[tuple[UUID | None, str]]:
    """Who changed the scan folder to what, by the trail, the last one first."""
    lines = clinic.audit.list(admin, limit=50)
    return [(line.account_id, line.detail) for line in lines if line.action == "scan_folder.changed"]


class TestTheSetting:
    def test_kept_for_the_desk(self, scanner: Scanner, admin: Actor) -> None:
        assert scanner.clinic.incoming.scan_folder(scanner.actor) == scanner.folder
        assert scanner.clinic.incoming.set_scan_folder(admin, None) is None
        assert scanner.clinic.incoming.scan_folder(scanner.actor) is None
        assert scanner.collect() == CollectReport()

    def test_whoever_files_chooses_it_for_their_desk(
        self, scanner: Scanner, admin: Actor, tmp_path: Path
    ) -> None:
        """It is the desk's, and the trail tells who did; a refused folder leaves no line that says it was chosen."""
        other = tmp_path / "other"
        other.mkdir()
        clinic = scanner.clinic
        before = _changes(clinic, admin)
        with refused(ErrorCode.SCAN_FOLDER_UNUSABLE, Unavailable):
            clinic.incoming.set_scan_folder(scanner.actor, tmp_path / "missing")
        assert _changes(clinic, admin) == before
        assert clinic.incoming.set_scan_folder(scanner.actor, other) == other
        assert clinic.incoming.scan_folder(scanner.actor) == other
        assert _changes(clinic, admin) == [(scanner.actor.account_id, "a folder"), *before]
        clinic.permission_grid.change(
            admin, ChangeGrid(role=Role.RECEPTIONIST, permission=Permission.FILE_INCOMING, allowed=False)
        )
        with refused(ErrorCode.NOT_PERMITTED, NotAllowed):
            clinic.incoming.set_scan_folder(scanner.actor, None)
        assert clinic.incoming.scan_folder(admin) == other

    def test_folders_that_will_not_do(
        self, scanner: Scanner, admin: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        profile = scanner.clinic.profile.folder
        home = tmp_path / "people" / "anna"
        home.mkdir(parents=True)
        monkeypatch.setattr(Path, "home", lambda: home)
        program = Path(meditrack_desktop.__file__).parent
        file = scanner.put("file", b"x")
        link = tmp_path / "link"
        link.symlink_to(scanner.folder)
        (profile / "inside").mkdir()
        for path in (
            tmp_path / "missing",
            file,
            link,
            profile,
            profile / "inside",
            profile / "vault",
            profile.parent,
            Path("relative"),
            Path(tmp_path.anchor),
            home,
            home.parent,
            program / "services",
            program.parent,
            Path(sys.prefix),
        ):
            with refused(ErrorCode.SCAN_FOLDER_UNUSABLE, Unavailable):
                scanner.clinic.incoming.set_scan_folder(admin, path)
        assert scanner.clinic.incoming.scan_folder(admin) == scanner.folder

    def test_a_damaged_setting_is_none(self, scanner: Scanner) -> None:
        scanner.clinic.profile.scan_folder.write_text("{]", "utf-8")
        assert scanner.clinic.incoming.scan_folder(scanner.actor) is None
        assert scanner.collect() == CollectReport()

    def test_a_folder_that_went_away(self, scanner: Scanner) -> None:
        shutil.rmtree(scanner.folder)
        with refused(ErrorCode.SCAN_FOLDER_UNUSABLE, Unavailable):
            scanner.collect()


class TestTaking:
    def test_taken_stored_and_gone(self, scanner: Scanner) -> None:
        data = a_pdf("Laboratory report")
        scanner.put("scan0001.pdf", data)
        first = scanner.collect()
        assert (first.taken, first.still_coming) == ((), 1)
        scanner.clock.advance(timedelta(seconds=1))
        report = scanner.collect()
        (one,) = report.taken
        assert (one.file_name, one.source, one.state) == (
            "scan0001.pdf",
            IncomingSource.SCAN_FOLDER,
            IncomingState.WAITING,
        )
        assert one.desk
        assert scanner.waiting() == [data]
        assert scanner.lying() == []
        assert not (scanner.folder / CLAIMS).exists()

    def test_many_pages_as_several_files_stay_several(self, scanner: Scanner) -> None:
        pages = [a_png(colour) for colour in ("red", "green", "blue")]
        for number, data in enumerate(pages):
            scanner.put(f"page{number}.png", data)
        assert len(scanner.collect_still().taken) == 3
        assert sorted(scanner.waiting()) == sorted(pages)

    def test_a_file_that_grows_is_waited_for(self, scanner: Scanner) -> None:
        data = a_pdf("one", "two")
        path = scanner.put("slow.pdf", data[:500])
        for end in (700, 900, len(data)):
            assert scanner.collect().taken == ()
            scanner.clock.advance(timedelta(seconds=3))
            path.write_bytes(data[:end])
        assert scanner.collect().taken == ()
        scanner.clock.advance(timedelta(seconds=1))
        assert len(scanner.collect().taken) == 1
        assert scanner.waiting() == [data]

    def test_two_looks_at_one_moment_are_not_two(self, scanner: Scanner) -> None:
        scanner.put("a.png", a_png())
        scanner.collect()
        assert scanner.collect().still_coming == 1

    def test_hidden_and_half_written_names_are_left_alone(self, scanner: Scanner) -> None:
        names = [
            ".hidden.pdf", "~$doc.pdf", "scan.pdf.part", "scan.tmp", "x.crdownload", "Thumbs.db", "desktop.ini",
            "scan.pdf~", ".DS_Store", "a.partial",
        ]  # fmt: skip
        for name in names:
            scanner.put(name, a_png())
        report = scanner.collect_still()
        assert (report.taken, report.refused, report.still_coming) == ((), (), 0)
        assert scanner.lying() == sorted(names)

    def test_links_pipes_and_sockets_are_refused_and_stay(self, scanner: Scanner, tmp_path: Path) -> None:
        outside = tmp_path / "outside.png"
        outside.write_bytes(a_png())
        (scanner.folder / "link.png").symlink_to(outside)
        os.mkfifo(scanner.folder / "pipe.pdf")
        report = scanner.collect_settled()
        assert report.taken == ()
        assert {(each.file_name, each.refusal) for each in report.refused} == {
            ("link.png", ErrorCode.FILE_UNREADABLE.value),
            ("pipe.pdf", ErrorCode.FILE_UNREADABLE.value),
        }
        assert scanner.lying() == ["link.png", "pipe.pdf"]
        assert outside.read_bytes() == a_png()

    def test_refused_ones_stay_and_are_listed_once(self, scanner: Scanner, site: ClinicSite) -> None:
        scanner.put("program.pdf", b"MZ" + bytes(300))
        scanner.put("empty.pdf", b"")
        report = scanner.collect_settled()
        assert {(each.file_name, each.refusal) for each in report.refused} == {
            ("program.pdf", ErrorCode.FILE_TYPE_REFUSED.value),
            ("empty.pdf", ErrorCode.FILE_EMPTY.value),
        }
        assert scanner.collect_still().refused == ()
        assert scanner.lying() == ["empty.pdf", "program.pdf"]
        listed = scanner.clinic.incoming.list(scanner.actor, IncomingState.REFUSED)
        assert len(listed) == 2
        again = _another_desk(scanner, site)
        assert again.collect_settled().refused == ()
        assert again.clinic.incoming.count(again.actor, IncomingState.REFUSED) == 2

    def test_a_refused_file_that_changes_is_looked_at_anew(self, scanner: Scanner) -> None:
        path = scanner.put("scan.png", a_png()[:50])
        assert len(scanner.collect_settled().refused) == 1
        path.write_bytes(a_png())
        assert len(scanner.collect_still().taken) == 1
        assert scanner.clinic.incoming.count(scanner.actor, IncomingState.REFUSED) == 0

    def test_a_scanner_that_takes_a_breath_is_waited_for(self, scanner: Scanner) -> None:
        data = a_pdf("one", "two")
        path = scanner.put("slow.pdf", b"")
        for end in (0, 400, len(data)):
            path.write_bytes(data[:end])
            scanner.collect()
            scanner.clock.advance(timedelta(seconds=4))
            report = scanner.collect()
            assert report.refused == ()
        assert len(report.taken) == 1
        assert scanner.waiting() == [data]

    def test_a_huge_hole_is_refused_unread(self, scanner: Scanner) -> None:
        path = scanner.put("hole.pdf", b"%PDF-1.4\n")
        with path.open("r+b") as file:
            file.truncate(2**40)
        (one,) = scanner.collect_still().refused
        assert one.refusal == ErrorCode.FILE_TOO_LARGE.value
        assert one.size == 2**40

    @pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
    def test_a_file_that_may_not_be_read_waits(self, scanner: Scanner) -> None:
        scanner.put("locked.png", a_png()).chmod(0)
        report = scanner.collect_still()
        assert report.troubles == (("locked.png", ScanTrouble.UNREADABLE),)
        assert scanner.lying() == ["locked.png"]

    def test_a_file_held_by_another_program_waits(
        self, scanner: Scanner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        scanner.put("held.png", a_png())
        with monkeypatch.context() as patched:
            patched.setattr(os, "open", _refusing(os.open, PermissionError))
            assert scanner.collect_still().troubles == (("held.png", ScanTrouble.UNREADABLE),)
        assert scanner.lying() == ["held.png"]
        assert len(scanner.collect().taken) == 1

    def test_twenty_at_a_time(self, scanner: Scanner) -> None:
        for number in range(23):
            scanner.put(f"{number:02}.png", a_png(f"#0000{number:02x}"))
        first = scanner.collect_still()
        assert (len(first.taken), first.more) == (20, True)
        rest = scanner.collect()
        assert (len(rest.taken), rest.more) == (3, False)

    def test_the_same_bytes_again_leave_the_folder_and_are_not_taken_twice(self, scanner: Scanner) -> None:
        scanner.put("a.png", a_png())
        (first,) = scanner.collect_still().taken
        scanner.put("b.png", a_png())
        report = scanner.collect_still()
        assert (report.taken, report.known) == ((), (first,))
        assert scanner.lying() == []

    def test_a_study_in_a_folder_is_one_file(self, scanner: Scanner) -> None:
        for number in (1, 2, 3):
            scanner.put(f"disc/DICOM/IM{number}", a_slice(number, 5.0 * number))
        (one,) = scanner.collect_still().taken
        assert (one.media_type, one.pages, one.file_name) == (MediaType.DICOM_STUDY, 3, "disc")
        contents = scanner.clinic.incoming.contents(scanner.actor, one.id)
        assert sum(len(series.images) for series in contents.series) == 3
        assert scanner.lying() == []
        assert not (scanner.folder / "disc").exists()

    def test_what_else_lies_beside_a_study_stays(self, scanner: Scanner) -> None:
        scanner.put("disc/IM1", a_slice(1, 0.0))
        scanner.put("disc/IM2", a_slice(2, 5.0))
        scanner.put("disc/readme.txt", b"hello")
        assert len(scanner.collect_still().taken) == 1
        assert scanner.lying() == ["disc/readme.txt"]
        assert scanner.collect_still().taken == ()
        assert scanner.lying() == ["disc/readme.txt"]

    def test_a_study_that_still_grows_is_waited_for(self, scanner: Scanner) -> None:
        scanner.put("disc/IM1", a_slice(1, 0.0))
        scanner.collect()
        scanner.clock.advance(timedelta(seconds=2))
        scanner.put("disc/IM2", a_slice(2, 5.0))
        assert scanner.collect().taken == ()
        scanner.clock.advance(timedelta(seconds=2))
        (one,) = scanner.collect().taken
        assert one.pages == 2

    def test_somebody_who_may_not_file_collects_nothing(self, scanner: Scanner, admin: Actor) -> None:
        scanner.put("a.png", a_png())
        with refused(ErrorCode.NOT_PERMITTED, NotAllowed):
            scanner.clinic.incoming.collect(admin)
        assert scanner.lying() == ["a.png"]


class TestNothingIsLost:
    """Cut off after each step that can be seen from outside."""

    @pytest.mark.parametrize(
        "step",
        [
            "claim",
            "examine",
            "store",
            "store_second",
            "commit",
            "unlink",
        ],
    )
    def test_cut_off(
        self, scanner: Scanner, site: ClinicSite, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        data = a_pdf("Laboratory report")
        scanner.put("scan.pdf", data)
        scanner.collect()
        scanner.clock.advance(timedelta(seconds=2))
        with monkeypatch.context() as patched:
            _cut(patched, scanner, step)
            with pytest.raises(_Killed):
                scanner.collect()
        assert scanner.lying(), "it is in the folder, or aside"
        restarted = _another_desk(scanner, site)
        for _ in range(3):
            restarted.collect_still()
        assert restarted.waiting() == [data]
        assert restarted.lying() == []

    def test_a_full_vault_leaves_it_where_it_was(
        self, scanner: Scanner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        scanner.put("scan.png", a_png())

        def full(*_: Any) -> Any:
            raise Unavailable(ErrorCode.VAULT_FULL)

        with monkeypatch.context() as patched:
            patched.setattr(type(scanner.clinic.keys.vault), "store", full)
            scanner.collect()
            scanner.clock.advance(timedelta(seconds=2))
            with refused(ErrorCode.VAULT_FULL, Unavailable):
                scanner.collect()
        assert scanner.lying() == ["scan.png"]
        assert len(scanner.collect().taken) == 1

    def test_one_that_cannot_be_removed_is_not_taken_twice(
        self, scanner: Scanner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        scanner.put("scan.png", a_png())
        with monkeypatch.context() as patched:
            patched.setattr(Path, "unlink", _refusing(Path.unlink, PermissionError))
            report = scanner.collect_still()
            assert (len(report.taken), report.troubles) == (1, (("scan.png", ScanTrouble.NOT_REMOVED),))
            (one,) = report.taken
            scanner.clinic.incoming.discard(
                scanner.actor, DiscardIncoming(id=one.id, version=one.version, reason="empty sheet")
            )
            for _ in range(3):
                assert scanner.collect_still().taken == ()
        assert scanner.collect_still().taken == ()
        assert scanner.lying() == []
        assert scanner.clinic.incoming.count(scanner.actor) == 0

    def test_what_changes_while_it_is_stored_is_taken_again(
        self, scanner: Scanner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, second = a_png("red"), a_png("green")
        path = scanner.put("scan.png", first)
        file = path.open("r+b", buffering=0)
        store = type(scanner.clinic.keys.vault).store

        def storing(*args: Any) -> Any:
            file.truncate(0)
            file.seek(0)
            file.write(second)
            return store(*args)

        with monkeypatch.context() as patched:
            patched.setattr(type(scanner.clinic.keys.vault), "store", storing)
            assert len(scanner.collect_still().taken) == 1
        file.close()
        assert scanner.waiting() == [first]
        assert len(scanner.collect_still().taken) == 1
        assert sorted(scanner.waiting()) == sorted([first, second])
        assert scanner.lying() == []

    def test_two_desks_take_each_file_once(self, scanner: Scanner, site: ClinicSite) -> None:
        other = _another_desk(scanner, site)
        for number in range(6):
            scanner.put(f"{number}.png", a_png(f"#00000{number}"))
        scanner.collect()
        other.collect()
        scanner.clock.advance(timedelta(seconds=2))
        with ThreadPoolExecutor(2) as pool:
            reports = list(pool.map(lambda each: each.collect(), (scanner, other)))
        assert sum(len(report.taken) for report in reports) == 6
        assert len(scanner.waiting()) == 6
        assert scanner.lying() == []

    def test_what_another_desk_left_aside_is_taken_up(self, scanner: Scanner) -> None:
        scanner.put(f"{CLAIMS}/ws_gone-0123/scan.png", a_png())
        scanner.collect_still()
        assert scanner.waiting() == []
        scanner.clock.advance(timedelta(minutes=16))
        assert len(scanner.collect().taken) == 1
        assert scanner.lying() == []


class _Killed(BaseException):
    pass


def _cut(patched: pytest.MonkeyPatch, scanner: Scanner, step: str) -> None:
    """Let the process end in the middle: no step after this one happens, not even putting back."""
    vault = type(scanner.clinic.keys.vault)
    patched.setattr(Claims, "put_back", lambda *_: None)
    store, keep, claim = vault.store, TakingIn.keep, Claims.claim

    def killed(*_: Any, **__: Any) -> Any:
        raise _Killed

    def after_first(calls: Iterator[int]) -> Any:
        def storing(*args: Any) -> Any:
            if next(calls) > 0:
                raise _Killed
            return store(*args)

        return storing

    def claimed(*args: Any) -> Any:
        claim(*args)
        raise _Killed

    def kept(*args: Any) -> Any:
        keep(*args)
        raise _Killed

    patches: dict[str, tuple[Any, str, Any]] = {
        "claim": (Claims, "claim", claimed),
        "examine": (TakingIn, "look_into", killed),
        "store": (vault, "store", killed),
        "store_second": (vault, "store", after_first(iter(range(100)))),
        "commit": (TakingIn, "keep", kept),
        "unlink": (Path, "unlink", killed),
    }
    patched.setattr(*patches[step])


def _refusing(real: Any, error: type[OSError]) -> Any:
    def call(path: Any, *args: Any, **kwargs: Any) -> Any:
        if str(path).endswith(".png"):
            raise error
        return real(path, *args, **kwargs)

    return call


def _another_desk(scanner: Scanner, site: ClinicSite) -> Scanner:
    """The same clinic opened once more: another process at the same folder."""
    return Scanner(site.open(scanner.clock), scanner.actor, scanner.folder, scanner.clock)
