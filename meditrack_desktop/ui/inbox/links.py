"""What a document may be tied to: a visit of the patient, and the older document that it takes the place of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from meditrack_desktop.domain.documents import Document, DocumentType
from meditrack_desktop.domain.errors import ClinicError, NotAllowed
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.filing.words import day_of
from meditrack_desktop.ui.inbox.words import tr
from meditrack_desktop.ui.widgets import Banner, Combo, LabelledField, Option, announce, format_date

T = TypeVar("T")
MOST_VISITS = 6
MOST_VERSIONS = 12


class Links(QObject):
    """Two lists that are there only where there is something to choose. What a role may not list is not offered; what
    could not be looked up is said, with `looked` as it becomes known."""

    looked = Signal()

    def __init__(self, desk: Desk, owner: QObject) -> None:
        super().__init__(owner)
        self._desk = desk
        self._patient: UUID | None = None
        self._kind = DocumentType.OTHER
        self._documents: tuple[Document, ...] = ()
        self._waiting = 0
        self._failed: dict[str, ClinicError] = {}
        self.trouble = Banner("", "danger", action=tr("Try again"), stacked=True)
        self.trouble.actionTriggered.connect(self.again)
        self.visit = Combo([_none(tr("No visit"))])
        self.older = Combo([_none(tr("None, it is a new document"))])
        self.visit_field = LabelledField(tr("Visit"), self.visit, optional=True)
        self.older_field = LabelledField(tr("Newer version of"), self.older, optional=True)
        self.show_patient(None)

    @property
    def done(self) -> bool:
        """Whether both lists were answered, or it is said that they were not."""
        return not self._waiting

    def show_patient(self, patient_id: UUID | None) -> None:
        """Offer this patient's; None: nobody is chosen."""
        if patient_id is not None and patient_id == self._patient:
            return
        self._patient, self._documents = patient_id, ()
        self._show_visits(())
        self._show_older()
        self.again()

    def again(self) -> None:
        """Ask for both lists anew."""
        self._waiting, self._failed = 0, {}
        self.trouble.hide()
        desk, patient_id = self._desk, self._patient
        if patient_id is None:
            return
        if desk.actor.may(Permission.VIEW_CALENDAR):
            self._ask(
                "visits", lambda: desk.clinic.scheduling.of_patient(desk.actor, patient_id), self._show_visits
            )
        if desk.actor.may(Permission.LIST_DOCUMENTS):
            self._ask(
                "documents",
                lambda: desk.clinic.documents.of_patient(desk.actor, patient_id),
                self._show_documents,
            )

    def _ask(self, what: str, work: Callable[[], T], show: Callable[[T], object]) -> None:
        patient_id, round_ = self._patient, self._failed
        self._waiting += 1

        def answered(then: Callable[[], object]) -> None:
            if self._patient == patient_id and self._failed is round_:
                self._waiting -= 1
                then()

        self._desk.tasks.query(
            self,
            work,
            lambda found: answered(lambda: show(found)),
            failed=lambda error: answered(lambda: self._not_found(what, error)),
            replaces=what,
        )

    def _not_found(self, what: str, error: ClinicError) -> None:
        if isinstance(error, NotAllowed):
            return
        self._failed[what] = error
        lead = tr("The visits of this patient could not be looked up.")
        if "documents" in self._failed:
            lead = tr("Whether this is a newer version of a document could not be looked up.")
        self.trouble.set_text(str(errors.words(error)), lead)
        self.trouble.show()
        announce(self.trouble, f"{lead} {errors.words(error)}", assertive=True)
        self.looked.emit()

    def _show_documents(self, found: tuple[Document, ...]) -> None:
        self._documents = found
        self._show_older()

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
