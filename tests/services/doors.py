"""Every door of the services: the permission it asks for, and a call that goes through it.

A method missing from `DOORS` fails `test_every_method`: nobody adds a door without saying who may use it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from meditrack_desktop.database.queries import accounts as account_queries
from meditrack_desktop.database.tables.accounts import AccountRow, SessionRow
from meditrack_desktop.domain.accounts import (
    Actor,
    AddAccount,
    ChangePassword,
    EditAccount,
    SetAccountActive,
)
from meditrack_desktop.domain.audit import AuditQuery, ExtractKind, ExtractWords
from meditrack_desktop.domain.care_team import (
    AssignDoctor,
    CareTeamMember,
    EndCareTeamMember,
    MakeUsualDoctor,
)
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import (
    AttachDocument,
    DeleteDocument,
    Document,
    DocumentType,
    RestoreDocument,
)
from meditrack_desktop.domain.fhir_export import ExportFhir
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patient_lists import ExportPatientList, SecondPerson
from meditrack_desktop.domain.patients import (
    ArchivePatient,
    EditPatient,
    FindPatients,
    Patient,
    RegisterPatient,
    RestorePatient,
)
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.practitioners import (
    AddPractitioner,
    EditPractitioner,
    Practitioner,
    SetPractitionerActive,
    SetWorkingHours,
    WorkingHoursInput,
)
from meditrack_desktop.domain.scheduling import (
    Appointment,
    AppointmentStatus,
    BookAppointment,
    CalendarRange,
    CancelAppointment,
    ChangeAppointmentLength,
    Confirmation,
    MoveAppointment,
    SetAppointmentStatus,
    SetConfirmation,
)
from meditrack_desktop.domain.suggestions import SuggestPatients
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import MORNING, PASSWORDS, ClinicSite, ClinicTemplate, copied
from tests.postgres import PostgresServer
from tests.services.backup_doors import BACKUP_DOORS, BACKUP_SERVICES, BACKUP_WITHOUT_AN_ACTOR
from tests.services.booking_doors import BOOKING_DOORS, BOOKING_SERVICES
from tests.services.chart_doors import CHART_DOORS, CHART_SERVICES
from tests.services.deed_doors import DEED_DOORS, DEED_SERVICES
from tests.services.desk_doors import DESK_DOORS, DESK_SERVICES
from tests.services.document_doors import DOCUMENT_DOORS
from tests.services.file_doors import FILE_DOORS, FILE_SERVICES
from tests.services.filter_doors import FILTER_DOORS, FILTER_SERVICES
from tests.services.incoming_doors import INCOMING_DOORS, INCOMING_SERVICES
from tests.services.key_doors import KEY_DOORS, KEY_SERVICES
from tests.services.merge_doors import MERGE_DOORS, MERGE_SERVICES
from tests.services.patient_doors import PATIENT_DOORS, PATIENT_SERVICES
from tests.services.people_doors import ANYBODY_MAY, PEOPLE_DOORS, PEOPLE_SERVICES
from tests.services.privacy_doors import PRIVACY_DOORS, PRIVACY_SERVICES
from tests.services.scanning_doors import SCANNING_DOORS, SCANNING_SERVICES
from tests.services.time_doors import TIME_DOORS, TIME_SERVICES

DAY = date(2026, 11, 19)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe"
    "0def46b80000000049454e44ae426082"
)


@dataclass
class Scene:
    """A clinic with one of everything, and somebody who may do everything."""

    clinic: Clinic
    everything: Actor
    nobody: Actor
    patient: Patient
    archived: Patient
    practitioner: Practitioner
    appointment: Appointment
    document: Document
    binned: Document
    member: CareTeamMember
    folder: Path


Call = Callable[[Scene, Actor], Any]
P = Permission


def _account(scene: Scene) -> Any:
    return next(a for a in scene.clinic.accounts.list(scene.everything) if a.username == "doctor")


EXTRACT_WORDS = ExtractWords(
    "Audit log", "", "", "{page}/{pages}", ("Action",), lambda line: (line.event.action,)
)

DOORS: dict[str, tuple[Permission, Call]] = {
    "accounts.list": (P.VIEW_ACCOUNTS, lambda s, a: s.clinic.accounts.list(a)),
    "accounts.add": (
        P.EDIT_ACCOUNTS,
        lambda s, a: s.clinic.accounts.add(
            a,
            AddAccount(
                username="newcomer",
                name="New Comer",
                roles=frozenset({Role.DOCTOR}),
                password=SecretStr("willow-cabinet-seven-moons"),
            ),
        ),
    ),
    "accounts.edit": (
        P.EDIT_ACCOUNTS,
        lambda s, a: s.clinic.accounts.edit(
            a,
            EditAccount(
                id=_account(s).id,
                version=_account(s).version,
                name="Ines Modelo",
                roles=frozenset({Role.DOCTOR}),
            ),
        ),
    ),
    "accounts.set_active": (
        P.EDIT_ACCOUNTS,
        lambda s, a: s.clinic.accounts.set_active(
            a, SetAccountActive(id=_account(s).id, version=_account(s).version, active=False)
        ),
    ),
    "accounts.change_password": (
        P.CHANGE_OWN_PASSWORD,
        lambda s, a: s.clinic.accounts.change_password(
            a,
            ChangePassword(
                current=SecretStr(PASSWORDS["admin"]), new=SecretStr("juniper-satchel-five-clouds")
            ),
        ),
    ),
    "patients.find": (P.VIEW_PATIENTS, lambda s, a: s.clinic.patients.find(a, FindPatients(text="przy"))),
    "patients.anchors": (P.VIEW_PATIENTS, lambda s, a: s.clinic.patients.anchors(a, FindPatients())),
    "patients.opened": (P.VIEW_PATIENTS, lambda s, a: s.clinic.patients.opened(a, s.patient.id)),
    "patients.suggest": (
        P.VIEW_PATIENTS,
        lambda s, a: s.clinic.patients.suggest(a, SuggestPatients(text="przy")),
    ),
    "patients.get": (P.VIEW_PATIENTS, lambda s, a: s.clinic.patients.get(a, s.patient.id)),
    "patients.same_name": (P.VIEW_PATIENTS, lambda s, a: s.clinic.patients.same_name(a, s.patient.id)),
    "patients.register": (
        P.REGISTER_PATIENT,
        lambda s, a: s.clinic.patients.register(a, RegisterPatient(family="Vzorek", given="Jan")),
    ),
    "patients.edit": (
        P.EDIT_PATIENT,
        lambda s, a: s.clinic.patients.edit(
            a, EditPatient(id=s.patient.id, version=s.patient.version, family="Przykład", given="Piotr A.")
        ),
    ),
    "patients.archive": (
        P.ARCHIVE_PATIENT,
        lambda s, a: s.clinic.patients.archive(
            a, ArchivePatient(id=s.patient.id, version=s.patient.version, reason="moved away")
        ),
    ),
    "patients.restore": (
        P.ARCHIVE_PATIENT,
        lambda s, a: s.clinic.patients.restore(
            a, RestorePatient(id=s.archived.id, version=s.archived.version)
        ),
    ),
    "practitioners.list": (P.VIEW_DOCTORS, lambda s, a: s.clinic.practitioners.list(a)),
    "practitioners.get": (P.VIEW_DOCTORS, lambda s, a: s.clinic.practitioners.get(a, s.practitioner.id)),
    "practitioners.add": (
        P.EDIT_DOCTORS,
        lambda s, a: s.clinic.practitioners.add(a, AddPractitioner(family="Stubbs", given="Aisha")),
    ),
    "practitioners.edit": (
        P.EDIT_DOCTORS,
        lambda s, a: s.clinic.practitioners.edit(
            a, EditPractitioner(id=s.practitioner.id, version=s.practitioner.version, family="Shili-Model")
        ),
    ),
    "practitioners.set_hours": (
        P.VIEW_DOCTORS,  # and then EDIT_HOURS, or EDIT_OWN_HOURS for one's own
        lambda s, a: s.clinic.practitioners.set_hours(
            a, SetWorkingHours(id=s.practitioner.id, version=s.practitioner.version, hours=())
        ),
    ),
    "practitioners.set_active": (
        P.EDIT_DOCTORS,
        lambda s, a: s.clinic.practitioners.set_active(
            a, SetPractitionerActive(id=s.practitioner.id, version=s.practitioner.version, active=False)
        ),
    ),
    "care_team.of_patient": (P.VIEW_CARE_TEAM, lambda s, a: s.clinic.care_team.of_patient(a, s.patient.id)),
    "care_team.of_practitioner": (
        P.VIEW_CARE_TEAM,
        lambda s, a: s.clinic.care_team.of_practitioner(a, s.practitioner.id),
    ),
    "care_team.assign": (
        P.EDIT_CARE_TEAM,
        lambda s, a: s.clinic.care_team.assign(
            a, AssignDoctor(patient_id=s.patient.id, practitioner_id=_second_doctor(s).id)
        ),
    ),
    "care_team.make_usual": (
        P.EDIT_CARE_TEAM,
        lambda s, a: s.clinic.care_team.make_usual(
            a, MakeUsualDoctor(id=s.member.id, version=s.member.version)
        ),
    ),
    "care_team.end": (
        P.EDIT_CARE_TEAM,
        lambda s, a: s.clinic.care_team.end(a, EndCareTeamMember(id=s.member.id, version=s.member.version)),
    ),
    "scheduling.calendar": (
        P.VIEW_CALENDAR,
        lambda s, a: s.clinic.scheduling.calendar(a, CalendarRange(first=DAY, last=DAY)),
    ),
    "scheduling.get": (P.VIEW_CALENDAR, lambda s, a: s.clinic.scheduling.get(a, s.appointment.id)),
    "scheduling.of_patient": (P.VIEW_CALENDAR, lambda s, a: s.clinic.scheduling.of_patient(a, s.patient.id)),
    "scheduling.free_slots": (
        P.VIEW_CALENDAR,
        lambda s, a: s.clinic.scheduling.free_slots(a, s.practitioner.id, DAY, 30),
    ),
    "scheduling.next_free": (
        P.VIEW_CALENDAR,
        lambda s, a: s.clinic.scheduling.next_free(
            a, (s.practitioner.id,), datetime.combine(DAY, time(9)), 30, 3
        ),
    ),
    "scheduling.book": (
        P.BOOK_APPOINTMENT,
        lambda s, a: s.clinic.scheduling.book(a, _booking(s, time(11))),
    ),
    "scheduling.move": (
        P.MOVE_APPOINTMENT,
        lambda s, a: s.clinic.scheduling.move(
            a,
            MoveAppointment(
                id=s.appointment.id,
                version=s.appointment.version,
                wall_start=datetime.combine(DAY, time(12)),
            ),
        ),
    ),
    "scheduling.change_length": (
        P.MOVE_APPOINTMENT,
        lambda s, a: s.clinic.scheduling.change_length(
            a, ChangeAppointmentLength(id=s.appointment.id, version=s.appointment.version, minutes=45)
        ),
    ),
    "scheduling.cancel": (
        P.CANCEL_APPOINTMENT,
        lambda s, a: s.clinic.scheduling.cancel(
            a, CancelAppointment(id=s.appointment.id, version=s.appointment.version, reason="ill")
        ),
    ),
    "scheduling.set_status": (
        P.SET_APPOINTMENT_STATUS,
        lambda s, a: s.clinic.scheduling.set_status(
            a,
            SetAppointmentStatus(
                id=s.appointment.id, version=s.appointment.version, status=AppointmentStatus.ARRIVED
            ),
        ),
    ),
    "scheduling.set_confirmation": (
        P.SET_APPOINTMENT_STATUS,
        lambda s, a: s.clinic.scheduling.set_confirmation(
            a,
            SetConfirmation(
                id=s.appointment.id, version=s.appointment.version, confirmation=Confirmation.CONFIRMED
            ),
        ),
    ),
    "documents.of_patient": (P.LIST_DOCUMENTS, lambda s, a: s.clinic.documents.of_patient(a, s.patient.id)),
    "document_search.find": (P.LIST_DOCUMENTS, lambda s, a: s.clinic.document_search.find(a, "scan")),
    "document_search.verify": (P.BACK_UP, lambda s, a: s.clinic.document_search.verify(a)),
    "document_search.index_anew": (P.BACK_UP, lambda s, a: s.clinic.document_search.index_anew(a)),
    "documents.get": (P.LIST_DOCUMENTS, lambda s, a: s.clinic.documents.get(a, s.document.id)),
    "documents.attach": (P.ATTACH_DOCUMENT, lambda s, a: attach(s, a, DocumentType.CONSENT)),
    "documents.attach_imported": (
        P.IMPORT_PATIENTS,
        lambda s, a: s.clinic.documents.attach_imported(
            a, AttachDocument(patient_id=s.patient.id, file_name="scan.png"), BytesIO(PNG)
        ),
    ),
    "documents.open": (
        P.LIST_DOCUMENTS,  # and then the one of the document's class, see below
        lambda s, a: s.clinic.documents.open(a, s.document.id).source.close(),
    ),
    **DOCUMENT_DOORS,
    "documents.delete": (
        P.DELETE_DOCUMENT,
        lambda s, a: s.clinic.documents.delete(
            a, DeleteDocument(id=s.document.id, version=s.document.version, reason="filed twice")
        ),
    ),
    "documents.restore": (
        P.DELETE_DOCUMENT,
        lambda s, a: s.clinic.documents.restore(a, RestoreDocument(id=s.binned.id, version=s.binned.version)),
    ),
    **PATIENT_DOORS,
    **MERGE_DOORS,
    **BOOKING_DOORS,
    **DESK_DOORS,
    **FILE_DOORS,
    **FILTER_DOORS,
    **TIME_DOORS,
    **DEED_DOORS,
    **CHART_DOORS,
    **PRIVACY_DOORS,
    **BACKUP_DOORS,
    **KEY_DOORS,
    **INCOMING_DOORS,
    **SCANNING_DOORS,
    "fhir_export.run": (
        P.EXPORT_PATIENTS,
        lambda s, a: s.clinic.fhir_export.run(
            a, ExportFhir(patient_id=s.patient.id, second=_list(a).second), s.folder / f"{new_id()}.ndjson"
        ),
    ),
    "patient_lists.export": (
        P.EXPORT_PATIENTS,
        lambda s, a: s.clinic.patient_lists.export(a, _list(a), s.folder / f"{new_id()}.csv"),
    ),
    "imports.inspect": (P.IMPORT_PATIENTS, lambda s, a: s.clinic.imports.inspect(a, [_csv(s.folder)])),
    "imports.preview": (P.IMPORT_PATIENTS, lambda s, a: s.clinic.imports.preview(a, [_csv(s.folder)])),
    "imports.run": (P.IMPORT_PATIENTS, lambda s, a: s.clinic.imports.run(a, [_csv(s.folder)])),
    **PEOPLE_DOORS,
    "audit.list": (P.VIEW_AUDIT, lambda s, a: s.clinic.audit.list(a)),
    "audit.check": (P.VIEW_AUDIT, lambda s, a: s.clinic.audit.check(a)),
    "audit.search": (P.VIEW_AUDIT, lambda s, a: s.clinic.audit.search(a, AuditQuery())),
    "audit.count": (P.VIEW_AUDIT, lambda s, a: s.clinic.audit.count(a, AuditQuery())),
    "audit.own": (P.VIEW_OWN_ACTS, lambda s, a: s.clinic.audit.own(a, AuditQuery())),
    "audit.choices": (P.VIEW_AUDIT, lambda s, a: s.clinic.audit.choices(a)),
    "audit.access": (P.VIEW_AUDIT, lambda s, a: s.clinic.audit.access(a, s.patient.id)),
    "audit.timeline": (
        P.VIEW_CALENDAR,
        lambda s, a: s.clinic.audit.timeline(a, "appointment", s.appointment.id),
    ),
    "audit.line_seal": (
        P.VIEW_AUDIT,
        lambda s, a: s.clinic.audit.line_seal(a, s.clinic.work.trail.chain, 1),
    ),
    "audit.extract": (
        P.VIEW_AUDIT,
        lambda s, a: s.clinic.audit.extract(a, AuditQuery(), ExtractKind.CSV, s.folder, EXTRACT_WORDS),
    ),
}

WITHOUT_AN_ACTOR = {
    **ANYBODY_MAY,
    **BACKUP_WITHOUT_AN_ACTOR,
    "document_search.catch_up": "what was filed before there was an index; tells nothing but how much it was",
}

SERVICES = (
    *PEOPLE_SERVICES,
    "patients",
    "practitioners",
    "care_team",
    "scheduling",
    "documents",
    "document_search",
    *PATIENT_SERVICES,
    *BOOKING_SERVICES,
    *DESK_SERVICES,
    *FILE_SERVICES,
    *SCANNING_SERVICES,
    *FILTER_SERVICES,
    *TIME_SERVICES,
    *DEED_SERVICES,
    *CHART_SERVICES,
    *MERGE_SERVICES,
    *PRIVACY_SERVICES,
    *BACKUP_SERVICES,
    *KEY_SERVICES,
    *INCOMING_SERVICES,
    "imports",
    "patient_lists",
    "fhir_export",
    "audit",
)


def _booking(scene: Scene, at: time) -> BookAppointment:
    return BookAppointment(
        patient_id=scene.patient.id,
        practitioner_id=scene.practitioner.id,
        wall_start=datetime.combine(DAY, at),
    )


def _second_doctor(scene: Scene) -> Practitioner:
    return scene.clinic.practitioners.add(scene.everything, AddPractitioner(family="Namuna", given="Omar"))


def attach(scene: Scene, actor: Actor, type_: DocumentType) -> Document:
    command = AttachDocument(patient_id=scene.patient.id, file_name="scan.png", type=type_)
    return scene.clinic.documents.attach(actor, command, BytesIO(PNG))


def _csv(folder: Path) -> Path:
    path = folder / "patients.csv"
    path.write_text("patient_id,family_name,given_name,birth_date\nX1,Beispiel,Lukas,1980-01-02\n", "utf-8")
    return path


def _list(actor: Actor) -> ExportPatientList:
    """With the agreement of the scene's administrator where somebody else asks."""
    if actor.username == "admin":
        return ExportPatientList()
    return ExportPatientList(second=SecondPerson(username="admin", password=SecretStr(PASSWORDS["admin"])))


