"""Whether somebody in a file is somebody the clinic knows, and what then becomes of the record. Pure.

A shared identifier makes two records candidates, never one person: names and birth dates must agree too.
Taking two people for one is the worst mistake an import can make, so whatever is doubtful is a conflict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.imports import OnDifferent
from meditrack_desktop.domain.patients import (
    AddressInput,
    ContactBy,
    Gender,
    Patient,
    PatientDetails,
    PhoneInput,
    RegisterPatient,
)
from meditrack_desktop.domain.practitioners import AddPractitioner, Practitioner
from meditrack_desktop.domain.text import digits, search_words
from meditrack_desktop.services.imports.identity import ROW

OTHER_PERSON = (
    "Somebody else here has the same identifier: name or birth date differ. Nothing was changed; compare."
)
OTHER_DOCTOR = "Another doctor here has the same identifier. Nothing was changed; compare."
SEVERAL_PEOPLE = "Its identifiers belong to more than one person here. Nothing was changed; compare."
ARCHIVED = "This patient is archived here and the file holds other data. Nothing was changed."
RESTRICTED = "This patient's record is restricted here and the file holds other data. Nothing was changed."
PhoneUse = Literal["mobile", "home", "work", "other"]
_MOST_PHONES = 10
_LONGEST_NOTE = 4000
_FIELDS = tuple(PatientDetails.model_fields)
_SEXES = frozenset({Gender.FEMALE, Gender.MALE})


@dataclass(frozen=True, slots=True)
class Same:
    """The person is known. `details` is the record as it shall be, or None if it says all that already.

    `kept` names the fields in which the file says otherwise and the clinic's own words stay.
    """

    details: PatientDetails | None
    kept: tuple[str, ...] = ()


def compare(
    known: Patient, found: RegisterPatient, on_different: OnDifferent = OnDifferent.KEEP_OURS
) -> Same | str:
    """Same, or the sentence that says why this is not certainly the same person.

    A file only fills what the clinic does not know, unless the person said that this file is right.
    """
    ours, theirs = _details(known), _theirs(known, found)
    wanted = theirs if on_different is OnDifferent.FILE_WINS else _filled(known, found)
    kept = tuple(name for name in _FIELDS if not _alike(getattr(theirs, name), getattr(wanted, name)))
    says_more = wanted != ours or bool(kept)
    if not _same_person(known, found) or (says_more and _only_a_name(found)):
        return OTHER_PERSON
    if says_more and known.archived_at is not None:
        return ARCHIVED
    if says_more and known.restricted_at is not None:
        return RESTRICTED
    return Same(wanted if wanted != ours else None, kept)


def _alike(one: object, other: object) -> bool:
    """Whether two values say the same; capitals and accents of a text are the clinic's business."""
    if isinstance(one, str) and isinstance(other, str):
        return one == other or (bool(_folded(one)) and _folded(one) == _folded(other))
    return one == other


def same_doctor(known: Practitioner, found: AddPractitioner) -> bool:
    """Whether the names agree; of doctors a file says nothing else that tells them apart."""
    return _folded(known.family, known.given) == _folded(found.family, found.given)


def _same_person(known: Patient, found: RegisterPatient) -> bool:
    """Name and birth date agree. With an equal whole birth date a new family name (after a wedding) or
    further given names are believed; without one, women and men are never taken for each other."""
    born_the_same = known.birth_date == found.birth_date and _is_whole(found.birth_date)
    if _folded(known.family, known.given) == _folded(found.family, found.given):
        return born_the_same or (
            _may_be_equal(known.birth_date, found.birth_date)
            and not (known.gender != found.gender and {known.gender, found.gender} <= _SEXES)
        )
    known_given, found_given = _folded(known.given), _folded(found.given)
    if not born_the_same or not known_given or not found_given:
        return False
    if known_given == found_given:
        return True
    shorter = min(len(known_given), len(found_given))
    return known_given[:shorter] == found_given[:shorter] and _folded(known.family) == _folded(found.family)


def _only_a_name(found: RegisterPatient) -> bool:
    """Nothing but a name identifies this person: two of that name may exist."""
    return (
        found.identifiers[0].system == ROW
        and found.birth_date is None
        and not found.phones
        and not found.email
    )


def _folded(*names: str) -> tuple[str, ...]:
    return tuple(word for name in names for word in (search_words(name) or (name,)) if word)


def _is_whole(birth_date: BirthDate | None) -> bool:
    return birth_date is not None and birth_date.is_whole


def _may_be_equal(one: BirthDate | None, other: BirthDate | None) -> bool:
    """Whether two dates, perhaps partial or unknown, contradict each other nowhere."""
    if one is None or other is None:
        return True
    pairs = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    return all(a == b or not a or not b for a, b in pairs)


