"""Fills a new clinic with the samples, and knows whether a sample clinic is of today.

The sample clinic is made anew when the day has changed: its week is always this week.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from meditrack_desktop.database import schema
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.domain.accounts import Actor, AddAccount
from meditrack_desktop.domain.care_team import AssignDoctor
from meditrack_desktop.domain.clinic import SetUpClinic
from meditrack_desktop.domain.clock import Clock, FixedClock, today
from meditrack_desktop.domain.documents import AttachDocument, DocumentType
from meditrack_desktop.domain.incoming import IncomingSource, TakeIn
from meditrack_desktop.domain.patients import FindPatients, Patient
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.services import key_slots, patient_rows
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.demo import charts, papers, people, practice, scan, week
from meditrack_desktop.services.demo import staff as others
from meditrack_desktop.services.held_alone import lock_of
from meditrack_desktop.services.profile import Profile, write_durably

PASSWORDS = {
    "admin": "demo-harbour-slate-71",
    "reception": "demo-lantern-copper-82",
    "doctor": "demo-compass-velvet-93",
}
"""A sample clinic holds nobody real, so its passwords may be known; no other clinic has any of them."""

_IN_ONE_WORK = 1000
_SAMPLES = 4
"""Which samples: counted up when others are put in."""


def clinic(zone: str = "") -> SetUpClinic:
    """What the sample clinic is set up as; without a `zone` in this computer's own, where that can be told."""
    return SetUpClinic(
        name="Example Street Clinic",
        zone=zone or _local_zone(),
        region="GB",
        admin_username="admin",
        admin_name="Ada Verwalter",
        admin_password=SecretStr(PASSWORDS["admin"]),
        desk_name="Front desk 1",
        demo=True,
    )


