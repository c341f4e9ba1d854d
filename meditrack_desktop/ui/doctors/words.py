"""Words for what a doctor's page shows: languages, licences, absences, rules, and what a profile still wants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.booking_rules import BookingRule, RuleKind
from meditrack_desktop.domain.practitioner_profiles import Credential, CredentialState, PractitionerProfile
from meditrack_desktop.domain.working_time import Absence, AbsenceKind, Closure, OpenTime
from meditrack_desktop.ui.widgets import format_date, format_time
from meditrack_desktop.ui.widgets.date_text import MONTHS, WEEKDAYS
from meditrack_desktop.ui.words import weekday_words

_tr = QCoreApplication.translate


def credential_words(credential: Credential, today: date) -> tuple[str, str]:
    """How a credential stands, and the tone of its tag. An expiry says more than that it was once verified."""
    if credential.expired(today):
        return _tr("doctors", "Expired"), "danger"
    if credential.state is CredentialState.REJECTED:
        return _tr("doctors", "Rejected"), "danger"
    if credential.expires_soon(today):
        return _tr("doctors", "Expires soon"), "warn"
    if credential.state is CredentialState.VERIFIED:
        return _tr("doctors", "Verified"), "ok"
    return _tr("doctors", "To be checked"), "neutral"


def expiry_words(credential: Credential, today: date) -> str:
    """`expired on 3 Nov 2026`, `valid to 12 Jan 2027`, or nothing where no date is known."""
    if credential.expires_on is None:
        return ""
    day = format_date(credential.expires_on)
    if credential.expired(today):
        return _tr("doctors", "expired on {day}").format(day=day)
    return _tr("doctors", "valid to {day}").format(day=day)


def licence_line(profile: PractitionerProfile, today: date) -> str:
    """`Licence EX-104477, valid to Mar 2028`: the one that runs out first."""
    dated = sorted(
        (one for one in profile.credentials if one.expires_on is not None),
        key=lambda one: str(one.expires_on),
    )
    first = dated[0] if dated else next(iter(profile.credentials), None)
    if first is None:
        return ""
    name = f"{first.name} {first.number}".strip()
    if first.expires_on is None:
        return name
    if first.expired(today) or first.expires_soon(today):
        return f"{name}, {expiry_words(first, today)}"
    month = f"{MONTHS[first.expires_on.month - 1]} {first.expires_on.year}"
    return _tr("doctors", "{name}, valid to {month}").format(name=name, month=month)


def absence_kinds() -> list[tuple[AbsenceKind, str]]:
    """The kinds a person chooses from; being out now is said by its own button."""
    return [(kind, absence_word(kind)) for kind in AbsenceKind if kind is not AbsenceKind.OUT_NOW]


def absence_word(kind: AbsenceKind) -> str:
    return {
        AbsenceKind.VACATION: _tr("doctors", "Vacation"),
        AbsenceKind.SICK: _tr("doctors", "Sick"),
        AbsenceKind.TRAINING: _tr("doctors", "Training"),
        AbsenceKind.OUT_NOW: _tr("doctors", "Out now"),
        AbsenceKind.OTHER: _tr("doctors", "Away"),
    }[kind]


def day_words(day: date) -> str:
    """`Thu 26 Nov 2026`."""
    return f"{WEEKDAYS[day.weekday()]} {format_date(day)}"


def span_words(starts: datetime, ends: datetime) -> str:
    """`24 to 25 Nov 2026`, `26 Nov 2026, 14:00 to 16:00`, `26 Nov 2026, from 14:00`; whole days without times."""
    last = (ends - timedelta(minutes=1)).date()
    whole = starts.time() == time(0) and ends.time() in (time(0), time(23, 59))
    if starts.date() == last:
        if whole:
            return day_words(last)
        if ends.time() in (time(0), time(23, 59)):
            return _tr("doctors", "{day}, from {time}").format(
                day=day_words(last), time=format_time(starts.time())
            )
        return f"{day_words(last)}, {format_time(starts.time())} to {format_time(ends.time())}"
    if not whole:
        return _tr("doctors", "{first}, {from_time}, to {last}, {to_time}").format(
            first=format_date(starts.date()),
            from_time=format_time(starts.time()),
            last=format_date(ends.date()),
            to_time=format_time(ends.time()),
        )
    first = starts.date()
    if (first.year, first.month) == (last.year, last.month):
        return _tr("doctors", "{first} to {last}").format(first=first.day, last=format_date(last))
    return _tr("doctors", "{first} to {last}").format(first=format_date(first), last=format_date(last))


def absence_words(absence: Absence) -> str:
    return span_words(absence.wall_start, absence.wall_end)


def away_words(absences: Iterable[Absence], now: datetime) -> str:
    """`Away until 14:00`, `Away until 20 Nov`: the end of all that follows without a break. Empty if they are not away
    at `now`, the clinic's wall-clock time."""
    until = None
    for absence in sorted(absences, key=lambda one: one.wall_start):
        if absence.wall_start <= (until or now) and absence.wall_end > (until or now):
            until = absence.wall_end
    if until is None:
        return ""
    last = (until - timedelta(minutes=1)).date()
    if until.time() in (time(0), time(23, 59)):
        if last == now.date():
            return _tr("doctors", "Away until 24:00")
    elif last == now.date():
        return _tr("doctors", "Away until {time}").format(time=format_time(until.time()))
    # Short, because it stands beside the name; the time is told on the tab for time off.
    day = f"{last.day} {MONTHS[last.month - 1]}" if last.year == now.year else format_date(last)
    return _tr("doctors", "Away until {day}").format(day=day)


