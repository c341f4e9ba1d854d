"""The menu of a row of the list: what can be done with this patient."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.patients import PatientLine
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import Menu


def row_menu(page: QWidget, desk: Desk, line: PatientLine) -> Menu:
    """Everything the role may do with this one, whoever is chosen by then; it goes when it is closed."""
    menu, tr, may = Menu(page), page.tr, desk.actor.may
    menu.add(tr("Open chart"), lambda: desk.go.patient(line.id), icon="user-round", key="Enter")
    if may(Permission.LIST_DOCUMENTS):
        menu.add(tr("Newest report"), lambda: desk.go.newest_document(line.id), icon="file-text", key="O")
    if line.active and may(Permission.BOOK_APPOINTMENT):
        menu.add(tr("Book a visit"), lambda: desk.go.book(line.id), icon="calendar-plus", key="B")
    if line.active and may(Permission.EDIT_PATIENT):
        act = tr("Complete the record") if line.provisional else tr("Edit details")
        menu.add(act, lambda: desk.go.complete(line.id), icon="pencil", key="E")
        if line.provisional:
            from meditrack_desktop.ui.patients.discard import ask_discard_caller

            menu.add(tr("Discard"), lambda: ask_discard_caller(desk, page, line.id), icon="trash-2")
    menu.aboutToHide.connect(menu.deleteLater)
    return menu
