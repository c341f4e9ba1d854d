"""Reading the audit trail, who saw what, the history of one record, and checking that nobody changed a line.

The trail as a whole is for VIEW_AUDIT. The history of one record, without who looked at it, is for whoever may
see that record: who moved a visit is no secret at a desk. One's own lines are for VIEW_OWN_ACTS.
"""

from __future__ import annotations

import builtins
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID

from meditrack_desktop.database.queries import audit as queries
from meditrack_desktop.database.queries import audit_names as name_queries
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.database.queries import scheduling as scheduling_queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import (
    Access,
    Anchor,
    AuditChoices,
    AuditEvent,
    AuditExtract,
    AuditLine,
    AuditPage,
    AuditQuery,
    ExtractKind,
    ExtractWords,
    LineSeal,
    SealCheck,
)
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.progress import OnProgress
from meditrack_desktop.services.audit_anchors import AuditAnchors, Witnesses
from meditrack_desktop.services.audit_check import check, line_seal
from meditrack_desktop.services.audit_extract import MOST_LINES, Extract
from meditrack_desktop.services.audit_names import SEEN_WITH, named
from meditrack_desktop.services.audit_search import Meant, count, in_order, meant, page, page_of
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.work import Look, Works

MOST_OF_ONE_RECORD = 500
MOST_PEOPLE = 300


