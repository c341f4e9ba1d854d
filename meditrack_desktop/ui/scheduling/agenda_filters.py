"""The filters of the agenda: from now on, status and kind of visit, each a chip that shows its value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.ui.scheduling.agenda_model import AgendaFilter
from meditrack_desktop.ui.scheduling.words import clock_text
from meditrack_desktop.ui.widgets import STATUSES, FilterChip, Menu, status_word


class AgendaFilters(QWidget):
    """`changed` comes with each choice; `wanted` is what is chosen."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wanted = AgendaFilter()
        self._now: datetime | None = None
        self._kinds: tuple[str, ...] = ()
        self._menu: Menu | None = None
        self.since = FilterChip(self.tr("From now"), icon="list-filter")
        self.status = FilterChip(self.tr("Status"))
        self.kind = FilterChip(self.tr("Visit"))
        self.folded = FilterChip(self.tr("Filters"), icon="list-filter")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for chip in (self.since, self.status, self.kind, self.folded):
            row.addWidget(chip)
        self.since.clicked.connect(self._on_since)
        self.since.removed.connect(lambda: self._set(replace(self.wanted, since=None)))
        self.status.clicked.connect(self._ask_status)
        self.status.removed.connect(lambda: self._set(replace(self.wanted, looks=frozenset())))
        self.kind.clicked.connect(self._ask_kind)
        self.kind.removed.connect(lambda: self._set(replace(self.wanted, kinds=frozenset())))
        self.folded.clicked.connect(self._ask_any)
        self.folded.removed.connect(self.clear)
        self._narrow = False
        self._arrange()

    def set_narrow(self, narrow: bool) -> None:
        """Fold all filters into one chip."""
        if narrow != self._narrow:
            self._narrow = narrow
            self._arrange()

    def _arrange(self) -> None:
        for chip in (self.status, self.kind):
            chip.setHidden(self._narrow)
        self.since.setHidden(self._narrow or self._now is None)
        self.folded.setHidden(not self._narrow)

    def offer(self, kinds: Iterable[str], now: datetime | None) -> None:
        """Which kinds of visit there are; `now` (clinic's clock) only on the day that is today."""
        self._kinds = tuple(sorted({kind for kind in kinds if kind}))
        self._now = now
        self._arrange()
        if now is None and self.wanted.since is not None:
            self.wanted = replace(self.wanted, since=None)
        self._name()

    def begin_now(self) -> None:
        """As a day opens: what is over is left out, if the day is today."""
        if self._now is not None:
            self.wanted = self.wanted.since_now(self._now)
            self._name()

    def put_back(self, wanted: AgendaFilter) -> None:
        """Filter as before, without a signal."""
        self.wanted = wanted
        self._name()

    def clear(self) -> None:
        """Leave nothing out."""
        self._set(AgendaFilter())

    def _on_since(self) -> None:
        if self.wanted.since is None and self._now is not None:
            self._set(self.wanted.since_now(self._now))

    def _ask_status(self) -> None:
        self._open(
            self.status,
            [(status_word(look), replace(self.wanted, looks=frozenset({look}))) for look in STATUSES],
        )

    def _ask_kind(self) -> None:
        self._open(self.kind, [(kind, replace(self.wanted, kinds=frozenset({kind}))) for kind in self._kinds])

    def _ask_any(self) -> None:
        choices = [(status_word(look), replace(self.wanted, looks=frozenset({look}))) for look in STATUSES]
        choices += [(kind, replace(self.wanted, kinds=frozenset({kind}))) for kind in self._kinds]
        if self._now is not None:
            choices.insert(0, (self.tr("From now"), self.wanted.since_now(self._now)))
        self._open(self.folded, choices)

    def _open(self, chip: FilterChip, choices: list[tuple[str, AgendaFilter]]) -> None:
        if self._menu is not None:
            self._menu.deleteLater()
        self._menu = Menu(self)
        for words, wanted in choices:
            self._menu.add(words.replace("&", "&&"), lambda wanted=wanted: self._set(wanted))  # type: ignore[misc]
        if choices:
            self._menu.popup(chip.mapToGlobal(QPoint(0, chip.height() + 4)))

    def _set(self, wanted: AgendaFilter) -> None:
        self.wanted = wanted
        self._name()
        self.changed.emit()

    def _name(self) -> None:
        since = self.wanted.since
        on = since is not None
        words = self.tr("From {time}").format(time=clock_text(since or 0)) if on else self.tr("From now")
        self.since.set_filter(words, active=on)
        looks, kinds = self.wanted.looks, self.wanted.kinds
        status = ", ".join(status_word(look) for look in STATUSES if look in looks)
        self.status.set_filter(status or self.tr("Status"), active=bool(looks))
        self.kind.set_filter(", ".join(sorted(kinds)) or self.tr("Visit"), active=bool(kinds))
        count = sum((on, bool(looks), bool(kinds)))
        folded = self.tr("{count} filters").format(count=count) if count > 1 else self.tr("1 filter")
        self.folded.set_filter(folded if count else self.tr("Filters"), active=bool(count))
