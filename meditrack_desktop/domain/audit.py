"""The audit trail's line (FHIR AuditEvent): who did what to which record, when, at which desk.

A line names fields and ids, never what stands in them (security.md D10). Two kinds of values are told all the
same, because they are no patient's and a history without them would say nothing: when a visit was, and its
status. They stand in `detail` as steps, "start 2026-11-18T09:00 to 2026-11-18T10:30".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from meditrack_desktop.domain.birth_dates import BirthDate

LARGEST_PAGE = 500


class Outcome(StrEnum):
    DONE = "done"
    REFUSED = "refused"


class ActionGroup(StrEnum):
    """What kind of deed a line tells of, for filtering. `CHANGED` is whatever is none of the others."""

    SIGNED_IN = "signed-in"
    SEEN = "seen"
    CREATED = "created"
    CHANGED = "changed"
    REMOVED = "removed"
    GIVEN_OUT = "given-out"
    CHECKED = "checked"


VERBS: dict[ActionGroup, tuple[str, ...]] = {
    ActionGroup.SEEN: ("viewed", "listed", "opened", "read", "found", "searched", "thumbnails_viewed"),
    ActionGroup.CREATED: (
        "registered",
        "added",
        "booked",
        "attached",
        "attach_begun",
        "draft_begun",
        "assigned",
        "created",
        "imported",
        "restored",
        "set_up",
    ),
    ActionGroup.REMOVED: (
        "archived",
        "deleted",
        "cancelled",
        "purged",
        "deactivated",
        "ended",
        "revoked",
        "discarded",
    ),
    ActionGroup.GIVEN_OUT: ("exported", "printed", "disclosed", "saved_copy", "saved", "sent"),
    ActionGroup.CHECKED: ("checked", "verified"),
}
"""What an action ends in ("patient.registered") by group. Sessions are `SIGNED_IN` whatever happened to them."""

SESSION_OBJECTS = ("session", "pin", "sign_in")


def group_of(action: str, object_type: str) -> ActionGroup:
    """The group a line falls into."""
    if object_type in SESSION_OBJECTS:
        return ActionGroup.SIGNED_IN
    verb = action.rpartition(".")[2]
    return next((group for group, verbs in VERBS.items() if verb in verbs), ActionGroup.CHANGED)


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One line. `detail` names changed fields, never their values; `seq` has no gaps within a `chain`.

    `seal` is the hex seal of this line, `follows` that of the line before it in the chain. `roles` are those
    the person held then, by comma. An empty `account_name` is the program itself.
    """

    chain: str
    seq: int
    at: datetime
    account_id: UUID | None
    account_name: str
    workstation: str
    action: str
    object_type: str
    object_id: UUID | None
    patient_id: UUID | None
    outcome: Outcome
    detail: str
    roles: str = ""
    session_id: UUID | None = None
    seal: str = ""
    follows: str = ""

    @property
    def place(self) -> Cursor:
        return Cursor(at=self.at, chain=self.chain, seq=self.seq)


class Cursor(BaseModel):
    """Where a page ends: the next one begins after this line. New lines do not move it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime
    chain: str
    seq: int


class AuditQuery(BaseModel):
    """Which lines. Days are the clinic's, both counted; empty means any. Newest first by time; within one
    desk's chain the true order is `seq`, also when that desk's clock was put back.

    `text` is looked for among people's names, patients, desks and the line's own words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: date | None = None
    last: date | None = None
    account_id: UUID | None = None
    group: ActionGroup | None = None
    desk: str = ""
    refused_only: bool = False
    patient_id: UUID | None = None
    object_type: str = ""
    object_id: UUID | None = None
    text: Annotated[str, Field(max_length=200)] = ""
    after: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = 100


class SubjectState(StrEnum):
    """Whether what a line is about can be named to whoever asks."""

    NONE = "none"
    KNOWN = "known"
    PURGED = "purged"
    UNKNOWN = "unknown"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a line is about, as it is called now. `wall_start` is the clinic's clock at the visit's start.

    `HIDDEN` if the person who asks may not see such records, `PURGED` if the record was erased since.
    """

    state: SubjectState = SubjectState.NONE
    patient: str = ""
    number: str = ""
    born: BirthDate | None = None
    title: str = ""
    wall_start: datetime | None = None
    doctor: str = ""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A line with the names that its ids have now. `steps` are what the detail tells of times and statuses,
    with doctors named; `fields` the names of changed fields."""

    event: AuditEvent
    desk: str
    subject: Subject
    fields: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    note: str = ""

    @property
    def group(self) -> ActionGroup:
        return group_of(self.event.action, self.event.object_type)


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page, and whether there is `more` after it."""

    lines: tuple[AuditLine, ...]
    more: bool = False

    @property
    def end(self) -> Cursor | None:
        return self.lines[-1].event.place if self.lines and self.more else None


@dataclass(frozen=True, slots=True)
class Access:
    """One person at one desk and one patient's record: how often it was seen and changed, and when."""

    account_id: UUID | None
    account_name: str
    roles: str
    desk: str
    first_at: datetime
    last_at: datetime
    seen: int
    changed: int


