"""Files dropped anywhere in the window where no patient is open: they come into the inbox."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QDropEvent

from meditrack_desktop.domain.incoming import IncomingSource
from meditrack_desktop.ui.filing.sources import chosen_on, local_paths
from meditrack_desktop.ui.frame.desk_frame import DeskFrame
from meditrack_desktop.ui.frame.history import Place


class FrameDrops(QObject):
    """A page that takes files itself is asked first; over a patient's page nothing goes to the inbox by mistake."""

    def __init__(self, frame: DeskFrame) -> None:
        super().__init__(frame)
        self._frame = frame
        self._place: Place | None = None
        frame.placeChanged.connect(self._on_place)
        frame.setAcceptDrops(True)
        frame.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in (QEvent.Type.DragEnter, QEvent.Type.Drop) or not isinstance(event, QDropEvent):
            return False
        paths = local_paths(event.mimeData())
        if not paths or self._place is None or self._place.ids:
            return False
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            # The drag must end before another page comes to the front.
            QTimer.singleShot(0, self, lambda: self._bring(paths))
        return True

    def _bring(self, paths: list[Path]) -> None:
        from meditrack_desktop.ui.inbox.page import InboxPage

        page = cast(InboxPage, self._frame.open(Place("inbox")))
        page.bring(chosen_on(paths), IncomingSource.DROPPED)

    def _on_place(self, place: Place) -> None:
        self._place = place
