"""The readable part of a patient's export: who they are, visits, team, documents, what was given out, who looked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from meditrack_desktop.domain.documents import DocumentStatus
from meditrack_desktop.services.paper import Paper
from meditrack_desktop.services.privacy import export_chart, export_front_desk
from meditrack_desktop.services.privacy.disclosures import HEADS, disclosure_cells
from meditrack_desktop.services.privacy.export_contents import PatientContents


def readable(contents: PatientContents, files: Mapping[UUID, str]) -> bytes:
    """A PDF. `files` are the paths of the originals in the archive, by document. Times on the clinic's clock."""
    clinic, patient = contents.clinic, contents.patient

    def clock(moment: datetime) -> str:
        return moment.astimezone(clinic.tz).strftime("%Y-%m-%d %H:%M")

    paper = Paper(
        patient.name, f"{clinic.name}: everything on record, {clock(contents.at)}, by {contents.by}"
    )
    paper.heading("Person")
    address = patient.address
    paper.facts(
        (
            ("Record number", patient.mrn),
            ("Family name", patient.family),
            ("Given names", patient.given),
            ("Called", patient.preferred_name),
            ("Born", str(patient.birth_date) if patient.birth_date else "not recorded"),
            ("Gender", patient.gender.value),
            ("E-mail", patient.email),
            (
                "Address",
                ", ".join(
                    part for part in (address.street, address.postcode, address.city, address.country) if part
                ),
            ),
            ("Language", patient.language),
            ("Note", patient.note),
            ("Deceased", "yes" if patient.deceased else ""),
            ("Registered", clock(patient.created_at)),
            ("Archived", clock(patient.archived_at) if patient.archived_at else ""),
            ("Restricted since", clock(patient.restricted_at) if patient.restricted_at else ""),
            *((f"Phone ({phone.use})", phone.value) for phone in patient.phones),
            *((f"Number at {one.system}", one.value) for one in patient.identifiers),
        )
    )
    paper.heading("Care team")
    paper.table(
        ("Doctor", "Part", "From", "Until"),
        (4, 4, 3, 3),
        [
            (
                member.practitioner_name + (" (usual doctor)" if member.usual else ""),
                member.part,
                clock(member.started_at),
                clock(member.ended_at) if member.ended_at else "",
            )
            for member in contents.team
        ],
    )
    paper.heading("Visits")
    paper.table(
        ("When", "Minutes", "Doctor", "State", "What for"),
        (3, 1.5, 3, 2, 6),
        [
            (
                clock(visit.starts_at),
                str(visit.minutes),
                visit.practitioner_name,
                visit.status.value,
                "\n".join(part for part in (visit.visit_type, visit.reason, visit.cancel_reason) if part),
            )
            for visit in contents.visits
        ],
    )
    export_front_desk.print_on(paper, contents.front_desk, clinic.tz)
    export_chart.print_on(paper, contents.chart, clinic.tz)
    paper.heading("Documents")
    paper.table(
        ("Title", "Kind", "Dated", "From", "Added", "File in this archive"),
        (4, 2, 2, 3, 3, 3),
        [
            (
                document.title
                if document.status is DocumentStatus.CURRENT
                else f"{document.title} (replaced)",
                document.type.value.replace("_", " "),
                document.document_date.isoformat() if document.document_date else "",
                document.source,
                f"{clock(document.created_at)} {document.created_by_name}",
                files.get(document.id, ""),
            )
            for document in contents.documents
        ],
    )
    if contents.left_out:
        paper.line(f"Documents left out, because whoever made this may not read them: {contents.left_out}.")
    _accounts(paper, contents)
    return paper.pdf()


def _accounts(paper: Paper, contents: PatientContents) -> None:
    paper.heading("To whom information was given")
    if contents.accounts_left_out:
        paper.line(
            "This list and the list of who looked at the record are left out; ask the clinic for them."
        )
        return
    paper.table(
        HEADS, (2, 3, 3, 4, 3), [disclosure_cells(one, contents.clinic.tz) for one in contents.disclosures]
    )
    paper.heading("Who looked at the record")
    zone = contents.clinic.tz
    paper.table(
        ("Who", "Seen", "Changed", "First", "Last"),
        (4, 1, 1, 3, 3),
        [
            (
                one.account_name,
                str(one.seen),
                str(one.changed),
                one.first_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
                one.last_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
            )
            for one in contents.accesses
        ],
    )
