"""What the front desk keeps in mind of a patient, as FHIR R4: a wait, a recall and a task."""

from __future__ import annotations

from meditrack_desktop.domain.front_desk import (
    DeskTask,
    FollowUp,
    FollowUpState,
    Urgency,
    WaitlistEntry,
    WaitState,
)
from meditrack_desktop.services.fhir.values import Json, filled, instant, reference, resource

_PRIORITY = {Urgency.URGENT: 1, Urgency.SOON: 5, Urgency.ROUTINE: 9}
"""iCalendar's, as FHIR asks: 1 is the highest."""
_WAITS = {WaitState.WAITING: "waitlist", WaitState.BOOKED: "fulfilled", WaitState.REMOVED: "cancelled"}
_RECALLS = {
    FollowUpState.DUE: "active",
    FollowUpState.BOOKED: "completed",
    FollowUpState.DISMISSED: "revoked",
}
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def wait(entry: WaitlistEntry, patient: str) -> Json:
    """An Appointment that has no time yet; `patient` is the patient's id in the file. What became of it is its
    status: fulfilled by the visit that it names, or given up."""
    doctor = entry.practitioner_id
    hours = [f"{time:%H:%M}" if time else "" for time in (entry.from_time, entry.until_time)]
    wishes = (
        ", ".join(_WEEKDAYS[day] for day in entry.weekdays),
        f"from {hours[0]}" if hours[0] else "",
        f"until {hours[1]}" if hours[1] else "",
        entry.note,
    )
    return resource(
        "Appointment",
        str(entry.id),
        status=_WAITS[entry.state],
        priority=_PRIORITY[entry.urgency],
        description=entry.visit_type,
        supportingInformation=(
            [reference("Appointment", entry.appointment_id)] if entry.appointment_id else []
        ),
        minutesDuration=entry.minutes,
        created=instant(entry.created_at),
        comment="; ".join(wish for wish in wishes if wish),
        participant=[
            {"actor": reference("Patient", patient), "status": "accepted"},
            *([{"actor": reference("Practitioner", doctor), "status": "tentative"}] if doctor else []),
        ],
        requestedPeriod=(
            [
                filled(
                    start=entry.first_day.isoformat() if entry.first_day else "",
                    end=entry.last_day.isoformat() if entry.last_day else "",
                )
            ]
            if entry.first_day or entry.last_day
            else []
        ),
    )


def recall(follow_up: FollowUp, patient: str) -> Json:
    doctor = follow_up.practitioner_id
    visit = follow_up.appointment_id
    return resource(
        "CommunicationRequest",
        str(follow_up.id),
        status=_RECALLS[follow_up.state],
        subject=reference("Patient", patient),
        about=[reference("Appointment", visit)] if visit else [],
        payload=[{"contentString": follow_up.visit_type}] if follow_up.visit_type else [],
        occurrenceDateTime=follow_up.due_on.isoformat(),
        requester=reference("Practitioner", doctor) if doctor else {},
        reasonCode=[{"text": follow_up.reason}] if follow_up.reason else [],
    )


def task(one: DeskTask, patient: str) -> Json:
    """Whose `due_at` has no zone goes along as text: FHIR knows no clock on a wall."""
    due = one.due_at.isoformat(" ", "minutes") if one.due_at else ""
    return resource(
        "Task",
        str(one.id),
        status="completed" if one.done_at else "requested",
        intent="order",
        description=one.text,
        **{"for": reference("Patient", patient)},
        executionPeriod={"end": instant(one.done_at)} if one.done_at else {},
        authoredOn=instant(one.created_at),
        note=[{"text": f"due {due}"}] if due else [],
    )
