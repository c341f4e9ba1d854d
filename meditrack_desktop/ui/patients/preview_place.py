"""Where the preview of the chosen patient stands: beside the list, or over it where there is no room."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol
from uuid import UUID

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.patients import PatientLine
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients.chart_content import ChartContent, gather
from meditrack_desktop.ui.patients.preview import PatientPreview
from meditrack_desktop.ui.widgets import SideSheet

PREVIEW_AFTER_MS = 120
PREVIEW_WIDTH = 312
PREVIEW_FROM = 976


class PreviewHost(Protocol):
    """What is asked of the page of the list."""

    def chosen(self) -> PatientLine | None: ...
    def refresh(self) -> None: ...
    def arrange(self) -> None: ...


class PreviewPlace(QObject):
    """Reads the chosen patient a moment after the row was reached, so that arrows held down ask once."""

    def __init__(
        self, desk: Desk, page: QWidget, host: PreviewHost, preview: PatientPreview, edge: QWidget
    ) -> None:
        super().__init__(page)
        self._desk, self._page, self._host, self._preview, self._edge = desk, page, host, preview, edge
        self._wanted = True
        self.sheet: SideSheet | None = None
        self._timer = QTimer(self, singleShot=True, interval=PREVIEW_AFTER_MS)
        self._timer.timeout.connect(self.ask)

    def arrange(self, *, listed: bool) -> bool:
        """Show or hide it beside the list; whether it is there now. `listed`: there is a list to stand beside."""
        docked = self._docked() and self._wanted and listed
        self._preview.setFixedWidth(theme.current().px(PREVIEW_WIDTH))
        if docked and self._preview.isHidden():
            self._timer.start()
        self._preview.setVisible(docked)
        self._edge.setVisible(docked)
        return docked

    def show(self) -> None:
        """Show the chosen patient, wherever there is room."""
        if self._docked():
            self._wanted = True
            self._host.arrange()
        elif self._host.chosen() is not None:
            self._read(self._open_sheet)

    def toggle(self) -> None:
        """Show it, or give its room to the list."""
        if self._docked() and self._wanted:
            self._wanted = False
        else:
            self.show()
        self._host.arrange()

    def row_changed(self) -> None:
        """Another row was reached."""
        self._timer.start()

    def refresh(self) -> None:
        """Read again at once."""
        self._timer.stop()
        self.ask()

    def ask(self) -> None:
        """Read the chosen patient."""
        if self._preview.isHidden():
            return
        if self._host.chosen() is None:
            self._preview.show_nothing()
        else:
            self._read(self._show)

    def _docked(self) -> bool:
        return self._page.width() >= theme.current().px(PREVIEW_FROM)

    def _chosen_id(self) -> UUID | None:
        line = self._host.chosen()
        return None if line is None else line.id

    def _read(self, done: Callable[[ChartContent], object]) -> None:
        chosen, desk = self._chosen_id(), self._desk
        if chosen is not None:
            desk.tasks.query(
                self,
                partial(gather, desk.clinic, desk.actor, chosen),
                done,
                failed=self._cannot,
                replaces="preview",
            )

    def _cannot(self, error: ClinicError) -> None:
        # The patient looked at before must not stay beside the row of another.
        self._preview.show_nothing()
        errors.show(self._page, error, retry=self._host.refresh)

    def _show(self, content: ChartContent) -> None:
        if content.patient.id == self._chosen_id():
            self._preview.show_content(content)

    def _open_sheet(self, content: ChartContent) -> None:
        if self.sheet is not None or content.patient.id != self._chosen_id():
            return
        self.sheet = SideSheet(self._page, self._page.tr("Preview"), width=360)
        preview = PatientPreview(self._desk, margin=0)
        preview.show_content(content)
        preview.acted.connect(self.sheet.close_layer)
        self.sheet.body.addWidget(preview, 1)
        self.sheet.closed.connect(self._forget_sheet)
        if self._desk.actor.may(Permission.BOOK_APPOINTMENT):
            book = QShortcut(QKeySequence(Qt.Key.Key_B), self.sheet)
            book.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            book.activated.connect(preview.book)
        self.sheet.open_layer()

    def _forget_sheet(self) -> None:
        self.sheet = None
