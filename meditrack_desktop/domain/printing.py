"""What is printed about a patient at the desk: the chart's summary, a label, an appointment card."""

from __future__ import annotations

from dataclasses import dataclass
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
    """Lay out one sheet. `label` and `card` count for their kind only."""

    model_config = _COMMAND

    kind: PrintKind
    patient_id: UUID
    label: LabelSize = LabelSize.LARGE
    card: CardSize = CardSize.A6


@dataclass(frozen=True, slots=True)
class Printout:
    """A finished PDF, made in memory. `title` names no patient: it is what the printer's queue shows.

    `left_out`: it lacks clinical parts, because whoever asked may not read them.
    """

    kind: PrintKind
    title: str
    pdf: bytes
    pages: int
    left_out: bool


class HandedBy(StrEnum):
    PRINTED = "printed"
    SAVED = "saved"


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
