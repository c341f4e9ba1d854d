"""The signed-in window's content: sidebar, top bar, the sheet of pages, status strip, and moving between pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.frame.history import History, Place
from meditrack_desktop.ui.frame.own_windows import OwnWindows
from meditrack_desktop.ui.frame.sheet import Sheet, as_page
from meditrack_desktop.ui.frame.sidebar import NavItem, Sidebar
from meditrack_desktop.ui.frame.status_strip import StatusStrip
from meditrack_desktop.ui.frame.top_bar import TopBar
from meditrack_desktop.ui.widgets import Banner, painting
from meditrack_desktop.ui.words import role_words

if TYPE_CHECKING:
    from meditrack_desktop.domain.backups import BackupStatus

COMPACT_BELOW = 1200


class DeskFrame(QWidget):
    """`open` goes to a place and remembers the way back. `placeChanged` carries the place now shown."""

    placeChanged = Signal(object)

    def __init__(
        self,
        desk: Desk,
        items: Sequence[NavItem],
        build: Callable[[Place], QWidget],
        desk_name: str,
        *,
        shared: bool,
        idle_minutes: int,
    ) -> None:
        super().__init__()
        self._desk = desk
        # Takes the focus where no control should have it yet; nothing is drawn for it.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setProperty("ownFocusEdge", True)
        self.history = History()
        self.own_windows = OwnWindows(self)
        self.sidebar = Sidebar(items, desk.actor.name, role_words(desk.actor.roles))
        self.top_bar = TopBar(desk)
        self.sheet = Sheet(build)
        self.strip = StatusStrip(
            desk.tasks, desk.facts.name, desk_name, shared=shared, idle_minutes=idle_minutes
        )
        right = QVBoxLayout()
        mirrored = painting.mirrored(self)
        right.setContentsMargins(8 if mirrored else 0, 0, 0 if mirrored else 8, 0)
        right.setSpacing(0)
        right.addWidget(self.top_bar)
        self._notice: Banner | None = None
        self._notice_place = QVBoxLayout()
        right.addLayout(self._notice_place)
        right.addWidget(self.sheet, 1)
        upper = QHBoxLayout()
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(0)
        upper.addWidget(self.sidebar)
        upper.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(upper, 1)
        column.addWidget(self.strip)
        self.sidebar.pageRequested.connect(lambda page: self.open(Place(page)))
        self.strip.settingsRequested.connect(self._open_settings)
        self.sheet.built.connect(self._order_tabs)
        self.top_bar.backRequested.connect(self.back)
        self.top_bar.forwardRequested.connect(self.forward)
        self.tick()
        self._show_ways()
        theme.current().changed.connect(self._fit)

    def open(self, place: Place) -> QWidget:
        """Show a place's page, its main part focused, and return it. What is typed on the page left stays."""
        page = self.sheet.show_page(place)
        self.history.go(place)
        self._arrived(place)
        # Whoever asks for the calendar means the grid, not what they last touched there. A page that chose
        # a part itself while it was built keeps that choice.
        if page.focusProxy() is not None:
            page.setFocus(Qt.FocusReason.OtherFocusReason)
        elif page.focusPolicy() != Qt.FocusPolicy.NoFocus and not _has_focus(page):
            # A chart that was open before takes its keys again, in the note where one was being written.
            inside = page.focusWidget()
            part = inside if inside is not None and inside.isVisibleTo(page) else page
            part.setFocus(Qt.FocusReason.OtherFocusReason)
        return page

    def back(self) -> None:
        """The place before."""
        place = self.history.back()
        if place is not None:
            self.sheet.show_page(place)
            self._arrived(place)

    def forward(self) -> None:
        """The place from which one came back."""
        place = self.history.forward()
        if place is not None:
            self.sheet.show_page(place)
            self._arrived(place)

    def refresh(self) -> None:
        """Have the page in front ask again."""
        page = self.sheet.current()
        if page is not None:
            as_page(page).refresh()

    def next_pane(self) -> None:
        """Move focus on: sidebar, top bar, page, strip, and round again."""
        panes: list[QWidget] = [self.sidebar, self.top_bar, self.sheet, self.strip]
        focused = QApplication.focusWidget()
        here = next((at for at, pane in enumerate(panes) if focused and pane.isAncestorOf(focused)), -1)
        for step in range(1, len(panes) + 1):
            if focus_first(panes[(here + step) % len(panes)]):
                return

    def show_backup(self, status: BackupStatus) -> None:
        """How the last backup is, in the strip; and over the page while choosing where to was put off."""
        last, zone = status.last_at, self._desk.facts.tz
        self.strip.show_backup(status, self._desk.clock.now(), to_wall(last, zone) if last else None)
        wanted = status.later and not status.folder and self._desk.actor.may(Permission.BACK_UP)
        if wanted and self._notice is None:
            self._notice = Banner(
                self.tr(
                    "Choosing where to was put off. If this computer broke now, everything would be lost."
                ),
                "warn",
                lead=self.tr("No backups at this desk."),
                action=self.tr("Choose a folder"),
            )
            self._notice.actionTriggered.connect(lambda: self._desk.go.settings("backup"))
            self._notice_place.addWidget(self._notice)
            self._notice_place.addSpacing(8)
        elif not wanted and self._notice is not None:
            self._notice.hide()
            self._notice.deleteLater()
            self._notice = None
            while self._notice_place.count():
                self._notice_place.takeAt(0)

    def _open_settings(self, word: str) -> None:
        """A part of the strip was pressed; who may not set what it tells reads more about it."""
        if word == "backup" and not self._desk.actor.may(Permission.BACK_UP):
            self.strip.tell_backup()
        else:
            self._desk.go.settings(word)

    def tick(self) -> None:
        """Follow the clock."""
        self.strip.show_time(to_wall(self._desk.clock.now(), self._desk.facts.tz))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start(self)
        painter.fillRect(event.rect(), theme.current().tokens.canvas)
        painter.end()

    def _fit(self) -> None:
        """Large text needs the room that words in the sidebar take."""
        compact = self.width() < theme.current().px(COMPACT_BELOW)
        self.sidebar.set_compact(compact)
        self.top_bar.set_compact(compact)
        self.strip.set_compact(compact)
        self.update()

    def _order_tabs(self) -> None:
        """Qt puts a new page behind everything; the strip comes last."""
        before = _in_tab_order(self.sheet)[-1]
        for part in self.strip.parts:
            QWidget.setTabOrder(before, part)
            before = part

    def _arrived(self, place: Place) -> None:
        self.sidebar.mark(place.page)
        self._show_ways()
        self.placeChanged.emit(place)

    def _show_ways(self) -> None:
        self.top_bar.back.setEnabled(bool(self.history.behind))
        self.top_bar.forward.setEnabled(bool(self.history.ahead))


def _has_focus(page: QWidget) -> bool:
    focused = QApplication.focusWidget()
    return focused is not None and (focused is page or page.isAncestorOf(focused))


def focus_first(pane: QWidget) -> bool:
    """Give focus to the first control in a pane that wants it; False if there is none."""
    for widget in _in_tab_order(pane):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled() and widget.isVisible():
            widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return True
    return False


def _in_tab_order(pane: QWidget) -> list[QWidget]:
    found: list[QWidget] = []
    widget = pane.nextInFocusChain()
    while widget is not None and widget is not pane:
        if pane.isAncestorOf(widget):
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found
