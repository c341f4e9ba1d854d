"""Who is who in files: the identifiers that make a second import add nobody, and repetitions in one file.

The rule. Every imported person carries at least one identifier:
- a CSV row with an id column: (`urn:meditrack:csv:patient_id`, the id), doctors `...:practitioner_id`; if the
  person said where the table is from, (`urn:meditrack:csv:SOURCE:patient_id`, the id);
- a row or card that this program wrote: the patient's own id (`urn:meditrack:patient`, or the card's UID);
- any other card with a UID: (`urn:meditrack:vcard:uid`, the UID);
- a FHIR resource with an id: (`urn:meditrack:fhir:Patient`, the id), and all identifiers of its own that
  name a system;
- a CSV row or FHIR resource with none of these: (`urn:meditrack:csv:row`, a digest of family name, given
  name, birth date and first phone or e-mail address), folded as searching folds them.

An identifier alone never proves a person, because two clinics may both number from P100000: `matching.py`
compares names and birth dates before anything is written.
"""

from __future__ import annotations

import hashlib

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.imports import Skipped
from meditrack_desktop.domain.patients import IdentifierInput
from meditrack_desktop.domain.text import digits, search_words
from meditrack_desktop.services.imports.items import Command, Repeated, Taken

CSV_PATIENT = "urn:meditrack:csv:patient_id"
PATIENT_ID = "urn:meditrack:patient"
"""An id that a MediTrack clinic gave: in that clinic it names the patient, elsewhere it is a number like others."""
VCARD_UID = "urn:meditrack:vcard:uid"
CSV_MRN = "urn:meditrack:csv:mrn"
CSV_PRACTITIONER = "urn:meditrack:csv:practitioner_id"
FHIR_PATIENT = "urn:meditrack:fhir:Patient"
FHIR_PRACTITIONER = "urn:meditrack:fhir:Practitioner"
ROW = "urn:meditrack:csv:row"


def of_source(source: str) -> dict[str, str]:
    """The systems of a table's own numbers. What one named source numbered is compared with nobody else's."""
    name = "-".join(search_words(source))[:100]
    systems = (CSV_PATIENT, CSV_MRN, CSV_PRACTITIONER)
    if not name:
        return {system: system for system in systems}
    return {system: system.replace("urn:meditrack:csv:", f"urn:meditrack:csv:{name}:") for system in systems}


def row_identity(
    family: str, given: str, birth_date: BirthDate | None, phone: str, email: str
) -> IdentifierInput:
    """The identifier of somebody whom the file gives no number."""
    parts = (
        " ".join(search_words(family)) or family,
        " ".join(search_words(given)) or given,
        birth_date.iso() if birth_date else "",
        digits(phone) or email.casefold(),
    )
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return IdentifierInput(system=ROW, value=digest[:40])


class Repetitions:
    """Sorts out people who stand in one file more than once. Keeps 32 bytes a person, not the person."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._seen: dict[bytes, bytes] = {}

    def sort(self, taken: Taken) -> Taken | Repeated | Skipped:
        """`taken` itself the first time; later Repeated if all data is equal, else Skipped: the first wins."""
        identity = taken.command.identifiers[0]
        key = _digest(f"{identity.system}\x1f{identity.value}")
        data = _digest(taken.command.model_dump_json(exclude={"id"}))
        first = self._seen.setdefault(key, data)
        if first is data:
            return taken
        if first == data:
            return Repeated(taken.where)
        return Skipped(self._file, taken.where, _repeats_with_other_data(taken.command))


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _repeats_with_other_data(command: Command) -> str:
    if command.identifiers[0].system == ROW:
        return "The same person stands earlier in this file with other data; the first one counts."
    return "The same id stands earlier in this file with other data; the first one counts."
