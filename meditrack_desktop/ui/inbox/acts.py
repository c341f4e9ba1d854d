"""What is done to files of the inbox from its page, and how the last of it is taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from meditrack_desktop.domain.documents import Document
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.incoming import (
    DiscardIncoming,
    FileIncoming,
    IncomingFile,
    ReopenIncoming,
    SplitIncoming,
    TurnIncoming,
    UnfileIncoming,
)
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.inbox.words import tr

REMEMBERED = 20


class InboxActs(QObject):
    """`leaving` names a file before it leaves the list by this desk's hand, `stays` one that did not leave after
    all or came back; `done` comes after each act, for the list to be asked again. Ctrl+Z takes the acts back, the
    last first."""

    leaving = Signal(object)
    stays = Signal(object)
    done = Signal()
    refused = Signal(object)
    """Why an act other than filing was not done."""

    def __init__(self, desk: Desk, owner: QObject) -> None:
        super().__init__(owner)
        self._desk = desk
        self._past: list[Callable[[], None]] = []

    def file(
        self,
        command: FileIncoming,
        who: str,
        done: Callable[[Document], object],
        refused: Callable[[ClinicError], object],
        always: Callable[[], object],
    ) -> None:
        """File it; `who` is the name it is said with."""
        clinic, actor = self._desk.clinic, self._desk.actor

        def filed(document: Document) -> None:
            self._remember(
                tr("{title} filed with {name}").format(title=document.title, name=who),
                partial(self.unfile, command.id, tr("Filed by mistake")),
            )
            done(document)
            self.done.emit()

        def not_filed(error: ClinicError) -> None:
            self.stays.emit(command.id)
            refused(error)

        self.leaving.emit(command.id)
        self._desk.tasks.change(
            self, lambda: clinic.incoming.file(actor, command), done=filed, failed=not_filed, always=always
        )

    def unfile(self, file_id: UUID, reason: str) -> None:
        """Take a filing back: the file waits here again."""
        clinic, actor = self._desk.clinic, self._desk.actor

        def work() -> IncomingFile:
            now = clinic.incoming.get(actor, file_id)
            return clinic.incoming.unfile(
                actor, UnfileIncoming(id=file_id, version=now.version, reason=reason)
            )

        self._change(work, self._waits)

    def reopen(self, file_id: UUID) -> None:
        """Let a discarded or divided file wait again."""
        clinic, actor = self._desk.clinic, self._desk.actor

        def work() -> IncomingFile:
            now = clinic.incoming.get(actor, file_id)
            return clinic.incoming.reopen(actor, ReopenIncoming(id=file_id, version=now.version))

        self._change(work, self._waits)

    def turn(self, file: IncomingFile) -> None:
        """A quarter clockwise, for good."""
        clinic, actor = self._desk.clinic, self._desk.actor
        to = (file.turn + 90) % 360
        command = TurnIncoming.model_validate({"id": file.id, "version": file.version, "turn": to})
        self._change(lambda: clinic.incoming.turn(actor, command), lambda _file: None)

    def split(self, command: SplitIncoming) -> None:
        """Make several of it."""
        clinic, actor = self._desk.clinic, self._desk.actor

        def told(pieces: Sequence[IncomingFile]) -> None:
            words = tr("It became {count} files").format(count=len(pieces))
            self._remember(words, partial(self.reopen, command.id))

        self.leaving.emit(command.id)
        self._change(lambda: clinic.incoming.split(actor, command), told, command.id)

    def discard(self, file: IncomingFile, reason: str) -> None:
        """Into the inbox's bin."""
        clinic, actor = self._desk.clinic, self._desk.actor
        command = DiscardIncoming(id=file.id, version=file.version, reason=reason)

        def told(gone: IncomingFile) -> None:
            self._remember(
                tr("{name} discarded").format(name=gone.file_name), partial(self.reopen, command.id)
            )

        self.leaving.emit(command.id)
        self._change(lambda: clinic.incoming.discard(actor, command), told, command.id)

    def take_back(self) -> None:
        """The last act that was not taken back yet."""
        if self._past:
            self._past.pop()()

    def _remember(self, words: str, back: Callable[[], None]) -> None:
        def once() -> None:
            if back in self._past:
                self._past.remove(back)
                back()

        self._past.append(back)
        del self._past[:-REMEMBERED]
        self._desk.say(words, once)

    def _waits(self, file: IncomingFile) -> None:
        self.stays.emit(file.id)
        self._desk.say(tr("{name} waits in the inbox again").format(name=file.file_name))

    def _change(
        self, work: Callable[[], Any], then: Callable[[Any], object], file_id: UUID | None = None
    ) -> None:
        def told(found: Any) -> None:
            then(found)
            self.done.emit()

        def refused(error: ClinicError) -> None:
            if file_id is not None:
                self.stays.emit(file_id)
            self.refused.emit(error)
            self.done.emit()

        self._desk.tasks.change(self, work, done=told, failed=refused)
