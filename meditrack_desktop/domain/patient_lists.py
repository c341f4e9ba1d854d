"""Lists of patients that leave the clinic as a table or as address cards: what is asked for, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from meditrack_desktop.domain.patients import FindPatients


class ListForm(StrEnum):
    """What is written: a table for any program, an Excel workbook, or vCard 4.0. The value is the file's ending."""

    CSV = "csv"
    XLSX = "xlsx"
    VCARD = "vcf"


class ListColumn(StrEnum):
    """What can stand in a table. The value is the heading in the file; an import reads it again by that."""

    ID = "MediTrack id"
    MRN = "Record number"
    FAMILY = "Family name"
    GIVEN = "Given name"
    PREFERRED = "Preferred name"
    BIRTH_DATE = "Birth date"
    GENDER = "Gender"
    PHONES = "Phone"
    EMAIL = "E-mail"
    STREET = "Street"
    CITY = "City"
    POSTCODE = "Postcode"
    COUNTRY = "Country"
    LANGUAGE = "Language"
    CONTACT_BY = "Contact by"
    INTERPRETER = "Interpreter"
    PREFERENCES = "Preferences"
    NOTE = "Note"
    DECEASED = "Deceased"
    USUAL_DOCTOR = "Usual doctor"
    NEXT_VISIT = "Next visit"


SHOWN_COLUMNS = (
    ListColumn.MRN,
    ListColumn.FAMILY,
    ListColumn.GIVEN,
    ListColumn.BIRTH_DATE,
    ListColumn.GENDER,
    ListColumn.PHONES,
    ListColumn.USUAL_DOCTOR,
    ListColumn.NEXT_VISIT,
)
"""What the list on the screen shows."""

RECORD_COLUMNS = tuple(
    column for column in ListColumn if column not in (ListColumn.USUAL_DOCTOR, ListColumn.NEXT_VISIT)
)
"""Everything an import takes back."""


class SecondPerson(BaseModel):
    """Another administrator who agrees at the same desk. `code`: their second factor's digits, if they have one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    username: Annotated[str, Field(max_length=200)]
    password: SecretStr
    code: Annotated[str, Field(max_length=40)] = ""


class ExportPatientList(BaseModel):
    """Write everybody whom `find` finds, in its order, to a file; its `limit` and `offset` do not count.

    `columns` are a table's; cards hold what a card can. `second` is needed where there is another administrator.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    find: FindPatients = FindPatients()
    columns: Annotated[tuple[ListColumn, ...], Field(min_length=1)] = RECORD_COLUMNS
    form: ListForm = ListForm.CSV
    second: SecondPerson | None = None
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class PatientListExport:
    """What was written."""

    path: str
    patients: int
    size: int
