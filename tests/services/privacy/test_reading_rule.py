"""Who opens a clinical document: those who care for the patient, the clinic's own choice, an emergency."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
from pydantic import SecretStr

from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.database.tables.accounts import RolePermissionRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.care_team import EndCareTeamMember
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import AttachDocument, Document, DocumentType
from meditrack_desktop.domain.emergency_access import OpenInEmergency
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, NotFound
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.scheduling import BookAppointment, CancelAppointment, CancelledBy
from meditrack_desktop.domain.settings import ClinicSettings, ReadingRule
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import MORNING, PASSWORDS
from tests.makers.care import as_doctor, in_care
from tests.makers.people import a_doctor, a_patient
from tests.services.test_documents import a_png


@dataclass
class Ward:
    clinic: Clinic
    doctor: Actor
    practitioner: Practitioner
    patient: Patient
    report: Document
    card: Document

    def open(self, actor: Actor, document: Document | UUID | None = None) -> None:
        chosen = document or self.report
        document_id = chosen if isinstance(chosen, UUID) else chosen.id
        self.clinic.documents.open(actor, document_id).source.close()

    def refuses(self, actor: Actor, document: UUID | None = None) -> NotAllowed:
        with pytest.raises(NotAllowed) as caught:
            self.open(actor, document)
        return caught.value

    def settings(self, **changes: object) -> None:
        with self.clinic.work.database.writing() as session:
            settings_queries.write(session, ClinicSettings.model_validate(changes))
            session.reported.update(session.new)


@pytest.fixture
def ward(clinic: Clinic, reception: Actor, doctor: Actor, admin: Actor) -> Ward:
    practitioner = as_doctor(clinic, admin, doctor)
    patient = clinic.patients.register(reception, a_patient())

    def file(type_: DocumentType) -> Document:
        command = AttachDocument(patient_id=patient.id, file_name="scan.png", type=type_)
        return clinic.documents.attach(reception, command, io.BytesIO(a_png()))

    return Ward(
        clinic,
        doctor,
        practitioner,
        patient,
        file(DocumentType.LAB_REPORT),
        file(DocumentType.INSURANCE),
    )


def visit(ward: Ward, actor: Actor, days: int) -> UUID:
    """A visit with the doctor so many days from now, on a day they work."""
    wall = datetime.combine((MORNING + timedelta(days=days)).date(), time(10))
    booked = ward.clinic.scheduling.book(
        actor,
        BookAppointment(
            patient_id=ward.patient.id,
            practitioner_id=ward.practitioner.id,
            wall_start=wall,
            overbook_reason="asked for",
        ),
    )
    return booked.id


class TestInCare:
    def test_a_stranger_to_the_patient_is_refused_and_the_trail_says_so(
        self, ward: Ward, admin: Actor
    ) -> None:
        refusal = ward.refuses(ward.doctor)
        assert refusal.code is ErrorCode.NOT_IN_CARE
        assert refusal.parameters == {}
        line = ward.clinic.audit.list(admin, limit=1)[0]
        assert (line.action, line.outcome.value, line.patient_id) == (
            "document.refused",
            "refused",
            ward.patient.id,
        )
        ward.open(ward.doctor, ward.card)

    def test_an_unknown_document_answers_like_a_forbidden_one(self, ward: Ward, reception: Actor) -> None:
        for actor in (ward.doctor, reception):
            known, unknown = ward.refuses(actor), ward.refuses(actor, new_id())
            assert (known.code, known.parameters) == (unknown.code, unknown.parameters)

    def test_the_care_team_opens_it_until_the_care_ends(self, ward: Ward, reception: Actor) -> None:
        in_care(ward.clinic, reception, ward.practitioner, ward.patient)
        ward.open(ward.doctor)
        with pytest.raises(NotAllowed):
            ward.open(ward.doctor, new_id())
        [member] = ward.clinic.care_team.of_patient(reception, ward.patient.id)
        ward.clinic.care_team.end(reception, EndCareTeamMember(id=member.id, version=member.version))
        assert ward.refuses(ward.doctor).code is ErrorCode.NOT_IN_CARE

    @pytest.mark.parametrize(("days", "opens"), [(-29, True), (-31, False), (29, True), (31, False)])
    def test_a_visit_within_thirty_days_opens_it(
        self, ward: Ward, reception: Actor, days: int, opens: bool
    ) -> None:
        visit(ward, reception, days)
        if opens:
            ward.open(ward.doctor)
        else:
            ward.refuses(ward.doctor)

    def test_a_cancelled_visit_opens_nothing(self, ward: Ward, reception: Actor) -> None:
        booked = ward.clinic.scheduling.get(reception, visit(ward, reception, 1))
        ward.open(ward.doctor)
        ward.clinic.scheduling.cancel(
            reception,
            CancelAppointment(
                id=booked.id, version=booked.version, cancelled_by=CancelledBy.PATIENT, reason="ill"
            ),
        )
        ward.refuses(ward.doctor)

    def test_anothers_care_opens_nothing(self, ward: Ward, reception: Actor, admin: Actor) -> None:
        other = ward.clinic.practitioners.add(admin, a_doctor("Shili", "Mei"))
        in_care(ward.clinic, reception, other, ward.patient)
        ward.refuses(ward.doctor)

    def test_an_account_that_is_no_doctor_of_the_calendar_has_nobody_in_care(
        self, clinic: Clinic, reception: Actor, doctor: Actor
    ) -> None:
        patient = clinic.patients.register(reception, a_patient())
        command = AttachDocument(patient_id=patient.id, file_name="scan.png", type=DocumentType.LAB_REPORT)
        document = clinic.documents.attach(reception, command, io.BytesIO(a_png()))
        with pytest.raises(NotAllowed, match=f"^{ErrorCode.NOT_IN_CARE.value}$"):
            clinic.documents.open(doctor, document.id)


class TestSettings:
    def test_the_whole_clinic_may_be_read_by_its_doctors(
        self, ward: Ward, admin: Actor, reception: Actor
    ) -> None:
        ward.settings(reading_rule=ReadingRule.WHOLE_CLINIC)
        ward.open(ward.doctor)
        with pytest.raises(NotFound):
            ward.open(ward.doctor, new_id())
        assert ward.refuses(admin).code is ErrorCode.NOT_IN_CARE
        assert ward.refuses(reception).code is ErrorCode.NOT_PERMITTED

    def test_admins_read_charts_only_if_the_clinic_says_so(self, ward: Ward, admin: Actor) -> None:
        assert ward.refuses(admin).code is ErrorCode.NOT_IN_CARE
        ward.settings(admin_reads_charts=True)
        ward.open(admin)
        assert ward.refuses(ward.doctor).code is ErrorCode.NOT_IN_CARE

    def test_the_front_desk_opens_clinical_ones_only_if_the_grid_says_so(
        self, ward: Ward, reception: Actor
    ) -> None:
        refusal = ward.refuses(reception)
        assert refusal.code is ErrorCode.NOT_PERMITTED
        assert refusal.parameters == {"permission": "open_clinical_document"}
        with ward.clinic.work.database.writing() as session:
            session.add(
                RolePermissionRow(role=Role.RECEPTIONIST, permission=Permission.OPEN_CLINICAL_DOCUMENT)
            )
        ward.open(reception)


class TestEmergency:
    def asked(self, ward: Ward, who: str = "doctor") -> OpenInEmergency:
        return OpenInEmergency(
            patient_id=ward.patient.id,
            reason="Collapsed in the waiting room",
            password=SecretStr(PASSWORDS[who]),
        )

    def test_it_opens_one_patient_for_four_hours(
        self, ward: Ward, reception: Actor, clock: FixedClock
    ) -> None:
        ward.clinic.emergency.open(ward.doctor, self.asked(ward))
        ward.open(ward.doctor)
        other = ward.clinic.patients.register(reception, a_patient("Anders"))
        command = AttachDocument(patient_id=other.id, file_name="scan.png", type=DocumentType.LAB_REPORT)
        elsewhere = ward.clinic.documents.attach(reception, command, io.BytesIO(a_png()))
        assert ward.refuses(ward.doctor, elsewhere.id).code is ErrorCode.NOT_IN_CARE
        clock.advance(timedelta(hours=3, minutes=59))
        ward.open(ward.doctor)
        clock.advance(timedelta(minutes=1))
        assert ward.refuses(ward.doctor).code is ErrorCode.NOT_IN_CARE

    def test_an_administrator_too_and_nobody_else_gains(self, ward: Ward, admin: Actor) -> None:
        ward.clinic.emergency.open(admin, self.asked(ward, "admin"))
        ward.open(admin)
        ward.refuses(ward.doctor)

    def test_ending_it_closes_the_documents(self, ward: Ward) -> None:
        begun = ward.clinic.emergency.open(ward.doctor, self.asked(ward))
        ward.clinic.emergency.end(ward.doctor, begun.id)
        ward.refuses(ward.doctor)

    def test_losing_the_permission_closes_them_too(self, ward: Ward) -> None:
        ward.clinic.emergency.open(ward.doctor, self.asked(ward))
        with ward.clinic.work.database.writing() as session:
            session.delete(session.get_one(RolePermissionRow, (Role.DOCTOR, Permission.BREAK_GLASS)))
        assert ward.refuses(ward.doctor).code is ErrorCode.NOT_IN_CARE
