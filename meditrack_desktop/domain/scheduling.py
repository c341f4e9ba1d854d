"""Appointments: the record, the commands, and the clinic's rules on time (FHIR Appointment).

Times a person types are wall-clock times in the clinic's zone; the record carries both that and the
instants in UTC which databases compare. The database itself refuses an overlap (security.md D30).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.clock import to_instant, to_wall
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import LineText, NoteText
from meditrack_desktop.domain.text import several_lines

SHORTEST_MINUTES = 5
LONGEST_MINUTES = 12 * 60
SLOT_MINUTES = 15
LONGEST_RANGE_DAYS = 62


class AppointmentStatus(StrEnum):
    """FHIR R4 codes that a front desk uses. `checked-in` is FHIR's word for "in the room"."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    CHECKED_IN = "checked-in"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NOSHOW = "noshow"

    @property
    def takes_time(self) -> bool:
        """Whether the visit keeps the doctor's time: cancelled and missed ones do not."""
        return self not in (AppointmentStatus.CANCELLED, AppointmentStatus.NOSHOW)


class Confirmation(StrEnum):
    """Kept apart from the status: whether the patient said they will come."""

    UNCONFIRMED = "unconfirmed"
    MESSAGE_LEFT = "message_left"
    CONFIRMED = "confirmed"


class CancelledBy(StrEnum):
    PATIENT = "patient"
    CLINIC = "clinic"


_S = AppointmentStatus
NEXT_STATUSES: dict[AppointmentStatus, frozenset[AppointmentStatus]] = {
    _S.BOOKED: frozenset({_S.ARRIVED, _S.CHECKED_IN, _S.NOSHOW}),
    _S.ARRIVED: frozenset({_S.BOOKED, _S.CHECKED_IN, _S.FULFILLED, _S.NOSHOW}),
    _S.CHECKED_IN: frozenset({_S.BOOKED, _S.ARRIVED, _S.FULFILLED}),
    _S.FULFILLED: frozenset({_S.CHECKED_IN, _S.ARRIVED}),
    _S.NOSHOW: frozenset({_S.BOOKED, _S.ARRIVED}),
    _S.CANCELLED: frozenset({_S.BOOKED}),
}

CHANGEABLE = frozenset({_S.BOOKED, _S.ARRIVED, _S.CHECKED_IN})
"""Visits that may still be moved, lengthened or cancelled: neither over nor given up."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """One visit. `starts_at`, `ends_at`: UTC instants; `wall_start`: the clinic's clock in `zone`, naive."""

    id: UUID
    version: int
    patient_id: UUID
    patient_name: str
    patient_birth_date: BirthDate | None
    patient_mrn: str
    patient_phone: str
    practitioner_id: UUID
    practitioner_name: str
    starts_at: datetime
    ends_at: datetime
    wall_start: datetime
    zone: str
    minutes: int
    status: AppointmentStatus
    confirmation: Confirmation
    visit_type: str
    reason: str
    overbooked: bool
    created_at: datetime
    created_by: UUID
    arrived_at: datetime | None = None
    roomed_at: datetime | None = None
    left_at: datetime | None = None
    cancelled_by: CancelledBy | None = None
    cancel_reason: str = ""
    new_patient: bool = False
    provisional: bool = False
    """The patient was taken down by name and phone only: at check-in the record wants completing."""
    visit_type_id: UUID | None = None
    buffer_before: int = 0
    buffer_after: int = 0
    """Minutes beside the visit that take the doctor's time, too."""
    seen_at: datetime | None = None
    """When the doctor began; `roomed_at` is when the patient was shown in."""
    late_cancel: bool = False
    """Cancelled later than the clinic's policy allows."""
    series_id: UUID | None = None
    asset_ids: tuple[UUID, ...] = ()
    """Rooms and devices that are kept for it."""
    overbook_reason: str = ""
    allergies: bool = False
    """An active allergy is recorded in the chart."""

    @property
    def wall_end(self) -> datetime:
        """The clinic's clock at the end, naive. Read off the instant: a visit may span a clock change."""
        return to_wall(self.ends_at, ZoneInfo(self.zone)).replace(fold=0)

    @property
    def day(self) -> date:
        return self.wall_start.date()


def _to_the_minute(value: datetime) -> datetime:
    if value.tzinfo is not None:
        raise ValueError("malformed")
    if value.second or value.microsecond:
        raise ValueError("not_a_time")
    return value


WallTime = Annotated[datetime, AfterValidator(_to_the_minute)]
Minutes = Annotated[int, Field(ge=SHORTEST_MINUTES, le=LONGEST_MINUTES)]
Reason = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(several_lines)]


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BookAppointment(_Command):
    """Book a patient with a doctor. `wall_start` is the clinic's clock, naive, whole minutes.

    `overbook_reason` (needs the permission) lets the visit lie over another or outside hours.
    The same `id` sent twice books once.
    """

    id: UUID = Field(default_factory=new_id)
    patient_id: UUID
    practitioner_id: UUID
    wall_start: WallTime
    fold: Annotated[int, Field(ge=0, le=1)] | None = None
    minutes: Minutes = 30
    visit_type: LineText = ""
    visit_type_id: UUID | None = None
    """A kind of visit of the clinic: its name, buffers and needed rooms count. `minutes` stays as given."""
    asset_ids: Annotated[tuple[UUID, ...], Field(max_length=10)] = ()
    """Rooms or devices chosen by hand; others that the kind of visit needs are found."""
    hold_id: UUID | None = None
    """The hold that this booking redeems; it is let go in the same transaction."""
    waitlist_id: UUID | None = None
    """Whose wait ends with this visit."""
    follow_up_id: UUID | None = None
    reason: NoteText = ""
    overbook_reason: Annotated[str, Field(max_length=500), AfterValidator(several_lines)] = ""


