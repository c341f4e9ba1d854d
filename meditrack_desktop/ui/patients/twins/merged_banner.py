"""What a chart says of merges: when and why, of both records, with the way back for whoever may take it."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.patient_merges import PatientMerge
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients.twins.merge_dialog import ask_undo
from meditrack_desktop.ui.privacy.words import moment_text
from meditrack_desktop.ui.widgets import Banner


class MergedBanners(QWidget):
    """Empty and hidden while the record had no part in a merge that stands."""

    def __init__(self, desk: Desk, patient_id: UUID, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._patient_id = desk, patient_id
        self.banners: list[Banner] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.hide()
        desk.live.changed.connect(self._on_changed)

    def load(self) -> None:
        """Ask for the merges of this record."""
        desk, patient_id = self._desk, self._patient_id
        if desk.actor.may(Permission.VIEW_PATIENTS):
            desk.tasks.query(
                self,
                lambda: desk.clinic.patient_merges.list(desk.actor, patient_id),
                self.show_merges,
                failed=lambda _error: None,
                replaces="merges",
            )

    def show_merges(self, merges: tuple[PatientMerge, ...]) -> None:
        """Show those that stand. Where a record went the chart itself says, with the way there."""
        for banner in self.banners:
            self._column.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        self.banners = []
        for merge in merges:
            if merge.undone_at is None:
                self._add(merge)
        self.setVisible(bool(self.banners))

    def _add(self, merge: PatientMerge) -> None:
        when = moment_text(merge.merged_at, self._desk.facts.tz)
        if merge.reversible and self._desk.actor.may(Permission.MERGE_PATIENTS):
            self._offer_undo(merge, when)
        else:
            self._show(Banner(self._came(merge, when), "info", square=True))

    def _offer_undo(self, merge: PatientMerge, when: str) -> None:
        text = self._came(merge, when)
        banner = Banner(text, "info", action=self.tr("Undo merge"), square=True)
        banner.actionTriggered.connect(lambda: ask_undo(self._desk, self, merge))
        self._show(banner)

    def _came(self, merge: PatientMerge, when: str) -> str:
        return self.tr("{gone}, MRN {number}, was merged into MRN {kept} on {when}. Reason: {reason}").format(
            gone=merge.gone_name,
            number=merge.gone_mrn,
            kept=merge.kept_mrn,
            when=when,
            reason=" ".join(merge.reason.split()),
        )

    def _show(self, banner: Banner) -> None:
        self.banners.append(banner)
        self._column.addWidget(banner)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches_patient(self._patient_id):
            self.load()
