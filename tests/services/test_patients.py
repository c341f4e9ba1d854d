"""Registering, editing, archiving and bringing back patients, on both databases."""

from __future__ import annotations

import json
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import AuditEvent
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.changes import Change, ChangeSet
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    Conflict,
    ErrorCode,
    FieldProblem,
    Invalid,
    NotAllowed,
    NotFound,
)
from meditrack_desktop.domain.patients import (
    Address,
    ArchivePatient,
    FindPatients,
    Gender,
    Identifier,
    Phone,
    RestorePatient,
)
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_patient, an_edit


@pytest.fixture
def heard(clinic: Clinic) -> list[ChangeSet]:
    """Every change set announced since."""
    changes: list[ChangeSet] = []
    clinic.changes.subscribe(changes.append)
    return changes


def lines(clinic: Clinic, admin: Actor, action: str) -> list[AuditEvent]:
    return [line for line in clinic.audit.list(admin) if line.action == action]


def refusals(clinic: Clinic, admin: Actor) -> list[str]:
    return [line.detail for line in lines(clinic, admin, "permission.refused")]


def test_registered_patient_is_kept_as_typed(clinic: Clinic, reception: Actor) -> None:
    command = a_patient(
        "Beispiel",
        "Greta",
        "07400 123456",
        "020 7946 0018",
        preferred_name="Gigi",
        birth_date="1971-03-04",
        email="greta@example.org",
        address={"street": "1 Any Street", "city": "Leeds", "postcode": "LS1 1AA", "country": "GB"},
        language="de",
        note="Rings twice.\nPrefers mornings.",
        identifiers=({"system": "urn:old", "value": "77"},),
    )
    made = clinic.patients.register(reception, command)
    assert made == clinic.patients.get(reception, command.id)
    assert (made.family, made.given, made.preferred_name) == ("Beispiel", "Greta", "Gigi")
    assert made.birth_date == BirthDate(1971, 3, 4)
    assert made.phones == (
        Phone("07400 123456", "+447400123456", "mobile"),
        Phone("020 7946 0018", "+442079460018", "mobile"),
    )
    assert made.address == Address("1 Any Street", "Leeds", "LS1 1AA", "GB")
    assert made.identifiers == (Identifier("urn:old", "77"),)
    assert made.note == "Rings twice.\nPrefers mornings."
    assert (made.version, made.active, made.deceased) == (1, True, False)
    assert made.created_by == reception.account_id
    assert made.created_at == clinic.work.clock.now()


def test_clinic_gives_record_numbers_in_order_and_skips_taken_ones(clinic: Clinic, reception: Actor) -> None:
    first = clinic.patients.register(reception, a_patient())
    assert first.mrn == "000-0001"
    clinic.patients.register(reception, a_patient("Byhand", mrn="000-0002"))
    assert clinic.patients.register(reception, a_patient("Third")).mrn == "000-0003"


def test_record_number_of_another_patient_is_refused(clinic: Clinic, reception: Actor) -> None:
    clinic.patients.register(reception, a_patient(mrn="A-17"))
    with pytest.raises(Conflict) as refused:
        clinic.patients.register(reception, a_patient("Other", mrn="A-17"))
    assert refused.value.code is ErrorCode.RECORD_NUMBER_TAKEN
    assert refused.value.fields == {"mrn": FieldProblem.TAKEN}
    assert clinic.patients.find(reception, FindPatients(text="other")).lines == ()


def test_repeated_command_registers_once_and_leaves_one_more_line(
    clinic: Clinic, reception: Actor, admin: Actor, heard: list[ChangeSet]
) -> None:
    command = a_patient("Beispiel", "Greta", "07400 123456")
    made = clinic.patients.register(reception, command)
    assert clinic.patients.register(reception, command) == made
    assert clinic.patients.find(reception, FindPatients()).total == 1
    details = sorted(line.detail for line in lines(clinic, admin, "patient.registered"))
    assert details == ["", "repeated"]
    assert len(heard) == 1


def test_each_change_is_audited_and_announced(
    clinic: Clinic, reception: Actor, admin: Actor, heard: list[ChangeSet]
) -> None:
    made = clinic.patients.register(reception, a_patient())
    edited = clinic.patients.edit(reception, an_edit(made, email="new@example.org"))
    archived = clinic.patients.archive(
        admin, ArchivePatient(id=made.id, version=edited.version, reason="Moved away")
    )
    clinic.patients.restore(admin, RestorePatient(id=made.id, version=archived.version))
    assert heard == [ChangeSet((Change("patient", made.id, patient=made.id),))] * 4
    of_patient = [
        (line.action, line.account_id)
        for line in clinic.audit.list(admin, patient_id=made.id)
        if line.action != "audit.listed"
    ]
    assert of_patient == [
        ("patient.restored", admin.account_id),
        ("patient.archived", admin.account_id),
        ("patient.edited", reception.account_id),
        ("patient.registered", reception.account_id),
    ]
    assert "email" in lines(clinic, admin, "patient.edited")[0].detail
    assert all("example.org" not in line.detail for line in clinic.audit.list(admin))


