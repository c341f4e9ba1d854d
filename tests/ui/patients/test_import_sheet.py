"""Bringing in a list through the sheet: choices, the report with what was skipped, and a run behind a closed sheet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.imports import DateOrder, ImportReport, Progress
from meditrack_desktop.domain.patients import FindPatients
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.patients.import_sheet import ImportSheet
from meditrack_desktop.ui.patients.page import PatientsPage
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


def found(clinic: Clinic, actor: Actor) -> list[str]:
    return [line.name for line in clinic.patients.find(actor, FindPatients()).lines]


def test_good_rows_are_taken_and_the_others_listed_to_be_copied(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, csv: Path
) -> None:
    desk = open_desk(admin)
    page = desk.list()
    sheet = opened(page)
    assert not sheet.begin.isEnabled()
    sheet.add_files([csv, csv])
    assert sheet.files == [csv]
    sheet.begin.click()
    desk.settle()
    assert found(clinic, admin) == ["Mara Fictanova"]
    assert page.model.rowCount() == 1
    report = sheet.report
    assert report is not None and report.added == 1
    assert [skip.where for skip in report.skipped] == ["row 3", "row 4"]
    assert sheet.model.rowCount() == 2 and sheet.table.isVisible()
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
    sheet.order.set_value(DateOrder.DAY_FIRST.value)
    sheet.begin.click()
    desk.settle()
    assert found(clinic, admin) == ["Mara Fictanova", "Noah Stubson"]
    noah = clinic.patients.find(admin, FindPatients(text="stubson")).lines[0]
    assert noah.birth_date is not None and noah.birth_date.iso() == "2001-04-03"
    sheet.dismiss()


def test_none_is_taken_if_asked_and_any_row_is_bad(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, csv: Path
) -> None:
    desk = open_desk(admin)
    sheet = opened(desk.list())
    sheet.add_files([csv])
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
    assert sheet.model.rowCount() == 2
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
    sheet.begin.click()
    # Batches hold at most 400 people, so by a third of the file some are in.
    desk.qtbot.waitUntil(lambda: sheet.bar.share() > 0.33, timeout=20_000)
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
