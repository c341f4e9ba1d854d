"""What a doctor allows to be booked, beside their hours: how many, of which kind, and until when new patients."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.working_time import OpenTime


class RuleKind(StrEnum):
    """`MOST_PER_SESSION`: `most` visits in one stretch of work. `MOST_PER_DAY`: a day. `MOST_OF_TYPE`: `most` visits

    of `visit_type_id` a day. `NO_NEW_PATIENTS`: nobody who was never here, from `after` on (None: all day).
    `LATEST_NOTICE`: nothing that begins within `most` minutes from now.
    """

    MOST_PER_SESSION = "most_per_session"
    MOST_PER_DAY = "most_per_day"
    MOST_OF_TYPE = "most_of_type"
    NO_NEW_PATIENTS = "no_new_patients"
    LATEST_NOTICE = "latest_notice"


@dataclass(frozen=True, slots=True)
class BookingRule:
    """One rule of one doctor; `weekdays` (0 is Monday) empty means every day."""

    id: UUID
    practitioner_id: UUID
    kind: RuleKind
    most: int | None = None
    visit_type_id: UUID | None = None
    after: time | None = None
    weekdays: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BookedVisit:
    """What rules count of a visit that takes time: when it begins (the clinic's clock, naive) and what it is."""

    wall_start: datetime
    visit_type_id: UUID | None


@dataclass(frozen=True, slots=True)
class WantedVisit:
    """What rules look at of a visit that somebody wants; `notice` is the time from now to its start."""

    wall_start: datetime
    notice: timedelta
    visit_type_id: UUID | None
    new_patient: bool
    """Nobody who was ever here: no visit of theirs that took time lies in the past."""


def broken_rule(
    rules: Iterable[BookingRule],
    wanted: WantedVisit,
    others: Sequence[BookedVisit],
    open_times: Sequence[OpenTime],
) -> BookingRule | None:
    """The first of one doctor's rules that does not allow the visit; None if all do.

    `others`: the doctor's other visits of that day. `open_times`: the stretches in which the doctor works that day;
    a visit outside all of them is in no session.
    """
    for rule in rules:
        if rule.weekdays and wanted.wall_start.weekday() not in rule.weekdays:
            continue
        if _breaks(rule, wanted, others, open_times):
            return rule
    return None


def _breaks(
    rule: BookingRule, wanted: WantedVisit, others: Sequence[BookedVisit], open_times: Sequence[OpenTime]
) -> bool:
    most = rule.most or 0
    match rule.kind:
        case RuleKind.MOST_PER_DAY:
            return len(others) >= most
        case RuleKind.MOST_PER_SESSION:
            session = next((one for one in open_times if _begins_in(wanted.wall_start, one)), None)
            if session is None:
                return False
            return sum(_begins_in(other.wall_start, session) for other in others) >= most
        case RuleKind.MOST_OF_TYPE:
            if wanted.visit_type_id is None or wanted.visit_type_id != rule.visit_type_id:
                return False
            return sum(other.visit_type_id == rule.visit_type_id for other in others) >= most
        case RuleKind.NO_NEW_PATIENTS:
            return wanted.new_patient and (rule.after is None or wanted.wall_start.time() >= rule.after)
        case RuleKind.LATEST_NOTICE:
            return wanted.notice < timedelta(minutes=most)


def _begins_in(wall_start: datetime, session: OpenTime) -> bool:
    return session.starts <= wall_start.hour * 60 + wall_start.minute < session.ends


class BookingRuleInput(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(default_factory=new_id)
    kind: RuleKind
    most: Annotated[int, Field(ge=0, le=10_080)] | None = None
    visit_type_id: UUID | None = None
    after: time | None = None
    weekdays: Annotated[tuple[Annotated[int, Field(ge=0, le=6)], ...], Field(max_length=7)] = ()

    @model_validator(mode="after")
    def _whole(self) -> BookingRuleInput:
        if self.kind is not RuleKind.NO_NEW_PATIENTS and self.most is None:
            raise ValueError("required")
        if (self.kind is RuleKind.MOST_OF_TYPE) != (self.visit_type_id is not None):
            raise ValueError("required")
        return self


class SetBookingRules(BaseModel):
    """Replace all rules of a doctor; `version` is the doctor's that was seen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    practitioner_id: UUID
    version: int
    rules: Annotated[tuple[BookingRuleInput, ...], Field(max_length=50)]

    @model_validator(mode="after")
    def _each_once(self) -> SetBookingRules:
        if len({rule.id for rule in self.rules}) < len(self.rules):
            raise ValueError("taken")
        return self
