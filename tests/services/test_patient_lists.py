"""Handing out a list: who is on it, who must agree, what is noted, and that a file is whole or not there."""

from __future__ import annotations

import csv
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from meditrack_desktop.domain.accounts import Actor, AddAccount
from meditrack_desktop.domain.audit import AuditEvent, Outcome
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import (
    ClinicError,
    ErrorCode,
    NotAllowed,
    NotAuthenticated,
    Stopped,
    Unavailable,
)
from meditrack_desktop.domain.fhir_export import ExportFhir
from meditrack_desktop.domain.patient_lists import (
    RECORD_COLUMNS,
    ExportPatientList,
    ListColumn,
    ListForm,
    PatientListExport,
    SecondPerson,
)
from meditrack_desktop.domain.patients import ArchivePatient, FindPatients, Patient
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.domain.sessions import CLOSED_AFTER
from meditrack_desktop.services import patient_lists
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import PASSWORDS
from tests.makers.care import as_doctor, in_care
from tests.makers.people import a_patient
from tests.services.fhir.conftest import allowed_everything
from tests.services.test_patient_list_files import FORMULAS

FIRST = "quiet-ladder-six-violins"
SECOND = "amber-window-seven-rivers"
Export = Callable[..., PatientListExport]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / "patients.csv"


@pytest.fixture
def three(clinic: Clinic, reception: Actor) -> list[Patient]:
    commands = (
        a_patient("Beispiel", "Greta", "+44 20 7946 0142", "020 7946 0999", birth_date="1988-04-05"),
        a_patient("Fictanova", "Bruno", birth_date="1985-12", note="=1+1\nsecond line"),
        a_patient("Zamora", "Ana", email="ana@example.org"),
    )
    return [clinic.patients.register(reception, command) for command in commands]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def newest(clinic: Clinic, actor: Actor, action: str) -> AuditEvent:
    return next(line for line in clinic.audit.list(actor, limit=50) if line.action == action)


@pytest.fixture
def second_admin(clinic: Clinic, admin: Actor) -> str:
    """Another administrator, who has chosen their own password."""
    clinic.accounts.add(
        admin,
        AddAccount(
            username="berta", name="Berta Zweite", roles=frozenset({Role.ADMIN}), password=SecretStr(FIRST)
        ),
    )
    clinic.sessions.choose_password("berta", FIRST, SECOND)
    return "berta"


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("form", list(ListForm))
def test_everybody_who_is_found_is_in_the_file(
    clinic: Clinic, admin: Actor, target: Path, form: ListForm
) -> None:
    done = clinic.patient_lists.export(admin, ExportPatientList(form=form), target)
    assert (done.patients, done.path, done.size) == (3, str(target), target.stat().st_size)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    line = newest(clinic, admin, "patient_list.exported")
    assert (line.detail, line.outcome) == (f"{form.value}, 3 patients", Outcome.DONE)


def test_the_file_is_what_is_shown(clinic: Clinic, admin: Actor, three: list[Patient], target: Path) -> None:
    clinic.patients.archive(admin, ArchivePatient(id=three[2].id, version=three[2].version, reason="moved"))
    command = ExportPatientList(find=FindPatients(order="mrn", descending=True, limit=1))
    clinic.patient_lists.export(admin, command, target)
    found = rows(target)
    assert [row["Family name"] for row in found] == ["Fictanova", "Beispiel"]
    assert (found[1]["Phone"], found[1]["Phone 2"]) == ("'+44 20 7946 0142", "020 7946 0999")
    assert found[0]["Note"] == "'=1+1\nsecond line"
    assert found[0]["Birth date"] == "1985-12"
    columns = (ListColumn.GIVEN, ListColumn.FAMILY)
    only = ExportPatientList(find=FindPatients(text="grea bei"[:3]), columns=columns, overwrite=True)
    clinic.patient_lists.export(admin, only, target)
    assert rows(target) == [{"Given name": "Greta", "Family name": "Beispiel"}]


@pytest.mark.parametrize("form", [ListForm.CSV, ListForm.VCARD])
def test_importing_what_was_exported_changes_nobody_and_fills_another_clinic(
    clinic: Clinic, admin: Actor, reception: Actor, target: Path, form: ListForm, samples: Path
) -> None:
    taken = clinic.imports.run(admin, [samples / "patients/csv-generated/patients.csv"])
    assert taken.added > 1900
    clinic.patients.register(
        reception,
        a_patient("=1+1", "'t", "+1 555", note="\n".join(FORMULAS), email="a@example.org", deceased=True),
    )
    done = clinic.patient_lists.export(admin, ExportPatientList(form=form), target)
    assert done.patients == taken.added + 1
    again = clinic.imports.run(admin, [target])
    assert (again.added, again.updated, again.skipped) == (0, 0, ())
    assert again.unchanged == done.patients


