"""Two desks at one patient, through their windows: every field is chosen, no phone is lost, nothing is silent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.patients import (
    AddressInput,
    CompletePatient,
    ContactBy,
    EditPatient,
    Gender,
    Patient,
    PatientDetails,
    PhoneInput,
    TakeDownPatient,
    VerifyPatient,
)
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.patients.conflict import (
    as_edit,
    chosen_phones,
    differing,
    field_labels,
    value_words,
)
from meditrack_desktop.ui.patients.register import EditSheet, open_edit
from tests.makers.people import an_edit
from tests.ui.patients.conftest import DeskWindow

OpenDesk = Callable[..., DeskWindow]

OTHERWISE: dict[str, Any] = {
    "family": "Neuname",
    "given": "Maria",
    "preferred_name": "Mimi",
    "birth_date": BirthDate(1988, 5, 4),
    "gender": Gender.OTHER,
    "email": "other@patients.example",
    "address": AddressInput(street="2 Low Rd"),
    "language": "cs",
    "note": "other words",
    "deceased": True,
    "contact_by": ContactBy.POST,
    "interpreter": True,
    "preferences": "ground floor",
}
"""Another value of each field but the phones."""


@pytest.fixture
def mara(people: dict[str, Patient]) -> Patient:
    return people["Mara"]


def test_no_field_of_a_patient_is_forgotten(mara: Patient) -> None:
    details = set(PatientDetails.model_fields)
    assert set(field_labels()) == details
    assert set(OTHERWISE) | {"phones"} == details
    edit = as_edit(mara)
    assert {name: getattr(edit, name) for name in ("id", "version")} == {
        "id": mara.id,
        "version": mara.version,
    }
    assert as_edit(mara) == EditPatient.model_validate(dict(an_edit(mara)))
    for field, value in OTHERWISE.items():
        other = edit.model_copy(update={field: value})
        assert differing(edit, other) == (field,)
        assert value_words(edit, field) != value_words(other, field), field


def phones(*pairs: str) -> tuple[PhoneInput, ...]:
    """`"1 home"`: a number and its use."""
    return tuple(
        PhoneInput.model_validate(dict(zip(("value", "use"), pair.split(), strict=True))) for pair in pairs
    )


@pytest.mark.parametrize(
    ("mine", "theirs", "rows", "chosen", "kept"),
    [
        ("1 mobile,2 home", "1 mobile,3 work", ("2", "3"), ("2",), "1 mobile,3 work,2 home"),
        ("1 mobile,2 home", "1 mobile,3 work", ("2", "3"), (), "1 mobile,3 work"),
        ("1 mobile,2 home", "1 mobile,3 work", ("2", "3"), ("2", "3"), "1 mobile,2 home"),
        ("1 home", "1 work", ("1",), ("1",), "1 home"),
        ("", "1 work", ("1",), ("1",), ""),
        ("2 home,1 mobile", "1 mobile,2 home", None, True, "2 home,1 mobile"),
        ("1 home,1 work", "1 home", None, False, "1 home"),
    ],
)
def test_each_phone_is_chosen_by_itself(
    mara: Patient, mine: str, theirs: str, rows: tuple[str, ...] | None, chosen: Any, kept: str
) -> None:
    own, other = (
        as_edit(mara).model_copy(update={"phones": phones(*filter(None, text.split(",")))})
        for text in (mine, theirs)
    )
    asked = differing(own, other)
    assert set(asked) == ({f"phone {number}" for number in rows} if rows is not None else {"phones"})
    answers = {"phones": chosen} if rows is None else {row: row[6:] in chosen for row in asked}
    assert chosen_phones(own, other, answers) == phones(*filter(None, kept.split(",")))
    for row in asked:
        assert value_words(own, row) != value_words(other, row)


def edit_at(desk: DeskWindow, patient: Patient) -> EditSheet:
    sheet = open_edit(desk.desk, desk.window, patient)
    desk.settle()
    return sheet


def test_two_windows_add_a_phone_each_and_both_stay(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, doctor: Actor, mara: Patient
) -> None:
    here, there = open_desk(), open_desk(doctor)
    mine, theirs = edit_at(here, mara), edit_at(there, mara)
    theirs.fields.phones.add("020 7946 0777", "work")
    theirs.submit()
    there.settle()
    mine.fields.phones.add("020 7946 0888", "home")
    mine.submit()
    here.settle()
    dialog = mine.conflict
    assert dialog is not None and dialog.isVisible()
    assert [choice.isChecked() for choice in dialog.choices["phone 020 7946 0888"]] == [True, False]
    assert [choice.isChecked() for choice in dialog.choices["phone 020 7946 0777"]] == [False, True]
    dialog.save.click()
    here.settle()
    now = clinic.patients.get(reception, mara.id)
    assert [(phone.value, phone.use) for phone in now.phones] == [
        ("+44 20 7946 0142", "mobile"),
        ("020 7946 0777", "work"),
        ("020 7946 0888", "home"),
    ]


def test_a_third_desk_while_choosing_asks_once_more_about_what_is_new(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, doctor: Actor, mara: Patient
) -> None:
    desk = open_desk()
    sheet = edit_at(desk, mara)
    sheet.fields.form.fields["preferred_name"].field.setText("Mimi")  # type: ignore[attr-defined]
    second = clinic.patients.edit(doctor, an_edit(mara, email="second@patients.example"))
    sheet.submit()
    desk.settle()
    first = sheet.conflict
    assert first is not None and set(first.choices) == {"preferred_name", "email"}
    third = clinic.patients.edit(
        doctor, an_edit(second, email="third@patients.example", note="from the third desk")
    )
    first.save.click()
    desk.settle()
    again = sheet.conflict
    assert again is not None and again is not first and again.isVisible()
    # What the second desk wrote was not mine: by default the third desk's is kept.
    assert {row: own.isChecked() for row, (own, _other) in again.choices.items()} == {
        "preferred_name": True,
        "email": False,
        "note": False,
    }
    again.save.click()
    desk.settle()
    now = clinic.patients.get(reception, mara.id)
    assert (now.preferred_name, now.email, now.note) == (
        "Mimi",
        "third@patients.example",
        "from the third desk",
    )
    assert now.version == third.version + 1


def test_keeping_on_editing_loses_nothing_that_was_typed(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, doctor: Actor, mara: Patient
) -> None:
    desk = open_desk()
    sheet = edit_at(desk, mara)
    clinic.patients.edit(doctor, an_edit(mara, note="theirs"))
    note = sheet.fields.form.fields["note"].field
    note.setPlainText("mine, and long")  # type: ignore[attr-defined]
    sheet.submit()
    desk.settle()
    assert sheet.conflict is not None
    sheet.conflict.close_layer()
    desk.settle()
    assert sheet.isVisible()
    assert sheet.fields.form.values()["note"] == "mine, and long"
    assert clinic.patients.get(reception, mara.id).note == "theirs"
    sheet.submit()
    desk.settle()
    assert sheet.conflict.isVisible()
    sheet.conflict.save.click()
    desk.settle()
    assert clinic.patients.get(reception, mara.id).note == "mine, and long"


def test_a_stamp_set_meanwhile_asks_nothing_and_stays(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, doctor: Actor, mara: Patient
) -> None:
    """What differs is nothing that was typed: saving goes on by itself."""
    desk = open_desk()
    sheet = edit_at(desk, mara)
    clinic.patients.verify(doctor, VerifyPatient(id=mara.id, version=mara.version))
    sheet.submit()
    desk.settle()
    assert sheet.conflict is None
    assert clinic.patients.get(reception, mara.id).verified_by_name == doctor.name


def test_two_desks_complete_one_caller(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, doctor: Actor
) -> None:
    caller = clinic.patients.take_down(
        reception, TakeDownPatient(name="Cara Callerova", phone=PhoneInput(value="020 7946 0123"))
    )
    desk = open_desk()
    sheet = edit_at(desk, caller)
    sheet.fields.form.fields["email"].field.setText("mine@patients.example")  # type: ignore[attr-defined]
    whole = CompletePatient.model_validate(dict(an_edit(caller, birth_date=BirthDate(1970, 1, 2))))
    clinic.patients.complete(doctor, whole)
    sheet.submit()
    desk.settle()
    assert sheet.conflict is not None
    assert set(sheet.conflict.choices) == {"email", "birth_date"}
    sheet.conflict.save.click()
    desk.settle()
    now = clinic.patients.get(reception, caller.id)
    assert (now.email, now.birth_date, now.provisional) == (
        "mine@patients.example",
        BirthDate(1970, 1, 2),
        False,
    )
