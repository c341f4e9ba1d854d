"""Line fields: plain text, search, and the label with help or error around any of them."""

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting
from meditrack_desktop.ui.widgets.announce import announce
from meditrack_desktop.ui.widgets.button import IconButton
from meditrack_desktop.ui.widgets.card import IconLabel
from meditrack_desktop.ui.widgets.label import Label

SEARCH_DELAY_MS = 120


class TextField(QLineEdit):
    """One line of text. The focused or invalid field has an edge of 2 px, drawn by the style sheet.

    `name` is the accessible name where no label stands above the field; a placeholder never replaces either.
    """

    def __init__(
        self,
        text: str = "",
        *,
        name: str = "",
        placeholder: str = "",
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._icon, self._note = icon, ""
        self._trailing: list[QWidget] = []
        self.setPlaceholderText(placeholder)
        if name:
            self.setAccessibleName(name)
        self._dress()
        theme.current().changed.connect(self._dress)

    def set_invalid(self, invalid: bool) -> None:
        """Draw the field as wrong; the reason belongs into the label around it."""
        if bool(self.property("invalid")) != invalid:
            self.setProperty("invalid", invalid)
            theme.restyle(self)

    @property
    def note(self) -> str:
        """What stands at the end of the field, such as a count of matches."""
        return self._note

    def set_note(self, text: str) -> None:
        """A short remark inside the far end, such as "3 matches"."""
        self._note = text
        self._arrange()
        self.update()

    def add_trailing(self, widget: QWidget) -> None:
        """Put a small control inside the far end of the field."""
        widget.setParent(self)
        self._trailing.append(widget)
        self._arrange()

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(180), theme.current().field_height)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.current().px(56), theme.current().field_height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        current = theme.current()
        painter = painting.start_mirrored(self)
        if self._icon:
            size = current.px(16)
            draw_icon(painter, 12, (self.height() - size) / 2, self._icon, size, current.tokens.text2)
        if self._note:
            painting.line_text(
                painter,
                self._note_rect(),
                self._note,
                current.font("small"),
                current.tokens.text3,
                painting.RIGHT,
            )
        painter.end()

    def _dress(self) -> None:
        self.setFont(theme.current().font("body"))
        self.setFixedHeight(theme.current().field_height)
        self._arrange()

    def _note_rect(self) -> QRect:
        width = painting.text_width(self._note, theme.current().font("small"))
        return QRect(self.width() - self._trailing_width() - 12 - width, 0, width, self.height())

    def _trailing_width(self) -> int:
        return sum(widget.sizeHint().width() + 2 for widget in self._trailing if not widget.isHidden())

    def _extra_right(self) -> int:
        """Room that a subclass paints into at the far end."""
        return 0

    def _arrange(self) -> None:
        x = self.width() - 4
        for widget in self._trailing:
            if widget.isHidden():
                continue
            size = widget.sizeHint()
            x -= size.width()
            at = self.width() - x - size.width() if painting.mirrored(self) else x
            widget.setGeometry(QRect(at, (self.height() - size.height()) // 2, size.width(), size.height()))
            x -= 2
        left = theme.current().px(16) + 9 if self._icon else 0
        right = self._trailing_width() + self._extra_right()
        if self._note:
            right += painting.text_width(self._note, theme.current().font("small")) + 8
        if painting.mirrored(self):
            left, right = right, left
        self.setTextMargins(left, 0, right, 0)


class TextArea(QPlainTextEdit):
    """Several lines of plain text; Tab leaves it."""

    def __init__(
        self,
        text: str = "",
        *,
        name: str = "",
        placeholder: str = "",
        lines: int = 3,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._lines = lines
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setTabChangesFocus(True)
        self.setPlaceholderText(placeholder)
        if name:
            self.setAccessibleName(name)
        self._dress()
        theme.current().changed.connect(self._dress)

    def set_invalid(self, invalid: bool) -> None:
        """Draw the field as wrong."""
        if bool(self.property("invalid")) != invalid:
            self.setProperty("invalid", invalid)
            theme.restyle(self)

    def sizeHint(self) -> QSize:
        current = theme.current()
        return QSize(current.px(240), self._lines * current.line_height("body") + 20)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.current().px(80), self.sizeHint().height())

    def _dress(self) -> None:
        self.setFont(theme.current().font("body"))
        self.updateGeometry()


class SearchBox(TextField):
    """Search as you type: `searched` comes a moment after the last key, at once on Enter or clear.

    Escape clears first and only then reaches the layer around it. Down leaves for the list (`leftDown`).
    `delay`: how many milliseconds that moment is.
    """

    searched = Signal(str)
    leftDown = Signal()

    def __init__(
        self,
        placeholder: str,
        *,
        name: str = "",
        key: str = "",
        delay: int = SEARCH_DELAY_MS,
        parent: QWidget | None = None,
    ) -> None:
        self._key = key
        self._clear: IconButton | None = None
        super().__init__(name=name or placeholder, placeholder=placeholder, icon="search", parent=parent)
        self._clear = IconButton("x", self.tr("Clear search"), extent=26, icon_size=14)
        self._clear.setVisible(False)
        self._clear.clicked.connect(self.clear_search)
        self.add_trailing(self._clear)
        self._timer = QTimer(self, singleShot=True, interval=delay)
        self._timer.timeout.connect(self._tell)
        self._told = ""
        self.textChanged.connect(self._on_text)
        self.returnPressed.connect(self._tell)

    def clear_search(self) -> None:
        """Empty the box and tell so at once."""
        self.clear()
        self._tell()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear_search()
            return
        if event.key() == Qt.Key.Key_Down:
            self.leftDown.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._key and not self.text():
            t = theme.current().tokens
            painter = painting.start_mirrored(self)
            painting.key_cap(
                painter, self.width() - 9, self.height() / 2, self._key, t.text2, t.line_mid, t.surface2
            )
            painter.end()

    def _extra_right(self) -> int:
        return painting.key_cap_width(self._key) + 4 if self._key and not self.text() else 0

    def _on_text(self, text: str) -> None:
        if self._clear is not None:
            self._clear.setVisible(bool(text))
        self._arrange()
        self._timer.start()

    def _tell(self) -> None:
        self._timer.stop()
        if self.text() != self._told:
            self._told = self.text()
            self.searched.emit(self._told)


class LabelledField(QWidget):
    """A label above any field, and below it help or, instead, an error.

    The label is the field's buddy and accessible name; an error becomes its accessible description.
    A field with a signal `problem(str)`, such as a date field, has its problem shown as the error.
    """

    def __init__(
        self,
        label: str,
        field: QWidget,
        *,
        help: str = "",
        optional: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.field = field
        self._help, self._error, self._warning = help, "", ""
        words = self.tr("{label} (optional)").format(label=label) if optional else label
        self.label = Label(words, "small")
        self.label.setBuddy(field)
        if not field.accessibleName():
            field.setAccessibleName(label)
        self._below = QWidget()
        below = QHBoxLayout(self._below)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(6)
        self._mark = IconLabel("circle-alert", 13, "danger", line="small")
        self._words = Label("", "hint", wrap=True)
        below.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        below.addWidget(self._words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(self.label)
        column.addWidget(field)
        column.addWidget(self._below)
        column.addStretch(0)
        self.setFocusProxy(field)
        caps_lock = getattr(field, "capsLockChanged", None)
        if caps_lock is not None:
            caps_lock.connect(self._on_caps)
        if isinstance(field, QLineEdit) and field.echoMode() == QLineEdit.EchoMode.Password:
            field.textEdited.connect(lambda _: self.clear_error())  # what was wrong is typed anew
        # Date and time fields say themselves what is wrong with what was typed.
        problem = getattr(field, "problem", None)
        if problem is not None:
            problem.connect(self.set_error)
        field.installEventFilter(self)
        self._describe()
        self._show_below()

    @property
    def error(self) -> str:
        return self._error

    def set_error(self, text: str) -> None:
        """Mark the field as wrong and say why; an empty text clears it."""
        if text == self._error:
            return
        self._error = text
        set_invalid = getattr(self.field, "set_invalid", None)
        if set_invalid is not None:
            set_invalid(bool(text))
        self._describe()
        if text:
            announce(self.field, text, assertive=True)
        self._show_below()

    def clear_error(self) -> None:
        """Take the error away; help comes back."""
        self.set_error("")

    def set_help(self, text: str) -> None:
        """Change the hint below the field."""
        self._help = text
        self._describe()
        self._show_below()

    def set_warning(self, text: str) -> None:
        """A warning below the field which does not make it wrong."""
        self._warning = text
        self._show_below()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.EnabledChange:
            self.label.setEnabled(self.field.isEnabled())
        return False

    def _describe(self) -> None:
        words = self._error or self._help
        # A combo speaks its value as its description and adds the words to it.
        describe = getattr(self.field, "describe", self.field.setAccessibleDescription)
        describe(words)

    def _on_caps(self, on: bool) -> None:
        self.set_warning(self.tr("Caps Lock is on") if on else "")

    def _show_below(self) -> None:
        text = self._error or self._warning or self._help
        tone = "danger" if self._error else "warn" if self._warning else "text3"
        self._words.setText(text)
        self._words.set_tone(tone)
        self._mark.setVisible(bool(self._error or self._warning))
        self._mark.set_icon("circle-alert" if self._error else "triangle-alert", tone)
        self._below.setVisible(bool(text))
