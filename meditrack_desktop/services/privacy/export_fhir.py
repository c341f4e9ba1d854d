"""One patient as a FHIR R4 Bundle: who they are, their visits, team and documents, and who looked at it all."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from meditrack_desktop.domain.audit import Access
from meditrack_desktop.services.fhir import appointments, documents, patients
from meditrack_desktop.services.fhir.values import Called, Json, entry, instant, reference
from meditrack_desktop.services.privacy import export_chart, export_front_desk
from meditrack_desktop.services.privacy.export_contents import PatientContents


def bundle(contents: PatientContents, files: Mapping[UUID, str]) -> Json:
    """A Bundle of type "collection". `files` are the paths of the originals in the archive, by document."""
    name = patients.file_id(contents.patient)
    told = [patients.to_fhir(contents.patient, contents.clinic.name)]
    doctors = {visit.practitioner_id: visit.practitioner_name for visit in contents.visits}
    doctors.update((member.practitioner_id, member.practitioner_name) for member in contents.team)
    told += [
        {"resourceType": "Practitioner", "id": str(doctor), "name": [{"text": called}]}
        for doctor, called in sorted(doctors.items())
    ]
    told += [
        appointments.to_fhir(visit, Called(str(visit.id), name), str(visit.practitioner_id))
        for visit in contents.visits
    ]
    if contents.team:
        told.append(_care_team(contents, name))
    told += export_front_desk.resources(contents.front_desk, name)
    told += export_chart.resources(contents.chart, name)
    told += [
        documents.to_fhir(
            document,
            str(document.id),
            name,
            url=files.get(document.id, ""),
            replaces=str(document.replaces_id) if document.replaces_id in files else "",
        )
        for document in contents.documents
    ]
    told += [_access(number, one, name) for number, one in enumerate(contents.accesses, start=1)]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": instant(contents.at),
        "entry": [entry(one) for one in told],
    }


def _care_team(contents: PatientContents, patient: str) -> Json:
    return {
        "resourceType": "CareTeam",
        "id": str(contents.team[0].id),
        "status": "active",
        "subject": reference("Patient", patient),
        "participant": [
            {
                "member": reference("Practitioner", member.practitioner_id),
                "period": {
                    "start": instant(member.started_at),
                    **({"end": instant(member.ended_at)} if member.ended_at else {}),
                },
                **({"role": [{"text": member.part}]} if member.part else {}),
            }
            for member in contents.team
        ],
    }


def _access(number: int, one: Access, patient: str) -> Json:
    return {
        "resourceType": "AuditEvent",
        "id": f"access-{number}",
        "type": {"system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest"},
        "action": "R" if not one.changed else "U",
        "period": {"start": instant(one.first_at), "end": instant(one.last_at)},
        "recorded": instant(one.last_at),
        "outcome": "0",
        "agent": [{"name": one.account_name, "requestor": True}],
        "source": {"observer": {"display": one.desk}},
        "entity": [
            {
                "what": reference("Patient", patient),
                "detail": [
                    {"type": "seen", "valueString": str(one.seen)},
                    {"type": "changed", "valueString": str(one.changed)},
                ],
            }
        ],
    }
