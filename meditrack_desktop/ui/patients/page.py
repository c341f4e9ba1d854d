"""The patients page: search and filters over a table, a preview beside it, and what can be done from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import cast
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.patients import FindPatients, PatientLine, PatientOrder, PatientPage
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients.chart_content import ChartContent, gather
from meditrack_desktop.ui.patients.filter_bar import FilterBar
from meditrack_desktop.ui.patients.import_sheet import ImportSheet
from meditrack_desktop.ui.patients.list_state import ListState
from meditrack_desktop.ui.patients.patient_table import ORDERS, PatientCells
from meditrack_desktop.ui.patients.preview import PatientPreview
from meditrack_desktop.ui.patients.searching import Found, search
from meditrack_desktop.ui.patients.words import count_text
from meditrack_desktop.ui.widgets import (
    Banner,
    Button,
    Divider,
    Label,
    RecordTable,
    SideSheet,
    Skeleton,
)

PAGE = 100
SKELETON_AFTER_MS = 200
PREVIEW_AFTER_MS = 120
PREVIEW_WIDTH = 312
PREVIEW_FROM = 976
COMPACT_BELOW = 976


class PatientsPage(QWidget):
    """The chosen patient, the scroll position and the filters stay while the list is asked again."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.title = self.tr("Patients")
        self.setAccessibleName(self.title)
        self._desk = desk
        self._descending = False
        self._order = "name"
        self._stale = False
        self._loaded = False
        self._to_table = False
        self._asked = 0
        self._keeping = False
        self._everybody: int | None = None
        self._preview_wanted = True
        self._import: ImportSheet | None = None
        self._sheet: SideSheet | None = None
        self._banner: Banner | None = None
        self.cells = PatientCells(desk.today(), desk.facts.tz)
        self.model = self.cells.model()
        self.table = RecordTable(self.model, self.title)
        self.table.set_sort("name")
        self.bar = FilterBar()
        self.preview = PatientPreview(desk)
        self.state = ListState(desk)
        self.state.importRequested.connect(self.start_import)
        self.state.clearRequested.connect(self._clear)
        self._build()
        self._connect()

    def load(self) -> None:
        """Ask for the first page and the doctors to filter by."""
        self._skeleton_timer.start()
        self.refresh()
        self.bar.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Ask again for as much as is shown; nothing jumps."""
        self._stale = False
        desk = self._desk
        if desk.actor.may(Permission.VIEW_DOCTORS):
            practitioners, actor = desk.clinic.practitioners, desk.actor
            desk.tasks.query(
                self, lambda: practitioners.list(actor), self.bar.set_doctors, replaces="doctors"
            )
        self._ask(keep=True)

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
        """Show the answer to a search."""
        self._clear_banner()
        self._skeleton_timer.stop()
        self._loaded = True
        self._everybody = found.everybody
        chosen, scrolled = self._chosen_id(), self.table.verticalScrollBar().value()
        total = found.total
        if total is None:
            # Uncounted: there is more as long as pages come back full.
            total = len(found.lines) + (1 if found.lines and len(found.lines) % PAGE == 0 else 0)
        self.model.set_records(found.lines, total)
        row = self.model.row_of(chosen) if chosen is not None else -1
        # Whoever left the list while being looked at is not silently replaced by a neighbour to act on.
        gone = self._keeping and chosen is not None
        self.table.select_row(row if row >= 0 or gone or not found.lines else 0)
        self.table.verticalScrollBar().setValue(scrolled)
        self._show_counts(found)
        self._show_stack(found)
        self._preview_timer.stop()
        self._ask_preview()
        if self._to_table and found.lines:
            self._go_to_table()

    def show_preview(self) -> None:
        """Show the chosen patient beside the list, or over it where there is no room."""
        if self._docked():
            self._preview_wanted = True
            self._arrange()
        elif self._chosen() is not None:
            self._read(self._open_preview)

    def show_waiting(self) -> None:
        """Show the shape of a list that has not come yet."""
        self._stack.setCurrentWidget(self.skeleton)
        self.preview.show_nothing()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

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
        whole.addLayout(self._head())
        whole.addWidget(self.bar)
        whole.addWidget(Divider())
        whole.addLayout(row, 1)
        self._skeleton_timer = QTimer(self, singleShot=True, interval=SKELETON_AFTER_MS)
        self._preview_timer = QTimer(self, singleShot=True, interval=PREVIEW_AFTER_MS)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(20, 14, 20, 12)
        head.setSpacing(10)
        head.addWidget(Label(self.title, "title"))
        self.total = Label("", "body", tone="text2")
        head.addWidget(self.total)
        head.addStretch(1)
        self.import_button: Button | None = None
        self.new_button: Button | None = None
        if self._desk.actor.may(Permission.IMPORT_PATIENTS):
            self.import_button = Button(self.tr("Import"), icon="file-up")
            self.import_button.setAccessibleName(self.tr("Import patients"))
            self.import_button.clicked.connect(lambda: self.start_import())
            head.addWidget(self.import_button)
        if self._desk.actor.may(Permission.REGISTER_PATIENT):
            self.new_button = Button(self.tr("New patient"), icon="user-plus")
            self.new_button.setToolTip(self.tr("New patient (Ctrl+Shift+N)"))
            self.new_button.clicked.connect(lambda: self._desk.go.register())
            head.addWidget(self.new_button)
        return head

    def _connect(self) -> None:
        self._skeleton_timer.timeout.connect(self._show_skeleton)
        self._preview_timer.timeout.connect(self._ask_preview)
        self.bar.changed.connect(lambda: self._ask(keep=False))
        self.bar.previewToggled.connect(self._toggle_preview)
        self.setFocusProxy(self.bar.search)
        self.bar.search.leftDown.connect(self._go_to_table)
        self.bar.search.returnPressed.connect(self._on_enter_in_search)
        self.model.moreWanted.connect(self._ask_more)
        table = self.table
        table.opened.connect(lambda row: self._desk.go.patient(self.model.record(row).id))
        table.previewed.connect(lambda _row: self._toggle_preview())
        table.rowChanged.connect(lambda _row: self._preview_timer.start())
        table.sortRequested.connect(self._sort)
        self._desk.live.changed.connect(self._on_changed)
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self._find)
        if self._desk.actor.may(Permission.BOOK_APPOINTMENT):
            book = QShortcut(QKeySequence(Qt.Key.Key_B), table)
            book.setContext(Qt.ShortcutContext.WidgetShortcut)
            book.activated.connect(self._book)

    def _find(self) -> None:
        self.bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.search.selectAll()

    def _book(self) -> None:
        line = self._chosen()
        if line is not None and line.active:
            self._desk.go.book(line.id)

    def _command(self) -> FindPatients:
        bar = self.bar
        return FindPatients(
            text=bar.text[:200],
            include_archived=bar.with_archived,
            doctor=bar.doctor,
            visiting_on=self._desk.today() if bar.coming_today else None,
            order=cast("PatientOrder", ORDERS[self._order]),
            descending=self._descending,
            limit=PAGE,
        )

    def _ask(self, *, keep: bool) -> None:
        """Search again: with `keep` for as many rows as are loaded, else from the top."""
        desk, command = self._desk, self._command()
        self._asked += 1
        self._keeping = keep
        self.cells.today = desk.today()
        wanted = max(PAGE, self.model.rowCount()) if keep else PAGE
        if not keep:
            self.table.verticalScrollBar().setValue(0)
        desk.tasks.query(
            self,
            partial(search, desk, command, wanted, None if keep else self._everybody),
            self.show_found,
            failed=self._cannot_ask,
            replaces="search",
        )

    def _ask_more(self, offset: int) -> None:
        asked = self._asked
        desk, command = self._desk, self._command().model_copy(update={"offset": offset})

        def add(page: PatientPage) -> None:
            if asked == self._asked:
                self.model.append(page.lines)

        desk.tasks.query(
            self,
            lambda: desk.clinic.patients.find(desk.actor, command),
            add,
            failed=self._cannot_ask,
            replaces="more",
        )

    def _sort(self, key: str, descending: bool) -> None:
        self._order, self._descending = key, descending
        self._ask(keep=False)

    def _chosen(self) -> PatientLine | None:
        row = self.table.current_row()
        return cast("PatientLine", self.model.record(row)) if 0 <= row < self.model.rowCount() else None

    def _chosen_id(self) -> UUID | None:
        line = self._chosen()
        return None if line is None else line.id

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

    def _show_counts(self, found: Found) -> None:
        bar = self.bar
        if found.everybody is not None:
            self.total.setText(count_text(found.everybody))
        filtered = bool(bar.text or bar.active)
        if not filtered:
            bar.set_count("")
        elif found.total is None:
            bar.set_count(self.tr("many"))
        elif found.everybody is not None:
            words = self.tr("{count} of {all}")
            bar.set_count(words.format(count=count_text(found.total), all=count_text(found.everybody)))
        else:
            bar.set_count(count_text(found.total))

    def _show_stack(self, found: Found) -> None:
        if found.lines:
            self._stack.setCurrentWidget(self.table)
        else:
            self.state.show_nothing_found(self.bar.text, self.bar.active)
            self._stack.setCurrentWidget(self.state)
            self.preview.show_nothing()
        self._arrange()

    def _clear(self) -> None:
        """Take the filters off; without any, the search text."""
        if self.bar.active:
            self.bar.set_filters()
        else:
            self.bar.search.clear_search()

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

    def _docked(self) -> bool:
        return self.width() >= theme.current().px(PREVIEW_FROM)

    def _arrange(self) -> None:
        self.bar.set_compact(self.width() < theme.current().px(COMPACT_BELOW))
        listed = self._stack.currentWidget() is not self.state
        docked = self._docked() and self._preview_wanted and listed
        self.preview.setFixedWidth(theme.current().px(PREVIEW_WIDTH))
        if docked and self.preview.isHidden():
            self._preview_timer.start()
        self.preview.setVisible(docked)
        self._edge.setVisible(docked)
        self.bar.preview.setChecked(docked)

    def _toggle_preview(self) -> None:
        if self._docked() and self._preview_wanted:
            self._preview_wanted = False
            self._arrange()
        else:
            self.show_preview()
            self._arrange()

    def _ask_preview(self) -> None:
        if self.preview.isHidden():
            return
        if self._chosen() is None:
            self.preview.show_nothing()
        else:
            self._read(self._show_preview)

    def _read(self, done: Callable[[ChartContent], object]) -> None:
        chosen, desk = self._chosen_id(), self._desk
        if chosen is not None:
            desk.tasks.query(
                self,
                partial(gather, desk.clinic, desk.actor, chosen),
                done,
                failed=self._cannot_preview,
                replaces="preview",
            )

    def _cannot_preview(self, error: ClinicError) -> None:
        # The patient looked at before must not stay beside the row of another.
        self.preview.show_nothing()
        errors.show(self, error, retry=self.refresh)

    def _show_preview(self, content: ChartContent) -> None:
        if content.patient.id == self._chosen_id():
            self.preview.show_content(content)

    def _open_preview(self, content: ChartContent) -> None:
        if self._sheet is not None or content.patient.id != self._chosen_id():
            return
        self._sheet = SideSheet(self, self.tr("Preview"), width=360)
        preview = PatientPreview(self._desk, margin=0)
        preview.show_content(content)
        preview.acted.connect(self._sheet.close_layer)
        self._sheet.body.addWidget(preview, 1)
        self._sheet.closed.connect(self._forget_sheet)
        if self._desk.actor.may(Permission.BOOK_APPOINTMENT):
            book = QShortcut(QKeySequence(Qt.Key.Key_B), self._sheet)
            book.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            book.activated.connect(preview.book)
        self._sheet.open_layer()

    def _forget_sheet(self) -> None:
        self._sheet = None

    def _forget_import(self) -> None:
        self._import = None

    def _clear_banner(self) -> None:
        if self._banner is not None:
            self._banner.hide()
            self._banner.deleteLater()
            self._banner = None

    def _on_changed(self, changes: ChangeSet) -> None:
        if not changes.touches("patient", "care_team", "appointment", "practitioner", "document"):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True
