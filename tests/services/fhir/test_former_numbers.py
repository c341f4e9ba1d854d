"""A record number is one clinic's own: what it once gave names nobody in another clinic."""

from __future__ import annotations

import json
from pathlib import Path

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.fhir_export import ExportFhir
from meditrack_desktop.domain.patient_merges import FORMER_RECORD_NUMBER, MergePatients
from meditrack_desktop.domain.patients import FindPatients, Patient
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_patient, an_edit
from tests.services.fhir.conftest import NewClinic


def merged(clinic: Clinic, actor: Actor, kept: Patient, gone: Patient) -> None:
    clinic.patient_merges.merge(
        actor,
        MergePatients(
            kept_id=kept.id,
            kept_version=kept.version,
            gone_id=gone.id,
            gone_version=gone.version,
            reason="registered twice",
        ),
    )


def found(clinic: Clinic, actor: Actor, text: str) -> list[str]:
    return [line.name for line in clinic.patients.find(actor, FindPatients(text=text)).lines]


def test_a_former_number_of_another_clinic_finds_nobody(new_clinic: NewClinic, tmp_path: Path) -> None:
    here, me = new_clinic()
    there, them = new_clinic()
    pair = [here.patients.register(me, a_patient("Beispiel", given)) for given in ("Greta", "Grete")]
    merged(here, me, *pair)
    assert found(here, me, pair[1].mrn) == [pair[0].name]
    file = tmp_path / "out.ndjson"
    here.fhir_export.run(me, ExportFhir(), file)
    assert pair[1].mrn in file.read_text("utf-8"), "it is told, as a number that was"

    ana = there.patients.register(them, a_patient("Zamora", "Ana"))
    other = there.patients.register(them, a_patient("Zamora", "Anna"))
    assert other.mrn == pair[1].mrn, "both clinics number alike"
    assert there.imports.run(them, [file]).added == 1
    (line,) = there.patients.find(them, FindPatients(text="Beispiel")).lines
    there.patients.edit(them, an_edit(there.patients.get(them, line.id), note="edited"))
    assert found(there, them, other.mrn) == [other.name]
    merged(there, them, ana, other)
    assert found(there, them, other.mrn) == [ana.name]


def test_a_file_that_names_people_by_our_former_numbers_gives_nobody_one(
    clinic: Clinic, everything: Actor, tmp_path: Path
) -> None:
    file = tmp_path / "in.json"
    told = {
        "resourceType": "Patient",
        "id": "p1",
        "identifier": [{"system": FORMER_RECORD_NUMBER, "value": "000-0001"}],
        "name": [{"family": "Muster", "given": ["Ben"]}],
        "birthDate": "1975-05-06",
    }
    file.write_text(json.dumps(told), "utf-8")
    assert clinic.imports.run(everything, [file]).added == 1
    (line,) = clinic.patients.find(everything, FindPatients(text="Muster")).lines
    systems = {one.system for one in clinic.patients.get(everything, line.id).identifiers}
    assert FORMER_RECORD_NUMBER not in systems
