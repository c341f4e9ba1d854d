"""The doors of privacy: emergency access and what follows; see `doors`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from meditrack_desktop.domain.access_grants import AccessGrant, EndAccess, GiveAccess
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.emergency_access import EmergencyAccess, OpenInEmergency, ReviewEmergency
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import RegisterPatient
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.printing import MakePrintout, NotePrintout, PrintKind
from meditrack_desktop.domain.privacy import (
    AccountingForm,
    AnswerPurge,
    AskForPurge,
    DisclosureKind,
    ExportPatient,
    PurgeRequest,
    RecordDisclosure,
    RestrictPatient,
)
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


def _given(scene: Scene) -> RecordDisclosure:
    return RecordDisclosure(
        patient_id=scene.patient.id,
        kind=DisclosureKind.PRINT,
        recipient="City Hospital",
        what="lab report",
        purpose="referral",
    )


def _restrict(scene: Scene) -> RestrictPatient:
    return RestrictPatient(patient_id=scene.patient.id, reason="the patient asked for it")


def _erase(scene: Scene) -> AskForPurge:
    """Of somebody of their own: the other doors need the scene's patient."""
    patient = scene.clinic.patients.register(scene.everything, RegisterPatient(family="Vzorek"))
    return AskForPurge(patient_id=patient.id, reason="the patient asked for it", overrule=True)


def _answer(request: PurgeRequest) -> AnswerPurge:
    return AnswerPurge(id=request.id, version=request.version)


def _asked_by_another(scene: Scene) -> PurgeRequest:
    """By a second administrator, whose session ends with the call's."""
    from tests.services.doors import person

    other = person(scene.clinic, f"second-{new_id().hex[-8:]}", frozenset({Role.ADMIN}))
    return scene.clinic.purges.ask(other, _erase(scene))


def _approved(scene: Scene) -> PurgeRequest:
    return scene.clinic.purges.approve(scene.everything, _answer(_asked_by_another(scene)))


PRIVACY_DOORS: dict[str, tuple[P, Callable[[Scene, Actor], Any]]] = {
    "disclosures.record": (P.DISCLOSE_PATIENT, lambda s, a: s.clinic.disclosures.record(a, _given(s))),
    "disclosures.list": (P.VIEW_PATIENTS, lambda s, a: s.clinic.disclosures.list(a, s.patient.id)),
    "disclosures.accounting": (
        P.VIEW_PATIENTS,
        lambda s, a: s.clinic.disclosures.accounting(a, s.patient.id, AccountingForm.CSV),
    ),
    "exports.run": (
        P.DISCLOSE_PATIENT,
        lambda s, a: s.clinic.exports.run(
            a,
            ExportPatient(patient_id=s.patient.id, recipient="the patient", purpose="asked for it"),
            s.folder / "export.zip",
        ),
    ),
    "printouts.make": (
        P.DISCLOSE_PATIENT,
        lambda s, a: s.clinic.printouts.make(
            a, MakePrintout(kind=PrintKind.CHART_SUMMARY, patient_id=s.patient.id)
        ),
    ),
    "printouts.hand_over": (
        P.DISCLOSE_PATIENT,
        lambda s, a: s.clinic.printouts.hand_over(
            a, NotePrintout(kind=PrintKind.LABEL, patient_id=s.patient.id)
        ),
    ),
    "precautions.server_logging": (
        P.REVIEW_BREAK_GLASS,
        lambda s, a: s.clinic.precautions.server_logging(a),
    ),
    "restrictions.standing": (
        P.VIEW_PATIENTS,
        lambda s, a: s.clinic.restrictions.standing(a, s.patient.id),
    ),
    "restrictions.due": (P.PURGE_PATIENT, lambda s, a: s.clinic.restrictions.due(a)),
    "restrictions.restrict": (
        P.RESTRICT_PATIENT,
        lambda s, a: s.clinic.restrictions.restrict(a, _restrict(s)),
    ),
    "restrictions.lift": (
        P.RESTRICT_PATIENT,
        lambda s, a: s.clinic.restrictions.lift(a, s.patient.id),
    ),
    "restrictions.hold": (
        P.RESTRICT_PATIENT,
        lambda s, a: s.clinic.restrictions.hold(a, _restrict(s)),
    ),
    "restrictions.release": (
        P.RESTRICT_PATIENT,
        lambda s, a: s.clinic.restrictions.release(a, s.patient.id),
    ),
    "purges.list": (P.PURGE_PATIENT, lambda s, a: s.clinic.purges.list(a)),
    "purges.ask": (P.PURGE_PATIENT, lambda s, a: s.clinic.purges.ask(a, _erase(s))),
    "purges.withdraw": (
        P.PURGE_PATIENT,
        lambda s, a: s.clinic.purges.withdraw(a, _answer(s.clinic.purges.ask(s.everything, _erase(s)))),
    ),
    "purges.approve": (
        P.PURGE_PATIENT,
        lambda s, a: s.clinic.purges.approve(a, _answer(_asked_by_another(s))),
    ),
    "purges.carry_out": (
        P.PURGE_PATIENT,
        lambda s, a: s.clinic.purges.carry_out(a, _approved(s).id),
    ),
    "access_grants.give": (P.GRANT_ACCESS, _grant),
    "access_grants.end": (P.GRANT_ACCESS, _ended),
    "access_grants.colleagues": (P.GRANT_ACCESS, lambda s, a: s.clinic.access_grants.colleagues(a)),
    "access_grants.own": (P.LIST_DOCUMENTS, lambda s, a: s.clinic.access_grants.own(a)),
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
    "restrictions",
    "purges",
    "disclosures",
    "exports",
    "printouts",
    "precautions",
)
