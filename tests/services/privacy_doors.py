"""The doors of privacy: emergency access and what follows; see `doors`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from meditrack_desktop.domain.access_grants import AccessGrant, EndAccess, GiveAccess
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.emergency_access import EmergencyAccess, OpenInEmergency, ReviewEmergency
from meditrack_desktop.domain.permissions import Permission
from tests.conftest import PASSWORDS

if TYPE_CHECKING:
    from tests.services.doors import Scene

P = Permission


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


def _grant(scene: Scene, actor: Actor) -> AccessGrant:
    """Given by `actor` to the doctor, for a week."""
    doctor = next(a for a in scene.clinic.accounts.list(scene.everything) if a.username == "doctor")
    return scene.clinic.access_grants.give(
        actor,
        GiveAccess(
            account_id=doctor.id,
            patient_id=scene.patient.id,
            expires_at=scene.clinic.work.clock.now() + timedelta(days=7),
            reason="stands in for a week",
        ),
    )


def _ended(scene: Scene, actor: Actor) -> AccessGrant:
    given = _grant(scene, scene.everything)
    return scene.clinic.access_grants.end(actor, EndAccess(id=given.id, version=given.version))


PRIVACY_DOORS: dict[str, tuple[P, Callable[[Scene, Actor], Any]]] = {
    "access_grants.give": (P.GRANT_ACCESS, _grant),
    "access_grants.end": (P.GRANT_ACCESS, _ended),
    "access_grants.of_patient": (
        P.GRANT_ACCESS,
        lambda s, a: s.clinic.access_grants.of_patient(a, s.patient.id),
    ),
    "emergency.open": (P.BREAK_GLASS, lambda s, a: s.clinic.emergency.open(a, _asked(s, "admin"))),
    "emergency.live": (P.BREAK_GLASS, lambda s, a: s.clinic.emergency.live(a, s.patient.id)),
    "emergency.end": (P.BREAK_GLASS, lambda s, a: s.clinic.emergency.end(a, _begun(s).id)),
    "emergency.to_review": (P.REVIEW_BREAK_GLASS, lambda s, a: s.clinic.emergency.to_review(a)),
    "emergency.review": (P.REVIEW_BREAK_GLASS, lambda s, a: s.clinic.emergency.review(a, _review(s))),
}
PRIVACY_SERVICES = (
    "emergency",
    "access_grants",
)
