"""Patients: the record, the slim line of a list, and what can be asked of them (FHIR Patient)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Literal
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.names import display_name
from meditrack_desktop.domain.text import name_text, several_lines, single_line


class Gender(StrEnum):
    """FHIR administrative gender."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class ContactSystem(StrEnum):
    PHONE = "phone"
    EMAIL = "email"


class ContactBy(StrEnum):
    """How a patient wants to be reached."""

    ANY = "any"
    PHONE = "phone"
    MESSAGE = "message"
    EMAIL = "email"
    POST = "post"
    NONE = "none"


_PLAIN_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9.-]+)"
)


@lru_cache(maxsize=2048)
def _is_domain(domain: str) -> bool:
    """Whether mail can have this domain; thousands of rows of an import share a few."""
    try:
        validate_email(f"a@{domain}", check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def _email(value: str) -> str:
    text = single_line(value)
    plain = _PLAIN_EMAIL.fullmatch(text)
    if plain is not None and plain.start(1) <= 65 and len(text) <= 254 and _is_domain(plain[1].lower()):
        return text
    try:
        validate_email(text, check_deliverability=False, allow_smtputf8=True, test_environment=True)
    except EmailNotValidError:
        raise ValueError("malformed") from None
    return text


NameText = Annotated[str, Field(max_length=200), AfterValidator(name_text)]
LineText = Annotated[str, Field(max_length=200), AfterValidator(single_line)]
NoteText = Annotated[str, Field(max_length=4000), AfterValidator(several_lines)]
PreferencesText = Annotated[str, Field(max_length=500), AfterValidator(several_lines)]
EmailText = Annotated[str, Field(max_length=254), AfterValidator(_email)]

Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=500),
    AfterValidator(several_lines),
]


@dataclass(frozen=True, slots=True)
class Phone:
    """One number as typed, with its E.164 form where the number plan knows it (else None)."""

    value: str
    e164: str | None = None
    use: str = "mobile"


@dataclass(frozen=True, slots=True)
class Address:
    street: str = ""
    city: str = ""
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number somebody else gave this patient (FHIR identifier): what makes a second import add nobody."""

    system: str
    value: str


@dataclass(frozen=True, slots=True)
class Patient:
    """Everything about one patient that a receptionist may see."""

    id: UUID
    version: int
    mrn: str
    family: str
    given: str
    birth_date: BirthDate | None
    gender: Gender
    phones: tuple[Phone, ...]
    email: str
    address: Address
    language: str
    note: str
    identifiers: tuple[Identifier, ...]
    deceased: bool
    archived_at: datetime | None
    archive_reason: str
    created_at: datetime
    created_by: UUID
    preferred_name: str = ""
    restricted_at: datetime | None = None
    legal_hold: bool = False
    provisional: bool = False
    """Taken down with name and phone only; completed or discarded at check-in."""
    verified_at: datetime | None = None
    verified_by_name: str = ""
    contact_by: ContactBy = ContactBy.ANY
    interpreter: bool = False
    preferences: str = ""
    photo_id: UUID | None = None
    merged_into: UUID | None = None

    @property
    def name(self) -> str:
        """As it is spoken at the desk: `Given Family`, or the family name first where that is the custom."""
        return display_name(self.family, self.given)

    @property
    def active(self) -> bool:
        return self.archived_at is None


@dataclass(frozen=True, slots=True)
class PatientLine:
    """One row of a list or a search: enough to tell two people apart."""

    id: UUID
    mrn: str
    family: str
    given: str
    birth_date: BirthDate | None
    gender: Gender
    phone: str
    active: bool
    deceased: bool
    usual_doctor: str = ""
    next_visit: datetime | None = None
    matched: str = ""
    provisional: bool = False
    allergy: str = ""
    """The worst allergy that warns, and how many do."""
    allergies: int = 0

    @property
    def name(self) -> str:
        return display_name(self.family, self.given)


PatientOrder = Literal["name", "mrn", "birth_date", "next_visit"]


class FindPatients(BaseModel):
    """Search by any scrap: name parts in any order, phone digits, birth date, record number.

    An empty `text` lists everybody in name order. All that is asked for beside the text must hold too.

    `limit` and `offset` page through the result. A list of many pages asks `anchors` once and then sets `at` to
    `anchors.tokens[row // anchors.every]` and `offset` to `row % anchors.every`: any page costs the same.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[str, Field(max_length=200)] = ""
    include_archived: bool = False
    archived: bool = False
    """Only those who are archived."""
    doctor: UUID | None = None
    """On this doctor's care team now."""
    my_patients: bool = False
    """On the care team of whoever asks; nobody, if they are no doctor."""
    created_by_me: bool = False
    """Registered by whoever asks."""
    visiting_on: date | None = None
    """A visit on this day that was not cancelled (a day on the clinic's wall)."""
    without_visit_since: date | None = None
    """No visit on this day or later, neither past nor booked; cancelled and missed ones do not count."""
    provisional: bool = False
    """Only those taken down by name and phone and not completed yet."""
    deceased: bool | None = None
    """Only those who died, or only the others."""
    order: PatientOrder = "name"
    descending: bool = False
    limit: Annotated[int, Field(ge=1, le=500)] = 50
    offset: Annotated[int, Field(ge=0)] = 0
    at: Annotated[str, Field(max_length=2000)] = ""
    """A token of `PatientAnchors` of the same question: where `offset` counts from."""


