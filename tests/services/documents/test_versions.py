"""Versions supersede, nothing is overwritten: what counts follows the bin, in both directions."""

from __future__ import annotations

import io
import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import (
    AttachDocument,
    DeleteDocument,
    Document,
    DocumentType,
    RestoreDocument,
)
from meditrack_desktop.domain.errors import ChangedMeanwhile, Conflict, ErrorCode, Invalid, NotFound
from meditrack_desktop.domain.patients import Patient
from tests.conftest import ClinicSite
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


def test_two_desks_replace_one_document_at_once(
    desk: FilingDesk, site: ClinicSite, clock: FixedClock
) -> None:
    second = FilingDesk(site.open(clock), desk.actor, desk.patient)
    try:
        for _ in range(3):
            first = desk.attach()
            barrier = Barrier(2)

            def replace(
                at: FilingDesk, first: Document = first, barrier: Barrier = barrier
            ) -> ErrorCode | None:
                barrier.wait()
                try:
                    at.attach(replaces_id=first.id)
                except Conflict as refusal:
                    return refusal.code
                return None

            with ThreadPoolExecutor(2) as pool:
                answers = list(pool.map(replace, (desk, second)))
            assert sorted(answers, key=str) == [ErrorCode.DOCUMENT_SUPERSEDED, None]
            newest, older = desk.clinic.documents.versions(desk.actor, first.id)
            assert (newest.replaces_id, older.id) == (first.id, first.id)
        assert desk.files() == desk.known_files()
    finally:
        second.clinic.close()


def test_two_desks_bin_and_take_out_versions_of_one_document(
    desk: FilingDesk, site: ClinicSite, doctor: Actor, clock: FixedClock
) -> None:
    """Neither waits for the other for ever, and one version counts in the end."""
    second = FilingDesk(site.open(clock), desk.actor, desk.patient)
    family = [desk.attach()]
    for _ in range(3):
        family.append(desk.attach(replaces_id=family[-1].id))

    def walk(number: int) -> None:
        at, chance = (desk, second)[number], random.Random(number)
        for _ in range(12):
            document = chance.choice(family)
            binned = at.clinic.documents.get(doctor, document.id).deleted_at is not None
            with suppress(ChangedMeanwhile, NotFound):
                (_out if binned else _bin)(at, doctor, document)

    try:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(walk, (0, 1)))
    finally:
        second.clinic.close()
    there = [one for one in family if desk.clinic.documents.get(doctor, one.id).deleted_at is None]
    assert desk.listed() == ([there[-1].id] if there else [])


def test_the_same_command_again(desk: FilingDesk) -> None:
    first = desk.attach()
    command = AttachDocument(patient_id=desk.patient.id, file_name="a.png", replaces_id=first.id)
    for _ in range(2):
        desk.clinic.documents.attach(desk.actor, command, io.BytesIO(a_picture()))
    assert desk.listed() == [command.id]
