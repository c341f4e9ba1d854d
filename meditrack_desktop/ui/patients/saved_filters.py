"""Keeping the list's filters under a name, and putting the kept ones in order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError, FieldProblem
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.saved_filters import (
    OrderFilters,
    PatientFilter,
    RenameFilter,
    SavedFilter,
    SaveFilter,
)
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.patients.filter_menu import key_of
from meditrack_desktop.ui.patients.rows import clear, column
from meditrack_desktop.ui.widgets import Dialog, IconButton, KeyCap, Label, LabelledField, TextField


class SavedFiltersOfMine(QObject):
    """Reads and changes one person's filters; `known` carries them whenever they are others."""

    known = Signal(object)

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self.filters: tuple[SavedFilter, ...] = ()

    def refresh(self) -> None:
        """Ask which there are; what cannot be read now is offered later."""
        saved, actor = self._desk.clinic.saved_filters, self._desk.actor
        self._desk.tasks.query(
            self, lambda: saved.list(actor), self._on_known, failed=lambda _error: None, replaces="saved"
        )

    def ask_name(self, kept: PatientFilter) -> NameDialog:
        """Keep this filter under a name that is asked for."""
        filter_id = new_id()

        def save(name: str, failed: Callable[[ClinicError], object], done: Callable[[], object]) -> None:
            command = SaveFilter(id=filter_id, name=name, filter=kept)
            self._change(
                lambda: self._desk.clinic.saved_filters.save(self._desk.actor, command), failed, done
            )

        return NameDialog.asked(self._page, self.tr("Save these filters"), "", save)

    def ask_new_name(self, one: SavedFilter) -> NameDialog:
        """Give a kept filter another name."""

        def rename(name: str, failed: Callable[[ClinicError], object], done: Callable[[], object]) -> None:
            command = RenameFilter(id=one.id, version=one.version, name=name)
            self._change(
                lambda: self._desk.clinic.saved_filters.rename(self._desk.actor, command), failed, done
            )

        return NameDialog.asked(self._page, self.tr("Rename the saved filter"), one.name, rename)

    def remove(self, one: SavedFilter) -> None:
        """Forget a filter; the toast brings it back."""
        saved, desk = self._desk.clinic.saved_filters, self._desk
        before = tuple(other.id for other in self.filters)

        def bring_back() -> None:
            again = SaveFilter(id=one.id, name=one.name, filter=one.filter)

            def restore() -> None:
                saved.save(desk.actor, again)
                saved.put_in_order(desk.actor, OrderFilters(ids=before))

            self._change(restore)

        self._change(
            lambda: saved.remove(desk.actor, one.id),
            done=lambda: desk.say(self.tr("{name} removed").format(name=one.name), bring_back),
        )

    def move(self, place: int, step: int) -> None:
        """Let a filter and its neighbour change places."""
        ids = [one.id for one in self.filters]
        ids[place], ids[place + step] = ids[place + step], ids[place]
        command = OrderFilters(ids=tuple(ids))
        self._change(lambda: self._desk.clinic.saved_filters.put_in_order(self._desk.actor, command))

    def manage(self) -> ManageDialog:
        """Show all of them, to rename, order and remove."""
        dialog = ManageDialog(self._page, self)
        dialog.open_layer()
        return dialog

    def _change(
        self,
        work: Callable[[], object],
        failed: Callable[[ClinicError], object] | None = None,
        done: Callable[[], object] | None = None,
    ) -> None:
        def changed(_answer: object) -> None:
            if done is not None:
                done()
            self.refresh()

        self._desk.tasks.change(self._page, work, done=changed, failed=failed)

    def _on_known(self, filters: tuple[SavedFilter, ...]) -> None:
        self.filters = filters
        self.known.emit(filters)


Keep = Callable[[str, Callable[[ClinicError], object], Callable[[], object]], object]


class NameDialog(Dialog):
    """Asks for a name and stays open until it was kept."""

    def __init__(self, host: QWidget, title: str, name: str, keep: Keep) -> None:
        super().__init__(host, title, width=380)
        self._keep = keep
        self.name = TextField(name)
        self.name.setMaxLength(80)
        self.form = Form({"name": LabelledField(self.tr("Name"), self.name)})
        self.body.addWidget(self.form.fields["name"])
        self.dirty = lambda: self.name.text().strip() != name
        self.add_action(self.tr("Cancel"))
        self.save = self.add_action(
            self.tr("Save"), self._submit, kind="primary", default=True, closes=False, key="Enter"
        )

    @classmethod
    def asked(cls, host: QWidget, title: str, name: str, keep: Keep) -> NameDialog:
        """Open it."""
        dialog = cls(host, title, name, keep)
        dialog.open_layer()
        return dialog

    def focus_first(self) -> None:
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.selectAll()

    def _submit(self) -> None:
        if self.save.busy:
            return
        name = self.name.text().strip()
        if not name:
            self.form.show_problems({"name": FieldProblem.REQUIRED})
            return
        self.form.clear_errors()
        self.save.set_busy(True)
        self._keep(name, self._refused, self.close_layer)

    def _refused(self, error: ClinicError) -> None:
        self.save.set_busy(False)
        if not self.form.show(error):
            errors.show(self, error)
        self.relayout()


class ManageDialog(Dialog):
    """The saved filters in their order; the first nine have a key."""

    def __init__(self, host: QWidget, mine: SavedFiltersOfMine) -> None:
        super().__init__(host, host.tr("Saved filters"), width=460)
        self._mine = mine
        self._rows = column(4)
        self.body.addLayout(self._rows)
        self.done = self.add_action(self.tr("Done"), kind="primary", default=True)
        mine.known.connect(self._show)
        self._show(mine.filters)

    def focus_first(self) -> None:
        self.done.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, filters: tuple[SavedFilter, ...]) -> None:
        clear(self._rows)
        for place, one in enumerate(filters):
            self._rows.addLayout(self._row(place, one, last=place == len(filters) - 1))
        if not filters:
            self._rows.addWidget(Label(self.tr("No filters are saved."), "body", tone="text2"))
        self.relayout()

    def _row(self, place: int, one: SavedFilter, *, last: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(Label(one.name, "body", elide=True), 1)
        if key_of(place):
            row.addWidget(KeyCap(key_of(place)))
            row.addSpacing(8)
        acts = (
            ("arrow-up", self.tr("Move {name} up"), place > 0, partial(self._mine.move, place, -1)),
            ("arrow-down", self.tr("Move {name} down"), not last, partial(self._mine.move, place, 1)),
            ("pencil", self.tr("Rename {name}"), True, partial(self._mine.ask_new_name, one)),
            ("trash-2", self.tr("Remove {name}"), True, partial(self._mine.remove, one)),
        )
        for icon, words, enabled, then in acts:
            button = IconButton(icon, words.format(name=one.name))
            button.setEnabled(enabled)
            button.clicked.connect(lambda _checked=False, then=then: then())
            row.addWidget(button)
        return row
