"""The window: sign-in, the desk, or the lock in its place; who is here, and what happens when they leave."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.frame.brand import PROGRAM
from meditrack_desktop.ui.frame.own_windows import warn_of_lock
from meditrack_desktop.ui.frame.parked import Parked
from meditrack_desktop.ui.frame.seat import Seat, open_layers
from meditrack_desktop.ui.guard import Guard
from meditrack_desktop.ui.leaving import ask_discard, ask_stop
from meditrack_desktop.ui.live import Live
from meditrack_desktop.ui.login.lock_screen import LockScreen
from meditrack_desktop.ui.login.window import LoginPage
from meditrack_desktop.ui.navigation import Navigator
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Toasts
from meditrack_desktop.ui.widgets.focus_ring import FocusRing
from meditrack_desktop.ui.window_keys import bind_keys

if TYPE_CHECKING:
    from meditrack_desktop.domain.accounts import Actor
    from meditrack_desktop.domain.backups import BackupStatus
    from meditrack_desktop.domain.clock import Clock
    from meditrack_desktop.services.clinic import Clinic
    from meditrack_desktop.services.profile import ProfileFacts
    from meditrack_desktop.ui.frame.desk_frame import DeskFrame
    from meditrack_desktop.ui.login.entering import SignedIn
    from meditrack_desktop.ui.login.kit_step import Recover

SMALLEST = (1024, 640)
# Loaded beside the sign-in card, so that it paints before them.
HEAVY = ("meditrack_desktop.services.clinic", "meditrack_desktop.ui.pages")


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
        recover: Recover | None = None,
        remembered: QSettings | None = None,
    ) -> None:
        super().__init__()
        self.tasks, self.profile, self.clock = tasks, profile, clock
        self._remembered = remembered
        self.clinic: Clinic | None = None
        self._open_clinic = open_clinic
        self._seat: Seat | None = None
        self._parked = Parked()
        self._live: Live | None = None
        self._lock: LockScreen | None = None
        self._leaving = False
        self.setWindowTitle(PROGRAM)
        self.setMinimumSize(*SMALLEST)
        self.stack = QStackedWidget()
        self.setCentralWidget(self.stack)
        self.login = LoginPage(tasks, profile, clock, version, recover)
        self.stack.addWidget(self.login)
        self.toasts = Toasts(self, bottom=44)
        self.ring = FocusRing(self)
        self.guard = Guard(tasks, self, clock)
        self.watch = self.guard.watch
        self.guard.lockWanted.connect(self.lock)
        self.guard.hardLockWanted.connect(self.hard_lock)
        self.guard.warned.connect(self._warn_of_lock)
        self.guard.rulesChanged.connect(self._show_rules)
        self.guard.backups.known.connect(self._show_backup)
        self.guard.spool.known.connect(self._show_spool)
        self.login.signedIn.connect(self.enter)
        self.login.retryRequested.connect(self.begin)
        self.login.openAnewRequested.connect(self._open_anew)
        self.login.themeChosen.connect(self.themeChosen)
        tasks.refused.connect(self._on_refused)
        tasks.answered.connect(self._on_answered)
        self._minute = QTimer(self, interval=1000)
        self._minute.timeout.connect(self.tick)
        self._minute.start()

    @property
    def frame(self) -> DeskFrame | None:
        """The desk of the person who is here, also while locked."""
        return self._seat.frame if self._seat is not None else None

    @property
    def desk(self) -> Desk | None:
        return self._seat.desk if self._seat is not None else None

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
        if self.clinic is None:
            self.tasks.query(self, self._load, self.use, failed=self.login.show_trouble, replaces="open")

    def use(self, clinic: Clinic) -> None:
        """Take an open clinic; signing in can go ahead."""
        self.clinic = clinic
        self.clock = self.login.clock = clinic.work.clock
        self.guard.use_clock(self.clock)
        if self._live is not None:
            self._live.close()
        self._live = Live(clinic.changes, self)
        self._live.changed.connect(self.guard.on_changed)
        self.login.use(clinic)
        self.login.tick()

    def enter(self, found: SignedIn) -> None:
        """Bring the desk of the person who signed in to the front: a new one, or theirs that was waiting."""
        if self.clinic is None or self._live is None:
            return
        self._take_rules(found)
        account = found.actor.account_id
        place, parked = self._parked.place(account), self._parked.seat(account)
        if parked is not None:
            parked.desk.actor, parked.desk.has_pin = found.actor, found.has_pin
            self._seat = parked
            self._show_seat()
            parked.frame.refresh()
            return
        from meditrack_desktop.ui.pages import open_first

        self._seat = self._new_seat(self.clinic, self._live, found)
        self._show_seat()
        if place is not None:
            self._seat.frame.open(place)
        else:
            open_first(self._seat.desk, self._seat.frame)

    def lock(self, why: str = "", session_over: bool = False) -> None:
        """Hide everything at once. Pages, layers and drafts stay as they are behind the lock.

        `why` is said on the lock; with `session_over` only the password unlocks.
        """
        seat, clinic = self._seat, self.clinic
        if seat is None or clinic is None or self.locked:
            return
        self._hide_seat(seat)
        self._lock = LockScreen(
            self.tasks,
            clinic,
            seat.desk.actor,
            self.clock,
            drafts=bool(seat.has_unsaved(self)),
            pin=seat.desk.has_pin,
        )
        if session_over:
            self._lock.need_password(why)
        self._lock.unlocked.connect(self._unlock)
        self._lock.switchRequested.connect(self.switch_user)
        self._lock.signOutRequested.connect(self.sign_out)
        self.stack.addWidget(self._lock)
        self.stack.setCurrentWidget(self._lock)
        self._lock.credentials.password.setFocus(Qt.FocusReason.OtherFocusReason)
        # Painted now and not when the event loop gets to it: before a computer sleeps there is no later.
        self.repaint()
        self.guard.count_down()
        self.tasks.change(self, clinic.keys.drop, failed=_no_matter)

    def hard_lock(self) -> None:
        """Locked for long: a database on this computer is closed too, and only the password opens it."""
        lock, clinic = self._lock, self.clinic
        if lock is None or clinic is None or self.profile.shared:
            return
        lock.need_password(self.tr("The records were closed as nobody came back. Your password opens them."))
        self.tasks.change(self, clinic.keys.hard_lock, failed=_no_matter)

    def switch_user(self) -> None:
        """Let somebody else sign in. Drafts wait, unseen, until their owner is back; so does the place."""
        seat = self._seat
        if seat is None:
            return
        if self._parked.leave(seat, self):
            self._hide_seat(seat)
        else:
            self._drop(seat)
        self._to_login(seat)
        self.login.offer_others(seat.desk.actor.username)

    def sign_out(self) -> None:
        """End the session; asks first where something typed would be lost."""
        seat = self._seat
        if seat is None:
            return
        if seat.has_unsaved(self):
            ask_discard(self, self.tr("Sign out and discard"), lambda: self._sign_out(seat))
        else:
            self._sign_out(seat)

    def say(self, text: str, undo: Callable[[], None] | None = None) -> None:
        """The window's toast. `undo` is offered for 10 s and by Ctrl+Z."""
        if self.in_front is not None:
            self.toasts.say(text, undo, key="Ctrl Z" if undo is not None else "")

    def undo(self) -> None:
        """Take back what was done last, if a toast still offers it; an offer to go on is none to go back.

        Without a toast a page that keeps its own past, as the calendar does, is asked.
        """
        for toast in reversed(self.toasts.shown):
            if toast.takes_back and toast.action is not None:
                toast.action.click()
                return
        page = self.frame.sheet.current() if self.frame is not None and not self.covered() else None
        take_back = getattr(page, "take_back", None)
        if callable(take_back):
            take_back()

    def covered(self) -> bool:
        """Whether a layer covers the page. A list dropped under a field covers nothing."""
        return any(layer.covers for layer in open_layers(self))

    def tick(self) -> None:
        """Follow the clock; called each second."""
        if self.in_front is not None:
            self.in_front.tick()

    def closeEvent(self, event: QCloseEvent) -> None:
        people = [*self._parked.seats(), *([self._seat] if self._seat is not None else [])]
        unsaved = any(seat.has_unsaved(self) for seat in people)
        if self._leaving or not (unsaved or self.tasks.running()):
            event.accept()
            for seat in people:
                seat.frame.own_windows.clear()
            return
        event.ignore()
        if unsaved:
            ask_discard(self, self.tr("Close and discard"), self._close_now)
        else:
            ask_stop(self, self.tasks.running()[0].title, self._close_now)

    def _open_anew(self) -> None:
        """This computer's secret is another one now: what was opened with the old one is no good."""
        clinic, self.clinic = self.clinic, None
        if clinic is not None:
            self.tasks.change(self, clinic.close)
        self.begin()

    def _load(self) -> Clinic:
        for module in HEAVY:
            import_module(module)
        return self._open_clinic()

    def _new_seat(self, clinic: Clinic, live: Live, found: SignedIn) -> Seat:
        from meditrack_desktop.ui.pages import make_frame

        desk = Desk(clinic, found.actor, found.facts, self.tasks, live, Navigator(), self.clock, self.say)
        desk.remembered = self._remembered
        name, shared = self.profile.workstation_name, self.profile.shared
        frame = make_frame(desk, self, name, shared=shared, idle_minutes=self.guard.idle_minutes)
        self.stack.addWidget(frame)
        frame.sidebar.lockRequested.connect(self.lock)
        frame.sidebar.switchRequested.connect(self.switch_user)
        frame.sidebar.signOutRequested.connect(self.sign_out)
        frame.strip.retryRequested.connect(self._retry)
        frame.strip.storeNow.connect(lambda: self.guard.spool.look(now=True))
        frame.own_windows.opened.connect(self.watch.watch_also)
        desk.go.restored.connect(self._restored)
        bind_keys(self, frame, desk)
        desk.has_pin = found.has_pin
        seat = Seat(desk, frame)

        def say(text: str, undo: Callable[[], None] | None = None) -> None:
            # A late answer names patients, and its undo acts for this person: not before anybody else.
            if self._seat is seat:
                self.say(text, undo)

        desk.say = say
        return seat

    def _show_seat(self) -> None:
        seat = cast("Seat", self._seat)
        self._drop_lock()
        self.stack.setCurrentWidget(seat.frame)
        seat.come_back()
        self.guard.attend(seat.desk.clinic, seat.desk.actor, seat.frame)
        self.entered.emit()

    def _hide_seat(self, seat: Seat) -> None:
        self.guard.rest()
        self.toasts.clear()
        seat.leave_sight(self)

    def _unlock(self, found: SignedIn) -> None:
        seat = cast("Seat", self._seat)
        self._take_rules(found)
        seat.desk.actor, seat.desk.has_pin = found.actor, found.has_pin
        stale = self._lock is not None and self._lock.needs_password
        self._show_seat()
        if stale:
            seat.frame.refresh()

    def _take_rules(self, found: SignedIn) -> None:
        if found.rules is not None:
            self.guard.use_rules(found.rules)

    def _sign_out(self, seat: Seat) -> None:
        self._drop(seat)
        self._to_login(seat)

    def _to_login(self, seat: Seat) -> None:
        self._seat = None
        self.guard.rest()
        self.guard.hard.end()
        self.toasts.clear()
        self._drop_lock()
        self.stack.setCurrentWidget(self.login)
        self.login.begin_again(seat.desk.actor.username)
        self.login.refresh_people()
        if (clinic := self.clinic) is not None:
            self._end_session(clinic, seat.desk.actor)
            self.tasks.change(self, clinic.close)

    def _end_session(self, clinic: Clinic, actor: Actor) -> None:
        self.tasks.change(self, lambda: clinic.sessions.sign_out(actor), failed=_no_matter)

    def _drop(self, seat: Seat) -> None:
        self.stack.removeWidget(seat.frame)
        seat.clear(self)

    def _drop_lock(self) -> None:
        if self._lock is not None:
            lock, self._lock = self._lock, None
            self.stack.removeWidget(lock)
            lock.leave()
            lock.deleteLater()

    def _close_now(self) -> None:
        self._leaving = True
        self.close()

    def _restored(self) -> None:
        """The records are another day's now: nothing of this one may be shown or saved any more."""
        for seat in (*self._parked.take_all(), *([self._seat] if self._seat is not None else [])):
            self._drop(seat)
        if self._seat is not None:
            self._to_login(self._seat)

    def _show_rules(self) -> None:
        if self.frame is not None:
            self.frame.strip.show_rule(self.guard.idle_minutes)

    def _show_backup(self, status: BackupStatus) -> None:
        if self.frame is not None:
            self.frame.show_backup(status)

    def _show_spool(self, waiting: int) -> None:
        if self.frame is not None:
            self.frame.strip.show_spool(waiting)

    def _retry(self) -> None:
        if self.in_front is not None:
            self.in_front.refresh()

    def _warn_of_lock(self) -> None:
        beside = self.frame.own_windows.toasts if self.frame is not None else []
        warn_of_lock([self.toasts, *beside], self.watch.touch)

    def _on_refused(self, error: ClinicError) -> None:
        if error.code is ErrorCode.DATABASE_UNREACHABLE and self._seat is not None:
            desk = self._seat.desk
            self._seat.frame.strip.show_offline(to_wall(self.clock.now(), desk.facts.tz))

    def _on_answered(self) -> None:
        if self._seat is not None and self._seat.frame.strip.offline:
            self._seat.frame.strip.show_connected()

    def end(self) -> None:
        """After closing: finish what was asked for, end the session, stop listening, forget the keys."""
        self.guard.end()
        if self._seat is not None and self.clinic is not None:
            self._end_session(self.clinic, self._seat.desk.actor)
        self._minute.stop()
        if self._live is not None:
            self._live.close()
        self.tasks.close()
        if self.clinic is not None:
            with suppress(ClinicError):
                self.clinic.close()


def _no_matter(error: ClinicError) -> None:
    """A session that cannot be ended now ends by itself within hours; keys go with the program at the latest."""
