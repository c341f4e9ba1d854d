"""How the doctors of the list stand: whose licence runs out, and how complete each profile is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.doctors.doctor_list import Standing
from meditrack_desktop.ui.doctors.words import expiry_words


def ask_standings(
    clinic: Clinic, actor: Actor, doctors: Sequence[Practitioner], today: date, *, told: bool
) -> dict[UUID, Standing]:
    """By doctor; asked in a lane. Only whoever keeps the profiles (`told`) reads how complete they are."""
    licences: dict[UUID, tuple[str, bool]] = {}
    for one in clinic.practitioner_profiles.expiring(actor):
        words = f"{one.name} {expiry_words(one, today)}"
        licences.setdefault(one.practitioner_id, (words, one.expired(today)))
    profiles = clinic.practitioner_profiles.list(actor) if told else ()
    shares = {one.practitioner_id: one.completeness for one in profiles}
    return {
        doctor.id: Standing(shares.get(doctor.id), *licences.get(doctor.id, ("", False)))
        for doctor in doctors
    }
