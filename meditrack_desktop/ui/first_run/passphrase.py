"""The passphrase of a computer that has no keyring: typed twice, asked for at each start."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.accounts import PASSWORD_MINIMUM
from meditrack_desktop.ui.widgets import Banner, LabelledField, PasswordField


class PassphraseFields(QWidget):
    """Says why it is asked for. Empty is allowed: then a private file beside the data holds the secret."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(
            Banner(
                self.tr(
                    "Its secret is sealed with a passphrase instead, which is asked for each time MediTrack starts. "
                    "Left empty, the secret lies in a file beside the data, and passwords alone protect it."
                ),
                "warn",
                lead=self.tr("This computer has no keyring."),
            )
        )
        self.once, self.again = PasswordField(), PasswordField()
        self.once_field = LabelledField(self.tr("Passphrase of this computer"), self.once, optional=True)
        self.again_field = LabelledField(self.tr("Passphrase again"), self.again)
        column.addWidget(self.once_field)
        column.addWidget(self.again_field)
        self.once.textEdited.connect(self.once_field.clear_error)
        self.again.textEdited.connect(self.again_field.clear_error)

    def value(self) -> str:
        """The passphrase; empty for none."""
        return self.once.text()

    def good(self) -> bool:
        """Whether it is long enough and typed twice alike; marks what is not."""
        typed = self.once.text()
        short = bool(typed) and len(typed) < PASSWORD_MINIMUM
        self.once_field.set_error(
            self.tr("Use {n} characters or more.").format(n=PASSWORD_MINIMUM) if short else ""
        )
        other = typed != self.again.text()
        self.again_field.set_error(self.tr("The two are not alike.") if other else "")
        if short or other:
            (self.once if short else self.again).setFocus(Qt.FocusReason.OtherFocusReason)
        return not short and not other
