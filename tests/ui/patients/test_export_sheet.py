"""Writing what the list shows through the sheet: forms, columns, and a second administrator."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from meditrack_desktop.domain.accounts import Actor, AddAccount
from meditrack_desktop.domain.patient_lists import ListColumn, ListForm
from meditrack_desktop.domain.patients import FindPatients
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.patients.export_sheet import ExportSheet, open_export
from tests.ui.patients.conftest import DeskWindow

OpenDesk = Callable[..., DeskWindow]
FIRST, SECOND = "quiet-ladder-six-violins", "amber-window-seven-rivers"

pytestmark = pytest.mark.usefixtures("people")


def opened(desk: DeskWindow, find: FindPatients | None = None) -> ExportSheet:
    sheet = open_export(desk.desk, desk.list(), find or FindPatients())
    assert sheet is not None and sheet.isVisible()
    return sheet


def test_what_is_shown_is_written(open_desk: OpenDesk, admin: Actor, tmp_path: Path) -> None:
    desk = open_desk(admin)
    sheet = opened(desk, FindPatients(text="fictanova"))
    sheet.export_to(tmp_path / "list.csv")
    desk.settle()
    lines = (tmp_path / "list.csv").read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("Record number,Family name,Given name,Birth date,Gender,Phone,Phone use")
    assert len(lines) == 3
    assert sheet.done is not None and sheet.done.patients == 2
    assert sheet.close_button.hasFocus()
    sheet.dismiss()


def test_form_and_columns_are_chosen(open_desk: OpenDesk, admin: Actor, tmp_path: Path) -> None:
    desk = open_desk(admin)
    sheet = opened(desk)
    sheet.choose_columns([ListColumn.FAMILY])
    assert sheet.command().columns == (ListColumn.FAMILY,)
    sheet.choose_columns([])
    assert not sheet.begin.isEnabled()
    sheet.form.button(ListForm.VCARD.value).click()
    assert sheet.begin.isEnabled()
    sheet.export_to(tmp_path / "cards.vcf")
    desk.settle()
    assert (tmp_path / "cards.vcf").read_text("utf-8").count("BEGIN:VCARD") == 4
    sheet.dismiss()


def test_another_administrator_types_their_name_where_there_is_one(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, tmp_path: Path
) -> None:
    clinic.accounts.add(
        admin,
        AddAccount(
            username="berta", name="Berta Zweite", roles=frozenset({Role.ADMIN}), password=SecretStr(FIRST)
        ),
    )
    clinic.sessions.choose_password("berta", FIRST, SECOND)
    desk = open_desk(admin)
    sheet = opened(desk)
    assert not sheet.second_name.isVisible()
    target = tmp_path / "list.csv"
    sheet.export_to(target)
    desk.settle()
    assert sheet.second_name.isVisible() and sheet.second_name.hasFocus()
    sheet.second_name.setText("berta")
    sheet.second_password.setText("wrong")
    sheet.export_to(target)
    desk.settle()
    assert not target.exists() and sheet.second_password.text() == ""
    sheet.second_password.setText(SECOND)
    sheet.export_to(target)
    desk.settle()
    assert target.exists() and sheet.second_password.text() == ""
    sheet.dismiss()


def test_a_receptionist_cannot_open_the_sheet(open_desk: OpenDesk) -> None:
    desk = open_desk()
    assert open_export(desk.desk, desk.list(), FindPatients()) is None
