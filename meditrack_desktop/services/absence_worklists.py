"""What an absence leaves to do: visits that need another place, moved one by one or all at once, progress kept."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from meditrack_desktop.database.queries import absence_worklists as queries
from meditrack_desktop.database.queries import absences as absence_queries
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import scheduling as visit_queries
from meditrack_desktop.database.queries import today as day_queries
from meditrack_desktop.database.queries import working_times as time_queries
from meditrack_desktop.database.tables.front_desk import AbsenceVisitRow
from meditrack_desktop.database.tables.working_time import AbsenceRow
from meditrack_desktop.domain.absence_worklists import (
    AbsenceWorklist,
    AffectedVisit,
    ManyMoved,
    MarkContacted,
    MoveMany,
    MoveTo,
    OpenWorklist,
    RefusedMove,
)
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.deeds import DeedKind
from meditrack_desktop.domain.errors import ChangedMeanwhile, ClinicError, ErrorCode, NotFound
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import Appointment, MoveAppointment
from meditrack_desktop.services import affected_visits, deeds, hours_rule
from meditrack_desktop.services.absence_proposals import proposals
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.booking import visits
from meditrack_desktop.services.patient_standing import refuse_closed
from meditrack_desktop.services.work import Look, Work, Works


class AbsenceWorklists:
    def __init__(self, work: Works) -> None:
        self.work = work

    def of_absence(self, actor: Actor, absence_id: UUID) -> AbsenceWorklist:
        """Every visit that the absence still keeps from taking place, by start, with up to three places each: with
        the same doctor afterwards, or sooner with another of the same specialty. NotFound DOC_003."""
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            row = _absence(look, absence_id)
            look.listed("appointment", owner=absence_id)
            zone = ZoneInfo(clinic_queries.profile(look.session).zone)
            still = _affected(look, row)
            known = queries.remembered(look.session, absence_id)
            absence = hours_rule.discretion(look)(time_queries.absence_record(row))
            places = proposals(look, absence, still, zone)
            names = {one.id: one.name for one in day_queries.doctors(look.session, [row.practitioner_id])}
            items = tuple(
                AffectedVisit(visit, tuple(places[visit.id]), known.get(visit.id)) for visit in still
            )
            done = len(known.keys() - {visit.id for visit in still})
            return AbsenceWorklist(
                absence, names.get(row.practitioner_id, ""), items, done, done + len(items)
            )

    def to_do(self, actor: Actor) -> tuple[OpenWorklist, ...]:
        """Absences, the soonest first, that are not over and still have visits that need another place."""
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            look.listed("absence")
            found = queries.left_to_do(look.session, look.now)
            told = hours_rule.discretion(look)
            doctors = {row.practitioner_id for row, _ in found}
            names = {one.id: one.name for one in day_queries.doctors(look.session, doctors)}
            return tuple(
                OpenWorklist(told(time_queries.absence_record(row)), names.get(row.practitioner_id, ""), left)
                for row, left in found
            )

    def move_all(self, actor: Actor, command: MoveMany) -> ManyMoved:
        """Move visits of the list in one go, which is taken back as one.

        A visit that cannot have its place stays where it was and is told, with the refusal that `Scheduling.move`
        would give; the others move. One that somebody moved meanwhile is told as changed. NotFound DOC_003, and DOC_001
        if one is to go to a doctor nobody knows: then none moves.
        """
        with self.work(actor, Permission.MOVE_APPOINTMENT) as work:
            deeds.record(work, DeedKind.MANY_MOVED)
            row = _absence(work, command.absence_id)
            ids = [one.id for one in command.moves]
            # All at once and in order: two desks that move many never wait for each other in a ring.
            doctors = {*queries.holders(work.session, ids).values(), row.practitioner_id}
            visit_queries.hold_doctors(work.session, doctors | {one.practitioner_id for one in command.moves})
            listed = {visit.id for visit in _affected(work, row)}
            moved: list[Appointment] = []
            refused: list[RefusedMove] = []
            for one in command.moves:
                try:
                    moved.append(_moved(work, one, listed))
                except ClinicError as refusal:
                    refused.append(RefusedMove(one.id, refusal.code, dict(refusal.parameters)))
            work.noted(
                Line(
                    "absence.visits_moved",
                    "absence",
                    row.id,
                    detail=f"moved {len(moved)}; refused {len(refused)}",
                ),
                _change(row),
            )
            return ManyMoved(tuple(moved), tuple(refused))

    def mark_contacted(self, actor: Actor, command: MarkContacted) -> None:
        """Note that a patient was told, or that they were not after all. NotFound DOC_003; APPT_003 for a visit that
        the absence never touched."""
        with self.work(actor, Permission.SET_APPOINTMENT_STATUS) as work:
            row = _absence(work, command.absence_id)
            # Two desks that note the same call come one after the other, also where there is no mark yet.
            visit_queries.hold_doctors(work.session, [row.practitioner_id])
            visit = visit_queries.record(work.session, command.appointment_id)
            mark = queries.row(work.session, row.id, visit.id)
            if mark is None:
                if visit.id not in {one.id for one in _affected(work, row)}:
                    raise NotFound(ErrorCode.APPOINTMENT_NOT_FOUND)
                mark = AbsenceVisitRow(absence_id=row.id, appointment_id=visit.id)
                work.session.add(mark)
            mark.outcome = command.outcome
            mark.contacted_at = work.now if command.outcome else None
            mark.contacted_by = actor.account_id if command.outcome else None
            told = command.outcome.value if command.outcome else "taken back"
            work.noted(
                Line("appointment.patient_told", "appointment", visit.id, visit.patient_id, told),
                _change(row),
            )
            work.flush()


def _moved(work: Work, wanted: MoveTo, listed: set[UUID]) -> Appointment:
    """Moves one; what it wrote and reported is undone if it is refused."""
    if wanted.id not in listed:
        raise ChangedMeanwhile()
    lines, changes = len(work.lines), len(work.changes)
    try:
        with work.session.part():
            moved = visits.move(
                work,
                MoveAppointment(
                    id=wanted.id,
                    version=wanted.version,
                    practitioner_id=wanted.practitioner_id,
                    wall_start=wanted.wall_start,
                    fold=wanted.fold,
                ),
            )
            # Asked for one by one: a single closed record must not keep all the others where they are.
            refuse_closed(work.session, Permission.MOVE_APPOINTMENT, [moved.patient_id])
            return moved
    except ClinicError:
        del work.lines[lines:], work.changes[changes:]
        raise


def _absence(seen: Look | Work, absence_id: UUID) -> AbsenceRow:
    found = absence_queries.find(seen.session, absence_id)
    if found is None:
        raise NotFound(ErrorCode.ABSENCE_NOT_FOUND)
    return found


def _affected(seen: Look | Work, row: AbsenceRow) -> tuple[Appointment, ...]:
    return affected_visits.by_absence(seen.session, row.practitioner_id, row.starts_at, row.ends_at, seen.now)


def _change(row: AbsenceRow) -> Change:
    return Change("absence", row.id, doctor=row.practitioner_id, day=row.wall_start.date())
