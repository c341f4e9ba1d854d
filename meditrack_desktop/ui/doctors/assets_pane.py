"""Rooms and devices that visits take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.visit_types import Asset, AssetKind, SaveAsset
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.list_pane import ListPane
from meditrack_desktop.ui.doctors.record_sheet import RecordSheet
from meditrack_desktop.ui.widgets import (
    Cell,
    CellTag,
    CheckBox,
    Column,
    Combo,
    LabelledField,
    Option,
    TextField,
)


class AssetsPane(ListPane):
    about = ("asset",)
    icon = "layers"

    def __init__(self, desk: Desk) -> None:
        tr = partial(QCoreApplication.translate, "AssetsPane")
        super().__init__(
            desk,
            tr("Rooms and devices"),
            [
                Column("name", tr("Name"), 200, stretch=True, sortable=False),
                Column("kind", tr("Kind"), 110, sortable=False),
                Column("group", tr("Group"), 180, sortable=False),
            ],
            add=tr("Add room or device"),
            nothing=tr("No rooms or devices yet"),
            next_step=tr("What a visit takes beside the doctor. Two visits never get the same one."),
            may=desk.actor.may(Permission.EDIT_VISIT_TYPES),
        )

    def ask(self) -> Sequence[Asset]:
        everything = self.desk.clinic.assets.list(self.desk.actor, include_inactive=True)
        return sorted(everything, key=lambda one: not one.active)

    def cell(self, record: Asset, key: str) -> Cell:
        tone = "text" if record.active else "text2"
        if key == "name":
            tags = () if record.active else (CellTag(self.tr("Out of use")),)
            return Cell(record.name, strong=record.active, tone=tone, tags=tags)
        if key == "kind":
            return Cell(kind_word(self, record.kind), tone=tone)
        return Cell(record.group, tone="text2")

    def open(self, record: Asset | None) -> None:
        AssetSheet(self.desk, self, record).open_filled()


class AssetSheet(RecordSheet):
    """Without `one` it adds. Visits for which it is kept keep it."""

    def __init__(self, desk: Desk, host: QWidget, one: Asset | None) -> None:
        self._one = one
        kinds = [Option(kind, kind_word(host, kind)) for kind in AssetKind]
        fields = {
            "name": LabelledField(
                host.tr("Name"), TextField(), help=host.tr("Example: Room 2, Ultrasound A")
            ),
            "kind": LabelledField(host.tr("Kind"), Combo(kinds, value=AssetKind.ROOM)),
            "group": LabelledField(
                host.tr("Group"),
                TextField(),
                help=host.tr("Those of one group stand for each other. Example: Treatment room"),
            ),
            "active": LabelledField(host.tr("In use"), CheckBox(host.tr("Can be taken"), checked=True)),
        }
        title = host.tr("New room or device") if one is None else host.tr("Room or device")
        super().__init__(desk, host, title, fields, host.tr("Save"))
        if one is not None:
            self.version = one.version
            self.latest = self._ask_latest

    def open_filled(self) -> None:
        """Open with what is kept."""
        self.begin({} if self._one is None else self.values_of(self._one))

    def values_of(self, record: Any) -> Mapping[str, Any]:
        return {name: getattr(record, name) for name in ("name", "kind", "group", "active")}

    def build(self) -> None:
        given: dict[str, Any] = {"active": self.form.values()["active"]}
        if self._one is not None:
            given |= {"id": self._one.id, "version": self.version}
        command = self.form.build(SaveAsset, **given)
        if command is not None:
            self.send(
                partial(self.desk.clinic.assets.save, self.desk.actor, command),
                lambda kept: self.desk.say(self.tr("{name} saved").format(name=kept.name)),
            )

    def _ask_latest(self) -> Asset | None:
        mine = self._one.id if self._one is not None else None
        everything = self.desk.clinic.assets.list(self.desk.actor, include_inactive=True)
        return next((one for one in everything if one.id == mine), None)


def kind_word(host: QWidget, kind: AssetKind) -> str:
    return host.tr("Room") if kind is AssetKind.ROOM else host.tr("Device")
