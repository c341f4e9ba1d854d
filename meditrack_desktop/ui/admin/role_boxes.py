"""A person's roles as a set of check boxes, with the reason where one may not be taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.ui.admin.words import role_word
from meditrack_desktop.ui.widgets import CheckBox, Label


class RoleBoxes(QWidget):
    """`changed` comes with a click, not with `show_roles`."""

    changed = Signal()

    def __init__(self, roles: Iterable[Role] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(Label(self.tr("Roles"), "small_medium", tone="text2"))
        row = QHBoxLayout()
        row.setSpacing(14)
        self.boxes: dict[Role, CheckBox] = {}
        for role in Role:
            box = CheckBox(role_word(role), name=self.tr("Role: {role}").format(role=role_word(role)))
            box.clicked.connect(self.changed)
            self.boxes[role] = box
            row.addWidget(box)
        row.addStretch(1)
        column.addLayout(row)
        self.reason = Label("", "hint", wrap=True)
        self.reason.hide()
        column.addWidget(self.reason)
        self.problem = Label("", "hint", tone="danger", wrap=True)
        self.problem.hide()
        column.addWidget(self.problem)
        self.show_roles(roles)

    def roles(self) -> frozenset[Role]:
        """The roles ticked."""
        return frozenset(role for role, box in self.boxes.items() if box.isChecked())

    def show_roles(
        self, roles: Iterable[Role], *, editable: bool = True, fixed: Mapping[Role, str] | None = None
    ) -> None:
        """Tick these. A box in `fixed` cannot be changed, and says why."""
        held, reasons = set(roles), dict(fixed or {})
        for role, box in self.boxes.items():
            why = reasons.get(role, "")
            box.setChecked(role in held)
            box.setEnabled(editable and not why)
            box.setToolTip(why)
            box.setAccessibleDescription(why)
        said = " ".join(dict.fromkeys(reasons.values()))
        self.reason.setText(said)
        self.reason.setVisible(bool(said))
        self.show_problem("")

    def show_problem(self, text: str) -> None:
        """What is wrong with the choice, under the boxes; empty takes it away."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
