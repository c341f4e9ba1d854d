"""The doors of keys and desks; see `doors`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from meditrack_desktop.database.tables.clinic import WorkstationRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.desks import RenameDesk
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.vault.keys import new_key_pair

if TYPE_CHECKING:
    from tests.services.doors import Scene

P = Permission


def _waiting(scene: Scene) -> str:
    """A desk that asked to join."""
    with scene.clinic.work.unsigned() as session:
        row = WorkstationRow(
            id="ws_waiting",
            name="Back office",
            recipient=new_key_pair().public,
            enrolled_at=scene.clinic.work.clock.now(),
        )
        if session.get(WorkstationRow, row.id) is None:
            session.add(row)
            session.reported.add(row)
    return "ws_waiting"


def _confirm(scene: Scene, actor: Actor) -> Any:
    kit = scene.clinic.key_rotation.new_kit(actor)
    return scene.clinic.key_rotation.confirm_kit(actor, kit.identity[-8:])


def _known_kit(scene: Scene) -> str:
    """One that the administrator has just put in place."""
    kit = scene.clinic.key_rotation.new_kit(scene.everything)
    scene.clinic.key_rotation.confirm_kit(scene.everything, kit.identity[-8:])
    return kit.identity


KEY_DOORS: dict[str, tuple[P, Callable[[Scene, Actor], Any]]] = {
    "desks.list": (P.MANAGE_WORKSTATIONS, lambda s, a: s.clinic.desks.list(a)),
    "desks.rename": (
        P.MANAGE_WORKSTATIONS,
        lambda s, a: s.clinic.desks.rename(a, RenameDesk(id=s.clinic.work.trail.chain, name="Counter")),
    ),
    "desks.approve": (P.MANAGE_WORKSTATIONS, lambda s, a: s.clinic.desks.approve(a, _waiting(s))),
    "desks.revoke": (P.MANAGE_WORKSTATIONS, lambda s, a: s.clinic.desks.revoke(a, _waiting(s))),
    "key_rotation.status": (P.ROTATE_KEYS, lambda s, a: s.clinic.key_rotation.status(a)),
    "key_rotation.rotate": (P.ROTATE_KEYS, lambda s, a: s.clinic.key_rotation.rotate(a)),
    "key_rotation.new_kit": (P.ROTATE_KEYS, lambda s, a: s.clinic.key_rotation.new_kit(a)),
    "key_rotation.bring_back": (
        P.ROTATE_KEYS,
        lambda s, a: s.clinic.key_rotation.bring_back(a, _known_kit(s)),
    ),
    "key_rotation.confirm_kit": (P.ROTATE_KEYS, _confirm),
}

KEY_SERVICES = ("desks", "key_rotation")