def test_reading_is_audited_once_a_minute(clinic: Clinic, reception: Actor, admin: Actor) -> None:
    made = clinic.patients.register(reception, a_patient())
    for _ in range(3):
        clinic.patients.get(reception, made.id)
        clinic.patients.find(reception, FindPatients(text="gre"))
    viewed = lines(clinic, admin, "patient.viewed")
    assert [(line.object_id, line.patient_id) for line in viewed] == [(made.id, made.id)]
    assert len(lines(clinic, admin, "patient.listed")) == 1


def test_edit_changes_what_it_says_and_counts_versions(clinic: Clinic, reception: Actor) -> None:
    made = clinic.patients.register(reception, a_patient("Beispiel", "Greta", "07400 123456"))
    edited = clinic.patients.edit(
        reception,
        an_edit(made, family="Ejemplo", gender=Gender.OTHER, birth_date="1980", deceased=True),
    )
    assert (edited.family, edited.given, edited.gender) == ("Ejemplo", "Greta", Gender.OTHER)
    assert (edited.birth_date, edited.deceased) == (BirthDate(1980), True)
    assert edited.version == made.version + 1
    assert edited == clinic.patients.get(reception, made.id)
    assert clinic.patients.find(reception, FindPatients(text="beispiel")).lines == ()
    assert clinic.patients.find(reception, FindPatients(text="ejemplo")).total == 1


@pytest.mark.parametrize(
    "phones",
    [
        (),
        ("020 7946 0018",),
        ("07400-123-456",),
        ("07400 123456", "020 7946 0018", "01632 960999"),
        ("020 7946 0018", "07400 123456"),
    ],
)
def test_change_of_phones_alone_is_a_new_version(
    clinic: Clinic, reception: Actor, admin: Actor, phones: tuple[str, ...]
) -> None:
    made = clinic.patients.register(reception, a_patient("Beispiel", "Greta", "07400 123456"))
    edited = clinic.patients.edit(reception, an_edit(made, phones=tuple({"value": p} for p in phones)))
    assert tuple(phone.value for phone in edited.phones) == phones
    assert edited.version == made.version + 1
    assert edited == clinic.patients.get(reception, made.id)
    assert "phones" in lines(clinic, admin, "patient.edited")[0].detail
    with pytest.raises(ChangedMeanwhile):
        clinic.patients.edit(reception, an_edit(made, given="Late"))
    found = clinic.patients.find(reception, FindPatients(text="123456")).total
    assert found == (1 if any("456" in phone for phone in phones) else 0)


def test_edit_that_changes_nothing_keeps_the_version(clinic: Clinic, reception: Actor) -> None:
    made = clinic.patients.register(reception, a_patient("Beispiel", "Greta", "07400 123456"))
    assert clinic.patients.edit(reception, an_edit(made)) == made


def test_stale_version_is_refused_everywhere(clinic: Clinic, reception: Actor, admin: Actor) -> None:
    made = clinic.patients.register(reception, a_patient())
    clinic.patients.edit(reception, an_edit(made, given="Erste"))
    with pytest.raises(ChangedMeanwhile):
        clinic.patients.edit(reception, an_edit(made, given="Zweite"))
    with pytest.raises(ChangedMeanwhile):
        clinic.patients.archive(admin, ArchivePatient(id=made.id, version=made.version, reason="Moved"))
    with pytest.raises(ChangedMeanwhile):
        clinic.patients.restore(admin, RestorePatient(id=made.id, version=made.version))
    assert clinic.patients.get(reception, made.id).given == "Erste"