def person(clinic: Clinic, username: str, roles: frozenset[Role]) -> Actor:
    """An account with a live session and exactly these roles; the grid is not asked."""
    now = clinic.work.clock.now()
    with clinic.work.unsigned() as session:
        row = AccountRow(
            id=new_id(),
            username=username,
            name=username,
            password_hash="x",
            pepper_id="x",
            created_at=now,
            roles=[],
        )
        account_queries.set_roles(row, roles)
        live = SessionRow(
            id=new_id(),
            token_sha256=new_id().hex,
            account_id=row.id,
            workstation=clinic.work.trail.chain,
            started_at=now,
            expires_at=now + timedelta(hours=1),
            confirmed_at=now,
        )
        session.add(row)
        session.flush()
        session.add(live)
        session.reported.add(row)
    return Actor(row.id, live.id, clinic.work.trail.chain, username, username, roles, frozenset())


def make_scene(clinic: Clinic, admin: Actor, folder: Path) -> Scene:
    """`everything` is the administrator with every role, whose password the tests know."""
    me = next(account for account in clinic.accounts.list(admin) if account.id == admin.account_id)
    clinic.accounts.edit(
        admin, EditAccount(id=me.id, version=me.version, name=me.name, roles=frozenset(Role))
    )
    patient = clinic.patients.register(admin, RegisterPatient(family="Przykład", given="Piotr"))
    gone = clinic.patients.register(admin, RegisterPatient(family="Fictanova", given="Mara"))
    archived = clinic.patients.archive(
        admin, ArchivePatient(id=gone.id, version=gone.version, reason="moved away")
    )
    hours = tuple(WorkingHoursInput(weekday=day, starts=time(8), ends=time(17)) for day in range(7))
    practitioner = clinic.practitioners.add(admin, AddPractitioner(family="Shili", given="Mei", hours=hours))
    me = next(account for account in clinic.accounts.list(admin) if account.id == admin.account_id)
    clinic.accounts.edit(
        admin,
        EditAccount(
            id=me.id, version=me.version, name=me.name, roles=me.roles, practitioner_id=practitioner.id
        ),
    )
    made = Scene(
        clinic,
        admin,
        person(clinic, "nobody", frozenset()),
        patient,
        archived,
        practitioner,
        appointment=None,  # type: ignore[arg-type]
        document=None,  # type: ignore[arg-type]
        binned=None,  # type: ignore[arg-type]
        member=clinic.care_team.assign(
            admin, AssignDoctor(patient_id=patient.id, practitioner_id=practitioner.id)
        ),
        folder=folder,
    )
    made.appointment = clinic.scheduling.book(admin, _booking(made, time(9)))
    made.document = attach(made, admin, DocumentType.LAB_REPORT)
    second = attach(made, admin, DocumentType.IMAGING)
    made.binned = clinic.documents.delete(
        admin, DeleteDocument(id=second.id, version=second.version, reason="blurred")
    )
    return made


