"""A one-time code, shown once: to be read out or handed over, with its end and a way to copy it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.accounts import Account
from meditrack_desktop.domain.sessions import IssuedCode
from meditrack_desktop.ui.admin.words import first_name, moment_words
from meditrack_desktop.ui.widgets import Banner, Card, Dialog, Label


class CodeDialog(Dialog):
    """What is closed here cannot be shown again: only a hash of the code is kept."""

    def __init__(
        self, host: QWidget, account: Account, issued: IssuedCode, zone: ZoneInfo, now: datetime
    ) -> None:
        super().__init__(
            host,
            host.tr("One-time code for {name}").format(name=account.name),
            host.tr(
                "Give it to {first} in person or by phone. At the sign-in card {first} chooses "
                "“Forgot password”, types {username} and this code, and picks a new password."
            ).format(first=first_name(account.name), username=account.username),
            width=480,
        )
        self._code = issued.code
        card = Card(padding=14)
        self.code = Label(issued.code, "display", selectable=True)
        self.code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.code.setAccessibleName(
            self.tr("The code, letter by letter: {code}").format(code=" ".join(issued.code))
        )
        card.body.addWidget(self.code)
        self.expires = Label(
            self.tr("Expires at: {when}").format(when=moment_words(issued.expires_at, zone, now)), "body"
        )
        self.expires.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card.body.addWidget(self.expires)
        self.body.addWidget(card)
        self.body.addWidget(
            Banner(self.tr("It is shown only now. If it gets lost, make another one."), "info")
        )
        self.copy = self.add_action(self.tr("Copy code"), self._copy, closes=False, icon="copy")
        self.done = self.add_action(self.tr("Done"), kind="primary", default=True)

    def focus_first(self) -> None:
        self.copy.setFocus(Qt.FocusReason.OtherFocusReason)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._code)
        self.copy.set_text(self.tr("Copied"))
        self.copy.setToolTip(self.tr("It leaves the clipboard after a minute."))
