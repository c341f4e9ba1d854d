"""What looks into files, made ready before somebody waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.tasks import Tasks

if TYPE_CHECKING:
    from meditrack_desktop.domain.accounts import Actor
    from meditrack_desktop.services.clinic import Clinic


def make_ready(tasks: Tasks, owner: QObject, clinic: Clinic, actor: Actor) -> None:
    """Have the examiner's process load its libraries beside everything else, for who may file. It sleeps again after
    some idle minutes, so whoever is about to file asks anew; one that is ready stays as it is."""
    if actor.may(Permission.ATTACH_DOCUMENT):
        tasks.slow(owner, lambda _: clinic.intake.warm(), done=_nothing, failed=_said_when_filing)


def _nothing(_: None) -> None:
    """Nobody waited for it."""


def _said_when_filing(error: ClinicError) -> None:
    """Whoever files is told then, with what to do."""
