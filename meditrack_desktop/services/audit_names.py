"""Names the things that lines of the audit trail are about: looked up now, only for people who may see them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from meditrack_desktop.database.queries import audit_names as queries
from meditrack_desktop.database.session import ReadSession
from meditrack_desktop.domain.audit import AuditEvent, AuditLine, Step, Subject, SubjectState, read_detail
from meditrack_desktop.domain.permissions import Permission

SEEN_WITH = {
    "patient": Permission.VIEW_PATIENTS,
    "care_team": Permission.VIEW_CARE_TEAM,
    "appointment": Permission.VIEW_CALENDAR,
    "document": Permission.LIST_DOCUMENTS,
    "practitioner": Permission.VIEW_DOCTORS,
    "account": Permission.VIEW_ACCOUNTS,
}
"""What somebody needs to be told the name, and the history, of such a thing. Any other needs VIEW_AUDIT."""


May = Callable[[Permission], bool]
"""Whether the person who asks holds a permission now; asked without a line in the trail."""


def named(session: ReadSession, may: May, events: Sequence[AuditEvent]) -> tuple[AuditLine, ...]:
    """The events with the names of what they are about, in a handful of questions however many they are."""
    names = _Names(session, may, events)
    return tuple(names.line(event) for event in events)


class _Names:
    def __init__(self, session: ReadSession, may: May, events: Sequence[AuditEvent]) -> None:
        kinds = {event.object_type for event in events} | {"patient", "practitioner"}
        self._may = {kind: may(permission) for kind, permission in SEEN_WITH.items() if kind in kinds}
        self._read = {event: read_detail(event.detail) for event in events}
        patients = {event.patient_id for event in events} | set(_objects(events, "patient"))
        self._patients = queries.patients(session, {id_ for id_ in patients if id_})
        self._visits = queries.visits(session, _objects(events, "appointment"))
        self._documents = queries.documents(session, _objects(events, "document"))
        self._accounts = queries.accounts(session, _objects(events, "account"))
        doctors = {
            id_
            for _, steps, _ in self._read.values()
            for step in steps
            if step.what == "doctor"
            for id_ in (_uuid(step.before), _uuid(step.after))
            if id_
        }
        doctors |= _objects(events, "practitioner") | _objects(events, "slot")
        self._doctors = queries.doctors(session, doctors)
        self._desks = queries.desks(session)

    def line(self, event: AuditEvent) -> AuditLine:
        fields, steps, note = self._read[event]
        return AuditLine(
            event,
            self._desks.get(event.chain, event.chain),
            self._subject(event),
            fields,
            tuple(self._step(step) for step in steps),
            note,
        )

    def _step(self, step: Step) -> Step:
        if step.what != "doctor":
            return step
        return Step(step.what, self._doctor(step.before), self._doctor(step.after))

    def _doctor(self, text: str) -> str:
        id_ = _uuid(text)
        return self._doctors.get(id_, "") if id_ and self._may.get("practitioner") else ""

    def _subject(self, event: AuditEvent) -> Subject:
        kind, id_ = event.object_type, event.object_id
        if not self._may.get(kind, True):
            return Subject(SubjectState.HIDDEN)
        subject = self._patient(event)
        if kind == "appointment" and id_ in self._visits:
            return replace(subject, wall_start=self._visits[id_])
        if kind == "document" and id_ in self._documents:
            return replace(subject, title=self._documents[id_])
        if kind == "account" and id_ in self._accounts:
            return Subject(SubjectState.KNOWN, title=self._accounts[id_])
        if kind in ("practitioner", "slot") and id_ in self._doctors:
            return Subject(SubjectState.KNOWN, title=self._doctors[id_])
        if subject.state is SubjectState.NONE and id_ is not None and kind in SEEN_WITH:
            return Subject(SubjectState.UNKNOWN)
        return subject

    def _patient(self, event: AuditEvent) -> Subject:
        id_ = event.patient_id or (event.object_id if event.object_type == "patient" else None)
        if id_ is None:
            return Subject()
        if not self._may["patient"]:
            return Subject(SubjectState.HIDDEN)
        known = self._patients.get(id_)
        if known is None:
            return Subject(SubjectState.UNKNOWN)
        if known.purged:
            return Subject(SubjectState.PURGED, number=known.number)
        return Subject(SubjectState.KNOWN, known.name, known.number, known.born)


def _objects(events: Iterable[AuditEvent], kind: str) -> set[UUID]:
    return {event.object_id for event in events if event.object_type == kind and event.object_id}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
