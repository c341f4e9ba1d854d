"""Where the details of a person stand: beside the list, or as a sheet over it where there is no room."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.admin.user_pane import UserPane
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import Divider, SideSheet

WIDTH = 388
DOCKED_FROM = 976


class PanePlace(QObject):
    """`moved` comes when another pane is in front and wants to be filled. `wire` connects a new one."""

    moved = Signal()

    def __init__(self, desk: Desk, page: QWidget, wire: Callable[[UserPane], object]) -> None:
        super().__init__(page)
        self._desk, self._page, self._wire = desk, page, wire
        self._wanted = True
        self._sheet: SideSheet | None = None
        self._in_sheet: UserPane | None = None
        self.docked = UserPane(desk)
        self.edge = Divider(vertical=True)
        wire(self.docked)

    @property
    def front(self) -> UserPane:
        """The pane that is seen."""
        sheet, pane = self._sheet, self._in_sheet
        if sheet is not None and pane is not None and isValid(sheet) and (sheet.isVisible() or sheet.aside):
            return pane
        return self.docked

    @property
    def roomy(self) -> bool:
        """Whether there is room beside the list."""
        return self._page.width() >= theme.current().px(DOCKED_FROM)

    def arrange(self, *, listed: bool) -> None:
        """Follow the width of the page; beside no list there is no pane."""
        self.docked.setFixedWidth(theme.current().px(WIDTH))
        shown = self.roomy and self._wanted and listed
        self.docked.setVisible(shown)
        self.edge.setVisible(shown)

    def show(self) -> None:
        """Bring the details into sight."""
        if self.roomy:
            self._wanted = True
            self.arrange(listed=True)
        elif self.front is self.docked:
            self._open_sheet()
        self.moved.emit()

    def toggle(self) -> None:
        """Put the details beside the list away, or bring them into sight."""
        if self.roomy and self._wanted:
            self._wanted = False
            self.arrange(listed=True)
            proxy = self._page.focusProxy()
            if proxy is not None:
                proxy.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.show()

    def close_sheet(self) -> None:
        """Take the sheet away, if it is there; what is typed in it stays a draft."""
        if self._sheet is not None and isValid(self._sheet):
            self._sheet.close_layer()

    def _open_sheet(self) -> None:
        sheet = SideSheet(self._page, self.tr("Details"), width=400)
        pane = UserPane(self._desk, margin=0)
        self._wire(pane)
        sheet.body.addWidget(pane, 1)
        sheet.closed.connect(self._on_closed)
        save = QShortcut(QKeySequence(QKeySequence.StandardKey.Save), sheet)
        save.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        save.activated.connect(pane.saveRequested)
        self._sheet, self._in_sheet = sheet, pane
        sheet.open_layer()

    def _on_closed(self) -> None:
        self._sheet = self._in_sheet = None
        self.moved.emit()
