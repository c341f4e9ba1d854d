"""Printing from wherever a patient is in front: Ctrl+P, then one letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.printing import MakePrintout, NotePrintout, PrintKind
from meditrack_desktop.domain.progress import OnProgress
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.printing import printers, words
from meditrack_desktop.ui.printing.print_dialog import Whose, open_print_dialog
from meditrack_desktop.ui.widgets import Menu


def may_print(desk: Desk) -> bool:
    return desk.actor.may(Permission.DISCLOSE_PATIENT)


@dataclass(frozen=True, slots=True)
class Printable:
    """One line of a menu; the letter after & prints it while the menu is open."""

    text: str
    print: Callable[[], object]
    icon: str = "printer"


def printables(desk: Desk, host: QWidget, patient_id: UUID, who: str) -> list[Printable]:
    """What this person may print of a patient, the quick ones first. `who` names them by two identifiers."""
    if not may_print(desk):
        return []
    whose = Whose(patient_id, who)
    label, card = PrintKind.LABEL, PrintKind.APPOINTMENT_CARD
    summary = PrintKind.CHART_SUMMARY
    return [
        Printable(_tr("Print &label"), partial(print_at_once, desk, host, label, whose)),
        Printable(_tr("Print appointment &card"), partial(print_at_once, desk, host, card, whose)),
        Printable(_tr("Print chart &summary…"), partial(open_print_dialog, desk, host, summary, whose)),
        Printable(_tr("Preview l&abel…"), partial(open_print_dialog, desk, host, label, whose), ""),
        Printable(_tr("Preview a&ppointment card…"), partial(open_print_dialog, desk, host, card, whose), ""),
    ]


def open_print_menu(desk: Desk, host: QWidget, patient_id: UUID, who: str) -> Menu | None:
    """The menu under the top of `host`; None if this person may print nothing."""
    found = printables(desk, host, patient_id, who)
    if not found:
        return None
    menu = Menu(host)
    for one in found:
        menu.add(one.text, one.print, icon=one.icon)
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(host.mapToGlobal(QPoint(host.width() // 2, 8)))
    return menu


def print_at_once(desk: Desk, host: QWidget, kind: PrintKind, whose: Whose) -> None:
    """On the printer this desk remembers for it, without a question; where there is none yet, the dialog asks."""
    folder = desk.clinic.profile.folder

    def work(_progress: OnProgress) -> str:
        printing = printers.remembered_printing(folder)
        name = printing.printer(kind)
        if not name:
            return ""
        command = MakePrintout(
            kind=kind,
            patient_id=whose.patient_id,
            label=printing.label_size,
            card=printing.card_size,
            appointment_id=whose.appointment_id,
        )
        sheet = desk.clinic.printouts.make(desk.actor, command)
        desk.clinic.printouts.hand_over(desk.actor, NotePrintout(kind=kind, patient_id=whose.patient_id))
        printers.send(sheet.pdf, name, sheet.title)
        return name

    def done(name: str) -> None:
        if name:
            desk.say(words.sent(kind, name))
        else:
            open_print_dialog(desk, host, kind, whose)

    def refused(error: ClinicError) -> None:
        if error.code is ErrorCode.PRINTER_UNUSABLE:
            open_print_dialog(desk, host, kind, whose)
        errors.show(host, error)

    desk.tasks.slow(host, work, done=done, failed=refused, title=words.heading(kind))


def _tr(text: str) -> str:
    return QCoreApplication.translate("printing", text)
