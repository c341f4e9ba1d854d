"""The documents of somebody who is erased: theirs, what was made from them, what is left of them elsewhere.

A document that was filed with somebody else first lies in that one's bin, in error, encrypted to that one's key; the
inbox keeps its copy for a day under a key of its own. Shredding the patient's key would not reach either.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries import document_index, document_parts
from meditrack_desktop.database.tables.documents import DocumentPartRow, DocumentRow
from meditrack_desktop.database.tables.incoming import IncomingPartRow, IncomingRow
from meditrack_desktop.domain.documents import DocumentStatus


def files(session: Session, patients: Sequence[UUID]) -> list[UUID]:
    """The files of all of it."""
    incoming = _incoming(session, patients)
    originals = select(IncomingRow.blob_id).where(
        IncomingRow.id.in_(incoming), IncomingRow.blob_id.is_not(None)
    )
    parts = select(IncomingPartRow.blob_id).where(IncomingPartRow.incoming_id.in_(incoming))
    waiting = [blob_id for blob_id in session.scalars(originals) if blob_id is not None]
    return [
        *document_parts.files_of(session, _documents(session, patients)),
        *waiting,
        *session.scalars(parts),
    ]


def forget(session: Session, patients: Sequence[UUID]) -> None:
    """Delete the rows of all of it but the patient's own documents, whose parts go."""
    documents, incoming = _documents(session, patients), _incoming(session, patients)
    session.execute(delete(IncomingPartRow).where(IncomingPartRow.incoming_id.in_(incoming)))
    session.execute(
        update(IncomingRow)
        .where(IncomingRow.id.in_(incoming))
        .values(
            file_name="",
            blob_id=None,
            size=0,
            sha256="",
            ciphertext_size=0,
            ciphertext_sha256="",
            study_id="",
            document_date=None,
            document_id=None,
            named_name="",
            named_birth_date=None,
            named_numbers="",
            end_reason="",
            version=IncomingRow.version + 1,
        )
    )
    session.execute(delete(DocumentPartRow).where(DocumentPartRow.document_id.in_(documents)))
    theirs = set(session.scalars(select(DocumentRow.id).where(DocumentRow.patient_id.in_(patients))))
    mistaken = [each for each in documents if each not in theirs]
    document_index.remove(session, mistaken)
    session.execute(delete(DocumentRow).where(DocumentRow.id.in_(mistaken)))


def _documents(session: Session, patients: Sequence[UUID]) -> list[UUID]:
    """Documents of these patients, and those of others that are the same file, filed there in error."""
    theirs = DocumentRow.patient_id.in_(patients)
    same = select(DocumentRow.sha256).where(theirs, DocumentRow.status != DocumentStatus.ENTERED_IN_ERROR)
    mistaken = (DocumentRow.status == DocumentStatus.ENTERED_IN_ERROR) & DocumentRow.sha256.in_(same)
    return list(session.scalars(select(DocumentRow.id).where(or_(theirs, mistaken))))


def _incoming(session: Session, patients: Sequence[UUID]) -> list[UUID]:
    """What of the inbox was filed with them, with somebody else first too, and what that was cut out of."""
    documents = _documents(session, patients)
    found = list(session.scalars(select(IncomingRow.id).where(IncomingRow.document_id.in_(documents))))
    newest = found
    while newest:
        origins = select(IncomingRow.origin_id).where(
            IncomingRow.id.in_(newest), IncomingRow.origin_id.is_not(None)
        )
        newest = [each for each in session.scalars(origins) if each is not None and each not in found]
        found = [*found, *newest]
    return found
