"""Locking the desk: the screen that hides everything, and the watch that locks a desk left alone."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.login.card import CardScreen
from meditrack_desktop.ui.login.credentials import Credentials
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import Banner, Button, Label, painting
from meditrack_desktop.ui.widgets.badge import initials

if TYPE_CHECKING:
    from meditrack_desktop.domain.accounts import Actor
    from meditrack_desktop.domain.clock import Clock
    from meditrack_desktop.services.clinic import Clinic

IDLE_LIMIT = timedelta(minutes=10)
WARN_BEFORE = timedelta(seconds=20)
CHECK_MS = 1000
_ACTIVITY = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TabletPress,
}


class IdleWatch(QObject):
    """Tells when nobody has touched the window for 10 minutes of the clock, and 20 s before.

    It asks the clock rather than a timer, so that a computer waking from sleep locks at once.
    """

    warned = Signal()
    idle = Signal()

    def __init__(self, window: QWidget, clock: Clock, limit: timedelta = IDLE_LIMIT) -> None:
        super().__init__(window)
        self._window, self.clock, self._limit = window, clock, limit
        self._touched, self._ticks = clock.now(), time.monotonic()
        self._has_warned = False
        self._timer = QTimer(self, interval=CHECK_MS)
        self._timer.timeout.connect(self.check)

    def begin(self) -> None:
        """Watch from now on. The window must have been shown."""
        handle = self._window.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)
        self.touch()
        self._timer.start()

    def end(self) -> None:
        """Stop watching, for example while locked."""
        handle = self._window.windowHandle()
        if handle is not None:
            handle.removeEventFilter(self)
        self._timer.stop()

    def touch(self) -> None:
        """Somebody is there."""
        self._touched, self._ticks = self.clock.now(), time.monotonic()
        self._has_warned = False

    def check(self) -> None:
        """Compare with the clock; called each second."""
        # The wall clock counts sleep; the ticks go on where somebody puts the wall clock back.
        alone = max(self.clock.now() - self._touched, timedelta(seconds=time.monotonic() - self._ticks))
        if alone >= self._limit:
            self.end()
            self.idle.emit()
        elif alone >= self._limit - WARN_BEFORE and not self._has_warned:
            self._has_warned = True
            self.warned.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _ACTIVITY:
            self.touch()
        return False


class LockScreen(CardScreen):
    """Stands in place of everything. `unlocked` carries a `SignedIn` of the same person."""

    unlocked = Signal(object)
    switchRequested = Signal()
    signOutRequested = Signal()

    def __init__(self, tasks: Tasks, clinic: Clinic, actor: Actor, clock: Clock, *, drafts: bool) -> None:
        super().__init__(clock, width=378)
        self.setAccessibleName(self.tr("Locked"))
        self.foot.hide()
        self._name, self._since = actor.name, clock.now()
        body = self.card.body
        body.addWidget(_LockedFace(actor.name), 0, Qt.AlignmentFlag.AlignHCenter)
        body.addSpacing(14)
        title = Label(self.tr("Locked"), "title")
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        body.addWidget(title)
        self.away = Label("", "body", tone="text2", elide=True)
        self.away.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        body.addSpacing(2)
        body.addWidget(self.away)
        body.addSpacing(18)
        self.credentials = Credentials(tasks, lambda: actor.username, self.tr("Unlock"))
        self.credentials.use(clinic)
        self.credentials.signedIn.connect(self.unlocked)
        body.addWidget(self.credentials)
        if drafts:
            body.addSpacing(14)
            body.addWidget(
                Banner(
                    self.tr("What you had not finished is kept. You return to where you left it."),
                    "ok",
                    icon="file-check",
                )
            )
        body.addSpacing(14)
        row = QHBoxLayout()
        switch = Button(self.tr("Switch user"), "link")
        switch.clicked.connect(self.switchRequested)
        leave = Button(self.tr("Sign out"), "link")
        leave.clicked.connect(self.signOutRequested)
        row.addWidget(switch)
        row.addStretch(1)
        row.addWidget(leave)
        body.addLayout(row)
        self._timer = QTimer(self, interval=5000)
        self._timer.timeout.connect(self.tick)
        self.tick()

    def tick(self) -> None:
        super().tick()
        if hasattr(self, "away"):
            self.away.setText(self._away_words(self.clock.now()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self.credentials.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _away_words(self, now: datetime) -> str:
        minutes = max(0, int((now - self._since).total_seconds() // 60))
        if minutes < 1:
            return self._name
        return self.tr("{name}, away for {n} min").format(name=self._name, n=minutes)


class _LockedFace(QWidget):
    """The person's initials with a lock at the corner."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(72, 64)

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = painting.start(self)
        face = QRectF(8, 0, 56, 56)
        painting.box(painter, face, 8, t.accent_soft)
        painting.line_text(
            painter, face, initials(self._name), current.font("title"), t.on_accent_soft, painting.CENTRE
        )
        badge = QRectF(46, 38, 26, 26)
        painting.box(painter, badge, 13, t.surface, t.line)
        draw_icon(painter, badge.x() + 6, badge.y() + 6, "lock", 14, t.text2)
        painter.end()
