"""Temporary access: letting a colleague read one patient's clinical documents until a day (security.md D34)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from meditrack_desktop.database.queries import access_grants as queries
from meditrack_desktop.database.queries import accounts as account_queries
from meditrack_desktop.database.queries import care_relation
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.database.tables.privacy import AccessGrantRow
from meditrack_desktop.domain.access_grants import (
    LONGEST,
    AccessGrant,
    Colleague,
    EndAccess,
    GiveAccess,
    OwnAccess,
)
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    ErrorCode,
    FieldProblem,
    NotAllowed,
    NotFound,
    invalid_fields,
)
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.work import RefusedWithALine, Work, Works


class AccessGrants:
    """Nobody gives access to themselves; a doctor gives it for patients in their care only."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def give(self, actor: Actor, command: GiveAccess) -> AccessGrant:
        """Let `account_id` read the patient's clinical documents until `expires_at`, 30 days at most.

        NotAllowed NOT_YOURSELF, or NOT_IN_CARE for a doctor who does not care for the patient; Invalid FIELDS_INVALID
        for a time that is past or too far; NotFound PAT_001 or USER_001. The same command twice gives once.
        """
        with self.work(actor, Permission.GRANT_ACCESS) as work:
            if not self._may_give_for(work, command.patient_id):
                raise _refused(ErrorCode.NOT_IN_CARE, command)
            if command.account_id == actor.account_id:
                raise _refused(ErrorCode.NOT_YOURSELF, command)
            patient_queries.patient(work.session, command.patient_id)
            if not account_queries.account(work.session, command.account_id).active:
                raise NotFound(ErrorCode.ACCOUNT_NOT_FOUND)
            if not timedelta(0) < command.expires_at - work.now <= LONGEST:
                raise invalid_fields(expires_at=FieldProblem.OUT_OF_RANGE)
            if (before := queries.find(work.session, command.id)) is not None:
                if (before.account_id, before.patient_id) != (command.account_id, command.patient_id):
                    raise ChangedMeanwhile()
                work.noted(_line("access_grant.given", before.id, before.patient_id, "repeated"))
                return before
            row = AccessGrantRow(
                id=command.id,
                account_id=command.account_id,
                patient_id=command.patient_id,
                reason=command.reason,
                given_at=work.now,
                given_by=actor.account_id,
                expires_at=command.expires_at,
            )
            work.added(row, "access_grant.given", _change(row), patient_id=row.patient_id)
            return _written(work, row.id)

    def end(self, actor: Actor, command: EndAccess) -> AccessGrant:
        """Take an access back; it opens nothing from the next statement on. NotFound PAT_010; ChangedMeanwhile."""
        with self.work(actor, Permission.GRANT_ACCESS) as work:
            row = queries.row(work.session, command.id, command.version)
            if not self._may_give_for(work, row.patient_id):
                raise NotFound(ErrorCode.ACCESS_GRANT_NOT_FOUND)
            if row.ended_at is None:
                row.ended_at = work.now
            work.changed(row, "access_grant.ended", _change(row), patient_id=row.patient_id)
            return _written(work, row.id)

    def of_patient(self, actor: Actor, patient_id: UUID) -> tuple[AccessGrant, ...]:
        """Who was given access to this patient, newest first, those that are over included."""
        with self.work.looking(actor, Permission.GRANT_ACCESS) as look:
            look.listed("access_grant", patient_id)
            return queries.of_patient(look.session, patient_id)

    def colleagues(self, actor: Actor) -> tuple[Colleague, ...]:
        """To whom this person may give access: everybody else who may sign in, by name."""
        with self.work.looking(actor, Permission.GRANT_ACCESS) as look:
            look.listed("account")
            return queries.colleagues(look.session, actor.account_id)

    def own(self, actor: Actor) -> tuple[OwnAccess, ...]:
        """Whose documents this person may read because somebody gave them access, the first to end first."""
        with self.work.looking(actor, Permission.LIST_DOCUMENTS) as look:
            look.listed("access_grant")
            return queries.live_of(look.session, actor.account_id, look.now)

    @staticmethod
    def _may_give_for(work: Work, patient_id: UUID) -> bool:
        account_id = work.actor.account_id
        if care_relation.roles_holding(work.session, account_id, Permission.GRANT_ACCESS) - {Role.DOCTOR}:
            return True
        return care_relation.in_care(work.session, account_id, patient_id, work.now)


def _refused(code: ErrorCode, command: GiveAccess) -> RefusedWithALine:
    return RefusedWithALine(
        NotAllowed(code),
        _line("access_grant.given", command.account_id, command.patient_id, code.name.lower()),
    )


def _line(action: str, object_id: UUID, patient_id: UUID, detail: str = "") -> Line:
    return Line(action, "access_grant", object_id, patient_id, detail)


def _change(row: AccessGrantRow) -> Change:
    return Change("access_grant", row.id, patient=row.patient_id)


def _written(work: Work, grant_id: UUID) -> AccessGrant:
    work.flush()
    found = queries.find(work.session, grant_id)
    if found is None:
        raise NotFound(ErrorCode.ACCESS_GRANT_NOT_FOUND)
    return found
