"""The menu of filters: what can be added, and the filters a person has saved, each with its key."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any, Protocol
from uuid import UUID

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.saved_filters import PatientFilter, SavedFilter, Standing
from meditrack_desktop.ui.patients.filter_words import months_word, standing_word
from meditrack_desktop.ui.widgets import Menu

KEYS = 9
# Option with a digit types a letter there.
PREFIX = "Meta" if sys.platform == "darwin" else "Alt"


def key_of(place: int) -> str:
    """The key of the saved filter at this place, from 0; "" for those without one."""
    return f"{PREFIX}+{place + 1}" if place < KEYS else ""


class Filtered(Protocol):
    """What the menu asks of the bar it belongs to."""

    filter: PatientFilter
    saved: tuple[SavedFilter, ...]
    doctors: tuple[Practitioner, ...]
    is_doctor: bool

    @property
    def saveRequested(self) -> SignalInstance: ...
    @property
    def manageRequested(self) -> SignalInstance: ...
    @property
    def in_force(self) -> SavedFilter | None: ...
    def narrow(self, **parts: Any) -> None: ...
    def use(self, kept: PatientFilter) -> None: ...


class FilterMenu(Menu):
    """Offers what a bar's filter may be; what is on has a tick."""

    def __init__(self, owner: QWidget, bar: Filtered) -> None:
        super().__init__(owner)
        self._bar = bar

    def add_others(self) -> None:
        """The filters that have no chip of their own."""
        kept, part = self._bar.filter, self._switch
        if self._bar.is_doctor:
            part(self.tr("My patients"), kept.my_patients, my_patients=not kept.my_patients)
        part(self.tr("Created by me"), kept.created_by_me, created_by_me=not kept.created_by_me)
        part(self.tr("To be completed"), kept.provisional, provisional=not kept.provisional)
        for months in (6, 12, 24):
            on = kept.months_without_visit == months
            part(months_word(months), on, months_without_visit=0 if on else months)
        part(self.tr("Deceased"), kept.deceased, deceased=not kept.deceased)

    def add_standing(self) -> None:
        """Active, archived, or both."""
        self._divide()
        for standing in Standing:
            self._switch(
                self.tr("Status: {word}").format(word=standing_word(standing)),
                self._bar.filter.standing is standing,
                standing=standing,
            )

    def add_doctors(self) -> None:
        """Everybody's patients, or one doctor's."""
        self._divide()
        chosen = self._bar.filter.doctor
        self._switch(self.tr("All doctors"), chosen is None, doctor=None)
        for doctor in self._bar.doctors:
            self._switch(doctor.name, chosen == doctor.id, doctor=doctor.id)

    def add_saved(self) -> None:
        """The saved filters, and the ways to keep this one and to put them in order."""
        self._divide()
        bar = self._bar
        known = bar.in_force
        for place, one in enumerate(bar.saved):
            self.add(
                one.name,
                partial(bar.use, one.filter),
                icon="check" if one is known else "list-filter",
                key=key_of(place),
            )
        if bar.saved:
            self._divide()
        if bar.filter.count and known is None:
            self.add(self.tr("Save these filters"), bar.saveRequested.emit, icon="plus")
        elif not bar.saved:
            self.addAction(self.tr("Choose filters to save them under a name")).setEnabled(False)
        if bar.saved:
            self.add(self.tr("Saved filters"), bar.manageRequested.emit, icon="pencil")

    def _divide(self) -> None:
        if not self.isEmpty():
            self.addSeparator()

    def _switch(self, text: str, on: bool, **parts: bool | int | Standing | UUID | None) -> None:
        self.add(text, partial(self._bar.narrow, **parts), icon="check" if on else "")
