"""FHIR data types out of the clinic's: what is empty is left out, for FHIR knows no empty text."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from meditrack_desktop.domain.chart import Coding, Recorded
from meditrack_desktop.services.fhir import systems

Json = dict[str, Any]

_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_BASE = "http://meditrack.invalid/fhir"
_NAMESPACE = uuid5(NAMESPACE_OID, "urn:meditrack:fhir")


@dataclass(frozen=True, slots=True)
class Called:
    """What an entry is called in a file: its id there, the names that other programs gave it, whose it is."""

    id: str
    patient: str
    """The patient's id in the file."""
    identifiers: tuple[Json, ...] = ()


def called(kind: str, row_id: UUID, patient: str, foreign_id: str | None) -> Called:
    """An entry keeps the name it came with; one that began here goes by its own id."""
    if not foreign_id:
        return Called(str(row_id), patient)
    if own := _own_id(foreign_id):
        return Called(own, patient)
    return Called(stable_id(patient, kind, foreign_id), patient, (identifier_of(foreign_id),))


def _own_id(foreign_id: str) -> str:
    """The UUID of `Condition/<uuid>`: what a clinic like this one gave."""
    return value if is_uuid(value := foreign_id.partition("/")[2]) else ""


def identifier_of(foreign_id: str) -> Json:
    """A name that another program gave, as the identifier that an import reads back as the same name."""
    kind, slash, value = foreign_id.partition("/")
    if slash and kind.isalpha():
        return {"system": f"{systems.OWN}{kind}", "value": value}
    system, bar, value = foreign_id.partition("|")
    if bar:
        return {"system": system, "value": value}
    return {"system": f"{systems.OWN}name", "value": foreign_id}


def stable_id(*parts: str) -> str:
    """The same id for the same parts, in whatever clinic they are."""
    return str(uuid5(_NAMESPACE, "\x1f".join(parts)))


def named_by_content(resource: Json, patient: str) -> Json:
    """`resource` with an id that says what is in it, for what has no name of its own."""
    told = json.dumps({key: value for key, value in resource.items() if key != "meta"}, sort_keys=True)
    digest = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
    return {"resourceType": resource["resourceType"], "id": stable_id(patient, digest), **resource}


def is_fhir_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def resource(kind: str, id_: str, **properties: Any) -> Json:
    """A resource of this kind; properties that say nothing are left out."""
    return {"resourceType": kind, "id": id_, **filled(**properties)}


def entry(told: Json) -> Json:
    """A resource as an entry of a Bundle. The address leads nowhere; by it references inside the file are found."""
    return {"fullUrl": f"{_BASE}/{told['resourceType']}/{told['id']}", "resource": told}


def filled(**properties: Any) -> Json:
    return {key: value for key, value in properties.items() if value not in (None, "", [], {}, ())}


def reference(kind: str, id_: str | UUID) -> Json:
    return {"reference": f"{kind}/{id_}"}


def concept(words: str, coding: Coding | None = None) -> Json:
    """A CodeableConcept: the words as they stand, and the code where there is one."""
    found: Json = {"text": words} if words else {}
    if coding is not None and coding.code:
        found["coding"] = [filled(system=coding.system, code=coding.code)]
    return found


def code(system: str, value: str) -> Json:
    return {"coding": [{"system": system, "code": value}]}


def extension(url: str, kind: str, value: Any) -> list[Json]:
    """One of our own extensions, or none if there is nothing to say."""
    return [{"url": url, f"value{kind}": value}] if value else []


def annotation(words: str) -> list[Json]:
    return [{"text": words}] if words else []


def instant(moment: datetime) -> str:
    """UTC, to the second, or as exact as the moment is."""
    exact = "microseconds" if moment.microsecond else "seconds"
    return moment.astimezone(UTC).isoformat(timespec=exact).replace("+00:00", "Z")


def meta(recorded: Recorded) -> Json:
    return {"lastUpdated": instant(recorded.at)}


def to_json(told: Json, indent: int | None = None) -> str:
    """The text of a resource; numbers stand with every digit they have."""
    numbers: list[str] = []

    def kept(value: object) -> str:
        if not isinstance(value, Decimal):
            raise TypeError(type(value).__name__)
        numbers.append(format(value, "f"))
        return "\0"

    text = json.dumps(told, ensure_ascii=False, default=kept, indent=indent)
    # No text of a record holds a NUL, so each of these marks is a number's, and they stand in their order.
    parts = text.split('"\\u0000"')
    return "".join(part for pair in zip(parts, [*numbers, ""], strict=True) for part in pair)
