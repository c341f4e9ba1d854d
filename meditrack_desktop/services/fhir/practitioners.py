"""A doctor as FHIR R4 Practitioner, and what they do here as PractitionerRole."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from meditrack_desktop.domain.patients import Identifier
from meditrack_desktop.domain.practitioners import Practitioner, WorkingHours
from meditrack_desktop.services.fhir import systems
from meditrack_desktop.services.fhir.values import (
    Json,
    extension,
    filled,
    is_fhir_id,
    reference,
    resource,
    stable_id,
)

_FOREIGN = f"{systems.OWN}Practitioner"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def file_id(doctor: Practitioner, identifiers: Sequence[Identifier]) -> str:
    """What the doctor is called in a file: as where they came from, else by the clinic's own id."""
    values = sorted(one.value for one in identifiers if one.system == _FOREIGN and is_fhir_id(one.value))
    return values[0] if values else str(doctor.id)


def to_fhir(doctor: Practitioner, identifiers: Sequence[Identifier]) -> Json:
    id_ = file_id(doctor, identifiers)
    told = sorted({(one.system, one.value) for one in identifiers} - {(_FOREIGN, id_)})
    return resource(
        "Practitioner",
        id_,
        identifier=[{"system": system, "value": value} for system, value in told],
        active=doctor.active,
        name=[
            {
                **filled(
                    family=doctor.family,
                    given=[doctor.given] if doctor.given else [],
                    prefix=[doctor.prefix] if doctor.prefix else [],
                    extension=[] if doctor.prefix else extension(systems.TITLE, "Code", "none"),
                )
            }
        ],
    )


def role(doctor: Practitioner, identifiers: Sequence[Identifier]) -> Json | None:
    """Specialty, room and weekly hours; None if nothing is known of them."""
    id_ = file_id(doctor, identifiers)
    told = filled(
        extension=extension(systems.ROOM, "String", doctor.room),
        specialty=[{"text": doctor.specialty}] if doctor.specialty else [],
        availableTime=_hours(doctor.hours),
    )
    if not told:
        return None
    return resource(
        "PractitionerRole",
        stable_id("PractitionerRole", id_),
        active=doctor.active,
        practitioner=reference("Practitioner", id_),
        **told,
    )


def _hours(hours: Sequence[WorkingHours]) -> list[Json]:
    """In the clinic's wall-clock time; days of equal hours together."""
    ordered = sorted(hours, key=lambda one: (one.starts, one.ends, one.weekday))
    return [
        {
            "daysOfWeek": [_DAYS[one.weekday] for one in same],
            "availableStartTime": starts.isoformat(timespec="seconds"),
            "availableEndTime": ends.isoformat(timespec="seconds"),
        }
        for (starts, ends), same in groupby(ordered, key=lambda one: (one.starts, one.ends))
    ]
