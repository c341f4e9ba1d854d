"""Files documents that came inside a FHIR file in the vault, one by one; what a patient has already stays once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from io import BytesIO
from uuid import UUID

from meditrack_desktop.database.queries import chart_imports as queries
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.database.tables.documents import DocumentRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.documents import AttachDocument, DocumentType
from meditrack_desktop.domain.errors import Conflict, ErrorCode, Invalid, NotFound
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services.documents import Documents
from meditrack_desktop.services.imports.chart_outcome import ChartOutcome
from meditrack_desktop.services.imports.fhir_documents import FoundDocument
from meditrack_desktop.services.imports.fhir_entries import Entry
from meditrack_desktop.services.imports.writing import IMPORTED
from meditrack_desktop.services.patient_standing import open_record
from meditrack_desktop.services.photo_image import is_portrait
from meditrack_desktop.services.photos import FILE_NAME, looked_at_apart
from meditrack_desktop.services.work import Works

_REASONS = {
    ErrorCode.FILE_EMPTY: "The document in it is empty.",
    ErrorCode.FILE_TYPE_REFUSED: "The document in it is of a kind that is not taken; only PDF, pictures and DICOM are.",
    ErrorCode.FILE_NAME_DISAGREES: "The document in it is not what its name says.",
    ErrorCode.FILE_TOO_LARGE: "The document in it is too large.",
    ErrorCode.FILE_UNREADABLE: "The document in it is damaged.",
    ErrorCode.FILE_NAMES_ANOTHER: "The document in it names another person. File it by hand, if it is right.",
    ErrorCode.FILE_INFECTED: "The virus scanner refused the document in it.",
    ErrorCode.FILE_NOT_SCANNED: "The document in it was not checked for viruses, and this clinic takes none such.",
    ErrorCode.PATIENT_ARCHIVED: "Its patient is archived here. Nothing was added.",
    ErrorCode.PATIENT_RESTRICTED: "Its patient's record is restricted here. Nothing was added.",
}
_REPLACED = "It was replaced there by a newer document."
_OTHERWISE = "The document could not be filed."
_HAS_A_PHOTO = "There is a photo of this patient already. Nothing was changed."


def write_documents(work: Works, documents: Documents, actor: Actor, batch: Sequence[Entry]) -> ChartOutcome:
    """File the documents of the batch that their patients do not have yet."""
    outcome = ChartOutcome()
    found = [(entry, entry.command) for entry in batch if isinstance(entry.command, FoundDocument)]
    there = _there(work, actor, {entry.patient_id for entry, _ in found})
    filed: dict[tuple[UUID, str], AttachDocument] = {}
    replaced = {(entry.patient_id, document.replaces) for entry, document in found if document.replaces}
    for entry, document in _older_first(found):
        name = (entry.patient_id, hashlib.sha256(document.data).hexdigest())
        if name in there:
            outcome.unchanged += 1
            continue
        try:
            if document.command.type is DocumentType.PORTRAIT:
                if not _set_photo(work, documents, actor, document):
                    outcome.refused.append((entry, _HAS_A_PHOTO))
                    continue
            elif document.superseded and (entry.patient_id, document.name) not in replaced:
                # Alone it would look like the present one.
                outcome.refused.append((entry, _REPLACED))
                continue
            else:
                command = _after(filed.pop((entry.patient_id, document.replaces), None), document.command)
                documents.attach_imported(actor, command, BytesIO(document.data))
                filed[entry.patient_id, document.name] = command
        except (Invalid, Conflict, NotFound) as refusal:
            outcome.refused.append((entry, _REASONS.get(refusal.code, _OTHERWISE)))
            continue
        there.add(name)
        outcome.added += 1
    return outcome


def _older_first(found: Sequence[tuple[Entry, FoundDocument]]) -> list[tuple[Entry, FoundDocument]]:
    """Each version behind the one that it replaces, otherwise in the file's order."""
    named = {(entry.patient_id, document.name): document for entry, document in found if document.name}

    def age(one: tuple[Entry, FoundDocument]) -> int:
        entry, document = one
        seen: set[str] = set()
        while document.replaces and document.replaces not in seen:
            seen.add(document.replaces)
            if (older := named.get((entry.patient_id, document.replaces))) is None:
                break
            document = older
        return len(seen)

    return sorted(found, key=age)


def _after(older: AttachDocument | None, command: AttachDocument) -> AttachDocument:
    """The command as a newer version, if both are read by the same people."""
    if older is None or older.type.document_class is not command.type.document_class:
        return command
    return command.model_copy(update={"replaces_id": older.id})


def _set_photo(works: Works, documents: Documents, actor: Actor, document: FoundDocument) -> bool:
    """Let a photo be the patient's, for no list of documents shows one. False if they have one already."""
    patient_id = document.command.patient_id
    with works.looking(actor, Permission.IMPORT_PATIENTS) as look:
        look.viewed("patient", patient_id, patient_id)
        if patient_queries.patient(look.session, patient_id).photo_id is not None:
            return False
        settings = settings_queries.read(look.session)
    picture = looked_at_apart(documents.intake, document.data, settings)
    if is_portrait(document.data):
        picture = document.data
    command = document.command.model_copy(update={"file_name": FILE_NAME})
    documents.attach_imported(actor, command, BytesIO(picture))
    with works(actor, Permission.IMPORT_PATIENTS) as work:
        row = open_record(work.session, patient_id)
        row.photo_id = command.id
        change = Change("patient", row.id, patient=row.id)
        work.changed(row, "patient.photo_set", change, patient_id=row.id, detail=IMPORTED)
    return True


def _there(work: Works, actor: Actor, patient_ids: set[UUID]) -> set[tuple[UUID, str]]:
    """What these patients have in the vault, by digest; those in the bin too: nobody puts them back by importing."""
    with work(actor, Permission.IMPORT_PATIENTS) as one:
        rows = queries.of_patients(one.session, DocumentRow, patient_ids)
        return {(row["patient_id"], row["sha256"]) for row in rows}
