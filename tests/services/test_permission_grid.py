"""The permission grid: changed by administrators, told in the trail, and never so that nobody can put it right."""

from __future__ import annotations

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.errors import Conflict, ErrorCode, NotAllowed
from meditrack_desktop.domain.permission_grid import KEPT_BY_ADMINS, KEPT_BY_ALL, ChangeGrid
from meditrack_desktop.domain.permissions import TEMPLATES, Permission, Role
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import PASSWORDS


def test_a_new_clinic_has_the_templates(clinic: Clinic, admin: Actor, reception: Actor) -> None:
    assert clinic.permission_grid.read(admin) == {role: TEMPLATES[role] for role in Role}
    with pytest.raises(NotAllowed):
        clinic.permission_grid.read(reception)


def test_every_box_can_be_ticked_and_unticked(clinic: Clinic, admin: Actor) -> None:
    expected = {role: set(TEMPLATES[role]) for role in Role}
    for role in (Role.RECEPTIONIST, Role.DOCTOR):
        for permission in set(Permission) - KEPT_BY_ALL:
            allowed = permission not in expected[role]
            grid = clinic.permission_grid.change(
                admin, ChangeGrid(role=role, permission=permission, allowed=allowed)
            )
            (expected[role].add if allowed else expected[role].remove)(permission)
            assert grid[role] == expected[role]
    assert clinic.permission_grid.read(admin) == expected


def test_the_trail_says_who_gave_and_took_what(clinic: Clinic, admin: Actor) -> None:
    heard: list[ChangeSet] = []
    clinic.changes.subscribe(heard.append)
    change = ChangeGrid(role=Role.DOCTOR, permission=Permission.EXPORT_PATIENTS, allowed=True)
    for command in (change, change, change.model_copy(update={"allowed": False})):
        clinic.permission_grid.change(admin, command)
    lines = [line for line in clinic.audit.list(admin, limit=20) if line.action == "permission_grid.changed"]
    assert [line.detail for line in reversed(lines)] == [
        "doctor export_patients given",
        "doctor export_patients unchanged",
        "doctor export_patients taken",
    ]
    assert {line.account_id for line in lines} == {admin.account_id}
    assert sum(each.touches("permission_grid") for each in heard) == 2, "what changed nothing is no news"


@pytest.mark.parametrize("permission", sorted(KEPT_BY_ADMINS))
def test_administrators_keep_what_they_need(clinic: Clinic, admin: Actor, permission: Permission) -> None:
    with pytest.raises(Conflict) as kept:
        clinic.permission_grid.change(
            admin, ChangeGrid(role=Role.ADMIN, permission=permission, allowed=False)
        )
    assert kept.value.code is ErrorCode.LAST_ADMINISTRATOR
    assert permission in clinic.permission_grid.read(admin)[Role.ADMIN]


@pytest.mark.parametrize("role", list(Role))
def test_everybody_keeps_what_coming_to_a_desk_needs(clinic: Clinic, admin: Actor, role: Role) -> None:
    for permission in KEPT_BY_ALL:
        with pytest.raises(Conflict) as kept:
            clinic.permission_grid.change(admin, ChangeGrid(role=role, permission=permission, allowed=False))
        assert kept.value.code is ErrorCode.PERMISSION_KEPT
        assert permission in clinic.permission_grid.read(admin)[role]


def test_whoever_may_do_nothing_else_still_comes_to_a_desk(clinic: Clinic, admin: Actor) -> None:
    for permission in TEMPLATES[Role.RECEPTIONIST] - KEPT_BY_ALL:
        clinic.permission_grid.change(
            admin, ChangeGrid(role=Role.RECEPTIONIST, permission=permission, allowed=False)
        )
    actor = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
    assert actor.permissions == KEPT_BY_ALL
    assert clinic.accounts.own(actor).id == actor.account_id
    assert clinic.settings.clinic(actor) == clinic.settings.clinic(admin)
    assert clinic.settings.read(actor) == clinic.settings.read(admin)


def test_what_is_given_is_in_the_next_session_and_counts_at_once(
    clinic: Clinic, admin: Actor, reception: Actor
) -> None:
    with pytest.raises(NotAllowed):
        clinic.accounts.list(reception)
    clinic.permission_grid.change(
        admin, ChangeGrid(role=Role.RECEPTIONIST, permission=Permission.VIEW_ACCOUNTS, allowed=True)
    )
    clinic.accounts.list(reception)
    assert clinic.sessions.sign_in("reception", PASSWORDS["reception"]).may(Permission.VIEW_ACCOUNTS)
