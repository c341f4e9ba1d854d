"""What a document may be tied to: a visit of the patient, and the older document that it takes the place of."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from PySide6.QtCore import QObject

from meditrack_desktop.domain.documents import Document, DocumentType
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.filing.words import day_of
from meditrack_desktop.ui.inbox.words import tr
from meditrack_desktop.ui.widgets import Combo, LabelledField, Option, format_date

MOST_VISITS = 6
MOST_VERSIONS = 12


class Links(QObject):
    """Two lists that are there only where there is something to choose. What a role may not list is not offered."""

    def __init__(self, desk: Desk, owner: QObject) -> None:
        super().__init__(owner)
        self._desk = desk
        self._patient: UUID | None = None
        self._kind = DocumentType.OTHER
        self._documents: tuple[Document, ...] = ()
        self.visit = Combo([_none(tr("No visit"))])
        self.older = Combo([_none(tr("None, it is a new document"))])
        self.visit_field = LabelledField(tr("Visit"), self.visit, optional=True)
        self.older_field = LabelledField(tr("Newer version of"), self.older, optional=True)
        self.show_patient(None)

    def show_patient(self, patient_id: UUID | None) -> None:
        """Offer this patient's; None: nobody is chosen."""
        if patient_id is not None and patient_id == self._patient:
            return
        self._patient, self._documents = patient_id, ()
        self._show_visits(())
        self._show_older()
        if patient_id is None:
            return
        desk = self._desk

        def visits(found: tuple[Appointment, ...]) -> None:
            if self._patient == patient_id:
                self._show_visits(found)

        def documents(found: tuple[Document, ...]) -> None:
            if self._patient == patient_id:
                self._documents = found
                self._show_older()

        desk.tasks.query(
            self,
            lambda: desk.clinic.scheduling.of_patient(desk.actor, patient_id),
            visits,
            failed=lambda _error: visits(()),
            replaces="visits",
        )
        desk.tasks.query(
            self,
            lambda: desk.clinic.documents.of_patient(desk.actor, patient_id),
            documents,
            failed=lambda _error: documents(()),
            replaces="documents",
        )

    def show_kind(self, kind: DocumentType) -> None:
        """Only a document of the same kind can be an older version."""
        self._kind = kind
        self._show_older()

    def _show_visits(self, found: tuple[Appointment, ...]) -> None:
        today = self._desk.today()
        offered = sorted(
            (one for one in found if one.day <= today and one.status.takes_time),
            key=lambda one: one.wall_start,
            reverse=True,
        )
        self.visit.set_options(
            [_none(tr("No visit")), *(Option(one.id, _visit(one, today)) for one in offered[:MOST_VISITS])]
        )
        self.visit.set_value(None)
        self.visit_field.setVisible(bool(offered))

    def _show_older(self) -> None:
        zone = self._desk.facts.tz
        chosen = self.older.value()
        offered = sorted(
            (one for one in self._documents if one.type is self._kind),
            key=lambda one: day_of(one, zone),
            reverse=True,
        )[:MOST_VERSIONS]
        self.older.set_options(
            [
                _none(tr("None, it is a new document")),
                *(Option(one.id, f"{one.title}, {format_date(day_of(one, zone))}") for one in offered),
            ]
        )
        self.older.set_value(chosen if any(one.id == chosen for one in offered) else None)
        self.older_field.setVisible(bool(offered))


def _none(words: str) -> Option:
    return Option(None, words)


def _visit(one: Appointment, today: date) -> str:
    day = tr("today") if one.day == today else format_date(one.day)
    return f"{day}, {one.wall_start:%H:%M}, {one.practitioner_name}"
