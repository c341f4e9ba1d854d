"""A birth date in the form: read as the clinic's region writes it, asked about once where it is doubtful."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.ui.patients.birth_field import BirthDateField
from meditrack_desktop.ui.widgets import LabelledField

TODAY = date(2026, 11, 18)


@pytest.fixture
def field_of(qtbot: QtBot) -> Callable[[str], LabelledField]:
    """A labelled birth date field of a clinic in this region."""
    kept: list[QWidget] = []

    def made(region: str) -> LabelledField:
        labelled = LabelledField("Birth date", BirthDateField(lambda: TODAY, region=region), optional=True)
        qtbot.addWidget(labelled)
        kept.append(labelled)
        return labelled

    return made


def typed(labelled: LabelledField, text: str) -> BirthDateField:
    field = labelled.field
    assert isinstance(field, BirthDateField)
    field.setText(text)
    return field


@pytest.mark.parametrize(("region", "born"), [("GB", BirthDate(1971, 4, 3)), ("US", BirthDate(1971, 3, 4))])
def test_the_clinics_region_says_which_number_is_the_month(
    field_of: Callable[[str], LabelledField], region: str, born: BirthDate
) -> None:
    field = typed(field_of(region), "03/04/1971")
    assert field.check() == ""
    assert field.value() == born
    assert "Apr" in field.text() or "Mar" in field.text()


@pytest.mark.parametrize(
    ("text", "born", "shown"),
    [
        ("4.3.71", BirthDate(1971, 3, 4), "4 Mar 1971"),
        ("02/03/04", BirthDate(2004, 3, 2), "2 Mar 2004"),
        ("31.12.1899", BirthDate(1899, 12, 31), "31 Dec 1899"),
        ("٢٠٠١-٠٣-٠٤", BirthDate(2001, 3, 4), "4 Mar 2001"),
    ],
)
def test_what_is_doubtful_is_written_out_and_asked_about_once(
    field_of: Callable[[str], LabelledField], text: str, born: BirthDate, shown: str
) -> None:
    labelled = field_of("GB")
    field = typed(labelled, text)
    assert shown in field.check()
    assert shown in labelled.error
    assert field.text() == shown
    assert field.check() == ""
    assert labelled.error == ""
    assert field.value() == born


def test_another_date_is_asked_about_anew(field_of: Callable[[str], LabelledField]) -> None:
    field = typed(field_of("GB"), "4.3.71")
    assert field.check()
    field.setText("5.3.71")
    assert field.check()
    field.setText("4.3.1971")
    assert field.check() == ""


def test_a_date_that_is_known_is_not_asked_about(field_of: Callable[[str], LabelledField]) -> None:
    labelled = field_of("GB")
    field = typed(labelled, "")
    field.set_value(BirthDate(1899, 12, 31))
    assert field.check() == ""


@pytest.mark.parametrize("text", ["29-Feb-2025", "0001", "9999", "19/11/2026", "02/29/2012", "tomorrow"])
def test_what_cannot_be_right_says_so_and_is_no_value(
    field_of: Callable[[str], LabelledField], text: str
) -> None:
    labelled = field_of("GB")
    field = typed(labelled, text)
    assert field.check() and labelled.error
    assert field.check(), "asking twice makes no wrong date right"
    assert field.value() is None
    assert field.text() == text
