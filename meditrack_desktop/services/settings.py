"""What the clinic is (its name, zone and region) and how it is set: locks, passwords, reading rule, backups."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from meditrack_desktop.database.queries import clinic as queries
from meditrack_desktop.database.queries import reset_codes
from meditrack_desktop.database.queries import sessions as session_queries
from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.sessions import SESSION_LENGTH
from meditrack_desktop.domain.settings import ChangeSettings, ClinicSettings, EditClinic
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.services.work import Works


class Settings:
    def __init__(self, work: Works, profile: Profile) -> None:
        self.work = work
        self._profile = profile

    def clinic(self, actor: Actor) -> ClinicProfile:
        """The clinic's own facts: every window needs its zone."""
        with self.work.looking(actor, Permission.VIEW_SETTINGS) as look:
            profile = queries.profile(look.session)
            look.viewed("clinic", profile.id)
            return profile

    def read(self, actor: Actor) -> ClinicSettings:
        """The clinic's settings as they are now."""
        with self.work.looking(actor, Permission.VIEW_SETTINGS) as look:
            look.viewed("settings", queries.profile(look.session).id)
            return settings_queries.read(look.session)

    def change(self, actor: Actor, command: ChangeSettings) -> ClinicSettings:
        """Change the settings that the command names; they count at every desk from its next look on."""
        with self.work(actor, Permission.EDIT_SETTINGS) as work:
            before = settings_queries.read(work.session)
            wanted = before.model_copy(update=command.model_dump(exclude_none=True))
            after = ClinicSettings.model_validate(wanted.model_dump())
            changed = settings_queries.write(work.session, after)
            work.session.reported.update((*work.session.new, *work.session.dirty))
            told = "; ".join(f"{name} {getattr(before, name)} to {getattr(after, name)}" for name in changed)
            clinic_id = queries.profile(work.session).id
            line = Line("settings.changed", "settings", clinic_id, detail=told or "repeated")
            work.noted(line, *((Change("settings", clinic_id),) if changed else ()))
            return after

    def clock_ahead(self, actor: Actor) -> timedelta:
        """By how much the clinic's time is ahead of this computer's clock: what `accept_clock` would take back.
        Zero up to two minutes, and where the server's clock decides."""
        with self.work.looking(actor, Permission.EDIT_SETTINGS) as look:
            look.viewed("clock", queries.profile(look.session).id)
            return self.work.time.ahead

    def accept_clock(self, actor: Actor) -> timedelta:
        """Go on from this computer's clock though the local file has seen later times; returns how much later.

        For the clinic whose computer once showed a wrong year. Sessions begun in that year end in 12 hours at the
        latest, and codes issued then open nothing. Zero, and nothing happens, where the server's clock decides.
        """
        with self.work(actor, Permission.EDIT_SETTINGS) as work:
            lag = self.work.time.accept_machine(work.session)
            if lag:
                session_queries.cap_ends(work.session, self.work.clock.now() + SESSION_LENGTH)
                reset_codes.withdraw_all(work.session, self.work.clock.now())
            work.noted(Line("clock.accepted", "clock", detail=f"{int(lag.total_seconds())} s back"))
            return lag

    def edit_clinic(self, actor: Actor, command: EditClinic) -> ClinicProfile:
        """Change the clinic's name, zone and region. Visits keep the wall-clock time they were booked for."""
        with self.work(actor, Permission.EDIT_SETTINGS) as work:
            row = queries.row(work.session)
            row.name, row.zone, row.region = command.name, command.zone, command.region
            work.changed(row, "clinic.edited", Change("clinic", row.id))
            work.flush()
            profile = queries.profile(work.session)
        facts = self._profile.facts()
        if facts.clinic_name != command.name:
            self._profile.write_facts(replace(facts, clinic_name=command.name))
        return profile
