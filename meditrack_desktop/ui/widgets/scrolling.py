"""Scrolling columns: what has the focus is always brought into sight."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from meditrack_desktop.ui import theme


class ScrollColumn(QScrollArea):
    """A frameless scrolling area for one column of widgets; put content into `body`."""

    def __init__(
        self, *, margins: tuple[int, int, int, int] = (0, 0, 0, 0), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.content = QWidget()
        self.body = QVBoxLayout(self.content)
        self.body.setContentsMargins(*margins)
        self.setWidget(self.content)
        # QScrollArea turns this on for the widget it is given; the sheet below must show through.
        self.content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)

    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        # Qt does this for Tab only, and not through every parent.
        if now is not None and self.content.isAncestorOf(now):
            self.ensureWidgetVisible(now, 0, 8)


class GrowingScroll(ScrollColumn):
    """As tall as its content while there is room, and scrolling where there is not."""

    def __init__(self) -> None:
        super().__init__()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.body.setSpacing(12)
        self.content.installEventFilter(self)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return wanted_height(self.content, width)

    def sizeHint(self) -> QSize:
        return self.content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        # Three lines stay in sight however small the window is; an empty body takes no room.
        wanted = self.content.minimumSizeHint()
        return QSize(wanted.width(), min(wanted.height(), theme.current().px(72)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.content and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        """No scroll bar where all fits: a bar takes width, narrower text is taller, and the bar would never go."""
        least = self.content.minimumSizeHint().height()
        fits = max(least, wanted_height(self.content, self.width())) <= self.height()
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if fits else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        if policy != self.verticalScrollBarPolicy():
            self.setVerticalScrollBarPolicy(policy)


def wanted_height(panel: QWidget, width: int) -> int:
    """Height that a panel needs at `width`, with wrapped text taken into account."""
    layout = panel.layout()
    if layout is not None and layout.hasHeightForWidth():
        return layout.totalHeightForWidth(width)
    return panel.sizeHint().height()
