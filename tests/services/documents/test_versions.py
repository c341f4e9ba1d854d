"""Versions supersede, nothing is overwritten: what counts follows the bin, in both directions."""

from __future__ import annotations

import io
import random

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import (
    AttachDocument,
    DeleteDocument,
    Document,
    DocumentType,
    RestoreDocument,
)
from meditrack_desktop.domain.errors import Conflict, ErrorCode, Invalid, NotFound
from meditrack_desktop.domain.patients import Patient
from tests.makers.documents import FilingDesk
from tests.makers.pictures import a_picture
from tests.services.documents.conftest import lines


def _bin(desk: FilingDesk, doctor: Actor, document: Document) -> Document:
    documents = desk.clinic.documents
    version = documents.get(doctor, document.id).version
    return documents.delete(doctor, DeleteDocument(id=document.id, version=version, reason="not ours"))


def _out(desk: FilingDesk, doctor: Actor, document: Document) -> Document:
    documents = desk.clinic.documents
    version = documents.get(doctor, document.id).version
    return documents.restore(doctor, RestoreDocument(id=document.id, version=version))


def test_the_newest_is_listed_and_the_others_stay(desk: FilingDesk, doctor: Actor, admin: Actor) -> None:
    first = desk.attach()
    second = desk.attach(replaces_id=first.id)
    third = desk.attach(replaces_id=second.id)
    assert desk.listed() == [third.id]
    for each in (first, second, third):
        versions = desk.clinic.documents.versions(desk.actor, each.id)
        assert [one.id for one in versions] == [third.id, second.id, first.id]
    assert [desk.status(each.id) for each in (first, second, third)] == [
        "superseded",
        "superseded",
        "current",
    ]
    desk.clinic.documents.open(doctor, first.id).source.close()
    assert [line[0] for line in lines(desk.clinic, admin, "document.superseded")] == [first.id, second.id]


def test_one_that_was_replaced_cannot_be_replaced_again(desk: FilingDesk) -> None:
    first = desk.attach()
    desk.attach(replaces_id=first.id)
    with pytest.raises(Conflict, match=ErrorCode.DOCUMENT_SUPERSEDED.value):
        desk.attach(replaces_id=first.id)


def test_only_its_own_patients_and_its_own_readers_document(desk: FilingDesk, other: Patient) -> None:
    first = desk.attach(type=DocumentType.LAB_REPORT)
    with pytest.raises(NotFound):
        desk.attach(replaces_id=first.id, patient_id=other.id)
    with pytest.raises(Invalid) as refused:
        desk.attach(replaces_id=first.id, type=DocumentType.CONSENT)
    assert list(refused.value.fields) == ["type"]
    assert desk.listed() == [first.id]


def test_binning_the_new_one_makes_the_old_one_count_again(desk: FilingDesk, doctor: Actor) -> None:
    first = desk.attach()
    second = desk.attach(replaces_id=first.id)
    _bin(desk, doctor, second)
    assert desk.listed() == [first.id]
    assert [one.id for one in desk.clinic.documents.bin(desk.actor, desk.patient.id)] == [second.id]
    _out(desk, doctor, second)
    assert desk.listed() == [second.id]


def test_taken_out_after_another_took_its_place(desk: FilingDesk, doctor: Actor) -> None:
    first = desk.attach()
    second = desk.attach(replaces_id=first.id)
    _bin(desk, doctor, second)
    third = desk.attach(replaces_id=first.id)
    with pytest.raises(Conflict, match=ErrorCode.DOCUMENT_SUPERSEDED.value):
        _out(desk, doctor, second)
    assert desk.listed() == [third.id]


def test_a_random_walk_leaves_one_current_version(desk: FilingDesk, doctor: Actor) -> None:
    """Whatever is binned and taken out: one version of the family counts, the newest that is there in its line."""
    chance, family = random.Random(6), [desk.attach()]
    for _ in range(4):
        family.append(desk.attach(replaces_id=family[-1].id))
    binned: set[int] = set()
    for _ in range(30):
        place = chance.randrange(len(family))
        if place in binned:
            _out(desk, doctor, family[place])
            binned.discard(place)
        else:
            _bin(desk, doctor, family[place])
            binned.add(place)
        there = [place for place in range(len(family)) if place not in binned]
        assert desk.listed() == ([family[there[-1]].id] if there else [])


def test_the_same_command_again(desk: FilingDesk) -> None:
    first = desk.attach()
    command = AttachDocument(patient_id=desk.patient.id, file_name="a.png", replaces_id=first.id)
    for _ in range(2):
        desk.clinic.documents.attach(desk.actor, command, io.BytesIO(a_picture()))
    assert desk.listed() == [command.id]
