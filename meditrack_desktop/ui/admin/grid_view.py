"""The grid of permissions: rows by area, a column per role. One tab stop; arrows move, Space ticks."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.permission_grid import KEPT_BY_ADMINS, KEPT_BY_ALL
from meditrack_desktop.domain.permissions import STEP_UP, Permission, Role
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.admin.grid_box import GridBox
from meditrack_desktop.ui.admin.permission_words import areas, words
from meditrack_desktop.ui.admin.words import role_word, roles_word
from meditrack_desktop.ui.widgets import Divider, IconLabel, Label, ScrollColumn

Grid = Mapping[Role, frozenset[Permission]]
COLUMN, WIDEST = 116, 860


class GridView(QWidget):
    """`toggled(role, permission, allowed)` comes from the person; `refused` carries why a box is locked."""

    toggled = Signal(object, object, bool)
    refused = Signal(str)

    def __init__(self, *, editable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("What each role may do"))
        self._boxes: list[list[GridBox]] = []
        self._quiet = False
        self._heads: list[Label] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._top = self._head()
        column.addWidget(self._top)
        column.addWidget(Divider())
        self.column = ScrollColumn(margins=(20, 0, 20, 16))
        column.addWidget(self.column, 1)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(0)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        self._sheet = QWidget()
        self._sheet.setLayout(self._grid)
        self.column.body.addWidget(self._sheet)
        self.column.body.addStretch(1)
        self._fill(editable)
        self._take_turn(self._boxes[0][0])
        self._fit()
        theme.current().changed.connect(self._fit)

    def show_grid(self, grid: Grid, saved: Grid) -> None:
        """Tick what is allowed; what differs from `saved` is marked."""
        self._quiet = True
        for row in self._boxes:
            for box in row:
                allowed = box.permission in grid.get(box.role, ())
                was = box.permission in saved.get(box.role, ())
                box.show_state(allowed, changed=allowed is not was)
        self._quiet = False

    def box(self, role: Role, permission: Permission) -> GridBox:
        """The box of one role and permission."""
        return next(b for row in self._boxes for b in row if (b.role, b.permission) == (role, permission))

    def _head(self) -> QWidget:
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(20, 8, 20, 8)
        row.setSpacing(0)
        row.addWidget(Label(self.tr("May"), "small_medium", tone="text2"), 1)
        for role in Role:
            label = Label(role_word(role), "small_medium", tone="text2")
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._heads.append(label)
            row.addWidget(label)
        return head

    def _fill(self, editable: bool) -> None:
        at = 0
        for area in areas():
            heading = Label(area.title, "strong")
            heading.setContentsMargins(0, 14, 0, 4)
            self._grid.addWidget(heading, at, 0, 1, 1 + len(Role))
            at += 1
            for permission in area.permissions:
                self._grid.addWidget(self._deed(permission), at, 0)
                row = []
                for column, role in enumerate(Role, start=1):
                    box = self._box(role, permission, editable)
                    self._grid.addWidget(box, at, column, Qt.AlignmentFlag.AlignCenter)
                    row.append(box)
                self._boxes.append(row)
                self._grid.addWidget(Divider(), at + 1, 0, 1, 1 + len(Role))
                at += 2

    def _deed(self, permission: Permission) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 2, 12, 2)
        row.setSpacing(8)
        label = Label(words(permission).deed, "body", wrap=True)
        row.addWidget(label, 1)
        if permission in STEP_UP:
            mark = IconLabel("key-round", 13, "text3", line="body")
            mark.setToolTip(self.tr("Asks for the password again"))
            mark.setAccessibleName(self.tr("Asks for the password again"))
            row.addWidget(mark, 0, Qt.AlignmentFlag.AlignVCenter)
        return holder

    def _box(self, role: Role, permission: Permission, editable: bool) -> GridBox:
        name = self.tr("{roles}: {deed}").format(roles=roles_word(role), deed=words(permission).deed)
        box = GridBox(role, permission, name)
        if role is Role.ADMIN and permission in KEPT_BY_ADMINS:
            box.lock(self.tr("Administrators always keep this: without it nobody could put the grid right."))
        elif permission in KEPT_BY_ALL:
            box.lock(self.tr("Everybody keeps this: without it nobody could come to a desk."))
        elif not editable:
            box.lock(self.tr("Only somebody who may change what roles may do can change this."))
        box.toggled.connect(lambda on, box=box: self._on_toggled(box, on))
        box.stepped.connect(lambda down, along, box=box: self._step(box, down, along))
        box.refused.connect(self.refused)
        box.pressed.connect(lambda box=box: self._take_turn(box))
        return box

    def _on_toggled(self, box: GridBox, on: bool) -> None:
        if not self._quiet:
            self.toggled.emit(box.role, box.permission, on)

    def _step(self, box: GridBox, down: int, along: int) -> None:
        at = next(number for number, row in enumerate(self._boxes) if box in row)
        column = self._boxes[at].index(box)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            along = -along
        row = self._boxes[max(0, min(len(self._boxes) - 1, at + down))]
        chosen = row[max(0, min(len(row) - 1, column + along))]
        self._take_turn(chosen)
        chosen.setFocus(Qt.FocusReason.TabFocusReason)

    def _take_turn(self, chosen: GridBox) -> None:
        """Tab leads to this box alone."""
        for row in self._boxes:
            for box in row:
                policy = Qt.FocusPolicy.StrongFocus if box is chosen else Qt.FocusPolicy.ClickFocus
                box.setFocusPolicy(policy)
        self.setFocusProxy(chosen)

    def _fit(self) -> None:
        width = theme.current().px(COLUMN)
        self._sheet.setMaximumWidth(theme.current().px(WIDEST))
        self._top.setMaximumWidth(theme.current().px(WIDEST) + 40)
        for number, label in enumerate(self._heads, start=1):
            label.setFixedWidth(width)
            self._grid.setColumnMinimumWidth(number, width)