@dataclass(frozen=True, slots=True)
class AuditPerson:
    """Somebody whose lines there may be, for the filter."""

    id: UUID
    name: str
    username: str


@dataclass(frozen=True, slots=True)
class AuditChoices:
    """What the trail can be filtered by: people, and desks as (id, name)."""

    people: tuple[AuditPerson, ...]
    desks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One told change: `what` is start, minutes, doctor, status or confirmation."""

    what: str
    before: str
    after: str


_STEP = re.compile(r"(start|minutes|doctor|status|confirmation|by) (\S+)(?: to (\S+))?")
_FIELDS = re.compile(r"[a-z][a-z0-9_]*(,[a-z][a-z0-9_]*)*")


def told(*steps: Step) -> str:
    """Steps as a line's detail keeps them; one that leads nowhere is left out."""
    return "; ".join(
        f"{step.what} {step.before} to {step.after}" if step.before else f"{step.what} {step.after}"
        for step in steps
        if step.before != step.after
    )


def read_detail(detail: str) -> tuple[tuple[str, ...], tuple[Step, ...], str]:
    """A line's detail as (names of changed fields, steps, whatever else it says)."""
    fields: tuple[str, ...] = ()
    steps: list[Step] = []
    rest: list[str] = []
    for number, part in enumerate(detail.split("; ") if detail else ()):
        if match := _STEP.fullmatch(part):
            before, after = (match[2], match[3]) if match[3] else ("", match[2])
            steps.append(Step(match[1], before, after))
        elif number == 0 and _FIELDS.fullmatch(part) and part not in _PLAIN_NOTES:
            fields = tuple(part.split(","))
        else:
            rest.append(part)
    return fields, tuple(steps), "; ".join(rest)


_PLAIN_NOTES = frozenset({"repeated", "imported"})


class Witness(StrEnum):
    """Who contradicts the trail: its own seals, the head beside it, this desk's secret store, or a backup."""

    CHAIN = "chain"
    HEAD = "head"
    SECRET_STORE = "secret-store"
    BACKUP = "backup"


class BreachKind(StrEnum):
    """What was done to the lines."""

    CHANGED = "changed"
    MISSING = "missing"
    CUT = "cut"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Breach:
    """Lines that are not what they were. `first` to `last` are sequence numbers of one chain, both counted.

    `CHANGED`: a line does not fit its seal. `MISSING`: lines are gone from the middle. `CUT`: the end is gone.
    `REPLACED`: the seals fit each other, but a witness remembers another one at `last`: somebody with the key
    wrote the chain anew, or an older copy was put back and written on.
    """

    chain: str
    first: int
    last: int
    kind: BreachKind
    witness: Witness


@dataclass(frozen=True, slots=True)
class LineSeal:
    """Whether a line fits its `own` seal, and the `previous` line of its chain."""

    own: bool
    previous: bool


@dataclass(frozen=True, slots=True)
class Anchor:
    """What somebody outside the database remembers of a chain: the seal at `seq`, seen `at`."""

    chain: str
    seq: int
    hash: str
    witness: Witness
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SealCheck:
    """Whether every line is as it was written. `broken` names the first bad line of each bad chain.

    `explained` are contradictions with what was remembered before a backup was brought back: the line that
    tells of it is newer. `clock_steps` counts places where a desk's clock went back; no harm to the order.
    `witnesses` counts the anchors outside the database that were asked.
    """

    lines: int
    broken: tuple[tuple[str, int], ...]
    breaches: tuple[Breach, ...] = ()
    explained: tuple[Breach, ...] = ()
    chains: int = 0
    clock_steps: int = 0
    witnesses: int = 0
    checked_at: datetime | None = None

    @property
    def whole(self) -> bool:
        return not self.broken


@dataclass(frozen=True, slots=True)
class ExtractWords:
    """How a face writes the trail down: heads of the columns, and a line's cells in the same order."""

    title: str
    period: str
    printed: str
    page_of: str
    """With {page} and {pages}."""
    heads: tuple[str, ...]
    cells: Callable[[AuditLine], tuple[str, ...]]


class ExtractKind(StrEnum):
    CSV = "csv"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class AuditExtract:
    """What was written: file names in the chosen folder, and how many lines they hold."""

    files: tuple[str, ...]
    lines: int


def first_bad(breaches: Iterable[Breach]) -> tuple[tuple[str, int], ...]:
    """The first bad line of each bad chain."""
    first: dict[str, int] = {}
    for breach in breaches:
        first[breach.chain] = min(breach.first, first.get(breach.chain, breach.first))
    return tuple(sorted(first.items()))
