"""The content sheet: a rounded ground with the pages on it, each built when it is first visited."""

from collections.abc import Callable
from typing import Protocol, cast

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QPainterPath, QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.frame.history import Place
from meditrack_desktop.ui.widgets import painting

RADIUS = 10
MOST_RECORD_PAGES = 6


class Page(Protocol):
    """What the window asks of every page, which is also a QWidget."""

    title: str

    def load(self) -> None:
        """First shown: ask for what it shows."""

    def refresh(self) -> None:
        """Ask again."""

    def can_leave(self) -> bool:
        """False while something typed would be lost."""


class Sheet(QWidget):
    """Holds the pages. Pages of one record (charts, documents) are kept for the last few only.

    `built` comes after a page's first visit.
    """

    built = Signal()

    def __init__(self, build: Callable[[Place], QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build = build
        self._pages: dict[Place, QWidget] = {}
        self.stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(self.stack)
        self._edge = _Edge(self)
        theme.current().changed.connect(self.update)

    def show_page(self, place: Place) -> QWidget:
        """Bring a page to the front, building and loading it on its first visit."""
        page = self._pages.pop(place, None)
        first = page is None
        if page is None:
            page = self._build(place)
            self.stack.addWidget(page)
        self._pages[place] = page
        self.stack.setCurrentWidget(page)
        if first:
            as_page(page).load()
            self.built.emit()
        self._drop_oldest()
        return page

    def page(self, place: Place) -> QWidget | None:
        """The page of a place, if it has been built and kept."""
        return self._pages.get(place)

    def current(self) -> QWidget | None:
        return self.stack.currentWidget()

    def blocking(self) -> list[tuple[Place, QWidget]]:
        """Pages with something typed that is not saved."""
        return [(place, page) for place, page in self._pages.items() if not as_page(page).can_leave()]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start(self)
        t = theme.current().tokens
        painting.box(painter, QRectF(self.rect()), RADIUS, t.surface, t.line)
        painter.end()

    def _drop_oldest(self) -> None:
        records = [place for place in self._pages if place.ids]
        for place in records[: max(0, len(records) - MOST_RECORD_PAGES)]:
            page = self._pages[place]
            if page is self.stack.currentWidget() or not as_page(page).can_leave():
                continue
            del self._pages[place]
            self.stack.removeWidget(page)
            page.deleteLater()


class _Edge(QWidget):
    """Lies over the pages and rounds their corners, since a parent's radius does not clip children."""

    def __init__(self, sheet: QWidget) -> None:
        super().__init__(sheet)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        sheet.installEventFilter(self)
        theme.current().changed.connect(self.update)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.ChildAdded, QEvent.Type.Show):
            self.setGeometry(cast("QWidget", self.parent()).rect())
            self.raise_()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(self.rect())
        inside = rect.adjusted(RADIUS, RADIUS, -RADIUS, -RADIUS)
        if inside.contains(QRectF(event.rect())):
            return
        t = theme.current().tokens
        painter = painting.start(self)
        whole, sheet = QPainterPath(), QPainterPath()
        whole.addRect(rect)
        sheet.addRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS - 0.5, RADIUS - 0.5)
        painter.fillPath(whole.subtracted(sheet), t.canvas)
        painting.box(painter, rect, RADIUS, None, t.line)
        painter.end()


def as_page(widget: QWidget) -> Page:
    """A page widget seen as what the window asks of it."""
    return cast("Page", widget)
