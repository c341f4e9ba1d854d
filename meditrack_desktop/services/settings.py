"""What the clinic is: its name, zone and region."""

from __future__ import annotations

from meditrack_desktop.database.queries import clinic as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services.work import Works


class Settings:
    def __init__(self, work: Works) -> None:
        self.work = work

    def clinic(self, actor: Actor) -> ClinicProfile:
        """The clinic's own facts: every window needs its zone."""
        with self.work.looking(actor, Permission.VIEW_SETTINGS) as look:
            profile = queries.profile(look.session)
            look.viewed("clinic", profile.id)
            return profile
