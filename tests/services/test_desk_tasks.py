"""Tasks of the front desk."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.front_desk import AddDeskTask, DeskTask, FinishDeskTask
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_patient


def add(clinic: Clinic, desk: Actor, text: str, due_at: str = "") -> DeskTask:
    when = datetime.fromisoformat(due_at) if due_at else None
    return clinic.desk_tasks.add(desk, AddDeskTask(text=text, due_at=when))


def finish(clinic: Clinic, desk: Actor, task: DeskTask, *, done: bool = True) -> DeskTask:
    return clinic.desk_tasks.finish(desk, FinishDeskTask(id=task.id, version=task.version, done=done))


def test_by_when_they_are_due_then_what_has_no_time_then_what_is_done(
    clinic: Clinic, reception: Actor
) -> None:
    whenever = add(clinic, reception, "Order paper")
    late = add(clinic, reception, "Call the lab", "2026-11-18 15:00")
    early = add(clinic, reception, "Call Silas", "2026-11-18 12:00")
    done = finish(clinic, reception, add(clinic, reception, "Post", "2026-11-18 09:00"))
    assert [task.id for task in clinic.desk_tasks.list(reception)] == [
        early.id,
        late.id,
        whenever.id,
        done.id,
    ]


def test_what_was_done_yesterday_is_gone(clinic: Clinic, reception: Actor, clock: FixedClock) -> None:
    finish(clinic, reception, add(clinic, reception, "Post"))
    open_one = add(clinic, reception, "Order paper")
    clock.advance(timedelta(hours=14))  # 00:42 of the next day; the session lives for 12 hours of rest
    signed_in = clinic.sessions.sign_in("reception", "copper-lantern-eight-tides")
    assert [task.id for task in clinic.desk_tasks.list(signed_in)] == [open_one.id]


def test_done_and_to_do_again(clinic: Clinic, reception: Actor, admin: Actor) -> None:
    task = add(clinic, reception, "Order paper")
    done = finish(clinic, reception, task)
    assert done.done_at is not None
    with pytest.raises(ChangedMeanwhile):
        finish(clinic, reception, task)
    with pytest.raises(ChangedMeanwhile):
        finish(clinic, reception, done)
    assert finish(clinic, reception, done, done=False).done_at is None
    actions = [line.action for line in clinic.audit.list(admin, limit=5) if line.object_id == task.id]
    assert actions == ["desk_task.reopened", "desk_task.finished", "desk_task.added"]


def test_about_a_patient(clinic: Clinic, reception: Actor, admin: Actor) -> None:
    patient = clinic.patients.register(reception, a_patient("Beispiel", "Greta", birth_date="1971-03-04"))
    task = clinic.desk_tasks.add(reception, AddDeskTask(text="Call back", patient_id=patient.id))
    assert task.patient_name == "Greta Beispiel" and task.patient_mrn == patient.mrn
    assert str(task.patient_birth_date) == "1971-03-04"
    [line] = [line for line in clinic.audit.list(admin, limit=5) if line.object_id == task.id]
    assert line.patient_id == patient.id and "Call" not in line.detail
    with pytest.raises(NotFound):
        clinic.desk_tasks.add(reception, AddDeskTask(text="Call back", patient_id=new_id()))


def test_the_same_command_twice_adds_one(clinic: Clinic, reception: Actor) -> None:
    command = AddDeskTask(text="Order paper")
    first = clinic.desk_tasks.add(reception, command)
    assert clinic.desk_tasks.add(reception, command) == first
    assert len(clinic.desk_tasks.list(reception)) == 1
    with pytest.raises(ChangedMeanwhile):
        clinic.desk_tasks.add(reception, command.model_copy(update={"text": "Order pens"}))


def test_an_unknown_one(clinic: Clinic, reception: Actor) -> None:
    with pytest.raises(NotFound) as caught:
        clinic.desk_tasks.finish(reception, FinishDeskTask(id=new_id(), version=1))
    assert caught.value.code is ErrorCode.DESK_TASK_NOT_FOUND
