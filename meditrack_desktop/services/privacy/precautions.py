"""What outside the program could give patient data away, and should be set otherwise."""

from __future__ import annotations

from meditrack_desktop.database.queries import server_logging
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services.work import Works


class Precautions:
    def __init__(self, work: Works) -> None:
        self.work = work

    def server_logging(self, actor: Actor) -> tuple[str, ...]:
        """Settings of the clinic server that let values of rows into its log, by name; none is good news."""
        with self.work.looking(actor, Permission.REVIEW_BREAK_GLASS) as look:
            look.listed("precaution")
            return server_logging.loud_settings(look.session)
