"""The screen that hides everything while a desk is locked: type, Enter, and everything is where it was."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.login.card import CardScreen
from meditrack_desktop.ui.login.choose_password import ChoosePassword
from meditrack_desktop.ui.login.credentials import Credentials
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import Banner, Button, Label, painting
from meditrack_desktop.ui.widgets.badge import initials

if TYPE_CHECKING:
    from meditrack_desktop.domain.accounts import Actor
    from meditrack_desktop.domain.clock import Clock
    from meditrack_desktop.services.clinic import Clinic

PIN_DIGITS = 6


class LockScreen(CardScreen):
    """Stands in place of everything. `unlocked` carries a `SignedIn` of the same person.

    With `pin` six digits unlock as well, while the session lives; `need_password` ends that.
    """

    unlocked = Signal(object)
    switchRequested = Signal()
    signOutRequested = Signal()

    def __init__(
        self, tasks: Tasks, clinic: Clinic, actor: Actor, clock: Clock, *, drafts: bool, pin: bool = False
    ) -> None:
        super().__init__(clock, width=378)
        self.setAccessibleName(self.tr("Locked"))
        self.foot.hide()
        self._clinic, self._actor, self._since = clinic, actor, clock.now()
        self._pin, self._session_over = pin, False
        self.unlock_step = QWidget()
        self.choose = ChoosePassword(tasks)
        self.credentials = Credentials(tasks, lambda: actor.username, self.tr("Unlock"), self._enter)
        self.credentials.wrong_words = self.tr("That is not your password.")
        self.credentials.use(clinic)
        self._why: Banner | None = None
        self._body = QVBoxLayout(self.unlock_step)
        self._build(drafts)
        self.card.body.addWidget(self.unlock_step)
        self.card.body.addWidget(self.choose)
        self.choose.hide()
        self.credentials.signedIn.connect(self.unlocked)
        self.credentials.refused.connect(self._on_refused)
        self.credentials.newPasswordNeeded.connect(self._choose_password)
        self.choose.signedIn.connect(self.unlocked)
        self.choose.backRequested.connect(self._unlock_again)
        self._timer = QTimer(self, interval=5000)
        self._timer.timeout.connect(self.tick)
        self._say_label()
        self.tick()

    def need_password(self, why: str = "") -> None:
        """No PIN from now on, as the session or the clinic's data had to be closed; `why` is said in the card."""
        self._session_over = True
        self._say_label()
        if why:
            if self._why is not None:
                self._why.deleteLater()
            self._why = Banner(why, "info", icon="lock")
            self._body.insertWidget(self._body.indexOf(self.credentials), self._why)
            self._body.insertSpacing(self._body.indexOf(self.credentials), 14)

    def leave(self) -> None:
        """Nobody unlocks here any more: what is still asked for opens nothing."""
        self.hide()
        self.blockSignals(True)
        self.credentials.leave()

    def tick(self) -> None:
        super().tick()
        if hasattr(self, "away"):
            self.away.setText(self._away_words(self.clock.now()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self.credentials.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self, drafts: bool) -> None:
        body = self._body
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(_LockedFace(self._actor.name), 0, Qt.AlignmentFlag.AlignHCenter)
        body.addSpacing(14)
        title = Label(self.tr("Locked"), "title")
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        body.addWidget(title)
        self.away = Label("", "body", tone="text2", elide=True)
        self.away.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        body.addSpacing(2)
        body.addWidget(self.away)
        body.addSpacing(18)
        body.addWidget(self.credentials)
        if drafts:
            body.addSpacing(14)
            kept = self.tr("What you had not finished is kept. You return to where you left it.")
            body.addWidget(Banner(kept, "ok", icon="file-check"))
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

    def _enter(self, clinic: Clinic, username: str, secret: str, code: str) -> Actor:
        if self._pin_goes and len(secret) == PIN_DIGITS and secret.isdecimal():
            return clinic.sessions.unlock_with_pin(self._actor, secret)
        return clinic.sessions.unlock(self._actor, secret, code)

    @property
    def needs_password(self) -> bool:
        """Whether the session or the records had to be closed, so that pages may have missed changes."""
        return self._session_over

    @property
    def _pin_goes(self) -> bool:
        return self._pin and not self._session_over

    def _say_label(self) -> None:
        words = self.tr("Password or PIN") if self._pin_goes else self.tr("Password")
        self.credentials.field.label.setText(words)
        self.credentials.password.setAccessibleName(words)

    def _on_refused(self, error: ClinicError) -> None:
        over = error.code in (ErrorCode.SESSION_EXPIRED, ErrorCode.AUTHENTICATION_REQUIRED)
        last_pin = error.code is ErrorCode.PIN_WRONG and not int(error.parameters.get("left", 1))
        if over or last_pin:
            self.need_password()
            self.credentials.field.set_error(self.tr("The PIN no longer works here. Type your password."))
            self.credentials.password.clear()

    def _choose_password(self, username: str, secret: str) -> None:
        self.choose.begin(self._clinic, username, secret)
        self.unlock_step.hide()
        self.choose.show()
        self.choose.setFocus(Qt.FocusReason.OtherFocusReason)

    def _unlock_again(self) -> None:
        self.choose.forget()
        self.choose.hide()
        self.unlock_step.show()
        self.credentials.begin_again()

    def _away_words(self, now: datetime) -> str:
        minutes = max(0, int((now - self._since).total_seconds() // 60))
        if minutes < 1:
            return self._actor.name
        return self.tr("{name}, away for {n} min").format(name=self._actor.name, n=minutes)


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
