"""A page that takes files for one patient: dropped anywhere on it, pasted, or chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QDropEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.filing.add_sheet import AddDocumentSheet
from meditrack_desktop.ui.filing.sources import (
    ChosenFile,
    choose_files,
    chosen_on,
    local_paths,
    pasted_on,
)

PASTE = QKeySequence.StandardKey.Paste


class FilesReceiver(QObject):
    """`patient` gives whose page it is, None while nothing can be filed there."""

    def __init__(self, desk: Desk, page: QWidget, patient: Callable[[], Patient | None]) -> None:
        super().__init__(page)
        self._desk, self._page, self._patient = desk, page, patient
        self._may = desk.actor.may(Permission.ATTACH_DOCUMENT)
        page.setAcceptDrops(self._may)
        page.installEventFilter(self)

    def takes(self) -> bool:
        """Whether files can be added now."""
        return self._may and self._patient() is not None

    def choose(self) -> None:
        """Ask the person for files."""
        if self.takes():
            choose_files(self._page, self.take)

    def paste(self) -> None:
        """Take what is on the clipboard: files, or a picture."""
        if self.takes():
            self.take(pasted_on(QGuiApplication.clipboard().mimeData()))

    def take(self, files: Sequence[ChosenFile]) -> None:
        """The sheet that asks what these are."""
        patient = self._patient()
        if self._may and patient is not None and files:
            AddDocumentSheet(self._desk, self._page, patient, files).open_layer()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.DragEnter, QEvent.Type.Drop) and isinstance(event, QDropEvent):
            paths = local_paths(event.mimeData())
            if not paths or not self.takes():
                return False
            event.acceptProposedAction()
            if event.type() == QEvent.Type.Drop:
                files = chosen_on(paths)
                # The drag must end before a layer opens over the page.
                QTimer.singleShot(0, self, lambda: self.take(files))
            return True
        return False
