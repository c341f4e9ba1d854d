"""From bytes to a row of the inbox: looked into, stored and read back, and only then written down."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

from meditrack_desktop.database.queries import documents as document_queries
from meditrack_desktop.database.queries import incoming as queries
from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.database.session import ReadSession, WriteSession
from meditrack_desktop.database.tables.incoming import IncomingRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.documents import MEBIBYTE, ScanVerdict, clean_file_name
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Invalid
from meditrack_desktop.domain.incoming import (
    KEPT_FOR,
    IncomingFile,
    IncomingSource,
    IncomingState,
    TakeIn,
)
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.settings import ClinicSettings
from meditrack_desktop.domain.type_guess import type_guess
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.blob_filing import Sealed, ToStore
from meditrack_desktop.services.document_parts import parts_of
from meditrack_desktop.services.documents.filing import Found, found_in
from meditrack_desktop.services.file_checks import read_whole
from meditrack_desktop.services.incoming.inbox import Inbox
from meditrack_desktop.services.intake import Intake, LookedInto, infection, read_stranger
from meditrack_desktop.services.work import Works

P = Permission.FILE_INCOMING
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that was read and looked into, and is not kept yet. `name` is its cleaned name."""

    name: str
    data: bytes
    sha256: str
    looked: LookedInto

    @property
    def to_store(self) -> ToStore:
        return ToStore(lambda: io.BytesIO(self.data), parts_of(self.looked.examination))


class TakingIn:
    """Used by people and by the scan folder."""

    def __init__(self, work: Works, inbox: Inbox, intake: Intake) -> None:
        self._work = work
        self._inbox = inbox
        self._intake = intake

    def take(self, actor: Actor, command: TakeIn, source: BinaryIO) -> IncomingFile:
        """See `Incoming.take_in`."""
        begun = self._begun(actor, command)
        if isinstance(begun, IncomingFile):
            return begun
        data = read_stranger(source, begun)
        arrived = self._telling(actor, command.id, lambda: self.look_into(command.file_name, data, begun))
        return self.keep(actor, command, arrived)

    def take_study(
        self, actor: Actor, command: TakeIn, files: Sequence[tuple[str, BinaryIO]]
    ) -> IncomingFile:
        """See `Incoming.take_in_study`."""
        begun = self._begun(actor, command)
        if isinstance(begun, IncomingFile):
            return begun
        limit = begun.largest_study_mb * MEBIBYTE
        read, size = list[tuple[str, bytes]](), 0
        for name, source in files:
            read.append((name, read_whole(source, limit)))
            size += len(read[-1][1])
            if size > limit:
                raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=limit)
        arrived = self._telling(actor, command.id, lambda: self.put_together(command.file_name, read, begun))
        return self.keep(actor, command, arrived)

    def look_into(self, file_name: str, data: bytes, settings: ClinicSettings) -> Arrived:
        """Examine and scan. Raises as `Intake.look_into`."""
        name = clean_file_name(file_name)
        return Arrived(name, data, self.digest(data), self._intake.look_into(data, name, settings))

    def put_together(
        self, name: str, files: Sequence[tuple[str, bytes]], settings: ClinicSettings
    ) -> Arrived:
        """As `look_into`, for the DICOM files of one study."""
        data, looked = self._intake.study(files, settings)
        return Arrived(clean_file_name(name), data, self.digest(data), looked)

    def digest(self, data: bytes) -> str:
        """What the bytes are known by."""
        return hashlib.sha256(data).hexdigest()

    def keep(
        self,
        actor: Actor,
        command: TakeIn,
        arrived: Arrived,
        known: Callable[[ReadSession, str], IncomingFile | None] | None = None,
    ) -> IncomingFile:
        """Store it and write its row; an earlier one of the same bytes is answered in its place.

        `known` says what counts as earlier where that is not what waits or was filed of late.
        """

        def earlier(session: ReadSession) -> IncomingFile | None:
            if (same := queries.find(session, command.id)) is not None:
                return same
            if known is not None and (found := known(session, arrived.sha256)) is not None:
                return found
            return queries.same_bytes(session, arrived.sha256, self._work.clock.now() - KEPT_FOR)

        def before() -> IncomingFile | None:
            with self._work.looking(actor, P) as look:
                look.lines.append(Line("incoming.take_begun", "incoming", command.id))
                return earlier(look.session)

        def keep(sealed: Sequence[Sealed]) -> IncomingFile:
            with self._work(actor, P) as work:
                self._inbox.hold(work.session, sealed, work.now)
                if (overtaken := earlier(work.session)) is not None:
                    work.noted(Line("incoming.taken_twice", "incoming", overtaken.id))
                    unused.extend(sealed[0].blobs)
                    return overtaken
                row = row_of(command.id, arrived, sealed[0], command.source, actor)
                row.created_at, row.created_by = work.now, actor.account_id
                work.added(row, "incoming.added", Change("incoming", row.id))
                work.flush()
                add_parts(work.session, row.id, sealed[0])
                work.flush()
                return queries.record(work.session, row.id)

        unused: list[UUID] = []
        kept = self._inbox.store((arrived.to_store,), before, keep)
        self._inbox.discard(unused)
        return kept

    def note_refusal(
        self, actor: Actor, name: str, size: int, sha256: str, refusal: ClinicError
    ) -> tuple[IncomingFile, bool]:
        """The line of the inbox that says that a file in the scan folder was refused, and whether it is new."""
        cleaned = clean_file_name(name)
        command = TakeIn(file_name=name[:4096], source=IncomingSource.SCAN_FOLDER)
        with self._work(actor, P) as work:
            queries.hold_inbox(work.session)
            before = queries.refused(work.session, cleaned, refusal.code.value, sha256, size)
            if before is not None:
                work.noted(Line("incoming.refused_again", "incoming", before.id))
                return before, False
            row = IncomingRow(
                id=command.id,
                file_name=cleaned,
                source=command.source,
                desk=actor.workstation,
                state=IncomingState.REFUSED,
                refusal=refusal.code.value,
                size=size,
                sha256=sha256,
                verdict=ScanVerdict.NOT_SCANNED,
                created_at=work.now,
                created_by=actor.account_id,
            )
            work.added(row, "incoming.refused", Change("incoming", row.id), detail=refusal.code.value)
            if (line := infection(refusal, "incoming", row.id)) is not None:
                work.noted(line)
            work.flush()
            return queries.record(work.session, row.id), True

    def withdraw_refusal(self, actor: Actor, incoming_id: UUID) -> None:
        """A file that was refused was taken in after all, whole: nobody need look after it."""
        with self._work(actor, P) as work:
            row = queries.held(work.session, incoming_id)
            if row.state is IncomingState.REFUSED:
                row.state, row.ended_at, row.ended_by = IncomingState.DISCARDED, work.now, actor.account_id
                work.changed(row, "incoming.discarded", Change("incoming", row.id), detail="taken since")
            else:
                work.noted(Line("incoming.viewed", "incoming", row.id))

    def _begun(self, actor: Actor, command: TakeIn) -> IncomingFile | ClinicSettings:
        """The settings to take it in by, or the file if this very command took it in before."""
        with self._work.looking(actor, P) as look:
            look.lines.append(Line("incoming.take_begun", "incoming", command.id))
            return queries.find(look.session, command.id) or settings_queries.read(look.session)

    def _telling(self, actor: Actor, incoming_id: UUID, look: Callable[[], Arrived]) -> Arrived:
        """A virus is never silent, whatever became of the file."""
        try:
            return look()
        except ClinicError as refusal:
            if (line := infection(refusal, "incoming", incoming_id)) is not None:
                with self._work(actor, P) as work:
                    work.noted(line)
            raise


