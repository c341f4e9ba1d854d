"""What a chart is made of: words shared by its conditions, medication, allergies, measurements and notes.

Nothing in a chart is deleted. What was wrong is marked `entered-in-error` and stays readable in its history.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.text import several_lines, single_line

COMMAND = ConfigDict(frozen=True, extra="forbid")

PartialDate = BirthDate
"""A day, a month or a year, as people remember when something began (FHIR `dateTime` without a time)."""


def certainly_before(first: PartialDate, second: PartialDate) -> bool:
    """Whether `first` lies before `second` as far as both are known: 2020 is not before May 2020."""
    if first.year != second.year or not (first.month and second.month):
        return first.year < second.year
    if first.month != second.month or not (first.day and second.day):
        return first.month < second.month
    return first.day < second.day


class Verification(StrEnum):
    """How sure it is (FHIR). A receptionist's entry stays `unconfirmed` until somebody who may write charts says
    otherwise."""

    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    ENTERED_IN_ERROR = "entered-in-error"


EntryText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(single_line),
]
ShortText = Annotated[str, Field(max_length=200), AfterValidator(single_line)]
RemarkText = Annotated[str, Field(max_length=2000), AfterValidator(several_lines)]

_SYSTEM = re.compile(r"[^\s]{1,300}")


def _system(value: str) -> str:
    text = single_line(value)
    if text and not _SYSTEM.fullmatch(text):
        raise ValueError("malformed")
    return text


CodeSystem = Annotated[str, Field(max_length=300), AfterValidator(_system)]
"""The URI of the code's system, such as `http://snomed.info/sct`; empty if nothing was coded."""
CodeText = Annotated[str, Field(max_length=60), AfterValidator(single_line)]


@dataclass(frozen=True, slots=True)
class Coding:
    """A code of some system; both empty where something was only written in words."""

    system: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Who entered something and when, in UTC."""

    at: datetime
    by: UUID
    by_name: str