class Audit:
    """`anchors` keep this desk's end of the chain elsewhere; `witnesses` tell what backups remember."""

    def __init__(
        self, work: Works, anchors: AuditAnchors | None = None, witnesses: Witnesses | None = None
    ) -> None:
        self.work = work
        self.anchors = anchors
        self.witnesses = witnesses

    def list(
        self, actor: Actor, *, patient_id: UUID | None = None, limit: int = 200, offset: int = 0
    ) -> tuple[AuditEvent, ...]:
        """Lines as they are kept, newest first; of one patient if `patient_id` is given."""
        with self.work.looking(actor, Permission.VIEW_AUDIT) as look:
            look.listed("audit", patient_id)
            return queries.lines(look.session, patient_id=patient_id, limit=limit, offset=offset)

    def search(self, actor: Actor, query: AuditQuery) -> AuditPage:
        """One page of lines, newest first, with the names of what they are about."""
        with self.work.looking(actor, Permission.VIEW_AUDIT) as look:
            look.listed("audit", query.patient_id, query.object_id)
            return page(look, query, partial(self._may, look))

    def own(self, actor: Actor, query: AuditQuery) -> AuditPage:
        """As `search`, of what the person who asks did; whatever the query says of people."""
        with self.work.looking(actor, Permission.VIEW_OWN_ACTS) as look:
            look.listed("audit", query.patient_id, actor.account_id)
            mine = query.model_copy(update={"account_id": actor.account_id})
            return page(look, mine, partial(self._may, look))

    def count(self, actor: Actor, query: AuditQuery) -> int | None:
        """How many lines a query finds, wherever its page begins; None for more than 10,000.

        Apart from `search`, because the first lines are there at once and counting rare ones is not.
        """
        with self.work.looking(actor, Permission.VIEW_AUDIT) as look:
            look.listed("audit", query.patient_id, query.object_id)
            return count(look, query, partial(self._may, look))

    def choices(self, actor: Actor) -> AuditChoices:
        """The people and desks that `search` can be narrowed to."""
        with self.work.looking(actor, Permission.VIEW_AUDIT) as look:
            look.listed("audit")
            desks = tuple(name_queries.desks(look.session).items())
            return AuditChoices(name_queries.people(look.session), desks)

    def access(self, actor: Actor, patient_id: UUID) -> tuple[Access, ...]:
        """Who saw or changed a patient's record, by person and desk, the latest first. NotFound PAT_001."""
        with self.work.looking(actor, Permission.VIEW_AUDIT) as look:
            patient_queries.patient(look.session, patient_id)
            look.listed("audit", patient_id, patient_id)
            desks = name_queries.desks(look.session)
            found = queries.access(look.session, patient_id, MOST_PEOPLE)
            return tuple(replace(one, desk=desks.get(one.desk, one.desk)) for one in found)

    def timeline(self, actor: Actor, object_type: str, object_id: UUID) -> tuple[AuditLine, ...]:
        """What was done to one record, newest first: for whoever may see it, without who looked at it.

        A patient's holds what was done to their visits, documents and doctors too, as far as the person may
        see such things. NotFound for an unknown patient or visit.
        """
        with self.work.looking(actor, SEEN_WITH.get(object_type, Permission.VIEW_AUDIT)) as look:
            if object_type == "patient":
                patient_queries.patient(look.session, object_id)
            elif object_type == "appointment":
                scheduling_queries.record(look.session, object_id)
            patient = object_id if object_type == "patient" else None
            look.lines.append(Line("history.viewed", object_type, object_id, patient))
            things: list[tuple[str, UUID | None, UUID | None]] = [(object_type, object_id, None)]
            if patient is not None:
                things += [
                    (kind, None, patient)
                    for kind in ("appointment", "document", "care_team")
                    if self._may(look, SEEN_WITH[kind])
                ]
            events = queries.history(look.session, things, MOST_OF_ONE_RECORD)
            return in_order(named(look.session, partial(self._may, look), events))

    def check(self, actor: Actor, progress: OnProgress | None = None) -> SealCheck:
        """Recompute every seal, and compare each chain's end with whoever else remembers it.

        Stopped if `progress` raises it. What was found stands in the trail itself.
        """
        # Asked first: what is remembered now is never ahead of what is read below.
        remembered = self._remembered()
        with self.work.looking(actor, Permission.VIEW_AUDIT) as look:
            key = self.work.trail.key
            if key is None:
                raise Unavailable(ErrorCode.DATABASE_LOCKED)
            found = check(look.session, key, remembered, look.now, progress)
            verdict = "whole" if found.whole else f"{len(found.breaches)} broken"
            look.lines.append(Line("audit.checked", "audit", detail=f"{found.lines} lines, {verdict}"))
            return found

    def line_seal(self, actor: Actor, chain: str, seq: int) -> LineSeal:
        """Whether one line fits its own seal, and the line before it in its chain."""
        with self.work.looking(actor, Permission.VIEW_AUDIT) as look:
            key = self.work.trail.key
            if key is None:
                raise Unavailable(ErrorCode.DATABASE_LOCKED)
            look.listed("audit")
            return line_seal(look.session, key, chain, seq)

    def extract(
        self,
        actor: Actor,
        query: AuditQuery,
        kind: ExtractKind,
        folder: Path,
        words: ExtractWords,
        progress: OnProgress | None = None,
    ) -> AuditExtract:
        """Write what a query finds into `folder`, newest first: one file, or one a month if that is too large.

        Nothing that lies there is overwritten. The line that tells of it comes before the first file. Stopped if
        `progress` raises it; then no file is left. Unavailable PROFILE_UNWRITABLE if the folder cannot be written.
        """
        with self.work.looking(actor, Permission.VIEW_AUDIT) as look:
            asked = meant(look, query.model_copy(update={"after": None}), partial(self._may, look))
            span = queries.times(look.session, asked.query, asked.begins, asked.ends, asked.wanted)
            most = MOST_LINES[kind]
            total = queries.count(look.session, asked.query, asked.begins, asked.ends, asked.wanted, most)
            zone = clinic_queries.profile(look.session).tz
            line = Line("audit.exported", "audit", query.object_id, query.patient_id, kind.value)
            look.lines.append(line)

        def read(part: Meant) -> AuditPage:
            with self.work.looking(actor, Permission.VIEW_AUDIT) as look:
                look.lines.append(line)
                return page_of(look, part, partial(self._may, look))

        return Extract(read, kind, folder, words, zone, progress).write(asked, span, total)

    def _may(self, look: Look, permission: Permission) -> bool:
        return bool(self.work.standing(look.session, look.actor, permission).permitted)

    def _remembered(self) -> builtins.list[Anchor]:
        own = self.anchors.remembered() if self.anchors is not None else ()
        return [*own, *(self.witnesses() if self.witnesses is not None else ())]
