"""Layers which float over a window: the common ground of popover, side sheet, dialog and popup list.

A layer is a child widget of the window, never a window of its own, so that focus, lock screen and
screen readers see one window. It paints its panel's shadow itself.
"""

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import (
    QAbstractAnimation,
    QEvent,
    QObject,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.widgets import painting
from meditrack_desktop.ui.widgets.announce import announce
from meditrack_desktop.ui.widgets.button import Button, ButtonKind, IconButton
from meditrack_desktop.ui.widgets.focus_back import with_panes
from meditrack_desktop.ui.widgets.label import Label
from meditrack_desktop.ui.widgets.scrolling import GrowingScroll, wanted_height

AWAY = "away"
"""Property of a widget whose person is not there (locked, or somebody else's turn): nothing of it may show."""


def is_away(widget: QObject | None) -> bool:
    """Whether a widget, or the layer it lies on, belongs to a person who is not there."""
    while widget is not None and shiboken6.isValid(widget):
        if widget.property(AWAY):
            return True
        widget = widget.host if isinstance(widget, Layer) else widget.parent()
    return False


class Layer(QWidget):
    """A panel over the window of `host`. Fill `panel`, then call `open_layer`.

    `covers` takes the mouse for the whole window, so a click outside dismisses it; otherwise only the
    panel takes it. `dirty` may tell that something typed would be lost; then closing asks first.
    """

    closed = Signal()

    def __init__(
        self,
        host: QWidget,
        *,
        scrim: bool = False,
        covers: bool = True,
        takes_focus: bool = True,
        level: int = 1,
        radius: int = 10,
    ) -> None:
        super().__init__(host.window())
        self.host = host
        self._host_window = host.window()
        self._aside = self._late = False
        self.dirty: Callable[[], bool] | None = None
        self.light_dismiss = covers and not scrim
        self.keep_after_close = False
        self._scrim, self._covers, self._takes_focus = scrim, covers, takes_focus
        self._level, self._radius = level, radius
        self._came_from: tuple[QWidget, ...] = ()
        self._shade: QPixmap | None = None
        self._slide: QVariantAnimation | None = None
        self.panel = QWidget(self)
        self.hide()
        host.window().installEventFilter(self)
        theme.current().changed.connect(self._on_theme)

    def open_layer(self) -> None:
        """Show the layer over everything and move focus into it.

        An answer may come while the person is away: then it waits, unseen, for `bring_back`.
        """
        if is_away(self.host):
            self._aside = self._late = True
            return
        focused = QApplication.focusWidget()
        if not self.isVisible() and self._takes_focus:
            self._came_from = with_panes(focused)
        self._place()
        self.show()
        self.raise_()
        if self._takes_focus:
            announce(self, self.accessibleName())
            self.focus_first()
        self._animate()

    def focus_first(self) -> None:
        """Move focus to the first control that wants it, or else to the panel."""
        for widget in self._stops():
            if not isinstance(widget, IconButton):
                widget.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def dismiss(self) -> None:
        """Close as the person asked to: where something typed would be lost, ask first."""
        if self.dirty is not None and self.dirty():
            ask_discard(self, self.close_layer)
        else:
            self.close_layer()

    @property
    def covers(self) -> bool:
        """Whether it takes the mouse for the whole window."""
        return self._covers

    @property
    def aside(self) -> bool:
        """Whether it waits, unseen, for its person to come back."""
        return self._aside

    @property
    def late(self) -> bool:
        """Whether it was to open while its person was away."""
        return self._late

    def set_aside(self) -> None:
        """Out of sight until `bring_back`; it may still be closed meanwhile."""
        self._aside = True
        self.hide()

    def bring_back(self) -> None:
        """Show it again as it was, or open it now; nothing if it was closed meanwhile."""
        if not self._aside:
            return
        self._aside = False
        if self._late:
            self._late = False
            self.open_layer()
            return
        self._place()
        self.show()
        self.raise_()

    def close_layer(self) -> None:
        """Close at once and give focus back to where it came from."""
        if not (self.isVisible() or self._aside):
            return
        self._aside = False
        if self._slide is not None:
            self._slide.stop()
        came_from, self._came_from = self._came_from, ()
        self.hide()
        back = next((one for one in came_from if shiboken6.isValid(one) and one.isVisible()), None)
        if self._takes_focus and back is not None:
            back.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()
        if not self.keep_after_close:
            self.deleteLater()

    def panel_rect(self, area: QRect) -> QRect:
        """Where the panel goes in `area` (the window). Subclasses decide."""
        size = self.panel.sizeHint().boundedTo(area.size() - QSize(32, 32))
        return QRect(QPoint((area.width() - size.width()) // 2, (area.height() - size.height()) // 2), size)

    def slide_from(self) -> QPoint:
        """Where the panel comes from, relative to its place."""
        return QPoint(0, 6)

    def relayout(self) -> None:
        """Fit the panel to its content again. Where it stays as it is, nothing around it is painted anew."""
        if self.isVisible():
            before = self.geometry(), self.panel.geometry()
            self._place()
            if (self.geometry(), self.panel.geometry()) != before:
                self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible() and watched is self._window():
            self._place()
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.relayout()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            for button in self.findChildren(Button):
                if button.is_default and button.isEnabled() and button.isVisible() and not button.busy:
                    button.click()
                    return

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if self.light_dismiss and not self.panel.geometry().contains(event.position().toPoint()):
            self.dismiss()

    def focusNextPrevChild(self, forward: bool) -> bool:
        stops = self._stops()
        if not self._takes_focus or not stops:
            return super().focusNextPrevChild(forward)
        focused = QApplication.focusWidget()
        at = stops.index(focused) if focused in stops else (-1 if forward else 0)
        chosen = stops[(at + (1 if forward else -1)) % len(stops)]
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        chosen.setFocus(reason)
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current().tokens
        painter = painting.start(self)
        if self._scrim:
            veil = QColor(t.scrim)
            veil.setAlphaF(0.42)
            painter.fillRect(self.rect(), veil)
        place = self.panel.geometry()
        self._paint_shadow(painter, place)
        painting.box(
            painter, QRectF(place), self._radius, t.surface, t.line_mid if self._level == 1 else t.line
        )
        painter.end()

    def _paint_shadow(self, painter: QPainter, place: QRect) -> None:
        """From one small picture, whose middle is stretched: a list that grows at every key costs no new one."""
        margin, ratio = painting.SHADOW_MARGIN, self.devicePixelRatioF()
        corner = margin + 4 * (self._radius // 4 + 3)  # So that corners are whole pixels at any usual ratio.
        small = QSize(2 * corner + 4, 2 * corner + 4)
        whole = place.adjusted(-margin, -margin, margin, margin)
        if whole.width() < small.width() or whole.height() < small.height():
            painting.shadow(painter, QRectF(place), self._radius, self._level)
            return
        if self._shade is None or self._shade.devicePixelRatio() != ratio:
            self._shade = QPixmap(small * ratio)
            self._shade.setDevicePixelRatio(ratio)
            self._shade.fill(Qt.GlobalColor.transparent)
            inner = QPainter(self._shade)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            size = small.width() - 2 * margin
            painting.shadow(inner, QRectF(margin, margin, size, size), self._radius, self._level)
            inner.end()
        across = _stretched(whole.left(), whole.width(), corner)
        down = _stretched(whole.top(), whole.height(), corner)
        for column, (x, width, from_x, from_width) in enumerate(across):
            for row, (y, height, from_y, from_height) in enumerate(down):
                if (column, row) != (1, 1):  # The panel lies over the middle.
                    source = QRectF(from_x * ratio, from_y * ratio, from_width * ratio, from_height * ratio)
                    painter.drawPixmap(QRectF(x, y, width, height), self._shade, source)

    def _place(self) -> None:
        """The panel in the window. A layer that covers nothing is no larger than its panel and the shadow.

        Under a mask instead, all of the window would be painted anew whenever the panel grows or shrinks.
        """
        area = self._window().rect()
        panel = self.panel_rect(area)
        if not self._covers:
            margin = painting.SHADOW_MARGIN
            area = panel.adjusted(-margin, -margin, margin, margin)
        self.setGeometry(area)
        self.panel.setGeometry(panel.translated(-area.topLeft()))

    def _animate(self) -> None:
        length = theme.current().motion(120)
        if not length:
            return
        home = self.panel.pos()
        self._slide = QVariantAnimation(self)
        self._slide.setDuration(length)
        self._slide.setStartValue(home + self.slide_from())
        self._slide.setEndValue(home)
        self._slide.valueChanged.connect(self._move_panel)
        self._slide.start(QAbstractAnimation.DeletionPolicy.KeepWhenStopped)

    def _move_panel(self, position: QPoint) -> None:
        self.panel.move(position)
        self.update()

    def _stops(self) -> list[QWidget]:
        """Controls inside, in tab order."""
        found: list[QWidget] = []
        widget = self.nextInFocusChain()
        while widget is not None and widget is not self:
            wants = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
            if wants and self.isAncestorOf(widget) and widget.isEnabled() and widget.isVisibleTo(self):
                found.append(widget)
            widget = widget.nextInFocusChain()
        return found

    def _window(self) -> QWidget:
        return self._host_window

    def _on_theme(self) -> None:
        self._shade = None
        self.relayout()
        self.update()


def _stretched(start: int, length: int, corner: int) -> tuple[tuple[int, int, int, int], ...]:
    """Corner, middle and corner along one side: where and how long, and from where of a picture, how long there."""
    return (
        (start, corner, 0, corner),
        (start + corner, length - 2 * corner, corner, 4),
        (start + length - corner, corner, corner + 4, corner),
    )


class Dialog(Layer):
    """A question or a short form in the middle of the window, over a scrim.

    Put fields into `body`, answers through `add_action`. Escape means the harmless answer.
    """

    rejected = Signal()

    def __init__(self, host: QWidget, title: str, text: str = "", *, width: int = 440) -> None:
        super().__init__(host, scrim=True, level=2, radius=14)
        self._width = width
        self.setAccessibleName(title)
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(8)
        self.heading = Label(title, "heading", wrap=True)
        column.addWidget(self.heading)
        self.text = Label(text, "body", tone="text2", wrap=True)
        column.addWidget(self.text)
        # Only within its parent: a widget of no parent's would show as a window of its own and take the focus.
        self.text.setVisible(bool(text))
        scroll = GrowingScroll()
        self.body = scroll.body
        self.body.setContentsMargins(0, 4, 0, 4)
        column.addWidget(scroll)
        self.answers = QHBoxLayout()
        self.answers.setSpacing(8)
        self.answers.addStretch(1)
        column.addSpacing(4)
        column.addLayout(self.answers)
        self._answered = False
        self.closed.connect(self._on_closed)

    def add_action(
        self,
        text: str,
        then: Callable[[], object] | None = None,
        *,
        kind: ButtonKind = "secondary",
        default: bool = False,
        closes: bool = True,
        key: str = "",
        icon: str = "",
    ) -> Button:
        """Add an answer at the end of the row; `then` runs after the dialog has closed, if it closes."""
        button = Button(text, kind, key=key, icon=icon)
        button.set_default(default)

        def answer() -> None:
            if closes:
                self._answered = then is not None
                self.close_layer()
            if then is not None:
                then()

        button.clicked.connect(answer)
        self.answers.addWidget(button)
        return button

    def panel_rect(self, area: QRect) -> QRect:
        width = min(theme.current().px(self._width), area.width() - 32)
        height = min(wanted_height(self.panel, width), area.height() - 32)
        return QRect((area.width() - width) // 2, max(16, (area.height() - height) * 2 // 5), width, height)

    def _on_closed(self) -> None:
        if not self._answered:
            self.rejected.emit()


def confirm(
    host: QWidget,
    title: str,
    text: str,
    act: str,
    then: Callable[[], object],
    *,
    keep: str,
    danger: bool = True,
) -> Dialog:
    """Ask before something that cannot be undone. `act` and `keep` name both answers; focus is on `keep`."""
    dialog = Dialog(host, title, text)
    safe = dialog.add_action(keep)
    dialog.add_action(act, then, kind="danger" if danger else "primary")
    dialog.open_layer()
    safe.setFocus(Qt.FocusReason.TabFocusReason)
    return dialog


def ask_discard(layer: QWidget, discard: Callable[[], object]) -> Dialog:
    """Ask what to do with something typed but not saved."""
    return confirm(
        layer,
        layer.tr("Discard what you entered?"),
        layer.tr("It has not been saved."),
        layer.tr("Discard"),
        discard,
        keep=layer.tr("Keep editing"),
    )
