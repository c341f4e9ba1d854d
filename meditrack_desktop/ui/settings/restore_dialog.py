"""The question before a backup is brought back: what it holds, and the clinic's name typed as a yes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.backups import RestorePreview
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.settings.backup_lines import kind_words, moment
from meditrack_desktop.ui.widgets import Banner, Button, Dialog, Label, LabelledField, TextField

COUNTED = ("patient", "appointment", "document")


class RestoreDialog(Dialog):
    """`then` runs once the clinic's name was typed; letters' case does not matter."""

    def __init__(
        self, desk: Desk, host: QWidget, preview: RestorePreview, then: Callable[[], object]
    ) -> None:
        tr = QCoreApplication.translate
        when = moment(to_wall(preview.made_at, desk.facts.tz))
        super().__init__(
            host,
            tr("RestoreDialog", "Bring back the backup of {when}?").format(when=when),
            tr(
                "RestoreDialog",
                "Everything entered since then leaves the records. The present state is backed up first, so this can "
                "be taken back. People, passwords and keys stay as they are now. Everybody signs in again.",
            ),
            width=500,
        )
        self._wanted, self._then = desk.facts.name, then
        patients, visits, documents = (preview.counts.get(name, 0) for name in COUNTED)
        self.body.addWidget(
            Label(
                self.tr("{kind}. Patients: {patients}, visits: {visits}, documents: {documents}").format(
                    kind=kind_words(preview.kind).capitalize(),
                    patients=patients,
                    visits=visits,
                    documents=documents,
                ),
                "emphasis",
                wrap=True,
            )
        )
        if desk.clinic.profile.facts().shared:
            self.body.addWidget(Banner(self.tr("Every desk of the clinic is signed out."), "warn"))
        self.name = TextField()
        self.field = LabelledField(self.tr("Type the clinic's name to agree"), self.name, help=self._wanted)
        self.body.addWidget(self.field)
        self.add_action(self.tr("Keep the present records"))
        self.act: Button = self.add_action(
            self.tr("Bring it back"), self._on_act, kind="danger", default=True, closes=False
        )

    def _on_act(self) -> None:
        if self.name.text().strip().casefold() != self._wanted.casefold():
            self.field.set_error(self.tr("This is not the clinic's name: {name}").format(name=self._wanted))
            self.name.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.close_layer()
        self._then()
