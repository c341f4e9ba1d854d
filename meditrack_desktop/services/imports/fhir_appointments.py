"""FHIR R4 Appointment: a visit with its own status. Where the doctor's time is taken already, it stays out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import AwareDatetime, BaseModel, Field

from meditrack_desktop.domain.chart import COMMAND
from meditrack_desktop.domain.patients import LineText, NoteText
from meditrack_desktop.domain.scheduling import AppointmentStatus, CancelledBy, Confirmation
from meditrack_desktop.services.fhir import systems
from meditrack_desktop.services.imports.fhir_entry import Translation, check_meaning
from meditrack_desktop.services.imports.fhir_references import DOCTOR, PATIENT, plain
from meditrack_desktop.services.imports.fhir_values import Json, child, concept, extension, objects, text
from meditrack_desktop.services.imports.items import Unusable

_WISHES = ("proposed", "pending", "waitlist")
_LONGEST = timedelta(days=1)


class FoundVisit(BaseModel):
    """A visit as it shall stand: instants in UTC, whole minutes."""

    model_config = COMMAND

    starts_at: AwareDatetime
    minutes: int = Field(ge=1, le=1440)
    status: AppointmentStatus
    confirmation: Confirmation = Confirmation.UNCONFIRMED
    visit_type: LineText = ""
    reason: NoteText = ""
    cancelled_by: CancelledBy | None = None
    cancel_reason: str = Field(default="", max_length=500)

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Participants:
    """Whom a visit brings together, as the file calls them."""

    patient: str
    doctor: str


def participants(resource: Json, knows: Callable[[str, str], bool]) -> Participants:
    """Unusable unless exactly one patient comes to at least one doctor.

    `knows(noun, name)` tells what a name without a type means.
    """
    if text(resource, "status") == "entered-in-error":
        raise Unusable("It was entered in error there.")
    patients: dict[str, None] = {}
    doctors: dict[str, None] = {}
    for one in objects(resource, "participant"):
        said = text(child(one, "actor"), "reference")
        if "Patient/" in said or knows(PATIENT, said):
            patients[plain(said, PATIENT)] = None
        elif "Practitioner/" in said or knows(DOCTOR, said):
            doctors[plain(said, DOCTOR)] = None
    if len(patients) != 1:
        raise Unusable("Several patients come to it." if patients else "It does not say which patient comes.")
    if not doctors:
        raise Unusable("It does not say to which doctor the patient comes.")
    return Participants(next(iter(patients)), next(iter(doctors)))


def appointment(resource: Json, to: Translation) -> FoundVisit:
    """Raises Unusable, or pydantic's ValidationError."""
    check_meaning(resource)
    starts_at, ends_at = _instant(resource, "start"), _instant(resource, "end")
    if not timedelta(0) < ends_at - starts_at <= _LONGEST:
        raise Unusable("It does not end on the day after its start at the latest, or ends before it begins.")
    if any(moment.second or moment.microsecond for moment in (starts_at, ends_at)):
        raise Unusable("Its times are no whole minutes.")
    status = _status(resource)
    return FoundVisit(
        starts_at=starts_at,
        minutes=int((ends_at - starts_at).total_seconds()) // 60,
        status=status,
        confirmation=_confirmation(resource),
        visit_type=to.line(text(resource, "description") or _service(resource)),
        reason=to.note(text(resource, "comment") or _reason(resource)),
        cancel_reason=to.line(concept(child(resource, "cancelationReason"))),
        cancelled_by=CancelledBy.CLINIC if status is AppointmentStatus.CANCELLED else None,
    )


def _instant(resource: Json, key: str) -> datetime:
    said = text(resource, key)
    try:
        moment = datetime.fromisoformat(said)
        if moment.tzinfo is None or not 1900 <= moment.year <= 2200:
            raise ValueError
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unusable(f'Its "{key}" is no instant with a time zone.') from None


def _status(resource: Json) -> AppointmentStatus:
    said = text(resource, "status")
    if said in _WISHES:
        raise Unusable("It is only wished for, not booked.")
    try:
        return AppointmentStatus(said)
    except ValueError:
        raise Unusable("The status is not one of FHIR's codes.") from None


def _confirmation(resource: Json) -> Confirmation:
    try:
        return Confirmation(
            extension(resource, systems.CONFIRMATION, "valueCode") or Confirmation.UNCONFIRMED
        )
    except ValueError:
        return Confirmation.UNCONFIRMED


def _service(resource: Json) -> str:
    said = [concept(one) for one in objects(resource, "serviceType")]
    said.append(concept(child(resource, "appointmentType")))
    return next((one for one in said if one), "")


def _reason(resource: Json) -> str:
    return "; ".join(said for one in objects(resource, "reasonCode") if (said := concept(one)))
