"""Draws every window and state into PNG files, light and dark, at the design size and the smallest.

Each room lists its own states in `screens.py`; this adds sign-in, the lock, the frame and the sheet of controls.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget

from meditrack_desktop import __version__
from meditrack_desktop.domain.clock import Clock, today
from meditrack_desktop.domain.errors import ErrorCode, NotAuthenticated, Unavailable
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.application import start_application
from meditrack_desktop.ui.frame.sheet import as_page
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Layer
from meditrack_desktop.ui.widgets.gallery import Gallery

if TYPE_CHECKING:
    from meditrack_desktop.services.clinic import Clinic
    from meditrack_desktop.ui.frame.desk_frame import DeskFrame
    from meditrack_desktop.ui.theme import Scheme

SIZES = ((1440, 900), (1024, 640))
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
# room -> the page marked in the sidebar
DESK_ROOMS = {
    "today": "today",
    "worklists": "today",
    "scheduling": "calendar",
    "patients": "patients",
    "printing": "patients",
    "inbox": "inbox",
}
READING_ROOMS = {"patients.chart": "patients", "documents": "patients"}
OFFICE_ROOMS = {
    "doctors": "doctors",
    "patients.twins": "patients",
    "settings": "settings",
    "admin": "users",
    "privacy": "privacy",
    "audit": "audit",
}
# window -> the page marked, where it is another than its room's
MARKS = {"desks": "desks"}
ANSWER_MS = 20_000


class Unanswered(RuntimeError):
    """A page was still waiting for its data when its picture was due."""


def render_all(
    profile: Path,
    open_clinic: Callable[[Path], Clinic],
    people: Sequence[tuple[str, str]],
    folder: Path,
    clock: Clock,
) -> list[Path]:
    """Draw all pictures into `folder` and return their paths: `<window>-<state>-<theme>-<width>.png`.

    `people` are (user, password): the first works at the front desk, the second may read documents, the last
    administers the clinic; fewer take the others' parts.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    start_application(sys.argv[:1])
    theme.current().set_motion(False)
    folder.mkdir(parents=True, exist_ok=True)
    tasks = Tasks()
    window = MainWindow(tasks, Profile(profile).facts(), clock, lambda: open_clinic(profile), __version__)
    studio = _Studio(window, tasks, folder, people[0])
    window.show()
    try:
        window.begin()
        studio.settle()
        studio.take(_login_states(window))
        window.login.sign_in_as(*people[0])
        studio.settle()
        studio.take(_room_states(window, studio, DESK_ROOMS))
        studio.take(_search_states(window))
        studio.take(_lock_states(window, studio))
        window.sign_out()
        studio.settle()
        window.login.sign_in_as(*people[:2][-1])
        studio.settle()
        studio.take(_found_documents(window, studio))
        studio.take(_room_states(window, studio, READING_ROOMS))
        window.sign_out()
        studio.settle()
        window.login.sign_in_as(*people[-1])
        studio.settle()
        studio.take(_room_states(window, studio, OFFICE_ROOMS))
        with TemporaryDirectory(prefix="meditrack-set-up-") as fresh:
            studio.take_set_up(Path(fresh), clock)
        studio.take_gallery()
    finally:
        window.end()
        window.hide()
        window.deleteLater()
        _process()
    return studio.files


Pose = tuple[str, str, Callable[[], object], Callable[[], object]]
"""(window, state, how to get there, how to leave again)."""


class _Studio:
    """Takes each state's four pictures."""

    def __init__(self, window: MainWindow, tasks: Tasks, folder: Path, sign_in: tuple[str, str]) -> None:
        self.window, self.tasks, self.folder, self.sign_in = window, tasks, folder, sign_in
        self.files: list[Path] = []

    def settle(self) -> None:
        """Wait until everything asked has been answered and drawn."""
        for _ in range(3):
            if not self.tasks.wait_idle(ANSWER_MS):
                raise Unanswered
            _process()

    def take(self, poses: Iterator[Pose]) -> None:
        """Every pose in every theme and size. A pose is struck anew for each picture."""
        for name, state, strike, leave in poses:
            for scheme, size in ((scheme, size) for scheme in SCHEMES for size in SIZES):
                theme.current().set(scheme=scheme)
                self.window.resize(*size)
                self.window.activateWindow()
                _process()
                strike()
                self.settle()
                self._save(self.window, name, state, scheme, size[0])
                leave()
                _process()

    def take_set_up(self, folder: Path, clock: Clock) -> None:
        """The set-up's window, which there is before a desk."""
        from meditrack_desktop.ui.first_run.screens import SCREENS, open_window

        window = open_window(self.tasks, folder, clock)
        window.show()
        for name, state, pose in SCREENS:
            for scheme, size in ((scheme, size) for scheme in SCHEMES for size in SIZES):
                theme.current().set(scheme=scheme)
                window.resize(*size)
                window.activateWindow()
                _process()
                pose(window)
                self.settle()
                self._save(window, name, state, scheme, size[0])
        window.end()
        window.hide()
        window.deleteLater()

    def take_gallery(self) -> None:
        """The controls, on a sheet of their own."""
        zone = self.window.desk.facts.tz if self.window.desk is not None else None
        for scheme in SCHEMES:
            theme.current().set(scheme=scheme)
            sheet = Gallery(today(self.window.clock, zone) if zone else self.window.clock.now().date())
            sheet.resize(1440, max(900, sheet.sizeHint().height()))
            sheet.show()
            _process()
            self._save(sheet, "gallery", "normal", scheme, 1440)
            sheet.hide()
            sheet.deleteLater()

    def _save(self, widget: QWidget, name: str, state: str, scheme: str, width: int) -> None:
        file = self.folder / f"{name}-{state}-{scheme}-{width}.png"
        if not widget.grab().save(str(file)):
            raise OSError(f"cannot write {file.name}")
        self.files.append(file)


