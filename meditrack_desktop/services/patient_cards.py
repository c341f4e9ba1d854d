"""Patients as address cards: vCard 4.0 (RFC 6350), one card a patient, which `imports.vcard_people` reads again."""

from __future__ import annotations

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.patients import ContactBy, Gender, Patient

_LINE = 75
"""Bytes of a line; what is longer is folded."""
_SEXES = {Gender.FEMALE: "F", Gender.MALE: "M", Gender.OTHER: "O", Gender.UNKNOWN: "U"}
_USES = {"mobile": "cell", "home": "home", "work": "work"}
_ESCAPES = str.maketrans({"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n"})


def card(patient: Patient) -> str:
    """The whole card, its lines ended as the RFC says. UID is the patient's id, so that it is known again."""
    address = patient.address
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        f"UID:urn:uuid:{patient.id}",
        f"FN:{_text(patient.name)}",
        f"N:{_text(patient.family)};{_text(patient.given)};;;",
        f"GENDER:{_SEXES[patient.gender]}",
    ]
    if patient.preferred_name:
        lines.append(f"NICKNAME:{_text(patient.preferred_name)}")
    if patient.birth_date is not None:
        lines.append(f"BDAY:{_date(patient.birth_date)}")
    for phone in patient.phones:
        lines.append(f"TEL;VALUE=text;TYPE={_USES.get(phone.use, 'x-other')}:{_text(phone.value)}")
    if patient.email:
        lines.append(f"EMAIL:{_text(patient.email)}")
    parts = (address.street, address.city, "", address.postcode, address.country)
    if any(parts):
        lines.append(f"ADR;TYPE=home:;;{';'.join(_text(part) for part in parts)}")
    if patient.language:
        lines.append(f"X-MEDITRACK-LANGUAGE:{_text(patient.language)}")
    if patient.contact_by is not ContactBy.ANY:
        lines.append(f"X-MEDITRACK-CONTACT-BY:{patient.contact_by.value}")
    if patient.interpreter:
        lines.append("X-MEDITRACK-INTERPRETER:yes")
    if patient.preferences:
        lines.append(f"X-MEDITRACK-PREFERENCES:{_text(patient.preferences)}")
    if patient.note:
        lines.append(f"NOTE:{_text(patient.note)}")
    if patient.deceased:
        lines.append("DEATHDATE;VALUE=text:deceased")
    lines.append("END:VCARD")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _text(value: str) -> str:
    return value.translate(_ESCAPES)


def _date(born: BirthDate) -> str:
    """`19710304`, `1971-03` or `1971` (RFC 6350 4.3.1 knows no other form of a month alone)."""
    return born.iso().replace("-", "") if born.is_whole else born.iso()


def _folded(line: str) -> str:
    if len(line.encode()) <= _LINE:
        return line
    pieces: list[str] = []
    piece, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > _LINE - (1 if pieces else 0):
            pieces.append(piece)
            piece, size = "", 0
        piece += character
        size += width
    return "\r\n ".join([*pieces, piece])