def _details(known: Patient) -> PatientDetails:
    """The record as it stands, unchecked: it was checked when it was written."""
    return PatientDetails.model_construct(
        family=known.family,
        given=known.given,
        preferred_name=known.preferred_name,
        birth_date=known.birth_date,
        gender=known.gender,
        phones=_known_phones(known),
        email=known.email,
        address=_address(known),
        language=known.language,
        note=known.note,
        deceased=known.deceased,
        contact_by=known.contact_by,
        interpreter=known.interpreter,
        preferences=known.preferences,
    )


def _known_phones(known: Patient) -> tuple[PhoneInput, ...]:
    return tuple(
        PhoneInput.model_construct(value=phone.value, use=cast(PhoneUse, phone.use)) for phone in known.phones
    )


def _address(known: Patient) -> AddressInput:
    address = known.address
    return AddressInput.model_construct(
        street=address.street, city=address.city, postcode=address.postcode, country=address.country
    )


def _filled(known: Patient, found: RegisterPatient) -> PatientDetails:
    """The clinic's words stay where it has any; the file fills the gaps. Nobody dies by an old list."""
    ours = _details(known)
    return PatientDetails.model_construct(
        family=ours.family or found.family,
        given=ours.given or found.given,
        preferred_name=ours.preferred_name or found.preferred_name,
        birth_date=_more_exact(known.birth_date, found.birth_date),
        gender=found.gender if ours.gender is Gender.UNKNOWN else ours.gender,
        phones=ours.phones or _phones(known, found),
        email=ours.email or found.email,
        address=_filled_address(ours.address, found.address),
        language=ours.language or found.language,
        note=ours.note or found.note,
        deceased=ours.deceased,
        contact_by=found.contact_by if ours.contact_by is ContactBy.ANY else ours.contact_by,
        interpreter=ours.interpreter or found.interpreter,
        preferences=ours.preferences or found.preferences,
    )


def _filled_address(known: AddressInput, found: AddressInput) -> AddressInput:
    """As it is where the two contradict each other: halves of two addresses make a false one."""
    ours, theirs = known.model_dump(), found.model_dump()
    if any(ours[part] and theirs[part] and ours[part] != theirs[part] for part in ours):
        return known
    return AddressInput.model_construct(**{part: ours[part] or theirs[part] for part in ours})


def _more_exact(known: BirthDate | None, found: BirthDate | None) -> BirthDate | None:
    """Ours, or the file's if it says the same with a month or a day more."""
    if known is None or found is None or not _may_be_equal(known, found):
        return known or found
    return max(known, found, key=lambda date: (bool(date.month), bool(date.day)))


def _theirs(known: Patient, found: RegisterPatient) -> PatientDetails:
    """The file's words win where it has any; what only the clinic knows stays."""
    return PatientDetails.model_construct(
        family=found.family or known.family,
        given=found.given or known.given,
        preferred_name=found.preferred_name or known.preferred_name,
        birth_date=_fuller(known.birth_date, found.birth_date),
        gender=known.gender if found.gender is Gender.UNKNOWN else found.gender,
        phones=_phones(known, found),
        email=found.email or known.email,
        address=_merged_address(_address(known), found.address),
        language=found.language or known.language,
        note=_note(known.note, found.note),
        deceased=known.deceased or found.deceased,
        contact_by=known.contact_by if found.contact_by is ContactBy.ANY else found.contact_by,
        interpreter=known.interpreter or found.interpreter,
        preferences=found.preferences or known.preferences,
    )


def _merged_address(known: AddressInput, found: AddressInput) -> AddressInput:
    """Where they contradict each other, the file's as a whole: halves of two addresses make a false one."""
    ours, theirs = known.model_dump(), found.model_dump()
    if any(ours[part] and theirs[part] and ours[part] != theirs[part] for part in ours):
        return found
    return AddressInput.model_construct(**{part: theirs[part] or ours[part] for part in ours})


def _fuller(known: BirthDate | None, found: BirthDate | None) -> BirthDate | None:
    if found is None:
        return known
    if known is not None and known.is_whole and not found.is_whole:
        return known
    return found


def _phones(known: Patient, found: RegisterPatient) -> tuple[PhoneInput, ...]:
    phones = list(_known_phones(known))
    there = {digits(phone.value) or phone.value for phone in known.phones}
    for phone in found.phones:
        if (digits(phone.value) or phone.value) not in there and len(phones) < _MOST_PHONES:
            phones.append(phone)
    return tuple(phones)


def _note(known: str, found: str) -> str:
    if not found or found in known:
        return known
    both = f"{known}\n{found}" if known else found
    return both if len(both) <= _LONGEST_NOTE else known
