"""Permission, transaction, audit line, commit, announcement: every service method goes through here.

`Works` is called as `with self.work(actor, permission) as work:` to change something and
`with self.work.looking(actor, permission) as look:` to read. A change that nobody reports does not commit;
a look that nobody reports is a bug. No network and no file work inside a `Work`: it holds the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from uuid import UUID

from meditrack_desktop.database.base import Base, changed_columns
from meditrack_desktop.database.listen import announce
from meditrack_desktop.database.queries import sessions as session_queries
from meditrack_desktop.database.session import Database, ReadSession, WriteSession
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import Outcome
from meditrack_desktop.domain.changes import Change, ChangeSet
from meditrack_desktop.domain.clock import Clock
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotAllowed, NotAuthenticated
from meditrack_desktop.domain.permissions import STEP_UP, Permission
from meditrack_desktop.domain.sessions import CONFIRMED_FOR
from meditrack_desktop.services.audit_trail import AuditTrail, Line
from meditrack_desktop.services.changes import ChangeBus
from meditrack_desktop.services.patient_standing import refuse_closed
from meditrack_desktop.services.time_keeping import TimeKeeping

SAME_LOOK = timedelta(seconds=60)
"""The same person looking at the same thing again within this time adds no second line."""


class Work:
    """One change under way: the transaction, who asked, and what will be written to the audit trail."""

    def __init__(
        self,
        session: WriteSession,
        actor: Actor,
        now: datetime,
        require: Callable[[Permission], None],
        require_password: Callable[[], None],
        permission: Permission | None = None,
    ) -> None:
        self.session = session
        self.actor = actor
        self.now = now
        self._require = require
        self.asked: list[Permission] = [] if permission is None else [permission]
        """Every permission that was asked for."""
        self.last: list[Callable[[], None]] = []
        """Called when everything is written and reported, still in the transaction."""
        self.require_password = require_password
        """NotAllowed PASSWORD_AGAIN unless the password was typed in the last ten minutes."""
        self.lines: list[Line] = []
        self.changes: list[Change] = []
        self.kept_of: list[UUID | None] = []
        """Whose drafts were kept, though no line says so."""

    def require(self, permission: Permission) -> None:
        """Check one more permission that only this request turned out to need: NotAllowed, nothing is kept."""
        self._require(permission)
        self.asked.append(permission)

    def added(
        self, row: Base, action: str, *changes: Change, patient_id: UUID | None = None, detail: str = ""
    ) -> None:
        """Report a new row (`action` like "patient.registered") and the changes other windows shall hear of."""
        self.session.add(row)
        self._report(row, action, changes, patient_id, detail)

    def changed(
        self, row: Base, action: str, *changes: Change, patient_id: UUID | None = None, detail: str = ""
    ) -> None:
        """Report a changed row, before it is flushed: the line names the columns that differ."""
        fields = ",".join(changed_columns(row))
        self._report(row, action, changes, patient_id, "; ".join(part for part in (fields, detail) if part))

    def kept(self, row: Base, patient_id: UUID | None = None, *changes: Change) -> None:
        """Report what needs no line, and the changes other windows shall hear of: a draft that was kept once more
        (its beginning and its end have their lines), a slot that is held until it is booked."""
        self.session.reported.add(row)
        self.kept_of.append(patient_id)
        self.changes.extend(changes)

    def noted(self, line: Line, *changes: Change) -> None:
        """Report something that is no single row: an import, a sign-out."""
        self.lines.append(line)
        self.changes.extend(changes)

    def flush(self) -> None:
        """Send what was written so far to the database, so that its rules speak now."""
        self.session.flush()

    def _report(
        self, row: Base, action: str, changes: tuple[Change, ...], patient_id: UUID | None, detail: str
    ) -> None:
        self.session.reported.add(row)
        self.lines.append(
            Line(action, action.partition(".")[0], getattr(row, "id", None), patient_id, detail)
        )
        self.changes.extend(changes)


class Look:
    """One reading under way. `viewed` or `listed` must say what was seen before it ends."""

    def __init__(
        self, session: ReadSession, actor: Actor, now: datetime, require: Callable[[Permission], None]
    ) -> None:
        self.session = session
        self.actor = actor
        self.now = now
        self.require = require
        """Check one more permission that only this request turned out to need: NotAllowed."""
        self.lines: list[Line] = []

    def viewed(self, object_type: str, object_id: UUID, patient_id: UUID | None = None) -> None:
        """One record was read; `patient_id` if it is about a patient."""
        self.lines.append(Line(f"{object_type}.viewed", object_type, object_id, patient_id))

    def listed(self, object_type: str, patient_id: UUID | None = None, owner: UUID | None = None) -> None:
        """A list was read; `owner` is the record whose list it is, if it is one record's."""
        self.lines.append(Line(f"{object_type}.listed", object_type, owner, patient_id))


