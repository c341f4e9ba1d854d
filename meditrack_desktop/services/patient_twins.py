"""Records that look like one person's: warned of while registering, and worked off in a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from uuid import UUID

from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import patient_lines
from meditrack_desktop.database.queries import patient_twins as queries
from meditrack_desktop.database.session import ReadSession
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import ChangedMeanwhile
from meditrack_desktop.domain.patient_twins import (
    DecideTwins,
    FindLookAlikes,
    ListTwins,
    LookAlike,
    PatientTwin,
    TwinPage,
    TwinSearch,
    TwinState,
)
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.phones import e164
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.domain.twin_scoring import Person, folded, home
from meditrack_desktop.services import twin_finding
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.twin_finding import Found
from meditrack_desktop.services.work import Works

PASSES = 3
"""Everybody is looked at by birth year, by name and by phone."""
GROUPS_AT_ONCE = 2000
"""People whose details are held in memory at once, outside of a birth year."""

Groups = Callable[[ReadSession], Iterator[list[UUID]]]


class PatientTwins:
    def __init__(self, work: Works) -> None:
        self.work = work

    def list(self, actor: Actor, command: ListTwins) -> TwinPage:
        """Pairs that look like one person, the surest first, each with its reasons."""
        with self.work.looking(actor, Permission.VIEW_PATIENTS) as look:
            look.listed("patient_twin", command.patient_id, command.patient_id)
            return queries.page(look.session, command, look.now)

    def duplicates_of(self, actor: Actor, command: FindLookAlikes) -> tuple[LookAlike, ...]:
        """Who may be the person that is being typed in, archived ones too; the surest first."""
        with self.work.looking(actor, Permission.VIEW_PATIENTS) as look:
            look.listed("patient")
            region = clinic_queries.profile(look.session).region
            found = twin_finding.alike_to_person(
                look.session, _person(command, region), command.but, typing=True
            )
            found = found[: command.limit]
            lines = patient_lines.lines(look.session, [other for other, _ in found], look.now)
            said = dict(found)
            return tuple(LookAlike(line, said[line.id].score, said[line.id].reasons) for line in lines)

    def decide_different(self, actor: Actor, command: DecideTwins) -> PatientTwin:
        """Say that two records are of different people, or take that back.

        They are not shown again unless they come to look much more alike. NotFound TWIN_NOT_FOUND, ChangedMeanwhile.
        """
        with self.work(actor, Permission.MERGE_PATIENTS) as work:
            row = queries.row(work.session, command.id, command.version)
            if row.state is TwinState.MERGED:
                raise ChangedMeanwhile()
            row.state = command.state
            decided = command.state is TwinState.DIFFERENT
            row.decided_at = work.now if decided else None
            row.decided_by = actor.account_id if decided else None
            action = "patient_twin.told_apart" if decided else "patient_twin.reopened"
            work.changed(row, action, Change("patient_twin", row.id), patient_id=row.first_id)
            work.noted(Line(action, "patient_twin", row.id, row.second_id))
            work.flush()
            return queries.record(work.session, row, work.now)

    def search_all(self, actor: Actor, progress: OnProgress | None = None) -> TwinSearch:
        """Compare everybody with everybody they may be, in bounded memory, and bring the worklist up to date.

        `progress` counts records, each once for every way of looking. If it raises Stopped, what was found until
        then is kept and Stopped is raised on.
        """
        run = _Run(progress, self._begun(actor))
        with self.work.database.reading() as session:
            years = queries.years_of_birth(session)
        for year in years:
            with self.work.database.reading() as session:
                people = queries.born_in(session, year)
            found = twin_finding.among_year(people)
            self._keep(actor, run, found)
            run.tell(len(people))
        run.tell_pass(1)
        with self.work.database.reading() as session:
            self._among(actor, run, session, queries.groups_of_one_name)
        run.tell_pass(2)
        with self.work.database.reading() as session:
            self._among(actor, run, session, queries.groups_of_one_phone)
        run.tell_pass(3)
        return self._finished(actor, run)

    def _begun(self, actor: Actor) -> int:
        with self.work(actor, Permission.MERGE_PATIENTS) as work:
            work.noted(Line("patient_twin.search_begun", "patient_twin"))
            return queries.count_in_lists(work.session)

    def _among(
        self,
        actor: Actor,
        run: _Run,
        session: ReadSession,
        groups: Groups,
    ) -> None:
        for some in _portions(groups(session)):
            with self.work.database.reading() as reading:
                people = queries.people(reading, {one for group in some for one in group})
            found: Found = {}
            for group in some:
                found |= twin_finding.among_group(group, people)
            self._keep(actor, run, found)
            run.tell(sum(map(len, some)))

    def _keep(self, actor: Actor, run: _Run, found: Found) -> None:
        if not found:
            return
        with self.work(actor, Permission.MERGE_PATIENTS) as work:
            new = queries.keep(work.session, found, work.now)
            work.noted(Line("patient_twin.compared", "patient_twin", detail=f"{new} new pairs"))
        run.seen |= found.keys()
        run.found += new

    def _finished(self, actor: Actor, run: _Run) -> TwinSearch:
        with self.work(actor, Permission.MERGE_PATIENTS) as work:
            stale = queries.open_pairs(work.session) - run.seen
            people = queries.people(work.session, {one for pair in stale for one in pair})
            gone = [
                (one, other)
                for one, other in stale
                if one not in people
                or other not in people
                or not twin_finding.among_group((one, other), people)
            ]
            queries.forget(work.session, gone)
            left = len(queries.open_pairs(work.session))
            work.noted(
                Line(
                    "patient_twin.searched", "patient_twin", detail=f"{run.total} patients, {run.found} new"
                ),
                Change("patient_twin", clinic_queries.profile(work.session).id),
            )
            return TwinSearch(compared=run.total, found=run.found, open=left)


class _Run:
    """How far a search is and what it found."""

    def __init__(self, progress: OnProgress | None, total: int) -> None:
        self.total = total
        self.found = 0
        self.seen: set[queries.Pair] = set()
        self._progress = progress
        self._done = 0

    def tell(self, more: int) -> None:
        self._done += more
        self._say(min(self._done, PASSES * self.total))

    def tell_pass(self, number: int) -> None:
        self._done = number * self.total
        self._say(self._done)

    def _say(self, done: int) -> None:
        if self._progress is not None:
            self._progress(Progress(done, PASSES * self.total))


def _portions(groups: Iterable[list[UUID]]) -> Iterator[list[list[UUID]]]:
    some: list[list[UUID]] = []
    count = 0
    for group in groups:
        some.append(group)
        count += len(group) or 1
        if count >= GROUPS_AT_ONCE:
            yield some
            some, count = [], 0
    yield some


def _person(command: FindLookAlikes, region: str) -> Person:
    numbers = (queries.number(phone.value, e164(phone.value, region)) for phone in command.phones)
    return Person(
        family=folded(command.family),
        given=folded(command.given),
        preferred=folded(command.preferred_name),
        born=command.birth_date.iso() if command.birth_date else "",
        gender=command.gender,
        phones=frozenset(number for number in numbers if number),
        email=command.email.casefold(),
        home=home(command.address.street, command.address.postcode, command.address.city),
    )
