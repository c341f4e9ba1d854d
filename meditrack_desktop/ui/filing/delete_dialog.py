"""Asks why a document goes into the bin."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.documents import DeleteDocument, Document
from meditrack_desktop.ui.widgets import Dialog, LabelledField, TextField


class DeleteDialog(Dialog):
    """Enter deletes, Escape keeps. `then` is given the command."""

    def __init__(
        self, host: QWidget, document: Document, whose: str, then: Callable[[DeleteDocument], object]
    ) -> None:
        super().__init__(host, "", "", width=420)
        title = self.tr("Delete this document?")
        self.heading.setText(title)
        self.setAccessibleName(title)
        about = self.tr("{title}, of {patient}. It goes into the bin and can be taken out again.")
        self.text.setText(about.format(title=document.title, patient=whose))
        self.text.setVisible(True)
        self._document, self._then = document, then
        self.reason = TextField()
        self.field = LabelledField(
            self.tr("Reason"), self.reason, help=self.tr("For example: filed with the wrong patient")
        )
        self.body.addWidget(self.field)
        self.dirty = lambda: bool(self.reason.text().strip())
        self.add_action(self.tr("Keep document"), self.close_layer, closes=False)
        self.add_action(
            self.tr("Delete document"), self._answer, kind="danger", default=True, closes=False, key="Enter"
        )

    def _answer(self) -> None:
        try:
            command = DeleteDocument(
                id=self._document.id, version=self._document.version, reason=self.reason.text().strip()
            )
        except ValidationError:
            self.field.set_error(self.tr("Say why, in a few words."))
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.close_layer()
        self._then(command)
