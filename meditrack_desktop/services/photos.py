"""Photos of patients: encrypted in the vault under the patient's administrative key, never a plain file.

A photo is a document of the type PORTRAIT, so that keys, backups, checks and erasing treat it as one; lists of
documents leave it out. Whether the patient agreed to it is for `consents`: the trail says if they did not.
"""

from __future__ import annotations

import io
from contextlib import suppress
from typing import BinaryIO
from uuid import UUID

from meditrack_desktop.database.queries import consents as consent_queries
from meditrack_desktop.database.queries import documents as document_queries
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.consents import ConsentAnswer, ConsentKind, counting
from meditrack_desktop.domain.documents import AttachDocument, DocumentType
from meditrack_desktop.domain.errors import ClinicError, Conflict, ErrorCode, Invalid, NotFound, Unavailable
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.photos import LARGEST_PHOTO, RemovePhoto, SetPhoto
from meditrack_desktop.domain.scanning import refuse_infected
from meditrack_desktop.domain.settings import ClinicSettings
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.documents import Documents
from meditrack_desktop.services.intake import Intake
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.patient_standing import open_record
from meditrack_desktop.services.photo_image import portrait
from meditrack_desktop.services.work import Work, Works

FILE_NAME = "portrait.jpg"
REPLACED = "replaced by a newer photo"
REMOVED = "photo removed"


class Photos:
    def __init__(self, work: Works, keys: KeyHolder, documents: Documents, intake: Intake) -> None:
        self.work = work
        self._intake = intake
        self._keys = keys
        self._documents = documents

    def get(self, actor: Actor, patient_id: UUID) -> bytes:
        """The photo as a JPEG of at most 512 by 512 pixels; that it was seen is in the trail first.

        NotFound for the patient, or PHOTO_NOT_FOUND; Unavailable with the vault's code.
        """
        with self.work.looking(actor, Permission.OPEN_ADMINISTRATIVE_DOCUMENT) as look:
            row = patient_queries.patient(look.session, patient_id)
            photo = document_queries.find(look.session, row.photo_id) if row.photo_id else None
            look.viewed("photo", patient_id, patient_id)
            if photo is None or photo.deleted_at is not None or photo.patient_id != patient_id:
                raise NotFound(ErrorCode.PHOTO_NOT_FOUND)
            refuse_infected(photo.verdict, photo.scanned_by)
            blob = document_queries.blob(look.session, photo.id)
            kept = document_queries.file_keys(look.session, [photo.id]).get(photo.id)
        if kept is None:
            raise Unavailable(ErrorCode.VAULT_KEY_WRONG, document=str(photo.id))
        secret = self._keys.open_file_key(kept)
        reader = self._keys.vault.open(blob.blob_id, secret, blob)
        try:
            return reader.read_all()
        finally:
            reader.close()

    def set(self, actor: Actor, command: SetPhoto, source: BinaryIO) -> Patient:
        """Make the picture in `source` the patient's photo; the one before goes to the bin.

        Invalid FILE_EMPTY, FILE_TOO_LARGE, FILE_TYPE_REFUSED, FILE_UNREADABLE, FILE_INFECTED or FILE_NOT_SCANNED;
        NotFound; ChangedMeanwhile; Conflict PATIENT_ARCHIVED or PATIENT_MERGED; Unavailable EXAMINER_FAILED or with
        the vault's code.
        """
        with self.work.looking(actor, Permission.EDIT_PATIENT) as look:
            row = patient_queries.patient(look.session, command.patient_id)
            look.viewed("patient", row.id, row.id)
            if row.photo_id == command.id:
                return patient_queries.record(row)
            open_record(look.session, command.patient_id, command.version)
            settings = settings_queries.read(look.session)
        picture = looked_at_apart(self._intake, _read(source), settings)
        attach = AttachDocument(
            id=command.id, patient_id=command.patient_id, file_name=FILE_NAME, type=DocumentType.PORTRAIT
        )
        self._documents.attach(actor, attach, io.BytesIO(picture))
        try:
            with self.work(actor, Permission.EDIT_PATIENT) as work:
                row = open_record(work.session, command.patient_id, command.version)
                _bin_others(work, row.id, command.id, REPLACED)
                row.photo_id = command.id
                detail = "" if _agreed(work, row.id) else "no consent"
                return _changed(work, row, "patient.photo_set", detail)
        except Conflict:
            self._give_up(actor, command)
            raise

    def remove(self, actor: Actor, command: RemovePhoto) -> Patient:
        """Put the photo in the bin. NotFound, also PHOTO_NOT_FOUND; ChangedMeanwhile; Conflict as `set`."""
        with self.work(actor, Permission.EDIT_PATIENT) as work:
            row = open_record(work.session, command.patient_id, command.version)
            if row.photo_id is None:
                raise NotFound(ErrorCode.PHOTO_NOT_FOUND)
            _bin_others(work, row.id, None, REMOVED)
            row.photo_id = None
            return _changed(work, row, "patient.photo_removed")

    def _give_up(self, actor: Actor, command: SetPhoto) -> None:
        """Bin a picture that nobody will see; where even that is refused, the next change of photo does it."""
        with suppress(ClinicError), self.work(actor, Permission.EDIT_PATIENT) as work:
            shown = patient_queries.patient(work.session, command.patient_id).photo_id
            _bin_others(work, command.patient_id, shown, REMOVED)
            work.noted(Line("patient.photo_given_up", "patient", command.patient_id, command.patient_id))


def looked_at_apart(intake: Intake, data: bytes, settings: ClinicSettings) -> bytes:
    """A portrait of a stranger's picture: it was decoded in a process apart, and scanned, before it is decoded here.

    Raises as `Intake.look_into` and `portrait`.
    """
    if len(data) > LARGEST_PHOTO:
        raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=LARGEST_PHOTO)
    intake.look_into(data, "", settings)
    return portrait(data)


def _read(source: BinaryIO) -> bytes:
    """All of `source`, read no further than what can be refused as too large."""
    try:
        return source.read(LARGEST_PHOTO + 1)
    except (OSError, ValueError):
        raise Invalid(ErrorCode.FILE_UNREADABLE) from None


def _bin_others(work: Work, patient_id: UUID, kept: UUID | None, reason: str) -> None:
    """Also what a try that was cut short left behind."""
    for photo in document_queries.live_portraits(work.session, patient_id):
        if photo.id != kept:
            photo.deleted_at, photo.deleted_by = work.now, work.actor.account_id
            photo.delete_reason = reason
            change = Change("document", photo.id, patient=patient_id)
            work.changed(photo, "document.deleted", change, patient_id=patient_id)


def _agreed(work: Work, patient_id: UUID) -> bool:
    answer = counting(consent_queries.of_patient(work.session, patient_id)).get(ConsentKind.PHOTO)
    return answer is not None and answer.answer is ConsentAnswer.GIVEN


def _changed(work: Work, row: PatientRow, action: str, detail: str = "") -> Patient:
    work.changed(row, action, Change("patient", row.id, patient=row.id), patient_id=row.id, detail=detail)
    work.flush()
    return patient_queries.record(row)
