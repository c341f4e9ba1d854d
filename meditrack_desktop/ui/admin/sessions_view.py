"""Who is signed in where, with a way to end it."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.sessions import LiveSession
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.admin.user_acts import UserActs
from meditrack_desktop.ui.admin.words import moment_words
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import (
    Button,
    Cell,
    CellTag,
    Column,
    Divider,
    Label,
    RecordModel,
    RecordTable,
    StateView,
)


class SessionsView(QWidget):
    """`counted` carries how many people are signed in."""

    counted = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.acts = UserActs(desk, self, self.refresh)
        columns = [
            Column("name", _tr("Name"), 190, stretch=True, sortable=False),
            Column("username", _tr("User name"), 120, priority=3, sortable=False),
            Column("desk", _tr("Desk"), 190, sortable=False),
            Column("since", _tr("Signed in"), 150, priority=1, sortable=False),
            Column("seen", _tr("Last seen"), 150, sortable=False),
            Column("ends", _tr("Ends at the latest"), 150, priority=2, sortable=False),
        ]
        self.model = RecordModel(columns, self.cell, identity=lambda session: session.id)
        self.table = RecordTable(self.model, self.tr("Signed in now"))
        self.end = Button(self.tr("End session"), "danger_secondary", icon="log-out", key="Del")
        self.end.clicked.connect(self.end_chosen)
        self._may_end = desk.actor.may(Permission.MANAGE_SESSIONS)
        if not self._may_end:
            self.end.hide()
        self.note = Label("", "body", tone="text2", wrap=True)
        self._nobody = StateView("empty", self.tr("Nobody is signed in"), icon="log-in")
        self._stack = QStackedWidget()
        for widget in (QWidget(), self.table, self._nobody):
            self._stack.addWidget(widget)
        row = QHBoxLayout()
        row.setContentsMargins(20, 10, 20, 10)
        row.setSpacing(12)
        row.addWidget(self.note, 1)
        row.addWidget(self.end)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stack, 1)
        column.addWidget(Divider())
        column.addLayout(row)
        self.setFocusProxy(self.table)
        self.table.rowChanged.connect(lambda _row: self._show_act())
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self.end_chosen)

    def refresh(self) -> None:
        """Ask again."""
        clinic, actor = self._desk.clinic, self._desk.actor
        self._desk.tasks.query(
            self,
            lambda: clinic.sessions.list(actor),
            self.show_sessions,
            failed=self._cannot_ask,
            replaces="sessions",
        )

    def show_sessions(self, sessions: tuple[LiveSession, ...]) -> None:
        """Show the answer; the chosen row stays chosen."""
        chosen = self.chosen
        self.model.set_records(sessions)
        row = self.model.row_of(chosen.id) if chosen is not None else -1
        self.table.select_row(row if row >= 0 or not sessions else 0)
        self._stack.setCurrentWidget(self.table if sessions else self._nobody)
        self.counted.emit(len(sessions))
        self._show_act()

    @property
    def chosen(self) -> LiveSession | None:
        row = self.table.current_row()
        return cast("LiveSession", self.model.record(row)) if 0 <= row < self.model.rowCount() else None

    def end_chosen(self) -> None:
        """End the chosen session; one's own is left by signing out."""
        session = self.chosen
        if session is not None and not session.current and self._may_end:
            self.acts.end_session(session)

    def cell(self, session: LiveSession, key: str) -> Cell:
        """One cell of one session."""
        facts, now = self._desk.facts, self._desk.clock.now()
        if key == "name":
            you = (CellTag(_tr("You")),) if session.account_id == self._desk.actor.account_id else ()
            return Cell(session.name, avatar=session.name, staff=True, tags=you)
        if key == "username":
            return Cell(session.username, tone="text2")
        if key == "desk":
            here = session.workstation == self._desk.actor.workstation
            tags = (CellTag(_tr("This desk")),) if here else ()
            return Cell(session.workstation_name, tags=tags)
        instant = {
            "since": session.started_at,
            "seen": session.last_seen_at,
            "ends": session.ends_at,
        }[key]
        return Cell(moment_words(instant, facts.tz, now), tone="text2")

    def _show_act(self) -> None:
        session = self.chosen
        self.end.setEnabled(session is not None and not session.current)
        if session is None or not self._may_end:
            self.note.setText("")
        elif session.current:
            self.note.setText(self.tr("This is you, here. Sign out from the menu at your name."))
        else:
            words = self.tr("Ending it locks {desk} within seconds. What {name} has not saved there is kept.")
            self.note.setText(words.format(desk=session.workstation_name, name=session.name))

    def _cannot_ask(self, error: ClinicError) -> None:
        errors.show(self, error, retry=self.refresh)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Sessions", text)
