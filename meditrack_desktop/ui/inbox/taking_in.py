"""Files that people bring into the inbox: dropped, pasted or chosen; one after another beside the window."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ClinicError, Invalid, Stopped, Unavailable
from meditrack_desktop.domain.incoming import IncomingFile, IncomingSource, TakeIn
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.filing.sources import ChosenFile, looked_into
from meditrack_desktop.ui.inbox.words import tr
from meditrack_desktop.ui.tasks import SlowTask


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of what was brought: taken in, there already, and not taken in with the reason."""

    taken: tuple[IncomingFile, ...]
    known: tuple[IncomingFile, ...]
    refused: tuple[tuple[str, ClinicError], ...]
    left: int = 0
    """How many were not looked at, because somebody stopped it or the clinic was away."""

    @property
    def words(self) -> str:
        """What came in, for the toast; empty if that is nothing."""
        count, said = len(self.taken), ""
        if count:
            said = tr("1 file taken in") if count == 1 else tr("{count} files taken in").format(count=count)
        elif self.known:
            said = tr("{name} is here already").format(name=self.known[0].file_name)
        if self.left:
            left = tr("stopped, {count} left where they are").format(count=self.left)
            said = f"{said}, {left}" if said else left
        return said


class TakingIn(QObject):
    """`brought` carries a `Brought`. The status strip shows each run."""

    brought = Signal(object)

    def __init__(self, desk: Desk, owner: QObject) -> None:
        super().__init__(owner)
        self._desk = desk

    def bring(self, files: Sequence[ChosenFile], source: IncomingSource) -> SlowTask:
        """Take in files, and the DICOM files of a folder as one study."""
        clinic, actor, wanted = self._desk.clinic, self._desk.actor, tuple(files)
        return self._desk.tasks.slow(
            self,
            lambda report: take_in_all(clinic, actor, wanted, source, report),
            done=self.brought.emit,
            title=tr("Taking files into the inbox"),
        )


def take_in_all(
    clinic: Clinic, actor: Actor, files: Sequence[ChosenFile], source: IncomingSource, report: OnProgress
) -> Brought:
    """For a working thread: each by itself, so that one that is refused keeps no other out."""
    taken: list[IncomingFile] = []
    known: list[IncomingFile] = []
    refused: list[tuple[str, ClinicError]] = []
    try:
        wanted = looked_into(files)
    except Invalid as error:
        return Brought((), (), ((files[0].name, error),))
    for number, file in enumerate(wanted):
        command = TakeIn(file_name=file.name, source=source)
        try:
            report(Progress(number, len(wanted)))
            found = _take(clinic, actor, command, file)
        except Stopped:
            return Brought(tuple(taken), tuple(known), tuple(refused), len(wanted) - number)
        except Invalid as error:
            refused.append((file.name, error))
        except Unavailable as error:
            # The others would fare no better; what is in already is told all the same.
            refused.append((file.name, error))
            return Brought(tuple(taken), tuple(known), tuple(refused), len(wanted) - number - 1)
        else:
            (taken if found.id == command.id else known).append(found)
    return Brought(tuple(taken), tuple(known), tuple(refused))


def _take(clinic: Clinic, actor: Actor, command: TakeIn, file: ChosenFile) -> IncomingFile:
    if file.is_study:
        parts = [(name, io.BytesIO(data)) for name, data in file.read_study()]
        return clinic.incoming.take_in_study(actor, command, parts)
    with file.open() as source:
        return clinic.incoming.take_in(actor, command, source)
