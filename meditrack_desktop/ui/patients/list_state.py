"""What the list says when there is nobody to show: an empty clinic, nobody found, or no answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal

from meditrack_desktop.domain.callers import read_number
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients.patient_list import nearest_spelling
from meditrack_desktop.ui.widgets import StateView


class ListState(StateView):
    """Offers only what the role may do. `clearRequested` takes filters off, or the text if there are none."""

    importRequested = Signal()
    clearRequested = Signal()
    searchRequested = Signal(str)
    """A spelling that somebody has, offered instead of the one typed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("empty", "")
        self._desk = desk
        self._text, self._filters = "", 0
        self._title = self._also_on = ""

    def show_nothing_found(self, text: str, filters: int) -> None:
        """Nobody matches `text` and that many filters; without either the clinic has no patients."""
        self.clear_actions()
        self._text, self._filters = text, filters
        if text or filters:
            self._say_no_result(text, filters)
            self._ask_spelling(text)
        else:
            self._say_empty()

    def _ask_spelling(self, text: str) -> None:
        if text:
            self._desk.tasks.query(
                self,
                partial(nearest_spelling, self._desk, text),
                partial(self.offer_spelling, text),
                failed=lambda _error: None,
                replaces="spelling",
            )

    def offer_spelling(self, text: str, spelled: str) -> None:
        """Somebody is called nearly so: `spelled`, where `text` was typed and still is."""
        if self._text != text or not spelled:
            return
        self.set_state(
            "no_result", self._title, self.tr("Did you mean {name}? ").format(name=spelled) + self._also_on
        )
        self.clear_actions()
        again = self.tr('Search for "{name}"').format(name=spelled)
        self.add_action(again, lambda: self.searchRequested.emit(spelled), kind="primary", icon="search")
        self._add_ways_out()

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
        self._title, said = self.tr("No patient matches these filters"), []
        self._also_on = ""
        if text:
            self._title = self.tr('No patient matches "{text}"').format(text=text)
            said.append(self.tr("Try fewer letters, the birth date, or the phone number."))
            if filters:
                on = self.tr("1 filter is also on.") if filters == 1 else self.tr("{n} filters are also on.")
                self._also_on = on.format(n=filters)
                said.append(self._also_on)
        self.set_state("no_result", self._title, " ".join(said))
        self._add_ways_out()

    def _add_ways_out(self) -> None:
        text = self._text
        clear = self.tr("Clear filters") if self._filters else self.tr("Clear search")
        self.add_action(clear, self.clearRequested.emit)
        if text and self._desk.actor.may(Permission.REGISTER_PATIENT):
            number = read_number(text)
            new = self.tr('New patient "{text}"').format(text=text)
            take_down = self._desk.go.take_down
            self.add_action(new, lambda: take_down("" if number else text, number or ""), icon="user-plus")
