"""Where and how long a visit is to be: what is looked for when its place is not free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from meditrack_desktop.domain.free_time import FindFreeTime, FreeTimeOfDay


@dataclass(frozen=True, slots=True)
class BookingPlace:
    """`when` is the clinic's clock, naive."""

    practitioner_id: UUID
    when: datetime
    minutes: int
    visit_type_id: UUID | None = None
    asset_id: UUID | None = None
    patient_id: UUID | None = None

    def of_day(self) -> FreeTimeOfDay:
        """Every free start of that day for the same visit."""
        return FreeTimeOfDay(
            day=self.when.date(),
            practitioner_ids=(self.practitioner_id,),
            visit_type_id=self.visit_type_id,
            asset_id=self.asset_id,
            patient_id=self.patient_id,
            minutes=self.minutes,
        )

    def next(self, after: datetime, limit: int) -> FindFreeTime:
        """The next free starts from `after` on for the same visit."""
        return FindFreeTime(
            after=after,
            practitioner_ids=(self.practitioner_id,),
            visit_type_id=self.visit_type_id,
            asset_id=self.asset_id,
            patient_id=self.patient_id,
            minutes=self.minutes,
            limit=limit,
        )
