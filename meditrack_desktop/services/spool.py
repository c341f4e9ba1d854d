"""Filings that wait for the vault (security.md D25): kept when it is away, filed when it is back, never twice.

The command keeps its id: whatever was filed already is found by it, and only forgotten here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

from meditrack_desktop.database.queries import documents as queries
from meditrack_desktop.database.tables.documents import PatientKeyRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.documents import AttachDocument, Document, DocumentClass, title_of
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotFound, Unavailable
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.spool import Delivered, WaitingDocument
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.blob_filing import ToStore
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.spool_files import Kept, SpoolFiles
from meditrack_desktop.services.work import Work, Works
from meditrack_desktop.vault.keys import KeyOwner, PatientKey, new_key_pair, wrap

AWAY = (ErrorCode.VAULT_MISSING, ErrorCode.VAULT_UNWRITABLE)
"""What a vault says that is away, or does not answer."""
_BROKEN = (ErrorCode.VAULT_DAMAGED, ErrorCode.VAULT_KEY_WRONG, ErrorCode.VAULT_FOREIGN)
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=10)

FilesKept = Callable[[Actor, Kept, ToStore], Document]


class Keeper:
    """Keeps a filing at this desk instead of the vault that is away."""

    def __init__(self, work: Works, keys: KeyHolder, files: SpoolFiles) -> None:
        self._work = work
        self._keys = keys
        self._files = files

    def keep(
        self, actor: Actor, command: AttachDocument, facts: bytes, wanted: ToStore, away: Unavailable
    ) -> Unavailable:
        """What to raise: FILE_NOT_STORED_YET once it is kept here, `away` if it cannot be.

        Everything that the filing asks of the database was asked before; the trail says that it is begun here.
        """
        if away.code not in AWAY:
            return away
        public = self._key(actor, command)
        try:
            if not self._files.keep(command, facts, wanted, public, actor.account_id, actor.name):
                return away
        except Unavailable:  # this computer has no room either: what the vault said is what somebody can mend
            return away
        return Unavailable(ErrorCode.FILE_NOT_STORED_YET, document=str(command.id))

    def _key(self, actor: Actor, command: AttachDocument) -> str:
        """The public half of the patient's key. A new one gets its recovery copy when the vault is back."""
        while True:
            epoch = self._keys.epoch
            with self._work(actor, Permission.ATTACH_DOCUMENT) as work:
                queries.patient_archived_at(work.session, command.patient_id, hold=True)
                work.noted(Line("document.kept_at_desk", "document", command.id, command.patient_id))
                kept = queries.patient_key(work.session, command.patient_id, command.type.document_class)
                public = kept[0] if kept else self._new_key(work, command, epoch)
            if public is not None:
                return public
            if not self._keys.refresh():
                raise Unavailable(ErrorCode.VAULT_LOCKED)

    def _new_key(self, work: Work, command: AttachDocument, epoch: int) -> str | None:
        if not self._keys.hold_epoch(work.session, epoch, work.now):
            return None
        document_class = command.type.document_class
        owner = KeyOwner(self._keys.vault.clinic_id, command.patient_id, document_class)
        pair = new_key_pair()
        row = PatientKeyRow(
            patient_id=command.patient_id,
            document_class=document_class,
            public=pair.public,
            wrapped=wrap(pair, owner, self._keys.recipients.of(document_class)),
            epoch=epoch,
        )
        work.session.add(row)
        work.flush()
        return pair.public


