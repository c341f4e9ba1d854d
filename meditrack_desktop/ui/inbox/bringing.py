"""Files that are dropped on the inbox's page, pasted there or chosen from it, and what is said of them afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.incoming import IncomingSource, IncomingState
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.filing.drop_zone import DropZone
from meditrack_desktop.ui.filing.sources import ChosenFile, choose_files, chosen_on, local_paths, pasted_on
from meditrack_desktop.ui.inbox.brought import BroughtNotice
from meditrack_desktop.ui.inbox.taking_in import Brought, TakingIn


class Bringing(QObject):
    """`came` after each run, with the first file that waits now, or None. `notice` says what was not taken in."""

    came = Signal(object)

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self.notice = BroughtNotice()
        self._taking = TakingIn(desk, self)
        self._taking.brought.connect(self._on_brought)
        page.setAcceptDrops(True)
        page.installEventFilter(self)

    def bring(self, files: Sequence[ChosenFile], source: IncomingSource) -> None:
        """Take files into the inbox."""
        if files:
            self._taking.bring(files, source)

    def choose(self) -> None:
        """The system's dialog."""
        choose_files(self._page, lambda files: self.bring(files, IncomingSource.CHOSEN))

    def paste(self) -> None:
        """What is on the clipboard: files, or a picture."""
        self.bring(pasted_on(QGuiApplication.clipboard().mimeData()), IncomingSource.PASTED)

    def from_zone(self, zone: DropZone) -> None:
        """Take what is dropped on this field, and choose with a click on it."""
        zone.dropped.connect(lambda paths: self.bring(chosen_on(paths), IncomingSource.DROPPED))
        zone.clicked.connect(self.choose)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in (QEvent.Type.DragEnter, QEvent.Type.Drop) or not isinstance(event, QDropEvent):
            return False
        paths = local_paths(event.mimeData())
        if not paths:
            return False
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            self.bring(chosen_on(paths), IncomingSource.DROPPED)
        return True

    def _on_brought(self, brought: Brought) -> None:
        if brought.words:
            self._desk.say(brought.words)
        self.notice.show_refused(brought)
        first = next(iter((*brought.taken, *brought.known)), None)
        self.came.emit(first if first is not None and first.state is IncomingState.WAITING else None)
