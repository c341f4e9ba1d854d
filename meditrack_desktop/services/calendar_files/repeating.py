"""When something in a calendar file repeats: the dates of a rule, within limits that no file can talk us out of.

The grammar is a library's. Its way of looking for the next date goes on until the year 9999 where a rule has none,
so a rule is worked out in a later cycle of 400 years (after which weekdays and leap years repeat exactly): there the
end is near.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import prod
from typing import Any

from dateutil.rrule import rrule, rrulestr
from icalendar import Component

_CYCLE = 400
_MOST_STEPS = 200_000
"""Dates that the rules of one file may have before they are given up."""
_FRUITLESS = 20_000
"""What a rule counts that was looked through to the end of the calendar."""
_TOO_OFTEN = ("SECONDLY", "MINUTELY")
_OLDEST = datetime(1600, 1, 1)  # on the event's own clocks, as all here
"""What began earlier is no event of anybody's; birthdays of an unknown year are written as 1604."""
_A_YEAR_COSTS = {"HOURLY": 40, "DAILY": 15, "WEEKLY": 2}
"""As how many dates a whole year counts that was walked through from one date to the next."""
_KNOWN = frozenset(
    (
        "FREQ UNTIL COUNT INTERVAL WKST BYSECOND BYMINUTE BYHOUR BYDAY BYMONTHDAY BYYEARDAY BYWEEKNO BYMONTH "
        "BYSETPOS"
    ).split()
)


class TooMuch(Exception):
    """The rule has more dates than anybody's calendar."""


class NotUnderstood(Exception):
    """The rule is not one, or is of a kind that is not taken."""


@dataclass
class Budget:
    """How many dates may still be worked out for this file."""

    left: int = _MOST_STEPS

    def take(self, steps: int = 1) -> None:
        self.left -= steps
        if self.left < 0:
            raise TooMuch()


OnClocks = Callable[[datetime, str], datetime]
"""A naive time and the zone it is written in ("UTC", a TZID, or "" for the event's own): on the event's clocks."""


def starts_of(
    component: Component, begins: datetime, until: datetime, budget: Budget, on_clocks: OnClocks
) -> dict[datetime, timedelta | None]:
    """Every start of `component` up to `until`, without its EXDATEs: naive, on the clocks of its own zone.

    With the length that a period of RDATE gives it, None for the event's own. `begins` is its DTSTART, which always
    counts. TooMuch, NotUnderstood.
    """
    skipped, skipped_days = _listed(component, "EXDATE", on_clocks)
    added, added_days = _listed(component, "RDATE", on_clocks)
    found: dict[datetime, timedelta | None] = {begins: None}
    for rule in rules_of(component):
        found.update(dict.fromkeys(_ruled(rule, begins, until, budget, on_clocks)))
    found.update({datetime.combine(day, begins.time()): None for day in added_days})
    found.update(added)
    for _ in range(len(added) + len(added_days)):
        budget.take()
    return {
        start: length
        for start, length in sorted(found.items())
        if start <= until and start not in skipped and start.date() not in skipped_days
    }


def rules_of(component: Component) -> list[dict[str, list[object]]]:
    found = component.get("RRULE")
    if found is None:
        return []
    return [dict(one) for one in (found if isinstance(found, list) else [found]) if one]


def _ruled(
    rule: dict[str, list[object]], begins: datetime, until: datetime, budget: Budget, on_clocks: OnClocks
) -> Iterator[datetime]:
    if not rule.keys() <= _KNOWN or "FREQ" not in rule:
        raise NotUnderstood()
    if str(rule["FREQ"][0]).upper() in _TOO_OFTEN:
        raise TooMuch()
    if str(rule["FREQ"][0]).upper() == "HOURLY" and "BYSETPOS" in rule:
        raise NotUnderstood()  # the library looks at every hour for this
    if begins > until:
        return
    if begins < _OLDEST:
        raise NotUnderstood()
    budget.take(_times_a_day(rule))  # before looking for a first date, which may take its time
    a_year = _A_YEAR_COSTS.get(str(rule["FREQ"][0]).upper(), 0)
    last = _until(rule, on_clocks)
    end = until if last is None else min(until, last)
    years = (9999 - until.year) // _CYCLE * _CYCLE
    limit = _later(end, years)
    count = 0
    try:
        before = _later(begins, years)
        for start in _made(rule, before):
            budget.take(1 + (start - before).days // 365 * a_year)
            if start > limit:
                return
            before = start
            count += 1
            yield _later(start, -years)
        most = rule.get("COUNT")
        if not most or count < int(str(most[0])):
            budget.take(_FRUITLESS)
    except (ValueError, TypeError, IndexError, OverflowError):
        raise NotUnderstood() from None


def _times_a_day(rule: dict[str, list[object]]) -> int:
    """How many times of a day the rule names; each is made before its first date is found."""
    return prod(len(rule.get(name, ())) or 1 for name in ("BYHOUR", "BYMINUTE", "BYSECOND"))


def _made(rule: dict[str, list[object]], begins: datetime) -> rrule:
    made = rrulestr(_written(rule), dtstart=begins)
    if not isinstance(made, rrule):
        raise NotUnderstood()
    return made


def _written(rule: dict[str, list[object]]) -> str:
    """The rule as text again, without UNTIL: that is compared here, whatever kind of time it is."""
    parts = (
        f"{name}={','.join(str(value) for value in values)}"
        for name, values in rule.items()
        if name != "UNTIL" and values
    )
    return "RRULE:" + ";".join(parts)


def _until(rule: dict[str, list[object]], on_clocks: OnClocks) -> datetime | None:
    given = rule.get("UNTIL")
    if not given:
        return None
    last = given[0]
    if isinstance(last, datetime):
        return on_clocks(last.replace(tzinfo=None, fold=0), "UTC" if last.tzinfo else "")
    if isinstance(last, date):
        return datetime.combine(last, time.max)
    raise NotUnderstood()


def is_utc(moment: datetime) -> bool:
    """Asked without asking the zone for an offset: a file's own zone may never come to an answer."""
    return moment.tzinfo is UTC or getattr(moment.tzinfo, "key", "") == "UTC"


def written_in(moment: datetime, tzid: str) -> str:
    """The zone that a time stands in: "UTC", its TZID, or "" for none."""
    return "UTC" if is_utc(moment) else tzid


def _listed(
    component: Component, name: str, on_clocks: OnClocks
) -> tuple[dict[datetime, timedelta | None], set[date]]:
    """The moments, with their lengths if they are periods, and the whole days of EXDATE or RDATE."""
    moments: dict[datetime, timedelta | None] = {}
    days: set[date] = set()
    for value in _values(component.get(name)):
        tzid = str(value.params.get("TZID", ""))
        for one in getattr(value, "dts", (value,)):
            at = getattr(one, "dt", None)
            at, ends = at if isinstance(at, tuple) else (at, None)
            if isinstance(at, datetime):
                start = on_clocks(at.replace(tzinfo=None, fold=0), written_in(at, tzid))
                length = ends
                if isinstance(ends, datetime):
                    length = on_clocks(ends.replace(tzinfo=None, fold=0), written_in(ends, tzid)) - start
                moments[start] = length
            elif isinstance(at, date):
                days.add(at)
    return moments, days


def _values(found: Any) -> Iterable[Any]:
    if found is None:
        return ()
    return found if isinstance(found, list) else (found,)


def _later(moment: datetime, years: int) -> datetime:
    return moment.replace(year=moment.year + years)
