"""Whose a file in the inbox may be."""

from __future__ import annotations

from uuid import UUID

from meditrack_desktop.database.queries import incoming as queries
from meditrack_desktop.database.queries import whose_file
from meditrack_desktop.database.queries.documents import patient_archived_at
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.incoming import Guess, GuessReason
from meditrack_desktop.domain.name_check import Comparison
from meditrack_desktop.domain.names import display_name
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.search_terms import joined
from meditrack_desktop.domain.whose_file import Candidate, Fit, evidence_of, fit, ranked
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.documents.filing import compared
from meditrack_desktop.services.incoming.inbox import check_shown
from meditrack_desktop.services.work import Works

MOST = 8


class Guessing:
    def __init__(self, work: Works) -> None:
        self._work = work

    def guess(self, actor: Actor, incoming_id: UUID, open_patient_id: UUID | None) -> tuple[Guess, ...]:
        """See `Incoming.guess`."""
        with self._work.looking(actor, Permission.FILE_INCOMING) as look:
            check_shown(look.session, queries.record(look.session, incoming_id))
            row = queries.peek(look.session, incoming_id)
            evidence = evidence_of(queries.named_of(row), row.file_name)
            found, complete = whose_file.candidates(
                look.session, evidence.numbers, evidence.dates, evidence.words
            )
            known = {each.patient_id for each in found}
            at_hand = whose_file.load(look.session, {open_patient_id} - known) if open_patient_id else ()
            everybody = (*found, *at_hand)
            whose = whose_file.known_numbers(everybody)
            named = [number for number in row.named_numbers.split("\n") if joined(number) in whose]
            fits: list[Fit] = []
            for each in everybody:
                others = [number for number in named if whose[joined(number)] - {each.patient_id}]
                fits.append(_with_open_chart(fit(evidence, each, others), open_patient_id))
            offered = ranked(fits, all_found=complete)[:MOST]
            numbers = whose_file.own_numbers(look.session, (each.candidate.patient_id for each, _ in offered))
            look.lines.append(Line("incoming.guessed", "incoming", incoming_id))
            look.listed("patient")
        return tuple(
            _guess(each.candidate, each.reasons, numbers[each.candidate.patient_id], sure)
            for each, sure in offered
        )

    def compare(self, actor: Actor, incoming_id: UUID, patient_id: UUID) -> Comparison:
        """See `Incoming.compare`."""
        with self._work.looking(actor, Permission.FILE_INCOMING) as look:
            check_shown(look.session, queries.record(look.session, incoming_id))
            patient_archived_at(look.session, patient_id)
            look.viewed("incoming", incoming_id, patient_id)
            return compared(
                look.session, patient_id, queries.named_of(queries.peek(look.session, incoming_id))
            )


def _with_open_chart(found: Fit, open_patient_id: UUID | None) -> Fit:
    """Whose chart is open is a reason where nothing speaks against it, and the weakest one."""
    if found.candidate.patient_id != open_patient_id or found.contradicts:
        return found
    return Fit(
        found.candidate, (*found.reasons, GuessReason.OPEN_CHART), found.identifiers, found.contradicts
    )


def _guess(candidate: Candidate, reasons: tuple[GuessReason, ...], number: str, sure: bool) -> Guess:
    family, given = candidate.names[0]
    return Guess(
        candidate.patient_id, display_name(family, given), candidate.birth_date, number, reasons, sure
    )