class Works:
    """Begins works and looks for one workstation."""

    def __init__(
        self, database: Database, clock: Clock, trail: AuditTrail, bus: ChangeBus, origin: str
    ) -> None:
        self.database = database
        self.clock = clock
        self.trail = trail
        self.bus = bus
        self.origin = origin
        self.time = TimeKeeping(clock)
        self.before_commit: list[Callable[[WriteSession], None]] = []
        """Told of each change before it is committed: they keep what follows from the rows that were written."""
        self._seen: dict[tuple[UUID, Line], datetime] = {}
        self._guard = Lock()

    @contextmanager
    def __call__(self, actor: Actor, permission: Permission) -> Iterator[Work]:
        """Change something. NotAuthenticated or NotAllowed before anything is read.

        A permission of `STEP_UP` also needs the password of the last ten minutes: NotAllowed PASSWORD_AGAIN.
        """
        with self._working(actor, permission) as work:
            yield work

    @contextmanager
    def as_oneself(self, actor: Actor) -> Iterator[Work]:
        """Change something of one's own that needs no permission, only a live session."""
        with self._working(actor, None) as work:
            yield work

    @contextmanager
    def _working(self, actor: Actor, permission: Permission | None) -> Iterator[Work]:
        with self._refusing(actor), self.database.writing() as session:
            self._check(session, actor, permission, changing=True)
            work = Work(
                session,
                actor,
                self.clock.now(),
                partial(self._check, session, actor, changing=True),
                partial(self._check_confirmed, session, actor),
                permission,
            )
            yield work
            session.flush()
            if not work.lines and not work.kept_of and session.touched:
                raise RuntimeError("a work that wrote and reported nothing")
            for last in work.last:
                last()
            for then in self.before_commit:
                then(session)
            named = {line.patient_id for line in work.lines}
            refuse_closed(session, permission, named.union(work.kept_of))
            self.trail.write(session, actor, work.now, [*self.time.lines(session), *work.lines])
            changes = ChangeSet(tuple(dict.fromkeys(work.changes)))
            announce(session, self.origin, changes)
        self.bus.announce(changes)

    @contextmanager
    def looking(self, actor: Actor, permission: Permission) -> Iterator[Look]:
        """Read something. The audit line is committed before the caller may return what it read."""
        with self._refusing(actor), self.database.reading() as session:
            self._check(session, actor, permission)
            look = Look(session, actor, self.clock.now(), partial(self._check, session, actor))
            yield look
        if not look.lines:
            raise RuntimeError("a look that reported nothing")
        fresh = [line for line in look.lines if self._is_fresh(actor, line, look.now)]
        if fresh:
            with self.database.writing() as writing:
                self.trail.write(writing, actor, look.now, [*self.time.lines(writing), *fresh])
            # Only now: a line that could not be kept must be written by the next try.
            self._remember(actor, fresh, look.now)

    @contextmanager
    def unsigned(self, *changes: Change) -> Iterator[WriteSession]:
        """A transaction of nobody's yet: signing in and setting up. Its callers write their own lines."""
        told = ChangeSet(changes)
        with self.database.writing() as session:
            yield session
            announce(session, self.origin, told)
        self.bus.announce(told)

    def standing(
        self, session: ReadSession, actor: Actor, permission: Permission | None = None
    ) -> session_queries.Standing:
        """What the actor's session is worth in this very transaction: whatever ended it counts at once.

        NotAuthenticated SESSION_EXPIRED, or DESK_REVOKED if its desk may no longer reach the clinic.
        """
        standing = session_queries.standing(session, actor.session_id, permission)
        if standing is None:
            raise NotAuthenticated(ErrorCode.SESSION_EXPIRED)
        self.time.hear(standing.told)
        if standing.desk_revoked:
            raise NotAuthenticated(ErrorCode.DESK_REVOKED)
        if (
            standing.ended_at is not None
            or not standing.active
            or standing.expires_at <= self.clock.now()
            or standing.account_id != actor.account_id
        ):
            raise NotAuthenticated(ErrorCode.SESSION_EXPIRED)
        return standing

    def _check(
        self, session: ReadSession, actor: Actor, permission: Permission | None, *, changing: bool = False
    ) -> None:
        standing = self.standing(session, actor, permission)
        if permission is None:
            return
        if not standing.permitted:
            raise RefusedWithALine(
                NotAllowed(ErrorCode.NOT_PERMITTED, permission=permission.value),
                Line("permission.refused", "permission", detail=permission.value),
            )
        if changing and permission in STEP_UP:
            self._refuse_unconfirmed(standing, permission.value)
            if session_queries.lacks_second_factor(session, actor.account_id):
                raise RefusedWithALine(
                    NotAllowed(ErrorCode.SECOND_FACTOR_MISSING),
                    Line("second_factor.missing", "permission", detail=permission.value),
                )

    def _check_confirmed(self, session: ReadSession, actor: Actor) -> None:
        self._refuse_unconfirmed(self.standing(session, actor), "own account")

    def _refuse_unconfirmed(self, standing: session_queries.Standing, what: str) -> None:
        confirmed = standing.confirmed_at
        if confirmed is None or abs(self.clock.now() - confirmed) > CONFIRMED_FOR:
            raise RefusedWithALine(
                NotAllowed(ErrorCode.PASSWORD_AGAIN), Line("password.asked_again", "permission", detail=what)
            )

    @contextmanager
    def _refusing(self, actor: Actor) -> Iterator[None]:
        """A refusal leaves its line in the trail, in a transaction of its own."""
        try:
            yield
        except RefusedWithALine as refused:
            with self.database.writing() as session:
                self.trail.write(session, actor, self.clock.now(), [refused.line])
            raise refused.error from None

    def _is_fresh(self, actor: Actor, line: Line, now: datetime) -> bool:
        with self._guard:
            last = self._seen.get((actor.session_id, line))
        return last is None or abs(now - last) >= SAME_LOOK

    def _remember(self, actor: Actor, lines: Iterable[Line], now: datetime) -> None:
        with self._guard:
            if len(self._seen) > 5000:
                self._seen = {key: at for key, at in self._seen.items() if now - at < SAME_LOOK}
            self._seen.update(((actor.session_id, line), now) for line in lines)


class RefusedWithALine(Exception):
    """A service's own refusal inside a Work or a Look: nothing is kept but `line`, and the caller meets `error`."""

    def __init__(self, error: ClinicError, line: Line) -> None:
        super().__init__(error.code.value)
        self.error = error
        self.line = replace(line, outcome=Outcome.REFUSED)
