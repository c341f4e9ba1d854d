"""Asks which visits a change of working time affects, lists them, and only then lets it be saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.affected import AffectedDialog

Acts = Sequence[tuple[str, Callable[[], object]]]


def ask_affected(
    desk: Desk,
    host: QWidget,
    ask: Callable[[], Sequence[Appointment]],
    go_on: Callable[[], object],
    acts: Acts,
    *,
    failed: Callable[[ClinicError], object] | None = None,
    always: Callable[[], object] | None = None,
) -> None:
    """`go_on` at once where no visit is affected; else they are listed and `acts` offered."""

    def heard(visits: Sequence[Appointment]) -> None:
        if visits:
            AffectedDialog(desk, host, visits, acts=acts).open_layer()
        else:
            go_on()

    desk.tasks.query(host, ask, heard, failed=failed, always=always, replaces="before saving")
