"""Taking deeds at the calendar back, and doing them again: everybody's own, the newest first."""

from __future__ import annotations

from functools import partial

from meditrack_desktop.database.queries import deeds as queries
from meditrack_desktop.domain.deeds import DeedKind
from meditrack_desktop.services.work import Work


def record(work: Work, kind: DeedKind) -> None:
    """Let this work be a deed that can be taken back. Called once, before anything is written.

    Which rows it changed is found out by itself when the work ends; one that changed none keeps nothing.
    """
    work.last.append(partial(_keep, work, kind, queries.Watch(work.session)))


def _keep(work: Work, kind: DeedKind, watch: queries.Watch) -> None:
    changes = watch.changes()
    if changes:
        queries.keep(work.session, work.actor.account_id, kind, work.now, changes, work.asked)