def closure_words(closure: Closure) -> str:
    """`Closed`, or `Open 08:00 to 12:00 only`."""
    if closure.opens is None or closure.closes is None:
        return _tr("doctors", "Closed all day")
    return _tr("doctors", "Open {first} to {last} only").format(
        first=format_time(closure.opens), last=format_time(closure.closes)
    )


def open_words(stretches: Iterable[OpenTime]) -> str:
    """`08:00 to 12:00, 13:00 to 16:00`, or `Does not work`."""
    parts = [f"{_clock(one.starts)} to {_clock(one.ends)}" for one in stretches]
    return ", ".join(parts) or _tr("doctors", "Does not work")


def rule_words(rule: BookingRule, types: Mapping[UUID, str]) -> str:
    """A rule as a sentence: `At most 12 visits a day on Friday`."""
    one = rule.most == 1
    if rule.kind is RuleKind.MOST_PER_SESSION:
        words = _tr("doctors", "At most {n} visits in a session")
        words = _tr("doctors", "At most 1 visit in a session") if one else words
    elif rule.kind is RuleKind.MOST_PER_DAY:
        words = _tr("doctors", "At most {n} visits a day")
        words = _tr("doctors", "At most 1 visit a day") if one else words
    elif rule.kind is RuleKind.MOST_OF_TYPE:
        words = _tr("doctors", "At most {n} of {type} a day")
    elif rule.kind is RuleKind.LATEST_NOTICE:
        return on_days(
            _tr("doctors", "Booked at least {time} before").format(time=length_words(rule.most or 0)),
            rule.weekdays,
        )
    elif rule.after is None:
        words = _tr("doctors", "No new patients")
    else:
        words = _tr("doctors", "No new patients from {time}")
    name = types.get(rule.visit_type_id, _tr("doctors", "a visit type")) if rule.visit_type_id else ""
    after = format_time(rule.after) if rule.after else ""
    return on_days(words.format(n=rule.most, type=name, time=after), rule.weekdays)


def on_days(words: str, weekdays: Iterable[int]) -> str:
    """A sentence with the days on which it counts, where it does not count on all."""
    days = sorted(set(weekdays))
    if not 0 < len(days) < 7:
        return words
    names = [weekday_words()[day] for day in days]
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        span = _tr("doctors", "{first} to {last}").format(first=names[0], last=names[-1])
        return f"{words}, {span}"
    return f"{words}, {', '.join(names)}"


def length_words(minutes: int) -> str:
    """`30 min`, `2 h`, `1 day`."""
    if minutes and minutes % 1440 == 0:
        days = minutes // 1440
        return _tr("doctors", "1 day") if days == 1 else _tr("doctors", "{n} days").format(n=days)
    if minutes and minutes % 60 == 0:
        return _tr("doctors", "{n} h").format(n=minutes // 60)
    return _tr("doctors", "{n} min").format(n=minutes)


def missing_word(name: str) -> str:
    """What a profile still wants, in words."""
    return {
        "biography": _tr("doctors", "a biography"),
        "education": _tr("doctors", "education"),
        "skills": _tr("doctors", "skills"),
        "languages": _tr("doctors", "languages"),
        "specialties": _tr("doctors", "a specialty"),
        "credentials": _tr("doctors", "a licence"),
        "hours": _tr("doctors", "working hours"),
    }.get(name, name)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
