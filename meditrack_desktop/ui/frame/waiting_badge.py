"""How many patients wait, beside Today in the sidebar: seen from every page."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, CalendarRange
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.frame.sidebar import Sidebar

PAGE = "today"
CHECK_MS = 5 * 60_000


class WaitingBadge(QObject):
    """Asks when a visit of today changed, when the sidebar is seen again, and now and then for a new day."""

    def __init__(self, desk: Desk, sidebar: Sidebar) -> None:
        super().__init__(sidebar)
        self._desk, self._sidebar = desk, sidebar
        self._timer = QTimer(self, interval=CHECK_MS)
        self._timer.timeout.connect(self.ask)
        self._timer.start()
        sidebar.installEventFilter(self)
        desk.live.changed.connect(self._on_changed)

    def ask(self) -> None:
        """Count who waits; nothing is asked behind a lock."""
        desk, button = self._desk, self._sidebar.buttons.get(PAGE)
        if button is None or not self._sidebar.isVisible():
            return
        today = desk.today()
        wanted = CalendarRange(first=today, last=today, include_cancelled=False)
        desk.tasks.query(
            self,
            lambda: desk.clinic.scheduling.calendar(desk.actor, wanted),
            self._show,
            failed=lambda _error: None,
            replaces="waiting",
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self.ask()
        return False

    def _show(self, visits: tuple[Appointment, ...]) -> None:
        waiting = sum(visit.status is AppointmentStatus.ARRIVED for visit in visits)
        words = self.tr("1 patient waits") if waiting == 1 else self.tr("{count} patients wait")
        self._sidebar.buttons[PAGE].set_badge(str(waiting) if waiting else "", words.format(count=waiting))

    def _on_changed(self, changes: ChangeSet) -> None:
        today = self._desk.today()
        if changes.touches("appointment") and changes.touches_days(today, today):
            self.ask()
