"""The doors of documents beside filing, opening and the bin; see `doors`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import (
    AttachDocument,
    EditDocument,
    ReassignDocument,
    ReviewDocument,
    TurnDocument,
)
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import RegisterPatient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.privacy import DisclosureKind, HandOutDocument
from tests.makers.dicom_files import a_slice

if TYPE_CHECKING:
    from tests.services.doors import Scene

P = Permission


def _study(scene: Scene, actor: Actor) -> Any:
    command = AttachDocument(patient_id=scene.patient.id, file_name="study", other_name_confirmed=True)
    return scene.clinic.documents.attach_study(actor, command, [("IM1", a_slice(1)), ("IM2", a_slice(2))])


def _reassign(scene: Scene, actor: Actor) -> Any:
    right = scene.clinic.patients.register(scene.everything, RegisterPatient(family="Vzorek", given="Jan"))
    document = scene.document
    command = ReassignDocument(
        id=document.id,
        version=document.version,
        patient_id=right.id,
        reason="mixed up",
        other_name_confirmed=True,
    )
    return scene.clinic.documents.reassign(actor, command)


def _unlock(scene: Scene, actor: Actor) -> None:
    """The scene's document asks for no password, which is seen only by whoever may open it."""
    try:
        scene.clinic.documents.unlock(actor, scene.document.id, "open sesame").source.close()
    except Invalid as error:
        assert error.code is ErrorCode.FILE_TYPE_REFUSED


def _hand_out(scene: Scene, kind: DisclosureKind) -> HandOutDocument:
    return HandOutDocument(
        document_id=scene.document.id, kind=kind, recipient="The patient", purpose="asked for it"
    )


def _saved(scene: Scene, actor: Actor) -> Any:
    target = scene.folder / f"{new_id().hex}.png"
    return scene.clinic.documents.save_copy(actor, _hand_out(scene, DisclosureKind.SAVED_COPY), target)


DOCUMENT_DOORS: dict[str, tuple[Permission, Callable[[Scene, Actor], Any]]] = {
    "documents.attach_study": (P.ATTACH_DOCUMENT, _study),
    "documents.bin": (P.LIST_DOCUMENTS, lambda s, a: s.clinic.documents.bin(a, s.patient.id)),
    "documents.times_opened": (
        P.LIST_DOCUMENTS,
        lambda s, a: s.clinic.documents.times_opened(a, s.document.id),
    ),
    "documents.versions": (P.LIST_DOCUMENTS, lambda s, a: s.clinic.documents.versions(a, s.document.id)),
    # Those that open a document ask for the right of its class then.
    "documents.text": (P.LIST_DOCUMENTS, lambda s, a: s.clinic.documents.text(a, s.document.id)),
    "documents.unlock": (P.LIST_DOCUMENTS, _unlock),
    "documents.contents": (P.LIST_DOCUMENTS, lambda s, a: s.clinic.documents.contents(a, s.document.id)),
    "documents.thumbnail": (P.LIST_DOCUMENTS, lambda s, a: s.clinic.documents.thumbnail(a, s.document.id)),
    "documents.thumbnails": (
        P.LIST_DOCUMENTS,
        lambda s, a: s.clinic.documents.thumbnails(a, [s.document.id]),
    ),
    "documents.edit": (
        P.EDIT_DOCUMENT,
        lambda s, a: s.clinic.documents.edit(
            a, EditDocument(id=s.document.id, version=s.document.version, title="Blood count")
        ),
    ),
    "documents.turn": (
        P.EDIT_DOCUMENT,
        lambda s, a: s.clinic.documents.turn(
            a, TurnDocument(id=s.document.id, version=s.document.version, turn=90)
        ),
    ),
    "documents.review": (
        P.REVIEW_DOCUMENT,
        lambda s, a: s.clinic.documents.review(
            a, ReviewDocument(id=s.document.id, version=s.document.version)
        ),
    ),
    "documents.reassign": (P.EDIT_DOCUMENT, _reassign),
    "documents.hand_out": (
        P.DISCLOSE_PATIENT,
        lambda s, a: s.clinic.documents.hand_out(a, _hand_out(s, DisclosureKind.PRINT)).source.close(),
    ),
    "documents.save_copy": (P.DISCLOSE_PATIENT, _saved),
}