class Spool:
    """What waits at this desk."""

    def __init__(self, work: Works, keys: KeyHolder, files: SpoolFiles, file: FilesKept) -> None:
        self.work = work
        self._keys = keys
        self._files = files
        self._file = file
        self._guard = Lock()
        self._refused: dict[UUID, ErrorCode] = {}
        self._tries = 0
        self._not_before: datetime | None = None

    @property
    def count(self) -> int:
        """How many wait, for the strip: no key is needed to count them, and nothing is told of them."""
        return self._files.count()

    def waiting(self, actor: Actor) -> tuple[WaitingDocument, ...]:
        """What is not stored yet, the oldest first. Unavailable VAULT_DAMAGED if somebody changed what waits."""
        kept = self._files.waiting()
        with self.work.looking(actor, Permission.LIST_DOCUMENTS) as look:
            look.listed("spool")
        return tuple(self._shown(each) for each in kept)

    def deliver(self, actor: Actor, now: bool = False) -> Delivered:
        """File what waits, if the vault is back. Asked often: after a failure it tries in growing pauses, unless
        `now` says that a person wants it.

        What the rules refuse meanwhile stays, with the reason in `waiting`. Unavailable where the database is away,
        and VAULT_DAMAGED, when the others were filed, if something that waits cannot be read.
        """
        with self.work(actor, Permission.ATTACH_DOCUMENT):
            pass  # who may file a document may let those go on that wait
        with self._guard:
            moment = self.work.clock.now()
            if not self._files.count() or (
                not now and self._not_before is not None and moment < self._not_before
            ):
                return Delivered((), self._files.count())
            filed: list[UUID] = []
            try:
                self._keys.vault.check()
                for kept in self._files.readable():
                    if self._delivered(actor, kept):
                        filed.append(kept.command.id)
                self._files.tidy()
            except Unavailable as away:
                if away.code not in (*AWAY, ErrorCode.VAULT_FULL):
                    raise
                self._pause(moment)
            else:
                self._tries, self._not_before = 0, None
            return Delivered(tuple(filed), self._files.count())

    def discard(self, actor: Actor, document_id: UUID) -> None:
        """Give up one that waits; its file is gone then. NotFound FILE_001."""
        with self._guard:
            kept = self._files.find(document_id)
            with self.work(actor, Permission.DELETE_DOCUMENT) as work:
                if kept is None:
                    raise NotFound(ErrorCode.DOCUMENT_NOT_FOUND)
                patient_id = kept.command.patient_id
                work.noted(
                    Line("document.discarded", "document", document_id, patient_id, "kept at this desk"),
                    Change("document", document_id, patient=patient_id),
                )
            self._files.forget(kept)
            self._refused.pop(document_id, None)

    def _delivered(self, actor: Actor, kept: Kept) -> bool:
        """Whether it is filed now. Raises what says that the vault, the database or the keys are away."""
        command = kept.command
        try:
            secret = self._secret(command.patient_id, command.type.document_class)
            self._file(actor, kept, self._files.files(kept, secret))
        except ClinicError as refusal:
            if isinstance(refusal, Unavailable) and refusal.code not in _BROKEN:
                raise
            self._refused[command.id] = refusal.code
            return False
        self._files.forget(kept)
        self._refused.pop(command.id, None)
        return True

    def _secret(self, patient_id: UUID, document_class: DocumentClass) -> str:
        """The patient's secret key; its recovery copy is written now if the vault was away when it was made."""
        with self.work.database.reading() as session:
            found = queries.patient_key(session, patient_id, document_class)
        if found is None:
            raise Unavailable(ErrorCode.VAULT_KEY_WRONG)
        key, vault = PatientKey(*found), self._keys.vault
        secret = self._keys.unwrap(key, patient_id, document_class)
        copy = vault.layout.recovery_copy(patient_id, document_class, key.public)
        if copy.name not in vault.recovery_copy_names():
            vault.renew_recovery_copy(key, patient_id, document_class, self._keys.recipients.recovery)
        return secret

    def _pause(self, moment: datetime) -> None:
        self._tries += 1
        self._not_before = moment + min(FIRST_PAUSE * 2 ** min(self._tries - 1, 10), LONGEST_PAUSE)

    def _shown(self, kept: Kept) -> WaitingDocument:
        command = kept.command
        return WaitingDocument(
            id=command.id,
            patient_id=command.patient_id,
            title=command.title or title_of(command.file_name),
            file_name=command.file_name,
            size=kept.original.size,
            kept_at=kept.kept_at,
            kept_by=kept.account_name,
            refusal=self._refused.get(command.id),
        )
