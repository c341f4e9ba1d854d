"""Files are filed one after another in the slow lane; each tells how it went, and one that is refused stops none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import AttachDocument, Document
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Invalid, Stopped
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.filing.sources import ChosenFile
from meditrack_desktop.ui.tasks import SlowTask


class How(Enum):
    """How it stands with one file."""

    WAITS = auto()
    RUNS = auto()
    KEPT = auto()
    AT_THIS_DESK = auto()
    """Kept here, encrypted, until the place for documents is back; then it is filed by itself."""
    REFUSED = auto()
    STOPPED = auto()
    DECLINED = auto()
    """It names somebody else, and a person said that it does not belong here."""


@dataclass(slots=True)
class FileState:
    """One file on its way. Its id stays, so that the same file tried again is filed once."""

    file: ChosenFile
    id: UUID = field(default_factory=new_id)
    how: How = How.WAITS
    error: ClinicError | None = None
    confirmed: bool = False
    """A person compared the name in the file with the patient."""

    @property
    def safe(self) -> bool:
        """Whether nothing is left to do for it."""
        return self.how in (How.KEPT, How.AT_THIS_DESK)


MakeCommand = Callable[[FileState], AttachDocument]


class FilingRun(QObject):
    """`kept` carries each document; `changed` comes with every step, `ended` when nothing is left to do."""

    kept = Signal(object)
    changed = Signal(object)
    progressed = Signal(object)
    ended = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._make: MakeCommand | None = None
        self._task: SlowTask | None = None
        self.states: list[FileState] = []

    @property
    def running(self) -> bool:
        return self._task is not None

    def begin(self, states: list[FileState], make: MakeCommand) -> None:
        """File what waits of these."""
        self.states, self._make = states, make
        self._next()

    def stop(self) -> None:
        """End after the piece under way; what is kept stays kept, what waits is left."""
        if self._task is not None:
            self._task.stop()
        for state in self.states:
            if state.how is How.WAITS:
                state.how = How.STOPPED
                self.changed.emit(state)

    def _next(self) -> None:
        state = next((one for one in self.states if one.how is How.WAITS), None)
        if state is None or self._make is None:
            self._task = None
            self.ended.emit()
            return
        command = self._make(state)
        state.how, state.error = How.RUNS, None
        self.changed.emit(state)
        clinic, actor = self._desk.clinic, self._desk.actor
        self._task = self._desk.tasks.slow(
            self,
            lambda report: file_one(clinic, actor, command, state.file, report),
            done=lambda document: self._kept(state, document),
            failed=lambda error: self._refused(state, error),
            progress=self.progressed.emit,
            title=self.tr("Adding a document"),
        )

    def _kept(self, state: FileState, document: Document) -> None:
        state.how = How.KEPT
        self.changed.emit(state)
        self.kept.emit(document)
        self._next()

    def _refused(self, state: FileState, error: ClinicError) -> None:
        if error.code is ErrorCode.FILE_NOT_STORED_YET:
            state.how = How.AT_THIS_DESK
        else:
            state.how = How.STOPPED if isinstance(error, Stopped) else How.REFUSED
        state.error = error
        self.changed.emit(state)
        self._next()


def file_one(
    clinic: Clinic, actor: Actor, command: AttachDocument, file: ChosenFile, progress: OnProgress
) -> Document:
    """File one document; for a working thread. Invalid FILE_UNREADABLE if it cannot be read."""
    try:
        progress(Progress(0, 0))
        if file.is_study:
            return clinic.documents.attach_study(actor, command, file.read_study(), progress)
        with file.open() as source:
            return clinic.documents.attach(actor, command, source, progress)
    except OSError:
        raise Invalid(ErrorCode.FILE_UNREADABLE) from None
