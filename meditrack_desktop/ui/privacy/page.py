"""What waits for an administrator in matters of privacy: emergencies to look at, erasures, records past their years."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.privacy.emergency_list import EmergencyList
from meditrack_desktop.ui.privacy.erasure_list import ErasureList
from meditrack_desktop.ui.privacy.retention_list import RetentionList
from meditrack_desktop.ui.widgets import Banner, Divider, Label, TabStrip

NEEDS = (Permission.REVIEW_BREAK_GLASS, Permission.PURGE_PATIENT)
"""Who holds one of these has something to do here."""


class PrivacyPage(QWidget):
    """One tab for each list that this person may see; asks again when something of it changed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.title = self.tr("Privacy")
        self.setAccessibleName(self.title)
        self._desk = desk
        self._stale = True
        self.lists: dict[str, EmergencyList | ErasureList | RetentionList] = {}
        tabs: list[tuple[object, str, int | None]] = []
        if desk.actor.may(Permission.REVIEW_BREAK_GLASS):
            self.lists["emergencies"] = EmergencyList(desk)
            tabs.append(("emergencies", self.tr("Emergencies"), None))
        if desk.actor.may(Permission.PURGE_PATIENT):
            self.lists["erasures"] = ErasureList(desk)
            self.lists["retention"] = RetentionList(desk)
            tabs += [("erasures", self.tr("Erasure"), None), ("retention", self.tr("Past their years"), None)]
        self.tabs = TabStrip(tabs, tabs[0][0] if tabs else "", name=self.tr("Lists"))
        self.loud = Banner("", "warn", square=True)
        self.loud.hide()
        self._pages = QStackedWidget()
        for key, page in self.lists.items():
            self._pages.addWidget(page)
            page.counted.connect(self._counter(key))
        self._build()
        self.tabs.valueChanged.connect(lambda value: self.show_list(str(value)))
        desk.live.changed.connect(self._on_changed)

    def load(self) -> None:
        """Ask for every list."""
        self.refresh()
        for page in list(self.lists.values())[:1]:
            page.setFocus()

    def refresh(self) -> None:
        """Ask again; the chosen lines stay."""
        self._stale = False
        desk = self._desk
        if desk.actor.may(Permission.REVIEW_BREAK_GLASS):
            desk.tasks.query(
                self,
                lambda: desk.clinic.precautions.server_logging(desk.actor),
                self.show_loud,
                failed=lambda _error: None,
                replaces="precautions",
            )
        for page in self.lists.values():
            page.refresh()

    def show_loud(self, settings: tuple[str, ...]) -> None:
        """Warn of a server whose log takes in what is typed here."""
        text = self.tr("Its settings should be changed by whoever looks after it: {settings}.")
        self.loud.set_text(
            text.format(settings=", ".join(settings)),
            self.tr("The clinic server can write patient data into its own log."),
        )
        self.loud.setVisible(bool(settings))

    def can_leave(self) -> bool:
        """Always: nothing is typed on the page itself."""
        return True

    def show_list(self, key: str) -> None:
        """Bring a list to the front."""
        if key in self.lists:
            self.tabs.set_value(key)
            self._pages.setCurrentWidget(self.lists[key])
            self.lists[key].setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _counter(self, key: str) -> Callable[[int], None]:
        return lambda count: self.tabs.set_count(key, count or None)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(20, 16, 20, 4)
        head.addWidget(Label(self.title, "title"))
        head.addStretch(1)
        strip = QHBoxLayout()
        strip.setContentsMargins(12, 0, 20, 0)
        strip.addWidget(self.tabs)
        strip.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(strip)
        column.addWidget(Divider())
        column.addWidget(self.loud)
        column.addWidget(self._pages, 1)

    def _on_changed(self, changes: ChangeSet) -> None:
        if not changes.touches("emergency_access", "purge", "patient"):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True