def _login_states(window: MainWindow) -> Iterator[Pose]:
    login = window.login

    def again() -> None:
        login.begin_again(window.profile.recent[0][0] if window.profile.recent else "")

    def wrong() -> None:
        login.credentials.password.setText("not the password")
        login.credentials.forget_tries()
        login.credentials.show_wrong(login.people.username)

    def unreachable() -> None:
        login.credentials.show_trouble(Unavailable(ErrorCode.DATABASE_UNREACHABLE))

    yield "login", "normal", again, again
    yield "login", "other-user", lambda: login.people.choose(""), again
    yield "login", "wrong", wrong, again
    yield "login", "paused", lambda: login.credentials.pause(89), lambda: login.credentials.resume()
    yield "login", "unreachable", unreachable, again
    yield "login", "second-factor", lambda: login.credentials.digits.ask(), again
    yield "login", "choose-password", lambda: login.show_step(login.choose), again
    yield "login", "forgot", lambda: login.show_step(login.forgot), again
    yield "login", "recovery-kit", lambda: login.show_step(login.kit), again
    yield "login", "passphrase", lambda: login.show_step(login.passphrase), again


def _room_states(window: MainWindow, studio: _Studio, rooms: Mapping[str, str]) -> Iterator[Pose]:
    for room, mark in rooms.items():
        package = f"meditrack_desktop.ui.{room}"
        module = f"{package}.screens"
        if find_spec(package) is None or find_spec(module) is None:
            continue
        for name, state, build in import_module(module).SCREENS:
            stage = _Stage(window, studio, MARKS.get(name, mark), build)
            yield name, state, stage.enter, stage.leave


def _search_states(window: MainWindow) -> Iterator[Pose]:
    frame = window.frame
    if frame is not None and frame.top_bar.search is not None:
        search = frame.top_bar.search

        def find() -> None:
            window.activateWindow()
            search.setFocus()
            search.setText("an")
            search.searched.emit("an")

        yield "search", "results", find, search.clear_search


def _found_documents(window: MainWindow, studio: _Studio) -> Iterator[Pose]:
    """Somebody who may read them looks for documents: by their words alone, and beside patients."""
    frame = window.frame
    if frame is None or frame.top_bar.search is None:
        return
    search = frame.top_bar.search

    def find(words: str) -> None:
        window.activateWindow()
        search.setFocus()
        search.setText(words)
        search.searched.emit(words)
        studio.settle()
        search.find_documents_now()

    yield "search", "documents", lambda: find("ferritin"), search.clear_search
    yield "search", "patients-and-documents", lambda: find("mar"), search.clear_search


class _Stage:
    """Puts a page that a room built for a picture onto the sheet, and takes it off again."""

    def __init__(self, window: MainWindow, studio: _Studio, mark: str, build: Callable[..., Any]) -> None:
        self._window, self._studio, self._mark, self._build = window, studio, mark, build
        self._page: QWidget | None = None

    def enter(self) -> None:
        frame, desk = self._window.frame, self._window.desk
        if frame is None or desk is None:
            raise Unanswered
        built = self._build(desk)
        page, pose = built if isinstance(built, tuple) else (built, None)
        self._page = page
        frame.sheet.stack.addWidget(page)
        frame.sheet.stack.setCurrentWidget(page)
        frame.sidebar.mark(self._mark)
        as_page(page).load()
        self._studio.settle()
        if pose is not None:
            pose()

    def leave(self) -> None:
        for layer in self._window.findChildren(Layer):
            layer.hide()
            layer.deleteLater()
        self._window.toasts.clear()
        frame: DeskFrame | None = self._window.frame
        if frame is not None and self._page is not None:
            frame.sheet.stack.removeWidget(self._page)
            if frame.history.present is not None:
                frame.sidebar.mark(frame.history.present.page)
            self._page.hide()
            self._page.deleteLater()
            self._page = None


def _lock_states(window: MainWindow, studio: _Studio) -> Iterator[Pose]:
    def unlock() -> None:
        if window.lock_screen is not None:
            window.lock_screen.credentials.password.setText(studio.sign_in[1])
            window.lock_screen.credentials.submit()
            studio.settle()

    def with_pin() -> None:
        if window.desk is not None:
            window.desk.has_pin = True
        window.lock()

    def ended() -> None:
        window.lock(errors.words(NotAuthenticated(ErrorCode.SESSION_EXPIRED)).title, session_over=True)

    yield "lock", "normal", window.lock, unlock
    yield "lock", "pin", with_pin, unlock
    yield "lock", "ended", ended, unlock


def _process() -> None:
    for _ in range(3):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
