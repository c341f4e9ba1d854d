"""One kind of visit: name, length, price, the time kept free beside it, what it needs, and who offers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.visit_types import LONGEST_BUFFER, Asset, SaveVisitType, VisitType
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.picked_field import PickedField
from meditrack_desktop.ui.doctors.record_sheet import RecordSheet
from meditrack_desktop.ui.number_field import NumberField, PriceField
from meditrack_desktop.ui.widgets import CheckBox, LabelledField, Option, TextArea, TextField

FIELDS = (
    "name",
    "minutes",
    "price",
    "buffer_before",
    "buffer_after",
    "needs",
    "practitioner_ids",
    "preparation",
    "for_new_patients",
    "active",
)
_PAIRS = (("minutes", "price"), ("buffer_before", "buffer_after"), ("for_new_patients", "active"))


class VisitTypeSheet(RecordSheet):
    """Without `one` it adds. Visits that are booked keep their length and what they take."""

    def __init__(
        self,
        desk: Desk,
        host: QWidget,
        one: VisitType | None,
        doctors: Sequence[Practitioner],
        assets: Sequence[Asset],
        currency: str,
        position: int,
    ) -> None:
        self._one = one
        self._position = position if one is None else one.position
        chosen = one.practitioner_ids if one is not None else ()
        people = [
            Option(doctor.id, doctor.name, doctor.specialty)
            for doctor in doctors
            if doctor.active or doctor.id in chosen
        ]
        groups = dict.fromkeys([*(asset.group for asset in assets), *(one.needs if one is not None else ())])
        minutes = host.tr("min")
        fields = {
            "name": LabelledField(host.tr("Name"), TextField()),
            "minutes": LabelledField(host.tr("Length"), NumberField(30, unit=minutes, most=720)),
            "price": LabelledField(
                host.tr("Price"), PriceField(currency), optional=True, help=host.tr("Empty: no price")
            ),
            "buffer_before": LabelledField(
                host.tr("Kept free before"), NumberField(0, unit=minutes, most=LONGEST_BUFFER)
            ),
            "buffer_after": LabelledField(
                host.tr("Kept free after"), NumberField(0, unit=minutes, most=LONGEST_BUFFER)
            ),
            "needs": LabelledField(
                host.tr("Rooms and devices it needs"),
                PickedField([Option(group, group) for group in groups], placeholder=host.tr("Add a group")),
                optional=True,
                help=host.tr("One that is free of each group is taken with the visit."),
            ),
            "practitioner_ids": LabelledField(
                host.tr("Offered by"),
                PickedField(people, placeholder=host.tr("Add a doctor")),
                optional=True,
                help=host.tr("Nobody named: everybody offers it."),
            ),
            "preparation": LabelledField(
                host.tr("Preparation"),
                TextArea(lines=3),
                optional=True,
                help=host.tr("What patients are told before they come."),
            ),
            "for_new_patients": LabelledField(
                host.tr("New patients"), CheckBox(host.tr("Proposed for a first visit"))
            ),
            "active": LabelledField(host.tr("Offered"), CheckBox(host.tr("Can be booked"), checked=True)),
        }
        title = host.tr("New visit type") if one is None else host.tr("Visit type")
        super().__init__(desk, host, title, fields, host.tr("Save visit type"), pairs=_PAIRS)
        if one is not None:
            self.version = one.version
            self.latest = self._ask_latest

    def open_filled(self) -> None:
        """Open with what is kept."""
        self.begin({} if self._one is None else self.values_of(self._one))

    def values_of(self, record: Any) -> Mapping[str, Any]:
        return {name: getattr(record, name) for name in FIELDS}

    def build(self) -> None:
        given: dict[str, Any] = {"position": self._position}
        if self._one is not None:
            given |= {"id": self._one.id, "version": self.version}
        # Ticks are sent as they stand: a form leaves out what is empty, and "no" is not empty.
        values = self.form.values()
        given |= {name: values[name] for name in ("for_new_patients", "active")}
        given |= {name: values[name] or 0 for name in ("buffer_before", "buffer_after")}
        given |= {"minutes": values["minutes"]}
        command = self.form.build(SaveVisitType, **given)
        if command is not None:
            self.send(
                partial(self.desk.clinic.visit_types.save, self.desk.actor, command),
                lambda kept: self.desk.say(self.tr("{name} saved").format(name=kept.name)),
            )

    def _ask_latest(self) -> VisitType | None:
        mine = self._one.id if self._one is not None else None
        everything = self.desk.clinic.visit_types.list(self.desk.actor, include_inactive=True)
        return next((one for one in everything if one.id == mine), None)
