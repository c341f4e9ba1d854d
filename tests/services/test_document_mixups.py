"""What must not happen to a document between two people, two records or two places: to be lost, or to be told."""

from __future__ import annotations

from typing import Any

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import (
    DeleteDocument,
    ReassignDocument,
)
from meditrack_desktop.domain.incoming import IncomingState
from meditrack_desktop.domain.patient_merges import MergePatients, UndoMerge
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from tests.makers.care import as_doctor, in_care
from tests.makers.documents import FilingDesk, a_pdf
from tests.makers.people import a_patient
from tests.services.incoming_scene import InboxDesk, a_png


@pytest.fixture
def patient(clinic: Clinic, reception: Actor) -> Patient:
    return clinic.patients.register(reception, a_patient("Fictanova", "Mara", birth_date="1971-03-04"))


@pytest.fixture
def other(clinic: Clinic, reception: Actor) -> Patient:
    return clinic.patients.register(reception, a_patient("Exampleton", "Bruno", birth_date="1950-12-24"))


@pytest.fixture
def desk(
    clinic: Clinic, reception: Actor, doctor: Actor, admin: Actor, patient: Patient, other: Patient
) -> FilingDesk:
    in_care(clinic, reception, as_doctor(clinic, admin, doctor), patient, other)
    return FilingDesk(clinic, reception, patient)


@pytest.fixture
def inbox(desk: FilingDesk) -> InboxDesk:
    return InboxDesk(desk.clinic, desk.actor, desk.patient)


class TestTwoRecords:
    def test_what_was_replaced_while_two_records_were_one_is_seen_again(
        self, desk: FilingDesk, admin: Actor, other: Patient
    ) -> None:
        clinic = desk.clinic
        theirs = desk.attach(patient_id=other.id)
        merge = _merge(clinic, admin, desk.patient, other)
        newer = desk.attach(a_pdf("newer"), replaces_id=theirs.id)
        assert desk.listed() == [newer.id]
        clinic.patient_merges.undo(admin, UndoMerge(id=merge.id, version=merge.version))
        assert desk.listed(other) == [theirs.id]
        assert desk.listed() == [newer.id]
        assert clinic.documents.get(desk.actor, newer.id).replaces_id is None

    def test_what_is_done_to_the_one_afterwards_does_not_touch_the_other(
        self, desk: FilingDesk, admin: Actor, doctor: Actor, other: Patient
    ) -> None:
        clinic = desk.clinic
        theirs = desk.attach(patient_id=other.id)
        merge = _merge(clinic, admin, desk.patient, other)
        newer = desk.attach(a_pdf("newer"), replaces_id=theirs.id)
        newest = desk.attach(a_pdf("newest"), replaces_id=newer.id)
        clinic.patient_merges.undo(admin, UndoMerge(id=merge.id, version=merge.version))
        now = clinic.documents.get(doctor, newest.id)
        clinic.documents.delete(doctor, DeleteDocument(id=now.id, version=now.version, reason="a mistake"))
        assert desk.listed(other) == [theirs.id]
        assert desk.listed() == [newer.id]


def _merge(clinic: Clinic, admin: Actor, kept: Patient, gone: Patient) -> Any:
    kept, gone = clinic.patients.get(admin, kept.id), clinic.patients.get(admin, gone.id)
    command = MergePatients(
        kept_id=kept.id,
        kept_version=kept.version,
        gone_id=gone.id,
        gone_version=gone.version,
        reason="registered twice",
    )
    return clinic.patient_merges.merge(admin, command)


class TestTheSameBytesAgain:
    """A file leaves the scan folder when it is known: so what is known must be there."""

    def test_what_lies_in_the_bin_is_not_known(self, inbox: InboxDesk, doctor: Actor) -> None:
        first = inbox.take(a_png(), "a.png")
        filed = inbox.file(first)
        inbox.clinic.documents.delete(
            doctor, DeleteDocument(id=filed.id, version=filed.version, reason="a mistake")
        )
        again = inbox.take(a_png(), "a.png")
        assert (again.id != first.id, again.state) == (True, IncomingState.WAITING)

    def test_what_was_filed_in_error_is_not_known(
        self, inbox: InboxDesk, doctor: Actor, other: Patient
    ) -> None:
        first = inbox.take(a_png(), "a.png")
        filed = inbox.file(first)
        _reassign(inbox.clinic, doctor, filed, other)
        assert inbox.take(a_png(), "a.png").id != first.id


def _reassign(clinic: Clinic, actor: Actor, document: Any, to: Patient) -> Any:
    command = ReassignDocument(
        id=document.id,
        version=document.version,
        patient_id=to.id,
        reason="wrong patient",
    )
    return clinic.documents.reassign(actor, command)
