"""A document as FHIR R4 DocumentReference: its bytes in it, or the file beside it."""

from __future__ import annotations

from meditrack_desktop.domain.documents import Document
from meditrack_desktop.services.fhir import systems
from meditrack_desktop.services.fhir.values import Json, filled, instant, reference, resource


def to_fhir(
    document: Document, id_: str, patient: str, *, url: str = "", data: str = "", replaces: str = ""
) -> Json:
    """`id_` and `patient` are what both are called in the file, `replaces` the version before; `data` is base64."""
    attachment: Json = {
        "contentType": document.media_type.value,
        **filled(data=data, url=url),
        "size": document.size,
        "title": document.file_name,
    }
    day = document.document_date
    return resource(
        "DocumentReference",
        id_,
        meta={"lastUpdated": instant(document.created_at)},
        status=document.status.value if document.deleted_at is None else "entered-in-error",
        relatesTo=[{"code": "replaces", "target": reference("DocumentReference", replaces)}]
        if replaces
        else [],
        type={
            "coding": [{"system": systems.DOCUMENT_TYPES, "code": document.type.value}],
            "text": document.type.value,
        },
        category=[{"text": document.document_class.value}],
        subject=reference("Patient", patient),
        author=[{"display": document.source}] if document.source else [],
        description=document.title,
        content=[{"attachment": attachment}],
        context={"period": {"start": day.isoformat()}} if day else {},
        extension=[{"url": systems.NOTE, "valueString": document.note}] if document.note else [],
    )
