"""Finds lines of the audit trail: what a query's days and text mean, and pages with names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from meditrack_desktop.database.queries import audit as queries
from meditrack_desktop.database.queries import audit_names as name_queries
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import patient_search
from meditrack_desktop.domain.audit import AuditLine, AuditPage, AuditQuery
from meditrack_desktop.domain.patients import FindPatients
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import day_bounds
from meditrack_desktop.domain.text import search_words
from meditrack_desktop.services.audit_names import May, named
from meditrack_desktop.services.work import Look

MOST_PATIENTS_MEANT = 100
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)


class Meant(NamedTuple):
    """A query as the database is asked: its days as instants, its text as whom it may mean."""

    query: AuditQuery
    begins: datetime | None
    ends: datetime | None
    wanted: queries.Wanted


def meant(look: Look, query: AuditQuery, may: May) -> Meant:
    """What a query means in this clinic today. Patients are looked for by whoever may see patients."""
    clinic = clinic_queries.profile(look.session)
    begins = ends = None
    if query.first is not None or query.last is not None:
        first = max(query.first or EARLIEST, EARLIEST)
        last = min(query.last or LATEST, LATEST)
        begins, ends = day_bounds(min(first, last), max(first, last), clinic.tz)
    return Meant(query, begins, ends, _wanted(look, query.text, clinic.region, may))


def page(look: Look, query: AuditQuery, may: May) -> AuditPage:
    """One page with names."""
    return page_of(look, meant(look, query, may), may)


def page_of(look: Look, asked: Meant, may: May) -> AuditPage:
    """As `page`, of a query that is understood already."""
    query = asked.query
    found = queries.page(look.session, query, asked.begins, asked.ends, asked.wanted)
    return AuditPage(named(look.session, may, found[: query.limit]), more=len(found) > query.limit)


def count(look: Look, query: AuditQuery, may: May) -> int | None:
    """How many lines a query finds; None if that is more than anybody wants to know exactly."""
    asked = meant(look, query, may)
    return queries.count(look.session, query, asked.begins, asked.ends, asked.wanted)


def in_order(lines: Sequence[AuditLine]) -> tuple[AuditLine, ...]:
    """Newest first, but never against the order of one desk's chain: a clock that was put back changes times only."""
    latest: dict[str, datetime] = {}
    chains: dict[str, list[AuditLine]] = defaultdict(list)
    for line in lines:
        chains[line.event.chain].append(line)
    placed: list[tuple[datetime, str, int, AuditLine]] = []
    for chain, own in chains.items():
        for line in sorted(own, key=lambda one: one.event.seq):
            latest[chain] = max(line.event.at, latest.get(chain, line.event.at))
            placed.append((latest[chain], chain, line.event.seq, line))
    return tuple(line for *_, line in sorted(placed, key=lambda one: one[:3], reverse=True))


def _wanted(look: Look, text: str, region: str, may: May) -> queries.Wanted:
    words = search_words(text)
    if not words:
        return queries.Wanted()
    accounts = [
        person.id
        for person in name_queries.people(look.session)
        if _has(words, f"{person.name} {person.username}")
    ]
    desks = [id_ for id_, name in name_queries.desks(look.session).items() if _has(words, name)]
    patients = []
    if may(Permission.VIEW_PATIENTS):
        command = FindPatients(text=text, include_archived=True, limit=MOST_PATIENTS_MEANT)
        patients = [line.id for line in patient_search.find(look.session, command, region, look.now).lines]
    return queries.Wanted(accounts, patients, desks)


def _has(words: Sequence[str], name: str) -> bool:
    """Whether each word begins a word of the name."""
    own = search_words(name)
    return all(any(part.startswith(word) for part in own) for word in words)
