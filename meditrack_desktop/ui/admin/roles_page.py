"""Edit roles: the permission grid. Nothing is saved until it was read back in words and agreed to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotAllowed
from meditrack_desktop.domain.permission_grid import ChangeGrid
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.admin.grid_view import Grid, GridView
from meditrack_desktop.ui.admin.notices import Notices
from meditrack_desktop.ui.admin.permission_words import words
from meditrack_desktop.ui.admin.words import roles_word
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import (
    Button,
    Dialog,
    Divider,
    IconButton,
    IconLabel,
    Label,
    StateView,
)

Wish = tuple[Role, Permission]


class RolesPage(QWidget):
    """What is ticked and not saved stays over a refresh and while other pages are looked at."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.title = self.tr("Edit roles")
        self.setAccessibleName(self.title)
        self._desk = desk
        self._may_edit = desk.actor.may(Permission.EDIT_PERMISSIONS)
        self._saved: Grid = {}
        self._wishes: dict[Wish, bool] = {}
        self._stale = False
        self.grid = GridView(editable=self._may_edit)
        self.grid.toggled.connect(self._on_toggled)
        self.grid.refused.connect(desk.say)
        self.setFocusProxy(self.grid)
        self.state = StateView("empty", "")
        self.state.setProperty("ownFocusEdge", True)
        self._stack = QStackedWidget()
        for widget in (QWidget(), self.grid, self.state):
            self._stack.addWidget(widget)
        self.notices = Notices()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addWidget(self.notices)
        column.addWidget(Divider())
        column.addWidget(self._stack, 1)
        self.foot = self._foot()
        column.addWidget(self.foot)
        desk.live.changed.connect(self._on_changed)
        save = QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self)
        save.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        save.activated.connect(self.ask_to_save)

    def load(self) -> None:
        """Ask for the grid."""
        self.refresh()

    def refresh(self) -> None:
        """Ask again; what is ticked and not saved stays."""
        self._stale = False
        clinic, actor = self._desk.clinic, self._desk.actor
        self._desk.tasks.query(
            self,
            lambda: clinic.permission_grid.read(actor),
            self.show_grid,
            failed=self._cannot_ask,
            replaces="grid",
        )

    def can_leave(self) -> bool:
        """False while something is ticked that is not saved."""
        return not self._wishes

    def show_banner(
        self, text: str, tone: str = "info", action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        """A notice over the grid."""
        self.notices.say(text, tone, action, then)

    def show_grid(self, grid: Grid) -> None:
        """Show the answer; a wish that has come true meanwhile is none any more."""
        self.notices.clear()
        first = self._stack.currentWidget() is not self.grid and self.isVisible()
        self._saved = grid
        self._wishes = {
            wish: allowed
            for wish, allowed in self._wishes.items()
            if (wish[1] in grid[wish[0]]) is not allowed
        }
        self._stack.setCurrentWidget(self.grid)
        self._show()
        if first:
            self.grid.setFocus(Qt.FocusReason.TabFocusReason)

    def ask_to_save(self) -> None:
        """Read the changes back in words; saving is the answer."""
        if not self._wishes or self.save.busy:
            return
        count = len(self._wishes)
        title = (
            self.tr("Save 1 change to what roles may do?")
            if count == 1
            else self.tr("Save {n} changes to what roles may do?").format(n=count)
        )
        text = self.tr("It acts at the next thing that anybody with the role does, at every desk.")
        dialog = Dialog(self, title, text, width=520)
        for sentence in sentences(self._wishes):
            row = QHBoxLayout()
            row.setSpacing(10)
            icon = IconLabel("shield", 15, "accent", line="body")
            row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(Label(sentence, "body", wrap=True), 1)
            dialog.body.addLayout(row)
        dialog.add_action(self.tr("Keep editing"))
        save = dialog.add_action(self.tr("Save changes"), self._save, kind="primary", default=True)
        dialog.open_layer()
        save.setFocus(Qt.FocusReason.TabFocusReason)

    def discard(self) -> None:
        """Tick again what is saved."""
        self._wishes = {}
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(14, 14, 20, 12)
        head.setSpacing(8)
        back = IconButton("arrow-left", self.tr("Back to users and roles"))
        back.setObjectName("back")
        back.clicked.connect(lambda: self._desk.go.page("users"))
        head.addWidget(back)
        head.addWidget(Label(self.title, "title"))
        head.addStretch(1)
        head.addWidget(Label(self.tr("Arrows move, Space ticks"), "hint"))
        return head

    def _foot(self) -> QWidget:
        foot = QWidget()
        column = QVBoxLayout(foot)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Divider())
        row = QHBoxLayout()
        row.setContentsMargins(20, 12, 20, 12)
        row.setSpacing(8)
        row.addWidget(IconLabel("circle-dot", 14, "accent"))
        self.unsaved = Label("", "body", tone="text2", elide=True)
        row.addWidget(self.unsaved, 1)
        self.undo = Button(self.tr("Discard"))
        self.undo.clicked.connect(self.discard)
        self.save = Button(self.tr("Save changes"), "primary", key="Ctrl S")
        self.save.clicked.connect(self.ask_to_save)
        row.addWidget(self.undo)
        row.addWidget(self.save)
        column.addLayout(row)
        foot.hide()
        return foot

    def _on_toggled(self, role: Role, permission: Permission, allowed: bool) -> None:
        if (permission in self._saved.get(role, ())) is allowed:
            self._wishes.pop((role, permission), None)
        else:
            self._wishes[role, permission] = allowed
        self._show()

    def _show(self) -> None:
        wished = {
            role: (
                self._saved.get(role, frozenset())
                | {permission for (whose, permission), on in self._wishes.items() if on and whose is role}
            )
            - {permission for (whose, permission), on in self._wishes.items() if not on and whose is role}
            for role in Role
        }
        self.grid.show_grid(wished, self._saved)
        count = len(self._wishes)
        said = self.tr("1 change not saved") if count == 1 else self.tr("{n} changes not saved")
        self.unsaved.setText(". ".join([said.format(n=count), *sentences(self._wishes)]))
        self.foot.setVisible(bool(count))

    def _save(self) -> None:
        clinic, actor = self._desk.clinic, self._desk.actor
        commands = [
            ChangeGrid(role=role, permission=permission, allowed=allowed)
            for (role, permission), allowed in self._wishes.items()
        ]

        def change() -> None:
            for command in commands:
                clinic.permission_grid.change(actor, command)

        self.save.set_busy(True)
        self._desk.tasks.change(
            self,
            change,
            done=partial(self._kept, len(commands)),
            failed=self._not_kept,
            always=lambda: self.save.set_busy(False),
        )

    def _kept(self, count: int, _nothing: object) -> None:
        self._wishes = {}
        self._desk.say(
            self.tr("1 change saved") if count == 1 else self.tr("{n} changes saved").format(n=count)
        )
        self.refresh()

    def _not_kept(self, error: ClinicError) -> None:
        # What went through before the refusal has come true; the rest stays ticked.
        if error.code is not ErrorCode.PASSWORD_AGAIN:
            errors.show(self, error)
            self.refresh()

    def _cannot_ask(self, error: ClinicError) -> None:
        if isinstance(error, NotAllowed):
            self.state.set_state(
                "no_permission",
                self.tr("What roles may do is for administrators"),
                self.tr("Ask an administrator if you need something changed here."),
            )
            self._stack.setCurrentWidget(self.state)
            return
        errors.show(self, error, retry=self.refresh)

    def _on_changed(self, changes: ChangeSet) -> None:
        if not changes.touches("permission_grid"):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True


def sentences(wishes: dict[Wish, bool]) -> list[str]:
    """The changes in words, by role: `Receptionists may now: Delete documents`."""
    found = []
    for role in Role:
        for allowed in (True, False):
            deeds = [
                words(permission).deed
                for (whose, permission), on in wishes.items()
                if whose is role and on is allowed
            ]
            if deeds:
                text = _tr("{roles} may now: {deeds}") if allowed else _tr("{roles} may no longer: {deeds}")
                found.append(text.format(roles=roles_word(role), deeds=", ".join(deeds)))
    return found


def _tr(text: str) -> str:
    return QCoreApplication.translate("RolesPage", text)
