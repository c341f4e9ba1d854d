"""Toasts: what was just done, at the bottom of the window, with the offer to take it back."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from shiboken6 import isValid

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting
from meditrack_desktop.ui.widgets.announce import announce
from meditrack_desktop.ui.widgets.button import Button

TOAST_MS = 10_000
TOAST_LIMIT = 2
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
        row = QHBoxLayout(self)
        margin = painting.SHADOW_MARGIN
        row.setContentsMargins(margin, margin, margin + 10, margin)
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
        margin = 2 * painting.SHADOW_MARGIN
        return QSize(max(width, current.px(280)) + margin, current.px(44) + margin)

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
            if reached and self._came_from is not None and isValid(self._came_from):
                self._came_from.setFocus(Qt.FocusReason.OtherFocusReason)
            self._timer.stop()
            self.closed.emit()
            self.deleteLater()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._timer.start()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t, margin = current.tokens, painting.SHADOW_MARGIN
        painter = painting.start_mirrored(self)
        place = QRectF(self.rect()).adjusted(margin, margin, -margin, -margin)
        painting.shadow(painter, place, 8)
        painting.box(painter, place, 8, t.text)
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
    """The toasts of one window, at most two, at the bottom in the middle."""

    said = Signal(str)

    def __init__(self, window: QWidget, *, bottom: int = 36) -> None:
        super().__init__(window)
        self._window, self._bottom = window, bottom
        self._shown: list[Toast] = []
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
        toast.show()
        toast.raise_()
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

    def _arrange(self) -> None:
        margin = painting.SHADOW_MARGIN
        bottom = self._window.height() - self._bottom + margin
        for toast in reversed(self._shown):
            size = toast.sizeHint().boundedTo(QSize(self._window.width() - 16 + 2 * margin, 10_000))
            toast.resize(size)
            toast.move(QPoint((self._window.width() - size.width()) // 2, bottom - size.height()))
            bottom -= size.height() - 2 * margin + 8
