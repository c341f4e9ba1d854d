"""Switching one's authenticator app on and off: the QR code, the digits that prove it, and the password."""

from __future__ import annotations

from collections.abc import Callable

import segno
from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.sessions import SecondFactorOffer
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.login.second_step import SixDigits
from meditrack_desktop.ui.widgets import Button, Dialog, Label, LabelledField, PasswordField, painting

QUIET = 4
"""Empty modules around the code, as its standard asks."""


class QrCode(QWidget):
    """A QR code, black on white in every theme, since cameras read nothing else well."""

    def __init__(self, text: str, name: str, side: int = 176) -> None:
        super().__init__()
        self._rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
        self._side = side
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        side = theme.current().px(self._side)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start(self)
        painting.box(painter, QRectF(self.rect()), 6, QColor(Qt.GlobalColor.white))
        count = len(self._rows) + 2 * QUIET
        # Whole pixels of the screen, or the modules' edges would blur.
        ratio = self.devicePixelRatioF()
        module = max(1, int(self.width() * ratio / count)) / ratio
        origin = (self.width() - module * len(self._rows)) / 2
        black = QColor(Qt.GlobalColor.black)
        painter.setRenderHint(painter.RenderHint.Antialiasing, False)
        for y, row in enumerate(self._rows):
            for x, dark in enumerate(row):
                if dark:
                    painter.fillRect(QRectF(origin + x * module, origin + y * module, module, module), black)
        painter.end()


class SwitchOnDialog(Dialog):
    """Shows the secret once, and takes the digits that the app makes of it. `then` runs once it is on."""

    def __init__(
        self, desk: Desk, host: QWidget, offer: SecondFactorOffer, then: Callable[[], object]
    ) -> None:
        tr = QCoreApplication.translate
        super().__init__(
            host,
            tr("SwitchOnDialog", "Authenticator app"),
            tr(
                "SwitchOnDialog",
                "Scan the code with your app, or type the letters. Then type the six digits it shows.",
            ),
            width=470,
        )
        self._desk, self._then = desk, then
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(
            QrCode(offer.uri, self.tr("QR code for the authenticator app")), 0, Qt.AlignmentFlag.AlignTop
        )
        side = QVBoxLayout()
        side.setSpacing(14)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(Label(self.tr("Or type this into the app"), "small"))
        grouped = " ".join(offer.secret[at : at + 4] for at in range(0, len(offer.secret), 4))
        self.secret = Label(grouped, "strong", wrap=True, selectable=True)
        words.addWidget(self.secret)
        side.addLayout(words)
        self.digits = SixDigits()
        side.addWidget(self.digits)
        side.addStretch(1)
        row.addLayout(side, 1)
        self.body.addLayout(row)
        self.digits.show()
        self.add_action(self.tr("Cancel"))
        self.keep: Button = self.add_action(
            self.tr("Switch on"), self._on_keep, kind="primary", default=True, closes=False
        )

    def focus_first(self) -> None:
        self.digits.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_keep(self) -> None:
        if not self.digits.is_filled():
            return
        code, factor, actor = self.digits.text(), self._desk.clinic.second_factor, self._desk.actor
        self.keep.set_busy(True)
        self._desk.tasks.change(
            self,
            lambda: factor.enable(actor, code),
            done=lambda _: self._on_kept(),
            failed=self._on_refused,
            always=lambda: self.keep.set_busy(False),
        )

    def _on_kept(self) -> None:
        self.close_layer()
        self._then()

    def _on_refused(self, error: ClinicError) -> None:
        self.digits.ask(str(errors.words(error)))


class SwitchOffDialog(Dialog):
    """The password proves who asks. `then` runs once it is off."""

    def __init__(self, desk: Desk, host: QWidget, then: Callable[[], object]) -> None:
        tr = QCoreApplication.translate
        super().__init__(
            host,
            tr("SwitchOffDialog", "Switch the authenticator app off?"),
            tr("SwitchOffDialog", "From then on your password alone signs you in."),
            width=400,
        )
        self._desk, self._then = desk, then
        self.password = PasswordField(icon="key-round")
        self.field = LabelledField(self.tr("Password"), self.password)
        self.body.addWidget(self.field)
        self.add_action(self.tr("Keep it on"))
        self.act: Button = self.add_action(
            self.tr("Switch off"), self._on_act, kind="danger", default=True, closes=False
        )

    def _on_act(self) -> None:
        password = self.password.text()
        if not password:
            self.field.set_error(self.tr("Type your password."))
            self.password.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        factor, actor = self._desk.clinic.second_factor, self._desk.actor
        self.act.set_busy(True)
        self._desk.tasks.change(
            self,
            lambda: factor.disable(actor, password),
            done=lambda _: self._on_off(),
            failed=self._on_refused,
            always=lambda: self.act.set_busy(False),
        )

    def _on_off(self) -> None:
        self.close_layer()
        self._then()

    def _on_refused(self, error: ClinicError) -> None:
        wrong = error.code is ErrorCode.INVALID_CREDENTIALS
        self.field.set_error(self.tr("That is not your password.") if wrong else str(errors.words(error)))
        self.password.selectAll()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)
