"""Emergency access: opening one patient's documents with a reason, and the look that somebody else takes at it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from meditrack_desktop.database.queries import emergency_access as queries
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.database.tables.privacy import EmergencyAccessRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.emergency_access import (
    LASTS,
    REVIEW_WITHIN,
    EmergencyAccess,
    OpenInEmergency,
    ReviewEmergency,
)
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotAllowed, NotFound
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.work import RefusedWithALine, Work, Works

ConfirmPassword = Callable[[Actor, str], None]
"""Checks a signed-in person's password again, throttled as signing in is."""


class Emergencies:
    """One person, one patient, four hours (security.md D33)."""

    def __init__(self, work: Works, confirm: ConfirmPassword) -> None:
        self.work = work
        self._confirm = confirm

    def open(self, actor: Actor, command: OpenInEmergency) -> EmergencyAccess:
        """Let this person read the patient's documents for four hours; somebody else will look at it.

        The same command twice opens once. NotAuthenticated INVALID_CREDENTIALS or TOO_MANY_TRIES by the
        password; NotFound PAT_001; NotAllowed without BREAK_GLASS. About 0.3 s, for the password.
        """
        with self.work.looking(actor, Permission.BREAK_GLASS) as look:
            patient_queries.patient(look.session, command.patient_id)
            look.lines.append(
                Line("emergency_access.asked", "emergency_access", command.id, command.patient_id)
            )
        self._confirm(actor, command.password.get_secret_value())
        with self.work(actor, Permission.BREAK_GLASS) as work:
            if (before := queries.find(work.session, command.id)) is not None:
                if (before.account_id, before.patient_id) != (actor.account_id, command.patient_id):
                    raise ChangedMeanwhile()
                work.noted(
                    Line(
                        "emergency_access.begun", "emergency_access", before.id, before.patient_id, "repeated"
                    )
                )
                return before
            row = EmergencyAccessRow(
                id=command.id,
                account_id=actor.account_id,
                patient_id=command.patient_id,
                reason=command.reason,
                started_at=work.now,
                expires_at=work.now + LASTS,
                review_due_at=work.now + REVIEW_WITHIN,
            )
            work.added(row, "emergency_access.begun", _change(row), patient_id=row.patient_id)
            return _written(work, row)

    def live(self, actor: Actor, patient_id: UUID) -> EmergencyAccess | None:
        """This person's own access to the patient, if it still opens documents; for the banner."""
        with self.work.looking(actor, Permission.BREAK_GLASS) as look:
            look.listed("emergency_access", patient_id, actor.account_id)
            return queries.live(look.session, actor.account_id, patient_id, look.now)

    def end(self, actor: Actor, access_id: UUID) -> EmergencyAccess:
        """Close one's own access before its time. NotFound PAT_009, also for somebody else's."""
        with self.work(actor, Permission.BREAK_GLASS) as work:
            row = queries.row(work.session, access_id)
            if row.account_id != actor.account_id:
                raise NotFound(ErrorCode.EMERGENCY_ACCESS_NOT_FOUND)
            if row.ended_at is None and work.now < row.expires_at:
                row.ended_at = work.now
            work.changed(row, "emergency_access.ended", _change(row), patient_id=row.patient_id)
            return _written(work, row)

    def to_review(self, actor: Actor, include_reviewed: bool = False) -> tuple[EmergencyAccess, ...]:
        """Accesses that somebody has to look at, the longest waiting first; one's own are for others.

        With `include_reviewed` the latest 500 of everybody, newest first.
        """
        with self.work.looking(actor, Permission.REVIEW_BREAK_GLASS) as look:
            look.listed("emergency_access")
            return queries.all_of(look.session, include_reviewed=include_reviewed)

    def review(self, actor: Actor, command: ReviewEmergency) -> EmergencyAccess:
        """Say that it was looked at, once. NotAllowed NOT_YOURSELF for one's own; NotFound; ChangedMeanwhile."""
        with self.work(actor, Permission.REVIEW_BREAK_GLASS) as work:
            row = queries.row(work.session, command.id, command.version)
            if row.account_id == actor.account_id:
                raise RefusedWithALine(
                    NotAllowed(ErrorCode.NOT_YOURSELF),
                    Line("emergency_access.reviewed", "emergency_access", row.id, row.patient_id, "own"),
                )
            if row.reviewed_at is not None:
                raise ChangedMeanwhile()
            row.reviewed_at, row.reviewed_by, row.review_note = work.now, actor.account_id, command.note
            work.changed(row, "emergency_access.reviewed", _change(row), patient_id=row.patient_id)
            return _written(work, row)


def _change(row: EmergencyAccessRow) -> Change:
    return Change("emergency_access", row.id, patient=row.patient_id)


def _written(work: Work, row: EmergencyAccessRow) -> EmergencyAccess:
    work.flush()
    return queries.record(work.session, row.id)
