"""A patient's photo in a file of another clinic: it is the photo there, or it is told; nothing is filed unseen."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from pathlib import Path

from meditrack_desktop.domain.fhir_export import ExportFhir
from meditrack_desktop.domain.patients import FindPatients
from meditrack_desktop.domain.photos import SetPhoto
from tests.makers.people import a_patient
from tests.makers.pictures import a_picture
from tests.services.fhir.conftest import NewClinic


def test_a_photo_is_seen_again_and_hides_nothing(new_clinic: NewClinic, tmp_path: Path) -> None:
    here, me = new_clinic()
    there, them = new_clinic()
    patient = here.patients.register(me, a_patient("Beispiel", "Greta", birth_date="1971-03-04"))
    here.photos.set(
        me, SetPhoto(patient_id=patient.id, version=patient.version), BytesIO(a_picture(600, 400))
    )
    shown = here.photos.get(me, patient.id)
    file = tmp_path / "with-photo.ndjson"
    here.fhir_export.run(me, ExportFhir(), file)
    for added, unchanged in ((1, 0), (0, 1)):
        report = there.imports.run(them, [file])
        assert (report.entries_added, report.entries_unchanged, report.skipped) == (added, unchanged, ())
        (line,) = there.patients.find(them, FindPatients(text="Beispiel")).lines
        assert there.photos.get(them, line.id) == shown
    told = [json.loads(one) for one in file.read_text("utf-8").splitlines()]
    attachment = next(one for one in told if one["resourceType"] == "DocumentReference")["content"][0]
    for data, words in (
        (a_picture(70, 50), "a photo of this patient"),
        (b"%PDF-1.4 no photo", "a photo of this patient"),
    ):
        attachment["attachment"] |= {"data": base64.b64encode(data).decode(), "contentType": "image/jpeg"}
        file.write_text("\n".join(json.dumps(one) for one in told), "utf-8")
        (skipped,) = there.imports.run(them, [file]).skipped
        assert words in skipped.reason
    assert there.photos.get(them, line.id) == shown
