"""What stands above the details of a DICOM document: the line about diagnosis, its series, whose it is and when."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.documents import Document, NameCheck
from meditrack_desktop.domain.examination import StudyContents
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.documents.dicom.series_list import SeriesList
from meditrack_desktop.ui.documents.dicom.words import reference_words
from meditrack_desktop.ui.widgets import Banner, Divider, IconLabel, Label, format_date, format_time


class StudyBox(QWidget):
    """`chosen` carries the number of a series."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reference = Banner(reference_words(), "warn", icon="info")
        self.series = SeriesList()
        self.series.chosen.connect(self.chosen)
        self._title = Label(self.tr("Series"), "strong")
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnStretch(1, 1)
        self.values: dict[str, Label] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.reference)
        column.addWidget(self._title)
        column.addWidget(self.series)
        column.addWidget(Divider())
        column.addWidget(Label(self.tr("Study"), "strong"))
        column.addLayout(self._grid)
        column.addWidget(Divider())

    def show_study(self, document: Document, contents: StudyContents, pictures: dict[int, QImage]) -> None:
        """What the file says, beside what the chart knows."""
        self.series.show_series(contents.series)
        for number, picture in pictures.items():
            self.series.put(number, picture)
        at = contents.study_at
        when = f"{format_date(at.date())}, {format_time(at.time())}" if at is not None else ""
        modality = ", ".join(dict.fromkeys(each.modality for each in contents.series if each.modality))
        about = ", ".join(part for part in (modality, contents.body_part.lower()) if part)
        self._add_check(document.name_check)
        for key, name, value in (
            ("study_at", self.tr("Study date"), when or self.tr("Not known")),
            ("modality", self.tr("Modality"), about or self.tr("Not known")),
            ("description", self.tr("Study"), contents.description),
            ("referring", self.tr("Referred by"), contents.referring),
            ("duplicates", self.tr("Came twice"), str(contents.duplicates) if contents.duplicates else ""),
        ):
            if value:
                label = Label(value, "body", wrap=True, selectable=True)
                label.setAccessibleName(f"{name}: {value}")
                self._add(key, name, label, label)

    def _add_check(self, check: NameCheck) -> None:
        words, icon, tone = {
            NameCheck.MATCHES: (self.tr("ID matches"), "circle-check", "ok"),
            NameCheck.CONFIRMED: (self.tr("Another name, confirmed"), "triangle-alert", "warn"),
            NameCheck.UNKNOWN: (self.tr("Names nobody"), "", "text2"),
        }[check]
        label = Label(words, "body", tone=tone, wrap=True)
        name = self.tr("Patient")
        label.setAccessibleName(f"{name}: {words}")
        cell = QWidget()
        row = QHBoxLayout(cell)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        if icon:
            # Level with the first line of the words.
            current = theme.current()
            beside = QVBoxLayout()
            beside.setContentsMargins(0, (current.line_height("body") - current.px(14)) // 2, 0, 0)
            beside.addWidget(IconLabel(icon, 14, tone), 0, Qt.AlignmentFlag.AlignTop)
            row.addLayout(beside)
        row.addWidget(label, 1)
        self._add("patient", name, label, cell)

    def _add(self, key: str, name: str, label: Label, cell: QWidget) -> None:
        number = len(self.values)
        self._grid.addWidget(Label(name, "body", tone="text2"), number, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(cell, number, 1)
        self._grid.setColumnMinimumWidth(0, theme.current().px(80))
        self.values[key] = label
