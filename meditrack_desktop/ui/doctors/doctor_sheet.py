"""The side sheet in which a doctor is added or their details are changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.practitioners import AddPractitioner, EditPractitioner, Practitioner
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.record_sheet import RecordSheet
from meditrack_desktop.ui.widgets import LabelledField, TextField

FIELDS = ("prefix", "given", "family", "specialty", "room")


class DoctorSheet(RecordSheet):
    """`then` is given the doctor as kept. With `doctor` it edits, without it adds."""

    def __init__(
        self,
        desk: Desk,
        host: QWidget,
        then: Callable[[Practitioner], object],
        doctor: Practitioner | None = None,
    ) -> None:
        self._then, self._doctor = then, doctor
        fields = {
            "prefix": LabelledField(host.tr("Title"), TextField("Dr."), optional=True),
            "given": LabelledField(host.tr("Given name"), TextField(), optional=True),
            "family": LabelledField(host.tr("Family name"), TextField()),
            "specialty": LabelledField(host.tr("Specialty"), TextField(), optional=True),
            "room": LabelledField(host.tr("Room"), TextField(), optional=True),
        }
        title = host.tr("New doctor") if doctor is None else host.tr("Edit doctor")
        super().__init__(
            desk, host, title, fields, host.tr("Add doctor") if doctor is None else host.tr("Save doctor")
        )
        if doctor is not None:
            self.version = doctor.version
            self.latest = partial(desk.clinic.practitioners.get, desk.actor, doctor.id)

    def open_filled(self) -> None:
        """Open with what is kept."""
        self.begin({} if self._doctor is None else self.values_of(self._doctor))

    def focus_first(self) -> None:
        field = self.form.fields["given" if self._doctor is None else "family"].field
        field.setFocus()

    def values_of(self, record: Any) -> Mapping[str, Any]:
        return {name: getattr(record, name) for name in FIELDS}

    def build(self) -> None:
        practitioners, actor = self.desk.clinic.practitioners, self.desk.actor
        # An emptied title must reach the command: a default would bring the old "Dr." back.
        prefix = self.form.values()["prefix"]
        if self._doctor is None:
            added = self.form.build(AddPractitioner, prefix=prefix)
            if added is not None:
                self.send(partial(practitioners.add, actor, added), self._kept)
            return
        edited = self.form.build(EditPractitioner, id=self._doctor.id, version=self.version, prefix=prefix)
        if edited is not None:
            self.send(partial(practitioners.edit, actor, edited), self._kept)

    def _kept(self, doctor: Practitioner) -> None:
        words = self.tr("{name} added") if self._doctor is None else self.tr("{name} saved")
        self.desk.say(words.format(name=doctor.name))
        self._then(doctor)
