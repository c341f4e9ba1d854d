"""The field for when something began or ended: a day, a month or a year; `t` is today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.chart import PartialDate
from meditrack_desktop.domain.errors import FieldProblem
from meditrack_desktop.domain.typed_birth_dates import TypedBirthDate
from meditrack_desktop.ui.patients.birth_field import BirthDateField

AHEAD_YEARS = 10


class EntryDateField(BirthDateField):
    """As the field for a birth date, with its own words. With `ahead`, a day to come is as good: medication is often
    given until one."""

    def __init__(
        self,
        today: Callable[[], date],
        value: PartialDate | None = None,
        *,
        region: str | None = None,
        ahead: bool = False,
    ) -> None:
        now = today()
        last = date(now.year + AHEAD_YEARS, 12, 31)
        super().__init__((lambda: last) if ahead else today, value, region=region)
        self._now = today

    def _read(self) -> TypedBirthDate:
        if self.text().strip().casefold() in ("t", self.tr("today")):
            return TypedBirthDate(BirthDate.of(self._now()))
        return super()._read()

    def _reason(self, read: TypedBirthDate) -> str:
        if read.problem is FieldProblem.NOT_A_DATE:
            return self.tr("This is not a date. Examples: 5 Apr 2019, Apr 2019, 2019, t for today")
        return super()._reason(read)
