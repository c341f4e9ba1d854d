"""Follow-ups: who should be seen again, and when. What was booked leaves the list and comes back if it is given up."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from meditrack_desktop.database.queries import follow_ups as queries
from meditrack_desktop.database.queries import scheduling as visit_queries
from meditrack_desktop.database.queries import waitlist as waitlist_queries
from meditrack_desktop.database.tables.front_desk import FollowUpRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.deeds import DeedKind
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, Invalid, NotFound
from meditrack_desktop.domain.front_desk import AddFollowUp, EndFollowUp, FollowUp, FollowUpState
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services import deeds
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.patient_standing import open_record
from meditrack_desktop.services.work import Work, Works


class FollowUps:
    def __init__(self, work: Works) -> None:
        self.work = work

    def due(
        self,
        actor: Actor,
        first: date | None = None,
        last: date | None = None,
        practitioner_id: UUID | None = None,
    ) -> tuple[FollowUp, ...]:
        """Who is due from `first` to `last`, both counted (None: without a bound), the earliest first.

        Only patients who may be called: none who is archived, restricted or deceased.
        """
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            look.listed("follow_up")
            return tuple(queries.due(look.session, first, last, practitioner_id))

    def add(self, actor: Actor, command: AddFollowUp) -> FollowUp:
        """Let a patient be seen again; the same command twice adds one.

        Conflict PATIENT_ARCHIVED, PATIENT_RESTRICTED or PATIENT_MERGED; NotFound.
        """
        with self.work(actor, Permission.BOOK_APPOINTMENT) as work:
            deeds.record(work, DeedKind.FOLLOW_UP_ADDED)
            visit_queries.hold_patient(work.session, command.patient_id)
            if (before := queries.find(work.session, command.id)) is not None:
                return _repeated(work, command, before)
            open_record(work.session, command.patient_id)
            if command.practitioner_id is not None:
                visit_queries.hold_doctors(work.session, [command.practitioner_id])
            if command.visit_type_id is not None and not waitlist_queries.offers_type(
                work.session, command.visit_type_id
            ):
                raise NotFound(ErrorCode.VISIT_TYPE_NOT_FOUND)
            row = FollowUpRow(
                id=command.id,
                patient_id=command.patient_id,
                practitioner_id=command.practitioner_id,
                visit_type_id=command.visit_type_id,
                due_on=command.due_on,
                reason=command.reason,
                state=FollowUpState.DUE,
                created_at=work.now,
                created_by=actor.account_id,
            )
            work.added(row, "follow_up.added", _change(row), patient_id=row.patient_id)
            work.flush()
            return queries.record(work.session, row.id)

    def end(self, actor: Actor, command: EndFollowUp) -> FollowUp:
        """Booked, with the visit (the patient's own, and not given up), or dismissed without one.

        ChangedMeanwhile, also if it is no longer due; NotFound DESK_011 or APPT_003; Invalid APPT_004.
        """
        with self.work(actor, Permission.BOOK_APPOINTMENT) as work:
            deeds.record(work, DeedKind.FOLLOW_UP_ENDED)
            row = queries.row(work.session, command.id, command.version)
            if queries.record(work.session, row.id).state is not FollowUpState.DUE:
                raise ChangedMeanwhile()
            if command.appointment_id is not None:
                visit = visit_queries.record(work.session, command.appointment_id)
                if visit.patient_id != row.patient_id:
                    raise NotFound(ErrorCode.APPOINTMENT_NOT_FOUND)
                if not visit.status.takes_time:
                    raise Invalid(ErrorCode.STATUS_NOT_ALLOWED, now=visit.status.value)
            row.state = FollowUpState.BOOKED if command.appointment_id else FollowUpState.DISMISSED
            row.appointment_id = command.appointment_id
            work.changed(row, "follow_up.ended", _change(row), patient_id=row.patient_id)
            work.flush()
            return queries.record(work.session, row.id)


def _repeated(work: Work, command: AddFollowUp, before: FollowUp) -> FollowUp:
    if before.patient_id != command.patient_id:
        raise ChangedMeanwhile()
    work.noted(Line("follow_up.added", "follow_up", before.id, before.patient_id, "repeated"))
    return before


def _change(row: FollowUpRow) -> Change:
    return Change("follow_up", row.id, row.practitioner_id, None, row.patient_id)
