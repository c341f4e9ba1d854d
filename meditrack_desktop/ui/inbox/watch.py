"""Seen from every page: how many files wait in the inbox, and what the scanner put into this desk's folder."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.incoming import CollectReport
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.frame.sidebar import Sidebar
from meditrack_desktop.ui.inbox.words import tr

PAGE = "inbox"
LOOK_MS = 3000
"""How often the scan folder is looked at. A file is taken at the second look that finds it unchanged."""


class InboxWatch(QObject):
    """Nothing is asked and nothing is taken in behind a lock."""

    def __init__(self, desk: Desk, sidebar: Sidebar) -> None:
        super().__init__(sidebar)
        self._desk, self._sidebar = desk, sidebar
        self._looking = False
        self._told = ""
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        sidebar.installEventFilter(self)
        desk.live.changed.connect(self._on_changed)

    def ask(self) -> None:
        """Count what waits."""
        desk = self._desk
        if PAGE not in self._sidebar.buttons or not self._sidebar.isVisible():
            return
        desk.tasks.query(
            self,
            lambda: desk.clinic.incoming.count(desk.actor),
            self._show,
            failed=lambda _error: None,
            replaces="waiting",
        )

    def look(self) -> None:
        """Take in what lies whole in the scan folder."""
        desk = self._desk
        if self._looking or not self._sidebar.isVisible():
            return
        self._looking = True
        desk.tasks.slow(
            self,
            lambda _report: desk.clinic.incoming.collect(desk.actor),
            done=self._collected,
            failed=self._cannot,
            always=self._looked,
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self.ask()
        return False

    def _looked(self) -> None:
        self._looking = False

    def _collected(self, report: CollectReport) -> None:
        self._told = ""
        if report.taken:
            self.ask()
        if words := taken_words(report):
            self._desk.say(words)

    def _cannot(self, error: ClinicError) -> None:
        """Said once, until the folder could be used again."""
        if self._told != error.code:
            self._told = error.code
            errors.show(self._sidebar, error)

    def _show(self, count: int) -> None:
        words = tr("1 file waits") if count == 1 else tr("{count} files wait").format(count=count)
        self._sidebar.buttons[PAGE].set_badge(str(count) if count else "", words)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches("incoming"):
            self.ask()


def taken_words(report: CollectReport) -> str:
    """What the scan folder gave and what it kept, for the toast; empty if nothing."""
    taken, refused = len(report.taken), len(report.refused)
    said = []
    if taken == 1:
        said.append(tr("{name} came in from the scanner").format(name=report.taken[0].file_name))
    elif taken:
        said.append(tr("{count} files came in from the scanner").format(count=taken))
    if refused == 1:
        said.append(
            tr("{name} was not taken in, the inbox says why").format(name=report.refused[0].file_name)
        )
    elif refused:
        said.append(tr("{count} files were not taken in, the inbox says why").format(count=refused))
    return ". ".join(said)
