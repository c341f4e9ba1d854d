"""When the next backup is due: once a day, from an hour of the clinic's clock on."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from meditrack_desktop.domain.backups import BackupOutcome, BackupRun

AGAIN_AFTER = timedelta(hours=1)
"""A run that failed or was stopped is not tried again before."""


def is_due(
    now: datetime, zone: ZoneInfo, hour: int, last_good: datetime | None, newest: BackupRun | None
) -> bool:
    """Whether the day's backup is still to be made. `last_good` is when the last finished one was begun.

    A missed night is made up for as soon as possible. A clock that was put back does not make one due.
    """
    if last_good is not None and last_good >= latest_moment(now, zone, hour):
        return False
    if newest is None or newest.outcome not in (BackupOutcome.FAILED, BackupOutcome.STOPPED):
        return True
    return abs(now - (newest.finished_at or newest.started_at)) >= AGAIN_AFTER


def latest_moment(now: datetime, zone: ZoneInfo, hour: int) -> datetime:
    """The last time the clinic's clocks showed that hour; an hour that spring skips is the one after it."""
    local = now.astimezone(zone)
    today = local.replace(hour=hour, minute=0, second=0, microsecond=0, fold=0)
    moment = today.astimezone(now.tzinfo)
    if moment > now:
        yesterday = (local.date() - timedelta(days=1)).timetuple()[:3]
        moment = datetime(*yesterday, hour, tzinfo=zone).astimezone(now.tzinfo)
    return moment