def row_of(
    incoming_id: UUID, arrived: Arrived, sealed: Sealed, source: IncomingSource, actor: Actor
) -> IncomingRow:
    """The row of a file whose bytes lie in the vault; `created_at`, `created_by` are the caller's."""
    found: Found = found_in(arrived.looked)
    examination, original = arrived.looked.examination, sealed.original
    return IncomingRow(
        id=incoming_id,
        file_name=arrived.name[:_LONGEST_NAME],
        source=source,
        desk=actor.workstation,
        state=IncomingState.WAITING,
        media_type=found.media_type,
        pages=found.pages,
        blob_id=original.blob_id,
        size=original.size,
        sha256=arrived.sha256,
        ciphertext_size=original.ciphertext_size,
        ciphertext_sha256=original.ciphertext_sha256,
        asks_password=found.asks_password,
        inert=document_queries.stored_inert(found.inert),
        modality=found.modality,
        body_part=found.body_part,
        study_id=found.study_id,
        document_date=found.document_date,
        named_name=found.named.name[:_LONGEST_NAME],
        named_birth_date=found.named.birth_date,
        named_numbers=_lines(found.named.numbers),
        type_guess=type_guess(found.media_type, found.modality, arrived.name, examination.text),
        text_state=found.text_state,
        verdict=found.scan.verdict,
        scanned_at=found.scan.scanned_at,
        scanned_by=found.scan.engine[:120],
        signatures_at=found.scan.signatures_at,
        not_scanned_because=found.scan.because,
    )


def add_parts(session: WriteSession, incoming_id: UUID, sealed: Sealed) -> None:
    """The rows of what was made from it; its own row is there."""
    session.add_all(queries.part_row(incoming_id, kind, blob) for kind, blob in sealed.parts.items())


def _lines(numbers: Sequence[str]) -> str:
    """As many whole numbers as the column holds, one a line."""
    kept, left = list[str](), 400
    for number in numbers:
        single = " ".join(number.split())
        if single and len(single) < left:
            kept.append(single)
            left -= len(single) + 1
    return "\n".join(kept)
