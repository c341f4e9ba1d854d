"""Documents: filing a file with a patient, opening it, its versions, the bin, and handing it out.

A file is in the vault, whole and read back, before its row is written (security.md D23). No file work happens
inside a transaction. What each method does lies beside this file, one subject each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from meditrack_desktop.database.queries import audit as audit_queries
from meditrack_desktop.database.queries import document_versions as version_queries
from meditrack_desktop.database.queries import documents as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import (
    AttachDocument,
    DeleteDocument,
    Document,
    DocumentStatus,
    EditDocument,
    PartKind,
    ReassignDocument,
    RestoreDocument,
    ReviewDocument,
    TurnDocument,
)
from meditrack_desktop.domain.errors import ErrorCode, NotFound
from meditrack_desktop.domain.examination import StudyContents
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.privacy import HandOutDocument
from meditrack_desktop.domain.progress import OnProgress
from meditrack_desktop.services.document_parts import text_of
from meditrack_desktop.services.documents.attaching import Attaching
from meditrack_desktop.services.documents.handing_out import HandingOut
from meditrack_desktop.services.documents.keeping import Keeping
from meditrack_desktop.services.documents.moving import Moving
from meditrack_desktop.services.documents.opening import OpenDocument, Opening
from meditrack_desktop.services.intake import Intake
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.unlocking import Unlocking
from meditrack_desktop.services.work import Works
from meditrack_desktop.vault.vault import Vault


def newest_first(versions: Sequence[Document]) -> tuple[Document, ...]:
    """Versions of one document by when they were filed; of those that came in one moment, what replaces goes first."""
    by_id = {one.id: one for one in versions}

    def depth(one: Document) -> int:
        seen = {one.id}
        while one.replaces_id in by_id and one.replaces_id not in seen:
            one = by_id[one.replaces_id]
            seen.add(one.id)
        return len(seen)

    return tuple(sorted(versions, key=lambda one: (one.created_at, depth(one)), reverse=True))


class Documents:
    def __init__(
        self, work: Works, keys: KeyHolder, intake: Intake, attaching: Attaching | None = None
    ) -> None:
        self.work = work
        self._keys = keys
        self._intake = intake
        self._attaching = attaching or Attaching(work, keys, intake)
        self._opening = Opening(work, keys)
        self._unlocking = Unlocking(work, intake)
        self._keeping = Keeping(work)
        self._moving = Moving(work, keys, intake, self._opening)
        self._handing_out = HandingOut(work, self._opening)

    @property
    def intake(self) -> Intake:
        """What looks into strangers' files."""
        return self._intake

    @property
    def vault(self) -> Vault:
        """The open vault; Unavailable VAULT_LOCKED while the clinic is locked."""
        return self._keys.vault

    def attach(
        self, actor: Actor, command: AttachDocument, source: BinaryIO, progress: OnProgress | None = None
    ) -> Document:
        """File the bytes of `source` with a patient; the same command twice files them once.

        `progress` counts bytes and may raise Stopped: then nothing is kept. Invalid FILE_EMPTY, FILE_TYPE_REFUSED,
        FILE_NAME_DISAGREES, FILE_TOO_LARGE, FILE_UNREADABLE, FILE_INFECTED or FILE_NOT_SCANNED, and of `type` where
        the document it replaces is of the other class; Conflict PATIENT_ARCHIVED, PATIENT_RESTRICTED,
        PATIENT_MERGED, FILE_NAMES_ANOTHER (until `other_name_confirmed`), DOCUMENTS_A_DAY or DOCUMENT_SUPERSEDED;
        NotFound for the patient, the visit or the document it replaces; Unavailable EXAMINER_FAILED or with the
        vault's code.
        """
        return self._attaching.attach(actor, command, source, progress, Permission.ATTACH_DOCUMENT)

    def attach_study(
        self,
        actor: Actor,
        command: AttachDocument,
        files: Sequence[tuple[str, bytes]],
        progress: OnProgress | None = None,
    ) -> Document:
        """File the DICOM files of one study, (name, bytes) each, as one document. As `attach`."""
        return self._attaching.attach_study(actor, command, files, progress)

    def attach_imported(self, actor: Actor, command: AttachDocument, source: BinaryIO) -> Document:
        """As `attach`, for a document that came with an import: no day's limit. Whoever may import may bring it in,
        as the rest of the chart; that gives nobody the right to open it."""
        return self._attaching.attach(actor, command, source, None, Permission.IMPORT_PATIENTS)

    def of_patient(
        self, actor: Actor, patient_id: UUID, include_deleted: bool = False
    ) -> tuple[Document, ...]:
        """A patient's current documents, newest first; with those in the bin if asked. NotFound PAT_001."""
        with self.work.looking(actor, Permission.LIST_DOCUMENTS) as look:
            queries.patient_archived_at(look.session, patient_id)
            look.listed("document", patient_id, patient_id)
            return tuple(queries.of_patient(look.session, patient_id, include_deleted))

    def bin(self, actor: Actor, patient_id: UUID) -> tuple[Document, ...]:
        """A patient's documents in the bin, the last one first, whatever version. NotFound PAT_001."""
        with self.work.looking(actor, Permission.LIST_DOCUMENTS) as look:
            queries.patient_archived_at(look.session, patient_id)
            look.listed("document", patient_id, patient_id)
            every = queries.of_patient(look.session, patient_id, True, superseded=True)
            binned = [(one.deleted_at, one.id, one) for one in every if one.deleted_at is not None]
            return tuple(one for *_, one in sorted(binned, key=lambda each: each[:2], reverse=True))

    def versions(self, actor: Actor, document_id: UUID) -> tuple[Document, ...]:
        """All versions of a document that are not in the bin, the newest first; itself among them. NotFound."""
        with self.work.looking(actor, Permission.LIST_DOCUMENTS) as look:
            found = self._known(queries.record(look.session, document_id))
            look.listed("document", found.patient_id, found.id)
            family = version_queries.family(look.session, found.id, found.patient_id)
            every = queries.of_patient(look.session, found.patient_id, False, portraits=True, superseded=True)
            return newest_first([one for one in every if one.id in family])

    def get(self, actor: Actor, document_id: UUID) -> Document:
        """What is known of one document, in the bin or not, whatever version. NotFound FILE_001."""
        with self.work.looking(actor, Permission.LIST_DOCUMENTS) as look:
            found = self._known(queries.record(look.session, document_id))
            look.viewed("document", found.id, found.patient_id)
            return found

    def times_opened(self, actor: Actor, document_id: UUID) -> int:
        """How often anybody opened a document, by the trail. NotFound FILE_001."""
        with self.work.looking(actor, Permission.LIST_DOCUMENTS) as look:
            found = self._known(queries.record(look.session, document_id))
            look.listed("document", found.patient_id, found.id)
            return audit_queries.times_done(look.session, "document.opened", "document", found.id)

    def open(self, actor: Actor, document_id: UUID) -> OpenDocument:
        """Open a document for showing; the opening is in the audit trail before a byte is given.

        NotAllowed NOT_PERMITTED by its class, or NOT_IN_CARE by the reading rule; NotFound for one in the bin.
        One that does not exist answers like one that this actor may not open. Unavailable with the vault's code.
        """
        return self._opening.open(actor, document_id)

    def unlock(self, actor: Actor, document_id: UUID, password: str) -> OpenDocument:
        """Open a PDF that asks for a password, with it: its bytes without one, in memory, and nothing is kept of them.

        Rights, line and errors as `open`; a password that does not open it leaves a line too, without the password.
        Invalid FILE_ASKS_PASSWORD for a wrong one, FILE_TYPE_REFUSED (no PDF), FILE_UNREADABLE, FILE_TOO_LARGE,
        FILE_INFECTED; Unavailable EXAMINER_FAILED.
        """
        return self._opening.unlock(actor, document_id, password, self._unlocking)

    def text(self, actor: Actor, document_id: UUID) -> tuple[str, ...]:
        """The text of each page; empty if none could be read. It goes with an opening: rights, line and errors as
        `open`."""
        data = self._opening.part(actor, document_id, PartKind.TEXT)
        return text_of(data) if data else ()

    def contents(self, actor: Actor, document_id: UUID) -> StudyContents:
        """The series and images of a DICOM document. As `text`; without a series for any other document."""
        return self._opening.contents(actor, document_id)

    def thumbnail(self, actor: Actor, document_id: UUID) -> bytes:
        """A PNG of the first page, upright; empty if there is none. Rights and errors as `open`."""
        return self._opening.thumbnail(actor, document_id)

    def thumbnails(self, actor: Actor, document_ids: Sequence[UUID]) -> Mapping[UUID, bytes]:
        """The thumbnails of a list of documents, 500 at most; one line in the trail for each patient.

        Those that the actor may not read, that are in the bin or have none, are missing.
        """
        return self._opening.thumbnails(actor, document_ids)

    def edit(self, actor: Actor, command: EditDocument) -> Document:
        """Change what is said about a document. A type of the other class has its files encrypted to the other key,
        so that others may read it from then on.

        NotAllowed as `open`; NotFound for the document or the visit; ChangedMeanwhile; Invalid `type` to or from a
        portrait; Unavailable with the vault's code.
        """
        return self._moving.edit(actor, command)

    def turn(self, actor: Actor, command: TurnDocument) -> Document:
        """Show every page turned, for everybody who opens it. NotAllowed as `open`; NotFound; ChangedMeanwhile."""
        return self._keeping.turn(actor, command)

    def review(self, actor: Actor, command: ReviewDocument) -> Document:
        """Say that one has read it as a doctor, or take that back. NotAllowed as `open`; NotFound;
        ChangedMeanwhile."""
        return self._keeping.review(actor, command)

    def reassign(self, actor: Actor, command: ReassignDocument) -> Document:
        """File a document with the patient whom it should have been filed with: the new document. The old one is in
        error from then on, in no list of the wrong patient's, and leaves the vault with the bin.

        NotAllowed as `open`, and without the right to attach; NotFound for either; ChangedMeanwhile; Invalid
        `patient_id` for the same patient; Conflict DOCUMENT_IN_USE if a consent or the photo rests on it,
        DOCUMENT_SUPERSEDED for a former version, FILE_NAMES_ANOTHER until `other_name_confirmed`, DOCUMENTS_A_DAY,
        PATIENT_ARCHIVED, PATIENT_RESTRICTED, PATIENT_MERGED; Unavailable.
        """
        return self._moving.reassign(actor, command)

    def hand_out(self, actor: Actor, command: HandOutDocument) -> OpenDocument:
        """Let a document leave the clinic on paper (or by another program): its bytes, once the disclosure is in the
        trail and in the patient's ledger. Whoever asked closes them. NotAllowed as `open`; NotFound; Unavailable."""
        return self._handing_out.hand_out(actor, command)

    def save_copy(
        self, actor: Actor, command: HandOutDocument, target: Path, progress: OnProgress | None = None
    ) -> Document:
        """Write the original, decrypted, to `target`, which must not exist, and note the disclosure: both or neither.

        `progress` counts bytes and may raise Stopped. Errors as `hand_out`, and Unavailable EXPORT_TARGET_UNUSABLE; a
        failure is in the trail.
        """
        return self._handing_out.save_copy(actor, command, target, progress)

    def delete(self, actor: Actor, command: DeleteDocument) -> Document:
        """Put a document in the bin; only who may read it. The file stays in the vault until the bin is emptied;
        the version before it counts again.

        NotAllowed as `open`; NotFound; ChangedMeanwhile.
        """
        return self._keeping.delete(actor, command)

    def restore(self, actor: Actor, command: RestoreDocument) -> Document:
        """Take a document out of the bin; one that is not in it stays as it is. Errors as `delete`; Conflict
        DOCUMENT_SUPERSEDED if another one replaced the same document meanwhile."""
        return self._keeping.restore(actor, command)

    def _known(self, found: Document) -> Document:
        """One that was filed with the wrong patient is nobody's document any more."""
        if found.status is DocumentStatus.ENTERED_IN_ERROR:
            raise NotFound(ErrorCode.DOCUMENT_NOT_FOUND)
        return found
