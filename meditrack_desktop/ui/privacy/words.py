"""Dates and times of the privacy windows, on the clinic's clock."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from meditrack_desktop.ui.widgets import format_date


def day_text(moment: datetime, zone: ZoneInfo) -> str:
    """The day only."""
    return format_date(moment.astimezone(zone).date())


def moment_text(moment: datetime, zone: ZoneInfo) -> str:
    """Day and time."""
    local = moment.astimezone(zone)
    return f"{format_date(local.date())}, {local:%H:%M}"
