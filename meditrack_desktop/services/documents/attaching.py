"""Filing a file with a patient: read once, looked into, held against the patient, stored, and only then written down.

The original goes into the vault first, then its parts, then the rows (security.md D23): what a crash leaves behind
belongs to no row, and the sweep finds it. No file work happens inside a transaction.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import BinaryIO

from pydantic import TypeAdapter

from meditrack_desktop.database.queries import documents as queries
from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import Outcome
from meditrack_desktop.domain.documents import AttachDocument, Document, clean_file_name
from meditrack_desktop.domain.errors import ChangedMeanwhile, ClinicError, Unavailable
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.domain.settings import ClinicSettings
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.blob_filing import BlobFiling, Overtaken, Sealed, ToStore
from meditrack_desktop.services.document_parts import parts_of
from meditrack_desktop.services.documents import filing
from meditrack_desktop.services.documents.filing import Found, found_in
from meditrack_desktop.services.intake import Intake, LookedInto, infection, read_stranger
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.spool import Keeper
from meditrack_desktop.services.spool_files import Kept
from meditrack_desktop.services.work import Works

_FACTS = TypeAdapter(tuple[str, Found])
Looking = Callable[[ClinicSettings], tuple[bytes, LookedInto]]


class Attaching:
    def __init__(self, work: Works, keys: KeyHolder, intake: Intake, keeper: Keeper | None = None) -> None:
        """`keeper` keeps at this desk what was filed while the vault is away; without one it is refused."""
        self.work = work
        self._intake = intake
        self._keeper = keeper
        self._filing = BlobFiling(work, keys)

    def attach(
        self,
        actor: Actor,
        command: AttachDocument,
        source: BinaryIO,
        progress: OnProgress | None,
        permission: Permission,
    ) -> Document:
        name = clean_file_name(command.file_name)

        def look(settings: ClinicSettings) -> tuple[bytes, LookedInto]:
            data = read_stranger(source, settings)
            return data, self._intake.look_into(data, name, settings)

        return self._attach(actor, command, name, look, progress, permission)

    def attach_study(
        self,
        actor: Actor,
        command: AttachDocument,
        files: Sequence[tuple[str, bytes]],
        progress: OnProgress | None,
    ) -> Document:
        name = clean_file_name(command.file_name)

        def look(settings: ClinicSettings) -> tuple[bytes, LookedInto]:
            return self._intake.study([(clean_file_name(file), data) for file, data in files], settings)

        return self._attach(actor, command, name, look, progress, Permission.ATTACH_DOCUMENT)

    def _attach(
        self,
        actor: Actor,
        command: AttachDocument,
        name: str,
        look: Looking,
        progress: OnProgress | None,
        permission: Permission,
    ) -> Document:
        before, settings = self._before(actor, command, permission)
        if before is not None:
            return before
        try:
            data, looked = look(settings)
        except ClinicError as refusal:
            self._note_infection(actor, command, refusal)
            raise
        found = found_in(looked)

        def again() -> Document | None:
            return self._before(actor, command, permission, found)[0]

        def keep(sealed: Sealed) -> Document:
            return self._keep(actor, command, permission, name, found, sealed)

        wanted = ToStore(lambda: _Counted(data, progress), parts_of(looked.examination))
        try:
            return self._filing.file(
                command.patient_id, command.type.document_class, wanted, before=again, keep=keep
            )
        except Unavailable as away:
            if self._keeper is None or permission is not Permission.ATTACH_DOCUMENT:
                raise
            facts = _FACTS.dump_json((name, found))
            raise self._keeper.keep(actor, command, facts, wanted, away) from None

    def file_kept(self, actor: Actor, kept: Kept, wanted: ToStore) -> Document:
        """File what was looked into before and waited at this desk since; it stays the deed of whoever filed it."""
        command, permission = kept.command, Permission.ATTACH_DOCUMENT
        name, found = _FACTS.validate_json(kept.facts)

        def again() -> Document | None:
            return self._before(actor, command, permission, found)[0]

        def keep(sealed: Sealed) -> Document:
            return self._keep(actor, command, permission, name, found, sealed, kept)

        return self._filing.file(
            command.patient_id, command.type.document_class, wanted, before=again, keep=keep
        )

    def _before(
        self, actor: Actor, command: AttachDocument, permission: Permission, found: Found | None = None
    ) -> tuple[Document | None, ClinicSettings]:
        """Whether it may be filed at all, before a byte is read, and whom the file names once that is known: the
        document if it was filed before."""
        with self.work.looking(actor, permission) as look:
            look.lines.append(Line("document.attach_begun", "document", command.id, command.patient_id))
            before = _same(command, queries.find(look.session, command.id))
            if before is None:
                filing.check_place(look.session, look.now, command, permission)
                if found is not None:
                    filing.check_scan(look.session, found.scan)
                    filing.check_name(look.session, command, command.id, found.named)
            return before, settings_queries.read(look.session)

    def _keep(
        self,
        actor: Actor,
        command: AttachDocument,
        permission: Permission,
        name: str,
        found: Found,
        sealed: Sealed,
        kept: Kept | None = None,
    ) -> Document:
        with self.work(actor, permission) as work:
            queries.patient_archived_at(work.session, command.patient_id, hold=True)
            if _same(command, queries.find(work.session, command.id)) is not None:
                raise Overtaken
            self._filing.keep_key(work.session, sealed, work.now)
            return filing.keep(
                work,
                command.id,
                command,
                name,
                found,
                sealed.original,
                sealed.parts,
                permission,
                filed_by=kept.account_id if kept else None,
                told=f"kept at the desk since {kept.kept_at.isoformat(timespec='seconds')}" if kept else "",
            )

    def _note_infection(self, actor: Actor, command: AttachDocument, refusal: ClinicError) -> None:
        line = infection(refusal, "document", command.id, command.patient_id)
        if line is None:
            return
        with suppress(Unavailable), self.work.unsigned() as session:
            refused = replace(line, outcome=Outcome.REFUSED)
            self.work.trail.write(session, actor, self.work.clock.now(), [refused])


class _Counted(io.BytesIO):
    """Bytes that tell how many of them were taken."""

    def __init__(self, data: bytes, progress: OnProgress | None) -> None:
        super().__init__(data)
        self._total = len(data)
        self._progress = progress

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        if self._progress is not None:
            self._progress(Progress(self.tell(), self._total))
        return piece


def _same(command: AttachDocument, before: Document | None) -> Document | None:
    """`before`, if it is what this very command filed; ChangedMeanwhile if the id was used for another patient."""
    if before is not None and before.patient_id != command.patient_id:
        raise ChangedMeanwhile()
    return before
