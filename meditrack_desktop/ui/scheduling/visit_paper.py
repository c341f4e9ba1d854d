"""What a patient takes along of one visit: the slip on paper, and the file for their own calendar."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from meditrack_desktop.domain.printing import PrintKind
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.services.private_file import private_file
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.printing.acts import print_at_once
from meditrack_desktop.ui.printing.print_dialog import Whose
from meditrack_desktop.ui.scheduling.words import birth_text

FILE_NAME = "appointment.ics"
"""Names nobody: it may lie in a folder that others see."""


def print_slip(desk: Desk, host: QWidget, visit: Appointment) -> None:
    """Print the slip of this visit on the printer this desk remembers; where there is none, the dialog asks."""
    who = f"{visit.patient_name}, {birth_text(visit.patient_birth_date, visit.day)}"
    print_at_once(desk, host, PrintKind.APPOINTMENT_CARD, Whose(visit.patient_id, who, visit.id))


def save_calendar_file(desk: Desk, host: QWidget, visit: Appointment) -> QFileDialog:
    """Ask where to, and write the visit as an .ics file."""
    dialog = QFileDialog(
        host.window(), _tr("Save for the patient's calendar"), FILE_NAME, "iCalendar (*.ics)"
    )
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("ics")
    dialog.fileSelected.connect(partial(write_calendar_file, desk, host, visit))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def write_calendar_file(desk: Desk, host: QWidget, visit: Appointment, path: str) -> None:
    """Write the file at `path`; what cannot be written is said."""

    def work() -> None:
        found = desk.clinic.calendar_files.of_visit(desk.actor, visit.id)
        with private_file(Path(path), overwrite=True) as part:
            part.write_bytes(found)

    desk.tasks.change(host, work, done=lambda _nothing: desk.say(_tr("Calendar file saved")))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Calendar", text)
