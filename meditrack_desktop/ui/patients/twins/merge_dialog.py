"""The merge window: which record stays, field by field, what comes along, why, and a second yes."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patient_merges import (
    MergePatients,
    MergePreview,
    PatientMerge,
    PreviewMerge,
    UndoMerge,
)
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients.reason_dialog import LONGEST, SHORTEST
from meditrack_desktop.ui.patients.twins import words
from meditrack_desktop.ui.patients.twins.merge_fields import MergeFields
from meditrack_desktop.ui.patients.words import two_identifiers
from meditrack_desktop.ui.widgets import (
    Banner,
    Card,
    Dialog,
    Label,
    LabelledField,
    Segmented,
    TextArea,
    confirm,
)

WIDTH = 880


class MergeDialog(Dialog):
    """Shows one preview; the other way round is asked for anew. `merged` is told what was done."""

    def __init__(
        self,
        desk: Desk,
        host: QWidget,
        preview: MergePreview,
        merged: Callable[[PatientMerge], object] | None = None,
        reason: str = "",
    ) -> None:
        super().__init__(
            host,
            host.tr("Merge two records of one person"),
            host.tr("Everything of the record that goes hangs on the one that stays. It can be undone."),
            width=WIDTH,
        )
        self._desk, self._host, self._merged = desk, host, merged
        self.preview = preview
        self._id = new_id()
        self._build(reason)
        self.dirty = lambda: bool(self.reason.toPlainText().strip())

    def focus_first(self) -> None:
        (self.fields.first() or self.reason).setFocus(Qt.FocusReason.OtherFocusReason)

    def command(self) -> MergePatients:
        """What is chosen, at the versions that are shown. Needs a reason."""
        return MergePatients(
            id=self._id,
            kept_id=self.preview.kept.id,
            kept_version=self.preview.kept.version,
            gone_id=self.preview.gone.id,
            gone_version=self.preview.gone.version,
            choices=self.fields.chosen(),
            reason=self.reason.toPlainText().strip(),
        )

    def _build(self, reason: str) -> None:
        kept, gone = self.preview.kept, self.preview.gone
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Label(self.tr("Keep the record"), "body", tone="text2"))
        first, second = sorted((kept, gone), key=lambda patient: patient.mrn)
        self.stays = Segmented(
            [(first.id, words.named(first)), (second.id, words.named(second))],
            kept.id,
            name=self.tr("Which record stays"),
        )
        self.stays.valueChanged.connect(lambda value: self._turn(value))
        row.addWidget(self.stays)
        row.addStretch(1)
        self.body.addLayout(row)
        self.warned: Banner | None = None
        if self.preview.warnings:
            said = " ".join(words.warning_text(warning) for warning in self.preview.warnings)
            self.warned = Banner(said, "warn", lead=self.tr("Look twice."))
            self.body.addWidget(self.warned)
        card = Card(padding=14)
        self.fields = MergeFields(self.preview)
        card.body.addWidget(self.fields)
        self.body.addWidget(card)
        parts = [words.part_text(part, count) for part, count in self.preview.parts.items()]
        along = ", ".join(parts) if parts else self.tr("nothing but the record itself")
        text = self.tr("Comes along from MRN {number}: {parts}.").format(number=gone.mrn, parts=along)
        self.along = Label(text, "body", wrap=True)
        self.body.addWidget(self.along)
        self.reason = TextArea(reason, name=self.tr("Reason"), lines=2)
        self.field = LabelledField(self.tr("Reason"), self.reason)
        self.body.addWidget(self.field)
        self.add_action(self.tr("Cancel"), self.dismiss, closes=False)
        self.act = self.add_action(self.tr("Merge…"), self._ask, kind="danger", default=True, closes=False)

    def _turn(self, stays: object) -> None:
        """Ask what it would mean the other way round."""
        if stays == self.preview.kept.id:
            return
        kept, gone = self.preview.gone.id, self.preview.kept.id
        # What is shown is not what is chosen any more: nothing is merged until it is again.
        self.act.setEnabled(False)

        def show(preview: MergePreview) -> None:
            reason = self.reason.toPlainText()
            self.close_layer()
            MergeDialog(self._desk, self._host, preview, self._merged, reason).open_layer()

        def refused(error: ClinicError) -> None:
            self.act.setEnabled(True)
            self.stays.set_value(self.preview.kept.id)
            errors.show(self, error)

        desk = self._desk
        command = PreviewMerge(kept_id=kept, gone_id=gone)
        desk.tasks.query(
            self,
            lambda: desk.clinic.patient_merges.preview(desk.actor, command),
            show,
            failed=refused,
            replaces="preview",
        )

    def _ask(self) -> None:
        reason = self.reason.toPlainText().strip()
        if len(reason) < SHORTEST:
            self.field.set_error(self.tr("Say why these are one person, in a few words."))
            self.reason.setFocus()
        elif len(reason) > LONGEST:
            self.field.set_error(self.tr("At most {count} characters.").format(count=LONGEST))
            self.reason.setFocus()
        else:
            self.field.clear_error()
            kept, gone = self.preview.kept, self.preview.gone
            self.second = confirm(
                self,
                self.tr("Merge MRN {gone} into MRN {kept}?").format(gone=gone.mrn, kept=kept.mrn),
                self.tr("{gone} leaves the lists. {kept} has everything of both.").format(
                    gone=two_identifiers(gone), kept=two_identifiers(kept)
                ),
                self.tr("Merge the records"),
                self._merge,
                keep=self.tr("Keep both"),
            )

    def _merge(self) -> None:
        desk, command = self._desk, self.command()
        self.act.set_busy(True)
        desk.tasks.change(
            self,
            lambda: desk.clinic.patient_merges.merge(desk.actor, command),
            done=self._done,
            failed=self._failed,
        )

    def _done(self, merge: PatientMerge) -> None:
        desk, host = self._desk, self._host
        self.close_layer()
        text = self.tr("MRN {gone} was merged into {name}, MRN {kept}").format(
            gone=merge.gone_mrn, name=merge.kept_name, kept=merge.kept_mrn
        )
        desk.say(text, lambda: undo(desk, host, merge))
        if self._merged is not None:
            self._merged(merge)

    def _failed(self, error: ClinicError) -> None:
        self.act.set_busy(False)
        if error.code is ErrorCode.CHANGED_MEANWHILE:
            # Nobody merges what they have not seen: the window shows both as they are now.
            kept, gone, reason = self.preview.kept.id, self.preview.gone.id, self.reason.toPlainText()
            self.close_layer()
            open_merge(self._desk, self._host, kept, gone, self._merged, reason=reason)
        errors.show(self._host if error.code is ErrorCode.CHANGED_MEANWHILE else self, error)


def open_merge(
    desk: Desk,
    host: QWidget,
    kept_id: UUID,
    gone_id: UUID,
    merged: Callable[[PatientMerge], object] | None = None,
    reason: str = "",
) -> None:
    """Ask what merging would mean, and show it."""
    command = PreviewMerge(kept_id=kept_id, gone_id=gone_id)
    desk.tasks.query(
        host,
        lambda: desk.clinic.patient_merges.preview(desk.actor, command),
        lambda preview: MergeDialog(desk, host, preview, merged, reason).open_layer(),
        replaces="merge",
    )


def undo(desk: Desk, host: QWidget, merge: PatientMerge) -> None:
    """Make two records of one again, and say so."""

    def done(undone: PatientMerge) -> None:
        text = host.tr("MRN {gone} and MRN {kept} are two records again")
        desk.say(text.format(gone=undone.gone_mrn, kept=undone.kept_mrn))

    command = UndoMerge(id=merge.id, version=merge.version)
    desk.tasks.change(host, lambda: desk.clinic.patient_merges.undo(desk.actor, command), done=done)


def ask_undo(desk: Desk, host: QWidget, merge: PatientMerge) -> Dialog:
    """A second yes before a merge of some time ago is undone."""
    text = host.tr("{gone}, MRN {number}, is a record of its own again, with what came from it.").format(
        gone=merge.gone_name, number=merge.gone_mrn
    )
    if merge.added_since:
        since = host.tr("{count} entries made since stay with {kept}, MRN {number}: look whose they are.")
        text += " " + since.format(count=merge.added_since, kept=merge.kept_name, number=merge.kept_mrn)
    return confirm(
        host,
        host.tr("Undo the merge of MRN {gone} into MRN {kept}?").format(
            gone=merge.gone_mrn, kept=merge.kept_mrn
        ),
        text,
        host.tr("Undo the merge"),
        lambda: undo(desk, host, merge),
        keep=host.tr("Leave it merged"),
    )
