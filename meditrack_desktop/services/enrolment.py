"""Which desks may reach a shared clinic: an administrator lets them in, and shuts them out (security.md D17)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import desks as queries
from meditrack_desktop.database.queries import keys as key_queries
from meditrack_desktop.database.session import ReadSession
from meditrack_desktop.database.tables.clinic import WorkstationRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.desks import Desk, DeskStatus, RenameDesk
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, NotAuthenticated, NotFound, Unavailable
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services import shared_keys
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.fingerprints import fingerprint
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.services.work import Work, Works


class Desks:
    """A clinic on one computer has one desk, and nothing to approve."""

    def __init__(self, work: Works, keys: KeyHolder, profile: Profile) -> None:
        self.work = work
        self._keys = keys
        self._profile = profile

    def list(self, actor: Actor) -> tuple[Desk, ...]:
        """Every desk that ever asked, the oldest first. About 30 ms each, for the words."""
        with self.work.looking(actor, Permission.MANAGE_WORKSTATIONS) as look:
            look.listed("workstation")
            rows = queries.everyone(look.session)
            names = _names(look.session, *rows)
        return tuple(self._record(row, names) for row in rows)

    def rename(self, actor: Actor, command: RenameDesk) -> Desk:
        """NotFound DESK_NOT_FOUND."""
        with self.work(actor, Permission.MANAGE_WORKSTATIONS) as work:
            row = self._row(work, command.id)
            row.name = command.name
            desk = self._changed(work, row, "workstation.renamed")
        if desk.current:
            # The sign-in card says it before anything is open.
            self._profile.write_facts(replace(self._profile.facts(), workstation_name=desk.name))
        return desk

    def approve(self, actor: Actor, workstation_id: str) -> Desk:
        """Let a waiting desk in: from now on it can open the clinic. Compare the six words with its person first.

        Harmless for one that is in. NotFound DESK_NOT_FOUND; NotAuthenticated DESK_REVOKED; Unavailable
        VAULT_LOCKED while this desk's own keys are not in memory.
        """
        with self.work(actor, Permission.MANAGE_WORKSTATIONS) as work:
            row = self._row(work, workstation_id)
            if row.revoked_at is not None:
                raise NotAuthenticated(ErrorCode.DESK_REVOKED)
            if row.approved_at is None:
                opened = self._keys.opened
                if opened is None or self._keys.dropped:
                    raise Unavailable(ErrorCode.VAULT_LOCKED)
                if not key_queries.hold_epoch(work.session, opened.epoch):
                    # Another desk rotates the keys: the new desk must not be given those that are going.
                    raise Unavailable(ErrorCode.ROTATION_UNFINISHED)
                row.approved_at, row.approved_by = work.now, actor.account_id
                shared_keys.give(work.session, opened, row.id, [row.recipient], work.now)
            return self._changed(work, row, "workstation.approved")

    def revoke(self, actor: Actor, workstation_id: str) -> Desk:
        """Shut a desk out: its sessions end, and it is given no keys any more. Rotate the keys afterwards.

        NotFound DESK_NOT_FOUND; NotAllowed NOT_YOURSELF for the desk this is asked at.
        """
        with self.work(actor, Permission.MANAGE_WORKSTATIONS) as work:
            row = self._row(work, workstation_id)
            if row.id == self.work.trail.chain:
                raise NotAllowed(ErrorCode.NOT_YOURSELF)
            if row.revoked_at is None:
                row.revoked_at, row.revoked_by = work.now, actor.account_id
                key_queries.remove_envelope(work.session, row.id)
                queries.end_sessions_at(work.session, row.id, actor.account_id, work.now)
            return self._changed(work, row, "workstation.revoked")

    def _row(self, work: Work, workstation_id: str) -> WorkstationRow:
        row = queries.find(work.session, workstation_id, hold=True)
        if row is None:
            raise NotFound(ErrorCode.DESK_NOT_FOUND)
        return row

    def _changed(self, work: Work, row: WorkstationRow, action: str) -> Desk:
        work.session.reported.add(row)
        clinic = clinic_queries.profile(work.session)
        work.noted(Line(action, "workstation", detail=row.id), Change("workstation", clinic.id))
        work.flush()
        return self._record(row, _names(work.session, row))

    def _record(self, row: WorkstationRow, names: dict[UUID, str]) -> Desk:
        if row.revoked_at is not None:
            status = DeskStatus.REVOKED
        else:
            status = DeskStatus.ACTIVE if row.approved_at is not None else DeskStatus.WAITING
        return Desk(
            id=row.id,
            name=row.name,
            status=status,
            enrolled_at=row.enrolled_at,
            approved_at=row.approved_at,
            approved_by_name=names.get(row.approved_by, "") if row.approved_by else "",
            last_seen_at=row.last_seen_at,
            revoked_at=row.revoked_at,
            revoked_by_name=names.get(row.revoked_by, "") if row.revoked_by else "",
            fingerprint=fingerprint(row.recipient) if row.recipient else (),
            current=row.id == self.work.trail.chain,
        )


def _names(session: ReadSession, *rows: WorkstationRow) -> dict[UUID, str]:
    people = {person for row in rows for person in (row.approved_by, row.revoked_by) if person}
    return queries.names_of(session, people)
