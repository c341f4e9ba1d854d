"""The doors of the front desk: the day, the waitlist, follow-ups, tasks, calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from meditrack_desktop.domain.absence_worklists import ContactOutcome, MarkContacted, MoveMany, MoveTo
from meditrack_desktop.domain.front_desk import (
    AddDeskTask,
    AddFollowUp,
    DeskTask,
    EndFollowUp,
    FinishDeskTask,
    FollowUp,
    JoinWaitlist,
    LeaveWaitlist,
    SwapEarlier,
    WaitlistEntry,
)
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import BookAppointment
from meditrack_desktop.domain.working_time import AddAbsence

DAY = date(2026, 11, 19)
DESK_SERVICES = (
    "today",
    "waitlist",
    "follow_ups",
    "desk_tasks",
    "confirmations",
    "unresolved",
    "absence_worklists",
)


def _waiting(scene: Any) -> WaitlistEntry:
    joined: WaitlistEntry = scene.clinic.waitlist.join(
        scene.everything, JoinWaitlist(patient_id=scene.patient.id)
    )
    return joined


def _due(scene: Any) -> FollowUp:
    added: FollowUp = scene.clinic.follow_ups.add(
        scene.everything, AddFollowUp(patient_id=scene.patient.id, due_on=DAY)
    )
    return added


def _task(scene: Any) -> DeskTask:
    added: DeskTask = scene.clinic.desk_tasks.add(scene.everything, AddDeskTask(text="Order paper"))
    return added


def _leave(scene: Any, actor: Any) -> Any:
    entry = _waiting(scene)
    return scene.clinic.waitlist.leave(actor, LeaveWaitlist(id=entry.id, version=entry.version))


def _swap(scene: Any, actor: Any) -> Any:
    # A visit of its own: another door may have ended the scene's.
    wanted = BookAppointment(
        patient_id=scene.patient.id,
        practitioner_id=scene.practitioner.id,
        wall_start=datetime.combine(DAY + timedelta(days=60), time(9)),
        overbook_reason="to swap",
    )
    visit = scene.clinic.scheduling.book(scene.everything, wanted)
    entry = scene.clinic.waitlist.join(
        scene.everything, JoinWaitlist(patient_id=scene.patient.id, appointment_id=visit.id)
    )
    command = SwapEarlier(
        id=entry.id,
        version=entry.version,
        appointment_version=visit.version,
        practitioner_id=scene.practitioner.id,
        wall_start=datetime.combine(DAY, time(11)),
    )
    return scene.clinic.waitlist.swap(actor, command)


def _end(scene: Any, actor: Any) -> Any:
    due = _due(scene)
    return scene.clinic.follow_ups.end(actor, EndFollowUp(id=due.id, version=due.version))


def _finish(scene: Any, actor: Any) -> Any:
    task = _task(scene)
    return scene.clinic.desk_tasks.finish(actor, FinishDeskTask(id=task.id, version=task.version))


def _absence(scene: Any) -> Any:
    command = AddAbsence(
        practitioner_id=scene.practitioner.id,
        wall_start=datetime.combine(DAY, time(0)),
        wall_end=datetime.combine(DAY, time(23)),
    )
    return scene.clinic.absences.add(scene.everything, command).absence.id


def _move_all(scene: Any, actor: Any) -> Any:
    visit, absence = scene.appointment, _absence(scene)
    later = MoveTo(
        id=visit.id,
        version=visit.version,
        practitioner_id=visit.practitioner_id,
        wall_start=visit.wall_start + timedelta(days=1),
    )
    return scene.clinic.absence_worklists.move_all(actor, MoveMany(absence_id=absence, moves=(later,)))


DESK_DOORS: dict[str, tuple[Permission, Callable[[Any, Any], Any]]] = {
    "today.board": (Permission.VIEW_CALENDAR, lambda s, a: s.clinic.today.board(a, DAY)),
    "waitlist.list": (Permission.VIEW_CALENDAR, lambda s, a: s.clinic.waitlist.list(a)),
    "waitlist.join": (
        Permission.BOOK_APPOINTMENT,
        lambda s, a: s.clinic.waitlist.join(a, JoinWaitlist(patient_id=s.patient.id)),
    ),
    "waitlist.leave": (Permission.BOOK_APPOINTMENT, _leave),
    "waitlist.swap": (Permission.MOVE_APPOINTMENT, _swap),
    "waitlist.fitting": (
        Permission.VIEW_CALENDAR,
        lambda s, a: s.clinic.waitlist.fitting(a, s.practitioner.id, datetime.combine(DAY, time(10)), 30),
    ),
    "follow_ups.due": (Permission.VIEW_CALENDAR, lambda s, a: s.clinic.follow_ups.due(a)),
    "follow_ups.add": (
        Permission.BOOK_APPOINTMENT,
        lambda s, a: s.clinic.follow_ups.add(a, AddFollowUp(patient_id=s.patient.id, due_on=DAY)),
    ),
    "follow_ups.end": (Permission.BOOK_APPOINTMENT, _end),
    "desk_tasks.list": (Permission.VIEW_CALENDAR, lambda s, a: s.clinic.desk_tasks.list(a)),
    "desk_tasks.add": (
        Permission.BOOK_APPOINTMENT,
        lambda s, a: s.clinic.desk_tasks.add(a, AddDeskTask(text="Order paper")),
    ),
    "desk_tasks.finish": (Permission.BOOK_APPOINTMENT, _finish),
    "confirmations.to_confirm": (
        Permission.VIEW_CALENDAR,
        lambda s, a: s.clinic.confirmations.to_confirm(a, DAY),
    ),
    "absence_worklists.of_absence": (
        Permission.VIEW_CALENDAR,
        lambda s, a: s.clinic.absence_worklists.of_absence(a, _absence(s)),
    ),
    "absence_worklists.to_do": (
        Permission.VIEW_CALENDAR,
        lambda s, a: s.clinic.absence_worklists.to_do(a),
    ),
    "absence_worklists.move_all": (Permission.MOVE_APPOINTMENT, _move_all),
    "absence_worklists.mark_contacted": (
        Permission.SET_APPOINTMENT_STATUS,
        lambda s, a: s.clinic.absence_worklists.mark_contacted(
            a,
            MarkContacted(
                absence_id=_absence(s), appointment_id=s.appointment.id, outcome=ContactOutcome.REACHED
            ),
        ),
    ),
    "unresolved.of_day": (Permission.VIEW_CALENDAR, lambda s, a: s.clinic.unresolved.of_day(a, DAY)),
    "unresolved.before": (Permission.VIEW_CALENDAR, lambda s, a: s.clinic.unresolved.before(a, DAY)),
}
