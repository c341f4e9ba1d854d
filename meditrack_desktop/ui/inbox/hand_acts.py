"""What is done to the file in hand but filing it: turned, divided, thrown away, let wait again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.incoming import CollectReport, IncomingFile, IncomingState
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.inbox.acts import InboxActs
from meditrack_desktop.ui.inbox.discard_dialog import DiscardDialog
from meditrack_desktop.ui.inbox.ending import may_unfile
from meditrack_desktop.ui.inbox.room import InboxRoom
from meditrack_desktop.ui.inbox.split_sheet import SplitSheet
from meditrack_desktop.ui.inbox.words import tr, whose_words
from meditrack_desktop.ui.patients.reason_dialog import ReasonDialog


class HandActs(QObject):
    """`shown` gives the file in hand. `looked`: the scan folder was looked into; `refused` carries why it was not."""

    looked = Signal()
    refused = Signal(object)

    def __init__(
        self,
        desk: Desk,
        page: QWidget,
        acts: InboxActs,
        room: InboxRoom,
        shown: Callable[[], IncomingFile | None],
    ) -> None:
        super().__init__(page)
        self._desk, self._page, self._acts, self._room, self._shown = desk, page, acts, room, shown

    def may_wait_again(self, file: IncomingFile) -> bool:
        """Whether the inbox can have it back."""
        return file.state is IncomingState.DISCARDED or may_unfile(self._desk, file)

    def turn(self) -> None:
        file = self._shown()
        if file is not None and waits(file):
            self._acts.turn(file)

    def ask_split(self) -> None:
        file = self._shown()
        if file is not None and self._room.split.isVisible():
            SplitSheet(
                self._desk, self._page, file, self._room.pane.view.page + 1, self._acts.split
            ).open_layer()

    def discard(self) -> None:
        file = self._shown()
        if file is None or file.state not in (IncomingState.WAITING, IncomingState.REFUSED):
            return
        if file.state is IncomingState.REFUSED:
            self._acts.discard(file, tr("Not needed"))
        else:
            DiscardDialog(self._page, file, partial(self._acts.discard, file)).open_layer()

    def let_wait_again(self) -> None:
        file = self._shown()
        if file is None or not self.may_wait_again(file):
            return
        if file.state is IncomingState.DISCARDED:
            self._acts.reopen(file.id)
            return

        def unfile(reason: str) -> None:
            dialog.close_layer()
            self._acts.unfile(file.id, reason)

        dialog = ReasonDialog(
            self._page,
            tr("Let it wait again?"),
            _leaves(file),
            tr("Let it wait again"),
            unfile,
        )
        dialog.open_layer()

    def look_again(self) -> None:
        desk = self._desk

        def looked(report: CollectReport) -> None:
            if not report.taken:
                desk.say(tr("Nothing new could be taken in"))
            self.looked.emit()

        desk.tasks.slow(
            self,
            lambda _report: desk.clinic.incoming.collect(desk.actor),
            done=looked,
            failed=self.refused.emit,
        )


def waits(file: IncomingFile | None) -> bool:
    """Whether there is one, and it can be filed."""
    return file is not None and file.state is IncomingState.WAITING


def _leaves(file: IncomingFile) -> str:
    """Whose chart it leaves, if it waits again."""
    if file.filed_with is None:
        words = tr("{name} leaves the patient's chart and waits in the inbox.")
        return words.format(name=file.file_name)
    words = tr("{name} leaves the chart of {who} and waits in the inbox.")
    return words.format(name=file.file_name, who=whose_words(file))
