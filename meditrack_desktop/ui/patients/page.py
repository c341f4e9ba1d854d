"""The patients page: search and filters over a table, a preview beside it, and what can be done from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import cast
from uuid import UUID

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.patient_twins import ListTwins
from meditrack_desktop.domain.patients import PatientLine, PatientOrder
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients.filter_bar import FilterBar
from meditrack_desktop.ui.patients.filter_menu import KEYS, key_of
from meditrack_desktop.ui.patients.import_sheet import ImportSheet
from meditrack_desktop.ui.patients.list_head import ListHead
from meditrack_desktop.ui.patients.list_state import ListState
from meditrack_desktop.ui.patients.patient_list import Found, PatientList
from meditrack_desktop.ui.patients.patient_table import ORDERS, PatientCells
from meditrack_desktop.ui.patients.preview import PatientPreview
from meditrack_desktop.ui.patients.preview_place import PreviewPlace
from meditrack_desktop.ui.patients.saved_filters import SavedFiltersOfMine
from meditrack_desktop.ui.patients.words import count_text
from meditrack_desktop.ui.widgets import PAGE_ROWS, Banner, Divider, RecordTable, Skeleton

PAGE = PAGE_ROWS
SKELETON_AFTER_MS = 200
COMPACT_BELOW = 976


class PatientsPage(QWidget):
    """The chosen patient, the scroll position and the filters stay while the list is asked again."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.title = self.tr("Patients")
        self.setAccessibleName(self.title)
        self._desk = desk
        self._stale = False
        self._loaded = False
        self._to_table = False
        self._chosen_before: UUID | None = None
        self._import: ImportSheet | None = None
        self._banner: Banner | None = None
        self.cells = PatientCells(desk.today(), desk.facts.tz)
        self.model = self.cells.model()
        self.list = PatientList(desk, self.model, self)
        self.table = RecordTable(self.model, self.title)
        self.table.set_sort("name")
        self.head = ListHead(desk, self.title)
        self.bar = FilterBar()
        self.bar.is_doctor = desk.actor.practitioner_id is not None
        self.saved = SavedFiltersOfMine(desk, self)
        self.preview = PatientPreview(desk)
        self.state = ListState(desk)
        self._build()
        self.place = PreviewPlace(desk, self, self, self.preview, self._edge)
        self._connect()

    def load(self) -> None:
        """Ask for the first page and the doctors to filter by."""
        self._skeleton_timer.start()
        self.refresh()
        self.bar.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Ask again for what is shown; nothing jumps."""
        self._stale = False
        desk = self._desk
        if desk.actor.may(Permission.VIEW_DOCTORS):
            practitioners, actor = desk.clinic.practitioners, desk.actor
            desk.tasks.query(
                self, lambda: practitioners.list(actor), self.bar.set_doctors, replaces="doctors"
            )
        self.saved.refresh()
        if desk.actor.may(Permission.MERGE_PATIENTS):
            self._count_twins()
        self._new_day()
        self.list.renew()

    def _count_twins(self) -> None:
        desk = self._desk
        desk.tasks.query(
            self,
            lambda: desk.clinic.patient_twins.list(desk.actor, ListTwins(limit=1)).total,
            self.head.show_twins,
            failed=lambda _error: None,
            replaces="twins",
        )

    def can_leave(self) -> bool:
        """Always: forms live in sheets of their own."""
        return True

    def search(self, text: str) -> None:
        """Look for `text`, as if typed and confirmed: the list takes the focus once it has come."""
        self.bar.search.setText(text)
        self.bar.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.bar.search.returnPressed.emit()

    def start_import(self, files: Sequence[Path] = ()) -> None:
        """Open the sheet that brings in a list; one that is still running comes back. `files` are read at once."""
        if not self._desk.actor.may(Permission.IMPORT_PATIENTS):
            return
        if self._import is None:
            self._import = ImportSheet(self._desk, self)
            self._import.destroyed.connect(self._forget_import)
        self._import.open_layer()
        if files:
            self._import.add_files(files)
            self._import.start()

    def start_export(self) -> None:
        """Open the sheet that writes what is shown to a file."""
        from meditrack_desktop.ui.patients.export_sheet import open_export

        open_export(self._desk, self, self.bar.filter.question(self.bar.text, self._desk.today()))

    def show_banner(
        self, text: str, tone: str = "info", action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        """A notice over the list, which stays as it was."""
        self._clear_banner()
        self._banner = Banner(text, "danger" if tone == "danger" else "info", action=action, square=True)
        if then is not None:
            self._banner.actionTriggered.connect(lambda: then())
        self._notices.addWidget(self._banner)

    def show_found(self, found: Found) -> None:
        """Show an answer to what is asked."""
        self.list.show(found)

    def show_preview(self) -> None:
        """Show the chosen patient beside the list, or over it where there is no room."""
        self.place.show()

    def show_waiting(self) -> None:
        """Show the shape of a list that has not come yet."""
        self._stack.setCurrentWidget(self.skeleton)
        self.preview.show_nothing()

    def chosen(self) -> PatientLine | None:
        """The patient of the selected row; None while that row has not come."""
        row = self.table.current_row()
        return (
            cast("PatientLine | None", self.model.record(row)) if 0 <= row < self.model.rowCount() else None
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def _build(self) -> None:
        self._stack = QStackedWidget()
        self.skeleton = Skeleton()
        self.skeleton.setProperty("ownFocusEdge", True)
        for widget in (self.table, self.skeleton, self.state, QWidget()):
            self._stack.addWidget(widget)
        self._stack.setCurrentIndex(3)
        self._notices = QVBoxLayout()
        self._notices.setContentsMargins(0, 0, 0, 0)
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addLayout(self._notices)
        left.addWidget(self._stack, 1)
        self._edge = Divider(vertical=True)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self._edge)
        row.addWidget(self.preview)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.head)
        whole.addWidget(self.bar)
        whole.addWidget(Divider())
        whole.addLayout(row, 1)
        self._skeleton_timer = QTimer(self, singleShot=True, interval=SKELETON_AFTER_MS)

    def _connect(self) -> None:
        self._skeleton_timer.timeout.connect(self._show_skeleton)
        self.head.importRequested.connect(lambda: self.start_import())
        self.head.exportRequested.connect(self.start_export)
        self.state.importRequested.connect(lambda: self.start_import())
        self.state.clearRequested.connect(self._clear)
        self.state.searchRequested.connect(self.search)
        self.bar.changed.connect(self._ask)
        self.bar.previewToggled.connect(self.place.toggle)
        self.bar.saveRequested.connect(lambda: self.saved.ask_name(self.bar.filter))
        self.bar.manageRequested.connect(lambda: self.saved.manage())
        self.saved.known.connect(self.bar.set_saved)
        self.list.found.connect(self._on_found)
        self.list.counted.connect(self._show_counts)
        self.list.refused.connect(self._cannot_ask)
        self.model.pageGiven.connect(lambda _number: self._keep_chosen())
        self.setFocusProxy(self.bar.search)
        self.bar.search.leftDown.connect(self._go_to_table)
        self.bar.search.returnPressed.connect(self._on_enter_in_search)
        table = self.table
        table.opened.connect(self._open)
        table.previewed.connect(lambda _row: self.place.toggle())
        table.rowChanged.connect(lambda _row: self._on_row())
        table.sortRequested.connect(self._sort)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._open_menu)
        self._desk.live.changed.connect(self._on_changed)
        self._bind(QKeySequence(QKeySequence.StandardKey.Find), self, self._find)
        for place in range(KEYS):
            self._bind(QKeySequence(key_of(place)), self, partial(self.bar.use_saved, place))
        if self._desk.actor.may(Permission.BOOK_APPOINTMENT):
            self._bind(QKeySequence(Qt.Key.Key_B), table, self._book)
        if self._desk.actor.may(Permission.EDIT_PATIENT):
            self._bind(QKeySequence(Qt.Key.Key_E), table, self.edit_chosen)
        if self._desk.actor.may(Permission.LIST_DOCUMENTS):
            self._bind(QKeySequence(Qt.Key.Key_O), table, self._open_newest)

    def _bind(self, keys: QKeySequence, owner: QWidget, then: Callable[[], object]) -> None:
        shortcut = QShortcut(keys, owner)
        within = Qt.ShortcutContext.WidgetShortcut if owner is self.table else None
        shortcut.setContext(within or Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(then)

    # What can be done

    def _open(self, row: int) -> None:
        line = self.model.record(row)
        if line is not None:
            self._desk.go.patient(line.id)

    def _open_newest(self) -> None:
        line = self.chosen()
        if line is not None:
            self._desk.go.newest_document(line.id)

    def _find(self) -> None:
        self.bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.search.selectAll()

    def _book(self) -> None:
        line = self.chosen()
        if line is not None and line.active:
            self._desk.go.book(line.id)

    def edit_chosen(self) -> None:
        """Open the form of the chosen patient; of one taken down by name and phone it completes the record."""
        line = self.chosen()
        if line is not None and line.active:
            self._desk.go.complete(line.id)

    def _open_menu(self, at: QPoint) -> None:
        from meditrack_desktop.ui.patients.row_menu import row_menu

        line = self.chosen()
        if line is not None:
            row_menu(self, self._desk, line).popup(self.table.viewport().mapToGlobal(at))

    def _clear(self) -> None:
        """Take the filters off; without any, the search text."""
        if self.bar.active:
            self.bar.clear()
        else:
            self.bar.search.clear_search()

    def _sort(self, key: str, descending: bool) -> None:
        self.bar.narrow(order=cast("PatientOrder", ORDERS[key]), descending=descending)

    # What is shown

    def _ask(self) -> None:
        """Another text or filter: from the top."""
        kept = self.bar.filter
        column = next((key for key, order in ORDERS.items() if order == kept.order), "name")
        self.table.set_sort(column, kept.descending)
        self.table.verticalScrollBar().setValue(0)
        self._new_day()
        self.list.ask(self.bar.text, kept)

    def _new_day(self) -> None:
        if self.cells.today != self._desk.today():
            self.cells.today = self._desk.today()
            self.model.forget_cells()

    def _on_found(self, found: Found) -> None:
        self._clear_banner()
        self._skeleton_timer.stop()
        self._loaded = True
        if not self.list.keeping:
            row = self.model.row_of(self._chosen_before) if self._chosen_before is not None else -1
            self.table.select_row(row if row >= 0 or not found.lines else 0)
        elif self._chosen_before is None and found.lines and self.table.current_row() < 0:
            self.table.select_row(0)
        self._show_counts()
        self._show_stack(found)
        self.place.refresh()
        if self._to_table and found.lines:
            self._go_to_table()

    def _keep_chosen(self) -> None:
        """A page came: whoever was chosen stays so, and if they left nobody takes their place."""
        chosen = self._chosen_before
        row = self.table.current_row()
        if row < 0:
            return
        line = self.model.record(row)
        if line is None or chosen is None or line.id == chosen or self.model.is_stale(row // PAGE_ROWS):
            self._on_row()
            return
        self.table.select_row(self.model.row_of(chosen))

    def _on_row(self) -> None:
        line = self.chosen()
        if self.table.current_row() >= 0:
            # On a row that has not come yet, nobody is chosen.
            self._chosen_before = None if line is None else line.id
        self.place.row_changed()

    def _on_enter_in_search(self) -> None:
        # The answer to what was typed may still be on its way; the table takes the focus with it.
        self._to_table = True
        if self._desk.tasks.idle():
            self._go_to_table()

    def _go_to_table(self) -> None:
        self._to_table = False
        if self.model.rowCount():
            self.table.setFocus(Qt.FocusReason.TabFocusReason)
            if self.table.current_row() < 0:
                self.table.select_row(0)

    def _show_counts(self) -> None:
        bar, total, everybody = self.bar, self.list.total, self.list.everybody
        if everybody is not None:
            self.head.total.setText(count_text(everybody))
        bar.show_count(total, everybody)

    def _show_stack(self, found: Found) -> None:
        if found.lines:
            self._stack.setCurrentWidget(self.table)
        else:
            self.state.show_nothing_found(self.bar.text, self.bar.active)
            self._stack.setCurrentWidget(self.state)
            self.preview.show_nothing()
        self.arrange()

    def _show_skeleton(self) -> None:
        if not self._loaded:
            self.show_waiting()

    def _cannot_ask(self, error: ClinicError) -> None:
        self._skeleton_timer.stop()
        if not self._loaded:
            self.state.show_error(error, self.refresh)
            self._stack.setCurrentWidget(self.state)
            return
        errors.show(self, error, retry=self.refresh)

    def arrange(self) -> None:
        """Give each part its room, or fold it."""
        narrow = self.width() < theme.current().px(COMPACT_BELOW)
        self.bar.set_compact(narrow)
        self.head.set_compact(narrow)
        shown = self.place.arrange(listed=self._stack.currentWidget() is not self.state)
        self.bar.preview.setChecked(shown)

    def _forget_import(self) -> None:
        self._import = None

    def _clear_banner(self) -> None:
        if self._banner is not None:
            self._banner.hide()
            self._banner.deleteLater()
            self._banner = None

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches("saved_filter"):
            self.saved.refresh()
        if changes.touches("patient_twin") and self._desk.actor.may(Permission.MERGE_PATIENTS):
            self._count_twins()
        if not changes.touches("patient", "care_team", "appointment", "practitioner", "document", "chart"):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True
