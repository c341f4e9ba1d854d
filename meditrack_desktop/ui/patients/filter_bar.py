"""The row under the page's head: search, filter chips, how many are shown, and the switch of the preview."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.widgets import FilterChip, IconButton, Label, Menu, SearchBox


class FilterBar(QWidget):
    """`changed` comes when text or a filter is another. In a narrow page doctor and status share one chip."""

    changed = Signal()
    previewToggled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.coming_today = False
        self.doctor: UUID | None = None
        self.with_archived = False
        self._doctors: tuple[Practitioner, ...] = ()
        self._compact = False
        self._menu: Menu | None = None
        self.search = SearchBox(
            self.tr("Name, birth date, phone or MRN"), name=self.tr("Search patients"), key="Ctrl F"
        )
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.today_chip = FilterChip(self.tr("Coming today"), icon="calendar-days")
        self.doctor_chip = FilterChip(self.tr("Doctor"))
        self.status_chip = FilterChip(self.tr("Status: active"))
        self.filters_chip = FilterChip(self.tr("Filters"), icon="list-filter")
        self.count = Label("", "small", tone="text2")
        self.preview = IconButton(
            "panel-right", self.tr("Preview"), kind="secondary", key="Space", checkable=True
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 20, 12)
        row.setSpacing(8)
        row.addWidget(self.search, 20)
        for chip in (self.today_chip, self.doctor_chip, self.status_chip, self.filters_chip):
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
        return sum((self.coming_today, self.doctor is not None, self.with_archived))

    @property
    def text(self) -> str:
        return self.search.text().strip()

    def set_doctors(self, doctors: Sequence[Practitioner]) -> None:
        """Offer these doctors; a chosen one who is gone is dropped."""
        self._doctors = tuple(doctors)
        if self.doctor is not None and self.doctor not in {doctor.id for doctor in doctors}:
            self._choose_doctor(None)
        self._show()

    def set_compact(self, compact: bool) -> None:
        """Fold doctor and status into one chip, or show them apart."""
        self._compact = compact
        self.doctor_chip.setVisible(not compact)
        self.status_chip.setVisible(not compact)
        self.filters_chip.setVisible(compact)
        self.search.setMaximumWidth(theme.current().px(300))
        self._show()

    def set_filters(
        self, *, coming_today: bool = False, doctor: UUID | None = None, with_archived: bool = False
    ) -> None:
        """Set all filters at once; `changed` comes if that is something else."""
        wanted = (coming_today, doctor, with_archived)
        if wanted == (self.coming_today, self.doctor, self.with_archived):
            return
        self.coming_today, self.doctor, self.with_archived = wanted
        self._show()
        self.changed.emit()

    def set_count(self, text: str) -> None:
        """What stands beside the switch, such as "56 of 4,218"."""
        self.count.setText(text)

    def _connect(self) -> None:
        self.search.searched.connect(lambda _text: self.changed.emit())
        self.today_chip.clicked.connect(lambda: self._set_today(not self.coming_today))
        self.today_chip.removed.connect(lambda: self._set_today(False))
        self.doctor_chip.clicked.connect(lambda: self._offer(self.doctor_chip, doctors=True))
        self.doctor_chip.removed.connect(lambda: self._choose_doctor(None))
        self.status_chip.clicked.connect(lambda: self._offer(self.status_chip, status=True))
        self.status_chip.removed.connect(lambda: self._set_archived(False))
        self.filters_chip.clicked.connect(lambda: self._offer(self.filters_chip, doctors=True, status=True))
        self.filters_chip.removed.connect(lambda: self.set_filters(coming_today=self.coming_today))
        self.preview.clicked.connect(self.previewToggled)

    def _offer(self, chip: FilterChip, *, doctors: bool = False, status: bool = False) -> None:
        menu = Menu(chip)
        if status:
            menu.add(
                self.tr("Active patients"),
                lambda: self._set_archived(False),
                icon=_tick(not self.with_archived),
            )
            menu.add(
                self.tr("Active and archived patients"),
                lambda: self._set_archived(True),
                icon=_tick(self.with_archived),
            )
        if doctors and status:
            menu.addSeparator()
        if doctors:
            menu.add(
                self.tr("All doctors"), lambda: self._choose_doctor(None), icon=_tick(self.doctor is None)
            )
            for doctor in self._doctors:
                menu.add(
                    doctor.name,
                    lambda chosen=doctor.id: self._choose_doctor(chosen),  # type: ignore[misc]
                    icon=_tick(self.doctor == doctor.id),
                )
        menu.aboutToHide.connect(menu.deleteLater)
        self._menu = menu
        menu.popup(chip.mapToGlobal(QPoint(0, chip.height() + 4)))

    def _set_today(self, on: bool) -> None:
        self.set_filters(coming_today=on, doctor=self.doctor, with_archived=self.with_archived)

    def _choose_doctor(self, doctor: UUID | None) -> None:
        self.set_filters(coming_today=self.coming_today, doctor=doctor, with_archived=self.with_archived)

    def _set_archived(self, on: bool) -> None:
        self.set_filters(coming_today=self.coming_today, doctor=self.doctor, with_archived=on)

    def _on_theme(self) -> None:
        self.set_compact(self._compact)

    def _show(self) -> None:
        self.today_chip.set_filter(self.tr("Coming today"), active=self.coming_today)
        name = next((doctor.name for doctor in self._doctors if doctor.id == self.doctor), "")
        self.doctor_chip.set_filter(name or self.tr("Doctor"), active=self.doctor is not None)
        status = self.tr("Status: with archived") if self.with_archived else self.tr("Status: active")
        self.status_chip.set_filter(status, active=self.with_archived)
        folded = sum((self.doctor is not None, self.with_archived))
        words = self.tr("Filters: {count}").format(count=folded) if folded else self.tr("Filters")
        self.filters_chip.set_filter(words, active=bool(folded))


def _tick(on: bool) -> str:
    return "check" if on else ""
