"""What is said about a document, changed in a side sheet: title, kind, date, source, note, visit."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.documents import Document, DocumentClass, DocumentType, EditDocument
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.page_content import PageContent
from meditrack_desktop.ui.documents.words import visit_words
from meditrack_desktop.ui.filing.words import kinds_to_file, type_words
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.widgets import (
    Banner,
    Button,
    Combo,
    DateField,
    Label,
    LabelledField,
    Option,
    SideSheet,
    TextArea,
    TextField,
)

_MOST_VISITS = 40


class EditSheet(SideSheet):
    """The file itself never changes. `then` is given the document as it is now."""

    def __init__(
        self,
        desk: Desk,
        host: QWidget,
        document: Document,
        content: PageContent,
        then: Callable[[Document], object],
    ) -> None:
        super().__init__(host, host.tr("Edit details"), width=420)
        self._desk, self._document, self._then = desk, document, then
        # The photo of the face has a place of its own, in the chart's head.
        shown = (
            [document.type]
            if document.type is DocumentType.PORTRAIT
            else [kind for kind, _ in kinds_to_file()]
        )
        self.title = TextField(document.title)
        self.kind = Combo([Option(kind, type_words(kind)) for kind in shown], value=document.type)
        self.day = DateField(desk.today, document.document_date, quick=False, maximum=desk.today())
        self.source = TextField(document.source)
        self.note = TextArea(document.note, lines=4)
        visits = sorted(content.visits, key=lambda visit: visit.starts_at, reverse=True)[:_MOST_VISITS]
        chosen = content.visit_of(document)
        if chosen is not None and chosen not in visits:
            visits.append(chosen)
        today = desk.today()
        # A document once linked stays linked: to say that it belongs to another visit is the way back.
        none = [] if document.appointment_id is not None else [Option(None, self.tr("No visit"))]
        self.visit = Combo(
            [*none, *(Option(one.id, visit_words(one, today)) for one in visits)],
            value=document.appointment_id,
        )
        self.form = Form(
            {
                "title": LabelledField(self.tr("Title"), self.title),
                "type": LabelledField(self.tr("Type"), self.kind),
                "document_date": LabelledField(self.tr("Date on the document"), self.day, optional=True),
                "source": LabelledField(self.tr("Source"), self.source, optional=True),
                "note": LabelledField(self.tr("Note"), self.note, optional=True),
                "appointment_id": LabelledField(self.tr("Visit"), self.visit, optional=True),
            }
        )
        patient = content.patient
        self.body.addWidget(Label(f"{patient.name}, {patient.mrn}", "strong", wrap=True))
        for field in self.form.fields.values():
            self.body.addWidget(field)
        self.readers = Banner("", "warn", icon="users")
        self.readers.hide()
        self.body.insertWidget(self.body.indexOf(self.form.fields["type"]) + 1, self.readers)
        self.kind.valueChanged.connect(self._on_kind)
        self.body.addStretch(1)
        self.form.fields["appointment_id"].setVisible(bool(visits))
        self._before = self.form.values()
        self.dirty = lambda: self.form.values() != self._before
        self.save = Button(self.tr("Save details"), "primary", icon="check")
        self.save.set_default()
        self.save.clicked.connect(self._save)
        cancel = Button(self.tr("Cancel"))
        cancel.clicked.connect(self.dismiss)
        self.footer.addStretch(1)
        self.footer.addWidget(cancel)
        self.footer.addWidget(self.save)

    def focus_first(self) -> None:
        self.title.setFocus(Qt.FocusReason.OtherFocusReason)
        self.title.selectAll()

    def focus_note(self) -> None:
        """Begin at the note."""
        self.note.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_visit(self) -> None:
        """Begin at the visit."""
        self.visit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_kind(self, kind: object) -> None:
        """Say who may read it from then on, if that would change."""
        wanted = kind.document_class if isinstance(kind, DocumentType) else self._document.document_class
        self.readers.setVisible(wanted is not self._document.document_class)
        if wanted is DocumentClass.CLINICAL:
            self.readers.set_text(self.tr("Only those who treat the patient may read it then."))
        else:
            self.readers.set_text(self.tr("The front desk may read it then, too."))

    def _save(self) -> None:
        if self.save.busy:
            return
        if self.day.text().strip() and self.day.value() is None:
            self.day.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        command = self._command()
        if command is None:
            return
        desk = self._desk
        self.save.set_busy(True)
        desk.tasks.change(
            self,
            lambda: desk.clinic.documents.edit(desk.actor, command),
            done=self._saved,
            failed=self._refused,
            always=lambda: self.save.set_busy(False),
        )

    def _command(self) -> EditDocument | None:
        self.form.clear_errors()
        values = self.form.values()
        title = self.title.text().strip()
        if not title:
            self.form.fields["title"].set_error(self.tr("Give it a title."))
            self.title.setFocus(Qt.FocusReason.OtherFocusReason)
            return None
        changed = {name: value for name, value in values.items() if value != self._before[name]}
        if "document_date" in changed and changed["document_date"] is None:
            changed["clear_date"] = True
        try:
            return EditDocument(id=self._document.id, version=self._document.version, **changed)
        except ValidationError:
            # The form knows which field a limit belongs to.
            self.form.build(EditDocument, id=self._document.id, version=self._document.version)
            return None

    def _saved(self, document: Document) -> None:
        self.close_layer()
        self._desk.say(self.tr("{title} saved").format(title=document.title))
        self._then(document)

    def _refused(self, error: ClinicError) -> None:
        if not self.form.show(error):
            errors.show(self, error)