class MoveAppointment(_Command):
    """Move a visit to another time or doctor; its length stays."""

    id: UUID
    version: int
    wall_start: WallTime
    fold: Annotated[int, Field(ge=0, le=1)] | None = None
    practitioner_id: UUID | None = None
    overbook_reason: Annotated[str, Field(max_length=500), AfterValidator(several_lines)] = ""


class ChangeAppointmentLength(_Command):
    id: UUID
    version: int
    minutes: Minutes
    overbook_reason: Annotated[str, Field(max_length=500), AfterValidator(several_lines)] = ""


class CancelAppointment(_Command):
    """Cancel with a reason and who cancelled. The visit stays visible, struck through."""

    id: UUID
    version: int
    cancelled_by: CancelledBy = CancelledBy.PATIENT
    reason: Reason


class SetAppointmentStatus(_Command):
    """Arrived, in the room, finished, missed, or back again. Stamps the time; cancelling is apart."""

    id: UUID
    version: int
    status: AppointmentStatus

    @field_validator("status")
    @classmethod
    def _not_cancelled(cls, value: AppointmentStatus) -> AppointmentStatus:
        if value is AppointmentStatus.CANCELLED:
            raise ValueError("malformed")
        return value


class MarkSeen(_Command):
    """The doctor has begun: the patient is in the room from then on, if that was not said before."""

    id: UUID
    version: int


class SetConfirmation(_Command):
    id: UUID
    version: int
    confirmation: Confirmation


class CalendarRange(_Command):
    """Which visits to show: days in the clinic's zone, both counted; no doctors means all."""

    first: date
    last: date
    practitioners: tuple[UUID, ...] = ()
    include_cancelled: bool = True

    @model_validator(mode="after")
    def _bounded(self) -> CalendarRange:
        if not timedelta(0) <= self.last - self.first <= timedelta(days=LONGEST_RANGE_DAYS):
            raise ValueError("out_of_range")
        return self


@dataclass(frozen=True, slots=True)
class Busy:
    """Time a doctor has given away, as UTC instants."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """One bookable start, as clinic wall-clock time (naive) and instant."""

    practitioner_id: UUID
    wall_start: datetime
    starts_at: datetime
    minutes: int


def span(wall_start: datetime, minutes: int, zone: ZoneInfo, fold: int | None) -> tuple[datetime, datetime]:
    """Start and end instants in UTC. Raises Invalid for a start that clocks skip or show twice."""
    if not 1900 <= wall_start.year <= 2200:
        raise Invalid(ErrorCode.INVALID_APPOINTMENT)
    starts_at = to_instant(wall_start, zone, fold)
    return starts_at, starts_at + timedelta(minutes=minutes)


def day_bounds(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The UTC instants at which `first` begins and `last` ends in `zone`. Invalid for years nobody books."""
    if not 1900 <= first.year <= last.year <= 2200:
        raise Invalid(ErrorCode.INVALID_APPOINTMENT)
    # A midnight that clocks skip means the instant of the change, which is what fold 0 gives.
    begins = datetime.combine(first, time(0), zone).astimezone(UTC)
    return begins, datetime.combine(last + timedelta(days=1), time(0), zone).astimezone(UTC)


def check_next_status(now: AppointmentStatus, then: AppointmentStatus) -> None:
    """Invalid STATUS_NOT_ALLOWED unless the desk may go from `now` to `then`."""
    if then not in NEXT_STATUSES[now]:
        raise Invalid(ErrorCode.STATUS_NOT_ALLOWED, now=now.value, then=then.value)


def check_has_begun(
    now: AppointmentStatus, then: AppointmentStatus, starts_at: datetime, at: datetime
) -> None:
    """Invalid STATUS_NOT_ALLOWED if a visit that has not begun is to be missed: its time would be given away."""
    if then is AppointmentStatus.NOSHOW and starts_at > at:
        raise Invalid(ErrorCode.STATUS_NOT_ALLOWED, now=now.value, then=then.value)


@dataclass(frozen=True, slots=True)
class Stamps:
    """When a patient came, went into the room, and left: UTC instants."""

    arrived_at: datetime | None = None
    roomed_at: datetime | None = None
    left_at: datetime | None = None
    seen_at: datetime | None = None
    """When the doctor began."""


def stamps_after(before: Stamps, then: AppointmentStatus, at: datetime) -> Stamps:
    """The stamps once the visit is `then`: a step forward is stamped `at`, a step back clears what came later."""
    arrived, roomed, seen = before.arrived_at or at, before.roomed_at, before.seen_at
    if then is AppointmentStatus.ARRIVED:
        return Stamps(arrived)
    if then is AppointmentStatus.CHECKED_IN:
        return Stamps(arrived, roomed or at, None, seen)
    if then is AppointmentStatus.FULFILLED:
        return Stamps(arrived, roomed, before.left_at or at, seen)
    return Stamps()


def stamps_seen(before: Stamps, at: datetime) -> Stamps:
    """The stamps once the doctor has begun: whoever is with the doctor has come and is in the room."""
    return Stamps(before.arrived_at or at, before.roomed_at or at, None, before.seen_at or at)


def is_late_cancel(starts_at: datetime, at: datetime, by: CancelledBy, late_hours: int) -> bool:
    """Whether a patient cancels at `at` later than the clinic's policy allows: under `late_hours` before the start."""
    return by is CancelledBy.PATIENT and starts_at - at < timedelta(hours=late_hours)
