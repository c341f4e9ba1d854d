"""Where the details of an entry stand: beside the table, or as a sheet over it where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.audit import AuditLine, LineSeal
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.audit.detail_pane import DetailPane
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import Divider, SideSheet

WIDTH = 312
DOCKED_FROM = 976


class PanePlace(QObject):
    """Shows one line and asks for its seal. `docked` and `edge` belong beside the table."""

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self._sheet: SideSheet | None = None
        self._in_sheet: DetailPane | None = None
        self.docked = DetailPane(desk)
        self.edge = Divider(vertical=True)

    @property
    def roomy(self) -> bool:
        """Whether there is room beside the table."""
        return self._page.width() >= theme.current().px(DOCKED_FROM)

    @property
    def front(self) -> DetailPane:
        """The pane that is seen."""
        return self._in_sheet if self._in_sheet is not None else self.docked

    def arrange(self, *, listed: bool) -> None:
        """Follow the width of the page; beside no table there is no pane."""
        self.docked.setFixedWidth(theme.current().px(WIDTH))
        shown = self.roomy and listed
        self.docked.setVisible(shown)
        self.edge.setVisible(shown)
        if self.roomy and self._sheet is not None:
            self._sheet.close_layer()

    def show(self, line: AuditLine | None) -> None:
        """Show a line, or that none is chosen."""
        if line is None:
            self.docked.show_nothing()
            return
        pane, desk, event = self.front, self._desk, line.event
        if pane.line == line:
            return
        pane.show_line(line)

        def found(seal: LineSeal) -> None:
            if pane is self.front:
                pane.show_seal(line, seal)

        desk.tasks.query(
            self,
            lambda: desk.clinic.audit.line_seal(desk.actor, event.chain, event.seq),
            found,
            failed=lambda _error: None,
            replaces="seal",
        )

    def open(self, line: AuditLine | None) -> None:
        """Bring the details into sight: a sheet, where there is no room beside the table."""
        if self.roomy or self._sheet is not None or line is None:
            return
        self._sheet = SideSheet(self._page, self.tr("Entry"), width=360)
        self._in_sheet = DetailPane(self._desk, margin=0)
        self._in_sheet.left.connect(self._sheet.close_layer)
        self._sheet.body.addWidget(self._in_sheet, 1)
        self._sheet.closed.connect(self._forget_sheet)
        self.show(line)
        self._sheet.open_layer()

    def _forget_sheet(self) -> None:
        self._sheet = self._in_sheet = None
