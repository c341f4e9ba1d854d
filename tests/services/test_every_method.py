"""Walks every public method of every service: who lacks the permission is refused, and each call leaves its line."""

from __future__ import annotations

import inspect
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import Outcome
from meditrack_desktop.domain.documents import DocumentType
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotAllowed, NotAuthenticated
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.services.clinic import Clinic
from tests.services.booking_doors import NO_LINE
from tests.services.doors import DOORS, PNG, SERVICES, WITHOUT_AN_ACTOR, Scene, attach, person


def _public_methods(clinic: Clinic) -> set[str]:
    return {
        f"{service}.{name}"
        for service in SERVICES
        for name, member in inspect.getmembers(type(getattr(clinic, service)), inspect.isfunction)
        if not name.startswith("_")
    }


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_every_method_is_in_the_table(clinic: Clinic) -> None:
    assert _public_methods(clinic) == DOORS.keys() | WITHOUT_AN_ACTOR.keys()
    bundled = {field.name for field in fields(Clinic)}
    assert bundled == {*SERVICES, "changes", "profile", "work", "keys", "intake", "listener"}


def test_every_method_refuses_and_leaves_its_line(scene: Scene) -> None:
    for door, (permission, call) in sorted(DOORS.items()):
        before = scene.clinic.audit.list(scene.everything, limit=1)[0]
        with pytest.raises(NotAllowed) as caught:
            call(scene, scene.nobody)
        assert caught.value.code is ErrorCode.NOT_PERMITTED, door
        assert set(caught.value.parameters) == {"permission"}, f"{door} tells more than the permission"
        line = _newest(scene, before.seq, Outcome.REFUSED)
        assert line is not None and line.detail == permission.value, door
        assert line.account_id == scene.nobody.account_id, door


@pytest.mark.parametrize("door", sorted(DOORS))
def test_with_the_permission_each_method_works_and_leaves_its_line(door: str, scene: Scene) -> None:
    _, call = DOORS[door]
    before = scene.clinic.audit.list(scene.everything, limit=1)[0].seq
    scene.clinic.work.clock.advance(timedelta(minutes=5))  # type: ignore[attr-defined]
    call(scene, scene.everything)
    line = _newest(scene, before, Outcome.DONE)
    if door in NO_LINE:
        assert line is None or line.object_type == "audit", "it is on the list of exceptions without need"
        return
    assert line is not None, f"{door} left no line"
    assert line.account_id == scene.everything.account_id
    assert scene.clinic.audit.check(scene.everything).whole


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_an_ended_session_opens_no_door(scene: Scene) -> None:
    stranger = person(scene.clinic, "leaver", frozenset(Role))
    scene.clinic.sessions.sign_out(stranger)
    for door, (_, call) in sorted(DOORS.items()):
        with pytest.raises(NotAuthenticated) as caught:
            call(scene, stranger)
        assert caught.value.code is ErrorCode.SESSION_EXPIRED, door


def test_the_front_desk_opens_no_clinical_document(scene: Scene, reception: Actor) -> None:
    before = scene.clinic.audit.list(scene.everything, limit=1)[0].seq
    with pytest.raises(NotAllowed) as caught:
        scene.clinic.documents.open(reception, scene.document.id)
    assert caught.value.parameters == {"permission": Permission.OPEN_CLINICAL_DOCUMENT.value}
    line = _newest(scene, before, Outcome.REFUSED)
    assert line is not None and line.detail == Permission.OPEN_CLINICAL_DOCUMENT.value
    administrative = attach(scene, reception, DocumentType.INSURANCE)
    with scene.clinic.documents.open(reception, administrative.id).source as source:
        assert source.read_all() == PNG


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_unknown_ids_answer_alike(scene: Scene) -> None:
    """A refusal for an id that does not exist tells the same as one for an id the actor may not know of."""
    for call in (
        lambda a: scene.clinic.patients.get(a, new_id()),
        lambda a: scene.clinic.documents.open(a, new_id()),
        lambda a: scene.clinic.scheduling.get(a, new_id()),
    ):
        with pytest.raises(ClinicError) as caught:
            call(scene.nobody)
        assert isinstance(caught.value, NotAllowed)


def _newest(scene: Scene, after: int, outcome: Outcome) -> Any:
    lines = scene.clinic.audit.list(scene.everything, limit=50)
    return next((line for line in lines if line.seq > after and line.outcome is outcome), None)
