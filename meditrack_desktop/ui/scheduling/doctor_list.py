"""Choosing doctors: check boxes for several, radios for one, and the groups that are called by one key."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.practitioner_profiles import DoctorGroup
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.ui.widgets import Button, CheckBox, FlowRow, Label, Radio

GROUP_KEY = "Meta" if sys.platform == "darwin" else "Alt"
"""On a Mac Option and a digit write a letter; its Control key is Qt's Meta."""


class DoctorList(QWidget):
    """`doctorsChosen` carries the ids of several, `doctorChosen` that of the one."""

    doctorsChosen = Signal(object)
    doctorChosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._several = True
        self._doctors: tuple[Practitioner, ...] = ()
        self._groups: tuple[DoctorGroup, ...] = ()
        self.boxes: dict[UUID, CheckBox | Radio] = {}
        self.group_buttons: dict[UUID, Button] = {}
        self._exclusive = QButtonGroup(self)
        self.title = Label(self.tr("Doctors"), "strong")
        self.all = Button(self.tr("None"), "link", size="small")
        self.all.clicked.connect(self._on_all)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.all)
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        self.groups = FlowRow(spacing=4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.groups)
        column.addLayout(self._list)
        self.groups.setHidden(True)

    def show_doctors(
        self,
        doctors: Sequence[Practitioner],
        chosen: AbstractSet[UUID],
        one: UUID | None,
        *,
        several: bool,
    ) -> None:
        """Name these doctors and mark those chosen, without a signal."""
        if tuple(doctors) != self._doctors or several != self._several:
            self._doctors, self._several = tuple(doctors), several
            self._rebuild()
        marked = chosen if several else {one}
        for key, box in self.boxes.items():
            box.blockSignals(True)
            box.setChecked(key in marked)
            box.blockSignals(False)
            box.update()
        everybody = several and all(doctor.id in chosen for doctor in doctors)
        self.all.setVisible(len(doctors) > 1)
        self.all.set_text(self.tr("None") if everybody else self.tr("All"))
        self.all.setToolTip("" if several else self.tr("All doctors on one day"))
        for group in self._groups:
            on = several and set(group.practitioner_ids) & {d.id for d in doctors} == set(chosen)
            self.group_buttons[group.id].set_icon("check" if on else "")

    def show_groups(self, groups: Sequence[DoctorGroup]) -> None:
        """Offer these groups, each with its key."""
        if tuple(groups) == self._groups:
            return
        self._groups = tuple(groups)
        for button in self.group_buttons.values():
            self.groups.flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.group_buttons = {}
        for group in self._groups:
            button = Button(group.name, size="small")
            key = QKeySequence(f"{GROUP_KEY}+{group.position}").toString(
                QKeySequence.SequenceFormat.NativeText
            )
            words = self.tr("{group} ({key})").format(group=group.name, key=key)
            button.setToolTip(words)
            button.setAccessibleName(self.tr("Doctor group {group}").format(group=words))
            button.clicked.connect(lambda _=False, ids=group.practitioner_ids: self._tell(ids))
            self.group_buttons[group.id] = button
            self.groups.flow.addWidget(button)
        self.groups.setHidden(not self._groups)

    def _rebuild(self) -> None:
        focused = next((key for key, box in self.boxes.items() if box.hasFocus()), None)
        for button in self._exclusive.buttons():
            self._exclusive.removeButton(button)
        while (item := self._list.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self.boxes = {}
        self._exclusive.setExclusive(not self._several)
        for doctor in self._doctors:
            box: CheckBox | Radio = CheckBox(doctor.name) if self._several else Radio(doctor.name)
            box.toggled.connect(self._on_toggled)
            self._exclusive.addButton(box)
            self.boxes[doctor.id] = box
            self._list.addWidget(box)
            if doctor.id == focused:
                box.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_toggled(self, on: bool) -> None:
        chosen = [key for key, box in self.boxes.items() if box.isChecked()]
        if self._several:
            self._tell(chosen)
        elif on and chosen:
            self.doctorChosen.emit(chosen[0])

    def _on_all(self) -> None:
        everybody = [doctor.id for doctor in self._doctors]
        chosen = [key for key, box in self.boxes.items() if box.isChecked()]
        none = self._several and len(chosen) == len(everybody)
        self._tell([] if none else everybody)

    def _tell(self, chosen: Iterable[UUID]) -> None:
        self.doctorsChosen.emit(frozenset(chosen))
