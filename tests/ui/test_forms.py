"""Forms: what stands in the fields becomes a command, and each error stands beside its field."""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum
from typing import Annotated

import pytest
from pydantic import AfterValidator, BaseModel, Field
from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.errors import (
    ClinicError,
    Conflict,
    ErrorCode,
    FieldProblem,
    invalid_fields,
)
from meditrack_desktop.ui.forms import Form, label_of, read
from meditrack_desktop.ui.widgets import Combo, LabelledField, Option, PasswordField, TextArea, TextField


class Colour(StrEnum):
    RED = "red"


def _no_x(value: str) -> str:
    if "x" in value:
        raise ValueError("control_characters")
    if "y" in value:
        raise ValueError("some words of a library")
    return value


class Address(BaseModel):
    city: Annotated[str, Field(max_length=5)] = ""


class Order(BaseModel):
    name: Annotated[str, Field(min_length=2, max_length=6), AfterValidator(_no_x)]
    amount: Annotated[int, Field(ge=1, le=9)] = 3
    day: date | None = None
    at: time | None = None
    colour: Colour = Colour.RED
    note: str = "nothing"
    tags: Annotated[tuple[str, ...], Field(max_length=1)] = ()
    address: Address = Address()


class Fields(QWidget):
    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        self.by_name = {
            "name": LabelledField("Name", TextField()),
            "amount": LabelledField("Amount", TextField(), optional=True),
            "day": LabelledField("Day", TextField()),
            "at": LabelledField("Time", TextField()),
            "colour": LabelledField("Colour", TextField()),
            "note": LabelledField("Note", TextArea()),
            "tags": LabelledField("Tags", TextField()),
            "address.city": LabelledField("City", TextField()),
        }
        for labelled in self.by_name.values():
            column.addWidget(labelled)

    def type(self, name: str, text: str) -> None:
        field = self.by_name[name].field
        if isinstance(field, TextArea):
            field.setPlainText(text)
        else:
            field.setText(text)


@pytest.fixture
def fields(qtbot: QtBot) -> Fields:
    made = Fields()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    return made


def form_of(fields: Fields) -> Form:
    return Form(fields.by_name)


def test_fields_become_a_command_and_empty_ones_its_defaults(fields: Fields) -> None:
    form = form_of(fields)
    assert form.is_empty()
    fields.type("name", "  Anna ")
    fields.type("day", "2026-11-18")
    order = form.build(Order, amount=5)
    assert order == Order(name="Anna", amount=5, day=date(2026, 11, 18))
    assert not form.is_empty()


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("name", "", "Name is needed."),
        ("name", "a", "Name is too short."),
        ("name", "abcdefghij", "Name is too long."),
        ("name", "axx", "Name holds characters"),
        ("name", "ayy", "Name does not look right."),
        ("amount", "0", "Amount is outside what is possible."),
        ("amount", "many", "Amount does not look right."),
        ("day", "soon", "This is not a date."),
        ("at", "noon", "This is not a time."),
        ("colour", "blue", "Colour is not known here."),
    ],
)
def test_an_error_stands_beside_its_field(fields: Fields, name: str, typed: str, says: str) -> None:
    form = form_of(fields)
    fields.type("name", "Anna")
    fields.type(name, typed)
    assert form.build(Order) is None
    assert fields.by_name[name].error.startswith(says)
    assert fields.by_name[name].field.hasFocus()
    others = [labelled for other, labelled in fields.by_name.items() if other != name]
    assert not any(labelled.error for labelled in others)


def test_focus_goes_to_the_first_bad_field_and_marks_go_with_the_next_try(fields: Fields) -> None:
    form = form_of(fields)
    fields.type("day", "soon")
    assert form.build(Order) is None
    assert fields.by_name["name"].error and fields.by_name["day"].error
    assert fields.by_name["name"].field.hasFocus()
    fields.type("name", "Anna")
    fields.type("day", "")
    assert form.build(Order) is not None
    assert not fields.by_name["name"].error and not fields.by_name["day"].error


def test_an_error_inside_a_part_finds_the_dotted_field(fields: Fields) -> None:
    form = form_of(fields)
    fields.type("name", "Anna")
    fields.type("address.city", "Northampton")
    assert form.build(Order, address={"city": form.values()["address.city"]}) is None
    assert fields.by_name["address.city"].error == "City is too long."


def test_an_error_in_a_list_finds_the_list(fields: Fields) -> None:
    form = form_of(fields)
    fields.type("name", "Anna")
    assert form.build(Order, tags=("a", "b")) is None
    assert fields.by_name["tags"].error == "Tags is too long."


def test_a_refusal_of_the_service_looks_the_same(fields: Fields) -> None:
    form = form_of(fields)
    assert form.show(invalid_fields(name=FieldProblem.TAKEN, nowhere=FieldProblem.UNKNOWN))
    assert fields.by_name["name"].error == "Name is taken. Choose another."
    assert form.show(ClinicError(ErrorCode.FIELDS_INVALID, fields={"address": FieldProblem.UNKNOWN}))
    assert fields.by_name["address.city"].error
    assert form.show(ClinicError(ErrorCode.FIELDS_INVALID, fields={"day.inner": FieldProblem.UNKNOWN}))
    assert fields.by_name["day"].error
    assert not form.show(Conflict(ErrorCode.SLOT_NOT_AVAILABLE))
    assert not form.show(invalid_fields(nowhere=FieldProblem.UNKNOWN))


def test_each_kind_of_field_is_read(qtbot: QtBot) -> None:
    secret = PasswordField()
    secret.setText("  two words ")
    assert read(secret) == "  two words "
    secret.eye.click()
    assert read(secret) == "  two words "
    box = QCheckBox()
    box.setChecked(True)
    assert read(box) is True
    combo = Combo([Option(30, "30 min"), Option(45, "45 min")], value=45)
    assert read(combo) == 45
    area = TextArea(" lines \n")
    assert read(area) == "lines"
    label = QLabel("no field")
    with pytest.raises(TypeError, match="QLabel"):
        read(label)
    for widget in (secret, box, combo, area, label):
        qtbot.addWidget(widget)


def test_the_label_in_a_sentence_is_without_its_remark(fields: Fields) -> None:
    assert label_of(fields.by_name["amount"]) == "Amount"