def test_archived_patient_leaves_lists_stays_readable_and_comes_back(
    clinic: Clinic, reception: Actor, admin: Actor
) -> None:
    made = clinic.patients.register(reception, a_patient("Beispiel", "Greta", "07400 123456"))
    archived = clinic.patients.archive(
        admin, ArchivePatient(id=made.id, version=made.version, reason="Moved away")
    )
    assert not archived.active
    assert archived.archived_at == clinic.work.clock.now()
    assert archived.archive_reason == "Moved away"
    assert clinic.patients.get(reception, made.id) == archived
    for text in ("", "greta", "123456", made.mrn):
        assert clinic.patients.find(reception, FindPatients(text=text)).lines == ()
        with_archived = clinic.patients.find(reception, FindPatients(text=text, include_archived=True))
        assert [(line.id, line.active) for line in with_archived.lines] == [(made.id, False)]
    with pytest.raises(Conflict) as refused:
        clinic.patients.edit(reception, an_edit(archived, given="Other"))
    assert refused.value.code is ErrorCode.PATIENT_ARCHIVED
    with pytest.raises(Conflict) as refused:
        clinic.patients.archive(admin, ArchivePatient(id=made.id, version=archived.version, reason="Again"))
    assert refused.value.code is ErrorCode.PATIENT_ARCHIVED
    restored = clinic.patients.restore(admin, RestorePatient(id=made.id, version=archived.version))
    assert (restored.active, restored.archive_reason) == (True, "")
    for text in ("", "greta", "123456", made.mrn):
        assert clinic.patients.find(reception, FindPatients(text=text)).total == 1


def test_unknown_patient_is_not_found(clinic: Clinic, reception: Actor, admin: Actor) -> None:
    nobody = uuid4()
    for ask in (
        lambda: clinic.patients.get(reception, nobody),
        lambda: clinic.patients.same_name(reception, nobody),
        lambda: clinic.patients.archive(admin, ArchivePatient(id=nobody, version=1, reason="None")),
        lambda: clinic.patients.restore(admin, RestorePatient(id=nobody, version=1)),
    ):
        with pytest.raises(NotFound) as refused:
            ask()
        assert refused.value.code is ErrorCode.PATIENT_NOT_FOUND


def test_who_lacks_the_permission_is_refused_and_that_is_written_down(
    clinic: Clinic, reception: Actor, doctor: Actor, admin: Actor, heard: list[ChangeSet]
) -> None:
    made = clinic.patients.register(doctor, a_patient())
    heard.clear()
    with pytest.raises(NotAllowed):
        clinic.patients.register(admin, a_patient("Nobody"))
    with pytest.raises(NotAllowed):
        clinic.patients.edit(admin, an_edit(made, given="Nobody"))
    with pytest.raises(NotAllowed):
        clinic.patients.archive(reception, ArchivePatient(id=made.id, version=1, reason="Wanted to"))
    with pytest.raises(NotAllowed):
        clinic.patients.restore(doctor, RestorePatient(id=made.id, version=1))
    assert sorted(refusals(clinic, admin)) == [
        "archive_patient",
        "archive_patient",
        "edit_patient",
        "register_patient",
    ]
    assert heard == []
    assert clinic.patients.get(reception, made.id) == made


def test_reading_without_the_permission_is_refused(clinic: Clinic, admin: Actor, reception: Actor) -> None:
    made = clinic.patients.register(reception, a_patient())
    _take_away(clinic, "view_patients", "admin")
    for ask in (
        lambda: clinic.patients.find(admin, FindPatients()),
        lambda: clinic.patients.get(admin, made.id),
        lambda: clinic.patients.same_name(admin, made.id),
    ):
        with pytest.raises(NotAllowed):
            ask()
    assert refusals(clinic, admin) == ["view_patients"] * 3


def _take_away(clinic: Clinic, permission: str, role: str) -> None:
    from sqlalchemy import text

    with clinic.work.database.engine.execution_options(writing=True).begin() as connection:
        taken = connection.execute(
            text("DELETE FROM role_permission WHERE permission = :permission AND role = :role"),
            {"permission": permission, "role": role},
        )
        assert taken.rowcount == 1


@pytest.mark.parametrize(
    ("birth_date", "problem"),
    [
        ("2026-11-19", FieldProblem.IN_THE_FUTURE),
        ("2026-12", FieldProblem.IN_THE_FUTURE),
        ("2027", FieldProblem.IN_THE_FUTURE),
        ("9999-12-31", FieldProblem.IN_THE_FUTURE),
        ("1879-12-31", FieldProblem.TOO_OLD),
        ("0001-01-01", FieldProblem.TOO_OLD),
    ],
)
def test_impossible_birth_date_is_refused_by_name_of_field(
    clinic: Clinic, reception: Actor, birth_date: str, problem: FieldProblem
) -> None:
    with pytest.raises(Invalid) as refused:
        clinic.patients.register(reception, a_patient(birth_date=birth_date))
    assert refused.value.fields == {"birth_date": problem}
    made = clinic.patients.register(reception, a_patient())
    with pytest.raises(Invalid) as refused:
        clinic.patients.edit(reception, an_edit(made, birth_date=birth_date))
    assert refused.value.fields == {"birth_date": problem}


