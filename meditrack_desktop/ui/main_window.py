"""The window: sign-in, the desk, or the lock in its place; who is here, and what happens when they leave."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, cast
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget
from shiboken6 import isValid

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotAuthenticated
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.frame.brand import PROGRAM
from meditrack_desktop.ui.live import Live
from meditrack_desktop.ui.login.window import LoginPage
from meditrack_desktop.ui.navigation import Navigator
from meditrack_desktop.ui.session_lock import IDLE_LIMIT, IdleWatch, LockScreen
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Layer, Toasts, confirm
from meditrack_desktop.ui.widgets.focus_ring import FocusRing
from meditrack_desktop.ui.window_keys import bind_keys

if TYPE_CHECKING:
    from meditrack_desktop.domain.accounts import Actor
    from meditrack_desktop.domain.clock import Clock
    from meditrack_desktop.services.clinic import Clinic
    from meditrack_desktop.services.profile import ProfileFacts
    from meditrack_desktop.ui.frame.desk_frame import DeskFrame
    from meditrack_desktop.ui.login.credentials import SignedIn

SMALLEST = (1024, 640)
# Loaded beside the sign-in card, so that it paints before them.
HEAVY = ("meditrack_desktop.services.clinic", "meditrack_desktop.ui.pages")


@dataclass(slots=True)
class _Person:
    """What belongs to one signed-in person; survives the lock and, with drafts in it, a switch of user."""

    desk: Desk
    frame: DeskFrame
    layers: list[Layer] = field(default_factory=list)
    focus: QWidget | None = None


class MainWindow(QMainWindow):
    """Begin with `begin`, which opens the clinic beside the painted sign-in card.

    `themeChosen` carries a choice to remember. `entered` comes when a desk is in front, signed in or unlocked.
    """

    themeChosen = Signal(str)
    entered = Signal()

    def __init__(
        self,
        tasks: Tasks,
        profile: ProfileFacts,
        clock: Clock,
        open_clinic: Callable[[], Clinic],
        version: str = "",
    ) -> None:
        super().__init__()
        self.tasks, self.profile, self.clock = tasks, profile, clock
        self.clinic: Clinic | None = None
        self._open_clinic = open_clinic
        self._person: _Person | None = None
        self._parked: dict[UUID, _Person] = {}
        self._live: Live | None = None
        self._lock: LockScreen | None = None
        self._leaving = False
        self.setWindowTitle(PROGRAM)
        self.setMinimumSize(*SMALLEST)
        self.stack = QStackedWidget()
        self.setCentralWidget(self.stack)
        self.login = LoginPage(tasks, profile, clock, version)
        self.stack.addWidget(self.login)
        self.toasts = Toasts(self, bottom=44)
        self.ring = FocusRing(self)
        self.watch = IdleWatch(self, clock)
        self.watch.idle.connect(self.lock)
        self.watch.warned.connect(self._warn_of_lock)
        self.login.signedIn.connect(self.enter)
        self.login.retryRequested.connect(self._begin_again)
        self.login.themeChosen.connect(self.themeChosen)
        tasks.refused.connect(self._on_refused)
        tasks.answered.connect(self._on_answered)
        self._minute = QTimer(self, interval=1000)
        self._minute.timeout.connect(self.tick)
        self._minute.start()

    @property
    def frame(self) -> DeskFrame | None:
        """The desk of the person who is here, also while locked."""
        return self._person.frame if self._person is not None else None

    @property
    def desk(self) -> Desk | None:
        return self._person.desk if self._person is not None else None

    @property
    def locked(self) -> bool:
        return self._lock is not None

    @property
    def lock_screen(self) -> LockScreen | None:
        return self._lock

    @property
    def in_front(self) -> DeskFrame | None:
        """The desk, if it can be seen: neither locked nor signed out."""
        return None if self.locked else self.frame

    def begin(self) -> None:
        """Open the clinic beside the sign-in card; what goes wrong is said there with Try again."""
        self.tasks.query(self, self._load, self._opened, failed=self.login.show_trouble, replaces="open")

    def use(self, clinic: Clinic) -> None:
        """Take an open clinic; signing in can go ahead."""
        self.clinic = clinic
        self.clock = self.watch.clock = self.login.clock = clinic.work.clock
        self._live = Live(clinic.changes, self)
        self.login.use(clinic)
        self.login.tick()

    def enter(self, found: SignedIn) -> None:
        """Bring the desk of the person who signed in to the front."""
        from meditrack_desktop.ui.pages import make_frame, open_first

        if self.clinic is None or self._live is None:
            return
        parked = self._parked.pop(found.actor.account_id, None)
        if parked is not None:
            parked.desk.actor = found.actor
            self._person = parked
        else:
            clinic = self.clinic
            go = Navigator()
            desk = Desk(clinic, found.actor, found.facts, self.tasks, self._live, go, self.clock, self.say)
            profile = self.profile
            frame = make_frame(
                desk,
                self,
                profile.workstation_name,
                shared=profile.shared,
                idle_minutes=int(IDLE_LIMIT.total_seconds() // 60),
            )
            self._person = _Person(desk, frame)
            self.stack.addWidget(frame)
            frame.sidebar.lockRequested.connect(self.lock)
            frame.sidebar.switchRequested.connect(self.switch_user)
            frame.sidebar.signOutRequested.connect(self.sign_out)
            frame.strip.retryRequested.connect(self._retry)
            bind_keys(self, frame, desk)
        self._show_person()
        if parked is None:
            open_first(self._person.desk, self._person.frame)

    def lock(self) -> None:
        """Hide everything at once. Pages, layers and drafts stay as they are behind the lock."""
        person, clinic = self._person, self.clinic
        if person is None or clinic is None or self.locked:
            return
        self._hide_person()
        self._lock = LockScreen(
            self.tasks, clinic, person.desk.actor, self.clock, drafts=bool(self._unsaved(person))
        )
        self._lock.unlocked.connect(self._unlock)
        self._lock.switchRequested.connect(self.switch_user)
        self._lock.signOutRequested.connect(self.sign_out)
        self.stack.addWidget(self._lock)
        self.stack.setCurrentWidget(self._lock)
        self._lock.credentials.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def switch_user(self) -> None:
        """Let somebody else sign in. Drafts wait, unseen, until their owner is back."""
        person = self._person
        if person is None:
            return
        if self._unsaved(person):
            if not self.locked:
                self._hide_person()
            self._parked[person.desk.actor.account_id] = person
        else:
            self._drop(person)
        self._to_login(person)

    def sign_out(self) -> None:
        """End the session; asks first where something typed would be lost."""
        person = self._person
        if person is None:
            return
        if self._unsaved(person):
            self._ask_discard(self.tr("Sign out and discard"), lambda: self._sign_out(person))
        else:
            self._sign_out(person)

    def say(self, text: str, undo: Callable[[], None] | None = None) -> None:
        """The window's toast. `undo` is offered for 10 s and by Ctrl+Z."""
        if not self.locked:
            self.toasts.say(text, undo, key="Ctrl Z" if undo is not None else "")

    def undo(self) -> None:
        """Take back what the newest toast tells of, if it can be."""
        for toast in reversed(self.toasts.shown):
            if toast.action is not None:
                toast.action.click()
                return

    def covered(self) -> bool:
        """Whether a layer covers the page. A list dropped under a field covers nothing: it is masked."""
        return any(layer.mask().isEmpty() for layer in self._layers())

    def tick(self) -> None:
        """Follow the clock; called each second."""
        if self.in_front is not None:
            self.in_front.tick()

    def closeEvent(self, event: QCloseEvent) -> None:
        people = [*self._parked.values(), *([self._person] if self._person is not None else [])]
        unsaved = any(self._unsaved(person) for person in people)
        if self._leaving or not (unsaved or self.tasks.running()):
            event.accept()
            return
        event.ignore()
        if unsaved:
            self._ask_discard(self.tr("Close and discard"), self._close_now)
        else:
            confirm(
                self,
                self.tr("Close while work is going on?"),
                self.tr("{title} has not finished. What it has done so far is kept.").format(
                    title=self.tasks.running()[0].title or self.tr("Work in the background")
                ),
                self.tr("Stop and close"),
                self._close_now,
                keep=self.tr("Keep working"),
            )

    def _begin_again(self) -> None:
        if self.clinic is None:
            self.begin()

    def _load(self) -> Clinic:
        for module in HEAVY:
            import_module(module)
        return self._open_clinic()

    def _opened(self, clinic: Clinic) -> None:
        self.use(clinic)

    def _show_person(self) -> None:
        person = cast("_Person", self._person)
        self._drop_lock()
        self.stack.setCurrentWidget(person.frame)
        for layer in person.layers:
            if isValid(layer):
                layer.show()
                layer.raise_()
        came_back = person.focus is not None and isValid(person.focus)
        focus = cast("QWidget", person.focus) if came_back else person.frame
        focus.setFocus(Qt.FocusReason.OtherFocusReason)
        person.layers, person.focus = [], None
        person.frame.tick()
        self.watch.begin()
        self.entered.emit()

    def _hide_person(self) -> None:
        """Take the desk out of sight and reach: page, floating layers, menus and dialogs of the system."""
        person = cast("_Person", self._person)
        self.watch.end()
        self.toasts.clear()
        person.focus = QApplication.focusWidget()
        person.layers = self._layers()
        for layer in person.layers:
            layer.hide()
        for window in QApplication.topLevelWidgets():
            if window is not self and window.isVisible():
                window.close()

    def _unlock(self, found: SignedIn) -> None:
        person, clinic = self._person, self.clinic
        if person is None or clinic is None:
            return
        before = person.desk.actor
        person.desk.actor = found.actor
        self._end_session(clinic, before)
        self._show_person()

    def _sign_out(self, person: _Person) -> None:
        self._drop(person)
        self._to_login(person)

    def _to_login(self, person: _Person) -> None:
        self._person = None
        self.watch.end()
        self.toasts.clear()
        self._drop_lock()
        self.stack.setCurrentWidget(self.login)
        self.login.begin_again(person.desk.actor.username)
        clinic, actor = self.clinic, person.desk.actor
        if clinic is not None:
            self._end_session(clinic, actor)
            self.tasks.change(self, clinic.close)

    def _end_session(self, clinic: Clinic, actor: Actor) -> None:
        self.tasks.change(self, lambda: clinic.accounts.sign_out(actor), failed=_no_matter)

    def _drop(self, person: _Person) -> None:
        for layer in [*self._layers(), *person.layers]:
            if isValid(layer):
                layer.hide()
                layer.deleteLater()
        self.stack.removeWidget(person.frame)
        person.frame.hide()
        person.frame.deleteLater()

    def _drop_lock(self) -> None:
        if self._lock is not None:
            lock, self._lock = self._lock, None
            self.stack.removeWidget(lock)
            lock.hide()
            lock.deleteLater()

    def _layers(self) -> list[Layer]:
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        return [layer for layer in self.findChildren(Layer, options=direct) if layer.isVisible()]

    def _unsaved(self, person: _Person) -> bool:
        layers = person.layers if self.locked or person is not self._person else self._layers()
        dirty = any(isValid(layer) and layer.dirty is not None and layer.dirty() for layer in layers)
        return dirty or bool(person.frame.sheet.blocking())

    def _ask_discard(self, act: str, then: Callable[[], object]) -> None:
        confirm(
            self,
            self.tr("Discard what is not saved?"),
            self.tr("Something typed at this desk has not been saved yet."),
            act,
            then,
            keep=self.tr("Keep editing"),
        )

    def _close_now(self) -> None:
        self._leaving = True
        self.close()

    def _retry(self) -> None:
        if self.in_front is not None:
            self.in_front.refresh()

    def _warn_of_lock(self) -> None:
        self.toasts.say(
            self.tr("This desk locks in 20 s. Move the mouse to stay."),
            self.watch.touch,
            action=self.tr("Stay"),
            icon="lock",
        )

    def _on_refused(self, error: ClinicError) -> None:
        if isinstance(error, NotAuthenticated) and error.code is not ErrorCode.INVALID_CREDENTIALS:
            if error.code is not ErrorCode.TOO_MANY_TRIES:
                self.lock()
        elif error.code is ErrorCode.DATABASE_UNREACHABLE and self._person is not None:
            desk = self._person.desk
            self._person.frame.strip.show_offline(to_wall(self.clock.now(), desk.facts.tz))

    def _on_answered(self) -> None:
        if self._person is not None and self._person.frame.strip.offline:
            self._person.frame.strip.show_connected()

    def end(self) -> None:
        """After closing: finish what was asked for, stop listening, forget the keys."""
        self.watch.end()
        self._minute.stop()
        if self._live is not None:
            self._live.close()
        self.tasks.close()
        if self.clinic is not None:
            with suppress(ClinicError):
                self.clinic.close()


def _no_matter(error: ClinicError) -> None:
    """A session that cannot be ended now ends by itself within hours."""
