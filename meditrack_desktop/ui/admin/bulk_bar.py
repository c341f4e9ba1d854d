"""What can be done to several people at once: shown under the list while boxes are ticked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.accounts import Account
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.admin.words import role_word
from meditrack_desktop.ui.widgets import Button, Divider, Label, Menu

MARGIN, SPACING = 20, 8


class BulkBar(QWidget):
    """`activeRequested(on)`, `roleRequested(role, held)` and `cleared` say what was asked for.

    Where there is no room, all but the first act fold into a menu.
    """

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
        row.setContentsMargins(MARGIN, 12, MARGIN, 12)
        row.setSpacing(SPACING)
        whole.addLayout(row)
        self.count = Label("", "strong")
        self.deactivate = Button(self.tr("Deactivate"), "danger_secondary")
        self.reactivate = Button(self.tr("Reactivate"))
        self.add_role = Button(self.tr("Add role"), trailing_icon="chevron-down")
        self.remove_role = Button(self.tr("Remove role"), trailing_icon="chevron-down")
        self.more = Button(self.tr("More"), trailing_icon="chevron-down")
        self.clear = Button(self.tr("Clear choice"), "quiet", icon="x")
        self._foldable = (self.reactivate, self.add_role, self.remove_role)
        row.addWidget(self.count)
        for button in (self.deactivate, *self._foldable, self.more):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.clear)
        self.menu: Menu | None = None
        self.deactivate.clicked.connect(lambda: self.activeRequested.emit(False))
        self.reactivate.clicked.connect(lambda: self.activeRequested.emit(True))
        self.add_role.clicked.connect(lambda: self._offer(self.add_role, (True,)))
        self.remove_role.clicked.connect(lambda: self._offer(self.remove_role, (False,)))
        self.more.clicked.connect(lambda: self._offer(self.more, (True, False)))
        self.clear.clicked.connect(self.cleared)
        self.hide()
        theme.current().changed.connect(self._fit)

    def show_chosen(self, accounts: Sequence[Account], *, editable: bool) -> None:
        """Offer what can be done with these; nothing chosen hides the bar."""
        self.setVisible(bool(accounts) and editable)
        one = self.tr("1 user chosen")
        self.count.setText(one if len(accounts) == 1 else self.tr("{n} users chosen").format(n=len(accounts)))
        self.deactivate.setEnabled(any(account.active for account in accounts))
        self.reactivate.setEnabled(any(not account.active for account in accounts))
        self._fit()

    def minimumSizeHint(self) -> QSize:
        # The bar folds instead of pushing the details out of the window.
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        parts = (self.count, self.deactivate, *self._foldable, self.clear)
        wanted = sum(part.sizeHint().width() + SPACING for part in parts) + 2 * MARGIN
        folded = self.width() < wanted
        for button in self._foldable:
            button.setVisible(not folded)
        self.more.setVisible(folded)

    def _offer(self, button: Button, ways: Sequence[bool]) -> None:
        """A menu of roles to give (True) or take (False); with both, reactivating stands on top."""
        menu = Menu(button)
        if len(ways) > 1:
            if self.reactivate.isEnabled():
                menu.add(self.tr("Reactivate"), lambda: self.activeRequested.emit(True))
                menu.addSeparator()
            words = {True: self.tr("Add role: {role}"), False: self.tr("Remove role: {role}")}
        else:
            words = dict.fromkeys(ways, "{role}")
        for held in ways:
            for role in Role:
                menu.add(
                    words[held].format(role=role_word(role)),
                    lambda role=role, held=held: self.roleRequested.emit(role, held),  # type: ignore[misc]
                )
        menu.aboutToHide.connect(menu.deleteLater)
        self.menu = menu
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + 4)))
