"""A document that leaves the clinic: printed, or saved as a file that is no longer encrypted (security.md D29).

Each is a disclosure with a recipient and a purpose: in the trail and in the patient's ledger before a byte is given.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import Outcome
from meditrack_desktop.domain.documents import Document, Inert, MediaType
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Unavailable
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.privacy import DisclosureKind, HandOutDocument, RecordDisclosure
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.domain.scanning import refuse_infected
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.documents.opening import OpenDocument, Opening, Stored, readable, stored
from meditrack_desktop.services.privacy.disclosures import note
from meditrack_desktop.services.private_file import private_file
from meditrack_desktop.services.work import Works

PIECE = 1024 * 1024
PREAMBLE = 128
_ACTIONS = {
    DisclosureKind.PRINT: "document.printed",
    DisclosureKind.SAVED_COPY: "document.saved_copy",
    DisclosureKind.EMAIL: "document.sent",
}


def as_it_leaves(beginning: bytes, document: Document) -> bytes:
    """The first bytes of a file outside: a DICOM file that begins like a program begins with zeros there (H37).

    DICOM means nothing by its preamble. In the vault the original stays as it came, with its hash.
    """
    if document.media_type is MediaType.DICOM and Inert.PREAMBLE in document.inert:
        return bytes(PREAMBLE) + beginning[PREAMBLE:]
    return beginning


class HandingOut:
    def __init__(self, work: Works, opening: Opening) -> None:
        self.work = work
        self._opening = opening

    def hand_out(self, actor: Actor, command: HandOutDocument) -> OpenDocument:
        files = self._looked_up(actor, command)
        source = self._opening.source(files)
        try:
            self._note(actor, command, files.document)
        except BaseException:
            source.close()
            raise
        return OpenDocument(files.document, source)

    def save_copy(
        self, actor: Actor, command: HandOutDocument, target: Path, progress: OnProgress | None
    ) -> Document:
        files = self._looked_up(actor, command)
        try:
            with private_file(target) as part:
                with part.open("wb") as file:
                    self._copy(files, file, progress)
                self._note(actor, command, files.document)
        except ClinicError as failure:
            self._failed(actor, files.document, failure.code)
            raise
        return files.document

    def _looked_up(self, actor: Actor, command: HandOutDocument) -> Stored:
        with self.work.looking(actor, Permission.DISCLOSE_PATIENT) as look:
            found = readable(look, command.document_id)
            refuse_infected(found.verdict, found.scanned_by)
            look.lines.append(Line("document.opened", "document", found.id, found.patient_id))
            return stored(look, found)

    def _copy(self, files: Stored, file: BinaryIO, progress: OnProgress | None) -> None:
        """Decrypted piece by piece; each is proven before it is written."""
        source, position, size = self._opening.source(files), 0, files.document.size
        try:
            while position < size:
                piece = source.read_at(position, min(PIECE, size - position))
                if not piece:
                    raise Unavailable(ErrorCode.VAULT_DAMAGED, document=str(files.document.id))
                file.write(as_it_leaves(piece, files.document) if position == 0 else piece)
                position += len(piece)
                if progress is not None:
                    progress(Progress(position, size))
        finally:
            source.close()

    def _note(self, actor: Actor, command: HandOutDocument, document: Document) -> None:
        with self.work(actor, Permission.DISCLOSE_PATIENT) as work:
            readable(work, document.id)
            note(
                work,
                RecordDisclosure(
                    id=command.id,
                    patient_id=document.patient_id,
                    document_id=document.id,
                    kind=command.kind,
                    recipient=command.recipient,
                    address=command.address,
                    what=f"Document: {document.title}"[:300],
                    purpose=command.purpose,
                    treatment=command.treatment,
                ),
            )
            action = _ACTIONS.get(command.kind, "document.disclosed")
            work.noted(Line(action, "document", document.id, document.patient_id))

    def _failed(self, actor: Actor, document: Document, code: ErrorCode) -> None:
        """The line of a failure, which may be that the session ended meanwhile."""
        line = Line(
            "document.save_failed", "document", document.id, document.patient_id, code.value, Outcome.REFUSED
        )
        with suppress(Unavailable), self.work.unsigned() as session:
            self.work.trail.write(session, actor, self.work.clock.now(), [line])
