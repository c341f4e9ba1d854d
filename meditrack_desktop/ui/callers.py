"""Somebody calls: the window opens who it is, offers who it may be, or takes a new caller down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, SignalInstance
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from meditrack_desktop.domain.callers import LONGEST, read_copied, read_number
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.patient_scraps import Kind
from meditrack_desktop.domain.patients import FindPatients, PatientLine
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.widgets import Toasts
from meditrack_desktop.ui.words import birth_words

if TYPE_CHECKING:
    from meditrack_desktop.domain.clock import Clock
    from meditrack_desktop.ui.desk import Desk

MOST = 8
HANDS_OFF_MS = 4000
"""So long after the last key nobody is typing any more."""
KEPT = timedelta(minutes=10)
"""How long a call waits for a locked desk; whoever rang has hung up by then."""


class CalledWindow(Protocol):
    """What a call asks of the window."""

    clock: Clock
    toasts: Toasts

    @property
    def entered(self) -> SignalInstance: ...

    @property
    def locked(self) -> bool: ...

    @property
    def desk(self) -> Desk | None: ...

    def covered(self) -> bool: ...


def callers(desk: Desk, number: str) -> tuple[PatientLine, ...]:
    """The patients who have this number; for a working thread."""
    page = desk.clinic.patients.find(desk.actor, FindPatients(text=number, include_archived=True, limit=MOST))
    return tuple(line for line in page.lines if line.matched == Kind.PHONE)


def caller_words(line: PatientLine, today: date) -> str:
    """`Mara Fictanova, 5 Apr 1988 (38)`: both identifiers of who calls."""
    return ", ".join(part for part in (line.name, birth_words(line.birth_date, today)) if part)


def number_on_clipboard() -> str:
    """The phone number that was copied last, if that is all that was copied; else ""."""
    content = QGuiApplication.clipboard().mimeData()
    if content is None or not content.hasText():
        return ""
    text = content.text()
    return (read_copied(text) or "") if len(text) <= 4 * LONGEST else ""


class Callers(QObject):
    """Takes numbers for one window. While it is locked or nobody is signed in, the newest waits, unshown.

    Another patient's page never comes under hands that are typing: then a toast offers it. Nor does the window come
    before another of the program's in which somebody works: the toast comes there.
    """

    def __init__(self, window: QWidget, called: CalledWindow) -> None:
        super().__init__(window)
        self._typed = QElapsedTimer()
        handle = window.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)
        self._window, self._called = window, called
        self._waiting: tuple[str, datetime] | None = None
        called.entered.connect(self._on_entered)

    @property
    def waiting(self) -> str:
        """The number that waits for somebody to unlock, or ""."""
        return self._waiting[0] if self._waiting is not None else ""

    def take(self, text: str) -> None:
        """Somebody calls from this number; anything that is no number is ignored."""
        number = read_number(text)
        if number is None:
            return
        self._waiting = (number, self._called.clock.now())
        if self._beside() is None:
            self._come_forward()
        if not self._called.locked:
            self._on_entered()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress:
            self._typed.start()
        return False

    def _is_busy(self) -> bool:
        """Whether somebody types, or is in the middle of something."""
        typing = self._typed.isValid() and not self._typed.hasExpired(HANDS_OFF_MS)
        return typing or self._called.covered() or self._beside() is not None

    def _beside(self) -> QWidget | None:
        """The other window of the program in which somebody works, if they do."""
        active = QApplication.activeWindow()
        return None if active is self._window.window() else active

    def _on_entered(self) -> None:
        desk = self._called.desk
        if self._waiting is None or desk is None:
            return
        (number, since), self._waiting = self._waiting, None
        if self._called.clock.now() - since > KEPT or not desk.actor.may(Permission.VIEW_PATIENTS):
            return
        desk.tasks.query(
            self,
            partial(callers, desk, number),
            partial(self._found, desk, number),
            failed=partial(self._cannot, number),
            replaces="caller",
        )

    def _found(self, desk: Desk, number: str, lines: tuple[PatientLine, ...]) -> None:
        if self._called.locked or self._called.desk is not desk:
            self._waiting = (number, self._called.clock.now())
            return
        if len(lines) == 1:
            who, then = caller_words(lines[0], desk.today()), partial(desk.go.patient, lines[0].id)
        elif lines:
            who, then = (
                self.tr("{count} patients").format(count=len(lines)),
                partial(desk.go.patients, number),
            )
        elif desk.actor.may(Permission.REGISTER_PATIENT):
            who, then = self.tr("nobody known"), partial(desk.go.take_down, "", number)
        else:
            desk.say(self.tr("Caller {number}: nobody known").format(number=number))
            return
        said = self.tr("Caller {number}: {who}").format(number=number, who=who)
        if self._is_busy():
            self._offer(said, then)
            return
        then()
        if lines:
            desk.say(said)

    def _offer(self, said: str, then: Callable[[], object]) -> None:
        beside = self._beside()
        toasts = beside.findChild(Toasts) if beside is not None else None

        def open_it() -> None:
            self._come_forward()
            then()

        (toasts or self._called.toasts).say(said, open_it, action=self.tr("Open"), icon="phone")

    def _cannot(self, number: str, _error: ClinicError) -> None:
        """The strip says that the server does not answer; the number is kept for the next who enters."""
        self._waiting = (number, self._called.clock.now())

    def _come_forward(self) -> None:
        window = self._window.window()
        if window.isMinimized():
            window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.raise_()
        window.activateWindow()
