"""What the page of a document shows beside its pages, gathered in one go."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.allergies import AllergyList
from meditrack_desktop.domain.documents import Document
from meditrack_desktop.domain.errors import NotAllowed, NotFound, Unavailable
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.domain.spool import WaitingDocument
from meditrack_desktop.services.clinic import Clinic


@dataclass(frozen=True, slots=True)
class PageContent:
    """`documents` are the current ones; `versions` all of the open one's, newest first."""

    patient: Patient
    documents: tuple[Document, ...]
    binned: tuple[Document, ...] = ()
    versions: tuple[Document, ...] = ()
    visits: tuple[Appointment, ...] = ()
    allergies: AllergyList | None = None
    waiting: tuple[WaitingDocument, ...] = ()
    """Filed here while the place for documents was away; not stored yet."""
    opened: int = 0
    """How often anybody opened the document of the page."""

    @property
    def open_to_change(self) -> bool:
        """Whether anything of this record may be changed: not archived, restricted or merged into another."""
        patient = self.patient
        return patient.active and patient.restricted_at is None and patient.merged_into is None

    def document(self, document_id: UUID) -> Document | None:
        """One of the patient's, current, older or in the bin."""
        everywhere = (*self.documents, *self.versions, *self.binned)
        return next((one for one in everywhere if one.id == document_id), None)

    def visit_of(self, document: Document) -> Appointment | None:
        return next((visit for visit in self.visits if visit.id == document.appointment_id), None)

    def newer_than(self, document: Document) -> Document | None:
        """The version that replaced it, if one did."""
        return next((one for one in self.versions if one.replaces_id == document.id), None)

    def older_than(self, document: Document) -> Document | None:
        """The version it replaced, if it did."""
        return next((one for one in self.versions if one.id == document.replaces_id), None)


def gather(clinic: Clinic, actor: Actor, patient_id: UUID, document_id: UUID) -> PageContent:
    """Read it; for a working thread. NotFound, NotAllowed."""
    documents = clinic.documents
    patient = clinic.patients.get(actor, patient_id)
    current = documents.of_patient(actor, patient_id)
    binned = documents.bin(actor, patient_id) if actor.may(Permission.DELETE_DOCUMENT) else ()
    return PageContent(
        patient,
        current,
        binned,
        _versions(clinic, actor, document_id),
        clinic.scheduling.of_patient(actor, patient_id) if actor.may(Permission.VIEW_CALENDAR) else (),
        clinic.allergies.of_patient(actor, patient_id),
        _waiting(clinic, actor, patient_id),
        _opened(clinic, actor, document_id),
    )


def _versions(clinic: Clinic, actor: Actor, document_id: UUID) -> tuple[Document, ...]:
    try:
        return clinic.documents.versions(actor, document_id)
    except (NotAllowed, NotFound):
        # Not for this person, or gone: the pages' place says so.
        return ()


def _opened(clinic: Clinic, actor: Actor, document_id: UUID) -> int:
    try:
        return clinic.documents.times_opened(actor, document_id)
    except (NotAllowed, NotFound):
        return 0


def _waiting(clinic: Clinic, actor: Actor, patient_id: UUID) -> tuple[WaitingDocument, ...]:
    if not clinic.spool.count:
        return ()
    try:
        return tuple(one for one in clinic.spool.waiting(actor) if one.patient_id == patient_id)
    except Unavailable:
        # One that cannot be read must not hide every document there is; the status strip tells of it.
        return ()
