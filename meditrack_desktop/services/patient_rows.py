"""From a patient's details to rows: shared by the desk's forms and by importing thousands at once.

Nothing here asks the database anything, so a run of thousands costs no round trips: give each new row its
record number from `queries.patients.give_record_numbers` and hand the rows to the session in batches.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from meditrack_desktop.database.tables.patients import (
    PatientIdentifierRow,
    PatientPhoneRow,
    PatientRow,
    PatientTermRow,
)
from meditrack_desktop.domain import search_terms
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.errors import FieldProblem, invalid_fields
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import PatientDetails, Phone, RegisterPatient
from meditrack_desktop.domain.phones import e164


def check_birth_date(birth_date: BirthDate | None, today: date) -> None:
    """Invalid with the field `birth_date` if it is after `today` or before anybody living was born."""
    problem = birth_date.problem_on(today) if birth_date else None
    if problem is not None:
        raise invalid_fields(birth_date=FieldProblem(problem))


def new_row(command: RegisterPatient, *, mrn: str, now: datetime, by: UUID, region: str) -> PatientRow:
    """The row of a new patient, not yet in any session. `region` is the clinic's, for phone numbers."""
    row = PatientRow(
        id=command.id,
        mrn=mrn,
        created_at=now,
        created_by=by,
        archived_at=None,
        archive_reason="",
        phones=[],
        terms=[],
        identifiers=[
            PatientIdentifierRow(id=new_id(), system=identifier.system, value=identifier.value)
            for identifier in dict.fromkeys(command.identifiers)
        ],
    )
    apply(row, command, region)
    return row


def apply(row: PatientRow, details: PatientDetails, region: str) -> tuple[str, ...]:
    """Make `row` (with its phones and terms loaded) say what `details` say. Returns the fields that differ."""
    wanted = {
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
    }
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    phones = tuple(
        Phone(value=phone.value, e164=e164(phone.value, region), use=phone.use) for phone in details.phones
    )
    if _set_phones(row, phones):
        changed.append("phones")
    _set_search(row, phones)
    return tuple(changed)


def phones_of(row: PatientRow) -> tuple[Phone, ...]:
    ordered = sorted(row.phones, key=lambda phone: phone.position)
    return tuple(Phone(phone.value, phone.e164, phone.use) for phone in ordered)


def _set_phones(row: PatientRow, phones: tuple[Phone, ...]) -> bool:
    if phones_of(row) == phones:
        return False
    kept = {phone.position: phone for phone in row.phones}
    for position, phone in enumerate(phones):
        if position in kept:
            kept[position].value, kept[position].e164, kept[position].use = phone.value, phone.e164, phone.use
        else:
            row.phones.append(
                PatientPhoneRow(position=position, value=phone.value, e164=phone.e164, use=phone.use)
            )
    for position, old in kept.items():
        if position >= len(phones):
            row.phones.remove(old)
    return True


def _set_search(row: PatientRow, phones: tuple[Phone, ...]) -> None:
    names = (row.family, row.given, row.preferred_name)
    sort_name = search_terms.sort_name(row.family, row.given)
    search_text = search_terms.stored_text(names, phones, row.mrn)
    if row.sort_name != sort_name:
        row.sort_name = sort_name
    if row.search_text != search_text:
        row.search_text = search_text
    wanted = search_terms.stored_terms(names, phones, row.mrn)
    known = {term.term: term for term in row.terms}
    for term in sorted(known.keys() - wanted):
        row.terms.remove(known[term])
    row.terms.extend(PatientTermRow(term=term) for term in sorted(wanted - known.keys()))
