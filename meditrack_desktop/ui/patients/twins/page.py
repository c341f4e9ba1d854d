"""The page of possible duplicates: pairs side by side with the reasons, decided one after another by keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.patient_twins import (
    DecideTwins,
    ListTwins,
    PatientTwin,
    TwinPage,
    TwinSearch,
    TwinState,
)
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients.twins import words
from meditrack_desktop.ui.patients.twins.merge_dialog import open_merge
from meditrack_desktop.ui.patients.words import count_text
from meditrack_desktop.ui.privacy.worklist import Worklist
from meditrack_desktop.ui.run_bar import RunBar
from meditrack_desktop.ui.widgets import Button, Cell, CellTag, Column, Divider, Label, Segmented

PAGE = 500


class TwinsPage(QWidget):
    """Enter merges, D says that they are different people, 1 and 2 open a chart."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.title = self.tr("Possible duplicates")
        self.setAccessibleName(self.title)
        self._desk = desk
        self._stale = True
        self._may = desk.actor.may(Permission.MERGE_PATIENTS)
        self.state = TwinState.OPEN
        columns = (
            Column("first", self.tr("One record"), 270, sortable=False),
            Column("second", self.tr("The other record"), 270, sortable=False),
            Column("why", self.tr("Why they may be one person"), 260, stretch=True, sortable=False),
            Column("sure", self.tr("How sure"), 110, sortable=False),
        )
        self.list: Worklist[PatientTwin] = Worklist(
            self.title,
            columns,
            self.cell,
            lambda pair: pair.id,
            (self.tr("Nobody seems to be here twice"), self.tr("Records that look alike appear here.")),
            two_lines=True,
        )
        self.total = Label("", "body", tone="text2")
        self.kinds = Segmented(
            [(TwinState.OPEN, self.tr("To decide")), (TwinState.DIFFERENT, self.tr("Different people"))],
            self.state,
            name=self.tr("Which pairs"),
        )
        self.search = Button(self.tr("Search everybody"), icon="users")
        self.run = RunBar()
        self._build()
        self._connect()

    def load(self) -> None:
        """Ask for the list."""
        self.refresh()
        self.list.setFocus()

    def refresh(self) -> None:
        """Ask again; the chosen pair stays chosen."""
        self._stale = False
        desk, command = self._desk, ListTwins(state=self.state, limit=PAGE)
        desk.tasks.query(
            self,
            lambda: desk.clinic.patient_twins.list(desk.actor, command),
            self.show_page,
            failed=lambda error: self.list.show_failure(error, self.refresh),
            replaces="twins",
        )

    def can_leave(self) -> bool:
        """Always: nothing is typed on the page itself."""
        return True

    def show_page(self, page: TwinPage) -> None:
        """Show the answer."""
        self.list.show_records(page.pairs)
        self.total.setText(count_text(page.total))

    def show_state(self, state: TwinState) -> None:
        """Show the pairs in another state."""
        self.state = state
        self.kinds.set_value(state)
        self._on_chosen()
        self.refresh()

    def merge_chosen(self) -> None:
        """Open the merge window of the chosen pair: the record that is known longer stays, unless it is turned."""
        pair = self.list.chosen
        if pair is None or not self._may or self.state is not TwinState.OPEN:
            return
        kept, gone = sorted((pair.first, pair.second), key=lambda line: (not line.active, line.mrn))
        open_merge(self._desk, self, kept.id, gone.id)

    def decide_chosen(self) -> None:
        """The chosen two are different people; or back into the list, where that was decided."""
        pair, desk = self.list.chosen, self._desk
        if pair is None or not self._may:
            return
        decided = self.state is TwinState.OPEN
        to = TwinState.DIFFERENT if decided else TwinState.OPEN
        command = DecideTwins(id=pair.id, version=pair.version, state=to)
        desk.tasks.change(
            self,
            lambda: desk.clinic.patient_twins.decide_different(desk.actor, command),
            done=lambda done: self._decided(done),
        )

    def open_chart(self, second: bool = False) -> None:
        """The chart of one of the chosen two."""
        pair = self.list.chosen
        if pair is not None:
            self._desk.go.patient((pair.second if second else pair.first).id)

    def search_all(self) -> None:
        """Compare everybody with everybody, as a long run that can be stopped."""
        if self.run.running or not self._may:
            return
        desk = self._desk
        task = desk.tasks.slow(
            self,
            lambda progress: desk.clinic.patient_twins.search_all(desk.actor, progress),
            done=self._searched,
            always=lambda: self.search.setEnabled(True),
            title=self.tr("Searching duplicates"),
        )
        self.search.setEnabled(False)
        self.run.follow(task, self.tr("Comparing everybody"))

    def cell(self, pair: PatientTwin, key: str) -> Cell:
        """One cell of one pair."""
        if key == "why":
            said = words.reasons_lines(pair.reasons)
            return Cell(said[0], second=said[1])
        if key == "sure":
            tone = words.sureness_tone(pair.sureness)
            return Cell("", tags=(CellTag(words.sureness_word(pair.sureness), tone),))
        line = pair.first if key == "first" else pair.second
        return Cell(line.name, second=words.about(line), avatar=line.name)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(20, 14, 20, 12)
        head.setSpacing(10)
        head.addWidget(Label(self.title, "title"))
        head.addWidget(self.total)
        head.addStretch(1)
        head.addWidget(self.kinds)
        if self._may:
            head.addWidget(self.search)
        self.first = self.list.add_act(Button(self.tr("Open first"), key="1"), self.open_chart)
        self.second = self.list.add_act(
            Button(self.tr("Open second"), key="2"), lambda: self.open_chart(second=True)
        )
        self.differ: Button | None = None
        self.merge: Button | None = None
        if self._may:
            self.differ = self.list.add_act(Button(self.tr("Different people"), key="D"), self.decide_chosen)
            self.merge = self.list.add_act(
                Button(self.tr("Merge…"), "primary", icon="users"), self.merge_chosen
            )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Divider())
        column.addWidget(self.run)
        column.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def _connect(self) -> None:
        self.list.chosenChanged.connect(self._on_chosen)
        self.list.table.opened.connect(lambda _row: self.merge_chosen())
        self.kinds.valueChanged.connect(lambda value: self.show_state(TwinState(value)))
        self.search.clicked.connect(self.search_all)
        self._desk.live.changed.connect(self._on_changed)
        keys = (
            (Qt.Key.Key_D, self.decide_chosen),
            (Qt.Key.Key_1, self.open_chart),
            (Qt.Key.Key_2, lambda: self.open_chart(second=True)),
        )
        for key, then in keys:
            shortcut = QShortcut(QKeySequence(key), self.list.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(then)

    def _on_chosen(self) -> None:
        chosen = self.list.chosen is not None
        focused = QApplication.focusWidget()
        if not chosen and focused is not None and self.list.isAncestorOf(focused):
            # Nothing is left to act on: what goes off now would hand the focus to some other part of the window.
            self.kinds.button(self.state).setFocus(Qt.FocusReason.OtherFocusReason)
        for button in (self.first, self.second, self.differ, self.merge):
            if button is not None:
                button.setEnabled(chosen)
        if self.merge is not None and self.differ is not None:
            deciding = self.state is TwinState.OPEN
            self.merge.setVisible(deciding)
            self.differ.set_text(self.tr("Different people") if deciding else self.tr("Back into the list"))

    def _decided(self, pair: PatientTwin) -> None:
        desk = self._desk
        names = (pair.first.name, pair.second.name)
        if pair.state is TwinState.DIFFERENT:
            text = self.tr("{one} and {other} are different people").format(one=names[0], other=names[1])
        else:
            text = self.tr("{one} and {other} are in the list again").format(one=names[0], other=names[1])
        back = TwinState.OPEN if pair.state is TwinState.DIFFERENT else TwinState.DIFFERENT
        command = DecideTwins(id=pair.id, version=pair.version, state=back)
        desk.say(
            text,
            lambda: desk.tasks.change(
                self, lambda: desk.clinic.patient_twins.decide_different(desk.actor, command)
            ),
        )

    def _searched(self, found: TwinSearch) -> None:
        self._desk.say(
            self.tr("{count} records compared, {new} new pairs").format(
                count=count_text(found.compared), new=count_text(found.found)
            )
        )
        self.refresh()

    def _on_changed(self, changes: ChangeSet) -> None:
        if not changes.touches("patient_twin", "patient"):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True
