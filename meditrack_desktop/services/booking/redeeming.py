"""What a booking ends in the same transaction: the hold on its slot, a wait, a follow-up that was due."""

from __future__ import annotations

from meditrack_desktop.database.queries import follow_ups, holds, waitlist
from meditrack_desktop.database.tables.front_desk import FollowUpRow, WaitlistRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import ChangedMeanwhile
from meditrack_desktop.domain.front_desk import FollowUpState, WaitState
from meditrack_desktop.domain.scheduling import BookAppointment
from meditrack_desktop.services.work import Work


def redeem(work: Work, command: BookAppointment, row: AppointmentRow) -> None:
    """Let go of the hold, and end the wait and the follow-up that the command names; the visit is stored.

    A hold that is gone already is none: the slot was free. NotFound WAITLIST_NOT_FOUND or FOLLOW_UP_NOT_FOUND;
    ChangedMeanwhile if it is another patient's, or somebody else has ended it.
    """
    if command.hold_id is not None:
        for one in holds.of_session(work.session, work.actor.session_id):
            if one.id == command.hold_id:
                holds.let_go(work.session, work.actor.session_id, one.id)
                work.changes.append(Change("hold", one.id, one.practitioner_id, one.wall_start.date()))
    if command.waitlist_id is not None:
        version = waitlist.record(work.session, command.waitlist_id).version
        wait = waitlist.row(work.session, command.waitlist_id, version)
        _check(wait, row, waits=wait.state is WaitState.WAITING)
        wait.state, wait.appointment_id = WaitState.BOOKED, row.id
        work.changed(
            wait,
            "waitlist_entry.booked",
            Change("waitlist_entry", wait.id, wait.practitioner_id, patient=wait.patient_id),
            patient_id=wait.patient_id,
        )
    if command.follow_up_id is not None:
        version = follow_ups.record(work.session, command.follow_up_id).version
        due = follow_ups.row(work.session, command.follow_up_id, version)
        # One whose visit was given up is due again, and says so only when it is read.
        _check(due, row, waits=follow_ups.record(work.session, due.id).state is FollowUpState.DUE)
        due.state, due.appointment_id = FollowUpState.BOOKED, row.id
        work.changed(
            due,
            "follow_up.booked",
            Change("follow_up", due.id, due.practitioner_id, patient=due.patient_id),
            patient_id=due.patient_id,
        )


def _check(row: WaitlistRow | FollowUpRow, visit: AppointmentRow, *, waits: bool) -> None:
    if row.patient_id != visit.patient_id or not waits:
        raise ChangedMeanwhile()
