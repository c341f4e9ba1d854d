"""The row under the page's head: search, filter chips, how many are shown, and the switch of the preview."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.saved_filters import PatientFilter, SavedFilter, Standing
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.patients.filter_menu import FilterMenu, key_of
from meditrack_desktop.ui.patients.filter_words import filter_words, standing_word
from meditrack_desktop.ui.patients.words import count_text
from meditrack_desktop.ui.widgets import FilterChip, IconButton, Label, SearchBox


class FilterBar(QWidget):
    """`changed` comes when text or a filter is another. In a narrow page all filters but today share one chip."""

    changed = Signal()
    previewToggled = Signal()
    saveRequested = Signal()
    manageRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter = PatientFilter()
        self.saved: tuple[SavedFilter, ...] = ()
        self.doctors: tuple[Practitioner, ...] = ()
        self.is_doctor = False
        self._compact = False
        self.menu: FilterMenu | None = None
        self.search = SearchBox(
            self.tr("Name, birth date, phone or MRN"), name=self.tr("Search patients"), key="Ctrl F"
        )
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.today_chip = FilterChip(self.tr("Coming today"), icon="calendar-days")
        self.doctor_chip = FilterChip(self.tr("Doctor"))
        self.status_chip = FilterChip(self.tr("Status: active"))
        self.more_chip = FilterChip(self.tr("More filters"))
        self.add_chip = FilterChip(self.tr("Filter"), adds=True)
        self.add_chip.setAccessibleName(self.tr("Add a filter, or use a saved one"))
        self.filters_chip = FilterChip(self.tr("Filters"), icon="list-filter")
        self.count = Label("", "small", tone="text2")
        self.preview = IconButton(
            "panel-right", self.tr("Preview"), kind="secondary", key="Space", checkable=True
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 20, 12)
        row.setSpacing(8)
        row.addWidget(self.search, 20)
        for chip in self._chips():
            row.addWidget(chip)
        row.addStretch(1)
        row.addWidget(self.count)
        row.addWidget(self.preview)
        self._connect()
        self.set_compact(False)
        theme.current().changed.connect(self._on_theme)

    @property
    def active(self) -> int:
        """How many filters are on, the search text not counted."""
        return self.filter.count

    @property
    def text(self) -> str:
        return self.search.text().strip()

    @property
    def in_force(self) -> SavedFilter | None:
        """The saved filter that says exactly what is on now."""
        return next((one for one in self.saved if one.filter == self.filter), None)

    def set_doctors(self, doctors: Sequence[Practitioner]) -> None:
        """Offer these doctors; a chosen one who is gone is dropped."""
        self.doctors = tuple(doctors)
        if self.filter.doctor is not None and self.filter.doctor not in {doctor.id for doctor in doctors}:
            self.narrow(doctor=None)
        self._show()

    def set_saved(self, saved: Sequence[SavedFilter]) -> None:
        """Offer these saved filters."""
        self.saved = tuple(saved)
        self._show()

    def set_compact(self, compact: bool) -> None:
        """Fold the filters into one chip, or show them apart."""
        self._compact = compact
        self.search.setMaximumWidth(theme.current().px(300))
        self._show()

    def narrow(self, **parts: Any) -> None:
        """Change parts of the filter, the others stay."""
        self.use(self.filter.model_copy(update=parts))

    def use(self, kept: PatientFilter) -> None:
        """Set the whole filter; `changed` comes if that is something else."""
        if kept != self.filter:
            self.filter = kept
            self._show()
            self.changed.emit()

    def use_saved(self, place: int) -> None:
        """Use the saved filter at this place, from 0, if there is one."""
        if place < len(self.saved):
            self.use(self.saved[place].filter)

    def clear(self) -> None:
        """Take all filters off; the order stays."""
        self.use(PatientFilter(order=self.filter.order, descending=self.filter.descending))

    def show_count(self, found: int | None, everybody: int | None) -> None:
        """How many are shown, such as "56 of 4,218"; nothing while nothing narrows the list."""
        if not self.text and not self.filter.count:
            words = ""
        elif found is None:
            words = self.tr("many")
        elif everybody is not None and self.filter.standing is Standing.ACTIVE:
            words = self.tr("{count} of {all}").format(count=count_text(found), all=count_text(everybody))
        else:
            words = count_text(found)
        self.count.setText(words)

    def _chips(self) -> tuple[FilterChip, ...]:
        return (
            self.today_chip,
            self.doctor_chip,
            self.status_chip,
            self.more_chip,
            self.add_chip,
            self.filters_chip,
        )

    def _connect(self) -> None:
        self.search.searched.connect(lambda _text: self.changed.emit())
        self.today_chip.clicked.connect(lambda: self.narrow(coming_today=not self.filter.coming_today))
        self.today_chip.removed.connect(lambda: self.narrow(coming_today=False))
        self.doctor_chip.clicked.connect(lambda: self.open_menu(self.doctor_chip, doctors=True))
        self.doctor_chip.removed.connect(lambda: self.narrow(doctor=None))
        self.status_chip.clicked.connect(lambda: self.open_menu(self.status_chip, status=True))
        self.status_chip.removed.connect(lambda: self.narrow(standing=Standing.ACTIVE))
        self.add_chip.clicked.connect(lambda: self.open_menu(self.add_chip, others=True, saved=True))
        self.more_chip.clicked.connect(lambda: self.open_menu(self.more_chip, others=True, saved=True))
        self.more_chip.removed.connect(self._clear_others)
        self.filters_chip.clicked.connect(
            lambda: self.open_menu(self.filters_chip, doctors=True, status=True, others=True, saved=True)
        )
        self.filters_chip.removed.connect(self.clear)
        self.preview.clicked.connect(self.previewToggled)

    def open_menu(
        self,
        chip: QWidget,
        *,
        doctors: bool = False,
        status: bool = False,
        others: bool = False,
        saved: bool = False,
    ) -> None:
        """Offer these parts of the choices below a chip."""
        menu = FilterMenu(chip, self)
        parts = (
            (others, menu.add_others),
            (status, menu.add_standing),
            (doctors, menu.add_doctors),
            (saved, menu.add_saved),
        )
        for wanted, add in parts:
            if wanted:
                add()
        menu.aboutToHide.connect(menu.deleteLater)
        self.menu = menu
        menu.popup(chip.mapToGlobal(QPoint(0, chip.height() + 4)))

    def _clear_others(self) -> None:
        kept = self.filter
        self.use(
            PatientFilter(
                coming_today=kept.coming_today,
                doctor=kept.doctor,
                standing=kept.standing,
                order=kept.order,
                descending=kept.descending,
            )
        )

    def _on_theme(self) -> None:
        self.set_compact(self._compact)

    def _show(self) -> None:
        kept, compact = self.filter, self._compact
        others = filter_words(kept)
        self.today_chip.set_filter(self.tr("Coming today"), active=kept.coming_today)
        self.doctor_chip.set_filter(
            self.doctor_name(kept.doctor) or self.tr("Doctor"), active=kept.doctor is not None
        )
        status = self.tr("Status: {word}").format(word=standing_word(kept.standing))
        self.status_chip.set_filter(status, active=kept.standing is not Standing.ACTIVE)
        known = self.in_force
        more = others[0] if len(others) == 1 else self.tr("{count} more").format(count=len(others))
        if known is not None and known.filter.count:
            more = known.name
            self.more_chip.setToolTip(key_of(self.saved.index(known)))
        self.more_chip.set_filter(more, active=True)
        folded = kept.count - kept.coming_today
        words = self.tr("Filters: {count}").format(count=folded) if folded else self.tr("Filters")
        self.filters_chip.set_filter(words, active=bool(folded))
        for chip in (self.doctor_chip, self.status_chip, self.add_chip):
            chip.setVisible(not compact)
        self.more_chip.setVisible(not compact and bool(others))
        self.filters_chip.setVisible(compact)

    def doctor_name(self, doctor: UUID | None) -> str:
        """The name of a doctor who can be filtered by, or ""."""
        return next((one.name for one in self.doctors if one.id == doctor), "")
