"""What all entries of a chart share in FHIR: whose they are, what they are called elsewhere, codes, dates, remarks."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from uuid import UUID

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.chart import PartialDate
from meditrack_desktop.services.fhir import systems
from meditrack_desktop.services.imports.fhir_values import Json, child, concept, objects, text
from meditrack_desktop.services.imports.items import Unusable

LONGEST_FOREIGN_ID = 500
LONGEST_TEXT = 200
LONGEST_NOTE = 2000
_LONGEST_CODE, _LONGEST_SYSTEM = 60, 300

CUT = "cut"
ROUNDED = "rounded"


@dataclass(frozen=True, slots=True)
class Medicine:
    """A Medication resource, which prescriptions may refer to: what it is called, and its code."""

    text: str
    system: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Translation:
    """What a mapper must know beside the resource. `zone` is the clinic's, for dates without a time.

    `remarks` counts what was changed on the way in (`CUT`, `ROUNDED`): the report tells it.
    """

    patient_id: UUID
    today: date
    zone: tzinfo
    medicines: Mapping[str, Medicine] = field(default_factory=dict)
    remarks: Counter[str] = field(default_factory=Counter)

    def line(self, said: str, most: int = LONGEST_TEXT) -> str:
        """`said` on one line, cut if it is longer than fits."""
        if any(character in said for character in "\r\n\t"):
            said = " ".join(said.split())
        return self._fitting(said, most)

    def note(self, *parts: str) -> str:
        """The parts that say anything, one a line, cut if they are longer than fits."""
        return self._fitting("\n".join(part for part in parts if part), LONGEST_NOTE)

    def _fitting(self, said: str, most: int) -> str:
        if len(said) <= most:
            return said
        self.remarks[CUT] += 1
        return said[: most - 1].rstrip() + "…"


def check_meaning(resource: Json) -> None:
    """Unusable if something in it may change what it means and is not known here."""
    if resource.get("modifierExtension"):
        raise Unusable("It carries a modifier extension that may change its meaning and is not known here.")
    if text(resource, "implicitRules"):
        raise Unusable("It follows implicit rules that are not known here.")


def foreign_id(resource: Json) -> str:
    """What the entry is called elsewhere: its first identifier with a system, else its id, else a digest of it."""
    kind = text(resource, "resourceType")
    found = ""
    for identifier in objects(resource, "identifier"):
        system, value = text(identifier, "system"), text(identifier, "value")
        if system == f"{systems.OWN}name" and value:
            return _short(value)
        if system.startswith(systems.OWN) and value:
            return _short(f"{system.removeprefix(systems.OWN)}/{value}")
        if system and value and text(identifier, "use") != "old":
            found = found or f"{system}|{value}"
    if not found and (own_id := text(resource, "id")):
        found = f"{kind}/{own_id}"
    return _short(found) if found else f"digest:{_digest(_meaning(resource))}"


def part_id(whole: str, number: int) -> str:
    """The name of one part of an entry that becomes several here."""
    return _short(f"{whole}#{number}")


def coded(of: Json, to: Translation, what: str) -> tuple[str, str, str]:
    """(words, system, code) of a CodeableConcept. Unusable if it says nothing."""
    system, code = code_of(of)
    words = to.line(concept(of)) or code
    if not words:
        raise Unusable(f"It does not say {what}.")
    return words, system, code


def code_of(of: Json) -> tuple[str, str]:
    """The first code whose system is named and that fits; empty strings if there is none."""
    for coding in objects(of, "coding"):
        system, code = text(coding, "system"), text(coding, "code")
        fits = len(system) <= _LONGEST_SYSTEM and len(code) <= _LONGEST_CODE and not _has_space(system)
        if system and code and fits:
            return system, code
    return "", ""


def codes(of: Json, key: str) -> list[str]:
    """The codes under `key`, a CodeableConcept, whatever their system."""
    return [code for coding in objects(child(of, key), "coding") if (code := text(coding, "code"))]


def remarks_of(resource: Json) -> str:
    """The texts of its annotations."""
    return "\n".join(said for note in objects(resource, "note") if (said := text(note, "text")))


def day(said: str, what: str) -> PartialDate | None:
    """A FHIR date or dateTime as the day, month or year it names; None if nothing is said."""
    if not said:
        return None
    try:
        return BirthDate.parse(said[:10])
    except ValueError:
        raise Unusable(f"{what} is not a date.") from None


def past(said: str, to: Translation, what: str) -> PartialDate | None:
    """As `day`, for what cannot lie in the future."""
    found = day(said, what)
    if found is not None and (problem := found.problem_on(to.today)):
        raise Unusable(f"{what} {'lies in the future' if problem == 'in_the_future' else 'is too long ago'}.")
    return found


def instant(said: str, to: Translation, what: str) -> datetime:
    """A FHIR dateTime that names at least a day, in UTC; a day alone begins at the clinic's midnight."""
    try:
        if len(said) == len("2026-11-21"):
            return datetime.combine(date.fromisoformat(said), time(0), to.zone).astimezone(UTC)
        moment = datetime.fromisoformat(said)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unusable(f"{what} is no whole date or has no time zone.") from None


def _meaning(resource: Json) -> Json:
    """What an entry says, without what changes from one export to the next."""
    return {key: value for key, value in resource.items() if key not in ("id", "meta", "text")}


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_FOREIGN_ID else f"digest:{_digest(name)}"


def _digest(value: object) -> str:
    told = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _has_space(system: str) -> bool:
    return any(character.isspace() for character in system)
