"""Whose visits the month and the agenda show, in a popover under the chip that says it."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from uuid import UUID

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.practitioner_profiles import DoctorGroup
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.ui.scheduling.doctor_list import DoctorList
from meditrack_desktop.ui.widgets import Popover


class DoctorChoice(Popover):
    """`chosen` carries ids with each tick; the popover stays until it is closed."""

    chosen = Signal(object)

    def __init__(
        self,
        host: QWidget,
        doctors: Sequence[Practitioner],
        marked: AbstractSet[UUID],
        groups: Sequence[DoctorGroup],
    ) -> None:
        super().__init__(host, QCoreApplication.translate("DoctorChoice", "Whose visits"), width=280)
        self._doctors = doctors
        self.list = DoctorList()
        self.list.title.setVisible(False)
        self.list.show_groups(groups)
        self.list.show_doctors(doctors, marked, None, several=True)
        self.list.doctorsChosen.connect(self._on_chosen)
        self.body.addWidget(self.list)

    def _on_chosen(self, ids: frozenset[UUID]) -> None:
        self.list.show_doctors(self._doctors, ids, None, several=True)
        self.chosen.emit(ids)
