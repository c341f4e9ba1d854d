"""Undo for what is about no visit: only while it is the newest deed, so that nothing else is taken back for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.deeds import DeedKind
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.worklists.words import tr

_newest: dict[UUID, UUID] = {}
"""By session: what was done last from here."""


def undo_of(desk: Desk, owner: QWidget, kind: DeedKind, about: UUID, said: str) -> Callable[[], None]:
    """The way back of something that was just done; `said` is what the toast says once it is undone."""
    session = desk.actor.session_id
    _newest[session] = about

    def work() -> bool:
        found = desk.clinic.deeds.next(desk.actor).undo
        if found is None or found.action is not kind or _newest.get(session) != about:
            return False
        desk.clinic.deeds.undo(desk.actor)
        return True

    def told(done: bool) -> None:
        _newest.pop(session, None)
        desk.say(said if done else tr("Something else was done since. Nothing was taken back."))

    return partial(desk.tasks.change, owner, work, done=told)
