"""Putting a document into the bin and taking it out again, wherever it is listed or read."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.documents import DeleteDocument, Document, RestoreDocument
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.filing.delete_dialog import DeleteDialog
from meditrack_desktop.ui.words import two_identifiers


class Bin:
    """Of one page, `host`; `again` has it ask anew."""

    def __init__(self, desk: Desk, host: QWidget, again: Callable[[], object] = lambda: None) -> None:
        self._desk, self._host, self._again = desk, host, again

    def ask(self, document: Document, patient: Patient) -> None:
        """Ask for the reason, and put it there. Undo takes it out again, also from another page."""
        DeleteDialog(self._host, document, two_identifiers(patient), self._put).open_layer()

    def take_out(self, document: Document) -> None:
        """Have it in the chart again."""
        desk = self._desk
        command = RestoreDocument(id=document.id, version=document.version)
        desk.tasks.change(
            self._host,
            lambda: desk.clinic.documents.restore(desk.actor, command),
            done=lambda found: self._said(_tr("{title} taken out of the bin").format(title=found.title)),
        )

    def _put(self, command: DeleteDocument) -> None:
        desk = self._desk
        desk.tasks.change(
            self._host, lambda: desk.clinic.documents.delete(desk.actor, command), done=self._there
        )

    def _there(self, document: Document) -> None:
        desk = self._desk
        back = RestoreDocument(id=document.id, version=document.version)
        actor = desk.actor

        def undo() -> None:
            # The page may be gone by then: the desk itself asks.
            desk.tasks.change(desk.go, lambda: desk.clinic.documents.restore(actor, back))

        desk.say(_tr("{title} deleted").format(title=document.title), undo)
        self._again()

    def _said(self, words: str) -> None:
        self._desk.say(words)
        self._again()


def _tr(text: str) -> str:
    return QCoreApplication.translate("Documents", text)
