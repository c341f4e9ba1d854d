"""How a file of the inbox is read by the pane that shows documents: it belongs to nobody yet."""

from __future__ import annotations

from uuid import UUID

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import Document, DocumentClass, DocumentType, MediaType
from meditrack_desktop.domain.examination import StudyContents
from meditrack_desktop.domain.incoming import IncomingFile
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.documents import OpenDocument


class InboxDocuments:
    """Opens files of the inbox where the pane asks for documents; each opening is in the trail as the inbox's."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic

    def open(self, actor: Actor, document_id: UUID) -> OpenDocument:
        """Raises what `Incoming.open` does."""
        opened = self._clinic.incoming.open(actor, document_id)
        return OpenDocument(as_document(opened.incoming), opened.source)

    def unlock(self, actor: Actor, document_id: UUID, password: str) -> OpenDocument:
        """Raises what `Incoming.unlock` does."""
        opened = self._clinic.incoming.unlock(actor, document_id, password)
        return OpenDocument(as_document(opened.incoming), opened.source)

    def contents(self, actor: Actor, document_id: UUID) -> StudyContents:
        """Raises what `Incoming.contents` does."""
        return self._clinic.incoming.contents(actor, document_id)


def as_document(file: IncomingFile) -> Document:
    """What the pane needs to know to show it. Where a document has its patient stands the file's own id: nobody."""
    return Document(
        id=file.id,
        version=file.version,
        patient_id=file.id,
        title=file.file_name,
        type=DocumentType.OTHER,
        document_class=DocumentClass.ADMINISTRATIVE,
        media_type=file.media_type or MediaType.PDF,
        file_name=file.file_name,
        size=file.size,
        pages=file.pages,
        document_date=file.document_date,
        source="",
        verdict=file.verdict,
        created_at=file.received_at,
        created_by=file.id,
        created_by_name=file.received_by_name,
        turn=file.turn,
        asks_password=file.asks_password,
        inert=file.inert,
        modality=file.modality,
    )
