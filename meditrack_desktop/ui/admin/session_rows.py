"""Where one person is signed in: a row per session with its desk and a way to end it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.sessions import LiveSession
from meditrack_desktop.ui.admin.words import since_words
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import Button, IconLabel, Label


class SessionRows(QWidget):
    """`endRequested` carries the session."""

    endRequested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.buttons: list[Button] = []

    def show_sessions(self, sessions: Sequence[LiveSession], desk: Desk, *, may_end: bool) -> None:
        """Show these in place of the ones before."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons = []
        for session in sessions:
            self._column.addWidget(self._row(session, desk, may_end=may_end))
        self.setVisible(bool(sessions))

    def _row(self, session: LiveSession, desk: Desk, *, may_end: bool) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(IconLabel("monitor", 15, "text2"))
        where = session.workstation_name
        since = since_words(session.started_at, desk.facts.tz, desk.clock.now())
        row.addWidget(Label(f"{where}, {since}", "body", elide=True), 1)
        if session.id == desk.actor.session_id:
            row.addWidget(Label(self.tr("This desk, you"), "small"))
        elif may_end:
            end = Button(self.tr("End"), size="small")
            end.setAccessibleName(self.tr("End the session at {desk}").format(desk=where))
            end.clicked.connect(partial(self._ask, session))
            self.buttons.append(end)
            row.addWidget(end)
        return holder

    def _ask(self, session: LiveSession, _checked: bool = False) -> None:
        self.endRequested.emit(session)
