"""Ctrl+Z at Doctors & hours once no toast offers it: the newest deed, if it is time off, which is seen here."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.deeds import DeedKind, TakenBack
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk

_tr = QCoreApplication.translate


def take_back(desk: Desk, page: QWidget) -> None:
    """Take the newest deed of this person back, or say why nothing was: a visit is taken back where visits are."""

    def work() -> tuple[TakenBack | None, bool]:
        found = desk.clinic.deeds.next(desk.actor).undo
        if found is not None and found.action not in _words():
            return None, True
        return desk.clinic.deeds.undo(desk.actor), False

    desk.tasks.change(page, work, done=partial(_tell, desk), failed=partial(_refused, desk, page))


def _tell(desk: Desk, answer: tuple[TakenBack | None, bool]) -> None:
    taken, elsewhere = answer
    if taken is not None:
        desk.say(_words()[taken.action])
    elif elsewhere:
        desk.say(
            _tr(
                "doctors",
                "There is nothing to take back here. What you did last is taken back in the calendar.",
            )
        )


def _refused(desk: Desk, page: QWidget, error: ClinicError) -> None:
    if error.code is ErrorCode.NOTHING_TO_UNDO:
        desk.say(_tr("doctors", "There is nothing to take back."))
    else:
        errors.show(page, error)


def _words() -> dict[DeedKind, str]:
    return {
        DeedKind.ABSENCE_ADDED: _tr("doctors", "Time off taken back"),
        DeedKind.ABSENCE_ENDED: _tr("doctors", "The time off is as it was"),
    }
