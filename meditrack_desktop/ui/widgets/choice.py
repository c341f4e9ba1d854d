"""Choosing one of many: the combo with type-to-filter, and the field that searches for people."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting
from meditrack_desktop.ui.widgets.badge import initials, paint_avatar
from meditrack_desktop.ui.widgets.matching import begins, matches
from meditrack_desktop.ui.widgets.option_list import Option, OptionList
from meditrack_desktop.ui.widgets.text_field import SEARCH_DELAY_MS, TextField

_STEP = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 6, Qt.Key.Key_PageUp: -6}
_ENDS = (Qt.Key.Key_Home, Qt.Key.Key_End)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_NONE_STANDS = object()
"""No option's value: while something is typed the best match is marked, not what was chosen before."""


def _matching(query: str, options: Sequence[Option]) -> list[Option]:
    """The options that match: those with words that begin so first, each part in its own order."""
    found = [option for option in options if matches(query, f"{option.text} {option.second}")]
    return sorted(found, key=lambda option: not begins(query, option.text))


class Combo(QAbstractButton):
    """One of a short list. Opens with Space, Enter or Down; typing filters, Enter picks, and so does leaving by Tab.

    Without `enter_opens` Enter belongs to the window around it while the list is closed.

    `valueChanged` carries the value of the picked option, and comes only from the person's choice.
    """

    valueChanged = Signal(object)

    def __init__(
        self,
        options: Sequence[Option] = (),
        *,
        value: object = None,
        name: str = "",
        placeholder: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._options: list[Option] = list(options)
        self._value, self._placeholder, self._filter = value, placeholder, ""
        self._invalid, self._note = False, ""
        self._list: OptionList | None = None
        self.enter_opens = True
        self.setProperty("ownFocusEdge", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if name:
            self.setAccessibleName(name)
        self.clicked.connect(self._toggle)
        self._describe()
        theme.current().changed.connect(self._on_theme)

    def value(self) -> object:
        """Value of the chosen option, or None."""
        return self._value

    def set_value(self, value: object) -> None:
        """Choose an option by its value without a signal; an unknown value shows the placeholder."""
        self._value = value
        self._describe()
        self.update()

    def set_options(self, options: Sequence[Option]) -> None:
        """Offer other options; the value stays."""
        self._options = list(options)
        self._describe()
        self.updateGeometry()
        self.update()

    def options(self) -> tuple[Option, ...]:
        return tuple(self._options)

    def set_invalid(self, invalid: bool) -> None:
        """Draw the field as wrong."""
        self._invalid = invalid
        self.update()

    @property
    def opened(self) -> bool:
        return self._list is not None and self._list.isVisible()

    def open_list(self) -> None:
        """Drop the list."""
        if self._list is None:
            self._list = OptionList(self)
            self._list.picked.connect(self._on_picked)
            self._list.closed.connect(self._on_closed)
            self.destroyed.connect(self._list.deleteLater)
        current = _NONE_STANDS if self._filter else self._value
        self._list.offer(self._filtered(), self._filter, current=current)

    def sizeHint(self) -> QSize:
        current = theme.current()
        font = current.font("body")
        widest = max((painting.text_width(option.text, font) for option in self._options), default=60)
        extra = current.px(28) if any(option.avatar for option in self._options) else 0
        return QSize(min(max(widest + extra + 44, current.px(100)), current.px(320)), current.field_height)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.current().px(72), theme.current().field_height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()  # Ctrl+Enter belongs to the form: it saves
            return
        if self.opened and self._list is not None:
            if self._key_while_open(self._list, key, event.text()):
                return
        elif key in _ENTER and not self.enter_opens:
            event.ignore()
            return
        elif key in (*_ENTER, Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.open_list()
            return
        elif event.text().isalnum() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._filter = event.text() if self._any_matches(event.text()) else ""
            self.open_list()
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """What was typed is not lost by going on: the marked match is taken."""
        if self._filter and self.opened and self._list is not None:
            self._list.pick()
        return super().focusNextPrevChild(forward)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._list is not None:
            self._list.close_layer()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = painting.start_mirrored(self)
        focused = self.hasFocus() or self.opened
        edge = t.danger if self._invalid else t.focus if focused else t.line_strong
        if not self.isEnabled():
            edge = t.line_mid
        width = 2 if focused or self._invalid else 1
        painting.box(
            painter, QRectF(self.rect()), 6, t.surface if self.isEnabled() else t.surface2, edge, width
        )
        x, right = 11.0, self.width() - 12 - current.px(14)
        chosen = self._chosen()
        if chosen is not None and not self._filter:
            size = current.px(22)
            beside = painting.text_width(chosen.text, current.font("body")) + size + 8
            # A name that is whole is worth more than initials beside one that is cut off.
            if chosen.avatar and beside <= right - x - 4:
                area = QRectF(x, (self.height() - size) / 2, size, size)
                paint_avatar(painter, area, initials(chosen.avatar), staff=chosen.staff)
                x += size + 8
            elif chosen.icon:
                size = current.px(16)
                draw_icon(painter, x, (self.height() - size) / 2, chosen.icon, size, t.text2)
                x += size + 8
        text = self._filter or (chosen.text if chosen is not None else self._placeholder)
        ink = t.text if self._filter or chosen is not None else t.text3
        if not self.isEnabled():
            ink = t.text_disabled
        area = QRectF(x, 0, right - x - 4, self.height())
        painting.line_text(painter, area, text, current.font("body"), ink)
        size = current.px(14)
        draw_icon(painter, right, (self.height() - size) / 2, "chevron-down", size, t.text2)
        painter.end()

    def _key_while_open(self, shown: OptionList, key: Qt.Key, typed: str) -> bool:
        if key in _STEP:
            shown.step(_STEP[key])
        elif key in _ENDS:
            shown.go_to_end(last=key == Qt.Key.Key_End)
        elif key in _ENTER:
            shown.pick()
        elif key == Qt.Key.Key_Escape:
            shown.close_layer()
        elif key == Qt.Key.Key_Backspace:
            self._filter = self._filter[:-1]
            self.open_list()
        elif typed.isprintable() and typed:
            narrowed = self._filter + typed
            if self._any_matches(narrowed):
                self._filter = narrowed
                self.open_list()
        else:
            return False
        self.update()
        return True

    def _toggle(self) -> None:
        if self.opened and self._list is not None:
            self._list.close_layer()
        else:
            self.open_list()

    def _filtered(self) -> list[Option]:
        if not self._filter:
            return self._options
        return _matching(self._filter, self._options)

    def _any_matches(self, typed: str) -> bool:
        return any(matches(typed, option.text) for option in self._options)

    def _chosen(self) -> Option | None:
        return next((option for option in self._options if option.value == self._value), None)

    def _on_picked(self, option: Option) -> None:
        self._filter = ""
        if option.value != self._value:
            self.set_value(option.value)
            self.valueChanged.emit(option.value)

    def _on_closed(self) -> None:
        self._filter = ""
        self.update()

    def describe(self, note: str) -> None:
        """Add words, such as what is wrong, to the value that a screen reader speaks."""
        self._note = note
        self._describe()

    def _describe(self) -> None:
        chosen = self._chosen()
        value = chosen.text if chosen is not None else self._placeholder
        self.setAccessibleDescription(", ".join(part for part in (value, self._note) if part))

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()


class SearchSelect(TextField):
    """Search for a person or thing and pick it with Enter.

    `queryChanged` asks the caller for matches, who answers with `set_options`; given `options`, the
    field filters them itself. `picked` carries the value, `actionPicked` the value of an action line.
    Typing after a choice clears it (`picked(None)`). Tab takes the match that is meant.
    `delay`: milliseconds from a key to the question.
    """

    queryChanged = Signal(str)
    picked = Signal(object)
    actionPicked = Signal(object)

    def __init__(
        self,
        *,
        name: str = "",
        placeholder: str = "",
        options: Sequence[Option] | None = None,
        icon: str = "search",
        delay: int = SEARCH_DELAY_MS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name=name, placeholder=placeholder, icon=icon, parent=parent)
        self._own = None if options is None else list(options)
        self._option: Option | None = None
        self._list: OptionList | None = None
        self._pick_single = False
        self._waiting = False
        self._timer = QTimer(self, singleShot=True, interval=delay)
        self._timer.timeout.connect(self._ask)
        self.textEdited.connect(self._on_edited)

    def value(self) -> object:
        """Value of the picked option, or None."""
        return None if self._option is None else self._option.value

    def set_choice(self, option: Option | None) -> None:
        """Choose without a signal."""
        self._option = option
        self.setText("" if option is None else option.text)
        self.set_note("")

    def set_options(self, options: Sequence[Option], note: str = "") -> None:
        """Answer the question of `queryChanged`; `note` says for example how many matches there are."""
        self.set_note(note)
        if self.hasFocus() and self._option is None:
            self._dropped().offer(options, self.text())
            # Enter came before the answer. Picking for the person is safe only where nobody else matches.
            alone = [option for option in options if not option.action]
            if self._pick_single and len(alone) == 1 and alone[0].sure:
                self._dropped().pick()
        self._pick_single = self._waiting = False

    def set_own_options(self, options: Sequence[Option]) -> None:
        """Filter these by itself from now on."""
        self._own = list(options)

    @property
    def opened(self) -> bool:
        return self._list is not None and self._list.isVisible()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        shown = self._list
        if key in _ENTER and self._own is None and (self._timer.isActive() or self._waiting):
            # What is listed, if anything, answers an earlier question: never pick from that.
            self._pick_single = True
            if self._timer.isActive():
                self._ask()
            return
        if shown is not None and shown.isVisible():
            if key in _STEP:
                shown.step(_STEP[key])
                return
            if key in _ENTER and shown.pick():
                return
            if key == Qt.Key.Key_Escape:
                shown.close_layer()
                return
        elif key == Qt.Key.Key_Down:
            self._ask()
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """What was typed is not lost by going on, where it is clear what was meant."""
        if self._tab_means(self.text().strip()) and self._list is not None:
            self._list.pick()
        return super().focusNextPrevChild(forward)

    def _tab_means(self, typed: str) -> bool:
        """Of its own options the marked one whose words begin so; of people only who alone matches for sure."""
        shown, waits = self._list, self._timer.isActive() or self._waiting
        if not typed or self._option is not None or waits or shown is None or not shown.isVisible():
            return False
        marked = shown.chosen()
        if marked is None or marked.action:
            return False
        if self._own is not None:
            return begins(typed, marked.text)
        return marked.sure and len(shown.people()) == 1

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._list is not None:
            self._list.close_layer()

    def _on_edited(self) -> None:
        self._pick_single = False
        if self._option is not None:
            self._option = None
            self.picked.emit(None)
        if self._own is None:
            self._timer.start()
        else:
            self._ask()

    def _ask(self) -> None:
        self._timer.stop()
        text = self.text().strip()
        if self._own is not None:
            if self._option is not None and self._option.text == text:
                text = ""  # A choice that stands is no filter: all there is to choose is shown.
            self._dropped().offer(_matching(text, self._own), text)
        else:
            self._waiting = True
            self.queryChanged.emit(text)

    def _dropped(self) -> OptionList:
        if self._list is None:
            self._list = OptionList(self)
            self._list.picked.connect(self._on_picked)
            self.destroyed.connect(self._list.deleteLater)
        return self._list

    def _on_picked(self, option: Option) -> None:
        if option.action:
            self.actionPicked.emit(option.value)
            return
        self._option = option
        self.setText(option.text)
        self.set_note("")
        self.picked.emit(option.value)
