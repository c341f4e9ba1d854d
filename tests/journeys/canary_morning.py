"""A desk that works with canaries: everything a morning does, and everything that goes wrong, with words to look for.

Told by a pickle on standard input; run as `python -m tests.journeys.canary_morning`. What it says goes to standard
output and error as any program's does, except for the passphrase of an export: that goes down a pipe of its own.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr, ValidationError
from sqlalchemy import text

from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.domain.accounts import Actor, AddAccount
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import AttachDocument, DeleteDocument, DocumentType
from meditrack_desktop.domain.emergency_access import OpenInEmergency
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import FindPatients, PhoneInput, RegisterPatient
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.practitioners import AddPractitioner
from meditrack_desktop.domain.privacy import (
    DisclosureKind,
    ExportPatient,
    RecordDisclosure,
    RestrictPatient,
)
from meditrack_desktop.domain.scheduling import BookAppointment
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.clinic_secrets import ClinicSecrets
from meditrack_desktop.ui.errors import describe
from tests.journeys.busy_desk import a_file


@dataclass(frozen=True)
class Canaries:
    """Words that are nowhere else. `phone` is compared without its spaces too."""

    family: str = "Kanarienvogel"
    given: str = "Zitronella"
    mrn: str = "CANARY-77-4711"
    note: str = "canary words that nobody may read"
    finding: str = "canary words of a finding"
    reason: str = "canary reason of an emergency"
    recipient: str = "Canary Hospital of Testville"
    password: str = "feathered-yellow-singer-41"
    wrong: str = "feathered-wrong-password-42"


@dataclass(frozen=True)
class Morning:
    folder: Path
    out: Path
    secrets: ClinicSecrets
    actors: dict[str, Actor]
    passwords: dict[str, str]
    clock: FixedClock
    canaries: Canaries
    pipe: int


def main() -> None:
    morning: Morning = pickle.load(sys.stdin.buffer)
    clinic = open_clinic(morning.folder, morning.clock)
    clinic.keys.open(morning.secrets)
    try:
        _work(clinic, morning)
        _go_wrong(clinic, morning)
        _hand_out(clinic, morning)
        _back_up(clinic, morning)
    finally:
        clinic.close()
    print("done", flush=True)


def _patient(words: Canaries, **changes: object) -> RegisterPatient:
    values = {
        "family": words.family,
        "given": words.given,
        "mrn": words.mrn,
        "note": words.note,
        "phones": (PhoneInput(value="+44 20 7946 0999"),),
    }
    return RegisterPatient.model_validate({**values, **changes})


def _work(clinic: Clinic, morning: Morning) -> None:
    words, reception, admin = morning.canaries, morning.actors["reception"], morning.actors["admin"]
    clinic.accounts.add(
        admin,
        AddAccount(
            username="canary",
            name="Cana Ria",
            roles=frozenset({Role.RECEPTIONIST}),
            password=SecretStr(words.password),
        ),
    )
    patient = clinic.patients.register(reception, _patient(words))
    doctor = clinic.practitioners.add(admin, AddPractitioner(family="Modelo", given="Ines"))
    clinic.scheduling.book(
        reception,
        BookAppointment(
            patient_id=patient.id,
            practitioner_id=doctor.id,
            wall_start=datetime(2026, 11, 19, 10),
            reason=words.note,
            overbook_reason=words.reason,
        ),
    )
    for kind in (DocumentType.LAB_REPORT, DocumentType.INSURANCE):
        command = AttachDocument(
            patient_id=patient.id, file_name=f"{words.family}.png", title=words.finding, type=kind
        )
        clinic.documents.attach(reception, command, io.BytesIO(a_file(200_000, words.finding)))
    clinic.emergency.open(
        morning.actors["doctor"],
        OpenInEmergency(
            patient_id=patient.id, reason=words.reason, password=SecretStr(morning.passwords["doctor"])
        ),
    )
    document = clinic.documents.of_patient(reception, patient.id)[0]
    clinic.documents.open(morning.actors["doctor"], document.id).source.read_all()
    clinic.documents.delete(
        morning.actors["doctor"], DeleteDocument(id=document.id, version=document.version, reason=words.note)
    )
    clinic.patients.find(reception, FindPatients(text=words.family))
    clinic.disclosures.record(
        reception,
        RecordDisclosure(
            patient_id=patient.id,
            kind=DisclosureKind.PRINT,
            recipient=words.recipient,
            what=words.finding,
            purpose=words.note,
        ),
    )


def _go_wrong(clinic: Clinic, morning: Morning) -> None:
    """Each fault is described as the program describes faults, on standard error."""
    words, reception = morning.canaries, morning.actors["reception"]
    for wrong in (words.wrong, words.password + "x"):
        _told(lambda wrong=wrong: clinic.sessions.sign_in("canary", wrong))
    _told(lambda: clinic.sessions.sign_in(words.family, words.password))
    _told(lambda: clinic.patients.register(reception, _patient(words, id=new_id())))
    _told(lambda: _patient(words, family=words.family + "\x00"))
    _told(
        lambda: clinic.restrictions.restrict(
            reception, RestrictPatient(patient_id=new_id(), reason=words.reason)
        )
    )

    def bad_row() -> None:
        with clinic.work.database.writing() as session:
            session.execute(
                text("UPDATE patient SET created_by = NULL, note = :note WHERE family = :family"),
                {"note": words.note, "family": words.family},
            )

    def bad_statement() -> None:
        with clinic.work.database.writing() as session:
            session.execute(text("SELECT no_such_column FROM patient WHERE family = :f"), {"f": words.family})

    def a_mistake_of_ours() -> None:
        raise RuntimeError(f"{words.family} {words.note}")

    for fault in (bad_row, bad_statement, a_mistake_of_ours):
        _told(fault)


def _told(act: object) -> None:
    try:
        act()  # type: ignore[operator]
    except (ClinicError, ValidationError, RuntimeError) as fault:
        print(repr(fault) if isinstance(fault, ClinicError) else describe(fault).details, file=sys.stderr)
    else:
        raise AssertionError("nothing went wrong")


def _hand_out(clinic: Clinic, morning: Morning) -> None:
    words, reception = morning.canaries, morning.actors["reception"]
    patient = clinic.patients.find(reception, FindPatients(text=words.family)).lines[0]
    command = ExportPatient(patient_id=patient.id, recipient=words.recipient, purpose=words.note)
    done = clinic.exports.run(morning.actors["doctor"], command, morning.out / "record.zip")
    os.write(morning.pipe, done.passphrase.encode())
    with suppress(ClinicError):
        clinic.exports.run(morning.actors["doctor"], command, morning.out / "record.zip")


def _back_up(clinic: Clinic, morning: Morning) -> None:
    target = morning.out / "backups"
    target.mkdir()
    clinic.backups.set_target(morning.actors["admin"], target)
    clinic.backups.run(morning.actors["admin"])


if __name__ == "__main__":
    main()
