"""Erasing while another desk has something about the same person on its way: nothing of it is left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event, current_thread
from typing import Any

import pytest
from sqlalchemy import func, select

from meditrack_desktop.database.tables.around_patients import RelatedPersonRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.privacy import AnswerPurge, AskForPurge
from meditrack_desktop.domain.related_persons import AddRelatedPerson
from meditrack_desktop.services.audit_trail import AuditTrail
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import ClinicSite
from tests.makers.people import a_patient
from tests.services.doors import person

A_MOMENT = 2.0
"""Seconds: longer than erasing takes, shorter than anybody waits for a row."""


def test_what_another_desk_was_about_to_commit_is_erased_too(
    site: ClinicSite,
    clinic: Clinic,
    clock: Any,
    admin: Actor,
    reception: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    patient = clinic.patients.register(reception, a_patient("Kanarienvogel", "Zitronella"))
    asked = clinic.purges.ask(
        admin, AskForPurge(patient_id=patient.id, reason="asked for it in writing", overrule=True)
    )
    second = person(clinic, "second", frozenset({Role.ADMIN}))
    there = site.open(clock)
    checked, slow = Event(), Event()
    write = AuditTrail.write

    def late(self: AuditTrail, *args: Any, **named: Any) -> Any:
        """Stands still between the last check and the commit."""
        if current_thread().name.startswith("other-desk"):
            checked.set()
            slow.wait(A_MOMENT)
        return write(self, *args, **named)

    monkeypatch.setattr(AuditTrail, "write", late)

    def add() -> None:
        there.related_persons.add(
            reception, AddRelatedPerson(patient_id=patient.id, name="Hugo Kanarienvogel")
        )

    try:
        with ThreadPoolExecutor(1, thread_name_prefix="other-desk") as pool:
            added = pool.submit(add)
            checked.wait(A_MOMENT)
            clinic.purges.approve(second, AnswerPurge(id=asked.id, version=asked.version))
            with suppress(ClinicError):
                added.result()
    finally:
        there.close()
    with clinic.work.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(RelatedPersonRow)) == 0
