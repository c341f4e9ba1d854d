"""With whom a file of the inbox lies, after everything that can become of its document; told to who may know."""

from __future__ import annotations

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import DeleteDocument, DocumentType, EditDocument, ReassignDocument
from meditrack_desktop.domain.incoming import FiledWith, IncomingFile, IncomingState
from meditrack_desktop.domain.permission_grid import ChangeGrid
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.settings import ChangeSettings, ReadingRule
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_patient
from tests.services.incoming_scene import InboxDesk, a_png


@pytest.fixture
def desk(clinic: Clinic, reception: Actor, admin: Actor) -> InboxDesk:
    clinic.settings.change(admin, ChangeSettings(reading_rule=ReadingRule.WHOLE_CLINIC))
    return InboxDesk(clinic, reception, clinic.patients.register(reception, a_patient()))


def _listed(desk: InboxDesk) -> IncomingFile:
    (one,) = desk.clinic.incoming.list(desk.actor, IncomingState.FILED)
    assert desk.clinic.incoming.get(desk.actor, one.id) == one
    return one


def _lies(desk: InboxDesk) -> FiledWith:
    found = _listed(desk).filed_with
    assert found is not None
    return found


def test_it_is_told_where_it_lies_now(desk: InboxDesk, doctor: Actor) -> None:
    documents = desk.clinic.documents
    filed = desk.file(desk.take(a_png(), "a.png"))
    assert _lies(desk) == FiledWith(
        filed.id, desk.patient.id, desk.patient.name, desk.patient.birth_date, desk.patient.mrn
    )
    second, third = (desk.clinic.patients.register(desk.actor, a_patient()) for _ in range(2))
    moved = documents.reassign(
        doctor, ReassignDocument(id=filed.id, version=filed.version, patient_id=second.id, reason="mixed up")
    )
    assert (_lies(desk).document_id, _lies(desk).name, _lies(desk).moved) == (moved.id, second.name, True)
    # Another class leaves a row of the former files behind: nobody's document.
    edited = documents.edit(
        doctor, EditDocument(id=moved.id, version=moved.version, type=DocumentType.INSURANCE)
    )
    assert _lies(desk).document_id == edited.id
    again = documents.reassign(
        doctor, ReassignDocument(id=edited.id, version=edited.version, patient_id=third.id, reason="no, them")
    )
    assert (_lies(desk).patient_id, _lies(desk).birth_date) == (third.id, third.birth_date)
    assert not _lies(desk).in_bin
    documents.delete(doctor, DeleteDocument(id=again.id, version=again.version, reason="scanned twice"))
    assert (_lies(desk).patient_id, _lies(desk).in_bin) == (third.id, True)


@pytest.mark.parametrize("taken", [Permission.VIEW_PATIENTS, Permission.LIST_DOCUMENTS])
def test_who_may_not_know_is_told_that_and_nothing_else(
    desk: InboxDesk, admin: Actor, taken: Permission
) -> None:
    desk.file(desk.take(a_png(), "a.png"))
    assert _listed(desk).may_know
    desk.clinic.permission_grid.change(
        admin, ChangeGrid(role=Role.RECEPTIONIST, permission=taken, allowed=False)
    )
    one = _listed(desk)
    assert (one.may_know, one.filed_with, one.patient_id, one.document_id) == (False, None, None, None)
