"""One unfinished note on its way: kept every two seconds, signed once, never lost to a lost answer.

Knows no widget. Saves run one after another, each on what the one before it left; what was typed while one was under
way goes with the next, at the latest when the box is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from meditrack_desktop.domain.errors import ChangedMeanwhile, ClinicError, Unavailable
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.notes import (
    DRAFT_EVERY_SECONDS,
    DiscardDraft,
    Note,
    SaveDraft,
    SignNote,
)
from meditrack_desktop.ui.desk import Desk

AGAIN_AFTER_MS = 5000


@dataclass(slots=True)
class _Line:
    """The version the records hold of one draft; touched by the lane of changes alone."""

    version: int = 0


class NoteDraft(QObject):
    """The text of one author about one patient, which is fixed.

    `kept` comes after each save, `notKept` with the refusal, `overtaken` if another desk kept something newer,
    `rested` when all of it is kept and nothing under way, `signed` with the note; what was typed while it was being
    signed is in `typed_since`, for another one.
    """

    kept = Signal()
    rested = Signal()
    notKept = Signal(object)
    overtaken = Signal()
    signed = Signal(object)
    notSigned = Signal(object)

    def __init__(self, desk: Desk, patient_id: UUID, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self.patient_id = desk, patient_id
        self.id: UUID = new_id()
        self.version = 0
        self._line = _Line()
        self.title, self.body = "", ""
        self.appointment_id: UUID | None = None
        self.amends: UUID | None = None
        self.refused: ClinicError | None = None
        self._safe: tuple[str, str, UUID | None] = ("", "", None)
        self._sent: tuple[str, str, UUID | None] = self._safe
        self._under_way = 0
        self._sign_next = self.signing = False
        self._signing_body = self.typed_since = ""
        self._timer = QTimer(self, singleShot=True, interval=round(DRAFT_EVERY_SECONDS * 1000))
        self._timer.timeout.connect(self.save)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it to keep."""
        return not self.body.strip() and self.version == 0

    @property
    def is_safe(self) -> bool:
        """Whether all that was typed is kept."""
        return self.is_empty or (self._safe == self._now() and not self._under_way)

    def write(self, title: str, body: str, appointment_id: UUID | None) -> None:
        """Take what is typed now; it is kept within two seconds."""
        self.title, self.body, self.appointment_id = title, body, appointment_id
        if not self.is_empty and self._safe != self._now() and not self._timer.isActive():
            self._timer.start(round(DRAFT_EVERY_SECONDS * 1000))

    def take(self, note: Note) -> None:
        """Go on with a draft that was kept before."""
        self._timer.stop()
        self.id, self.version, self._line = note.id, note.version, _Line(note.version)
        self.title, self.body = note.title, note.body
        self.appointment_id, self.amends = note.appointment_id, note.amends
        self._safe, self.refused = self._now(), None

    def begin_anew(self, amends: UUID | None = None) -> None:
        """An empty one."""
        self._timer.stop()
        self.id, self.version, self._line, self.amends = new_id(), 0, _Line(), amends
        self.title, self.body, self.appointment_id = "", "", None
        self._safe, self.refused = self._now(), None
        self._sign_next = False

    def save(self, *, last: bool = False) -> None:
        """Keep what is typed now, whatever the time. `last`: the box may be gone before a save under way is over."""
        self._timer.stop()
        newest = self._sent if self._under_way else self._safe
        if self.is_empty or self.signing or newest == self._now() or (self._under_way and not last):
            return
        self._under_way += 1
        self._sent = sent = self._now()
        notes, actor, command, line = self._desk.clinic.notes, self._desk.actor, self._command(), self._line

        def keep() -> Note:
            note = notes.save_draft(actor, command.model_copy(update={"version": line.version}))
            line.version = note.version
            return note

        self._desk.tasks.change(
            self,
            keep,
            done=partial(self._saved, command.id, sent),
            failed=partial(self._not_saved, command.id),
            always=self._go_on,
        )

    def keep_mine(self, theirs: Note) -> None:
        """What is typed here goes over what another desk kept."""
        self.version, self._line, self.refused = theirs.version, _Line(theirs.version), None
        self._safe = (theirs.title, theirs.body, theirs.appointment_id)
        self.save()

    def sign(self) -> None:
        """Make it part of the chart as it is typed now; a save under way is waited for."""
        if self.signing or not self.body.strip():
            return
        self._timer.stop()
        if self._under_way:
            self._sign_next = True
            return
        self.signing, self._signing_body = True, self.body
        notes, actor, draft = self._desk.clinic.notes, self._desk.actor, self._command()
        safe = self._safe == self._now() and self.version > 0

        def run() -> Note:
            version = draft.version if safe else notes.save_draft(actor, draft).version
            body = draft.body.strip()
            return notes.sign(actor, SignNote(id=draft.id, version=version, title=draft.title, body=body))

        self._desk.tasks.change(
            self, run, done=self._signed, failed=self._not_signed, always=self._signing_over
        )

    def discard(self) -> None:
        """Throw it away, here and in the records."""
        gone, line, begun = self.id, self._line, self.version or self._under_way
        self.begin_anew()
        notes, actor = self._desk.clinic.notes, self._desk.actor

        def drop() -> None:
            if line.version:
                notes.discard(actor, DiscardDraft(id=gone, version=line.version))

        if begun:
            self._desk.tasks.change(self, drop)

    def _command(self) -> SaveDraft:
        return SaveDraft(
            id=self.id,
            version=self.version,
            patient_id=self.patient_id,
            appointment_id=self.appointment_id,
            amends=self.amends,
            title=self.title[:200],
            body=self.body,
        )

    def _now(self) -> tuple[str, str, UUID | None]:
        return self.title, self.body, self.appointment_id

    def _saved(self, id_: UUID, sent: tuple[str, str, UUID | None], note: Note) -> None:
        if id_ != self.id:
            return
        self.version, self._safe, self.refused = note.version, sent, None
        self.kept.emit()

    def _not_saved(self, id_: UUID, error: ClinicError) -> None:
        if id_ != self.id:
            return
        self.refused, self._sign_next = error, False
        if isinstance(error, ChangedMeanwhile):
            self.overtaken.emit()
        else:
            self.notKept.emit(error)

    def _go_on(self) -> None:
        self._under_way -= 1
        if self._under_way:
            return
        if self._sign_next:
            self._sign_next = False
            self.sign()
        elif isinstance(self.refused, Unavailable):
            self._timer.start(AGAIN_AFTER_MS)
        elif self.refused is None and self._safe != self._now() and not self.is_empty:
            self._timer.start(round(DRAFT_EVERY_SECONDS * 1000))
        elif self.refused is None:
            self.rested.emit()

    def _signed(self, note: Note) -> None:
        more = self.body.removeprefix(self._signing_body)
        self.begin_anew()
        self.typed_since = more.lstrip()
        self.signed.emit(note)

    def _not_signed(self, error: ClinicError) -> None:
        self.refused = error
        if isinstance(error, ChangedMeanwhile):
            self.overtaken.emit()
        else:
            self.notSigned.emit(error)

    def _signing_over(self) -> None:
        self.signing = False
        if self.refused is not None and not self.is_safe and not isinstance(self.refused, ChangedMeanwhile):
            self._timer.start(round(DRAFT_EVERY_SECONDS * 1000))
