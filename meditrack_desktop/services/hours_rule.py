"""Whose working time somebody may change, and who may read why a doctor is away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from meditrack_desktop.database.queries import care_relation
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.working_time import Absence, WorkingTimes
from meditrack_desktop.services.work import Look, Work


def check(seen: Look | Work, practitioner_id: UUID) -> None:
    """NotAllowed unless the actor may set this doctor's hours, special days, absences and rules.

    EDIT_OWN_HOURS is enough for the doctor who the actor is; anybody else needs EDIT_HOURS.
    """
    own = _is_own(seen, practitioner_id)
    # Asked for either way: taking the deed back asks for the same again.
    seen.require(Permission.EDIT_OWN_HOURS if own else Permission.EDIT_HOURS)


def knows_why(seen: Look | Work) -> Callable[[UUID], bool]:
    """Of which doctors the actor may read why they are away: those whose hours they set, and themselves."""
    account = seen.actor.account_id
    if care_relation.roles_holding(seen.session, account, Permission.EDIT_HOURS):
        return lambda practitioner_id: True
    own = care_relation.doctor_of(seen.session, account)
    return lambda practitioner_id: practitioner_id == own


def discretion(seen: Look | Work) -> Callable[[Absence], Absence]:
    """What makes of an absence what the actor may know of it.

    Whoever sets the doctor's hours, and the doctor, read it as it is; anybody else reads that the doctor is away,
    from when to when, without the note, and without being told that somebody is ill.
    """
    knows = knows_why(seen)
    return lambda absence: absence if knows(absence.practitioner_id) else absence.discreet()


def as_told(seen: Look | Work, known: WorkingTimes) -> WorkingTimes:
    """The same days without why doctors are away or work at another time, where that is not the actor's business."""
    knows = knows_why(seen)
    return replace(
        known,
        absences={
            of: some if knows(of) else [one.discreet() for one in some] for of, some in known.absences.items()
        },
        special={key: day if knows(key[0]) else replace(day, note="") for key, day in known.special.items()},
    )


def _is_own(seen: Look | Work, practitioner_id: UUID) -> bool:
    account = seen.actor.account_id
    return care_relation.doctor_of(seen.session, account) == practitioner_id and bool(
        care_relation.roles_holding(seen.session, account, Permission.EDIT_OWN_HOURS)
    )
