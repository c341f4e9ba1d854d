"""What is typed over the hours of doctors and not saved: it stays while another doctor is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.ui.doctors.typed_weeks import TypedWeeks, kept_weeks


@dataclass(slots=True)
class Draft:
    """`kept` is what the typed weeks were typed over."""

    kept: TypedWeeks
    typed: TypedWeeks


class HoursDrafts:
    """By doctor. A draft that says what is kept is none."""

    def __init__(self) -> None:
        self._drafts: dict[UUID, Draft] = {}

    def __bool__(self) -> bool:
        return bool(self._drafts)

    def __contains__(self, doctor_id: UUID) -> bool:
        return doctor_id in self._drafts

    def typed(self, doctor: Practitioner) -> TypedWeeks:
        """What stands in the fields of a doctor."""
        draft = self._drafts.get(doctor.id)
        return kept_weeks(doctor) if draft is None else draft.typed

    def put(self, doctor: Practitioner, typed: TypedWeeks) -> None:
        kept = kept_weeks(doctor)
        if typed.same(kept):
            self._drafts.pop(doctor.id, None)
        else:
            self._drafts[doctor.id] = Draft(kept, typed)

    def drop(self, doctor_id: UUID) -> None:
        self._drafts.pop(doctor_id, None)

    def renew(self, doctor: Practitioner) -> bool:
        """Put what is typed over the hours that are kept now. True if they were changed under it."""
        draft = self._drafts.get(doctor.id)
        kept = kept_weeks(doctor)
        if draft is None or (kept.same(draft.kept) and kept.weeks == draft.kept.weeks):
            return False
        self.put(doctor, draft.typed.over(draft.kept, kept))
        return True
