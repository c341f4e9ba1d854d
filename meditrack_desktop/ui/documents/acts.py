"""What can be done with the open document, each act in one place for the menu, the details and the keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.documents import (
    Document,
    DocumentClass,
    DocumentStatus,
    ReviewDocument,
    TurnDocument,
)
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.edit_sheet import EditSheet
from meditrack_desktop.ui.documents.handing_out import PrintPagesDialog, SaveCopyDialog
from meditrack_desktop.ui.documents.page_content import PageContent
from meditrack_desktop.ui.documents.pages import Printable
from meditrack_desktop.ui.documents.reassign_dialog import ReassignDialog
from meditrack_desktop.ui.filing.add_sheet import AddDocumentSheet
from meditrack_desktop.ui.filing.bin import Bin
from meditrack_desktop.ui.filing.sources import ChosenFile, choose_files
from meditrack_desktop.ui.widgets import Menu

Shown = tuple[Document, PageContent]
_DEGREES: dict[int, Literal[0, 90, 180, 270]] = {0: 0, 1: 90, 2: 180, 3: 270}


class DocumentActs:
    """`shown` gives the open document and what is around it, None while there is none; `again` asks anew."""

    def __init__(
        self, desk: Desk, host: QWidget, shown: Callable[[], Shown | None], again: Callable[[], object]
    ) -> None:
        self._desk, self._host, self._shown, self._again = desk, host, shown, again
        self._bin = Bin(desk, host, again)
        self.turned: Callable[[], int] = lambda: 0
        """Quarter turns clockwise by which the pages are seen now."""
        self.reading: Callable[[], Printable | None] = lambda: None
        """What is seen, for paper."""
        self.readable: Callable[[], bool] = lambda: False
        """Whether this person was given the document's bytes."""

    def may_change(self, permission: Permission) -> bool:
        """Whether the open document can be changed by this person."""
        shown = self._shown()
        return (
            shown is not None
            and shown[0].deleted_at is None
            and shown[1].open_to_change
            and self._desk.actor.may(permission)
        )

    def fill(self, menu: Menu, *, pages: bool) -> None:
        """The lines of the menu; `pages` says whether pages are seen."""
        shown = self._shown()
        if shown is None:
            return
        document = shown[0]
        if self.may_hand_out():
            if self.reading() is not None:
                menu.add(_tr("Print…"), self.print, icon="printer", key="Ctrl P")
            menu.add(_tr("Save a copy…"), self.save_copy, icon="download", key="Ctrl S")
        if self.may_change(Permission.EDIT_DOCUMENT):
            menu.add(_tr("Edit details…"), self.edit, icon="pencil", key="E")
            menu.add(_tr("Note…"), self.note, icon="notebook-pen")
            if pages and self.turned() * 90 % 360 != document.turn:
                menu.add(_tr("Turn for everybody"), self.turn_for_all, icon="rotate-cw")
        if self.may_change(Permission.ATTACH_DOCUMENT) and document.status is DocumentStatus.CURRENT:
            menu.add(_tr("Add newer version…"), self.add_version, icon="file-up")
        if self.may_change(Permission.EDIT_DOCUMENT) and document.status is DocumentStatus.CURRENT:
            menu.add(_tr("File with another patient…"), self.reassign, icon="users")
        if self.may_change(Permission.DELETE_DOCUMENT):
            menu.add(_tr("Delete document…"), self.delete, icon="trash-2")

    def may_hand_out(self) -> bool:
        """Whether this person may let the open document leave the clinic."""
        shown = self._shown()
        may = self._desk.actor.may(Permission.DISCLOSE_PATIENT)
        return shown is not None and shown[0].deleted_at is None and may and self.readable()

    def print(self) -> None:
        """Put the pages that are seen on paper."""
        shown, reading = self._shown(), self.reading()
        if shown is not None and reading is not None and self.may_hand_out():
            dialog = PrintPagesDialog(self._desk, self._host, *shown, reading, self.turned(), self.reading)
            dialog.open_layer()
            dialog.load()

    def save_copy(self) -> None:
        """Write the original where somebody chooses."""
        shown = self._shown()
        if shown is not None and self.may_hand_out():
            SaveCopyDialog(self._desk, self._host, *shown).open_layer()

    def edit(self) -> None:
        """Title, kind, date, source, note and visit in a side sheet."""
        self._edit(lambda sheet: None)

    def note(self) -> None:
        """The same sheet, at the note."""
        self._edit(EditSheet.focus_note)

    def link(self) -> None:
        """The same sheet, at the visit."""
        self._edit(EditSheet.focus_visit)

    def turn_for_all(self) -> None:
        """Keep the pages as they are turned now, for everybody."""
        shown, desk = self._shown(), self._desk
        if shown is None or not self.may_change(Permission.EDIT_DOCUMENT):
            return
        document = shown[0]
        command = TurnDocument(id=document.id, version=document.version, turn=_DEGREES[self.turned() % 4])
        desk.tasks.change(
            self._host,
            lambda: desk.clinic.documents.turn(desk.actor, command),
            done=lambda _document: self._said(_tr("Everybody sees it turned this way now")),
        )

    def review(self, reviewed: bool) -> None:
        """Say that it was read, or take that back."""
        shown, desk = self._shown(), self._desk
        if shown is None or not self.may_change(Permission.REVIEW_DOCUMENT):
            return
        command = ReviewDocument(id=shown[0].id, version=shown[0].version, reviewed=reviewed)
        said = _tr("Marked as reviewed") if reviewed else _tr("Not reviewed any more")
        desk.tasks.change(
            self._host,
            lambda: desk.clinic.documents.review(desk.actor, command),
            done=lambda _document: self._said(said),
        )

    def mark_reviewed(self) -> None:
        """By key: say that it was read, where it was opened and nobody said so yet."""
        shown = self._shown()
        clinical = shown is not None and shown[0].document_class is DocumentClass.CLINICAL
        if shown is not None and clinical and shown[0].reviewed_at is None and self.readable():
            self.review(True)

    def add_version(self) -> None:
        """Choose the file that supersedes it."""
        shown = self._shown()
        if shown is not None and self.may_change(Permission.ATTACH_DOCUMENT):
            document, content = shown

            def chosen(files: Sequence[ChosenFile]) -> None:
                AddDocumentSheet(
                    self._desk, self._host, content.patient, files, self._open_newer, replaces=document
                ).open_layer()

            choose_files(self._host, chosen, several=False)

    def _open_newer(self, document: Document) -> None:
        self._desk.go.document(document.patient_id, document.id)

    def reassign(self) -> None:
        """File it with the patient it belongs to."""
        shown = self._shown()
        if shown is not None and self.may_change(Permission.EDIT_DOCUMENT):
            document, content = shown
            ReassignDialog(
                self._desk, self._host, document, content.patient, lambda _moved: self._again()
            ).open_layer()

    def delete(self) -> None:
        """Ask for the reason and put it into the bin."""
        shown = self._shown()
        if shown is not None and self.may_change(Permission.DELETE_DOCUMENT):
            self._bin.ask(shown[0], shown[1].patient)

    def restore(self, document: Document) -> None:
        """Take one out of the bin."""
        self._bin.take_out(document)

    def _edit(self, begin: Callable[[EditSheet], object]) -> None:
        shown = self._shown()
        if shown is None or not self.may_change(Permission.EDIT_DOCUMENT):
            return
        document, content = shown
        sheet = EditSheet(self._desk, self._host, document, content, lambda _saved: self._again())
        sheet.open_layer()
        begin(sheet)

    def _said(self, words: str) -> None:
        self._desk.say(words)
        self._again()


def _tr(text: str) -> str:
    return QCoreApplication.translate("Documents", text)