def _with_a_scene(
    template: ClinicTemplate, folder: Path, server: PostgresServer | None
) -> Iterator[ClinicTemplate]:
    clock = FixedClock(MORNING)
    with copied(template, folder, server) as site:
        clinic = site.open(clock)
        made = replace(make_scene(clinic, site.actors["admin"], folder), clinic=None)  # type: ignore[arg-type]
        clinic.close()
        yield replace(template, folder=folder, database=site.database, scene=made)


@pytest.fixture(scope="session")
def sqlite_scene_template(
    sqlite_template: ClinicTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ClinicTemplate]:
    yield from _with_a_scene(sqlite_template, tmp_path_factory.mktemp("scene") / "sqlite", None)


@pytest.fixture(scope="session")
def postgres_scene_template(
    postgres_template: ClinicTemplate,
    postgres_server: PostgresServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[ClinicTemplate]:
    folder = tmp_path_factory.mktemp("scene") / "postgres"
    yield from _with_a_scene(postgres_template, folder, postgres_server)


@pytest.fixture
def scene(site: ClinicSite, clinic: Clinic, admin: Actor, tmp_path: Path) -> Scene:
    """Made once a run and copied with its clinic, except where a test brings a clinic of its own."""
    if site.scene is None:
        return make_scene(clinic, admin, tmp_path)
    return replace(site.scene, clinic=clinic, folder=tmp_path)
