"""Giving up a record that was taken down by name and phone: a wrong number, or somebody known after all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.patients import DiscardPatient, Patient
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.reason_dialog import ReasonDialog


def ask_discard_caller(
    desk: Desk, host: QWidget, patient_id: UUID, then: Callable[[], object] | None = None
) -> None:
    """Ask why, for the record as it is now; visits still to come are cancelled with it. `then` comes after."""

    def ask(patient: Patient) -> None:
        def send(reason: str) -> None:
            command = DiscardPatient(id=patient.id, version=patient.version, reason=reason)
            desk.tasks.change(
                dialog,
                partial(desk.clinic.patients.discard, desk.actor, command),
                done=discarded,
                always=lambda: dialog.act.set_busy(False),
            )

        def discarded(_patient: Patient) -> None:
            dialog.close_layer()
            if then is not None:
                then()
            desk.say(host.tr("{name} discarded").format(name=patient.name))

        dialog = ReasonDialog(
            host,
            host.tr("Discard {who}?").format(who=words.two_identifiers(patient)),
            host.tr(
                "The record leaves the lists and visits still to come are cancelled. An administrator can bring "
                "it back."
            ),
            host.tr("Discard record"),
            send,
        )
        dialog.open_layer()

    desk.tasks.query(host, lambda: desk.clinic.patients.get(desk.actor, patient_id), ask, replaces="discard")
