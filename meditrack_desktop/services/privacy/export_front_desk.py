"""The front desk's part of a patient's export: waits for a visit, follow-ups and tasks."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from meditrack_desktop.database.queries import desk_tasks, follow_ups, waitlist
from meditrack_desktop.domain.front_desk import DeskTask, FollowUp, WaitlistEntry
from meditrack_desktop.services.fhir import front_desk
from meditrack_desktop.services.fhir.values import Json
from meditrack_desktop.services.paper import Paper
from meditrack_desktop.services.work import Look


@dataclass(frozen=True, slots=True)
class FrontDeskContents:
    waits: tuple[WaitlistEntry, ...]
    follow_ups: tuple[FollowUp, ...]
    tasks: tuple[DeskTask, ...]


def gather(look: Look, patient_id: UUID) -> FrontDeskContents:
    return FrontDeskContents(
        waits=waitlist.of_patient(look.session, patient_id),
        follow_ups=follow_ups.of_patient(look.session, patient_id),
        tasks=desk_tasks.of_patient(look.session, patient_id),
    )


def resources(contents: FrontDeskContents, patient: str) -> list[Json]:
    """`patient` is the patient's id in the file."""
    return [
        *(front_desk.wait(entry, patient) for entry in contents.waits),
        *(front_desk.recall(follow_up, patient) for follow_up in contents.follow_ups),
        *(front_desk.task(task, patient) for task in contents.tasks),
    ]


def print_on(paper: Paper, contents: FrontDeskContents, zone: ZoneInfo) -> None:
    """What there is; nothing where the front desk keeps nothing in mind. Times on the clinic's clock."""
    if contents.waits:
        paper.heading("Waiting for a visit")
        paper.table(
            ("Since", "Minutes", "Urgency", "State", "Wished"),
            (3, 1.5, 2, 2, 6),
            [
                (
                    entry.created_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
                    str(entry.minutes),
                    entry.urgency.value,
                    entry.state.value,
                    "\n".join(part for part in (entry.visit_type, entry.note) if part),
                )
                for entry in contents.waits
            ],
        )
    if contents.follow_ups:
        paper.heading("To be seen again")
        paper.table(
            ("Due", "State", "What for"),
            (3, 2, 8),
            [
                (
                    follow_up.due_on.isoformat(),
                    follow_up.state.value,
                    "\n".join(part for part in (follow_up.visit_type, follow_up.reason) if part),
                )
                for follow_up in contents.follow_ups
            ],
        )
    if contents.tasks:
        paper.heading("Tasks of the front desk")
        paper.table(
            ("Due", "State", "Task"),
            (3, 2, 8),
            [
                (
                    task.due_at.isoformat(" ", "minutes") if task.due_at else "",
                    "done" if task.done_at else "to do",
                    task.text,
                )
                for task in contents.tasks
            ],
        )
