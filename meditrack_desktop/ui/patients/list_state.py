"""What the list says when there is nobody to show: an empty clinic, nobody found, or no answer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal

from meditrack_desktop.domain.callers import read_number
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import StateView


class ListState(StateView):
    """Offers only what the role may do. `clearRequested` takes filters off, or the text if there are none."""

    importRequested = Signal()
    clearRequested = Signal()
    searchRequested = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__("empty", "")
        self._desk = desk

    def show_nothing_found(self, text: str, filters: int) -> None:
        """Nobody matches `text` and that many filters; without either the clinic has no patients."""
        self.clear_actions()
        if text or filters:
            self._say_no_result(text, filters)
        else:
            self._say_empty()

    def show_error(self, error: ClinicError, retry: Callable[[], object]) -> None:
        """The first question was refused, so there is nothing else to show."""
        said = errors.words(error)
        self.clear_actions()
        self.set_state("error", said.title, said.text)
        self.add_action(self.tr("Try again"), retry, icon="refresh-cw")

    def _say_empty(self) -> None:
        self.set_state(
            "empty",
            self.tr("No patients yet"),
            self.tr("Add the first one, or bring your list from a spreadsheet."),
            icon="users",
        )
        if self._desk.actor.may(Permission.REGISTER_PATIENT):
            new, register = self.tr("New patient"), self._desk.go.register
            self.add_action(new, lambda: register(), kind="primary", icon="user-plus")
        if self._desk.actor.may(Permission.IMPORT_PATIENTS):
            self.add_action(self.tr("Import a list"), self.importRequested.emit, icon="file-up")

    def _say_no_result(self, text: str, filters: int) -> None:
        title, said = self.tr("No patient matches these filters"), []
        if text:
            title = self.tr('No patient matches "{text}"').format(text=text)
            said.append(self.tr("Try fewer letters, the birth date, or the phone number."))
            if filters:
                on = self.tr("1 filter is also on.") if filters == 1 else self.tr("{n} filters are also on.")
                said.append(on.format(n=filters))
        self.set_state("no_result", title, " ".join(said))
        clear = self.tr("Clear filters") if filters else self.tr("Clear search")
        self.add_action(clear, self.clearRequested.emit)
        if text and self._desk.actor.may(Permission.REGISTER_PATIENT):
            number = read_number(text)
            new = self.tr('New patient "{text}"').format(text=text)
            take_down = self._desk.go.take_down
            self.add_action(new, lambda: take_down("" if number else text, number or ""), icon="user-plus")
