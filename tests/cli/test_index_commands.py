"""meditrack reindex, as a person at a terminal meets it."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import delete

from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.database.tables.document_index import DocumentTermRow
from tests.cli.test_backup_commands import ADMIN, as_admin, meditrack, profile
from tests.conftest import PASSWORDS
from tests.makers.people import a_patient
from tests.makers.texts import keep_text

__all__ = ["profile"]


def test_reindex_lets_be_found_again_what_verify_misses(profile: Path) -> None:
    clinic = open_clinic(profile)
    desk = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
    patient = clinic.patients.register(desk, a_patient())
    document = keep_text(clinic, desk, patient.id, "Report", "ferritin sodium")
    with clinic.work.unsigned() as session:
        hashes = clinic.document_search.index.hashes(session)
        session.execute(delete(DocumentTermRow).where(DocumentTermRow.term.in_(hashes.read(["sodium"]))))
    clinic.close()
    checked = meditrack("verify", *as_admin(profile), password=ADMIN)
    found = json.loads(checked.stdout)
    assert checked.returncode == 1 and not found["whole"] and found["not_found"] == [str(document)]
    made = meditrack("reindex", *as_admin(profile), password=ADMIN)
    assert made.returncode == 0 and json.loads(made.stdout) == {"documents": 1}, made.stderr
    checked = meditrack("verify", *as_admin(profile), password=ADMIN)
    assert checked.returncode == 0 and json.loads(checked.stdout)["not_found"] == [], checked.stdout
