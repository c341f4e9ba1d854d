"""The states of the set-up that are worth a picture. It has a window of its own, before there is a desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from meditrack_desktop.domain.backups import BackupKind, RestorePreview
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.domain.servers import Holding, ServerFound
from meditrack_desktop.ui.first_run.answers import FOLDER, HERE, LATER, SERVER, Answers
from meditrack_desktop.ui.first_run.doors import FirstRunDoors
from meditrack_desktop.ui.first_run.join_page import ASK, KIT
from meditrack_desktop.ui.first_run.window import FirstRunWindow
from meditrack_desktop.ui.tasks import Tasks

if TYPE_CHECKING:
    from meditrack_desktop.domain.clock import Clock

_STRANGER = Unavailable(ErrorCode.SERVER_CERTIFICATE_WRONG, problem="issuer")
_SILENT = Unavailable(ErrorCode.SERVER_PORT_CLOSED, host="clinic-server.example", port=5432)
Pose = Callable[[FirstRunWindow], object]
_WORDS = ("amber", "canyon", "lantern", "orbit", "velvet", "walnut")
_PREVIEW = RestorePreview(
    name="2026-11-18-0200",
    clinic_id=UUID(int=1),
    clinic_name="Example Street Clinic",
    made_at=datetime(2026, 11, 18, 2, 0, tzinfo=UTC),
    made_by="Front desk 1",
    kind=BackupKind.SCHEDULED,
    schema="0003",
    counts={"patient": 2040},
    documents=318,
    bytes=734_003_200,
    absent=0,
    without_keys=False,
    needs_migration=False,
)
IN_STORE = replace(_PREVIEW, store="s3://example-street/documents?endpoint=https://store.example")


def open_window(tasks: Tasks, folder: Path, clock: Clock) -> FirstRunWindow:
    """A set-up whose doors lead nowhere: nothing is made while pictures are taken."""

    def nowhere(*_: object) -> tuple[str, ...]:
        return ()

    made: list[FirstRunWindow] = []
    doors = FirstRunDoors(
        has_keyring=lambda: made[0].course.has_keyring,
        set_up=nowhere,
        ask_to_join=nowhere,
        was_approved=lambda *_: False,
        join_with_kit=nowhere,
        preview_restore=lambda _: _PREVIEW,
        restore=nowhere,
    )
    window = FirstRunWindow(tasks, folder, clock, doors, "1.0.0")
    made.append(window)
    return window


def _begin(window: FirstRunWindow) -> Answers:
    """As it is before each picture, whatever the last one left."""
    window.end_work()
    window.take_way("new")
    window.course.has_keyring = True
    answers = window.course.answers
    answers.clinic_name, answers.desk_name = "Example Street Clinic", "Front desk 1"
    answers.region, answers.zone = "GB", "Europe/London"
    answers.host, answers.admin_name, answers.admin_username = "clinic-server.example", "Ada Verwalter", "ada"
    answers.documents_folder, answers.backup_folder = "/srv/clinic/documents", "/mnt/backup/meditrack"
    answers.files = ["/people/ada/patients.csv", "/people/ada/more.ndjson"]
    return answers


def _server(window: FirstRunWindow) -> None:
    _begin(window).place = SERVER
    window.course.secrets.server_password = "123456789012"
    window.show_page(window.place)


def _found(holding: Holding) -> Pose:
    def pose(window: FirstRunWindow) -> None:
        _server(window)
        found = ServerFound(3, 150018, True, holding, "Example Street Clinic")
        window.place.server.show_found(found)

    return pose


def _failed(error: Unavailable) -> Pose:
    def pose(window: FirstRunWindow) -> None:
        _server(window)
        window.place.server.show_failed(error)

    return pose


def _here(window: FirstRunWindow) -> None:
    _begin(window).place = HERE
    window.show_page(window.place)


def _no_keyring(window: FirstRunWindow) -> None:
    _begin(window).place = HERE
    window.course.has_keyring = False
    window.show_page(window.place)


def _administrator(password: str) -> Pose:
    def pose(window: FirstRunWindow) -> None:
        _begin(window)
        window.course.secrets.admin_password = password
        window.show_page(window.administrator)

    return pose


def _backup(choice: str) -> Pose:
    def pose(window: FirstRunWindow) -> None:
        _begin(window).backup = choice
        window.show_page(window.backup)

    return pose


def _page(name: str) -> Pose:
    def pose(window: FirstRunWindow) -> None:
        _begin(window)
        window.show_page(getattr(window, name))

    return pose


def _join(way: str) -> Pose:
    def pose(window: FirstRunWindow) -> None:
        _found(Holding.CLINIC)(window)
        window.take_way("join")
        window.join.show_words(_WORDS)
        window.join.tiles.choose(way)
        window.join.stop()

    return pose


def _restore(window: FirstRunWindow) -> None:
    _begin(window)
    window.take_way("restore")
    window.restore.backup.set_folder("/mnt/backup/meditrack")
    window.restore.key.setText("AGE-SECRET-KEY-1")
    window.restore.show_found(IN_STORE)


def _working(window: FirstRunWindow) -> None:
    _begin(window)
    window.begin_work(window.working)
    window.working.show_progress(Progress(2, 5), window.tr("Making the database and your account"))


SCREENS: Sequence[tuple[str, str, Pose]] = (
    ("first-run", "language", _page("language")),
    ("first-run", "clinic", _page("clinic")),
    ("first-run", "here", _here),
    ("first-run", "no-keyring", _no_keyring),
    ("first-run", "server", _found(Holding.NOTHING)),
    ("first-run", "clinic-found", _found(Holding.CLINIC)),
    ("first-run", "something-else", _found(Holding.OTHER)),
    ("first-run", "wrong-certificate", _failed(_STRANGER)),
    (
        "first-run",
        "wrong-port",
        _failed(_SILENT),
    ),
    ("first-run", "administrator", _administrator("slate-harbour-ninety-owls")),
    ("first-run", "weak-password", _administrator("Example Street")),
    ("first-run", "kit", _page("kit")),
    ("first-run", "backup", _backup(FOLDER)),
    ("first-run", "backup-later", _backup(LATER)),
    ("first-run", "import", _page("imports")),
    ("first-run", "join", _join(ASK)),
    ("first-run", "join-with-kit", _join(KIT)),
    ("first-run", "restore", _restore),
    ("first-run", "working", _working),
)
"""(window, state, pose)."""
