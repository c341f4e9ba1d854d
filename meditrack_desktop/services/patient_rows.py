"""From a patient's details to rows: shared by the desk's forms and by importing thousands at once.

One patient: `new_row`, then the session and `queries.patient_terms.add_terms`; or `apply`. Thousands:
`new_patient` for each, with record numbers from `queries.patients.give_record_numbers`, then
`queries.patients.insert_many`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from meditrack_desktop.database.queries.patient_terms import replace_terms, terms_of
from meditrack_desktop.database.queries.patients import NewPatient
from meditrack_desktop.database.tables.patients import (
    PatientIdentifierRow,
    PatientPhoneRow,
    PatientRow,
)
from meditrack_desktop.domain import search_terms
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.errors import FieldProblem, invalid_fields
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patient_merges import FORMER_RECORD_NUMBER
from meditrack_desktop.domain.patients import Identifier, PatientDetails, Phone, RegisterPatient
from meditrack_desktop.domain.phones import e164


def check_birth_date(birth_date: BirthDate | None, today: date) -> None:
    """Invalid with the field `birth_date` if it is after `today` or before anybody living was born."""
    problem = birth_date.problem_on(today) if birth_date else None
    if problem is not None:
        raise invalid_fields(birth_date=FieldProblem(problem))


def new_patient(
    command: RegisterPatient, *, mrn: str, now: datetime, by: UUID, region: str, provisional: bool = False
) -> NewPatient:
    """All that is stored of a new patient. `region` (ISO 3166) is the clinic's, for phone numbers."""
    phones = read_phones(command, region)
    return NewPatient(
        columns={
            "id": command.id,
            "version": 1,
            "mrn": mrn,
            "created_at": now,
            "created_by": by,
            "archived_at": None,
            "archive_reason": "",
            "provisional": provisional,
            **_typed(command),
            **_searched(command, phones, mrn, region),
        },
        phones=phones,
        identifiers=tuple(
            Identifier(identifier.system, identifier.value)
            for identifier in dict.fromkeys(command.identifiers)
        ),
    )


def new_row(
    command: RegisterPatient, *, mrn: str, now: datetime, by: UUID, region: str, provisional: bool = False
) -> PatientRow:
    """The row of a new patient, not yet in any session."""
    new = new_patient(command, mrn=mrn, now=now, by=by, region=region, provisional=provisional)
    columns = {name: value for name, value in new.columns.items() if name != "version"}
    return PatientRow(
        **columns,
        phones=[_phone_row(position, phone) for position, phone in enumerate(new.phones)],
        identifiers=[
            PatientIdentifierRow(id=new_id(), system=identifier.system, value=identifier.value)
            for identifier in new.identifiers
        ],
    )


def apply(row: PatientRow, details: PatientDetails, region: str) -> tuple[str, ...]:
    """Make `row` (in a session, phones loaded) say what `details` say. Returns the names of what differs.

    If that is `phones` alone, the caller still has to give the row its next version.
    """
    before = terms_of(row)
    wanted = _typed(details)
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    phones = read_phones(details, region)
    if set_phones(row, phones):
        changed.append("phones")
    for name, value in _searched(details, phones, row.mrn, region, former_numbers(row)).items():
        if getattr(row, name) != value:
            setattr(row, name, value)
    replace_terms(row, before)
    return tuple(changed)


def archive(row: PatientRow, at: datetime, reason: str) -> None:
    """Take the patient out of lists and searches."""
    before = terms_of(row)
    row.archived_at = at
    row.archive_reason = reason
    replace_terms(row, before)


def restore(row: PatientRow) -> None:
    """Bring an archived patient back."""
    before = terms_of(row)
    row.archived_at = None
    row.archive_reason = ""
    replace_terms(row, before)


def read_phones(details: PatientDetails, region: str) -> tuple[Phone, ...]:
    """The phones as typed, each with its international form where the number plan knows one."""
    return tuple(Phone(phone.value, e164(phone.value, region), phone.use) for phone in details.phones)


def phones_of(row: PatientRow) -> tuple[Phone, ...]:
    ordered = sorted(row.phones, key=lambda phone: phone.position)
    return tuple(Phone(phone.value, phone.e164, phone.use) for phone in ordered)


def _typed(details: PatientDetails) -> dict[str, Any]:
    return {
        "family": details.family,
        "given": details.given,
        "preferred_name": details.preferred_name,
        "birth_date": details.birth_date.iso() if details.birth_date else None,
        "gender": details.gender,
        "email": details.email,
        "street": details.address.street,
        "city": details.address.city,
        "postcode": details.address.postcode,
        "country": details.address.country,
        "language": details.language,
        "note": details.note,
        "deceased": details.deceased,
        "contact_by": details.contact_by,
        "interpreter": details.interpreter,
        "preferences": details.preferences,
    }


def former_numbers(row: PatientRow) -> tuple[str, ...]:
    """Record numbers of records that were merged into this one, by which people go on asking for it."""
    return tuple(sorted(one.value for one in row.identifiers if one.system == FORMER_RECORD_NUMBER))


def find_by_what_it_says(row: PatientRow, region: str) -> None:
    """Bring what searches compare to what the row (in a session, parts loaded) says now; its terms are the caller's."""
    names = (row.family, row.given, row.preferred_name)
    row.sort_name = search_terms.sort_name(*names)
    row.search_text = search_terms.stored_text(names, phones_of(row), row.mrn, region, former_numbers(row))


def _searched(
    details: PatientDetails, phones: tuple[Phone, ...], mrn: str, region: str, former: tuple[str, ...] = ()
) -> dict[str, str]:
    names = (details.family, details.given, details.preferred_name)
    return {
        "sort_name": search_terms.sort_name(*names),
        "search_text": search_terms.stored_text(names, phones, mrn, region, former),
    }


def _phone_row(position: int, phone: Phone) -> PatientPhoneRow:
    return PatientPhoneRow(position=position, value=phone.value, e164=phone.e164, use=phone.use)


def set_phones(row: PatientRow, phones: tuple[Phone, ...]) -> bool:
    """Make a row (in a session, phones loaded) have these phones. Whether it had others."""
    if phones_of(row) == phones:
        return False
    kept = {phone.position: phone for phone in row.phones}
    for position, phone in enumerate(phones):
        if position in kept:
            kept[position].value, kept[position].e164, kept[position].use = phone.value, phone.e164, phone.use
        else:
            row.phones.append(_phone_row(position, phone))
    for position, old in kept.items():
        if position >= len(phones):
            row.phones.remove(old)
    return True
