"""Whether a doctor has read it, and the button that says so."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.documents import Document, DocumentClass
from meditrack_desktop.ui.documents.words import moment_words
from meditrack_desktop.ui.widgets import Banner, Button, Label

REVIEW_KEY = "V"


class ReviewBox(QWidget):
    """`reviewRequested` carries whether it was read. Of clinical documents only; hidden for others."""

    reviewRequested = Signal(bool)

    def __init__(self, zone: ZoneInfo, *, may_review: bool) -> None:
        super().__init__()
        self._zone, self._may_review = zone, may_review
        self.banner = Banner("", "warn", stacked=True)
        self.mark = Button(self.tr("Mark as reviewed"), "primary", icon="check", key=REVIEW_KEY)
        self.mark.clicked.connect(lambda: self.reviewRequested.emit(True))
        self.take_back = Button(self.tr("Not reviewed after all"), "link", size="small")
        self.take_back.clicked.connect(lambda: self.reviewRequested.emit(False))
        self.said = Label("", "body", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(Label(self.tr("Review"), "strong"))
        column.addWidget(self.banner)
        column.addWidget(self.mark)
        column.addWidget(self.said)
        column.addWidget(self.take_back, 0, Qt.AlignmentFlag.AlignLeft)

    def show_document(self, document: Document, *, readable: bool) -> None:
        """Say who read it and when, or that nobody did yet."""
        keys = self.mark.hasFocus() or self.take_back.hasFocus()
        self.setVisible(document.document_class is DocumentClass.CLINICAL)
        reviewed = document.reviewed_at
        may = self._may_review and readable and document.deleted_at is None
        self.banner.setVisible(reviewed is None)
        self.banner.set_text(self.tr("Not reviewed by a doctor yet."))
        self.mark.setVisible(reviewed is None and may)
        self.mark.set_busy(False)
        self.said.setVisible(reviewed is not None)
        self.take_back.setVisible(reviewed is not None and may)
        if reviewed is not None:
            words = self.tr("Reviewed by {name}, {when}")
            when = moment_words(reviewed, self._zone)
            self.said.setText(words.format(name=document.reviewed_by_name, when=when))
        if keys:
            # Else the next in line has them: the button that deletes.
            stays = self.take_back if reviewed is not None else self.mark
            stays.setFocus(Qt.FocusReason.OtherFocusReason)
