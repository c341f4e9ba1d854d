"""Users & roles: who may sign in, what each may do, and where they are signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import cast
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.accounts import Account, EditAccount
from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotAllowed
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.sessions import IssuedCode
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.admin.bulk_bar import BulkBar
from meditrack_desktop.ui.admin.filter_bar import FilterBar
from meditrack_desktop.ui.admin.notices import Notices
from meditrack_desktop.ui.admin.pane_place import PanePlace
from meditrack_desktop.ui.admin.people import Drafts, People, gather
from meditrack_desktop.ui.admin.user_acts import UserActs
from meditrack_desktop.ui.admin.user_pane import UserPane
from meditrack_desktop.ui.admin.user_sheet import UserSheet
from meditrack_desktop.ui.admin.user_table import UserCells, ordered
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import (
    Button,
    Divider,
    Label,
    RecordTable,
    StateView,
)


class UsersPage(QWidget):
    """What is typed for one person stays while another is looked at, and until it is saved or discarded."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.title = self.tr("Users and roles")
        self.setAccessibleName(self.title)
        self._desk = desk
        self._may_edit = desk.actor.may(Permission.EDIT_ACCOUNTS)
        self.people: People | None = None
        """What is shown; None until it has come, or if it may not be seen."""
        self._drafts = Drafts()
        self._order, self._descending = "name", False
        self._stale = self._loaded = False
        self.acts = UserActs(desk, self, self.refresh)
        self.cells = UserCells(desk.clock, desk.facts.tz, desk.actor.account_id)
        self.model = self.cells.model()
        self.model.checkable = self._may_edit
        if not self._may_edit:
            self.model.columns = self.model.columns[1:]
        self.table = RecordTable(self.model, self.title)
        self.table.set_sort("name")
        self.bar, self.bulk = FilterBar(), BulkBar()
        self.place = PanePlace(desk, self, self._wire)
        self.state = StateView("empty", "")
        self.state.setProperty("ownFocusEdge", True)
        self._build()
        self._connect()

    def load(self) -> None:
        """Ask for everybody."""
        self.refresh()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Ask again; what is typed, chosen and ticked stays."""
        self._stale = False
        desk = self._desk
        desk.tasks.query(
            self,
            lambda: gather(desk.clinic, desk.actor),
            self.show_people,
            failed=self._cannot_ask,
            replaces="people",
        )

    def can_leave(self) -> bool:
        """False while something is typed that is not saved."""
        return not self._drafts

    def show_banner(
        self, text: str, tone: str = "info", action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        """A notice over the list, which stays as it was."""
        self.notices.say(text, tone, action, then)

    def show_people(self, people: People) -> None:
        """Show the answer."""
        self.notices.clear()
        self._loaded = True
        self.people = people
        overtaken = self._drafts.bring_up_to_date(people)
        self._show_rows()
        self._show_pane()
        before = overtaken.get(self.chosen.id) if self.chosen is not None else None
        newer = people.account(self.chosen.id) if self.chosen is not None else None
        if before is not None and newer is not None:
            self.front_pane.show_overtaken(before, newer)

    def show_refusal(self, error: NotAllowed) -> None:
        """Say in place of the list that it is not for this person, for example once a role was taken away."""
        self.state.clear_actions()
        self.state.set_state(
            "no_permission",
            self.tr("Users and roles are for administrators"),
            self.tr("Ask an administrator if you need something changed here."),
        )
        self.state.setAccessibleDescription(str(errors.words(error)))
        self._stack.setCurrentWidget(self.state)
        self.people = None
        self._arrange()

    @property
    def chosen(self) -> Account | None:
        """Whose row is the current one."""
        row = self.table.current_row()
        if not 0 <= row < self.model.rowCount():
            return None
        return cast("Account", self.model.record(row))

    def choose(self, account_id: UUID) -> None:
        """Look at somebody; filters that hide them are taken off."""
        if self.model.row_of(account_id) < 0:
            self.bar.search.clear_search()
            self.bar.set_filters()
        self.table.select_row(self.model.row_of(account_id))

    def add_user(self) -> None:
        """Open the sheet for a new person, who is then the chosen one."""
        people = self.people
        if people is None or not self._may_edit:
            return
        typed = self.bar.filter().text if not self.model.rowCount() else ""
        UserSheet(
            self._desk,
            self,
            self._added,
            doctors=people.doctors,
            taken=[account.username for account in people.accounts],
            name=typed,
        ).open_layer()

    def save(self) -> None:
        """Keep what is typed about the chosen person."""
        pane = self.front_pane
        draft = pane.draft()
        if draft is None or not draft.changed or not self._may_edit or pane.save.busy:
            return
        command = pane.command()
        if command is None:
            return
        pane.save.set_busy(True)
        self._desk.tasks.change(
            self,
            partial(self._desk.clinic.accounts.edit, self._desk.actor, command),
            done=self._kept,
            failed=partial(self._not_kept, command),
            always=lambda: pane.save.set_busy(False),
        )

    def discard(self) -> None:
        """Forget what is typed about the chosen person."""
        if self.chosen is not None:
            self._drafts.drop(self.chosen.id)
            self.front_pane.show_notice("")
            self._show_pane()

    def show_pane(self) -> None:
        """Show the chosen person beside the list, or over it where there is no room."""
        if self.chosen is not None:
            self.place.show()

    @property
    def front_pane(self) -> UserPane:
        """The details that are seen."""
        return self.place.front

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _build(self) -> None:
        self._stack = QStackedWidget()
        for widget in (self.table, self.state, QWidget()):
            self._stack.addWidget(widget)
        self._stack.setCurrentIndex(2)
        self.notices = Notices()
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addWidget(self.notices)
        left.addWidget(self._stack, 1)
        left.addWidget(self.bulk)
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

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(20, 14, 20, 12)
        head.setSpacing(10)
        head.addWidget(Label(self.title, "title"))
        head.addStretch(1)
        self.edit_roles = Button(self.tr("Edit roles"), icon="shield")
        self.edit_roles.clicked.connect(lambda: self._desk.go.page("users/roles"))
        self.new_user = Button(self.tr("New user"), icon="user-plus")
        self.new_user.clicked.connect(self.add_user)
        if not self._may_edit:
            self.new_user.hide()
        head.addWidget(self.edit_roles)
        head.addWidget(self.new_user)
        return head

    def _connect(self) -> None:
        self.setFocusProxy(self.table)
        self.bar.changed.connect(self._show_rows)
        self.bar.changed.connect(self._show_pane)
        self.bar.search.leftDown.connect(self._to_table)
        self.bar.search.returnPressed.connect(self._to_table)
        self.table.rowChanged.connect(lambda _row: self._show_pane())
        self.table.opened.connect(lambda _row: self.show_pane())
        self.table.previewed.connect(lambda _row: self.place.toggle())
        self.table.sortRequested.connect(self._sort)
        self.model.checkedChanged.connect(self._show_bulk)
        self.bulk.cleared.connect(lambda: self.model.check_all(False))
        self.bulk.activeRequested.connect(lambda on: self.acts.set_all_active(self._ticked(), on))
        self.bulk.roleRequested.connect(
            lambda role, held: self.acts.set_role_of_all(self._ticked(), role, held)
        )
        self.place.moved.connect(self._show_pane)
        self.place.docked.closeRequested.connect(self.place.toggle)
        self._desk.live.changed.connect(self._on_changed)
        for keys, then in (
            (QKeySequence(QKeySequence.StandardKey.Find), self._find),
            (QKeySequence(QKeySequence.StandardKey.Save), self.save),
        ):
            shortcut = QShortcut(keys, self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(then)

    def _wire(self, pane: UserPane) -> None:
        def with_chosen(act: Callable[[Account], object]) -> Callable[[], None]:
            def run() -> None:
                if pane.account is not None:
                    act(pane.account)

            return run

        pane.edited.connect(partial(self._on_edited, pane))
        pane.saveRequested.connect(self.save)
        pane.discardRequested.connect(self.discard)
        pane.resetRequested.connect(with_chosen(self.acts.reset_password))
        pane.signOutRequested.connect(with_chosen(self.acts.sign_out_everywhere))
        pane.openRequested.connect(with_chosen(self.acts.open_sign_in))
        pane.activityRequested.connect(with_chosen(self.acts.toggle_active))
        pane.authenticatorRequested.connect(with_chosen(self.acts.remove_authenticator))
        pane.endRequested.connect(self.acts.end_session)

    def _find(self) -> None:
        self.bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.search.selectAll()

    def _to_table(self) -> None:
        if self.model.rowCount():
            self.table.setFocus(Qt.FocusReason.TabFocusReason)

    def _sort(self, key: str, descending: bool) -> None:
        self._order, self._descending = key, descending
        self._show_rows()

    def _ticked(self) -> list[Account]:
        return cast("list[Account]", self.model.checked())

    def _show_bulk(self) -> None:
        self.bulk.show_chosen(self._ticked(), editable=self._may_edit)

    def _show_rows(self) -> None:
        people = self.people
        if people is None:
            return
        chosen, scrolled = self.chosen, self.table.verticalScrollBar().value()
        wanted = self.bar.filter()
        shown = [account for account in people.accounts if wanted.passes(account)]
        self.model.set_records(ordered(shown, self._order, descending=self._descending))
        row = self.model.row_of(chosen.id) if chosen is not None else -1
        if row < 0 and shown:
            row = 0
        self.table.select_row(row)
        self.table.verticalScrollBar().setValue(scrolled)
        everybody = len(people.accounts)
        one = self.tr("1 user, {in_now} signed in now")
        counts = one if everybody == 1 else self.tr("{n} users, {in_now} signed in now")
        self.bar.count.setText(counts.format(n=everybody, in_now=people.signed_in))
        self._show_bulk()
        if shown:
            self._stack.setCurrentWidget(self.table)
        else:
            self._show_nobody(wanted.text)
        self._arrange()

    def _show_nobody(self, text: str) -> None:
        self.state.clear_actions()
        title = self.tr('No user matches "{text}"').format(text=text)
        self.state.set_state("no_result", title if text else self.tr("No user matches these filters"))
        self.state.add_action(self.tr("Show everybody"), self._show_everybody)
        if text and self._may_edit:
            self.state.add_action(
                self.tr('New user "{text}"').format(text=text), self.add_user, icon="user-plus"
            )
        self._stack.setCurrentWidget(self.state)

    def _show_everybody(self) -> None:
        self.bar.search.clear_search()
        self.bar.set_filters()

    def _show_pane(self) -> None:
        people, chosen = self.people, self.chosen
        if people is None or chosen is None:
            return
        pane = self.front_pane
        if pane.account is None or pane.account.id != chosen.id:
            pane.show_notice("")
        pane.show_person(people, self._drafts.of(chosen))

    def _on_edited(self, pane: UserPane) -> None:
        draft = pane.draft()
        if draft is not None:
            self._drafts.keep(draft)

    def _kept(self, account: Account) -> None:
        self._drafts.drop(account.id)
        self.front_pane.show_notice("")
        self._desk.say(self.tr("{name} saved").format(name=account.name))
        self.refresh()

    def _not_kept(self, command: EditAccount, error: ClinicError) -> None:
        if error.code is ErrorCode.CHANGED_MEANWHILE:
            self.refresh()  # brings the other's version, over which what is typed is laid
        elif error.code is not ErrorCode.PASSWORD_AGAIN and not self.front_pane.form.show(error):
            errors.show(self, error)

    def _added(self, account: Account, issued: IssuedCode | None) -> None:
        def chosen(people: People) -> None:
            self.show_people(people)
            self.choose(account.id)

        if issued is not None:
            self.acts.show_code(account, issued)
        desk = self._desk
        desk.tasks.query(
            self,
            lambda: gather(desk.clinic, desk.actor),
            chosen,
            failed=self._cannot_ask,
            replaces="people",
        )

    def _cannot_ask(self, error: ClinicError) -> None:
        if isinstance(error, NotAllowed):
            self.show_refusal(error)
            return
        errors.show(self, error, retry=self.refresh)

    def _arrange(self) -> None:
        allowed = self.people is not None
        self.bar.set_compact(not self.place.roomy)
        self.bar.setVisible(allowed)
        self.edit_roles.setVisible(allowed)
        self.new_user.setVisible(allowed and self._may_edit)
        self.place.arrange(listed=self._stack.currentWidget() is self.table)

    def _on_changed(self, changes: ChangeSet) -> None:
        if not changes.touches("account", "session", "permission_grid", "practitioner", "workstation"):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True
