"""FHIR R4 DocumentReference: a document whose bytes come along. What lies elsewhere is never fetched."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from meditrack_desktop.domain.documents import AttachDocument, DocumentType, MediaType
from meditrack_desktop.services.fhir import systems
from meditrack_desktop.services.imports.fhir_entry import Translation, check_meaning
from meditrack_desktop.services.imports.fhir_values import Json, child, concept, objects, text
from meditrack_desktop.services.imports.items import Unusable

_LONGEST_NAME = 4096
_ENDINGS = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/jpg": "jpg",
    "image/tiff": "tif",
    "image/heic": "heic",
    "image/heif": "heic",
    "image/avif": "avif",
    "image/webp": "webp",
    "image/gif": "gif",
    "application/dicom": "dcm",
}
_BY_LOINC = {
    "11502-2": DocumentType.LAB_REPORT,
    "18748-4": DocumentType.IMAGING,
    "57133-1": DocumentType.REFERRAL,
    "59284-0": DocumentType.CONSENT,
    "64290-0": DocumentType.INSURANCE,
}


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """A document and its bytes, decoded. `name` is what it is called there, `replaces` the version before it."""

    command: AttachDocument
    data: bytes
    name: str = ""
    replaces: str = ""
    superseded: bool = False

    @property
    def is_version(self) -> bool:
        """Whether another document came before it or after it."""
        return self.superseded or bool(self.replaces)


def document(resource: Json, to: Translation) -> FoundDocument:
    """Raises Unusable, or pydantic's ValidationError."""
    check_meaning(resource)
    if text(resource, "status") == "entered-in-error":
        raise Unusable("It was entered in error there.")
    attachment = _attachment(resource)
    media = text(attachment, "contentType").partition(";")[0].strip().lower()
    if media.startswith("text/"):
        raise Unusable(
            "It is a text; documents are PDF, pictures or DICOM, and notes are signed by who writes them."
        )
    if media == MediaType.DICOM_STUDY:
        raise Unusable("It is a study of many images; bring its files in one by one, or as a folder.")
    if media and media not in _ENDINGS:
        raise Unusable("It is of a kind that is not taken; documents are PDF, pictures or DICOM.")
    title = to.line(text(resource, "description"))
    name = text(attachment, "title") or title or "document"
    ending = _ENDINGS.get(media, "")
    if ending and "." not in name[-6:]:
        name = f"{name}.{ending}"
    return FoundDocument(
        AttachDocument.model_validate(
            {
                "patient_id": to.patient_id,
                "file_name": name[:_LONGEST_NAME],
                "title": title,
                "type": _type(resource),
                "document_date": _date(resource),
                "source": to.line(text((objects(resource, "author") or [{}])[0], "display")),
                "note": to.line(_note(resource)),
            }
        ),
        _data(attachment),
        text(resource, "id"),
        _replaced(resource),
        text(resource, "status") == "superseded",
    )


def _note(resource: Json) -> str:
    said = (
        text(one, "valueString") for one in objects(resource, "extension") if text(one, "url") == systems.NOTE
    )
    return next(said, "")


def _replaced(resource: Json) -> str:
    for one in objects(resource, "relatesTo"):
        if text(one, "code") == "replaces":
            return text(child(one, "target"), "reference").rpartition("/")[2]
    return ""


def _attachment(resource: Json) -> Json:
    attachments = [child(one, "attachment") for one in objects(resource, "content")]
    for attachment in attachments:
        if "data" in attachment:
            return attachment
    if any(text(attachment, "url") for attachment in attachments):
        raise Unusable("The document lies at an address; nothing is fetched. Export it with its contents.")
    raise Unusable("It holds no document.")


def _data(attachment: Json) -> bytes:
    try:
        data = base64.b64decode("".join(text(attachment, "data").split()), validate=True)
    except (binascii.Error, ValueError):
        raise Unusable("The document in it is damaged (its base64 does not decode).") from None
    if not data:
        raise Unusable("The document in it is empty.")
    return data


def _type(resource: Json) -> DocumentType:
    kind = child(resource, "type")
    for coding in objects(kind, "coding"):
        code = text(coding, "code")
        if text(coding, "system") == systems.DOCUMENT_TYPES and code in set(DocumentType):
            return DocumentType(code)
        if text(coding, "system") == "http://loinc.org" and code in _BY_LOINC:
            return _BY_LOINC[code]
    said = concept(kind)
    return DocumentType(said) if said in set(DocumentType) else DocumentType.OTHER


def _date(resource: Json) -> str | None:
    """The day the document speaks of, not the day it was filed."""
    said = text(child(child(resource, "context"), "period"), "start") or text(resource, "date")
    return said[:10] if len(said) >= len("2026-11-21") else None
