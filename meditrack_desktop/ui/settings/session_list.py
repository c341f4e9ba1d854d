"""One line for one place where somebody is signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.sessions import LiveSession
from meditrack_desktop.ui.widgets import Button, IconLabel, Label, Tag
from meditrack_desktop.ui.widgets.date_text import format_date


class SessionLine(QWidget):
    """`ended` carries the session that shall end. Times come by `wall`, the clinic's clock."""

    ended = Signal(object)

    def __init__(self, session: LiveSession, wall: Callable[[datetime], datetime]) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(IconLabel("monitor", 16))
        words = QVBoxLayout()
        words.setSpacing(1)
        name = session.workstation_name or session.workstation
        words.addWidget(Label(name, "emphasis", elide=True))
        since, seen = wall(session.started_at), wall(session.last_seen_at)
        self.when = self.tr("since {since}, last used {seen}").format(
            since=_moment(since), seen=_moment(seen)
        )
        words.addWidget(Label(self.when, "small", elide=True))
        row.addLayout(words, 1)
        if session.current:
            row.addWidget(Tag(self.tr("This one"), "accent", icon="circle-dot"))
        else:
            self.end = Button(self.tr("Sign out"), size="small")
            self.end.setAccessibleName(self.tr("Sign out at {desk}").format(desk=name))
            self.end.clicked.connect(lambda: self.ended.emit(session))
            row.addWidget(self.end)


def _moment(wall: datetime) -> str:
    return f"{format_date(wall.date())}, {wall:%H:%M}"
