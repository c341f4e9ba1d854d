"""What older versions stored for searching becomes what is stored now, term for term."""

from __future__ import annotations

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import insert, select, text

from meditrack_desktop.database.migrations.versions import v0004_patient_search
from meditrack_desktop.database.tables.patient_search import PatientTailRow, SpellingRow
from meditrack_desktop.database.tables.patients import PatientTermRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import ArchivePatient
from meditrack_desktop.services.clinic import Clinic
from tests.makers.crowd import fill, people
from tests.makers.people import a_patient


def test_an_older_clinics_patients_are_found_as_before(
    clinic: Clinic, admin: Actor, reception: Actor
) -> None:
    fill(clinic, admin, list(people(200, seed=2)))
    gone = clinic.patients.register(reception, a_patient("Gegangen", "Karl", "07400 123456"))
    clinic.patients.archive(admin, ArchivePatient(id=gone.id, version=gone.version, reason="Moved"))
    tables = [kind.__table__ for kind in (PatientTermRow, PatientTailRow, SpellingRow)]
    engine = clinic.work.database.engine.execution_options(writing=True)
    with engine.begin() as connection:
        now = [set(map(tuple, connection.execute(select(table)))) for table in tables]
        assert all(now)
        connection.execute(text("DELETE FROM patient_tail"))
        connection.execute(text("DELETE FROM spelling"))
        old = [
            {"term": term, "sort_name": "x", "patient_id": new_id()}
            for term in ("#123", "*1971", "!#1", "!*1", "!")
        ]
        connection.execute(insert(PatientTermRow), old)
        with Operations.context(MigrationContext.configure(connection)):
            v0004_patient_search._fill()
        assert [set(map(tuple, connection.execute(select(table)))) for table in tables] == now