@dataclass(frozen=True, slots=True)
class PatientPage:
    """One page of a search. `total` counts all matches, or is None where counting was not worth it.

    Of a page that begins `at` an anchor it is None: the anchors know it.
    """

    lines: tuple[PatientLine, ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class PatientAnchors:
    """How many patients a question finds, and where every `every`th of them stands.

    `tokens[n]` is where row `n * every` is; there is none if nobody is found. Made in one scan, which may
    take a second of a million: ask for it beside the first page, not before it. Rows that come or go move what
    follows until the next `anchors`; a page then begins at the same patient as before.
    """

    total: int
    every: int
    tokens: tuple[str, ...]


class PhoneInput(BaseModel):
    """A phone as typed. Kept as typed whatever it is; the service adds the E.164 form if there is one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=60),
        AfterValidator(single_line),
    ]
    use: Literal["mobile", "home", "work", "other"] = "mobile"


class AddressInput(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    street: LineText = ""
    city: LineText = ""
    postcode: Annotated[str, Field(max_length=40), AfterValidator(single_line)] = ""
    country: Annotated[str, Field(max_length=60), AfterValidator(single_line)] = ""


class IdentifierInput(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    system: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=300),
        AfterValidator(single_line),
    ]
    value: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
        AfterValidator(single_line),
    ]


class PatientDetails(BaseModel):
    """The fields a form holds; shared by registering and editing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    family: NameText = ""
    given: NameText = ""
    preferred_name: NameText = ""
    birth_date: BirthDate | None = None
    gender: Gender = Gender.UNKNOWN
    phones: Annotated[tuple[PhoneInput, ...], Field(max_length=10)] = ()
    email: EmailText | Literal[""] = ""
    address: AddressInput = AddressInput()
    language: Annotated[str, Field(max_length=40), AfterValidator(single_line)] = ""
    note: NoteText = ""
    deceased: bool = False
    contact_by: ContactBy = ContactBy.ANY
    interpreter: bool = False
    preferences: PreferencesText = ""

    @model_validator(mode="after")
    def _has_a_name(self) -> PatientDetails:
        if not self.family and not self.given:
            raise ValueError("name required")
        return self


class RegisterPatient(PatientDetails):
    """A new patient. `mrn` empty: the clinic gives the next record number.

    `id` is made by the caller, so that the same command sent twice registers one patient.
    """

    id: UUID = Field(default_factory=new_id)
    mrn: Annotated[str, Field(max_length=40), AfterValidator(single_line)] = ""
    identifiers: Annotated[tuple[IdentifierInput, ...], Field(max_length=20)] = ()


class EditPatient(PatientDetails):
    """All details as they shall be; refused with ChangedMeanwhile if `version` is not the newest."""

    id: UUID
    version: int


class TakeDownPatient(BaseModel):
    """A caller nobody knows yet: a name in one go and a phone, enough to book.

    The record is provisional until somebody completes or discards it. Sent twice with one `id`, it adds one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(default_factory=new_id)
    name: Annotated[str, Field(max_length=400), AfterValidator(name_text), Field(min_length=1)]
    """`Mara Fictanova` or `Fictanova, Mara`: see `names.split_name`."""
    phone: PhoneInput | None = None


class CompletePatient(EditPatient):
    """All details of somebody who was taken down by name and phone: the record is whole from now on."""


class DiscardPatient(BaseModel):
    """Give up a provisional record: a wrong number, a known patient after all, somebody who never came.

    `known_as` is the patient they turned out to be: the visits still to come become theirs. Without it those
    visits are cancelled.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    reason: Reason
    known_as: UUID | None = None


class VerifyPatient(BaseModel):
    """The details were gone through with the patient and are right as they stand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int


class ArchivePatient(BaseModel):
    """Take a patient out of lists, with a reason. Nothing is deleted and it can be undone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    reason: Reason


class RestorePatient(BaseModel):
    """Bring an archived patient back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
