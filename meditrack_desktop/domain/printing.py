"""What is printed at the desk: the chart's summary, a label, an appointment card; a day's sheet, a list of calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.privacy import LongLine
from meditrack_desktop.domain.text import single_line

_COMMAND = ConfigDict(frozen=True, extra="forbid")


class PrintKind(StrEnum):
    CHART_SUMMARY = "chart-summary"
    LABEL = "label"
    APPOINTMENT_CARD = "appointment-card"


class SheetKind(StrEnum):
    """Sheets that are about many patients."""

    DAY_SHEET = "day-sheet"
    CALL_LIST = "call-list"


class LabelSize(StrEnum):
    """Width by height in millimetres, as label printers' rolls are sold."""

    LARGE = "89x36"
    MEDIUM = "62x29"
    SMALL = "57x32"

    @property
    def millimetres(self) -> tuple[int, int]:
        width, height = self.value.split("x")
        return int(width), int(height)


class CardSize(StrEnum):
    """A6 across (148 x 105 mm), A7 across (105 x 74 mm), or a strip of an 80 mm receipt roll."""

    A6 = "a6"
    A7 = "a7"
    ROLL = "80mm"


class MakePrintout(BaseModel):
    """Lay out one sheet. `label` and `card` count for their kind only, as do the two below.

    A card is a slip for one visit if `appointment_id` says which, else it holds all that are to come; `preparation`
    prints how to prepare for each, which may tell a stranger what it is for.
    """

    model_config = _COMMAND

    kind: PrintKind
    patient_id: UUID
    label: LabelSize = LabelSize.LARGE
    card: CardSize = CardSize.A6
    appointment_id: UUID | None = None
    preparation: bool = True


class MakeDaySheet(BaseModel):
    """Lay out a day (the clinic's): all visits of these doctors, of everybody for none. `reasons` prints what each is
    for in the patient's words; cancelled visits are only counted."""

    model_config = _COMMAND

    day: date
    practitioner_ids: Annotated[tuple[UUID, ...], Field(max_length=200)] = ()
    reasons: bool = False


class MakeCallList(BaseModel):
    """Lay out whom to call because a doctor is away: an absence's worklist as it is now."""

    model_config = _COMMAND

    absence_id: UUID


class HandedBy(StrEnum):
    PRINTED = "printed"
    SAVED = "saved"


class NoteSheet(BaseModel):
    """Say that a sheet about many patients is about to leave: it is noted first and printed then."""

    model_config = _COMMAND

    id: UUID = Field(default_factory=new_id)
    kind: SheetKind
    day: date
    """Which day it is of; of a list of calls, on which it was made."""
    by: HandedBy = HandedBy.PRINTED


@dataclass(frozen=True, slots=True)
class Printout:
    """A finished PDF, made in memory. `title` names no patient: it is what the printer's queue shows.

    `left_out`: it lacks clinical parts, because whoever asked may not read them.
    """

    kind: PrintKind | SheetKind
    title: str
    pdf: bytes
    pages: int
    left_out: bool


class NotePrintout(BaseModel):
    """Say that a sheet is about to leave: it is noted first and printed then. Sent twice, it is noted once.

    `recipient` is asked for with a chart summary, which is a disclosure.
    """

    model_config = _COMMAND

    id: UUID = Field(default_factory=new_id)
    kind: PrintKind
    patient_id: UUID
    by: HandedBy = HandedBy.PRINTED
    recipient: Annotated[str, Field(max_length=200), AfterValidator(single_line)] = ""
    purpose: LongLine = ""
