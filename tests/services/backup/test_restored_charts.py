"""A chart comes back with a backup row for row, its signed notes as firm as before; an erased person's does not."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from meditrack_desktop.database.base import Base
from meditrack_desktop.database.faults import meaning
from meditrack_desktop.domain.backups import BackupOutcome
from meditrack_desktop.domain.conditions import RecordCondition
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.patient_merges import MergePatients, UndoMerge
from meditrack_desktop.domain.patients import FindPatients
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.privacy import AnswerPurge, AskForPurge
from meditrack_desktop.domain.related_persons import AddRelatedPerson
from meditrack_desktop.vault.vault import Vault
from tests.conftest import PASSWORDS
from tests.makers.care import as_doctor, in_care
from tests.makers.people import a_patient
from tests.services.backup.conftest import Kept
from tests.services.backup.test_restore import rows
from tests.services.doors import person
from tests.services.privacy.test_purges import NOTE, fill_chart

CHART = (
    "allergy_intolerance",
    "condition",
    "medication",
    "observation",
    "observation_version",
    "clinical_note",
    "related_person",
)


def test_a_chart_comes_back_row_for_row(kept: Kept) -> None:
    clinic, admin, doctor = kept.clinic, kept.site.actors["admin"], kept.site.actors["doctor"]
    practitioner = as_doctor(clinic, admin, doctor)
    in_care(clinic, kept.admin, practitioner, kept.patient)
    fill_chart(clinic, doctor, kept.admin, kept.patient)
    clinic.related_persons.add(kept.admin, AddRelatedPerson(patient_id=kept.patient.id, name="Hugo Beispiel"))
    shown = clinic.charts.of_patient(doctor, kept.patient.id)
    made = clinic.backups.run(admin)
    assert made.outcome is BackupOutcome.VERIFIED, made.check
    before = rows(clinic)
    assert all(before[name] for name in CHART)
    clinic.conditions.record(doctor, RecordCondition(patient_id=kept.patient.id, text="Later"))

    clinic.backups.restore(admin, made.name)

    again = kept.site.open(kept.clock)
    try:
        assert rows(again) == before
        again.sessions.sign_in("admin", PASSWORDS["admin"])
        with (
            again.work.database.engine.execution_options(writing=True).connect() as connection,
            pytest.raises(DBAPIError) as caught,
        ):
            connection.execute(text("UPDATE clinical_note SET body = 'Forged' WHERE signed_at IS NOT NULL"))
        assert meaning(caught.value).code is ErrorCode.NOTE_SIGNED
        fresh = again.sessions.sign_in("doctor", PASSWORDS["doctor"])
        assert again.charts.of_patient(fresh, kept.patient.id) == shown
    finally:
        again.close()


def test_who_was_merged_and_erased_since_comes_back_as_neither(kept: Kept) -> None:
    clinic, admin, doctor = kept.clinic, kept.site.actors["admin"], kept.site.actors["doctor"]
    practitioner = as_doctor(clinic, admin, doctor)
    other = clinic.patients.register(kept.admin, a_patient("Kanarienvogel", "Zitronella M."))
    in_care(clinic, kept.admin, practitioner, kept.patient, other)
    for patient in (kept.patient, other):
        fill_chart(clinic, doctor, kept.admin, patient)
    made = clinic.backups.run(admin)
    versions = [clinic.patients.get(admin, each.id).version for each in (kept.patient, other)]
    clinic.patient_merges.merge(
        admin,
        MergePatients(
            kept_id=kept.patient.id,
            kept_version=versions[0],
            gone_id=other.id,
            gone_version=versions[1],
            reason="one person",
        ),
    )
    asked = clinic.purges.ask(
        admin, AskForPurge(patient_id=kept.patient.id, reason="asked for it in writing", overrule=True)
    )
    second = person(clinic, "second", frozenset({Role.ADMIN}))
    clinic.purges.approve(second, AnswerPurge(id=asked.id, version=asked.version))

    clinic.backups.restore(admin, made.name)

    again = kept.site.open(kept.clock)
    try:
        with again.work.database.reading() as session:
            tables = Base.metadata.tables
            purged = set(
                session.scalars(
                    select(tables["patient"].c.id).where(tables["patient"].c.purged_at.is_not(None))
                )
            )
            assert purged == {kept.patient.id, other.id}
            for table in tables.values():
                told = repr(session.execute(table.select()).all())
                for secret in (NOTE, "Kanarienfedern", "Kanarienvogel", "F99.SECRET", "77.777"):
                    assert secret not in told, (table.name, secret)
    finally:
        again.close()


def test_whoever_was_made_a_record_of_their_own_again_is_not_erased_with_the_other(kept: Kept) -> None:
    clinic, admin, doctor = kept.clinic, kept.site.actors["admin"], kept.site.actors["doctor"]
    practitioner = as_doctor(clinic, admin, doctor)
    other = clinic.patients.register(kept.admin, a_patient("Bleibtreu", "Berta", "+49 30 1234567"))
    in_care(clinic, kept.admin, practitioner, kept.patient, other)
    clinic.conditions.record(doctor, RecordCondition(patient_id=other.id, text="Hay fever"))
    versions = [clinic.patients.get(admin, each.id).version for each in (kept.patient, other)]
    merged = clinic.patient_merges.merge(
        admin,
        MergePatients(
            kept_id=kept.patient.id,
            kept_version=versions[0],
            gone_id=other.id,
            gone_version=versions[1],
            reason="one person, somebody thought",
        ),
    )
    made = clinic.backups.run(admin)
    clinic.patient_merges.undo(admin, UndoMerge(id=merged.id, version=merged.version))
    asked = clinic.purges.ask(
        admin, AskForPurge(patient_id=kept.patient.id, reason="asked for it in writing", overrule=True)
    )
    second = person(clinic, "second", frozenset({Role.ADMIN}))
    clinic.purges.approve(second, AnswerPurge(id=asked.id, version=asked.version))

    clinic.backups.restore(admin, made.name)

    again = kept.site.open(kept.clock)
    try:
        fresh = again.sessions.sign_in("doctor", PASSWORDS["doctor"])
        living = again.patients.get(fresh, other.id)
        assert (living.family, living.merged_into, living.active) == ("Bleibtreu", None, True)
        assert [one.text for one in again.charts.of_patient(fresh, other.id).conditions] == ["Hay fever"]
        found = again.patients.find(fresh, FindPatients(text="bleibtreu 1234"))
        assert [line.id for line in found.lines] == [other.id]
        with again.work.database.reading() as session:
            table = Base.metadata.tables["patient"]
            purged = set(session.scalars(select(table.c.id).where(table.c.purged_at.is_not(None))))
        assert purged == {kept.patient.id}
    finally:
        again.close()


def test_an_erasing_that_was_cut_short_goes_for_what_was_merged_into_it_too(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic, admin = kept.clinic, kept.site.actors["admin"]
    other = clinic.patients.register(kept.admin, a_patient("Kanarienvogel", "Zitronella M."))
    made = clinic.backups.run(admin)
    versions = [clinic.patients.get(admin, each.id).version for each in (kept.patient, other)]
    clinic.patient_merges.merge(
        admin,
        MergePatients(
            kept_id=kept.patient.id,
            kept_version=versions[0],
            gone_id=other.id,
            gone_version=versions[1],
            reason="one person",
        ),
    )
    asked = clinic.purges.ask(
        admin, AskForPurge(patient_id=kept.patient.id, reason="asked for it in writing", overrule=True)
    )
    second = person(clinic, "second", frozenset({Role.ADMIN}))
    with monkeypatch.context() as cut, pytest.raises(Unavailable):
        cut.setattr(
            Vault, "remove", lambda *_: (_ for _ in ()).throw(Unavailable(ErrorCode.VAULT_UNWRITABLE))
        )
        clinic.purges.approve(second, AnswerPurge(id=asked.id, version=asked.version))

    clinic.backups.restore(admin, made.name)

    again = kept.site.open(kept.clock)
    try:
        with again.work.database.reading() as session:
            table = Base.metadata.tables["patient"]
            purged = set(session.scalars(select(table.c.id).where(table.c.purged_at.is_not(None))))
        assert purged == {kept.patient.id, other.id}
    finally:
        again.close()
