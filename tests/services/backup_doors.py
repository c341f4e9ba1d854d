"""The doors of backups; see `doors`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.permissions import Permission

if TYPE_CHECKING:
    from tests.services.doors import Scene

P = Permission


def _stick(scene: Scene) -> Path:
    folder = scene.folder / "stick"
    folder.mkdir(exist_ok=True)
    return folder


def _with_target(scene: Scene) -> Scene:
    """Chosen by the one who may do everything."""
    scene.clinic.backups.set_target(scene.everything, _stick(scene))
    return scene


def _made(scene: Scene) -> str:
    return _with_target(scene).clinic.backups.run(scene.everything).name


BACKUP_DOORS: dict[str, tuple[P, Callable[[Scene, Actor], Any]]] = {
    "backups.status": (P.VIEW_SETTINGS, lambda s, a: s.clinic.backups.status(a)),
    "backups.list": (P.VIEW_SETTINGS, lambda s, a: s.clinic.backups.list(a)),
    "backups.set_target": (P.BACK_UP, lambda s, a: s.clinic.backups.set_target(a, _stick(s))),
    "backups.run": (P.BACK_UP, lambda s, a: _with_target(s).clinic.backups.run(a)),
    "backups.verify": (P.BACK_UP, lambda s, a: s.clinic.backups.verify(a, _made(s))),
    "upkeep.run": (P.BACK_UP, lambda s, a: s.clinic.upkeep.run(a)),
    "upkeep.verify": (P.BACK_UP, lambda s, a: s.clinic.upkeep.verify(a)),
    "backups.preview": (P.RESTORE, lambda s, a: s.clinic.backups.preview(a, _made(s))),
}

BACKUP_WITHOUT_AN_ACTOR = {
    "backups.restore": "ends every session and closes the clinic; see services/backup/test_restore.py",
    "backups.run_if_due": "the day's backup, made by the program itself; the trail names it",
    "upkeep.run_if_due": "the nightly look after the vault; the trail names the program",
}
BACKUP_SERVICES = ("backups", "upkeep")
