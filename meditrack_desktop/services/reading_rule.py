"""Who may read a patient's clinical documents and chart: by care, the clinic's settings, an emergency, a grant (D6,
D7, D33, D34)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from meditrack_desktop.database.queries import access_grants, care_relation, emergency_access
from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.database.session import ReadSession
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import DocumentClass
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.settings import ReadingRule
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.work import Look, RefusedWithALine, Work

_DOCUMENTS = Permission.OPEN_CLINICAL_DOCUMENT
_CHART = Permission.VIEW_CHART


def check(seen: Look | Work, document_class: DocumentClass, patient_id: UUID | None) -> None:
    """NotAllowed unless the actor may read documents of this class of this patient, now.

    NOT_PERMITTED if their roles hold nothing that could open it; NOT_IN_CARE if an emergency access would. It
    answers the same for a patient nobody knows (`patient_id` None) and leaves its line in the trail.
    """
    if document_class is DocumentClass.ADMINISTRATIVE:
        seen.require(Permission.OPEN_ADMINISTRATIVE_DOCUMENT)
        return
    _check(seen, _DOCUMENTS, patient_id, "document.refused")


def check_chart(seen: Look | Work, patient_id: UUID | None) -> None:
    """As `check`, for a patient's conditions, medication, measurements and notes."""
    _check(seen, _CHART, patient_id, "chart.refused")


def _check(seen: Look | Work, permission: Permission, patient_id: UUID | None, refusal: str) -> None:
    if patient_id is not None and (_in_emergency(seen, patient_id) or _was_let_in(seen, patient_id)):
        return
    if _may_read_of_all(seen.session, seen.actor, permission):
        return
    if not _may_break_glass(seen.session, seen.actor):
        seen.require(permission)
    if patient_id is not None and _holds_and_in_care(seen, permission, patient_id):
        return
    raise RefusedWithALine(
        NotAllowed(ErrorCode.NOT_IN_CARE),
        Line(refusal, "patient", patient_id, patient_id, "not in care"),
    )


def may_read(seen: Look | Work, document_class: DocumentClass, patient_id: UUID) -> bool:
    """As `check`, without refusing: for what is left out of a list."""
    if document_class is DocumentClass.CLINICAL:
        return may_read_clinical(seen, patient_id)
    wanted = Permission.OPEN_ADMINISTRATIVE_DOCUMENT
    return bool(care_relation.roles_holding(seen.session, seen.actor.account_id, wanted))


def may_read_clinical(seen: Look | Work, patient_id: UUID) -> bool:
    """As `check`, without refusing: for what is left out of an export."""
    return _may_read(seen, _DOCUMENTS, patient_id)


def may_read_administrative(seen: Look | Work) -> bool:
    """As `check` of an administrative document, without refusing."""
    permission = Permission.OPEN_ADMINISTRATIVE_DOCUMENT
    return bool(care_relation.roles_holding(seen.session, seen.actor.account_id, permission))


def may_read_chart(seen: Look | Work, patient_id: UUID) -> bool:
    """As `check_chart`, without refusing."""
    return _may_read(seen, _CHART, patient_id)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose clinical documents somebody may read at this moment: everybody's, or those of these patients."""

    everybody: bool
    patients: frozenset[UUID]

    def holds(self, patient_id: UUID) -> bool:
        return self.everybody or patient_id in self.patients


def reach(seen: Look | Work) -> Reach:
    """`may_read_clinical` of all patients at once."""
    session, account = seen.session, seen.actor.account_id
    if _may_read_of_all(session, seen.actor, _DOCUMENTS):
        return Reach(True, frozenset())
    patients = access_grants.patients_open_to(session, account, seen.now)
    if _may_break_glass(session, seen.actor):
        patients |= emergency_access.patients_open_to(session, account, seen.now)
    if care_relation.roles_holding(session, account, _DOCUMENTS):
        patients |= care_relation.patients_in_care(session, account, seen.now)
    return Reach(False, patients)


def _may_read(seen: Look | Work, permission: Permission, patient_id: UUID) -> bool:
    return (
        _in_emergency(seen, patient_id)
        or _was_let_in(seen, patient_id)
        or _may_read_of_all(seen.session, seen.actor, permission)
        or _holds_and_in_care(seen, permission, patient_id)
    )


def _may_read_of_all(session: ReadSession, actor: Actor, permission: Permission) -> bool:
    """Whether no care relation is asked of this person: by the settings, or by a role other than the doctor's
    to which the clinic gave the permission on purpose."""
    settings = settings_queries.read(session)
    if settings.admin_reads_charts and care_relation.has_role(session, actor.account_id, Role.ADMIN):
        return True
    roles = care_relation.roles_holding(session, actor.account_id, permission)
    if settings.reading_rule is ReadingRule.WHOLE_CLINIC:
        return bool(roles - {Role.ADMIN})
    return Role.RECEPTIONIST in roles


def _in_emergency(seen: Look | Work, patient_id: UUID) -> bool:
    access = emergency_access.live(seen.session, seen.actor.account_id, patient_id, seen.now)
    return access is not None and _may_break_glass(seen.session, seen.actor)


def _was_let_in(seen: Look | Work, patient_id: UUID) -> bool:
    return access_grants.is_live(seen.session, seen.actor.account_id, patient_id, seen.now)


def _may_break_glass(session: ReadSession, actor: Actor) -> bool:
    return bool(care_relation.roles_holding(session, actor.account_id, Permission.BREAK_GLASS))


def _holds_and_in_care(seen: Look | Work, permission: Permission, patient_id: UUID) -> bool:
    session, account = seen.session, seen.actor.account_id
    roles = care_relation.roles_holding(session, account, permission)
    return bool(roles) and care_relation.in_care(session, account, patient_id, seen.now)
