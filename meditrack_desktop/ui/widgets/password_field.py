"""The field for a secret: hidden unless asked, and it tells when Caps Lock seems to be on."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from meditrack_desktop.ui.widgets.button import IconButton
from meditrack_desktop.ui.widgets.text_field import TextField


class PasswordField(TextField):
    """A secret, hidden unless the person asks to see it; tells when Caps Lock seems to be on."""

    capsLockChanged = Signal(bool)

    def __init__(
        self, *, name: str = "", placeholder: str = "", icon: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(name=name, placeholder=placeholder, icon=icon, parent=parent)
        self._caps = self._looked = False
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
        self.eye = IconButton("eye", self.tr("Show password"), extent=26)
        self.eye.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard where it was
        self.eye.installEventFilter(self)
        self.eye.clicked.connect(self._toggle)
        self.add_trailing(self.eye)

    def clear(self) -> None:
        """Forget the secret; the next one, maybe of somebody else, is hidden again."""
        super().clear()
        if self.echoMode() != QLineEdit.EchoMode.Password:
            self._toggle()

    @property
    def caps_lock(self) -> bool:
        return self._caps

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Qt has no way to ask for Caps Lock; a letter whose case contradicts Shift gives it away.
        letter = event.text()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() == Qt.Key.Key_CapsLock and self._caps:
            self._set_caps(False)
        elif len(letter) == 1 and letter.isalpha() and letter.upper() != letter.lower():
            self._set_caps(letter.isupper() != shift)
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is typed while the eye has the keyboard is meant for a field, Enter included.

        For this field; or, where another secret follows and the eye was only passed, for that one: people type a
        new password, Tab, and the password again, without looking.
        """
        if watched is self.eye and event.type() == QEvent.Type.FocusIn:
            self._looked = False
        if watched is self.eye and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            letter = event.text().isprintable() and event.text().strip() != ""
            if enter or letter:
                field = self._following() if letter and not self._looked else self
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                field.deselect()
                field.keyPressEvent(event)
                event.accept()  # or Qt would hand it on to the field once more
                return True
        return super().eventFilter(watched, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._set_caps(False)

    def _set_caps(self, on: bool) -> None:
        if on != self._caps:
            self._caps = on
            self.capsLockChanged.emit(on)

    def _following(self) -> "PasswordField":
        """The secret that Tab leads to from the eye, or this one."""
        after = self.eye.nextInFocusChain()
        while after is not None and after is not self.eye:
            if after.isVisible() and after.isEnabled() and after.focusPolicy() & Qt.FocusPolicy.TabFocus:
                # A field's label passes the keyboard on to its field.
                return after if isinstance(after, PasswordField) and not after.text() else self
            after = after.nextInFocusChain()
        return self

    def _toggle(self) -> None:
        self._looked = True
        hidden = self.echoMode() == QLineEdit.EchoMode.Password
        self.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self.eye.set_icon("eye-off" if hidden else "eye")
        self.eye.set_name(self.tr("Hide password") if hidden else self.tr("Show password"))
