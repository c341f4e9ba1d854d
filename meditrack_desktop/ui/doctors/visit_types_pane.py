"""Visit types and prices of the clinic."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.visit_types import Asset, VisitType
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.list_pane import ListPane
from meditrack_desktop.ui.doctors.visit_type_sheet import VisitTypeSheet
from meditrack_desktop.ui.doctors.words import length_words
from meditrack_desktop.ui.number_field import currency_of, price_words
from meditrack_desktop.ui.widgets import Cell, CellTag, Column


class VisitTypesPane(ListPane):
    about = ("visit_type", "asset", "practitioner")
    icon = "clipboard-list"

    def __init__(self, desk: Desk) -> None:
        self._currency = currency_of(desk.facts.region)
        self._doctors: dict[UUID, Practitioner] = {}
        self._assets: Sequence[Asset] = ()
        tr = partial(QCoreApplication.translate, "VisitTypesPane")
        super().__init__(
            desk,
            tr("Visit types and prices"),
            [
                Column("name", tr("Visit type"), 180, stretch=True, sortable=False),
                Column("minutes", tr("Length"), 84, sortable=False),
                Column("price", tr("Price"), 96, align_right=True, sortable=False),
                Column("buffers", tr("Kept free"), 176, 2, sortable=False),
                Column("needs", tr("Needs"), 130, 3, sortable=False),
                Column("doctors", tr("Offered by"), 140, 1, sortable=False),
            ],
            add=tr("Add visit type"),
            nothing=tr("No visit types yet"),
            next_step=tr("What visits are booked as: how long they take, and what they cost."),
            may=desk.actor.may(Permission.EDIT_VISIT_TYPES),
        )

    def ask(self) -> Sequence[VisitType]:
        clinic, actor = self.desk.clinic, self.desk.actor
        doctors = clinic.practitioners.list(actor, include_inactive=True)
        assets = clinic.assets.list(actor)
        self._doctors, self._assets = {one.id: one for one in doctors}, assets
        types = clinic.visit_types.list(actor, include_inactive=True)
        return sorted(types, key=lambda one: not one.active)

    def cell(self, record: VisitType, key: str) -> Cell:
        tone = "text" if record.active else "text2"
        if key == "name":
            tags = [] if record.active else [CellTag(self.tr("Not offered"))]
            if record.for_new_patients:
                tags.append(CellTag(self.tr("New patients"), "info"))
            return Cell(record.name, strong=record.active, tone=tone, tags=tuple(tags))
        if key == "minutes":
            return Cell(length_words(record.minutes), tone=tone)
        if key == "price":
            return Cell(price_words(record.price, self._currency) or self.tr("No price"), tone=tone)
        if key == "buffers":
            return Cell(self._buffers(record), tone="text2")
        if key == "needs":
            return Cell(", ".join(record.needs), tone="text2")
        return Cell(self._offered_by(record), tone="text2")

    def open(self, record: VisitType | None) -> None:
        position = max((self.model.record(row).position for row in range(self.model.rowCount())), default=-1)
        VisitTypeSheet(
            self.desk, self, record, list(self._doctors.values()), self._assets, self._currency, position + 1
        ).open_filled()

    def _buffers(self, record: VisitType) -> str:
        parts = []
        if record.buffer_before:
            parts.append(self.tr("{n} min before").format(n=record.buffer_before))
        if record.buffer_after:
            words = self.tr("{n} after") if parts else self.tr("{n} min after")
            parts.append(words.format(n=record.buffer_after))
        return ", ".join(parts)

    def _offered_by(self, record: VisitType) -> str:
        if not record.practitioner_ids:
            return self.tr("Everybody")
        if len(record.practitioner_ids) == 1:
            doctor = self._doctors.get(record.practitioner_ids[0])
            return doctor.name if doctor is not None else self.tr("1 doctor")
        return self.tr("{n} doctors").format(n=len(record.practitioner_ids))
