"""The desks of the clinic: which may reach it, which wait, which were shut out; and whether to change the keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar, cast

from pydantic import ValidationError
from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.desks import Desk as Workstation
from meditrack_desktop.domain.desks import DeskStatus, RenameDesk
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.keys import KeyStatus
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.admin.desk_pane import DeskPane
from meditrack_desktop.ui.admin.words import desk_tag, moment_words
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import (
    Banner,
    Cell,
    CellTag,
    Column,
    Dialog,
    Divider,
    Label,
    LabelledField,
    RecordModel,
    RecordTable,
    TextField,
    confirm,
)

if TYPE_CHECKING:
    from meditrack_desktop.services.clinic import Clinic

PANE_WIDTH = 340
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desks:
    """What the view reads at once. `keys` is None where this person may not change them."""

    desks: tuple[Workstation, ...]
    keys: KeyStatus | None
    shared: bool


def gather(clinic: Clinic, actor: Actor) -> Desks:
    """Everything the view shows; asks only for what the role may see."""
    keys = clinic.key_rotation.status(actor) if actor.may(Permission.ROTATE_KEYS) else None
    return Desks(clinic.desks.list(actor), keys, clinic.profile.facts().shared)


class DesksView(QWidget):
    """`counted` carries how many desks there are."""

    counted = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.banner: Banner | None = None
        columns = [
            Column("name", _tr("Desk"), 200, stretch=True, sortable=False),
            Column("seen", _tr("Last seen"), 150, priority=1, sortable=False),
            Column("since", _tr("Since"), 130, priority=2, sortable=False),
            Column("status", _tr("Status"), 120, sortable=False),
        ]
        self.model = RecordModel(columns, self.cell, identity=lambda workstation: workstation.id)
        self.table = RecordTable(self.model, self.tr("Desks"))
        self.pane = DeskPane(desk)
        self.pane.hide()
        self._notices = QVBoxLayout()
        self.note = Label("", "hint", wrap=True)
        self.note.setContentsMargins(20, 10, 20, 10)
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addLayout(self._notices)
        left.addWidget(self.table, 1)
        left.addWidget(self.note)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(Divider(vertical=True))
        row.addWidget(self.pane)
        self.setFocusProxy(self.table)
        self.table.rowChanged.connect(lambda _row: self._show_pane())
        self.pane.approveRequested.connect(self._approve)
        self.pane.renameRequested.connect(self.rename)
        self.pane.shutOutRequested.connect(self._ask_to_shut_out)
        theme.current().changed.connect(self._fit)
        self._fit()

    def refresh(self) -> None:
        """Ask again."""
        clinic, actor = self._desk.clinic, self._desk.actor
        self._desk.tasks.query(
            self, lambda: gather(clinic, actor), self.show_desks, failed=self._cannot_ask, replaces="desks"
        )

    def show_desks(self, found: Desks) -> None:
        """Show the answer, those that wait first; the chosen one stays chosen."""
        chosen = self.chosen
        order = {DeskStatus.WAITING: 0, DeskStatus.ACTIVE: 1, DeskStatus.REVOKED: 2}
        self.model.set_records(sorted(found.desks, key=lambda w: (order[w.status], w.name.casefold())))
        row = self.model.row_of(chosen.id) if chosen is not None else -1
        self.table.select_row(row if row >= 0 else 0)
        self.note.setText(
            ""
            if found.shared
            else self.tr(
                "This clinic's records lie on this computer. Other desks can join where the records lie on a "
                "clinic server."
            )
        )
        self.note.setVisible(not found.shared and len(found.desks) == 1)
        self._show_advice(found.keys)
        self.counted.emit(len(found.desks))
        self._show_pane()

    @property
    def chosen(self) -> Workstation | None:
        row = self.table.current_row()
        return cast("Workstation", self.model.record(row)) if 0 <= row < self.model.rowCount() else None

    def cell(self, workstation: Workstation, key: str) -> Cell:
        """One cell of one desk."""
        facts, now = self._desk.facts, self._desk.clock.now()
        if key == "name":
            tags = (CellTag(_tr("This desk")),) if workstation.current else ()
            quiet = "text2" if workstation.status is DeskStatus.REVOKED else "text"
            return Cell(workstation.name, icon="monitor", tone=quiet, tags=tags)
        if key == "seen":
            seen = workstation.last_seen_at
            return Cell(_tr("Never") if seen is None else moment_words(seen, facts.tz, now), tone="text2")
        if key == "since":
            return Cell(moment_words(workstation.enrolled_at, facts.tz, now, with_time=False), tone="text2")
        return Cell(tags=(desk_tag(workstation),))

    def rename(self) -> None:
        """Ask for another name of the chosen desk."""
        workstation = self.chosen
        if workstation is None:
            return
        dialog = Dialog(self, self.tr("Rename the desk"), width=400)
        field = TextField(workstation.name)
        labelled = LabelledField(
            self.tr("Name"), field, help=self.tr("Shown in the strip, in lists and in the audit log.")
        )
        dialog.body.addWidget(labelled)
        dialog.dirty = lambda: field.text().strip() != workstation.name

        def save() -> None:
            try:
                command = RenameDesk(id=workstation.id, name=field.text().strip())
            except ValidationError:
                labelled.set_error(self.tr("A desk needs a name of at most 80 characters."))
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                return
            dialog.dirty = None
            dialog.close_layer()
            clinic, actor = self._desk.clinic, self._desk.actor
            said = self.tr("The desk is called {name} now").format(name=command.name)
            self._change(lambda: clinic.desks.rename(actor, command), said)

        dialog.add_action(self.tr("Cancel"), dialog.dismiss, closes=False)
        dialog.add_action(self.tr("Rename"), save, kind="primary", default=True, closes=False)
        dialog.open_layer()
        field.selectAll()

    def change_keys(self) -> None:
        """Give the clinic new keys, with progress in the strip."""
        clinic, actor = self._desk.clinic, self._desk.actor
        self._desk.tasks.slow(
            self,
            lambda report: clinic.key_rotation.rotate(actor, report),
            done=self._keys_changed,
            failed=self._refused,
            title=self.tr("Changing the keys"),
        )
        self._clear_banner()

    def _approve(self) -> None:
        workstation = self.pane.shown
        if workstation is None or not self.pane.same.isChecked():
            return
        clinic, actor = self._desk.clinic, self._desk.actor
        said = self.tr("{name} may reach the clinic now").format(name=workstation.name)
        self._change(partial(clinic.desks.approve, actor, workstation.id), said)

    def _ask_to_shut_out(self) -> None:
        workstation = self.pane.shown
        if workstation is None or workstation.current:
            return
        waiting = workstation.status is DeskStatus.WAITING
        clinic, actor = self._desk.clinic, self._desk.actor
        title = self.tr("Refuse {name}?") if waiting else self.tr("Shut {name} out?")
        text = (
            self.tr("It never reached the clinic and will not. To try again it has to ask anew.")
            if waiting
            else self.tr(
                "Whoever is signed in there is signed out within seconds, and the desk reaches nothing of the "
                "clinic any more. It cannot be let in again, only enrolled anew. What it knew of the keys is "
                "worthless once they are changed; that is offered next."
            )
        )
        said = self.tr("{name} was refused") if waiting else self.tr("{name} is shut out")
        confirm(
            self,
            title.format(name=workstation.name),
            text,
            self.tr("Refuse the desk") if waiting else self.tr("Shut out the desk"),
            lambda: self._change(
                partial(clinic.desks.revoke, actor, workstation.id), said.format(name=workstation.name)
            ),
            keep=self.tr("Let it wait") if waiting else self.tr("Keep the desk"),
        )

    def _change(self, work: Callable[[], T], said: str) -> None:
        def kept(_result: T) -> None:
            self._desk.say(said)
            self.refresh()

        self._desk.tasks.change(self, work, done=kept, failed=self._refused)

    def _refused(self, error: ClinicError) -> None:
        if error.code is not ErrorCode.PASSWORD_AGAIN:
            errors.show(self, error)
            self.refresh()

    def _cannot_ask(self, error: ClinicError) -> None:
        errors.show(self, error, retry=self.refresh)

    def _keys_changed(self, status: KeyStatus) -> None:
        self._desk.say(self.tr("The clinic has new keys ({n} patients)").format(n=status.keys))
        self.refresh()

    def _show_advice(self, keys: KeyStatus | None) -> None:
        self._clear_banner()
        if keys is None or not (keys.advised or keys.unfinished):
            return
        text = (
            self.tr(
                "A change of keys was begun and not finished. Nothing is lost; it goes on where it stopped."
            )
            if keys.unfinished
            else self.tr(
                "A desk was shut out since the keys were last changed. Change them, so that what it knew opens "
                "nothing new."
            )
        )
        act = self.tr("Go on") if keys.unfinished else self.tr("Change the keys")
        self.banner = Banner(text, "warn", action=act, square=True)
        self.banner.actionTriggered.connect(self.change_keys)
        self._notices.addWidget(self.banner)

    def _clear_banner(self) -> None:
        if self.banner is not None:
            self.banner.hide()
            self.banner.deleteLater()
            self.banner = None

    def _show_pane(self) -> None:
        workstation = self.chosen
        self.pane.setVisible(workstation is not None)
        if workstation is not None:
            self.pane.show_desk(workstation)

    def _fit(self) -> None:
        self.pane.setFixedWidth(theme.current().px(PANE_WIDTH))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Desks", text)
