"""The row under the page's head: find box, state, role, and how many there are."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from meditrack_desktop.domain.accounts import AccountStatus
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.admin.user_table import UserFilter
from meditrack_desktop.ui.admin.words import role_word
from meditrack_desktop.ui.widgets import FilterChip, Label, Menu, SearchBox, Segmented

_ALL = "all"


class FilterBar(QWidget):
    """`changed` comes when text or a filter is another. A narrow page folds the states into one chip."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role: Role | None = None
        self._menu: Menu | None = None
        self._states: tuple[tuple[object, str], ...] = (
            (_ALL, self.tr("All")),
            (AccountStatus.ACTIVE, self.tr("Active")),
            (AccountStatus.INVITED, self.tr("Invited")),
            (AccountStatus.LOCKED, self.tr("Locked")),
            (AccountStatus.INACTIVE, self.tr("Inactive")),
        )
        self.search = SearchBox(self.tr("Name or user name"), name=self.tr("Find a user"), key="Ctrl F")
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.states = Segmented(self._states, _ALL, name=self.tr("State"))
        self.state_chip = FilterChip(self.tr("State"))
        self.role_chip = FilterChip(self.tr("Role"))
        self.count = Label("", "small", tone="text2")
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 20, 12)
        row.setSpacing(8)
        for widget in (self.search, self.states, self.state_chip, self.role_chip):
            row.addWidget(widget, 20 if widget is self.search else 0)
        row.addStretch(1)
        row.addWidget(self.count)
        self.search.searched.connect(lambda _text: self.changed.emit())
        self.states.valueChanged.connect(lambda _value: self._on_state())
        self.state_chip.clicked.connect(self._offer_states)
        self.state_chip.removed.connect(lambda: self.set_filters(role=self._role))
        self.role_chip.clicked.connect(self._offer_roles)
        self.role_chip.removed.connect(lambda: self._choose_role(None))
        self.set_compact(False)
        theme.current().changed.connect(self._on_theme)

    def filter(self) -> UserFilter:
        """What is asked for now."""
        state = self.states.value()
        status = state if isinstance(state, AccountStatus) else None
        return UserFilter(status, self._role, self.search.text().strip())

    def set_filters(self, status: AccountStatus | None = None, role: Role | None = None) -> None:
        """Set state and role at once."""
        self.states.set_value(_ALL if status is None else status)
        self._role = role
        self._show()
        self.changed.emit()

    def set_compact(self, compact: bool) -> None:
        """Fold the states into a chip, or show them side by side."""
        self._compact = compact
        self.states.setVisible(not compact)
        self.state_chip.setVisible(compact)
        self.search.setMaximumWidth(theme.current().px(260))
        self._show()

    def _on_state(self) -> None:
        self._show()
        self.changed.emit()

    def _on_theme(self) -> None:
        self.set_compact(self._compact)

    def _show(self) -> None:
        shown = self.filter()
        word = next((text for value, text in self._states if value == shown.status), self.tr("State"))
        self.state_chip.set_filter(word, active=shown.status is not None)
        role = role_word(self._role) if self._role is not None else self.tr("Role")
        self.role_chip.set_filter(role, active=self._role is not None)

    def _choose_role(self, role: Role | None) -> None:
        self._role = role
        self._show()
        self.changed.emit()

    def _offer_roles(self) -> None:
        menu = Menu(self.role_chip)
        menu.add(self.tr("All roles"), lambda: self._choose_role(None), icon=_tick(self._role is None))
        for role in Role:
            chosen = self._role is role
            menu.add(role_word(role), lambda role=role: self._choose_role(role), icon=_tick(chosen))  # type: ignore[misc]
        self._drop(menu, self.role_chip)

    def _offer_states(self) -> None:
        menu, now = Menu(self.state_chip), self.filter().status
        for value, text in self._states:
            status = value if isinstance(value, AccountStatus) else None
            menu.add(
                text,
                lambda status=status: self.set_filters(status, self._role),  # type: ignore[misc]
                icon=_tick(status is now),
            )
        self._drop(menu, self.state_chip)

    def _drop(self, menu: Menu, chip: FilterChip) -> None:
        menu.aboutToHide.connect(menu.deleteLater)
        self._menu = menu
        menu.popup(chip.mapToGlobal(QPoint(0, chip.height() + 4)))


def _tick(on: bool) -> str:
    return "check" if on else ""
