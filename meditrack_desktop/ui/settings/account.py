"""One's own account: password, PIN, authenticator app, and where one is signed in."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.accounts import Account
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.sessions import LiveSession, SecondFactorOffer
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.settings.authenticator import SwitchOffDialog, SwitchOnDialog
from meditrack_desktop.ui.settings.password_dialog import ChangePasswordDialog, PinDialog
from meditrack_desktop.ui.settings.section import Section
from meditrack_desktop.ui.settings.session_list import SessionLine
from meditrack_desktop.ui.widgets import Button, Label, Tag
from meditrack_desktop.ui.words import role_words

LEAST = 10


class AccountSection(Section):
    """Everything here is the person's own business; an administrator sees none of the secrets."""

    word = "account"

    def __init__(self, desk: Desk) -> None:
        tr = partial(QCoreApplication.translate, "AccountSection")
        super().__init__(desk, tr("Your account"), tr("{name}, on every desk").format(name=desk.actor.name))
        self._least = LEAST
        self.who = Label(f"{desk.actor.name}, {role_words(desk.actor.roles)}", "body")
        self.add_row(tr("Name and role"), tr("An administrator changes them."), self.who)
        self.user = Label(desk.actor.username, "body", selectable=True)
        self.add_row(tr("User name"), tr("What you sign in with."), self.user)
        self.change = Button(tr("Change password"))
        self.change.clicked.connect(self.change_password)
        self.add_row(tr("Password"), tr("Nobody else knows it."), self.change)
        self.pin_state, self.set_pin, self.clear_pin = Tag(""), Button(""), Button(tr("Remove"))
        self.set_pin.clicked.connect(self.choose_pin)
        self.clear_pin.clicked.connect(self.remove_pin)
        self.add_row(
            tr("PIN"),
            tr("Six digits that unlock this desk faster. Signing in takes the password all the same."),
            self.pin_state,
            self.set_pin,
            self.clear_pin,
        )
        self.factor_state, self.factor = Tag(""), Button("")
        self.factor.clicked.connect(self.switch_factor)
        self.add_row(
            tr("Authenticator app"),
            tr("Six digits that change every half minute, asked for after the password."),
            self.factor_state,
            self.factor,
        )
        self.sessions_row = self.add_row(
            tr("Where you are signed in"), tr("Sessions end by themselves after 12 hours.")
        )
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        self.sessions_row.body.addLayout(self._lines)
        self.everywhere = Button(tr("Sign out everywhere else"), icon="log-out")
        self.everywhere.clicked.connect(self.sign_out_everywhere)
        self.everywhere.hide()
        self.sessions_row.add(self.everywhere)
        self._has_factor = False
        self._show_pin(False)
        self._show_factor(False)

    def load(self) -> None:
        clinic, actor, tasks = self.desk.clinic, self.desk.actor, self.desk.tasks
        tasks.query(self, lambda: clinic.accounts.own(actor), self._show, failed=self.refused, replaces="own")
        tasks.query(
            self,
            lambda: clinic.sessions.own(actor),
            self._show_sessions,
            failed=self.refused,
            replaces="sessions",
        )
        tasks.query(
            self,
            lambda: clinic.settings.read(actor).password_minimum,
            self._take_least,
            failed=self.refused,
            replaces="least",
        )

    def change_password(self) -> None:
        """Ask for the present one and a new one."""
        done = partial(self._done, self.tr("Password changed"))
        ChangePasswordDialog(self.desk, self, done, self._least).open_layer()

    def choose_pin(self) -> None:
        """Ask for six digits, twice."""
        PinDialog(self.desk, self, partial(self._pin_changed, True, self.tr("PIN set"))).open_layer()

    def remove_pin(self) -> None:
        """Only the password unlocks from now on."""
        pins, actor = self.desk.clinic.pins, self.desk.actor
        self.desk.tasks.change(
            self,
            lambda: pins.clear(actor),
            done=lambda _: self._pin_changed(False, self.tr("PIN removed")),
        )

    def switch_factor(self) -> None:
        """Begin to switch the authenticator app on, or ask to switch it off."""
        if self._has_factor:
            done = partial(self._done, self.tr("Authenticator app switched off"))
            SwitchOffDialog(self.desk, self, done).open_layer()
            return
        factor, actor = self.desk.clinic.second_factor, self.desk.actor
        self.factor.set_busy(True)
        self.desk.tasks.change(
            self,
            lambda: factor.begin(actor),
            done=self._offer_factor,
            always=lambda: self.factor.set_busy(False),
        )

    def sign_out_everywhere(self) -> None:
        """End every session of one's own but this one."""
        sessions, actor = self.desk.clinic.sessions, self.desk.actor
        self.desk.tasks.change(
            self, lambda: sessions.sign_out_everywhere(actor), done=self._signed_out_everywhere
        )

    def _offer_factor(self, offer: SecondFactorOffer) -> None:
        done = partial(self._done, self.tr("Authenticator app switched on"))
        SwitchOnDialog(self.desk, self, offer, done).open_layer()

    def _done(self, words: str) -> None:
        self.desk.say(words)
        self.load()

    def _pin_changed(self, on: bool, words: str) -> None:
        self.desk.has_pin = on
        self.desk.say(words)
        self.load()

    def _take_least(self, least: int) -> None:
        self._least = least

    def _show(self, own: Account) -> None:
        self._show_pin(own.has_pin)
        self._show_factor(own.has_second_factor)
        self.desk.has_pin = own.has_pin

    def _show_pin(self, on: bool) -> None:
        self.pin_state.set_tag(*self._state(on))
        self.set_pin.set_text(self.tr("Change PIN") if on else self.tr("Set PIN"))
        self.clear_pin.setVisible(on)

    def _show_factor(self, on: bool) -> None:
        self._has_factor = on
        self.factor_state.set_tag(*self._state(on))
        self.factor.set_text(self.tr("Switch off") if on else self.tr("Switch on"))

    def _state(self, on: bool) -> tuple[str, str, str]:
        return (self.tr("On"), "ok", "circle-check") if on else (self.tr("Off"), "neutral", "circle")

    def _show_sessions(self, sessions: tuple[LiveSession, ...]) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            line: QWidget | None = item.widget()
            if line is not None:
                line.hide()
                line.deleteLater()
        for session in sessions:
            line = SessionLine(session, partial(to_wall, zone=self.desk.facts.tz))
            line.ended.connect(self._end)
            self._lines.addWidget(line)
        self.everywhere.setVisible(len(sessions) > 1)

    def _end(self, session: LiveSession) -> None:
        sessions, actor = self.desk.clinic.sessions, self.desk.actor
        self.desk.tasks.change(
            self,
            lambda: sessions.end(actor, session.id),
            done=lambda _: self._ended(self.tr("Signed out at {desk}").format(desk=session.workstation_name)),
        )

    def _signed_out_everywhere(self, count: int) -> None:
        words = self.tr("1 session ended") if count == 1 else self.tr("{n} sessions ended").format(n=count)
        self._ended(words)

    def _ended(self, words: str) -> None:
        self.desk.say(words)
        self.load()
