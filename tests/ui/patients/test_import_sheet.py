"""Bringing in a list through the sheet: choices, the report with what was skipped, and a run behind a closed sheet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.imports import CsvField, DateOrder, ImportReport
from meditrack_desktop.domain.patients import FindPatients
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.patients.import_sheet import CHOICE, COLUMNS, PREVIEW, ImportSheet
from meditrack_desktop.ui.patients.page import PatientsPage
from meditrack_desktop.ui.widgets import Label
from tests.ui.patients.conftest import DeskWindow

OpenDesk = Callable[..., DeskWindow]


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(
        "Family name,Given name,Birth date,Phone\n"
        "Fictanova,Mara,1988-04-05,020 7946 0142\n"
        "Stubson,Noah,03/04/2001,\n"
        ",,1990-01-01,\n",
        "utf-8",
    )
    return path


def opened(page: PatientsPage) -> ImportSheet:
    page.start_import()
    sheet = page._import
    assert sheet is not None and sheet.isVisible()
    return sheet


def through(desk: DeskWindow, sheet: ImportSheet) -> None:
    """From the choice of files over their columns to what would come of it."""
    assert sheet.step == CHOICE
    sheet.next.click()
    desk.settle()
    assert sheet.step == COLUMNS
    sheet.next.click()
    desk.qtbot.waitUntil(lambda: sheet.step == PREVIEW, timeout=60_000)
    desk.settle()


def found(clinic: Clinic, actor: Actor) -> list[str]:
    return [line.name for line in clinic.patients.find(actor, FindPatients()).lines]


def test_good_rows_are_taken_and_the_others_listed_to_be_copied(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, csv: Path
) -> None:
    desk = open_desk(admin)
    page = desk.list()
    sheet = opened(page)
    assert not sheet.next.isEnabled()
    sheet.add_files([csv, csv])
    assert sheet.files == [csv]
    through(desk, sheet)
    assert found(clinic, admin) == []
    preview = sheet.preview
    assert preview is not None and (preview.new, len(preview.refused)) == (1, 2)
    assert sheet.before.model.rowCount() == 2 and sheet.before.table.isVisible()
    sheet.begin.click()
    desk.settle()
    assert found(clinic, admin) == ["Mara Fictanova"]
    assert page.model.rowCount() == 1
    report = sheet.report
    assert report is not None and report.added == 1
    assert [skip.where for skip in report.skipped] == ["row 3", "row 4"]
    assert sheet.after.model.rowCount() == 2 and sheet.after.table.isVisible()
    sheet.copy.click()
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[0] == "File\tWhere\tReason"
    assert copied[1].startswith("people.csv\trow 3\t")
    assert len(copied) == 3
    sheet.dismiss()


def test_the_order_of_day_and_month_is_asked_not_guessed(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, csv: Path
) -> None:
    desk = open_desk(admin)
    sheet = opened(desk.list())
    sheet.add_files([csv])
    sheet.next.click()
    desk.settle()
    assert sheet.columns.order.isVisible()
    sheet.columns.order.set_value(DateOrder.DAY_FIRST.value)
    sheet.next.click()
    desk.settle()
    sheet.begin.click()
    desk.settle()
    assert found(clinic, admin) == ["Mara Fictanova", "Noah Stubson"]
    noah = clinic.patients.find(admin, FindPatients(text="stubson")).lines[0]
    assert noah.birth_date is not None and noah.birth_date.iso() == "2001-04-03"
    (said,) = (one for one in sheet.after.findChildren(Label) if one.text() == "Patients added: 2")
    assert said.mapTo(sheet.after, QPoint(0, 0)).y() < said.height(), "at the top, though nothing is below"
    sheet.dismiss()


def test_none_is_taken_if_asked_and_any_row_is_bad(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, csv: Path
) -> None:
    desk = open_desk(admin)
    sheet = opened(desk.list())
    sheet.add_files([csv])
    through(desk, sheet)
    sheet.take_none.click()
    sheet.begin.click()
    desk.settle()
    assert found(clinic, admin) == []
    assert sheet.report is not None and len(sheet.report.skipped) == 2
    sheet.dismiss()


def test_a_run_goes_on_behind_a_closed_sheet_and_its_report_waits(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, csv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk(admin)
    page = desk.list()
    sheet = opened(page)
    sheet.add_files([csv])
    through(desk, sheet)
    real, go_on = clinic.imports.run, Event()

    def slowly(*args: Any, **options: Any) -> ImportReport:
        options["progress"](Progress(1, 3))
        assert go_on.wait(10)
        return real(*args, **options)

    monkeypatch.setattr(clinic.imports, "run", slowly)
    sheet.begin.click()
    desk.qtbot.waitUntil(lambda: "of 3" in sheet.count.text())
    sheet.background.click()
    assert not sheet.isVisible()
    go_on.set()
    desk.settle()
    assert desk.said[-1][0] == "Import finished: 1 added, 2 skipped"
    page.start_import()
    assert page._import is sheet
    assert sheet.after.model.rowCount() == 2
    sheet.dismiss()


def test_stop_ends_the_run_and_says_what_is_kept(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, tmp_path: Path
) -> None:
    big = tmp_path / "big.csv"
    rows = (f"Family{number:05d},Anna,1980-01-01\n" for number in range(3000))
    big.write_text("Family name,Given name,Birth date\n" + "".join(rows), "utf-8")
    desk = open_desk(admin)
    sheet = opened(desk.list())
    sheet.add_files([big])
    through(desk, sheet)
    sheet.begin.click()
    # The first batch holds 500 people, so by a third of the file some are in.
    desk.qtbot.waitUntil(lambda: sheet.bar.share() > 0.33, timeout=60_000)
    sheet.stop.click()
    desk.settle()
    report = sheet.report
    assert report is not None and 0 < report.added < 3000
    assert "Stopped" in report.notes[0]
    assert clinic.patients.find(admin, FindPatients(limit=1)).total == report.added
    sheet.dismiss()


def test_a_receptionist_cannot_open_the_sheet(open_desk: OpenDesk) -> None:
    page = open_desk().list()
    page.start_import()
    assert page._import is None


def test_unknown_columns_are_named_by_hand_and_remembered(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, tmp_path: Path
) -> None:
    strange = tmp_path / "strange.csv"
    strange.write_text("Kol1,Kol2,Kol3\nA7,Fictanova,1988-04-05\nA8,Stubson,1990-01-02\n", "utf-8")
    desk = open_desk(admin)
    sheet = opened(desk.list())
    sheet.add_files([strange])
    sheet.next.click()
    desk.settle()
    (table,) = sheet.columns.tables
    sheet.next.click()
    desk.settle()
    assert sheet.step == COLUMNS  # without a name nothing is read
    for choice, field in zip(table.choices, (CsvField.ID, CsvField.FAMILY, CsvField.BIRTH_DATE), strict=True):
        choice.set_value(field.value)
    table.source.setText("Old program")
    sheet.next.click()
    desk.settle()
    sheet.begin.click()
    desk.settle()
    assert found(clinic, admin) == ["Fictanova", "Stubson"]
    patient = clinic.patients.get(admin, clinic.patients.find(admin, FindPatients()).lines[0].id)
    assert [(one.system, one.value) for one in patient.identifiers] == [
        ("urn:meditrack:csv:old-program:patient_id", "A7")
    ]
    sheet.again.click()
    sheet.add_files([strange])
    sheet.next.click()
    desk.settle()
    (table,) = sheet.columns.tables
    assert [choice.value() for choice in table.choices] == ["id", "family name", "birth date"]
    assert table.source.text() == "Old program"
    sheet.dismiss()


def test_the_report_is_saved_as_a_table(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, csv: Path, tmp_path: Path
) -> None:
    desk = open_desk(admin)
    sheet = opened(desk.list())
    sheet.add_files([csv])
    through(desk, sheet)
    sheet.begin.click()
    desk.settle()
    sheet.save_report(tmp_path / "report.csv")
    desk.settle()
    text = (tmp_path / "report.csv").read_text("utf-8-sig")
    assert "1 patients added" in text and "people.csv,row 3," in text
    assert "Stubson" not in text
    sheet.dismiss()


def test_the_keyboard_alone_goes_through_all_steps(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, csv: Path
) -> None:
    desk = open_desk(admin)
    sheet = opened(desk.list())
    sheet.add_files([csv])
    for step in (COLUMNS, PREVIEW):
        assert sheet.next.hasFocus() or sheet.columns.isVisible()
        sheet.next.setFocus()
        desk.qtbot.keyClick(sheet.next, Qt.Key.Key_Return)
        desk.settle()
        assert sheet.step == step
    assert sheet.begin.hasFocus()
    desk.qtbot.keyClick(sheet.begin, Qt.Key.Key_Return)
    desk.settle()
    assert sheet.close_button.hasFocus()
    desk.qtbot.keyClick(sheet.close_button, Qt.Key.Key_Return)
    assert found(clinic, admin) == ["Mara Fictanova"]
