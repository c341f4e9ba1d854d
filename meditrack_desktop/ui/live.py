"""Brings the clinic's changes to the windows: bursts merged, on the GUI thread.

Pages compare scopes and ask again; nobody patches rows from a message, so permissions and masking hold.
"""

from threading import Lock

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.services.changes import ChangeBus

MERGE_MS = 50


class Live(QObject):
    """One per window. `changed` carries a ChangeSet about 50 ms after the first commit of a burst."""

    changed = Signal(object)
    _came = Signal()

    def __init__(self, bus: ChangeBus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._guard = Lock()
        self._heard: list[ChangeSet] = []
        self._closed = False
        self._timer = QTimer(self, singleShot=True, interval=MERGE_MS)
        self._timer.timeout.connect(self._tell)
        self._came.connect(self._wait, Qt.ConnectionType.QueuedConnection)
        self._leave = bus.subscribe(self._hear)

    def close(self) -> None:
        """Hear nothing more."""
        self._leave()
        self._timer.stop()
        self._closed = True

    def _hear(self, changes: ChangeSet) -> None:
        """Called in the thread that committed."""
        with self._guard:
            first = not self._heard
            self._heard.append(changes)
        if first:
            self._came.emit()

    def _wait(self) -> None:
        # A change heard just before closing may still be on its way through the event loop.
        if not self._closed:
            self._timer.start()

    def _tell(self) -> None:
        with self._guard:
            heard, self._heard = self._heard, []
        if heard:
            self.changed.emit(heard[0].merged(heard[1:]))
