"""The doors of privacy: emergency access and what follows; see `doors`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.emergency_access import EmergencyAccess, OpenInEmergency, ReviewEmergency
from meditrack_desktop.domain.permissions import Permission
from tests.conftest import PASSWORDS

if TYPE_CHECKING:
    from tests.services.doors import Scene


def _asked(scene: Scene, who: str) -> OpenInEmergency:
    return OpenInEmergency(
        patient_id=scene.patient.id, reason="collapsed at the desk", password=SecretStr(PASSWORDS[who])
    )


def _begun(scene: Scene) -> EmergencyAccess:
    """Begun by the one who may do everything."""
    return scene.clinic.emergency.open(scene.everything, _asked(scene, "admin"))


def _review(scene: Scene) -> ReviewEmergency:
    """Of what the doctor did."""
    doctor = scene.clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
    begun = scene.clinic.emergency.open(doctor, _asked(scene, "doctor"))
    return ReviewEmergency(id=begun.id, version=begun.version, note="asked about it")


PRIVACY_DOORS: dict[str, tuple[Permission, Callable[[Scene, Actor], Any]]] = {
    "emergency.open": (Permission.BREAK_GLASS, lambda s, a: s.clinic.emergency.open(a, _asked(s, "admin"))),
    "emergency.live": (Permission.BREAK_GLASS, lambda s, a: s.clinic.emergency.live(a, s.patient.id)),
    "emergency.end": (Permission.BREAK_GLASS, lambda s, a: s.clinic.emergency.end(a, _begun(s).id)),
    "emergency.to_review": (Permission.REVIEW_BREAK_GLASS, lambda s, a: s.clinic.emergency.to_review(a)),
    "emergency.review": (
        Permission.REVIEW_BREAK_GLASS,
        lambda s, a: s.clinic.emergency.review(a, _review(s)),
    ),
}
PRIVACY_SERVICES = ("emergency",)
