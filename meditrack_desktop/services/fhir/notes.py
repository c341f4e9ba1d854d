"""A signed note as FHIR R4 DocumentReference: its words as an attachment."""

from __future__ import annotations

import base64

from meditrack_desktop.domain.notes import Note, NoteStatus
from meditrack_desktop.services.fhir.values import Json, instant, reference, resource

_CLINICAL_NOTE = {"coding": [{"system": "http://loinc.org", "code": "34109-9", "display": "Note"}]}


def to_fhir(note: Note, patient: str) -> Json:
    """`patient` is the patient's id in the file. Of a note that is no draft."""
    wrong = note.status is NoteStatus.ENTERED_IN_ERROR
    encounter = [reference("Appointment", note.appointment_id)] if note.appointment_id else []
    amends = (
        [{"code": "replaces", "target": reference("DocumentReference", note.amends)}] if note.amends else []
    )
    return resource(
        "DocumentReference",
        str(note.id),
        status="entered-in-error" if wrong else "current",
        docStatus=note.status.value,
        type=_CLINICAL_NOTE,
        subject=reference("Patient", patient),
        date=instant(note.signed_at or note.changed_at),
        author=[{"display": note.author_name}] if note.author_name else [],
        relatesTo=amends,
        description="\n".join(part for part in (note.title, note.error_reason) if part),
        content=[
            {
                "attachment": {
                    "contentType": "text/plain; charset=utf-8",
                    "data": base64.b64encode(note.body.encode()).decode(),
                }
            }
        ],
        context={"related": encounter} if encounter else {},
    )
