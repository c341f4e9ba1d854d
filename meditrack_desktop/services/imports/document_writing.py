"""Files documents that came inside a FHIR file in the vault, one by one; what a patient has already stays once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from io import BytesIO
from uuid import UUID

from meditrack_desktop.database.queries import chart_imports as queries
from meditrack_desktop.database.tables.documents import DocumentRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import Conflict, ErrorCode, Invalid, NotFound
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services.documents import Documents
from meditrack_desktop.services.imports.chart_outcome import ChartOutcome
from meditrack_desktop.services.imports.fhir_documents import FoundDocument
from meditrack_desktop.services.imports.fhir_entries import Entry
from meditrack_desktop.services.work import Works

_REASONS = {
    ErrorCode.FILE_EMPTY: "The document in it is empty.",
    ErrorCode.FILE_TYPE_REFUSED: "The document in it is of a kind that is not taken; only PDF, PNG, JPEG and TIFF are.",
    ErrorCode.FILE_NAME_DISAGREES: "The document in it is not what its name says.",
    ErrorCode.FILE_TOO_LARGE: "The document in it is too large.",
    ErrorCode.FILE_UNREADABLE: "The document in it is damaged.",
    ErrorCode.PATIENT_ARCHIVED: "Its patient is archived here. Nothing was added.",
    ErrorCode.PATIENT_RESTRICTED: "Its patient's record is restricted here. Nothing was added.",
}
_OTHERWISE = "The document could not be filed."


def write_documents(work: Works, documents: Documents, actor: Actor, batch: Sequence[Entry]) -> ChartOutcome:
    """File the documents of the batch that their patients do not have yet."""
    outcome = ChartOutcome()
    found = [(entry, entry.command) for entry in batch if isinstance(entry.command, FoundDocument)]
    there = _there(work, actor, {entry.patient_id for entry, _ in found})
    for entry, document in found:
        name = (entry.patient_id, hashlib.sha256(document.data).hexdigest())
        if name in there:
            outcome.unchanged += 1
            continue
        try:
            documents.attach_imported(actor, document.command, BytesIO(document.data))
        except (Invalid, Conflict, NotFound) as refusal:
            outcome.refused.append((entry, _REASONS.get(refusal.code, _OTHERWISE)))
            continue
        there.add(name)
        outcome.added += 1
    return outcome


def _there(work: Works, actor: Actor, patient_ids: set[UUID]) -> set[tuple[UUID, str]]:
    """What these patients have in the vault, by digest; those in the bin too: nobody puts them back by importing."""
    with work(actor, Permission.IMPORT_PATIENTS) as one:
        rows = queries.of_patients(one.session, DocumentRow, patient_ids)
        return {(row["patient_id"], row["sha256"]) for row in rows}
