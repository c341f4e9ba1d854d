"""What a kept record says after a merge: the chosen fields, the phones of both, and what safety decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.domain.patient_merges import JOINABLE, MergeChoice, MergeField
from meditrack_desktop.domain.patients import Phone
from meditrack_desktop.domain.text import digits
from meditrack_desktop.services import patient_rows

MOST_PHONES = 10
"""As many as a form holds."""

_COLUMNS: Mapping[MergeField, tuple[str, ...]] = {
    **{each: (each.value,) for each in MergeField},
    MergeField.ADDRESS: ("street", "city", "postcode", "country"),
    MergeField.PHOTO: ("photo_id",),
}
_LONGEST: Mapping[MergeField, int] = {MergeField.NOTE: 4000, MergeField.PREFERENCES: 500}


def choose(kept: PatientRow, gone: PatientRow, choices: Mapping[MergeField, MergeChoice]) -> None:
    """Give `kept` the chosen values. Fields not chosen keep what they say."""
    verified = True
    for chosen, choice in choices.items():
        if choice is MergeChoice.KEPT:
            continue
        for column in _COLUMNS[chosen]:
            mine, other = getattr(kept, column), getattr(gone, column)
            value = other
            if choice is MergeChoice.BOTH:
                value = _joined(chosen, mine, other) if chosen in JOINABLE else mine
            if value != mine:
                setattr(kept, column, value)
                verified = False
    if not verified:
        # Nobody went through these details, put together so, with the patient.
        kept.verified_at, kept.verified_by = None, None
    kept.provisional = kept.provisional and gone.provisional
    holds = dict.fromkeys(reason for reason in (kept.legal_hold, gone.legal_hold) if reason)
    kept.legal_hold = "; ".join(holds)[:500]


def chosen_photo(gone: PatientRow, choices: Mapping[MergeField, MergeChoice]) -> UUID | None:
    """The portrait that comes along from the gone record, if it was chosen."""
    return gone.photo_id if choices.get(MergeField.PHOTO) is MergeChoice.GONE else None


def unite_phones(kept: PatientRow, gone: PatientRow) -> tuple[Phone, ...]:
    """Give `kept` the phones of both, its own first, each number once; returns those that were new to it."""
    mine = patient_rows.phones_of(kept)
    known = {number(phone) for phone in mine}
    new: list[Phone] = []
    for phone in patient_rows.phones_of(gone):
        if number(phone) not in known and len(mine) + len(new) < MOST_PHONES:
            known.add(number(phone))
            new.append(phone)
    patient_rows.set_phones(kept, (*mine, *new))
    return tuple(new)


def drop_phones(kept: PatientRow, numbers: Iterable[str]) -> None:
    """Take those numbers from `kept` again, wherever they stand by now."""
    gone = set(numbers)
    phones = patient_rows.phones_of(kept)
    patient_rows.set_phones(kept, tuple(phone for phone in phones if number(phone) not in gone))


def number(phone: Phone) -> str:
    """What tells two phones apart, however they are typed."""
    return phone.e164 or digits(phone.value) or phone.value


def _joined(chosen: MergeField, mine: str, other: str) -> str:
    return "\n".join(dict.fromkeys(text for text in (mine, other) if text))[: _LONGEST[chosen]]
