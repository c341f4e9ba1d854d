"""Starts the windows: the application object, its theme and fonts, the sign-in card, then the clinic behind it."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QLocale, QObject, QSettings, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from meditrack_desktop import __version__
from meditrack_desktop.domain.clock import SystemClock
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.logs import log_to
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.frame.brand import PROGRAM, program_icon
from meditrack_desktop.ui.main_window import SMALLEST, MainWindow
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import StateView

if TYPE_CHECKING:
    from meditrack_desktop.services.clinic import Clinic

DESIGN_SIZE = (1440, 900)
COLLECT_MS = 1000
OpenClinic = Callable[[Path], "Clinic"]


def run_desktop(
    profile: Path,
    open_clinic: OpenClinic,
    *,
    sign_in: tuple[str, str] | None = None,
    ready: Callable[[MainWindow], object] | None = None,
) -> int:
    """Open the windows on a profile folder and return the exit code when they close.

    With `sign_in` (user, password) the desk opens signed in. `ready` is called once the first window has painted.
    """
    app = start_application(sys.argv)
    errors.install_excepthook()
    place = Profile(profile)
    try:
        facts = place.facts()
        place.prepare()
    except ClinicError as error:
        return _only_say(app, error)
    log_to(profile)
    remembered = QSettings(str(profile / "desk.ini"), QSettings.Format.IniFormat)
    _dress_as_before(remembered)
    tasks = Tasks()
    window = MainWindow(tasks, facts, SystemClock(), lambda: open_clinic(profile), __version__)
    window.resize(*DESIGN_SIZE)
    geometry = remembered.value("window/geometry")
    if isinstance(geometry, QByteArray):
        window.restoreGeometry(geometry)
    window.show()
    collector = GarbageInTheGuiThread(window)

    def after_first_paint() -> None:
        window.begin()
        if sign_in is not None:
            window.login.sign_in_as(*sign_in)
        if ready is not None:
            ready(window)

    QTimer.singleShot(0, after_first_paint)
    code = app.exec()
    remembered.setValue("window/geometry", window.saveGeometry())
    remembered.setValue("theme/scheme", theme.current().wanted)
    remembered.setValue("theme/text_size", theme.current().text_size)
    remembered.sync()
    window.end()
    collector.end()
    return code


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


def _dress_as_before(remembered: QSettings) -> None:
    scheme = str(remembered.value("theme/scheme", "system"))
    size = str(remembered.value("theme/text_size", "100"))
    current = theme.current()
    if scheme == "light" or scheme == "dark":
        current.set(scheme="dark" if scheme == "dark" else "light")
    if size.isdigit() and int(size) in theme.TEXT_SIZES:
        current.set(text_size=int(size))


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
