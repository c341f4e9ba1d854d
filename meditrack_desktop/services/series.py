"""Visits that repeat: every date looked at before anything is saved, booked all or none, changed together.

Each visit is an ordinary one and stays in the series wherever it is moved; what it was planned for is kept with it.
A change of several is one deed: one Undo takes all of it back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from meditrack_desktop.database.queries import scheduling as visit_queries
from meditrack_desktop.database.queries import series as queries
from meditrack_desktop.database.tables.scheduling import AppointmentRow, SeriesRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.deeds import DeedKind
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    ClinicError,
    Conflict,
    ErrorCode,
    Invalid,
    NotFound,
    OutsideHours,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import (
    Appointment,
    CancelAppointment,
    MoveAppointment,
)
from meditrack_desktop.domain.series import (
    BookSeries,
    CancelSeries,
    MoveSeries,
    Occurrence,
    PreviewSeries,
    Scope,
    Series,
    date_of,
    starts,
)
from meditrack_desktop.services import deeds
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.booking import visits
from meditrack_desktop.services.booking.visits import OfSeries
from meditrack_desktop.services.series_preview import Preview
from meditrack_desktop.services.work import Work, Works

IN_THE_WAY = frozenset(
    {
        ErrorCode.SLOT_NOT_AVAILABLE,
        ErrorCode.SLOT_HELD,
        ErrorCode.ROOM_TAKEN,
        ErrorCode.RULE_BROKEN,
        ErrorCode.TIME_DOES_NOT_EXIST,
    }
)
"""Refusals of one date. Any other is about all of them: an archived patient, a doctor who left."""


class SeriesVisits:
    def __init__(self, work: Works) -> None:
        self.work = work

    def of(self, actor: Actor, appointment_id: UUID) -> Series:
        """The series that a visit belongs to, with all its visits. NotFound APPT_003, APPT_016 for a single one."""
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            found = queries.of_visit(look.session, appointment_id)
            patient_id = found.visits[0].patient_id
            look.listed("appointment", patient_id, found.id)
            return found

    def preview(self, actor: Actor, command: PreviewSeries) -> tuple[Occurrence, ...]:
        """Every date of a series with what is in its way, and the nearest free start of that day; nothing is saved.

        NotFound for a patient, doctor, kind of visit or room that is not there; Invalid APPT_001 for a year nobody
        books.
        """
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            visit_queries.check_patient(look.session, command.first.patient_id)
            look.listed("slot", command.first.patient_id, command.first.practitioner_id)
            preview = Preview.of(look, command.first)
            return tuple(preview.at(one) for one in _planned(command))

    def book(self, actor: Actor, command: BookSeries) -> Series:
        """Book a visit at each of the starts, all or none; the same command twice books once.

        Of a time that clocks show twice the first is meant. Conflict SERIES_BLOCKED (how many dates are) unless
        overbooking is asked for and permitted; what `Scheduling.book` raises for a doctor, patient or kind of visit.
        """
        first = command.first
        with self.work(actor, Permission.BOOK_APPOINTMENT) as work:
            deeds.record(work, DeedKind.SERIES_BOOKED)
            visit_queries.hold_patient(work.session, first.patient_id)
            visit_queries.hold_doctors(work.session, [first.practitioner_id])
            if (before := visit_queries.find(work.session, first.id)) is not None:
                return _repeated(work, command, before)
            row = SeriesRow(
                id=new_id(),
                rule=command.rule.model_dump_json(),
                created_at=work.now,
                created_by=actor.account_id,
            )
            work.added(
                row, "series.booked", patient_id=first.patient_id, detail=f"{len(command.starts)} visits"
            )
            planned = _planned(command)
            alone = {"hold_id": None, "waitlist_id": None, "follow_up_id": None}
            blocked = 0
            for start in sorted(command.starts):
                own = {} if start == first.wall_start else {"id": new_id(), **alone}
                wanted = first.model_copy(update={"wall_start": start, "fold": first.fold or 0, **own})
                of_series = OfSeries(row.id, date_of(start, planned))
                blocked += _is_blocked(work, partial(visits.book, work, wanted, of_series))
            _refuse(blocked)
            return queries.of_visit(work.session, first.id)

    def move(self, actor: Actor, command: MoveSeries) -> Series:
        """Move this visit, and those after it or all that are still to come by as much, on the clinic's clock.

        All or none, with doctor if one is given; kept apart from where each is, which date it was planned for stays.
        Conflict SERIES_BLOCKED (how many dates are); ChangedMeanwhile; NotFound APPT_003, APPT_016; Invalid APPT_004
        if this visit is over or given up; what `Scheduling.move` raises for a doctor.
        """
        with self.work(actor, Permission.MOVE_APPOINTMENT) as work:
            deeds.record(work, DeedKind.SERIES_MOVED)
            chosen, rows = _chosen(work, command.id, command.version, command.scope, command.practitioner_id)
            by = command.wall_start - chosen.wall_start
            # Each goes to where the one before it has just left, or never was.
            rows.sort(key=lambda row: row.wall_start, reverse=by.total_seconds() > 0)
            blocked = 0
            for row in rows:
                wanted = MoveAppointment(
                    id=row.id,
                    version=row.version,
                    wall_start=row.wall_start + by,
                    fold=0,
                    practitioner_id=command.practitioner_id,
                    overbook_reason=command.overbook_reason,
                )
                blocked += _is_blocked(work, partial(visits.move, work, wanted))
            _refuse(blocked)
            return queries.of_visit(work.session, command.id)

    def cancel(self, actor: Actor, command: CancelSeries) -> Series:
        """Cancel this visit, and those after it or all that are still to come. They stay visible.

        ChangedMeanwhile; NotFound APPT_003, APPT_016; Invalid APPT_004 if this visit is over or given up.
        """
        with self.work(actor, Permission.CANCEL_APPOINTMENT) as work:
            deeds.record(work, DeedKind.SERIES_CANCELLED)
            _, rows = _chosen(work, command.id, command.version, command.scope)
            for row in rows:
                visits.cancel(
                    work,
                    CancelAppointment(
                        id=row.id,
                        version=row.version,
                        cancelled_by=command.cancelled_by,
                        reason=command.reason,
                    ),
                )
            return queries.of_visit(work.session, command.id)


def _planned(command: BookSeries | PreviewSeries) -> tuple[datetime, ...]:
    first = command.first.wall_start
    if not 1900 <= first.year <= 2200:
        raise Invalid(ErrorCode.INVALID_APPOINTMENT)
    return starts(command.rule, first)


def _is_blocked(work: Work, deed: Callable[[], Appointment]) -> bool:
    """Carry out one of several deeds, or say that something is in the way of its date. Other refusals are raised."""
    try:
        with work.session.part():
            deed()
    except ClinicError as refusal:
        if isinstance(refusal, OutsideHours) or refusal.code in IN_THE_WAY:
            return True
        raise
    return False


def _refuse(blocked: int) -> None:
    if blocked:
        raise Conflict(ErrorCode.SERIES_BLOCKED, blocked=str(blocked))


def _chosen(
    work: Work, appointment_id: UUID, version: int, scope: Scope, target: UUID | None = None
) -> tuple[AppointmentRow, list[AppointmentRow]]:
    """The visit at that version, and all that the change is for, with every doctor of the series held before."""
    series_id = queries.id_of_visit(work.session, appointment_id)
    doctors = queries.doctors_of(work.session, series_id)
    visit_queries.hold_doctors(work.session, doctors | ({target} if target else set()))
    chosen = visit_queries.row(work.session, appointment_id, version)
    if chosen.practitioner_id not in doctors:
        raise ChangedMeanwhile()
    visits.check_changeable(chosen)
    if scope is Scope.THIS:
        return chosen, [chosen]
    rows = {row.id: row for row in queries.rows_to_come(work.session, series_id, work.now)}
    if any(row.practitioner_id not in doctors for row in rows.values()):
        # Moved to another doctor while the others were waited for.
        raise ChangedMeanwhile()
    rows[chosen.id] = chosen
    if scope is Scope.ALL:
        return chosen, list(rows.values())
    since = _planned_for(chosen)
    return chosen, [row for row in rows.values() if _planned_for(row) >= since]


def _planned_for(row: AppointmentRow) -> datetime:
    return row.series_start or row.wall_start


def _repeated(work: Work, command: BookSeries, before: Appointment) -> Series:
    if before.patient_id != command.first.patient_id:
        raise ChangedMeanwhile()
    try:
        found = queries.of_visit(work.session, before.id)
    except NotFound:
        raise ChangedMeanwhile() from None
    work.noted(Line("series.booked", "series", found.id, before.patient_id, detail="repeated"))
    return found
