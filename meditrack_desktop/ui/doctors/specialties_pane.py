"""The tree of specialties that doctors have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioner_profiles import SaveSpecialty, Specialty, below
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.list_pane import ListPane
from meditrack_desktop.ui.doctors.profile_tab import path_words
from meditrack_desktop.ui.doctors.record_sheet import RecordSheet
from meditrack_desktop.ui.widgets import Cell, Column, Combo, LabelledField, Option, TextField

STEP = "\u2003\u2003"


class SpecialtiesPane(ListPane):
    about = ("specialty",)
    icon = "stethoscope"

    def __init__(self, desk: Desk) -> None:
        self._tree: Sequence[Specialty] = ()
        tr = partial(QCoreApplication.translate, "SpecialtiesPane")
        super().__init__(
            desk,
            tr("Specialties"),
            [
                Column("name", tr("Specialty"), 240, stretch=True, sortable=False),
                Column("path", tr("Below"), 240, 1, sortable=False),
            ],
            add=tr("Add specialty"),
            nothing=tr("No specialties yet"),
            next_step=tr("A search for a branch finds every doctor below it."),
            may=desk.actor.may(Permission.EDIT_DOCTORS),
        )

    def ask(self) -> Sequence[Specialty]:
        self._tree = self.desk.clinic.practitioner_profiles.specialties(self.desk.actor)
        return self._tree

    def cell(self, record: Specialty, key: str) -> Cell:
        path = path_words(record, self._tree)
        if key == "path":
            return Cell(path, tone="text2")
        depth = len(path.split(", ")) if path else 0
        return Cell(STEP * depth + record.name, strong=depth == 0)

    def open(self, record: Specialty | None) -> None:
        SpecialtySheet(self.desk, self, record, self._tree).open_filled()


class SpecialtySheet(RecordSheet):
    """Without `one` it adds. One cannot be hung below itself: those places are not offered."""

    def __init__(self, desk: Desk, host: QWidget, one: Specialty | None, tree: Sequence[Specialty]) -> None:
        self._one = one
        own: frozenset[UUID] = below(tree, one.id) if one is not None else frozenset()
        places = [Option(None, host.tr("Nothing: a branch of its own"))] + [
            Option(other.id, other.name, second=path_words(other, tree))
            for other in tree
            if other.id not in own
        ]
        fields = {
            "name": LabelledField(host.tr("Name"), TextField()),
            "parent_id": LabelledField(host.tr("Below"), Combo(places, value=None)),
        }
        title = host.tr("New specialty") if one is None else host.tr("Specialty")
        super().__init__(desk, host, title, fields, host.tr("Save specialty"))
        if one is not None:
            self.version = one.version
            self.latest = self._ask_latest

    def open_filled(self) -> None:
        """Open with what is kept."""
        self.begin({} if self._one is None else self.values_of(self._one))

    def values_of(self, record: Any) -> Mapping[str, Any]:
        return {name: getattr(record, name) for name in ("name", "parent_id")}

    def build(self) -> None:
        given = {} if self._one is None else {"id": self._one.id, "version": self.version}
        command = self.form.build(SaveSpecialty, **given)
        if command is not None:
            self.send(
                partial(self.desk.clinic.practitioner_profiles.save_specialty, self.desk.actor, command),
                lambda kept: self.desk.say(self.tr("{name} saved").format(name=kept.name)),
            )

    def _ask_latest(self) -> Specialty | None:
        mine = self._one.id if self._one is not None else None
        tree = self.desk.clinic.practitioner_profiles.specialties(self.desk.actor)
        return next((one for one in tree if one.id == mine), None)
