"""Birth dates as people really know them: a day, a month, a year, or nothing (FHIR `date`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
OLDEST_YEAR = 1880


@dataclass(frozen=True, slots=True, order=True)
class BirthDate:
    """A whole or partial date. Orders by year, then month, then day, an unknown part first."""

    year: int
    month: int = 0
    day: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.year <= 9999 or not 0 <= self.month <= 12 or (self.day and not self.month):
            raise ValueError("not_a_date")
        try:
            date(self.year, self.month or 1, self.day or 1)
        except ValueError:
            raise ValueError("not_a_date") from None

    @classmethod
    def parse(cls, text: str) -> BirthDate:
        """From `1971`, `1971-03` or `1971-03-04`; ValueError("not_a_date") for anything else."""
        match = _ISO.fullmatch(text.strip())
        if match is None:
            raise ValueError("not_a_date")
        year, month, day = (int(part) if part else 0 for part in match.groups())
        if (match[2] and not month) or (match[3] and not day):
            raise ValueError("not_a_date")
        return cls(year, month, day)

    @classmethod
    def of(cls, day: date) -> BirthDate:
        return cls(day.year, day.month, day.day)

    @property
    def is_whole(self) -> bool:
        return bool(self.day)

    def iso(self) -> str:
        text = f"{self.year:04d}"
        if self.month:
            text += f"-{self.month:02d}"
        if self.day:
            text += f"-{self.day:02d}"
        return text

    def __str__(self) -> str:
        return self.iso()

    def age_on(self, day: date) -> int:
        """Completed years; for a partial date the most that can be true."""
        born = (self.month or 1, self.day or 1)
        return day.year - self.year - (1 if (day.month, day.day) < born else 0)

    def problem_on(self, day: date) -> str | None:
        """`in_the_future` or `too_old` as seen on `day`, or None if a living person may be born then."""
        if (self.year, self.month or 1, self.day or 1) > (day.year, day.month, day.day):
            return "in_the_future"
        return "too_old" if self.year < OLDEST_YEAR else None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from_text = core_schema.no_info_after_validator_function(cls.parse, core_schema.str_schema())
        return core_schema.json_or_python_schema(
            json_schema=from_text,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), from_text]),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda value: value.iso()),
        )
