"""The focus ring: one overlay per window, 2 px outside the control that has the keyboard focus."""

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.widgets import painting

_REACH = 4
_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_FOLLOWED = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)


class FocusRing(QWidget):
    """Create one on each top-level window. It follows keyboard focus and hides after a mouse press.

    Controls that draw their own edge (fields, lists, painted grids) set the property `ownFocusEdge`.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._host = window
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._keyboard = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)
            self._on_focus(None, app.focusWidget())
        theme.current().changed.connect(self.update)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in _FOLLOWED:
            self._follow()
        elif watched is self._target:
            if kind == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
                self._heard(event.reason())
            elif kind == QEvent.Type.KeyPress:
                self._keyboard = True
                self._follow()
            elif kind == QEvent.Type.MouseButtonPress:
                self._keyboard = False
                self._follow()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start(self)
        painting.box(painter, QRectF(self.rect()), 6 + _REACH, None, theme.current().tokens.focus, 2)
        painter.end()

    def _heard(self, reason: Qt.FocusReason) -> None:
        if reason in _KEYBOARD:
            self._keyboard = True
        elif reason == Qt.FocusReason.MouseFocusReason:
            self._keyboard = False

    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        for before in self._watched:
            if shiboken6.isValid(before):
                before.removeEventFilter(self)
        self._watched = []
        inside = now is not None and self._host.isAncestorOf(now)
        self._target = now if inside else None
        widget: QWidget | None = self._target
        while widget is not None and widget is not self._host:
            widget.installEventFilter(self)
            self._watched.append(widget)
            widget = widget.parentWidget()
        self._follow()

    def _follow(self) -> None:
        target = self._target
        if (
            target is None
            or not shiboken6.isValid(target)
            or not self._keyboard
            or not self._wants_ring(target)
        ):
            self.hide()
            return
        rect = QRect(target.mapTo(self._host, QPoint(0, 0)), target.size())
        rect.adjust(-_REACH, -_REACH, _REACH, _REACH)
        self.setGeometry(rect)
        self._clip(target, rect)
        self.show()
        self.raise_()

    def _clip(self, target: QWidget, rect: QRect) -> None:
        """Keep the ring inside the scrolling area around its control."""
        visible = QRect(rect)
        widget: QWidget | None = target.parentWidget()
        while widget is not None and widget is not self._host:
            area = widget.parentWidget()
            if isinstance(area, QAbstractScrollArea) and area.viewport() is widget:
                corner = widget.mapTo(self._host, QPoint(0, 0))
                visible &= QRect(corner, widget.size()).adjusted(-_REACH, -_REACH, _REACH, _REACH)
            widget = area
        if visible == rect:
            self.clearMask()
        else:
            self.setMask(visible.translated(-rect.topLeft()))

    @staticmethod
    def _wants_ring(target: QWidget) -> bool:
        if isinstance(target, (QLineEdit, QPlainTextEdit, QTextEdit)) or target.property("ownFocusEdge"):
            return False
        return target.isVisible() and target.isEnabled()
