"""One patient's chart in a window of its own, beside whatever the desk's window shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.frame.own_windows import OwnWindow, OwnWindows
from meditrack_desktop.ui.navigation import Navigator
from meditrack_desktop.ui.patients.chart.page import ChartPage, MakeAccess


def open_chart_window(
    desk: Desk, windows: OwnWindows, main: QWidget, make_access: MakeAccess, patient_id: UUID
) -> ChartWindow:
    """Bring this patient's window to the front; there is one a patient at most."""
    found = windows.find(patient_id)
    if isinstance(found, ChartWindow):
        found.show()
        found.raise_()
        found.activateWindow()
        return found
    window = ChartWindow(desk, patient_id, main, make_access)
    windows.add(patient_id, window, main)
    window.chart.load()
    return window


class ChartWindow(OwnWindow):
    """Its patient is settled when it is made. What it asks, is answered and says goes through a desk of its own.

    Whoever asks it for another page is taken to the desk's window.
    """

    def __init__(self, desk: Desk, patient_id: UUID, main: QWidget, make_access: MakeAccess) -> None:
        go = Navigator()
        own = replace(desk, go=go)
        self.chart = ChartPage(own, patient_id, make_access, own_window=True)
        super().__init__(self.chart, QCoreApplication.translate("ChartWindow", "Chart"))
        go.setParent(self)
        self._main, self._desk, self._theirs = main, own, desk
        own.say = self.say
        self._pass_on(go, desk.go)
        for keys, then in (
            ("Ctrl+W", self.close),
            ("F5", self.chart.refresh),
            ("Ctrl+Z", self.undo),
            ("F8", self.toasts.reach),
        ):
            self._bind(keys, then)
        lock = getattr(main, "lock", None)
        if callable(lock):
            self._bind("Ctrl+L", lock)

    @property
    def patient_id(self) -> UUID:
        return self.chart.patient_id

    def follow_actor(self) -> None:
        """The session may be another one since the desk was unlocked."""
        self._desk.actor, self._desk.has_pin = self._theirs.actor, self._theirs.has_pin

    def say(self, text: str, undo: Callable[[], None] | None = None) -> None:
        """The window's own toast; nothing while its person is away."""
        if isValid(self) and self.isVisible():
            self.toasts.say(text, undo, key="Ctrl Z" if undo is not None else "")

    def undo(self) -> None:
        """Take back what was done last in this window, if its toast still offers it."""
        for toast in reversed(self.toasts.shown):
            if toast.takes_back and toast.action is not None:
                toast.action.click()
                return

    def _pass_on(self, own: Navigator, theirs: Navigator) -> None:
        """Other pages open in the desk's window, which comes to the front for it."""
        for name in (
            "settingsRequested",
            "patientRequested",
            "patientsRequested",
            "registerRequested",
            "calendarRequested",
            "bookRequested",
            "documentRequested",
            "newestDocumentRequested",
            "pageRequested",
            "historyRequested",
            "accessRequested",
            "auditRequested",
        ):
            signal = getattr(own, name)
            signal.connect(self._come_forward)
            signal.connect(getattr(theirs, name))

    def _come_forward(self, *_what: object) -> None:
        self._main.raise_()
        self._main.activateWindow()

    def _bind(self, keys: str, then: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(lambda: then())
