"""What can be done to several people at once: shown under the list while boxes are ticked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.accounts import Account
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.ui.admin.words import role_word
from meditrack_desktop.ui.widgets import Button, Divider, Label, Menu


class BulkBar(QWidget):
    """`activeRequested(on)`, `roleRequested(role, held)` and `cleared` say what was asked for."""

    activeRequested = Signal(bool)
    roleRequested = Signal(object, bool)
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Several users"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(Divider())
        row = QHBoxLayout()
        whole.addLayout(row)
        row.setContentsMargins(20, 12, 12, 12)
        row.setSpacing(8)
        self.count = Label("", "strong")
        self.deactivate = Button(self.tr("Deactivate"), "danger_secondary")
        self.reactivate = Button(self.tr("Reactivate"))
        self.add_role = Button(self.tr("Add role"), trailing_icon="chevron-down")
        self.remove_role = Button(self.tr("Remove role"), trailing_icon="chevron-down")
        self.clear = Button(self.tr("Clear choice"), "quiet", icon="x")
        row.addWidget(self.count)
        row.addSpacing(8)
        for button in (self.deactivate, self.reactivate, self.add_role, self.remove_role):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.clear)
        self.menu: Menu | None = None
        self.deactivate.clicked.connect(lambda: self.activeRequested.emit(False))
        self.reactivate.clicked.connect(lambda: self.activeRequested.emit(True))
        self.add_role.clicked.connect(lambda: self._offer(self.add_role, held=True))
        self.remove_role.clicked.connect(lambda: self._offer(self.remove_role, held=False))
        self.clear.clicked.connect(self.cleared)
        self.hide()

    def show_chosen(self, accounts: Sequence[Account], *, editable: bool) -> None:
        """Offer what can be done with these; nothing chosen hides the bar."""
        self.setVisible(bool(accounts) and editable)
        one = self.tr("1 user chosen")
        self.count.setText(one if len(accounts) == 1 else self.tr("{n} users chosen").format(n=len(accounts)))
        self.deactivate.setEnabled(any(account.active for account in accounts))
        self.reactivate.setEnabled(any(not account.active for account in accounts))

    def _offer(self, button: Button, *, held: bool) -> None:
        menu = Menu(button)
        for role in Role:
            menu.add(role_word(role), lambda role=role: self.roleRequested.emit(role, held))  # type: ignore[misc]
        menu.aboutToHide.connect(menu.deleteLater)
        self.menu = menu
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + 4)))
