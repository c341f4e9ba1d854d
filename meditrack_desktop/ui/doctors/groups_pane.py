"""Doctors who are shown together in the calendar, on the keys 1 to 9."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioner_profiles import DoctorGroup, RemoveDoctorGroup, SaveDoctorGroup
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.list_pane import ListPane
from meditrack_desktop.ui.doctors.picked_field import PickedField
from meditrack_desktop.ui.doctors.record_sheet import RecordSheet
from meditrack_desktop.ui.widgets import (
    Button,
    Cell,
    Column,
    Combo,
    LabelledField,
    Option,
    TextField,
    confirm,
)

KEYS = range(1, 10)


class GroupsPane(ListPane):
    about = ("doctor_group", "practitioner")
    icon = "users"

    def __init__(self, desk: Desk) -> None:
        self._doctors: dict[UUID, Practitioner] = {}
        tr = partial(QCoreApplication.translate, "GroupsPane")
        super().__init__(
            desk,
            tr("Doctor groups"),
            [
                Column("key", tr("Key"), 70, sortable=False),
                Column("name", tr("Group"), 180, sortable=False),
                Column("doctors", tr("Doctors"), 240, stretch=True, sortable=False),
            ],
            add=tr("Add group"),
            nothing=tr("No groups yet"),
            next_step=tr("Doctors who are shown together in the calendar with one key."),
            may=desk.actor.may(Permission.EDIT_DOCTORS),
        )

    def ask(self) -> Sequence[DoctorGroup]:
        clinic, actor = self.desk.clinic, self.desk.actor
        doctors = clinic.practitioners.list(actor, include_inactive=True)
        self._doctors = {one.id: one for one in doctors}
        return clinic.doctor_groups.list(actor)

    def cell(self, record: DoctorGroup, key: str) -> Cell:
        if key == "key":
            return Cell(str(record.position))
        if key == "name":
            return Cell(record.name, strong=True)
        known = [self._doctors[one].name for one in record.practitioner_ids if one in self._doctors]
        return Cell(", ".join(known), tone="text2")

    def open(self, record: DoctorGroup | None) -> None:
        used = {self.model.record(row).position for row in range(self.model.rowCount())}
        free = next((key for key in KEYS if key not in used), 9)
        GroupSheet(self.desk, self, record, list(self._doctors.values()), free).open_filled()


class GroupSheet(RecordSheet):
    """Without `one` it adds, on the first key that is free."""

    def __init__(
        self,
        desk: Desk,
        host: QWidget,
        one: DoctorGroup | None,
        doctors: Sequence[Practitioner],
        key: int,
    ) -> None:
        self._one, self._key = one, key
        chosen = one.practitioner_ids if one is not None else ()
        people = [
            Option(doctor.id, doctor.name, doctor.specialty)
            for doctor in doctors
            if doctor.active or doctor.id in chosen
        ]
        fields = {
            "name": LabelledField(host.tr("Name"), TextField()),
            "position": LabelledField(
                host.tr("Key"), Combo([Option(number, str(number)) for number in KEYS], value=key)
            ),
            "practitioner_ids": LabelledField(
                host.tr("Doctors"),
                PickedField(people, placeholder=host.tr("Add a doctor")),
                help=host.tr("In the order in which they stand in the calendar."),
            ),
        }
        title = host.tr("New group") if one is None else host.tr("Doctor group")
        super().__init__(desk, host, title, fields, host.tr("Save group"))
        if one is not None:
            self.version = one.version
            self.latest = self._ask_latest
            remove = Button(self.tr("Remove"), "danger_secondary")
            remove.clicked.connect(self._ask_remove)
            self.footer.insertWidget(0, remove)

    def open_filled(self) -> None:
        """Open with what is kept."""
        self.begin({"position": self._key} if self._one is None else self.values_of(self._one))

    def values_of(self, record: Any) -> Mapping[str, Any]:
        return {name: getattr(record, name) for name in ("name", "position", "practitioner_ids")}

    def build(self) -> None:
        given = {} if self._one is None else {"id": self._one.id, "version": self.version}
        command = self.form.build(
            SaveDoctorGroup, **given, practitioner_ids=self.form.values()["practitioner_ids"]
        )
        if command is not None:
            self.send(
                partial(self.desk.clinic.doctor_groups.save, self.desk.actor, command),
                lambda kept: self.desk.say(self.tr("{name} saved").format(name=kept.name)),
            )

    def _ask_latest(self) -> DoctorGroup | None:
        mine = self._one.id if self._one is not None else None
        return next(
            (one for one in self.desk.clinic.doctor_groups.list(self.desk.actor) if one.id == mine), None
        )

    def _ask_remove(self) -> None:
        if self._one is not None and self.version is not None:
            command = RemoveDoctorGroup(id=self._one.id, version=self.version)
            name = self._one.name
            confirm(
                self,
                self.tr("Remove {name}?").format(name=name),
                self.tr("Its doctors stay; only the group and its key go."),
                self.tr("Remove group"),
                lambda: self.send(
                    partial(self.desk.clinic.doctor_groups.remove, self.desk.actor, command),
                    lambda _: self.desk.say(self.tr("{name} removed").format(name=name)),
                ),
                keep=self.tr("Keep it"),
            )
