"""Toasts: what was just done, at the bottom of the window, with the offer to take it back."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QMoveEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from shiboken6 import isValid

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting
from meditrack_desktop.ui.widgets.announce import announce
from meditrack_desktop.ui.widgets.button import Button
from meditrack_desktop.ui.widgets.toast_place import GAP, best_place, ground_of

TOAST_MS = 10_000
TOAST_LIMIT = 2
RADIUS = 8
LOOK_MS = 200
"""How often it is looked whether something to press has come to lie under the toasts."""
REACH_KEY = "F8"
"""Brings the keyboard to the newest toast's act; undoing has a key of its own."""


class _ToastButton(Button):
    """The one act of a toast, in the colours of its inverted ground. `left` comes on Escape."""

    left = Signal()

    def _colours(self) -> tuple[QColor | None, QColor | None, QColor]:
        ground = theme.current().inverse
        return (ground.surface3 if self._hovered() else None), None, ground.on_accent_soft

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)


class _Shadow(QWidget):
    """A toast's shadow, which takes no click from what lies in it."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        margin = painting.SHADOW_MARGIN
        painter = painting.start(self)
        painting.shadow(painter, QRectF(self.rect()).adjusted(margin, margin, -margin, -margin), RADIUS)
        painter.end()


class Toast(QWidget):
    """One line at the bottom of the window with an optional act; made by `Toasts.say`.

    It leaves after 10 s, but waits while the pointer is over it or focus is inside. `takes_back` tells an
    offer to undo from any other, such as trying again.
    """

    actionTriggered = Signal()
    closed = Signal()

    def __init__(
        self, host: QWidget, text: str, *, action: str = "", icon: str = "circle-check", key: str = ""
    ) -> None:
        super().__init__(host)
        self.text, self._icon, self._key, self._key_counts = text, icon, key, True
        self.setAccessibleName(text)
        self._timer = QTimer(self, singleShot=True, interval=TOAST_MS)
        self._timer.timeout.connect(self._on_timeout)
        self.action: Button | None = None
        self.takes_back = False
        self._came_from: QWidget | None = None
        self._shadow = _Shadow(host)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 10, 0)
        row.addStretch(1)
        if action:
            self.action = _ToastButton(action, "quiet")
            self.action.clicked.connect(self._on_action)
            self.action.left.connect(self.leave)
            row.addWidget(self.action)
            if key:
                row.addSpacing(painting.text_width(key, theme.current().font("small")) + 8)
        self._timer.start()

    def sizeHint(self) -> QSize:
        current = theme.current()
        words = painting.text_width(self.text, current.font("emphasis"))
        act = 0 if self.action is None else self.action.sizeHint().width() + 12
        key = painting.text_width(self._key, current.font("small")) + 8 if self._key else 0
        width = 14 + current.px(16) + 12 + words + 16 + act + key
        return QSize(max(width, current.px(280)), current.px(44))

    @property
    def named_key(self) -> str:
        """The key of its act, whether it counts now or not."""
        return self._key

    @property
    def key(self) -> str:
        """The key that is shown beside the act; nothing while it would press another toast's."""
        return self._key if self._key_counts else ""

    def set_key_counts(self, counts: bool) -> None:
        """Whether the key presses this toast's act."""
        self._key_counts = counts
        self.update()

    def reach(self) -> None:
        """Bring the keyboard to the act; it goes back when the toast leaves."""
        if self.action is not None and not self.action.hasFocus():
            self._came_from = QApplication.focusWidget()
            self.action.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def leave(self) -> None:
        """Take the toast away."""
        if not self.isHidden():
            reached = self.action is not None and self.action.hasFocus()
            self.hide()
            self._shadow.hide()
            if reached and self._came_from is not None and isValid(self._came_from):
                self._came_from.setFocus(Qt.FocusReason.OtherFocusReason)
            self._timer.stop()
            self.closed.emit()
            self._shadow.deleteLater()
            self.deleteLater()

    def bring_up(self) -> None:
        """Show it over everything, its shadow under it."""
        self._shadow.show()
        self._shadow.raise_()
        self.show()
        self.raise_()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._timer.start()
        super().leaveEvent(event)

    def moveEvent(self, event: QMoveEvent) -> None:
        self._shade()
        super().moveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._shade()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = painting.start_mirrored(self)
        place = QRectF(self.rect())
        painting.box(painter, place, RADIUS, t.text)
        size = current.px(16)
        draw_icon(painter, place.left() + 14, place.center().y() - size / 2, self._icon, size, t.surface)
        x = place.left() + 14 + size + 12
        right = place.right() - 14
        if self.key and self.action is not None:
            width = painting.text_width(self.key, current.font("small"))
            area = QRectF(right - width, place.top(), width, place.height())
            painting.line_text(painter, area, self.key, current.font("small"), current.inverse.text2)
        if self.action is not None:
            place_of_act = self.action.geometry()
            near = self.width() - place_of_act.right() - 1 if painting.mirrored(self) else place_of_act.left()
            right = near - 8
        area = QRectF(x, place.top(), right - x, place.height())
        painting.line_text(painter, area, self.text, current.font("emphasis"), t.surface)
        painter.end()

    def _shade(self) -> None:
        margin = painting.SHADOW_MARGIN
        self._shadow.setGeometry(self.geometry().adjusted(-margin, -margin, margin, margin))

    def _on_timeout(self) -> None:
        focused = QApplication.focusWidget()
        if self.underMouse() or (focused is not None and self.isAncestorOf(focused)):
            self._timer.start(1000)
        else:
            self.leave()

    def _on_action(self) -> None:
        self.leave()
        self.actionTriggered.emit()


