"""One licence or certificate of a doctor."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import FieldProblem
from meditrack_desktop.domain.practitioner_profiles import Credential, SaveCredential
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.record_sheet import RecordSheet
from meditrack_desktop.ui.widgets import DateField, LabelledField, TextField


class CredentialSheet(RecordSheet):
    """Without `one` it adds. What was verified waits to be checked again once it was changed."""

    def __init__(self, desk: Desk, host: QWidget, doctor_id: UUID, one: Credential | None) -> None:
        self._doctor_id, self._one = doctor_id, one
        fields = {
            "name": LabelledField(
                host.tr("What it is"), TextField(), help=host.tr("Example: Licence, Board certificate")
            ),
            "number": LabelledField(host.tr("Number"), TextField(), optional=True),
            "issuer": LabelledField(host.tr("Issued by"), TextField(), optional=True),
            "issued_on": LabelledField(
                host.tr("Issued on"), DateField(desk.today, quick=False), optional=True
            ),
            "expires_on": LabelledField(
                host.tr("Valid to"),
                DateField(desk.today, quick=False),
                optional=True,
                help=host.tr("Empty: it does not run out"),
            ),
        }
        title = host.tr("New licence") if one is None else host.tr("Licence")
        super().__init__(
            desk, host, title, fields, host.tr("Save licence"), pairs=[("issued_on", "expires_on")]
        )
        if one is not None:
            self.version = one.version
            self.latest = self._ask_latest

    def open_filled(self) -> None:
        """Open with what is kept."""
        self.begin({"name": self.tr("Licence")} if self._one is None else self.values_of(self._one))

    def values_of(self, record: Any) -> Mapping[str, Any]:
        return {
            name: getattr(record, name) for name in ("name", "number", "issuer", "issued_on", "expires_on")
        }

    def build(self) -> None:
        values = self.form.values()
        if values["issued_on"] and values["expires_on"] and values["expires_on"] < values["issued_on"]:
            self.form.clear_errors()
            self.form.show_problems({"expires_on": FieldProblem.OUT_OF_RANGE})
            return
        given = {} if self._one is None else {"id": self._one.id, "version": self.version}
        command = self.form.build(SaveCredential, practitioner_id=self._doctor_id, **given)
        if command is not None:
            self.send(
                partial(self.desk.clinic.practitioner_profiles.save_credential, self.desk.actor, command),
                lambda kept: self.desk.say(self.tr("{name} saved").format(name=kept.name)),
            )

    def _ask_latest(self) -> Credential | None:
        profile = self.desk.clinic.practitioner_profiles.get(self.desk.actor, self._doctor_id)
        mine = self._one.id if self._one is not None else None
        return next((one for one in profile.credentials if one.id == mine), None)
