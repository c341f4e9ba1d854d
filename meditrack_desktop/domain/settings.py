"""The clinic's settings: what an administrator may change, its limits and its defaults (security.md)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from meditrack_desktop.domain.accounts import PASSWORD_MINIMUM
from meditrack_desktop.domain.clinic import ClinicName, Region, ZoneName


class ReadingRule(StrEnum):
    """Which patients' clinical documents a doctor opens without giving a reason (D7)."""

    IN_CARE = "in-care"
    WHOLE_CLINIC = "whole-clinic"


class ClinicSettings(BaseModel):
    """All settings of the clinic. Stored by field name; a name that is gone is ignored, a bad value is the default.

    `idle_lock_minutes` is without a touch until the desk locks; `hard_lock_minutes` from then on until a local
    database is closed. `retention_years` counts from the last contact. `backup_hour` is on the clinic's clock.
    A patient who cancels under `late_cancel_hours` before the visit cancels late. The calendar file that a patient
    takes along rings `reminder_minutes` before the visit; 0: never. Who waits for `long_wait_minutes` and more has
    waited long. `largest_document_mb` and `largest_study_mb`
    (DICOM) are mebibytes; one patient gets `documents_a_day` at most, against a program that runs wild. A deleted
    document lies in the bin for `bin_days`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    idle_lock_minutes: Annotated[int, Field(ge=1, le=30)] = 10
    hard_lock_minutes: Annotated[int, Field(ge=5, le=240)] = 30
    password_minimum: Annotated[int, Field(ge=PASSWORD_MINIMUM, le=32)] = PASSWORD_MINIMUM
    second_factor_for_admins: bool = False
    reading_rule: ReadingRule = ReadingRule.IN_CARE
    admin_reads_charts: bool = False
    refuse_unscanned: bool = False
    retention_years: Annotated[int, Field(ge=1, le=100)] = 10
    backup_hour: Annotated[int, Field(ge=0, le=23)] = 2
    backup_daily: Annotated[int, Field(ge=1, le=60)] = 7
    backup_weekly: Annotated[int, Field(ge=0, le=52)] = 4
    backup_monthly: Annotated[int, Field(ge=0, le=120)] = 12
    late_cancel_hours: Annotated[int, Field(ge=0, le=336)] = 24
    reminder_minutes: Annotated[int, Field(ge=0, le=20160)] = 1440
    long_wait_minutes: Annotated[int, Field(ge=1, le=240)] = 10
    largest_document_mb: Annotated[int, Field(ge=1, le=500)] = 100
    largest_study_mb: Annotated[int, Field(ge=1, le=2000)] = 500
    documents_a_day: Annotated[int, Field(ge=1, le=10_000)] = 200
    bin_days: Annotated[int, Field(ge=30, le=3650)] = 30


class ChangeSettings(BaseModel):
    """Change the settings that are given; None leaves one as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    idle_lock_minutes: Annotated[int, Field(ge=1, le=30)] | None = None
    hard_lock_minutes: Annotated[int, Field(ge=5, le=240)] | None = None
    password_minimum: Annotated[int, Field(ge=PASSWORD_MINIMUM, le=32)] | None = None
    second_factor_for_admins: bool | None = None
    reading_rule: ReadingRule | None = None
    admin_reads_charts: bool | None = None
    refuse_unscanned: bool | None = None
    retention_years: Annotated[int, Field(ge=1, le=100)] | None = None
    backup_hour: Annotated[int, Field(ge=0, le=23)] | None = None
    backup_daily: Annotated[int, Field(ge=1, le=60)] | None = None
    backup_weekly: Annotated[int, Field(ge=0, le=52)] | None = None
    backup_monthly: Annotated[int, Field(ge=0, le=120)] | None = None
    late_cancel_hours: Annotated[int, Field(ge=0, le=336)] | None = None
    reminder_minutes: Annotated[int, Field(ge=0, le=20160)] | None = None
    long_wait_minutes: Annotated[int, Field(ge=1, le=240)] | None = None
    largest_document_mb: Annotated[int, Field(ge=1, le=500)] | None = None
    largest_study_mb: Annotated[int, Field(ge=1, le=2000)] | None = None
    documents_a_day: Annotated[int, Field(ge=1, le=10_000)] | None = None
    bin_days: Annotated[int, Field(ge=30, le=3650)] | None = None


class EditClinic(BaseModel):
    """Change what the clinic is called, its zone and its region."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClinicName
    zone: ZoneName
    region: Region
