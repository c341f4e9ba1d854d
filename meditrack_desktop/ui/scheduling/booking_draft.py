"""What a booking holds before it is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import Patient, PatientLine


@dataclass(frozen=True, slots=True)
class Draft:
    """Kept when the popover is closed without booking; `resumed` once it is taken up again.

    `command_id` stays the same however often Book is pressed, so that one visit is booked and not two.
    `follow_up_id`, `waitlist_id`: the follow-up or the wait that ends with this visit.
    """

    practitioner_id: UUID
    when: datetime
    minutes: int
    patient: PatientLine | None = None
    typed: str = ""
    visit_type: str = ""
    visit_type_id: UUID | None = None
    asset_id: UUID | None = None
    note: str = ""
    resumed: bool = False
    length_by_hand: bool = False
    follow_up_id: UUID | None = None
    waitlist_id: UUID | None = None
    command_id: UUID = field(default_factory=new_id)

    @property
    def worth_keeping(self) -> bool:
        return self.patient is not None or bool(self.typed.strip() or self.note.strip())


def line_of(patient: Patient) -> PatientLine:
    """A patient as the search would show them."""
    return PatientLine(
        id=patient.id,
        mrn=patient.mrn,
        family=patient.family,
        given=patient.given,
        birth_date=patient.birth_date,
        gender=patient.gender,
        phone=patient.phones[0].value if patient.phones else "",
        active=patient.active,
        deceased=patient.deceased,
    )