def test_there_is_one_file_or_none(
    clinic: Clinic, admin: Actor, three: list[Patient], target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient_lists, "PAGE", 1)

    def stop(progress: Progress) -> None:
        if progress.done == 2:
            raise Stopped()

    for form in ListForm:
        with pytest.raises(Stopped):
            clinic.patient_lists.export(admin, ExportPatientList(form=form), target, stop)
        assert list(target.parent.iterdir()) == []
        assert newest(clinic, admin, "patient_list.export_failed").detail == ErrorCode.STOPPED.value
    target.write_text("precious")
    with pytest.raises(Unavailable) as refusal:
        clinic.patient_lists.export(admin, ExportPatientList(), target)
    assert refusal.value.code is ErrorCode.EXPORT_TARGET_UNUSABLE
    assert target.read_text() == "precious"
    with pytest.raises(Stopped):
        clinic.patient_lists.export(admin, ExportPatientList(overwrite=True), target, stop)
    assert target.read_text() == "precious"
    link = target.with_name("link.csv")
    link.symlink_to(target)
    with pytest.raises(Unavailable):
        clinic.patient_lists.export(admin, ExportPatientList(overwrite=True), link)
    with pytest.raises(Unavailable):
        clinic.patient_lists.export(admin, ExportPatientList(), target.parent / "no such folder" / "x.csv")
    assert sorted(path.name for path in target.parent.iterdir()) == ["link.csv", "patients.csv"]


def test_progress_counts_everybody(
    clinic: Clinic, admin: Actor, three: list[Patient], target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient_lists, "PAGE", 2)
    told: list[tuple[int, int | None]] = []
    clinic.patient_lists.export(
        admin, ExportPatientList(), target, lambda now: told.append((now.done, now.total))
    )
    assert told == [(0, 3), (2, 3), (3, 3)]


def test_an_old_password_is_not_enough(clinic: Clinic, admin: Actor, clock: FixedClock, target: Path) -> None:
    clock.advance(timedelta(minutes=11))
    with pytest.raises(NotAllowed) as refusal:
        clinic.patient_lists.export(admin, ExportPatientList(), target)
    assert refusal.value.code is ErrorCode.PASSWORD_AGAIN
    assert not target.exists()


def refused_for(clinic: Clinic, actor: Actor, target: Path, second: SecondPerson | None) -> ClinicError:
    with pytest.raises(ClinicError) as refusal:
        clinic.patient_lists.export(actor, ExportPatientList(second=second), target)
    assert not target.exists()
    return refusal.value


def agreed(username: str, password: str) -> SecondPerson:
    return SecondPerson(username=username, password=SecretStr(password))


def test_where_there_are_two_administrators_both_must_agree(
    clinic: Clinic, admin: Actor, second_admin: str, target: Path
) -> None:
    assert refused_for(clinic, admin, target, None).code is ErrorCode.AGREEMENT_NEEDED
    # One's own password twice, and that of somebody who is no administrator, is nobody's agreement.
    assert refused_for(clinic, admin, target, agreed("admin", PASSWORDS["admin"])).code is (
        ErrorCode.AGREEMENT_NEEDED
    )
    assert refused_for(clinic, admin, target, agreed("reception", PASSWORDS["reception"])).code is (
        ErrorCode.AGREEMENT_NEEDED
    )
    wrong = refused_for(clinic, admin, target, agreed("berta", "wrong"))
    assert isinstance(wrong, NotAuthenticated) and wrong.code is ErrorCode.INVALID_CREDENTIALS
    clinic.patient_lists.export(admin, ExportPatientList(second=agreed("Berta", SECOND)), target)
    who = next(account for account in clinic.accounts.list(admin) if account.username == "berta")
    assert newest(clinic, admin, "patient_list.exported").detail.endswith(f"agreed by {who.id.hex}")


def test_guessing_the_second_password_is_slowed_down_like_signing_in(
    clinic: Clinic, admin: Actor, second_admin: str, target: Path, clock: FixedClock
) -> None:
    codes = [refused_for(clinic, admin, target, agreed("berta", f"guess {n}")).code for n in range(8)]
    assert ErrorCode.TOO_MANY_TRIES in codes
    # The right password waits too, and signing in counts the same failures.
    assert refused_for(clinic, admin, target, agreed("berta", SECOND)).code is ErrorCode.TOO_MANY_TRIES
    with pytest.raises(NotAuthenticated) as refusal:
        clinic.sessions.sign_in("berta", SECOND)
    assert refusal.value.code is ErrorCode.TOO_MANY_TRIES
    strangers = [refused_for(clinic, admin, target, agreed("nobody", f"{n}")).code for n in range(8)]
    assert ErrorCode.TOO_MANY_TRIES in strangers
    assert CLOSED_AFTER > 8
    refused = [line for line in clinic.audit.list(admin, limit=100) if line.action == "session.refused"]
    assert any("second person" in line.detail for line in refused)


def test_the_columns_of_a_record_are_all_columns_but_the_lists_own() -> None:
    assert set(ListColumn) - set(RECORD_COLUMNS) == {ListColumn.USUAL_DOCTOR, ListColumn.NEXT_VISIT}


@pytest.mark.parametrize("whose", ["created_by_me", "my_patients"])
def test_ones_own_patients_are_the_files_too(
    clinic: Clinic, admin: Actor, reception: Actor, target: Path, whose: str
) -> None:
    allowed_everything(clinic, admin)
    mine = clinic.patients.register(admin, a_patient("Beispiel", "Greta"))
    clinic.patients.register(reception, a_patient("Zamora", "Ana"))
    in_care(clinic, reception, as_doctor(clinic, admin, admin), mine)
    find = FindPatients.model_validate({whose: True})
    shown = clinic.patients.find(admin, find).lines
    assert [line.id for line in shown] == [mine.id]
    clinic.patient_lists.export(admin, ExportPatientList(find=find, form=ListForm.CSV), target)
    assert [row[ListColumn.ID] for row in rows(target)] == [str(mine.id)]
    told = target.with_suffix(".ndjson")
    assert clinic.fhir_export.run(admin, ExportFhir(find=find), told).patients == 1
