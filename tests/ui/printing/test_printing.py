"""Printing at the desk: two keys to the remembered printer, a preview, a file, and a printer that is away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import AuditQuery
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.printing import LabelSize, PrintKind
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.printing import printers
from meditrack_desktop.ui.printing.acts import open_print_menu
from meditrack_desktop.ui.printing.print_dialog import PrintDialog, Whose, open_print_dialog
from meditrack_desktop.ui.printing.printers import DeskPrinting, keep_printing, remembered_printing
from tests.makers.people import a_patient
from tests.ui.privacy.conftest import Room, room, site

__all__ = ["room", "site"]
Rooms = Callable[[Actor], Room]


@pytest.fixture
def patient(clinic: Clinic, reception: Actor) -> Patient:
    return clinic.patients.register(reception, a_patient("Fictanova", "Mara", birth_date="1988-04-05"))


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A printer called Zebra whose paper is a file."""
    out = tmp_path / "paper.pdf"

    def opened(name: str) -> QPrinter | None:
        if name != "Zebra":
            return None
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(out))
        return printer

    monkeypatch.setattr(printers, "open_printer", opened)
    monkeypatch.setattr(printers, "printer_names", lambda: ("Laser", "Zebra"))
    return out


def printed_size(paper: Path) -> tuple[int, int]:
    document = pypdfium2.PdfDocument(paper.read_bytes())
    try:
        width, height = document.get_page_size(0)
        return round(width / 72 * 25.4), round(height / 72 * 25.4)
    finally:
        document.close()


def actions(clinic: Clinic, admin: Actor, patient: Patient) -> list[str]:
    return [one.event.action for one in clinic.audit.search(admin, AuditQuery(patient_id=patient.id)).lines]


def test_two_keys_print_a_label_on_the_remembered_printer(
    qtbot: QtBot, room: Rooms, clinic: Clinic, admin: Actor, reception: Actor, patient: Patient, paper: Path
) -> None:
    keep_printing(clinic.profile.folder, DeskPrinting(label="Zebra", label_size=LabelSize.MEDIUM))
    here = room(reception)
    menu = open_print_menu(here.desk, here.window, patient.id, "Mara Fictanova, 5 Apr 1988")
    assert menu is not None
    qtbot.keyClick(menu, Qt.Key.Key_L)
    here.settle(qtbot)
    assert here.said == ["Label sent to Zebra"]
    assert printed_size(paper) == LabelSize.MEDIUM.millimetres
    assert "printout.printed" in actions(clinic, admin, patient)


def test_the_first_time_it_asks_which_printer_and_remembers(
    qtbot: QtBot, room: Rooms, clinic: Clinic, reception: Actor, patient: Patient, paper: Path
) -> None:
    here = room(reception)
    menu = open_print_menu(here.desk, here.window, patient.id, "Mara Fictanova, 5 Apr 1988")
    assert menu is not None
    qtbot.keyClick(menu, Qt.Key.Key_C)
    here.settle(qtbot)
    dialog = here.dialog()
    assert isinstance(dialog, PrintDialog)
    assert len(dialog.preview.pages) == 1 and "Mara Fictanova, 5 Apr 1988" in dialog.text.text()
    dialog.printer.set_value("Zebra")
    qtbot.keyClick(dialog.act, Qt.Key.Key_Return)
    here.settle(qtbot)
    assert here.said == ["Appointment card sent to Zebra"]
    assert remembered_printing(clinic.profile.folder).card == "Zebra"
    assert paper.exists()


def test_a_printer_that_is_away_prints_nothing_and_offers_another(
    qtbot: QtBot, room: Rooms, clinic: Clinic, reception: Actor, patient: Patient, paper: Path
) -> None:
    keep_printing(clinic.profile.folder, DeskPrinting(label="Gone"))
    here = room(reception)
    menu = open_print_menu(here.desk, here.window, patient.id, "Mara Fictanova, 5 Apr 1988")
    assert menu is not None
    qtbot.keyClick(menu, Qt.Key.Key_L)
    here.settle(qtbot)
    assert here.said == [] and not paper.exists()
    dialog = next(one for one in here.window.findChildren(PrintDialog) if one.isVisible())
    assert [option.value for option in dialog.printer.options()] == ["Laser", "Zebra"]


def test_a_summary_asks_for_whom_and_is_saved_as_a_private_file(
    qtbot: QtBot,
    room: Rooms,
    clinic: Clinic,
    admin: Actor,
    reception: Actor,
    patient: Patient,
    paper: Path,
    tmp_path: Path,
) -> None:
    here = room(reception)
    dialog = open_print_dialog(
        here.desk, here.window, PrintKind.CHART_SUMMARY, Whose(patient.id, "Mara Fictanova, 5 Apr 1988")
    )
    here.settle(qtbot)
    assert dialog.notice.isVisible()
    target = tmp_path / "summary.pdf"
    dialog.save_to(target)
    here.settle(qtbot)
    assert not target.exists()
    dialog.recipient.setText("Dr. Elsewhere")
    dialog.purpose.setText("Referral")
    dialog.save_to(target)
    here.settle(qtbot)
    assert target.read_bytes().startswith(b"%PDF")
    assert target.stat().st_mode & 0o077 == 0
    (line,) = clinic.disclosures.list(admin, patient.id)
    assert line.recipient == "Dr. Elsewhere"


def test_a_remembered_size_that_is_none_has_its_default(clinic: Clinic) -> None:
    keep_printing(clinic.profile.folder, DeskPrinting(label="Zebra"))
    file = clinic.profile.folder / "desk.ini"
    file.write_text(file.read_text().replace("89x36", "1x1"))
    assert remembered_printing(clinic.profile.folder) == DeskPrinting(label="Zebra")
