"""Whose visits the calendar shows: chosen in the panel, under the chip of month and agenda, or by a group's key."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.practitioner_profiles import DoctorGroup
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.asking import Answer
from meditrack_desktop.ui.scheduling.day_model import Period
from meditrack_desktop.ui.scheduling.doctor_choice import DoctorChoice
from meditrack_desktop.ui.scheduling.page_header import PageHeader
from meditrack_desktop.ui.scheduling.page_host import PageHost
from meditrack_desktop.ui.scheduling.page_words import doctors_text
from meditrack_desktop.ui.scheduling.side_panel import SidePanel


class ChoosingHost(PageHost, Protocol):
    """What choosing asks of the page."""

    @property
    def answer(self) -> Answer | None: ...
    @property
    def doctors(self) -> tuple[Practitioner, ...]: ...
    @property
    def header(self) -> PageHeader: ...
    @property
    def panel(self) -> SidePanel: ...
    def set_period(self, period: str) -> None: ...
    def show_answer(self) -> None: ...
    def keep(self) -> None: ...


class DoctorChoosing(QObject):
    def __init__(self, desk: Desk, page: QWidget, host: ChoosingHost) -> None:
        super().__init__(page)
        self._desk, self._page, self._host = desk, page, host
        host.panel.doctors.doctorsChosen.connect(self.choose)
        host.panel.doctors.doctorChosen.connect(self._choose_one)
        host.header.doctorsRequested.connect(self._ask)
        host.header.doctors.removed.connect(lambda: self.choose(None))

    def choose(self, chosen: frozenset[UUID] | None) -> None:
        """Show these doctors side by side; None for all of them."""
        host = self._host
        everybody = chosen is not None and all(doctor.id in chosen for doctor in host.doctors)
        host.shown.chosen = None if everybody else chosen
        host.keep()
        if host.shown.period is Period.WEEK:
            host.set_period(Period.DAY)
        elif chosen is not None and not chosen:
            host.show_answer()
        else:
            host.refresh()

    def choose_group(self, position: int) -> None:
        """Show the doctors of the group that has this key, 1 to 9; 0 for everybody."""
        if position == 0:
            self.choose(None)
            return
        found = next((group for group in self._groups() if group.position == position), None)
        if found is None:
            self._desk.say(self.tr("No doctor group has the key {key}.").format(key=position))
            return
        self.choose(frozenset(found.practitioner_ids))

    def show(self) -> None:
        """Mark in panel and head whose visits are shown."""
        host, shown = self._host, self._host.shown
        if host.answer is None:
            return
        listed, week = host.panel.doctors, shown.period is Period.WEEK
        listed.show_groups(self._groups())
        listed.show_doctors(host.doctors, self._marked(), shown.doctor, several=not week)
        host.header.show_doctors(doctors_text(shown, host.doctors), some=shown.chosen is not None)

    def _ask(self) -> None:
        host = self._host
        popover = DoctorChoice(self._page, host.doctors, self._marked(), self._groups())
        popover.chosen.connect(self.choose)
        popover.open_at(host.header.doctors)

    def _choose_one(self, doctor: UUID) -> None:
        self._host.shown.doctor = doctor
        self._host.keep()
        self._host.refresh()

    def _marked(self) -> frozenset[UUID]:
        chosen = self._host.shown.chosen
        return chosen if chosen is not None else frozenset(doctor.id for doctor in self._host.doctors)

    def _groups(self) -> tuple[DoctorGroup, ...]:
        return () if self._host.answer is None else self._host.answer.groups
