"""Whom to call because a doctor is away: by visit, with every phone number, what to offer, and room for a tick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from reportlab.lib.pagesizes import A4, LETTER, landscape

from meditrack_desktop.domain.absence_worklists import (
    AbsenceContact,
    AbsenceWorklist,
    ContactOutcome,
    Proposal,
)
from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.phones import shown
from meditrack_desktop.services.paper import Paper
from meditrack_desktop.services.printing.plain_words import WEEKDAYS, day_text, moment_text, partial_text
from meditrack_desktop.services.recovery_kit_pdf import LETTER_REGIONS

_MOST_PROPOSALS = 2
_OUTCOMES = {
    ContactOutcome.REACHED: "Reached",
    ContactOutcome.MESSAGE_LEFT: "Message left",
    ContactOutcome.NO_ANSWER: "No answer",
}


def call_list_pdf(
    worklist: AbsenceWorklist,
    phones: Mapping[UUID, Sequence[str]],
    clinic: ClinicProfile,
    at: datetime,
    by: str,
) -> bytes:
    """A4 or Letter across, as the clinic's region prints. `at` on the clinic's clock, `phones` by patient."""
    absence = worklist.absence
    paper = Paper(
        f"To call: {worklist.practitioner_name} is away",
        f"{moment_text(absence.wall_start)} to {moment_text(absence.wall_end)}; "
        f"{worklist.done} of {worklist.total} done, {len(worklist.items)} to call",
        size=landscape(LETTER if clinic.region in LETTER_REGIONS else A4),
        head=f"{clinic.name}: list of calls",
        foot=f"Printed by {by}, {moment_text(at)}.",
    )
    paper.table(
        ("Done", "Visit", "Patient", "Born", "Phones", "Kind", "Offer", "Called"),
        (1.2, 3.2, 4.6, 2.3, 3.6, 3, 5.4, 2.8),
        [
            (
                "[   ]",
                _when(item.visit.wall_start),
                f"{item.visit.patient_name}\nMRN {item.visit.patient_mrn}",
                partial_text(item.visit.patient_birth_date) or "not known",
                "\n".join(shown(phone, clinic.region) for phone in phones.get(item.visit.patient_id, ()))
                or "none known",
                f"{item.visit.visit_type}\n{item.visit.minutes} minutes".strip(),
                "\n".join(_offer(one, worklist) for one in item.proposals[:_MOST_PROPOSALS])
                or "Nothing found: ask the doctor.",
                _called(item.contact, clinic),
            )
            for item in worklist.items
        ],
    )
    return paper.pdf()


def _when(wall: datetime) -> str:
    return f"{WEEKDAYS[wall.weekday()][:3]}, {day_text(wall.date())}, {wall:%H:%M}"


def _offer(proposal: Proposal, worklist: AbsenceWorklist) -> str:
    same = proposal.practitioner_id == worklist.absence.practitioner_id
    return _when(proposal.wall_start) + ("" if same else f", {proposal.practitioner_name}")


def _called(contact: AbsenceContact | None, clinic: ClinicProfile) -> str:
    if contact is None:
        return ""
    return f"{_OUTCOMES[contact.outcome]}, {moment_text(contact.at.astimezone(clinic.tz))}, {contact.by_name}"