class Toasts(QObject):
    """The toasts of one window, at most two, at the bottom in the middle.

    They never lie over a button or the field that has the keyboard, while there is any other place: a page that
    scrolls, a layer that opens and the focus that goes on move them, unless the pointer or the keyboard is on them.
    """

    said = Signal(str)

    def __init__(self, window: QWidget, *, bottom: int = 36) -> None:
        super().__init__(window)
        self._window, self._bottom = window, bottom
        self._shown: list[Toast] = []
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self.keep_clear)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            # Once the focus has gone on and what it opened has its place.
            app.focusChanged.connect(self.keep_clear, Qt.ConnectionType.QueuedConnection)
        window.installEventFilter(self)
        theme.current().changed.connect(self._arrange)

    @property
    def shown(self) -> tuple[Toast, ...]:
        return tuple(self._shown)

    def say(
        self,
        text: str,
        undo: Callable[[], object] | None = None,
        *,
        action: str = "",
        icon: str = "circle-check",
        key: str = "",
    ) -> Toast:
        """Say what was done. `undo` offers to take it back; `action` renames that offer."""
        words = (action or self.tr("Undo")) if undo is not None else ""
        key = key or (REACH_KEY if words else "")
        toast = Toast(self._window, text, action=words, icon=icon, key=key)
        if undo is not None:
            toast.takes_back = not action
            toast.actionTriggered.connect(lambda: undo())
        toast.closed.connect(lambda: self._forget(toast))
        while len(self._shown) >= TOAST_LIMIT:
            self._shown[0].leave()
        self._shown.append(toast)
        self._mark_keys()
        self._arrange()
        toast.bring_up()
        announce(self._window, text)
        self.said.emit(text)
        return toast

    def clear(self) -> None:
        """Take every toast away, for example when the window locks."""
        for toast in list(self._shown):
            toast.leave()

    def reach(self) -> None:
        """Bring the keyboard to the newest toast that offers something."""
        for toast in reversed(self._shown):
            if toast.action is not None:
                toast.reach()
                return

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._arrange()
        return False

    def _forget(self, toast: Toast) -> None:
        if toast in self._shown:
            self._shown.remove(toast)
            self._mark_keys()
            self._arrange()

    def _mark_keys(self) -> None:
        """A key presses the newest act of its kind alone, so only that one names it."""
        named: set[str] = set()
        for toast in reversed(self._shown):
            toast.set_key_counts(toast.named_key not in named)
            if toast.action is not None:
                named.add(toast.named_key)

    def keep_clear(self) -> None:
        """Go out of the way of what has come to lie under them."""
        if self._shown and not any(_in_use(toast) for toast in self._shown):
            around = QRect()
            for toast in self._shown:
                around |= toast.geometry()
            if ground_of(self._window, self._shown).covered_by(around):
                self._arrange()

    def _arrange(self) -> None:
        """All of them in one column, the newest at its foot, at the best place for it."""
        if not self._shown:
            self._look.stop()
            return
        widest = QSize(self._window.width() - 2 * GAP, 10_000)
        sizes = [toast.sizeHint().boundedTo(widest) for toast in self._shown]
        column = QSize(max(size.width() for size in sizes), sum(size.height() + GAP for size in sizes) - GAP)
        bottom = self._window.height() - self._bottom
        place = best_place(column, self._window.rect(), bottom, ground_of(self._window, self._shown))
        foot = place.bottom() + 1
        for toast, size in reversed(list(zip(self._shown, sizes, strict=True))):
            toast.resize(size)
            toast.move(QPoint(place.left() + (place.width() - toast.width()) // 2, foot - size.height()))
            foot -= size.height() + GAP
        self._look.start()


def _in_use(toast: Toast) -> bool:
    """Whether somebody is about to press it: it stays where it is."""
    return toast.underMouse() or (toast.action is not None and toast.action.hasFocus())
