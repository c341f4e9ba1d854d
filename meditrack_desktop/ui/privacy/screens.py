"""The states of the privacy windows that are worth a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.access_grants import AccessGrant
from meditrack_desktop.domain.emergency_access import LASTS, REVIEW_WITHIN, EmergencyAccess
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import FindPatients, Patient
from meditrack_desktop.domain.privacy import (
    Disclosure,
    DisclosureKind,
    PatientExport,
    PurgeRequest,
    RetentionDue,
)
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.privacy.access_sheet import AccessSheet
from meditrack_desktop.ui.privacy.disclosures_sheet import DisclosuresSheet
from meditrack_desktop.ui.privacy.emergency import EmergencyBar, EmergencyDialog
from meditrack_desktop.ui.privacy.erasure import ErasureDialog
from meditrack_desktop.ui.privacy.hand_out import HandOutDialog, PassphraseDialog
from meditrack_desktop.ui.privacy.page import PrivacyPage

Pose = Callable[[], object]
SOMEBODY = "mara fictanova"


def _patient(desk: Desk) -> Patient:
    patients, actor = desk.clinic.patients, desk.actor
    return patients.get(actor, patients.find(actor, FindPatients(text=SOMEBODY, limit=1)).lines[0].id)


def _who(patient: Patient) -> str:
    return f"{patient.name}, {patient.mrn}"


def _access(desk: Desk, patient_id: UUID, name: str) -> EmergencyAccess:
    began = desk.clock.now() - timedelta(hours=1, minutes=12)
    return EmergencyAccess(
        id=new_id(),
        version=1,
        account_id=new_id(),
        account_name="Dr. Ines Modelo",
        patient_id=patient_id,
        patient_name=name,
        reason="Collapsed in the waiting room; allergies and medicines were needed at once",
        started_at=began,
        expires_at=began + LASTS,
        ended_at=None,
        review_due_at=began + REVIEW_WITHIN,
        reviewed_at=None,
        reviewed_by_name="",
        review_note="",
    )


def _page(desk: Desk, show: str, fill: Callable[[PrivacyPage], object]) -> tuple[QWidget, Pose]:
    page = PrivacyPage(desk)

    def pose() -> None:
        page.show_list(show)
        fill(page)

    return page, pose


def _emergencies(desk: Desk) -> tuple[QWidget, Pose]:
    patient = _patient(desk)

    def fill(page: PrivacyPage) -> None:
        first = _access(desk, patient.id, patient.name)
        late = timedelta(days=4)
        second = replace(
            first,
            id=new_id(),
            account_id=desk.actor.account_id,
            account_name=desk.actor.name,
            patient_name="Jonas Testholm",
            reason="Pharmacy asked about a dose while the doctor was away",
            started_at=first.started_at - late,
            review_due_at=first.review_due_at - late,
        )
        page.lists["emergencies"].show_records((second, first))  # type: ignore[arg-type]

    return _page(desk, "emergencies", fill)


def _erasures(desk: Desk) -> tuple[QWidget, Pose]:
    patient = _patient(desk)

    def fill(page: PrivacyPage) -> None:
        request = PurgeRequest(
            id=new_id(),
            version=1,
            patient_id=patient.id,
            patient_name=patient.name,
            mrn=patient.mrn,
            reason="Asked for in writing; the letter is filed in the office",
            requested_at=desk.clock.now() - timedelta(hours=3),
            requested_by=new_id(),
            requested_by_name="Otto Beispiel",
            approved_at=None,
            approved_by_name="",
            withdrawn_at=None,
            done_at=None,
        )
        stuck = replace(request, id=new_id(), patient_name="Jonas Testholm", approved_at=desk.clock.now())
        page.lists["erasures"].show_records((request, stuck))  # type: ignore[arg-type]

    return _page(desk, "erasures", fill)


def _retention(desk: Desk) -> tuple[QWidget, Pose]:
    patient = _patient(desk)

    def fill(page: PrivacyPage) -> None:
        gone = desk.clock.now() - timedelta(days=3800)
        due = RetentionDue(
            patient.id, patient.mrn, patient.name, gone, gone + timedelta(days=3652), False, False
        )
        held = replace(due, patient_id=new_id(), name="Jonas Testholm", legal_hold=True, restricted=True)
        page.lists["retention"].show_records((due, held))  # type: ignore[arg-type]

    return _page(desk, "retention", fill)


def _empty(desk: Desk) -> tuple[QWidget, Pose]:
    return _page(desk, "retention", lambda _page: None)


def _over(desk: Desk, open_layer: Callable[[QWidget], object]) -> tuple[QWidget, Pose]:
    page = PrivacyPage(desk)
    return page, lambda: open_layer(page)


def _emergency_dialog(desk: Desk) -> tuple[QWidget, Pose]:
    patient = _patient(desk)
    return _over(desk, lambda page: EmergencyDialog(desk, page, patient.id, lambda _a: None).open_layer())


def _hand_out(desk: Desk) -> tuple[QWidget, Pose]:
    patient = _patient(desk)
    return _over(desk, lambda page: HandOutDialog(desk, page, patient, _who(patient)).open_layer())


def _passphrase(desk: Desk) -> tuple[QWidget, Pose]:
    export = PatientExport("record.zip", "kd7m-4pqs-x9wa-hj2r-t6vc", 3, 2, 91_000)
    return _over(desk, lambda page: PassphraseDialog(page, export).open_layer())


def _erasure_dialog(desk: Desk) -> tuple[QWidget, Pose]:
    patient = _patient(desk)

    def show(page: QWidget) -> None:
        dialog = ErasureDialog(desk, page, patient, _who(patient))
        dialog.open_layer()
        dialog._refused(Invalid(ErrorCode.RETENTION_NOT_OVER, until="2036-11-20"))

    return _over(desk, show)


def _disclosures(desk: Desk) -> tuple[QWidget, Pose]:
    patient = _patient(desk)

    def show(page: QWidget) -> None:
        sheet = DisclosuresSheet(desk, page, patient.id, _who(patient))
        sheet.open_layer()
        one = Disclosure(
            id=new_id(),
            at=desk.clock.now() - timedelta(days=2),
            patient_id=patient.id,
            document_id=None,
            account_name="Rosa Ontwerp",
            workstation="",
            kind=DisclosureKind.EXPORT,
            recipient="City Hospital, Cardiology",
            address="Hospital Road 1, Testville",
            what="Record and 3 documents",
            purpose="Asked for by the patient",
            treatment=False,
        )
        other = replace(one, id=new_id(), recipient="Dr. Elsewhere", purpose="Referral", treatment=True)
        sheet.show_disclosures((one, other))

    return _over(desk, show)


def _give_access(desk: Desk) -> tuple[QWidget, Pose]:
    patient = _patient(desk)
    until = desk.clock.now() + timedelta(days=5)
    given = AccessGrant(
        id=new_id(),
        version=1,
        account_id=new_id(),
        account_name="Dr. Mei Shili",
        patient_id=patient.id,
        reason="Stands in while Dr. Modelo is away",
        given_at=desk.clock.now() - timedelta(days=2),
        given_by=new_id(),
        given_by_name="Dr. Ines Modelo",
        expires_at=until,
        ended_at=None,
    )
    over = replace(given, id=new_id(), account_name="Dr. Aisha Stubbs", ended_at=desk.clock.now())

    def show(host: QWidget) -> object:
        sheet = AccessSheet(desk, host, patient, _who(patient))
        sheet.open_layer()
        sheet.show_grants((given, over), ())
        return sheet

    return _over(desk, show)


def _bar(desk: Desk) -> tuple[QWidget, Pose]:
    patient = _patient(desk)
    page = PrivacyPage(desk)

    def pose() -> None:
        bar = EmergencyBar(desk, patient.id)
        layout = page.layout()
        if layout is not None:
            layout.addWidget(bar)
        bar.show_access(_access(desk, patient.id, patient.name))

    return page, pose


SCREENS: Sequence[tuple[str, str, Callable[[Desk], tuple[QWidget, Pose]]]] = (
    ("privacy", "emergencies", _emergencies),
    ("privacy", "erasures", _erasures),
    ("privacy", "retention", _retention),
    ("privacy", "empty", _empty),
    ("privacy", "emergency-dialog", _emergency_dialog),
    ("privacy", "emergency-bar", _bar),
    ("privacy", "hand-out", _hand_out),
    ("privacy", "passphrase", _passphrase),
    ("privacy", "erasure-dialog", _erasure_dialog),
    ("privacy", "disclosures", _disclosures),
    ("privacy", "give-access", _give_access),
)
"""(window, state, builder). A builder returns the page and what to do once it has loaded."""