def fill(clinic: Clinic, clock: FixedClock) -> None:
    """Doctors, people, visits and documents, as of the clock's moment."""
    admin = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
    staff = [clinic.practitioners.add(admin, command) for command in week.doctors()]
    _add_account(clinic, admin, "reception", "Rosa Ontwerp", Role.RECEPTIONIST)
    clinic.accounts.add(
        admin,
        AddAccount(
            username="doctor",
            name="Dr. Ines Modelo",
            roles=frozenset({Role.DOCTOR}),
            password=SecretStr(PASSWORDS["doctor"]),
            practitioner_id=staff[0].id,
        ),
    )
    others.add(clinic, admin, staff)
    reception = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
    facts = clinic.settings.clinic(reception)
    staff = practice.set_up(clinic, admin, staff, today(clock, facts.tz))
    kinds = practice.kinds_of_visits(clinic, admin, staff)
    commands = people.everybody(today(clock, facts.tz))
    for first in range(0, len(commands), _IN_ONE_WORK):
        batch = commands[first : first + _IN_ONE_WORK]
        with clinic.work(reception, Permission.REGISTER_PATIENT) as work:
            numbers = patient_queries.give_record_numbers(work.session, len(batch))
            patients = [
                patient_rows.new_patient(
                    command, mrn=mrn, now=work.now, by=reception.account_id, region=facts.region
                )
                for command, mrn in zip(batch, numbers, strict=True)
            ]
            patient_queries.insert_many(work.session, patients)
            for command in batch:
                work.noted(Line("patient.registered", "patient", command.id, command.id))
    regulars = [command.id for command in commands[: people.HOW_MANY // 5]] + [c.id for c in commands[-3:]]
    with clinic.work(reception, Permission.BOOK_APPOINTMENT) as work:
        plan = week.WeekPlan(clock.now(), facts.tz, reception.account_id)
        for visit in (*week.visits(plan, staff, regulars), *week.earlier_visits(plan, staff, regulars)):
            visit.visit_type_id = kinds.get(visit.visit_type)
            work.added(visit, "appointment.booked", patient_id=visit.patient_id)
    practice.absences(clinic, admin, staff, today(clock, facts.tz))
    for number, patient_id in enumerate(regulars[:60]):
        doctor = staff[number % len(staff)]
        clinic.care_team.assign(
            reception, AssignDoctor(patient_id=patient_id, practitioner_id=doctor.id, usual=True)
        )
    documented = tuple(_file_documents(clinic, reception, clock))
    for patient_id in documented:
        _put_in_care(clinic, reception, patient_id, staff[0])
    _write_charts(clinic, reception, clock, list(dict.fromkeys((*regulars[:60], *documented))))
    _fill_inbox(clinic, reception, clock)
    clinic.sessions.sign_out(reception)
    clinic.sessions.sign_out(admin)


def _add_account(clinic: Clinic, admin: Actor, username: str, name: str, role: Role) -> None:
    clinic.accounts.add(
        admin,
        AddAccount(
            username=username, name=name, roles=frozenset({role}), password=SecretStr(PASSWORDS[username])
        ),
    )


def _write_charts(clinic: Clinic, reception: Actor, clock: FixedClock, patients: list[UUID]) -> None:
    doctor = clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
    found = clinic.patients.find(reception, FindPatients(text="mara fictanova")).lines
    mara = next((line.id for line in found if line.id in patients), None)
    with clinic.work(doctor, Permission.WRITE_CHART) as work:
        for row in charts.rows(clock.now(), patients, mara, doctor.account_id, reception.account_id):
            kind = row.__tablename__.replace("clinical_", "").replace("_intolerance", "")
            work.added(row, f"{kind}.{'signed' if kind == 'note' else 'added'}", patient_id=row.patient_id)
    clinic.sessions.sign_out(doctor)


def _put_in_care(clinic: Clinic, reception: Actor, patient_id: UUID, doctor: Practitioner) -> None:
    """Whoever has documents has the sample doctor on their team, who could not read them otherwise."""
    team = clinic.care_team.of_patient(reception, patient_id)
    if not any(member.practitioner_id == doctor.id for member in team):
        clinic.care_team.assign(
            reception, AssignDoctor(patient_id=patient_id, practitioner_id=doctor.id, usual=not team)
        )


def _file_documents(clinic: Clinic, reception: Actor, clock: FixedClock) -> Iterator[UUID]:
    """Yields whose documents were filed."""
    day = clock.now().date() - timedelta(days=1)
    for name, kinds in (("mara fictanova", "lprs"), ("jonas testholm", "l"), ("piotr", "lp")):
        lines = clinic.patients.find(reception, FindPatients(text=name)).lines
        if not lines:
            continue
        patient = clinic.patients.get(reception, lines[0].id)
        for kind in kinds:
            if kind == "s":
                _file_scan(clinic, reception, patient, day)
            else:
                _file(clinic, reception, patient, kind, day)
        yield patient.id


def _file(clinic: Clinic, reception: Actor, patient: Patient, kind: str, day: date) -> None:
    if kind == "l":
        command = AttachDocument(
            patient_id=patient.id,
            file_name="blood-panel.pdf",
            title="Blood panel",
            type=DocumentType.LAB_REPORT,
            document_date=day,
            source="Example Lab",
        )
        content = papers.lab_report(patient, day)
    elif kind == "r":
        command = AttachDocument(
            patient_id=patient.id,
            file_name="consent.pdf",
            title="Consent form",
            type=DocumentType.CONSENT,
            document_date=day - timedelta(days=15),
            source="Example Street Clinic",
        )
        content = papers.lab_report(patient, day - timedelta(days=15), pages=3)
    else:
        command = AttachDocument(
            patient_id=patient.id,
            file_name="skin-left-arm.jpg",
            title="Skin photo, left arm",
            type=DocumentType.PHOTO,
            document_date=day - timedelta(days=70),
            source="Dr. Aisha Stubbs",
        )
        content = papers.photograph(day - timedelta(days=70))
    clinic.documents.attach(reception, command, BytesIO(content))


def _file_scan(clinic: Clinic, reception: Actor, patient: Patient, day: date) -> None:
    taken = day - timedelta(days=989)
    command = AttachDocument(
        patient_id=patient.id,
        file_name="ct-head.zip",
        title="CT head",
        type=DocumentType.IMAGING,
        document_date=taken,
        source="Example Imaging",
    )
    clinic.documents.attach_study(reception, command, scan.ct_head(patient, taken))


def _fill_inbox(clinic: Clinic, reception: Actor, clock: FixedClock) -> None:
    """Three files that wait: two that name a patient, and a photo that names nobody."""
    day = clock.now().date() - timedelta(days=2)
    waiting = [("IMG_2231.jpg", IncomingSource.DROPPED, papers.photograph(day))]
    for number, name in enumerate(("jonas testholm", "mara fictanova"), start=118):
        lines = clinic.patients.find(reception, FindPatients(text=name)).lines
        if lines:
            patient = clinic.patients.get(reception, lines[0].id)
            report = papers.lab_report(patient, day, pages=number - 117)
            waiting.append((f"SCAN_{number:04}.pdf", IncomingSource.SCAN_FOLDER, report))
    for file_name, source, content in waiting:
        clinic.incoming.take_in(reception, TakeIn(file_name=file_name, source=source), BytesIO(content))


def is_of_today(profile: Profile, clock: Clock) -> bool:
    """Whether the sample clinic in `profile` was filled today, by a program that writes what this one reads."""
    try:
        mark: object = json.loads(_mark(profile).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return mark == _made(clock)


def mark_of_today(profile: Profile, clock: Clock) -> None:
    write_durably(_mark(profile), json.dumps(_made(clock)).encode())


def _made(clock: Clock) -> dict[str, object]:
    return {
        "filled": clock.now().date().isoformat(),
        "slots": key_slots.FORMAT,
        "schema": schema.newest(),
        "samples": _SAMPLES,
    }


def clear(profile: Profile) -> None:
    """Remove the sample clinic's files, and nothing else that may lie in the folder."""
    kit = profile.folder / "recovery-kit.txt"
    slots = (profile.slots, lock_of(profile.slots))
    for path in (*profile.folder.glob("clinic.*"), *slots, profile.device_file, _mark(profile), kit):
        path.unlink(missing_ok=True)
    shutil.rmtree(profile.folder / "vault", ignore_errors=True)


def _mark(profile: Profile) -> Path:
    return profile.folder / "demo.json"


def _local_zone() -> str:
    """The IANA name of this computer's zone where the system tells it; London otherwise."""
    named = os.environ.get("TZ", "")
    link = Path("/etc/localtime")
    if not named and link.is_symlink():
        named = str(link.resolve()).partition("zoneinfo/")[2]
    try:
        return ZoneInfo(named).key if named else "Europe/London"
    except (ValueError, OSError, KeyError):
        return "Europe/London"
