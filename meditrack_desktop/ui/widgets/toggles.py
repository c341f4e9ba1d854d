"""Yes or no, and one of few: check box, radio button, switch, segmented control and tabs."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QRadioButton,
    QSizePolicy,
    QWidget,
)

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting

_GAP = 8


def _mark_width(button: QAbstractButton) -> int:
    return theme.current().px(30 if isinstance(button, Switch) else 16)


def _hint(button: QAbstractButton) -> QSize:
    current = theme.current()
    words = (
        painting.text_width(painting.words_of(button), current.font("body")) + _GAP if button.text() else 0
    )
    return QSize(_mark_width(button) + words + 2, max(24, current.px(24)))


def _mark_rect(button: QAbstractButton) -> QRectF:
    current = theme.current()
    width, height = _mark_width(button), current.px(16)
    return QRectF(1, round((button.height() - height) / 2), width, height)


def _paint_words(painter: QPainter, button: QAbstractButton) -> None:
    current = theme.current()
    ink = current.tokens.text if button.isEnabled() else current.tokens.text_disabled
    used = _mark_width(button) + _GAP + 1
    area = QRectF(used, 0, button.width() - used, button.height())
    painting.line_text(painter, area, painting.words_of(button), current.font("body"), ink)


def paint_check(painter: QPainter, rect: QRectF, state: Qt.CheckState, *, enabled: bool, hover: bool) -> None:
    """Paint a check box mark into a square `rect`; also used by tables."""
    t = theme.current().tokens
    if state == Qt.CheckState.Unchecked:
        painting.box(
            painter,
            rect,
            4,
            t.surface3 if hover else t.surface,
            t.line_strong if enabled else t.line_mid,
            1.2,
        )
        return
    painting.box(painter, rect, 4, (t.accent_hover if hover else t.accent) if enabled else t.line_mid)
    size = int(rect.width()) - 4
    name = "check" if state == Qt.CheckState.Checked else "minus"
    draw_icon(painter, rect.center().x() - size / 2, rect.center().y() - size / 2, name, size, t.on_accent)


class CheckBox(QCheckBox):
    """A check box; it waits for Save where the form has one."""

    def __init__(
        self, text: str, checked: bool = False, *, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(painting.literal(text), parent)
        self.setChecked(checked)
        self.setAccessibleName(name or text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return _hint(self)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, position: QPoint) -> bool:
        return self.rect().contains(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start_mirrored(self)
        hover = self.underMouse() and self.isEnabled()
        paint_check(painter, _mark_rect(self), self.checkState(), enabled=self.isEnabled(), hover=hover)
        _paint_words(painter, self)
        painter.end()


class Radio(QRadioButton):
    """One of several; radios of one parent exclude each other."""

    def __init__(
        self, text: str, checked: bool = False, *, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(painting.literal(text), parent)
        self.setChecked(checked)
        self.setAccessibleName(name or text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return _hint(self)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, position: QPoint) -> bool:
        return self.rect().contains(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current().tokens
        painter = painting.start_mirrored(self)
        rect = _mark_rect(self)
        if self.isChecked():
            painting.box(painter, rect, rect.width() / 2, t.accent if self.isEnabled() else t.line_mid)
            inset = rect.width() * 0.31
            painting.box(painter, rect.adjusted(inset, inset, -inset, -inset), rect.width(), t.on_accent)
        else:
            fill = t.surface3 if self.underMouse() and self.isEnabled() else t.surface
            edge = t.line_strong if self.isEnabled() else t.line_mid
            painting.box(painter, rect, rect.width() / 2, fill, edge, 1.2)
        _paint_words(painter, self)
        painter.end()


class Switch(QCheckBox):
    """On or off, at once; use a check box where Save follows."""

    def __init__(
        self, text: str, checked: bool = False, *, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(painting.literal(text), parent)
        self.setChecked(checked)
        self.setAccessibleName(name or text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return _hint(self)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, position: QPoint) -> bool:
        return self.rect().contains(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current().tokens
        painter = painting.start_mirrored(self)
        rect = _mark_rect(self)
        on, live = self.isChecked(), self.isEnabled()
        track = (t.accent if on else t.line_strong) if live else t.line_mid
        painting.box(painter, rect, rect.height() / 2, track)
        knob = rect.height() - 4
        x = rect.right() - 2 - knob if on else rect.left() + 2
        painting.box(
            painter, QRectF(x, rect.top() + 2, knob, knob), knob / 2, t.on_accent if on else t.surface
        )
        _paint_words(painter, self)
        painter.end()


class _Choice(QAbstractButton):
    """One part of a segmented control or one tab."""

    def __init__(self, text: str, *, tab: bool, count: int | None = None) -> None:
        super().__init__()
        self._tab, self.count = tab, count
        self.setText(painting.literal(text))
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(text if count is None else f"{text}, {count}")
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self._on_theme)

    def sizeHint(self) -> QSize:
        current = theme.current()
        width = painting.text_width(painting.words_of(self), current.font("strong")) + (
            20 if self._tab else 28
        )
        if self.count is not None:
            width += self._badge_width() + 8
        return QSize(width, current.px(38) if self._tab else current.control_height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start_mirrored(self)
        if self._tab:
            self._paint_tab(painter)
        else:
            self._paint_segment(painter)
        painter.end()

    def _paint_segment(self, painter: QPainter) -> None:
        current = theme.current()
        t = current.tokens
        ink, font = t.text2, current.font("emphasis")
        inner = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isChecked():
            painting.box(painter, inner, 5, t.accent_soft)
            ink, font = t.on_accent_soft, current.font("strong")
        elif self.underMouse() and self.isEnabled():
            painting.box(painter, inner, 5, t.surface2)
        if not self.isEnabled():
            ink = t.text_disabled
        painting.line_text(painter, self.rect(), painting.words_of(self), font, ink, painting.CENTRE)

    def _paint_tab(self, painter: QPainter) -> None:
        current = theme.current()
        t = current.tokens
        chosen = self.isChecked()
        ink = t.text if chosen or self.underMouse() else t.text2
        font = current.font("strong" if chosen else "emphasis")
        words = painting.text_width(painting.words_of(self), font)
        badge = self._badge_width() + 8 if self.count is not None else 0
        x = (self.width() - words - badge) / 2
        painting.line_text(painter, QRectF(x, 0, words, self.height()), painting.words_of(self), font, ink)
        if self.count is not None:
            height = current.px(18)
            area = QRectF(x + words + 8, round((self.height() - height) / 2), self._badge_width(), height)
            painting.box(painter, area, height / 2, t.surface3)
            small = current.font("micro")
            small.setWeight(small.Weight.DemiBold)
            painting.line_text(painter, area, str(self.count), small, t.text2, painting.CENTRE)
        if chosen:
            painting.box(painter, QRectF(0, self.height() - 3, self.width(), 3), 1.5, t.accent)

    def _badge_width(self) -> int:
        current = theme.current()
        return max(current.px(20), painting.text_width(str(self.count), current.font("micro")) + 12)

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()


class _Row(QWidget):
    """Buttons of which one is chosen; one tab stop, arrows inside."""

    valueChanged = Signal(object)

    def __init__(self, name: str, spacing: int, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._values: list[object] = []
        self._group = QButtonGroup(self)
        self._group.idToggled.connect(self._on_toggled)
        self._quiet = False
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(spacing)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.update)

    def value(self) -> object:
        """Value of the chosen part."""
        number = self._group.checkedId()
        return self._values[number] if number >= 0 else None

    def set_value(self, value: object) -> None:
        """Choose a part without a signal. ValueError if there is none with this value."""
        self._quiet = True
        self._group.button(self._values.index(value)).setChecked(True)
        self._quiet = False

    def button(self, value: object) -> QAbstractButton:
        """The part with this value, for example to switch it off."""
        return self._group.button(self._values.index(value))

    def _add(self, value: object, button: _Choice) -> None:
        self._group.addButton(button, len(self._values))
        self._values.append(value)
        self._row.addWidget(button)

    def _on_toggled(self, number: int, on: bool) -> None:
        if not on:
            return
        # Qt narrows the tab stop to the chosen part only once one of them has had the focus.
        for button in self._group.buttons():
            chosen = self._group.id(button) == number
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if chosen else Qt.FocusPolicy.ClickFocus)
        if not self._quiet:
            self.valueChanged.emit(self._values[number])


class Segmented(_Row):
    """Two to five views or ways, side by side: `Segmented([("day", "Day"), ("week", "Week")], "day")`."""

    def __init__(
        self,
        options: Sequence[tuple[object, str]],
        value: object,
        *,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, 0, parent)
        for key, text in options:
            self._add(key, _Choice(text, tab=False))
        self.set_value(value)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current().tokens
        painter = painting.start_mirrored(self)
        painting.box(painter, QRectF(self.rect()), 6, t.surface, t.line_mid)
        painter.end()


class TabStrip(_Row):
    """Tabs over a page: `TabStrip([("visits", "Visits", 9)], "visits")`; the count may be None."""

    def __init__(
        self,
        tabs: Sequence[tuple[object, str, int | None]],
        value: object,
        *,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, 4, parent)
        for key, text, count in tabs:
            self._add(key, _Choice(text, tab=True, count=count))
        self.set_value(value)

    def set_count(self, value: object, count: int | None) -> None:
        """Change the number on a tab."""
        button = self.button(value)
        if isinstance(button, _Choice):
            words = painting.words_of(button)
            button.count = count
            button.setAccessibleName(words if count is None else f"{words}, {count}")
            button.updateGeometry()
            button.update()