@pytest.mark.parametrize("birth_date", ["2026-11-18", "2026-11", "2026", "1880-01-01", "2024-02-29"])
def test_possible_birth_date_is_kept(clinic: Clinic, reception: Actor, birth_date: str) -> None:
    made = clinic.patients.register(reception, a_patient(birth_date=birth_date))
    assert made.birth_date is not None
    assert made.birth_date.iso() == birth_date


def test_date_of_birth_is_judged_by_the_clinics_calendar(
    clinic: Clinic, reception: Actor, clock: Any
) -> None:
    clock.set(clock.now().replace(month=7, day=1, hour=23, minute=30))  # 2 July in London already
    born = a_patient(birth_date=date(2026, 7, 2).isoformat())
    assert clinic.patients.register(reception, born).birth_date == BirthDate(2026, 7, 2)


def test_same_name_tells_who_can_be_mistaken(clinic: Clinic, reception: Actor, admin: Actor) -> None:
    one = clinic.patients.register(reception, a_patient("Müller", "Jörg", "07400 123456"))
    two = clinic.patients.register(reception, a_patient("MULLER", "Jorg"))
    clinic.patients.register(reception, a_patient("Müller", "Jürgen"))
    gone = clinic.patients.register(reception, a_patient("Muller", "Jorg"))
    clinic.patients.archive(admin, ArchivePatient(id=gone.id, version=gone.version, reason="Duplicate"))
    assert [line.id for line in clinic.patients.same_name(reception, one.id)] == [two.id]
    of_two = clinic.patients.same_name(reception, two.id)
    assert [(line.id, line.phone) for line in of_two] == [(one.id, "07400 123456")]


def test_patients_without_a_letter_in_their_name_are_not_all_called_the_same(
    clinic: Clinic, reception: Actor
) -> None:
    one = clinic.patients.register(reception, a_patient("---", ""))
    clinic.patients.register(reception, a_patient("***", ""))
    assert clinic.patients.same_name(reception, one.id) == ()


def test_sample_phones_get_their_international_form_or_none(
    clinic: Clinic, reception: Actor, samples: Path
) -> None:
    given = json.loads((samples / "text" / "phones.json").read_text("utf-8"))
    british = [sample for sample in given if sample["default_region"] == "GB"] or given
    international = [sample for sample in given if sample["input"].lstrip().startswith("+")][::20]
    for sample in (*british[:20], *international):
        if not sample["input"].strip():
            continue
        made = clinic.patients.register(reception, a_patient("Phone", "Sample", sample["input"]))
        assert made.phones[0].value == sample["input"].strip()
        if sample in international or sample["default_region"] == "GB":
            assert made.phones[0].e164 == sample["e164"], sample


def as_kept(name: str) -> str:
    """Composed; empty if nobody could see anything of it."""
    typed = unicodedata.normalize("NFC", name.strip())
    return typed if any(unicodedata.category(character)[0] not in "CZM" for character in typed) else ""


def test_sample_names_are_kept_and_found(clinic: Clinic, reception: Actor, samples: Path) -> None:
    names = json.loads((samples / "text" / "names.json").read_text("utf-8"))
    for sample in names[::6]:
        made = clinic.patients.register(reception, a_patient(sample["family"], sample["given"]))
        read = clinic.patients.get(reception, made.id)
        assert (read.family, read.given) == (as_kept(sample["family"]), as_kept(sample["given"]))
        found = clinic.patients.find(reception, FindPatients(text=f"{read.given} {read.family}", limit=500))
        assert made.id in [line.id for line in found.lines], sample


def test_naughty_strings_are_kept_byte_for_byte_or_refused(
    clinic: Clinic, reception: Actor, samples: Path
) -> None:
    kept = 0
    for text in json.loads((samples / "text" / "naughty-strings.json").read_text("utf-8")):
        try:
            command = a_patient(f"Naughty {text[:100]}", text[:120], note=text[:4000])
        except ValidationError:
            continue
        made = clinic.patients.register(reception, command)
        read = clinic.patients.get(reception, made.id)
        assert read.given == as_kept(text[:120])
        assert read.note == text[:4000].replace("\r\n", "\n").replace("\r", "\n").strip()
        clinic.patients.find(reception, FindPatients(text=text[:200]))
        kept += 1
    assert kept > 150


def test_one_id_for_two_people_gives_nobody_the_others_record(clinic: Clinic, reception: Actor) -> None:
    first = a_patient("Beispiel", "Greta", birth_date="1971-03-04")
    made = clinic.patients.register(reception, first)
    assert clinic.patients.register(reception, first) == made
    for other in ({"given": "Gustav"}, {"birth_date": BirthDate(1971, 4, 3)}):
        with pytest.raises(ChangedMeanwhile):
            clinic.patients.register(reception, first.model_copy(update=other))
    assert clinic.patients.find(reception, FindPatients(text="beispiel")).total == 1
