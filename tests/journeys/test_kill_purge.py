"""F4, erasing: a desk is killed while it erases a patient; it is carried on to its end, or was never begun."""

from __future__ import annotations

import io
import random
import sys
import time
from collections.abc import Sequence
from uuid import UUID

import pytest

from meditrack_desktop.database.queries import documents as document_queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import AttachDocument, Document, DocumentClass, DocumentType
from meditrack_desktop.domain.errors import ErrorCode, NotFound
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.privacy import AnswerPurge, AskForPurge, PurgeRequest
from meditrack_desktop.services.clinic import Clinic
from tests.journeys.busy_desk import Orders, a_file
from tests.journeys.test_kill import (
    FAMILY,
    GIVEN,
    WORDS,
    World,
    check_nothing_readable,
    check_whole,
    finish,
    stdin_of,
    world,
)
from tests.makers.care import in_care
from tests.makers.people import a_patient
from tests.services.doors import person

__all__ = ["world"]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
SIZES = (100, 70_000, 400_000, 100)


def file_documents(world: World, clinic: Clinic, patient_id: UUID) -> list[Document]:
    kinds = (DocumentType.LAB_REPORT, DocumentType.INSURANCE)
    return [
        clinic.documents.attach(
            world.site.actors["reception"],
            AttachDocument(patient_id=patient_id, file_name="f.png", title=WORDS, type=kinds[number % 2]),
            io.BytesIO(a_file(size, WORDS)),
        )
        for number, size in enumerate(SIZES)
    ]


def ask(clinic: Clinic, second: Actor, patient_id: UUID) -> PurgeRequest:
    command = AskForPurge(patient_id=patient_id, reason="the patient insists on it", overrule=True)
    return clinic.purges.ask(second, command)


def orders(world: World, request: PurgeRequest) -> Orders:
    return Orders(
        folder=world.site.folder,
        secrets=world.site.secrets,
        actor=world.site.actors["admin"],
        clock=world.clock,
        commands=(AnswerPurge(id=request.id, version=request.version),),
        sizes={},
    )


def open_all(world: World, clinic: Clinic, documents: Sequence[Document]) -> None:
    for document in documents:
        with clinic.documents.open(world.site.actors["doctor"], document.id).source as source:
            assert WORDS.encode() in source.read_all()


def check_gone(world: World, clinic: Clinic, patient_id: UUID) -> None:
    reception = world.site.actors["reception"]
    for call in (clinic.patients.get, clinic.documents.of_patient, clinic.scheduling.of_patient):
        with pytest.raises(NotFound, match=f"^{ErrorCode.PATIENT_PURGED.value}$"):
            call(reception, patient_id)
    with clinic.work.database.reading() as session:
        for document_class in DocumentClass:
            assert document_queries.patient_key(session, patient_id, document_class) is None
        assert document_queries.of_patient(session, patient_id, include_deleted=True) == []
    assert not list((world.site.folder / "vault" / "keys").glob(f"*{patient_id.hex}*"))
    assert not list((world.site.folder / "vault" / "keys").glob(f"*{patient_id}*"))


def test_killed_at_random_moments(world: World) -> None:
    chance = random.Random(11)
    admin, reception = world.site.actors["admin"], world.site.actors["reception"]
    clinic = world.site.open(world.clock)
    second = person(clinic, "second", frozenset({Role.ADMIN}))
    other = file_documents(world, clinic, world.patient.id)
    clinic.close()
    interrupted = begun = 0
    for number in range(24):
        if (
            number >= 6 and begun + interrupted
        ):  # a busy or a quick machine takes a few more to be met in the midst
            break
        clinic = world.site.open(world.clock)
        patient = clinic.patients.register(reception, a_patient(FAMILY, GIVEN))
        in_care(clinic, reception, world.doctor, patient)
        documents = file_documents(world, clinic, patient.id)
        request = ask(clinic, second, patient.id)
        clinic.close()
        desk = world.start(orders(world, request))
        stdin_of(desk).write(b"x")
        stdin_of(desk).flush()
        time.sleep(chance.uniform(0.002, 0.08))
        desk.kill()
        _, finished = finish(desk)
        check_nothing_readable(world)
        clinic = world.site.open(world.clock)
        [now] = [one for one in clinic.purges.list(admin, include_done=True) if one.id == request.id]
        if now.approved_at is None:
            open_all(world, clinic, documents)
            clinic.purges.approve(admin, AnswerPurge(id=now.id, version=now.version))
        else:
            begun += 1
            interrupted += now.interrupted
            assert now.interrupted or not finished or now.done_at
            clinic.purges.carry_out(admin, now.id)
        check_gone(world, clinic, patient.id)
        open_all(world, clinic, other)
        check_whole(world, clinic)
        clinic.close()
    assert begun + interrupted >= 1
