"""Starts the windows: the application object, its theme and fonts, the sign-in card, then the clinic behind it."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from meditrack_desktop import __version__
from meditrack_desktop.domain.clock import SystemClock
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.logs import log_to
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.frame.brand import PROGRAM, program_icon
from meditrack_desktop.ui.main_window import SMALLEST, MainWindow
from meditrack_desktop.ui.remembered import (
    dress_as_before,
    keep_looks,
    keep_place,
    place_as_before,
    remembered_in,
)
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import StateView

if TYPE_CHECKING:
    from meditrack_desktop.services.clinic import Clinic
    from meditrack_desktop.services.profile import ProfileFacts
    from meditrack_desktop.services.recovery import RecoverClinic, Recovered
    from meditrack_desktop.ui.first_run.doors import FirstRunDoors
    from meditrack_desktop.ui.first_run.window import FirstRunWindow, SetUpDone
    from meditrack_desktop.ui.hand_over import HandOver
    from meditrack_desktop.ui.login.kit_step import Recover

DESIGN_SIZE = (1440, 900)
COLLECT_MS = 1000
OpenClinic = Callable[[Path], "Clinic"]


def run_desktop(
    profile: Path,
    open_clinic: OpenClinic,
    *,
    sign_in: tuple[str, str] | None = None,
    first_run: Callable[[], FirstRunDoors] | None = None,
    recover: Callable[[Path, RecoverClinic], Recovered] | None = None,
    ready: Callable[[MainWindow], object] | None = None,
    caller: str = "",
) -> int:
    """Open the windows on a profile folder and return the exit code when they close.

    With `sign_in` (user, password) the desk opens signed in. A profile without a clinic is set up by way of
    `first_run`; `recover` lets an administrator in by the recovery kit. `ready` is called once the first window of
    a clinic has painted. `caller` is the number of somebody who rings: shown once somebody has signed in.
    """
    app = start_application(sys.argv)
    errors.install_excepthook()
    place = Profile(profile)
    fresh = first_run is not None and not place.is_set_up
    try:
        facts = None if fresh else place.facts()
        place.prepare()
    except ClinicError as error:
        return _only_say(app, error)
    log_to(profile)
    remembered = remembered_in(profile)
    dress_as_before(remembered)
    by_kit = partial(recover, profile) if recover is not None else None
    running = _Running(place, open_clinic, remembered, ready, by_kit)
    running.caller = caller
    if facts is not None:
        running.open_desk(facts, sign_in)
    elif first_run is not None:
        running.set_up(first_run())
    code = app.exec()
    running.end()
    return code


class _Running:
    """The windows of one start: the desk's, and before it the set-up's where there was no clinic."""

    def __init__(
        self,
        place: Profile,
        open_clinic: OpenClinic,
        remembered: QSettings,
        ready: Callable[[MainWindow], object] | None,
        recover: Recover | None,
    ) -> None:
        self._place, self._open_clinic, self._ready, self._recover = place, open_clinic, ready, recover
        self._remembered = remembered
        self._tasks = Tasks()
        self._desk: MainWindow | None = None
        self._first: FirstRunWindow | None = None
        self._collector: GarbageInTheGuiThread | None = None
        self._callers: HandOver | None = None
        self.caller = ""

    def open_desk(
        self,
        facts: ProfileFacts,
        sign_in: tuple[str, str] | None,
        passphrase: str = "",
        files: tuple[Path, ...] = (),
    ) -> None:
        """Show the window of a clinic; `files` are brought in once somebody who may has signed in."""

        def opened() -> Clinic:
            clinic = self._open_clinic(self._place.folder)
            if passphrase:
                clinic.keys.give_device_passphrase(passphrase)
            return clinic

        window = MainWindow(
            self._tasks, facts, SystemClock(), opened, __version__, self._recover, self._remembered
        )
        self._desk = window
        self._place_window(window)
        self._collector = self._collector or GarbageInTheGuiThread(window)

        def bring_in() -> None:
            if window.desk is not None:
                window.desk.go.import_patients(files)

        def after_first_paint() -> None:
            window.begin()
            self._take_calls(window)
            if files:
                window.entered.connect(bring_in, Qt.ConnectionType.SingleShotConnection)
            if sign_in is not None:
                window.login.sign_in_as(*sign_in)
            if self._ready is not None:
                self._ready(window)

        QTimer.singleShot(0, after_first_paint)

    def set_up(self, doors: FirstRunDoors) -> None:
        """Show the set-up; the desk takes its place once there is a clinic."""
        from meditrack_desktop.ui.first_run.window import FirstRunWindow

        window = FirstRunWindow(self._tasks, self._place.folder, SystemClock(), doors, __version__)
        self._first = window
        self._place_window(window)
        self._collector = GarbageInTheGuiThread(window)
        window.done.connect(self._on_set_up)

    def end(self) -> None:
        """After the last window closed: remember how it was, and finish what was asked for."""
        window = self._desk or self._first
        if window is not None:
            keep_place(self._remembered, window)
        keep_looks(self._remembered)
        if self._callers is not None:
            self._callers.close()
        if self._first is not None:
            self._first.end()
        if self._desk is not None:
            self._desk.end()
        self._tasks.close()
        if self._collector is not None:
            self._collector.end()

    def _take_calls(self, window: MainWindow) -> None:
        """Numbers come with this start, and from later ones, which hand theirs over and end."""
        from meditrack_desktop.ui.call_events import CallEvents
        from meditrack_desktop.ui.callers import Callers
        from meditrack_desktop.ui.hand_over import HandOver

        callers = Callers(window, window)
        self._callers = HandOver(self._place.folder, window)
        self._callers.called.connect(callers.take)
        self._callers.listen()
        app = QApplication.instance()
        if sys.platform == "darwin" and app is not None:
            app.installEventFilter(CallEvents(callers.take, window))
        if self.caller:
            callers.take(self.caller)

    def _place_window(self, window: QMainWindow) -> None:
        window.resize(*DESIGN_SIZE)
        place_as_before(self._remembered, window)
        window.show()

    def _on_set_up(self, done: SetUpDone) -> None:
        first, self._first = self._first, None
        if first is not None:
            keep_place(self._remembered, first)
        self._collector = None  # it dies with the window that it belonged to
        gc.enable()
        sign_in = (done.username, done.password) if done.username else None
        self.open_desk(self._place.facts(), sign_in, done.passphrase, done.files)
        if first is not None:
            first.end()
            first.close()
            first.deleteLater()


def start_application(argv: list[str]) -> QApplication:
    """The application object, dressed: fonts and style are there before the first widget."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(argv)
    if QLocale().language() == QLocale.Language.C:
        # A system that says no language would show 2000 patients instead of 2,000.
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    app.setApplicationName(PROGRAM)
    app.setApplicationDisplayName(PROGRAM)
    app.setDesktopFileName("meditrack")
    theme.apply_theme(app, "system")
    app.setWindowIcon(program_icon())
    return app


class GarbageInTheGuiThread(QObject):
    """Collects reference cycles on the GUI thread only: a worker that freed a widget would crash the program."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=COLLECT_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect what the generations' own thresholds say is due."""
        for generation in (2, 1, 0):
            threshold = gc.get_threshold()[generation]
            if threshold and gc.get_count()[generation] > threshold:
                gc.collect(generation)
                return

    def end(self) -> None:
        """Let Python collect again as it likes."""
        self._timer.stop()
        gc.enable()


def _only_say(app: QApplication, error: ClinicError) -> int:
    """A window that says why there is no clinic to open, and how to get one."""
    said = errors.words(error)
    window = QMainWindow()
    window.setWindowTitle(PROGRAM)
    window.setMinimumSize(*SMALLEST)
    view = StateView("error", said.title, said.text, icon="hospital")
    view.add_action(window.tr("Close"), window.close, kind="primary")
    window.setCentralWidget(view)
    window.show()
    app.exec()
    return 1
