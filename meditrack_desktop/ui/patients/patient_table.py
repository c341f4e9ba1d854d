"""The table of patients: its columns, what stands in each cell, and how it is sorted."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.patients import PatientLine
from meditrack_desktop.ui.patients.words import born_words, when_text
from meditrack_desktop.ui.widgets import Cell, CellTag, Column, PagedModel

ORDERS = {"name": "name", "mrn": "mrn", "born": "birth_date", "next": "next_visit"}
"""Sortable columns and the order that the search knows them by."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("PatientTable", text)


def columns() -> list[Column]:
    """Name, record number and birth date always stay; the rest goes by how often it is needed."""
    return [
        Column("name", _tr("Name"), 190, stretch=True),
        Column("mrn", _tr("MRN"), 94, priority=2),
        Column("born", _tr("Born"), 118),
        Column("age", _tr("Age"), 56, priority=5, align_right=True, sortable=False),
        Column("phone", _tr("Phone"), 158, priority=1, sortable=False),
        Column("doctor", _tr("Doctor"), 146, priority=4, sortable=False),
        Column("next", _tr("Next visit"), 118, priority=3),
    ]


class PatientCells:
    """What stands in the cells. `today` and `zone` are the clinic's."""

    def __init__(self, today: date, zone: ZoneInfo) -> None:
        self.today, self.zone = today, zone

    def model(self) -> PagedModel:
        """A model of patient lines, told apart by their ids."""
        return PagedModel(columns(), self.cell, identity=lambda line: line.id)

    def cell(self, line: PatientLine, key: str) -> Cell:
        """One cell of one patient."""
        if key == "name":
            return Cell(
                line.name,
                avatar=line.name,
                tags=_tags(line),
                tone="text" if line.active else "text2",
                mark="circle-alert" if line.allergies else "",
                mark_meaning=_allergies(line),
            )
        if key == "mrn":
            return Cell(line.mrn, tone="text2")
        if key == "born":
            return Cell(born_words(line.birth_date) or _tr("Not known"), tone=_tone(line.birth_date))
        if key == "age":
            age = line.birth_date.age_on(self.today) if line.birth_date and not line.deceased else None
            return Cell("" if age is None else str(age), tone="text2")
        if key == "phone":
            return Cell(line.phone or _tr("None"), tone="text2" if line.phone else "text3")
        if key == "doctor":
            return Cell(line.usual_doctor or _tr("None"), tone="text2" if line.usual_doctor else "text3")
        if line.next_visit is None:
            return Cell(_tr("None"), tone="text3")
        return Cell(when_text(line.next_visit, self.zone, self.today))


def _tags(line: PatientLine) -> tuple[CellTag, ...]:
    tags = []
    if line.provisional:
        tags.append(CellTag(_tr("To complete"), "info", "circle-dashed"))
    if line.deceased:
        tags.append(CellTag(_tr("Deceased")))
    if not line.active:
        tags.append(CellTag(_tr("Archived"), "warn"))
    return tuple(tags)


def _allergies(line: PatientLine) -> str:
    """What the mark means: the worst allergy, and how many more."""
    if not line.allergies:
        return ""
    if line.allergies == 1:
        return _tr("Allergy: {name}").format(name=line.allergy)
    return _tr("Allergies: {name} and {count} more").format(name=line.allergy, count=line.allergies - 1)


def _tone(value: object) -> str:
    return "text" if value else "text3"
