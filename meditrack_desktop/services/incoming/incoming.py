"""The inbox: files are taken in before anybody knows whose they are, looked at, and filed with their patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from meditrack_desktop.database.queries import incoming as queries
from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import Document, PartKind
from meditrack_desktop.domain.errors import ErrorCode, NotFound
from meditrack_desktop.domain.examination import StudyContents
from meditrack_desktop.domain.incoming import (
    CollectReport,
    DiscardIncoming,
    FileIncoming,
    Guess,
    IncomingFile,
    IncomingState,
    ReopenIncoming,
    SplitIncoming,
    TakeIn,
    TurnIncoming,
    UnfileIncoming,
)
from meditrack_desktop.domain.name_check import Comparison
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.document_bytes import DocumentBytes
from meditrack_desktop.services.document_parts import contents_of, text_of
from meditrack_desktop.services.incoming.collecting import Collecting
from meditrack_desktop.services.incoming.dividing import Dividing
from meditrack_desktop.services.incoming.filing import Filing
from meditrack_desktop.services.incoming.guessing import Guessing
from meditrack_desktop.services.incoming.inbox import SHOWN, Inbox, check_shown
from meditrack_desktop.services.incoming.scan_folder import ScanFolder
from meditrack_desktop.services.incoming.taking_in import TakingIn
from meditrack_desktop.services.incoming.whereabouts import whereabouts
from meditrack_desktop.services.intake import Intake
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.services.unlocking import Unlocking
from meditrack_desktop.services.work import Works

MOST_THUMBNAILS = 500


@dataclass(frozen=True, slots=True)
class OpenIncoming:
    """A file of the inbox and its bytes. Whoever opened it closes `source`."""

    incoming: IncomingFile
    source: DocumentBytes


class Incoming:
    def __init__(self, work: Works, keys: KeyHolder, intake: Intake, profile: Profile) -> None:
        self.work = work
        self._inbox = Inbox(work, keys)
        self._folder = ScanFolder(profile)
        self._taking = TakingIn(work, self._inbox, intake)
        self._collecting = Collecting(work, self._taking, self._folder)
        self._dividing = Dividing(work, self._inbox, intake, self._taking)
        self._filing = Filing(work, keys, self._inbox)
        self._guessing = Guessing(work)
        self._unlocking = Unlocking(work, intake)

    def list(self, actor: Actor, state: IncomingState = IncomingState.WAITING) -> tuple[IncomingFile, ...]:
        """Files in one state: those that wait or were refused the oldest first, others by their end, newest first.
        A thousand at most; `count` tells how many there are. Filed ones say with whom they lie now, to those who may
        know (`may_know`)."""
        with self.work.looking(actor, Permission.FILE_INCOMING) as look:
            look.listed("incoming")
            return whereabouts(self.work, look, queries.listed(look.session, state))

    def count(self, actor: Actor, state: IncomingState = IncomingState.WAITING) -> int:
        """How many files are in one state."""
        with self.work.looking(actor, Permission.FILE_INCOMING) as look:
            look.listed("incoming")
            return queries.count(look.session, state)

    def get(self, actor: Actor, incoming_id: UUID) -> IncomingFile:
        """One file, whatever became of it, as `list` tells it. NotFound INCOMING_NOT_FOUND."""
        with self.work.looking(actor, Permission.FILE_INCOMING) as look:
            (found,) = whereabouts(self.work, look, [queries.record(look.session, incoming_id)])
            look.viewed("incoming", found.id, found.patient_id)
            return found

    def take_in(self, actor: Actor, command: TakeIn, source: BinaryIO) -> IncomingFile:
        """Take a file into the inbox; the same command twice takes it in once.

        Where the very same bytes wait already, or were filed in the last 30 days, that earlier file is answered:
        its id is not the command's. Invalid FILE_EMPTY, FILE_TYPE_REFUSED, FILE_NAME_DISAGREES, FILE_TOO_LARGE,
        FILE_UNREADABLE, FILE_INFECTED or FILE_NOT_SCANNED; Unavailable EXAMINER_FAILED or the vault's code. Then
        nothing is stored.
        """
        return self._taking.take(actor, command, source)

    def take_in_study(
        self, actor: Actor, command: TakeIn, files: Sequence[tuple[str, BinaryIO]]
    ) -> IncomingFile:
        """Take the DICOM files of one study, (name, bytes) each, in as one file that `command` names. As `take_in`."""
        return self._taking.take_study(actor, command, files)

    def collect(self, actor: Actor) -> CollectReport:
        """Look into this desk's scan folder and take in what lies there whole; to be called every few seconds.

        A file is taken once two looks, a second apart at least, found it unchanged; it leaves the folder only after
        it lies in the vault. Nothing happens while another look goes on in this process. Unavailable
        SCAN_FOLDER_UNUSABLE, or what `take_in` raises that is not the file's own fault: then it lies where it was.
        """
        return self._collecting.run(actor)

    def open(self, actor: Actor, incoming_id: UUID) -> OpenIncoming:
        """Open a file for showing; the opening is in the audit trail before a byte is given.

        NotFound; Conflict INCOMING_ENDED for one that was filed (the chart asks who may read it) or refused;
        Unavailable with the vault's code.
        """
        with self.work.looking(actor, Permission.FILE_INCOMING) as look:
            found = queries.record(look.session, incoming_id)
            check_shown(look.session, found)
            kept = self._inbox.kept(look.session, incoming_id)
            look.lines.append(Line("incoming.opened", "incoming", found.id))
        return OpenIncoming(found, self._inbox.open(kept.key, kept.original))

    def unlock(self, actor: Actor, incoming_id: UUID, password: str) -> OpenIncoming:
        """Open a PDF that asks for a password, with it, in memory. As `open`, and as `Documents.unlock`."""
        with self.work.looking(actor, Permission.FILE_INCOMING) as look:
            found = queries.record(look.session, incoming_id)
            check_shown(look.session, found)
            kept = self._inbox.kept(look.session, incoming_id)
            line = Line("incoming.opened", "incoming", found.id)
            look.lines.append(line)
            settings = settings_queries.read(look.session)
        source = self._inbox.open(kept.key, kept.original)
        return OpenIncoming(found, self._unlocking.unlocked(actor, line, source, password, settings))

    def thumbnail(self, actor: Actor, incoming_id: UUID) -> bytes:
        """A PNG; empty if there is none. Errors as `open`."""
        return self._part(actor, incoming_id, PartKind.THUMBNAIL)

    def thumbnails(self, actor: Actor, incoming_ids: Sequence[UUID]) -> Mapping[UUID, bytes]:
        """The thumbnails of those of these files that have one and may be looked into; 500 at most."""
        wanted = list(dict.fromkeys(incoming_ids))[:MOST_THUMBNAILS]
        with self.work.looking(actor, Permission.FILE_INCOMING) as look:
            filed = queries.partly_filed(look.session, wanted)
            shown = [incoming_id for incoming_id in wanted if incoming_id not in filed]
            blobs = queries.thumbnails(look.session, shown, SHOWN)
            key = self._inbox.key(look.session) if blobs else None
            look.listed("incoming")
        if key is None:
            return {}
        return {incoming_id: self._inbox.read(key, blob) for incoming_id, blob in blobs.items()}

    def text(self, actor: Actor, incoming_id: UUID) -> tuple[str, ...]:
        """The text of each page; empty if none is known. Errors as `open`."""
        part = self._part(actor, incoming_id, PartKind.TEXT)
        return text_of(part) if part else ()

    def contents(self, actor: Actor, incoming_id: UUID) -> StudyContents:
        """The series and images of a DICOM file. NotFound also for any other; errors as `open`."""
        part = self._part(actor, incoming_id, PartKind.CONTENTS)
        if not part:
            raise NotFound(ErrorCode.INCOMING_NOT_FOUND)
        return contents_of(part)

    def guess(
        self, actor: Actor, incoming_id: UUID, open_patient_id: UUID | None = None
    ) -> tuple[Guess, ...]:
        """Whose a file may be, the likeliest first; `open_patient_id` is whose chart is open at this desk.

        At most one is `sure`. NotFound INCOMING_NOT_FOUND; Conflict INCOMING_ENDED.
        """
        return self._guessing.guess(actor, incoming_id, open_patient_id)

    def compare(self, actor: Actor, incoming_id: UUID, patient_id: UUID) -> Comparison:
        """Hold whom a file names against a patient, just as `file` will. NotFound INCOMING_NOT_FOUND,
        PATIENT_NOT_FOUND or PATIENT_PURGED; Conflict INCOMING_ENDED."""
        return self._guessing.compare(actor, incoming_id, patient_id)

    def file(self, actor: Actor, command: FileIncoming) -> Document:
        """File one with a patient; the same command twice files it once. Of two desks one wins.

        NotFound for the file, the patient, the visit or the document it replaces; Conflict INCOMING_ENDED,
        FILE_NAMES_ANOTHER (`named`, `patient`), PATIENT_ARCHIVED, PATIENT_MERGED, PATIENT_RESTRICTED,
        DOCUMENTS_A_DAY (`limit`) or DOCUMENT_SUPERSEDED; Invalid `type` or FILE_NOT_SCANNED; ChangedMeanwhile;
        Unavailable with the vault's code.
        """
        return self._filing.file(actor, command)

    def unfile(self, actor: Actor, command: UnfileIncoming) -> IncomingFile:
        """Take a filing back within a day: the document leaves the chart as entered in error, the file waits again.

        NotFound; Conflict INCOMING_ENDED if it is not filed (any more), DOCUMENT_SUPERSEDED, DOCUMENT_IN_USE,
        DOCUMENT_REVIEWED, UNFILING_TOO_LATE, PATIENT_RESTRICTED; ChangedMeanwhile.
        """
        return self._filing.unfile(actor, command)

    def turn(self, actor: Actor, command: TurnIncoming) -> IncomingFile:
        """Show every page turned clockwise, here and in the chart later. NotFound; Conflict INCOMING_ENDED;
        ChangedMeanwhile."""
        return self._dividing.turn(actor, command)

    def split(self, actor: Actor, command: SplitIncoming) -> tuple[IncomingFile, ...]:
        """Make several files of one, in the order of its pages; they wait in its place.

        NotFound; Conflict INCOMING_ENDED; ChangedMeanwhile; Invalid FILE_NOT_DIVISIBLE or FILE_ASKS_PASSWORD; and
        what `take_in` raises about a piece: then it stays whole.
        """
        return self._dividing.split(actor, command)

    def discard(self, actor: Actor, command: DiscardIncoming) -> IncomingFile:
        """Put one that waits in the inbox's bin, or a refused one out of sight. NotFound; Conflict INCOMING_ENDED;
        ChangedMeanwhile."""
        return self._dividing.discard(actor, command)

    def reopen(self, actor: Actor, command: ReopenIncoming) -> IncomingFile:
        """Let a discarded or divided file wait again; the pieces of a divided one leave.

        NotFound; Conflict INCOMING_ENDED if it waits already or was filed, if a piece of it was filed, if what it is a
        piece of waits, or if its bytes have left the vault; ChangedMeanwhile.
        """
        return self._dividing.reopen(actor, command)

    def scan_folder(self, actor: Actor) -> Path | None:
        """The folder that this desk takes files from; None if there is none."""
        with self.work.looking(actor, Permission.VIEW_SETTINGS) as look:
            look.listed("scan_folder")
        return self._folder.read()

    def set_scan_folder(self, actor: Actor, path: Path | None) -> Path | None:
        """Take files from a folder from now on, at this desk; None: from none. For whoever files at it
        (FILE_INCOMING) or sets it up (EDIT_SETTINGS).

        Unavailable SCAN_FOLDER_UNUSABLE (`folder`) unless it is a folder of this computer, no link, that may be
        written to, and neither among the clinic's own nor one above them; PROFILE_UNWRITABLE.
        """
        only_sets_up = actor.may(Permission.EDIT_SETTINGS) and not actor.may(Permission.FILE_INCOMING)
        asked = Permission.EDIT_SETTINGS if only_sets_up else Permission.FILE_INCOMING
        with self.work.looking(actor, asked) as look:
            look.listed("scan_folder")
        if path is not None:
            self._folder.check(path)
        with self.work(actor, asked) as work:
            told = "no folder" if path is None else "a folder"
            work.noted(Line("scan_folder.changed", "scan_folder", detail=told))
        return self._folder.keep(path)

    def _part(self, actor: Actor, incoming_id: UUID, kind: PartKind) -> bytes:
        with self.work.looking(actor, Permission.FILE_INCOMING) as look:
            found = queries.record(look.session, incoming_id)
            check_shown(look.session, found)
            kept = self._inbox.kept(look.session, incoming_id)
            action = "incoming.viewed" if kind is PartKind.THUMBNAIL else "incoming.opened"
            look.lines.append(Line(action, "incoming", found.id))
        return self._inbox.read(kept.key, kept.parts.get(kind))
