"""The audit log: a table of entries that can only be read, the details beside it, and the check of its seals."""

from __future__ import annotations

from functools import partial
from typing import cast
from uuid import UUID

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.audit import (
    ActionGroup,
    AuditChoices,
    AuditLine,
    AuditPage,
    AuditQuery,
    ExtractKind,
    SealCheck,
)
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.audit import words
from meditrack_desktop.ui.audit.filter_bar import FilterBar, Filters
from meditrack_desktop.ui.audit.log_acts import LogActs, breach_lines
from meditrack_desktop.ui.audit.log_table import LogCells
from meditrack_desktop.ui.audit.pane_place import PanePlace
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.run_bar import RunBar
from meditrack_desktop.ui.widgets import (
    Banner,
    Button,
    Divider,
    Label,
    Menu,
    RecordTable,
    SideSheet,
    Skeleton,
    StateView,
    Tag,
    announce,
)

PAGE = 200
SKELETON_AFTER_MS = 200
MORE_THAN_SHOWN = 1_000_000_000
"""For the model while there is more: how much is counted apart, and does not matter to scrolling."""


class AuditLogPage(QWidget):
    """Nothing can be changed here. The chosen entry stays while the log is asked again."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.title = self.tr("Audit log")
        self.setAccessibleName(self.title)
        self._desk = desk
        self._asked = 0
        self._loaded = False
        self._end: AuditPage | None = None
        self._desks: dict[str, str] = {}
        self._banner: Banner | None = None
        self._menu: Menu | None = None
        self.cells = LogCells(desk.facts.tz)
        self.model = self.cells.model()
        self.table = RecordTable(self.model, self.title)
        self.bar = FilterBar(desk.today)
        self.run = RunBar()
        self.acts = LogActs(desk, self, self.run)
        self.place = PanePlace(desk, self)
        self.state = StateView("empty", "")
        self._build()
        self._connect()

    def load(self) -> None:
        """Ask for the newest entries, for what to filter by, and for the last check."""
        self._skeleton_timer.start()
        self._ask_choices()
        self._ask_last_check()
        self._ask()
        self.bar.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Ask again from the newest on."""
        self._ask_choices()
        self._ask()

    def can_leave(self) -> bool:
        """Always: nothing is typed here."""
        return True

    def show_patient(self, patient_id: UUID, name: str) -> None:
        """Only what concerns one patient, of any day."""
        self.bar.set_filters(Filters(patient=patient_id), name)

    def show_page(self, page: AuditPage) -> None:
        """Show the first page of an answer."""
        self._skeleton_timer.stop()
        self._loaded = True
        self._end = page
        chosen = self._chosen()
        self.model.set_records(page.lines, MORE_THAN_SHOWN if page.more else len(page.lines))
        row = self.model.row_of(chosen.event.place) if chosen is not None else -1
        self.table.select_row(row if row >= 0 else (0 if page.lines else -1))
        if page.more:
            self._ask_count()
        else:
            self._show_count(len(page.lines))
        if page.lines:
            self._stack.setCurrentWidget(self.table)
        else:
            self._show_empty()
        self._arrange()
        self._show_chosen()

    def show_check(self, found: SealCheck) -> None:
        """Say what a check found: in the pill, and if anything is broken over the table."""
        self._clear_banner()
        when = words.time_text(
            found.checked_at or self._desk.clock.now(), self._desk.facts.tz, with_day=False
        )
        if found.whole:
            self._show_pill(self.tr("Unbroken, checked at {time}").format(time=when[:5]), whole=True)
            return
        self._show_pill(self.tr("Broken, checked at {time}").format(time=when[:5]), whole=False)
        said = breach_lines(found, self._desks)
        more = len(said) - 1
        places = self.tr("1 more place.") if more == 1 else self.tr("{n} more places.")
        text = said[0] + (" " + places.format(n=words.count_text(more)) if more else "")
        self._banner = Banner(
            text,
            "danger",
            lead=self.tr("The log is not what was written."),
            action=self.tr("Show all"),
            square=True,
        )
        self._banner.actionTriggered.connect(lambda: self._show_breaches(said))
        self._notices.addWidget(self._banner)
        announce(self, self._banner.accessibleName() or text, assertive=True)

    def show_waiting(self) -> None:
        """Show the shape of a list that has not come yet."""
        self._stack.setCurrentWidget(self.skeleton)
        self.place.docked.show_nothing()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _build(self) -> None:
        self._stack = QStackedWidget()
        self.skeleton = Skeleton()
        self.skeleton.setProperty("ownFocusEdge", True)
        self._blank = QWidget()
        for widget in (self.table, self.skeleton, self.state, self._blank):
            self._stack.addWidget(widget)
        self._stack.setCurrentWidget(self._blank)
        self._notices = QVBoxLayout()
        self._notices.setContentsMargins(0, 0, 0, 0)
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addLayout(self._notices)
        left.addWidget(self.run)
        left.addWidget(self._stack, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self.place.edge)
        row.addWidget(self.place.docked)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._head())
        whole.addWidget(self.bar)
        whole.addWidget(Divider())
        whole.addLayout(row, 1)
        self._skeleton_timer = QTimer(self, singleShot=True, interval=SKELETON_AFTER_MS)
        self._pane_timer = QTimer(self, singleShot=True, interval=80)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(20, 14, 20, 12)
        head.setSpacing(10)
        head.addWidget(Label(self.title, "title"))
        self.pill = Tag(self.tr("Not checked yet"), "neutral", icon="shield")
        head.addWidget(self.pill)
        head.addStretch(1)
        self.check_button = Button(self.tr("Check now"), icon="shield-check")
        self.export_button = Button(self.tr("Export"), icon="download", trailing_icon="chevron-down")
        head.addWidget(self.check_button)
        head.addWidget(self.export_button)
        return head

    def _connect(self) -> None:
        self._skeleton_timer.timeout.connect(self._show_skeleton)
        self._pane_timer.timeout.connect(self._show_chosen)
        self.bar.changed.connect(self._ask)
        self.bar.search.leftDown.connect(self._go_to_table)
        self.bar.search.returnPressed.connect(self._go_to_table)
        self.setFocusProxy(self.bar.search)
        self.model.moreWanted.connect(lambda _offset: self._ask_more())
        self.table.rowChanged.connect(lambda _row: self._pane_timer.start())
        self.table.opened.connect(lambda _row: self._open_details())
        self.table.previewed.connect(lambda _row: self._open_details())
        self.check_button.clicked.connect(self.acts.check)
        self.acts.checked.connect(self.show_check)
        self.export_button.clicked.connect(self._offer_export)
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self._find)

    def _find(self) -> None:
        self.bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.search.selectAll()

    def _ask(self) -> None:
        desk, query = self._desk, self.bar.query().model_copy(update={"limit": PAGE})
        self._asked += 1
        self.cells.with_day = not self.bar.one_day
        desk.tasks.query(
            self,
            lambda: desk.clinic.audit.search(desk.actor, query),
            self.show_page,
            failed=self._cannot_ask,
            replaces="log",
        )

    def _ask_more(self) -> None:
        """The next page begins where the last one ended, whatever was written since."""
        end = self._end.end if self._end is not None else None
        if end is None:
            self.model.append(())
            return
        asked, desk = self._asked, self._desk
        query = self.bar.query().model_copy(update={"limit": PAGE, "after": end})

        def add(page: AuditPage) -> None:
            if asked == self._asked:
                self._end = page
                self.model.append(page.lines)
                if not page.more:
                    self.model.append(())

        desk.tasks.query(
            self,
            lambda: desk.clinic.audit.search(desk.actor, query),
            add,
            failed=self._cannot_ask,
            replaces="more",
        )

    def _ask_choices(self) -> None:
        desk = self._desk
        desk.tasks.query(
            self, lambda: desk.clinic.audit.choices(desk.actor), self._show_choices, replaces="choices"
        )

    def _show_choices(self, choices: AuditChoices) -> None:
        self._desks = dict(choices.desks)
        self.bar.set_choices(choices)

    def _ask_last_check(self) -> None:
        desk = self._desk
        query = AuditQuery(group=ActionGroup.CHECKED, object_type="audit", limit=1)
        desk.tasks.query(
            self,
            lambda: desk.clinic.audit.search(desk.actor, query),
            self._show_last_check,
            replaces="last check",
        )

    def _show_last_check(self, page: AuditPage) -> None:
        """What the trail itself says of the last check, at whichever desk it was."""
        if not page.lines:
            return
        event = page.lines[0].event
        today = self._desk.today() == event.at.astimezone(self._desk.facts.tz).date()
        when = words.time_text(event.at, self._desk.facts.tz, with_day=not today)
        when = when[:5] if today else when
        whole = event.detail.endswith("whole")
        pattern = self.tr("Unbroken, checked at {time}") if whole else self.tr("Broken, checked at {time}")
        self._show_pill(pattern.format(time=when), whole=whole)

    def _show_pill(self, text: str, *, whole: bool) -> None:
        self.pill.set_tag(text, "ok" if whole else "danger", "shield-check" if whole else "shield-alert")

    def _show_breaches(self, said: list[str]) -> None:
        sheet = SideSheet(self, self.tr("What is broken"), width=420)
        sheet.body.setSpacing(10)
        for text in said:
            sheet.body.addWidget(Label(text, "body", wrap=True, selectable=True))
        hint = self.tr(
            "Everything written before the first of these entries is as it was. Compare with the last backup, "
            "and ask who had access to the database."
        )
        sheet.body.addWidget(Label(hint, "body", tone="text2", wrap=True))
        sheet.body.addStretch(1)
        sheet.open_layer()

    def _offer_export(self) -> None:
        menu = Menu(self.export_button)
        for text, kind, icon in (
            (self.tr("Table for spreadsheets (CSV)"), ExtractKind.CSV, "file-down"),
            (self.tr("Pages to print (PDF)"), ExtractKind.PDF, "file-text"),
        ):
            menu.add(text, partial(self._export, kind), icon=icon)
        menu.aboutToHide.connect(menu.deleteLater)
        self._menu = menu
        menu.popup(self.export_button.mapToGlobal(QPoint(0, self.export_button.height() + 4)))

    def _export(self, kind: ExtractKind) -> None:
        self.acts.choose_folder(kind, self.bar.query(), self.bar.days_text())

    def _chosen(self) -> AuditLine | None:
        row = self.table.current_row()
        return cast("AuditLine", self.model.record(row)) if 0 <= row < self.model.rowCount() else None

    def _show_chosen(self) -> None:
        self.place.show(self._chosen())

    def _open_details(self) -> None:
        self.place.open(self._chosen())

    def _go_to_table(self) -> None:
        if self.model.rowCount():
            self.table.setFocus(Qt.FocusReason.TabFocusReason)

    def _ask_count(self) -> None:
        desk, query = self._desk, self.bar.query()
        self.bar.set_count("")
        desk.tasks.query(
            self,
            lambda: desk.clinic.audit.count(desk.actor, query),
            self._show_count,
            failed=lambda _error: None,
            replaces="count",
        )

    def _show_count(self, count: int | None) -> None:
        if count is None:
            self.bar.set_count(self.tr("more than 10,000 entries"))
        else:
            pattern = self.tr("1 entry") if count == 1 else self.tr("{count} entries")
            self.bar.set_count(pattern.format(count=words.count_text(count)))

    def _show_empty(self) -> None:
        self.state.clear_actions()
        text = self.bar.text
        if text:
            title = self.tr('No entry matches "{text}"').format(text=text)
        else:
            title = self.tr("No entry matches these filters")
        about = self.tr("Days: {days}.").format(days=self.bar.days_text())
        self.state.set_state("no_result", title, about)
        clear = self.tr("Clear filters") if self.bar.filters.count else self.tr("Clear search")
        self.state.add_action(clear, self.bar.clear)
        self._stack.setCurrentWidget(self.state)
        self.place.docked.show_nothing()

    def _show_skeleton(self) -> None:
        if not self._loaded:
            self.show_waiting()

    def _cannot_ask(self, error: ClinicError) -> None:
        self._skeleton_timer.stop()
        if self._loaded:
            errors.show(self, error, retry=self.refresh)
            return
        said = errors.words(error)
        self.state.clear_actions()
        self.state.set_state("error", said.title, said.text)
        self.state.add_action(self.tr("Try again"), self.refresh, icon="refresh-cw")
        self._stack.setCurrentWidget(self.state)
        self._arrange()

    def _arrange(self) -> None:
        self.bar.set_compact(not self.place.roomy)
        self.place.arrange(listed=self._stack.currentWidget() is self.table)

    def _clear_banner(self) -> None:
        if self._banner is not None:
            self._banner.hide()
            self._banner.deleteLater()
            self._banner = None
