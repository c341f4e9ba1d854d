"""Desks & sessions: which desks reach the clinic, and who is signed in at them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.admin.desks_view import DesksView
from meditrack_desktop.ui.admin.notices import Notices
from meditrack_desktop.ui.admin.sessions_view import SessionsView
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import Divider, Label, TabStrip

SESSIONS, DESKS = "sessions", "desks"


class DesksPage(QWidget):
    """Two tabs; each asks again when something it shows has changed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.title = self.tr("Desks and sessions")
        self.setAccessibleName(self.title)
        self._desk = desk
        self._stale = False
        self.sessions = SessionsView(desk)
        self.desks = DesksView(desk) if desk.actor.may(Permission.MANAGE_WORKSTATIONS) else None
        tabs: list[tuple[object, str, int | None]] = [(SESSIONS, self.tr("Signed in now"), None)]
        if self.desks is not None:
            tabs.append((DESKS, self.tr("Desks"), None))
        self.tabs = TabStrip(tabs, SESSIONS, name=self.title)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.sessions)
        if self.desks is not None:
            self._stack.addWidget(self.desks)
            self.desks.counted.connect(lambda count: self.tabs.set_count(DESKS, count))
        self.tabs.valueChanged.connect(self.show_tab)
        self.notices = Notices()
        head = QHBoxLayout()
        head.setContentsMargins(20, 14, 20, 4)
        head.addWidget(Label(self.title, "title"))
        head.addStretch(1)
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 20, 0)
        row.addWidget(self.tabs)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(row)
        column.addWidget(Divider())
        column.addWidget(self.notices)
        column.addWidget(self._stack, 1)
        self.setFocusProxy(self.sessions.table)
        self.sessions.counted.connect(lambda count: self.tabs.set_count(SESSIONS, count))
        desk.live.changed.connect(self._on_changed)

    def load(self) -> None:
        """Ask for what is shown."""
        self.refresh()
        self.sessions.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Ask again."""
        self._stale = False
        self.notices.clear()
        self.sessions.refresh()
        if self.desks is not None:
            self.desks.refresh()

    def show_tab(self, tab: object) -> None:
        """Bring "sessions" or "desks" to the front; one this person may not see is ignored."""
        shown = self.desks if tab == DESKS and self.desks is not None else self.sessions
        self.tabs.set_value(DESKS if shown is self.desks else SESSIONS)
        self._stack.setCurrentWidget(shown)
        self.setFocusProxy(shown)

    def can_leave(self) -> bool:
        """Always: nothing is typed here."""
        return True

    def show_banner(
        self, text: str, tone: str = "info", action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        """A notice over the lists."""
        self.notices.say(text, tone, action, then)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _on_changed(self, changes: ChangeSet) -> None:
        if not changes.touches("session", "account", "workstation"):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True
