"""What a person does to a file in the inbox short of filing it: turn, divide, discard, let wait again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from uuid import UUID

from meditrack_desktop.database.queries import incoming as queries
from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.database.tables.incoming import IncomingRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.documents import MediaType
from meditrack_desktop.domain.errors import Conflict, ErrorCode, Invalid
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.incoming import (
    KEPT_FOR,
    DiscardIncoming,
    IncomingFile,
    IncomingSource,
    IncomingState,
    ReopenIncoming,
    SplitIncoming,
    TurnIncoming,
)
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.settings import ClinicSettings
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.blob_filing import Sealed
from meditrack_desktop.services.incoming.inbox import Inbox, Kept
from meditrack_desktop.services.incoming.taking_in import Arrived, TakingIn, add_parts, row_of
from meditrack_desktop.services.intake import Intake
from meditrack_desktop.services.work import Work, Works

P = Permission.FILE_INCOMING
PUT_TOGETHER_AGAIN = "its original waits again"
_DIVISIBLE = (MediaType.PDF, MediaType.TIFF)


class Dividing:
    def __init__(self, work: Works, inbox: Inbox, intake: Intake, taking: TakingIn) -> None:
        self._work = work
        self._inbox = inbox
        self._intake = intake
        self._taking = taking

    def turn(self, actor: Actor, command: TurnIncoming) -> IncomingFile:
        with self._work(actor, P) as work:
            row = waiting_row(work, command.id, command.version)
            row.turn = command.turn
            return changed(work, row, "incoming.turned")

    def discard(self, actor: Actor, command: DiscardIncoming) -> IncomingFile:
        with self._work(actor, P) as work:
            row = queries.held(work.session, command.id)
            if row.state not in (IncomingState.WAITING, IncomingState.REFUSED):
                raise Conflict(ErrorCode.INCOMING_ENDED)
            queries.check_version(row, command.version)
            end(work, row, IncomingState.DISCARDED, command.reason)
            return changed(work, row, "incoming.discarded")

    def reopen(self, actor: Actor, command: ReopenIncoming) -> IncomingFile:
        with self._work(actor, P) as work:
            row = queries.held(work.session, command.id)
            if row.state not in (IncomingState.DISCARDED, IncomingState.SPLIT) or row.blob_id is None:
                raise Conflict(ErrorCode.INCOMING_ENDED)
            queries.check_version(row, command.version)
            if row.ended_at is not None and work.now - row.ended_at > KEPT_FOR:
                raise Conflict(ErrorCode.INCOMING_ENDED)
            if row.state is IncomingState.SPLIT:
                self._take_pieces_away(work, row)
            elif any(origin.state is not IncomingState.SPLIT for origin in _origins(work, row)):
                # Its pages wait, or were filed, in what it was cut out of.
                raise Conflict(ErrorCode.INCOMING_ENDED)
            row.state, row.ended_at, row.ended_by, row.end_reason = IncomingState.WAITING, None, None, ""
            return changed(work, row, "incoming.reopened")

    def split(self, actor: Actor, command: SplitIncoming) -> tuple[IncomingFile, ...]:
        with self._work.looking(actor, P) as look:
            found = queries.record(look.session, command.id)
            row = queries.peek(look.session, command.id)
            _check_divisible(found, command)
            kept = self._inbox.kept(look.session, command.id)
            settings = settings_queries.read(look.session)
            turn = row.turn
            look.lines.append(Line("incoming.opened", "incoming", found.id))
        pieces = self._pieces(found, kept, command, settings)

        def before() -> tuple[IncomingFile, ...] | None:
            with self._work.looking(actor, P) as look:
                look.viewed("incoming", command.id)
                _check_divisible(queries.record(look.session, command.id), command)
                return None

        def keep(sealed: Sequence[Sealed]) -> tuple[IncomingFile, ...]:
            with self._work(actor, P) as work:
                self._inbox.hold(work.session, sealed, work.now)
                origin = waiting_row(work, command.id, command.version)
                ids = sorted(new_id() for _ in pieces)  # the list tells what came at once by it
                for piece_id, piece, stored in zip(ids, pieces, sealed, strict=True):
                    made = row_of(piece_id, piece, stored, IncomingSource.SPLIT, actor)
                    made.created_at, made.created_by = work.now, actor.account_id
                    made.origin_id, made.turn = origin.id, turn
                    work.added(made, "incoming.added", Change("incoming", made.id))
                    work.flush()
                    add_parts(work.session, made.id, stored)
                end(work, origin, IncomingState.SPLIT, "")
                changed(work, origin, "incoming.split", f"{len(ids)} pieces")
                return tuple(queries.record(work.session, piece_id) for piece_id in ids)

        return self._inbox.store([piece.to_store for piece in pieces], before, keep)

    def _pieces(
        self, found: IncomingFile, kept: Kept, command: SplitIncoming, settings: ClinicSettings
    ) -> list[Arrived]:
        """Each piece as a file of its own, looked into like one that comes from outside."""
        data = self._inbox.read(kept.key, kept.original)
        starts = (1, *command.before)
        ends = (*(each - 1 for each in command.before), found.pages)
        pieces = []
        for number, (first, last) in enumerate(zip(starts, ends, strict=True), 1):
            cut = self._intake.examiner.rearrange(data, tuple(range(first, last + 1)))
            path = PurePath(found.file_name)
            name = f"{path.stem[:90]} ({number} of {len(starts)}){path.suffix}"
            pieces.append(self._taking.look_into(name, cut, settings))
        if sum(piece.looked.examination.pages for piece in pieces) != found.pages:
            raise Invalid(ErrorCode.FILE_UNREADABLE)
        return pieces

    def _take_pieces_away(self, work: Work, row: IncomingRow) -> None:
        """The pieces leave when their original waits again; not if the pages of one are in a chart already."""
        pieces = queries.pieces_of(work.session, row.id)
        if any(piece.state is IncomingState.FILED for piece in pieces):
            raise Conflict(ErrorCode.INCOMING_ENDED)
        for piece in pieces:
            if piece.state is not IncomingState.DISCARDED:
                end(work, piece, IncomingState.DISCARDED, PUT_TOGETHER_AGAIN)
                changed(work, piece, "incoming.discarded")


def waiting_row(work: Work, incoming_id: UUID, version: int) -> IncomingRow:
    """The row of a file that waits, held. NotFound; Conflict INCOMING_ENDED if somebody dealt with it;
    ChangedMeanwhile."""
    row = queries.held(work.session, incoming_id)
    if row.state is not IncomingState.WAITING:
        raise Conflict(ErrorCode.INCOMING_ENDED)
    queries.check_version(row, version)
    return row


def end(work: Work, row: IncomingRow, state: IncomingState, reason: str) -> None:
    """Let it wait no more."""
    row.state, row.ended_at, row.ended_by, row.end_reason = state, work.now, work.actor.account_id, reason


def changed(
    work: Work, row: IncomingRow, action: str, detail: str = "", patient_id: UUID | None = None
) -> IncomingFile:
    """Report a changed row; the record as it is now."""
    work.changed(row, action, Change("incoming", row.id), patient_id=patient_id, detail=detail)
    work.flush()
    return queries.record(work.session, row.id)


def _origins(work: Work, row: IncomingRow) -> list[IncomingRow]:
    return queries.origins_of(work.session, row.origin_id)


def _check_divisible(found: IncomingFile, command: SplitIncoming) -> None:
    """Conflict INCOMING_ENDED; Invalid FILE_NOT_DIVISIBLE or FILE_ASKS_PASSWORD."""
    if found.state is not IncomingState.WAITING:
        raise Conflict(ErrorCode.INCOMING_ENDED)
    if found.asks_password:
        raise Invalid(ErrorCode.FILE_ASKS_PASSWORD)
    pages = command.before
    ordered = all(1 < page <= found.pages for page in pages) and list(pages) == sorted(set(pages))
    if found.media_type not in _DIVISIBLE or not ordered:
        raise Invalid(ErrorCode.FILE_NOT_DIVISIBLE)
