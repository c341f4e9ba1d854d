"""One patient as a FHIR R4 Bundle: who they are, their visits, team and documents, and who looked at it all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.privacy.export_contents import PatientContents

Json = dict[str, Any]
MRN_SYSTEM = "urn:meditrack:record-number"
_USES = {"mobile": "mobile", "home": "home", "work": "work"}


def bundle(contents: PatientContents, files: Mapping[UUID, str]) -> Json:
    """A Bundle of type "collection". `files` are the paths of the originals in the archive, by document."""
    patient = contents.patient
    resources = [_patient(contents)]
    doctors = {visit.practitioner_id: visit.practitioner_name for visit in contents.visits}
    doctors.update((member.practitioner_id, member.practitioner_name) for member in contents.team)
    resources += [
        {"resourceType": "Practitioner", "id": str(doctor), "name": [{"text": name}]}
        for doctor, name in sorted(doctors.items())
    ]
    resources += [_appointment(visit, patient) for visit in contents.visits]
    if contents.team:
        resources.append(_care_team(contents))
    resources += [_document(document, files.get(document.id, ""), patient) for document in contents.documents]
    resources += [_access(number, one, patient) for number, one in enumerate(contents.accesses, start=1)]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": _instant(contents.at),
        "entry": [
            {
                "fullUrl": f"urn:uuid:{one['id']}" if _is_uuid(one["id"]) else f"urn:x:{one['id']}",
                "resource": one,
            }
            for one in resources
        ],
    }


def _patient(contents: PatientContents) -> Json:
    patient = contents.patient
    name: Json = {"use": "official"}
    if patient.family:
        name["family"] = patient.family
    if patient.given:
        name["given"] = patient.given.split()
    names = [name]
    if patient.preferred_name:
        names.append({"use": "usual", "text": patient.preferred_name})
    found: Json = {
        "resourceType": "Patient",
        "id": str(patient.id),
        "active": patient.active,
        "identifier": [
            {"system": MRN_SYSTEM, "value": patient.mrn},
            *({"system": one.system, "value": one.value} for one in patient.identifiers),
        ],
        "name": names,
        "gender": patient.gender.value,
    }
    telecom = [
        {"system": "phone", "value": phone.value, **({"use": _USES[phone.use]} if phone.use in _USES else {})}
        for phone in patient.phones
    ]
    if patient.email:
        telecom.append({"system": "email", "value": patient.email})
    address = {
        "line": [patient.address.street] if patient.address.street else [],
        "city": patient.address.city,
        "postalCode": patient.address.postcode,
        "country": patient.address.country,
    }
    for key, value in (
        ("telecom", telecom),
        ("birthDate", patient.birth_date.iso() if patient.birth_date else ""),
        ("address", [{k: v for k, v in address.items() if v}] if any(address.values()) else []),
        ("communication", [{"language": {"text": patient.language}}] if patient.language else []),
        ("text", _note(patient)),
    ):
        if value:
            found[key] = value
    if patient.deceased:
        found["deceasedBoolean"] = True
    return found


def _note(patient: Patient) -> Json:
    if not patient.note:
        return {}
    escaped = patient.note.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {
        "status": "additional",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><pre>{escaped}</pre></div>',
    }


def _appointment(visit: Any, patient: Patient) -> Json:
    found: Json = {
        "resourceType": "Appointment",
        "id": str(visit.id),
        "status": visit.status.value,
        "start": _instant(visit.starts_at),
        "end": _instant(visit.ends_at),
        "minutesDuration": visit.minutes,
        "participant": [
            {"actor": _reference("Patient", patient.id), "status": "accepted"},
            {"actor": _reference("Practitioner", visit.practitioner_id), "status": "accepted"},
        ],
    }
    for key, value in (("description", visit.visit_type), ("comment", visit.reason)):
        if value:
            found[key] = value
    return found


def _care_team(contents: PatientContents) -> Json:
    return {
        "resourceType": "CareTeam",
        "id": str(contents.team[0].id),
        "status": "active",
        "subject": _reference("Patient", contents.patient.id),
        "participant": [
            {
                "member": _reference("Practitioner", member.practitioner_id),
                "period": {
                    "start": _instant(member.started_at),
                    **({"end": _instant(member.ended_at)} if member.ended_at else {}),
                },
                **({"role": [{"text": member.part}]} if member.part else {}),
            }
            for member in contents.team
        ],
    }


def _document(document: Any, file: str, patient: Patient) -> Json:
    attachment: Json = {
        "contentType": document.media_type.value,
        "title": document.file_name,
        "size": document.size,
    }
    if file:
        attachment["url"] = file
    found: Json = {
        "resourceType": "DocumentReference",
        "id": str(document.id),
        "status": "current" if document.deleted_at is None else "entered-in-error",
        "type": {"text": document.type.value},
        "category": [{"text": document.document_class.value}],
        "subject": _reference("Patient", patient.id),
        "date": _instant(document.created_at),
        "description": document.title,
        "content": [{"attachment": attachment}],
    }
    if document.document_date is not None:
        found["context"] = {"period": {"start": document.document_date.isoformat()}}
    return found


def _access(number: int, one: Any, patient: Patient) -> Json:
    return {
        "resourceType": "AuditEvent",
        "id": f"access-{number}",
        "type": {"system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest"},
        "action": "R" if not one.changed else "U",
        "period": {"start": _instant(one.first_at), "end": _instant(one.last_at)},
        "recorded": _instant(one.last_at),
        "outcome": "0",
        "agent": [{"name": one.account_name, "requestor": True}],
        "source": {"observer": {"display": one.desk}},
        "entity": [
            {
                "what": _reference("Patient", patient.id),
                "detail": [
                    {"type": "seen", "valueString": str(one.seen)},
                    {"type": "changed", "valueString": str(one.changed)},
                ],
            }
        ],
    }


def _reference(kind: str, id_: UUID) -> Json:
    return {"reference": f"{kind}/{id_}"}


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
