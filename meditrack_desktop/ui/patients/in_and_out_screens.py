"""Pictures of importing and exporting."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ErrorCode, NotAllowed
from meditrack_desktop.domain.imports import (
    ColumnLook,
    CsvField,
    FileLook,
    ImportPreview,
    ImportReport,
    Skipped,
)
from meditrack_desktop.domain.patients import FindPatients
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients.export_sheet import ExportSheet
from meditrack_desktop.ui.patients.import_sheet import ImportSheet
from meditrack_desktop.ui.patients.page import PatientsPage

Pose = Callable[[], object]


def _import_columns(desk: Desk) -> tuple[QWidget, Pose]:
    page = PatientsPage(desk)

    def pose() -> None:
        sheet = ImportSheet(desk, page)
        sheet.open_layer()
        sheet.choice.add_files([Path("patients-old-program.csv")])
        cells = {
            "PatNr": (CsvField.ID, ("10023", "10024", "10031", "10040", "10041")),
            "Nachname": (CsvField.FAMILY, ("Fictanova", "Örnek", "Stubson", "Przykład", "Modelo")),
            "Vorname": (CsvField.GIVEN, ("Mara", "Zeynep", "Noah", "Piotr", "Ines")),
            "Geb": (CsvField.BIRTH_DATE, ("03/04/2001", "11/12/1988", "05/05/1970", "", "01/02/1999")),
            "Kontakt": (CsvField.PHONE, ("020 7946 0142", "07700 900123", "", "", "020 7946 0999")),
            "XFlag": (None, ("0", "0", "1", "0", "0")),
        }
        columns = tuple(ColumnLook(key, guess, samples) for key, (guess, samples) in cells.items())
        sheet._show_looks(
            [
                FileLook(
                    "patients-old-program.csv",
                    total=2412,
                    columns=columns,
                    fingerprint="x",
                    dates_ambiguous=True,
                )
            ]
        )

    return page, pose


def _import_preview(desk: Desk) -> tuple[QWidget, Pose]:
    page = PatientsPage(desk)

    def pose() -> None:
        sheet = ImportSheet(desk, page)
        sheet.open_layer()
        sheet.show_preview(
            ImportPreview(
                new=2290,
                known=88,
                differing=23,
                refused=(
                    Skipped("patients.csv", "row 12", "The birth date has a year of two digits; write four."),
                    Skipped("patients.csv", "row 57", "There is no name."),
                    Skipped("patients.csv", "row 131", "The birth date is not a date."),
                ),
                notes=("patients.csv: these columns were not taken: XFlag.",),
            )
        )

    return page, pose


def _import_running(desk: Desk) -> tuple[QWidget, Pose]:
    page = PatientsPage(desk)

    def pose() -> None:
        sheet = ImportSheet(desk, page)
        sheet.open_layer()
        sheet._begin_run("", back_to=2)
        sheet._on_progress(Progress(1430, 2412))
        sheet.left.setText("About 12 s left")

    return page, pose


def _export(desk: Desk) -> tuple[QWidget, Pose]:
    page = PatientsPage(desk)
    return page, lambda: ExportSheet(desk, page, FindPatients()).open_layer()


def _export_second(desk: Desk) -> tuple[QWidget, Pose]:
    page = PatientsPage(desk)

    def pose() -> None:
        sheet = ExportSheet(desk, page, FindPatients())
        sheet.open_layer()
        sheet._refused(NotAllowed(ErrorCode.AGREEMENT_NEEDED))

    return page, pose


def _import_report(desk: Desk) -> tuple[QWidget, Pose]:
    page = PatientsPage(desk)

    def pose() -> None:
        sheet = ImportSheet(desk, page)
        sheet.open_layer()
        sheet.show_report(
            ImportReport(
                added=412,
                unchanged=11,
                skipped=(
                    Skipped("patients.csv", "row 12", "03/04/2001 could be 3 April or 4 March."),
                    Skipped("patients.csv", "row 57", "There is no name."),
                    Skipped("patients.csv", "row 131", "The birth date 1990-02-31 is not a date."),
                ),
                notes=("patients.csv was read as Windows-1252.",),
            )
        )

    return page, pose


IN_AND_OUT: tuple[tuple[str, str, Callable[[Desk], tuple[QWidget, Pose]]], ...] = (
    ("import", "columns", _import_columns),
    ("import", "preview", _import_preview),
    ("import", "running", _import_running),
    ("import", "report", _import_report),
    ("export", "choices", _export),
    ("export", "second-person", _export_second),
)
