"""What left the clinic about a patient: noted as it happens, listed and printed when the patient asks."""

from __future__ import annotations

from io import StringIO
from uuid import UUID
from zoneinfo import ZoneInfo

from meditrack_desktop.database.queries import care_relation
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import disclosures as queries
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.database.tables.privacy import DisclosureRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.errors import ChangedMeanwhile
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.privacy import AccountingForm, Disclosure, RecordDisclosure
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.paper import Paper
from meditrack_desktop.services.safe_csv import SafeCsv
from meditrack_desktop.services.work import Look, Work, Works

HEADS = ("Date and time", "To whom", "Address", "What", "Why")


class Disclosures:
    """Lines are written once and stay; reading them is for the treating doctor and for who may read the trail."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def record(self, actor: Actor, command: RecordDisclosure) -> Disclosure:
        """Note that something left the clinic. Sent twice, it notes once. NotFound."""
        with self.work(actor, Permission.DISCLOSE_PATIENT) as work:
            patient_queries.patient(work.session, command.patient_id)
            return note(work, command)

    def list(self, actor: Actor, patient_id: UUID) -> tuple[Disclosure, ...]:
        """All of a patient, newest first. NotFound; NotAllowed unless VIEW_AUDIT or the patient is in care."""
        with self.work.looking(actor, Permission.VIEW_PATIENTS) as look:
            require_accounts(look, patient_id)
            patient_queries.patient(look.session, patient_id)
            look.listed("disclosure", patient_id, patient_id)
            return queries.of_patient(look.session, patient_id)

    def accounting(self, actor: Actor, patient_id: UUID, form: AccountingForm) -> bytes:
        """The accounting to hand to the patient (HIPAA 164.528), without what was for their treatment.

        A PDF or a CSV file. Raises what `list` does.
        """
        with self.work.looking(actor, Permission.VIEW_PATIENTS) as look:
            require_accounts(look, patient_id)
            patient = patient_queries.record(patient_queries.patient(look.session, patient_id))
            clinic = clinic_queries.profile(look.session)
            found = [one for one in queries.of_patient(look.session, patient_id) if not one.treatment]
            now = look.now
            look.lines.append(Line("disclosure.printed", "disclosure", patient_id, patient_id, form.value))
        rows = [disclosure_cells(one, clinic.tz) for one in found]
        if form is AccountingForm.CSV:
            out = StringIO()
            table = SafeCsv(out)
            table.row(HEADS)
            for row in rows:
                table.row(row)
            return out.getvalue().encode("utf-8")
        return _accounting_pdf(patient, clinic, rows, now.astimezone(clinic.tz).date().isoformat())


def require_accounts(look: Look, patient_id: UUID) -> None:
    """NotAllowed VIEW_AUDIT unless the actor may read the trail, or the patient is in their care."""
    session, account = look.session, look.actor.account_id
    roles = care_relation.roles_holding(session, account, Permission.OPEN_CLINICAL_DOCUMENT)
    if not (roles and care_relation.in_care(session, account, patient_id, look.now)):
        look.require(Permission.VIEW_AUDIT)


def note(work: Work, command: RecordDisclosure) -> Disclosure:
    """Write one line in a work under way; the same command once."""
    row = queries.find(work.session, command.id)
    if row is not None:
        if row.patient_id != command.patient_id:
            raise ChangedMeanwhile()
        work.noted(Line("patient.disclosed", "disclosure", row.id, row.patient_id, "repeated"))
        return queries.record(row, work.actor.name)
    row = DisclosureRow(
        id=command.id,
        at=work.now,
        patient_id=command.patient_id,
        document_id=command.document_id,
        account_id=work.actor.account_id,
        workstation=work.actor.workstation,
        kind=command.kind,
        recipient=command.recipient,
        address=command.address,
        what=command.what,
        purpose=command.purpose,
        treatment=command.treatment,
    )
    change = Change("disclosure", row.id, patient=row.patient_id)
    work.added(row, "disclosure.disclosed", change, patient_id=row.patient_id)
    work.flush()
    return queries.record(row, work.actor.name)


def disclosure_cells(one: Disclosure, zone: ZoneInfo) -> tuple[str, ...]:
    """A line of the accounting in words, on the clinic's clock."""
    at = one.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return at, one.recipient, one.address, one.what, one.purpose


def _accounting_pdf(patient: Patient, clinic: ClinicProfile, rows: list[tuple[str, ...]], day: str) -> bytes:
    paper = Paper("Accounting of disclosures", f"{clinic.name}, {day}")
    born = str(patient.birth_date) if patient.birth_date else ""
    paper.facts((("Patient", patient.name), ("Born", born), ("Record number", patient.mrn)))
    paper.heading("To whom information was given")
    paper.line(
        "What was given for treatment is not listed. All times are on the clinic's clock "
        f"({clinic.zone}). Every line since the record was begun is here."
    )
    paper.table(HEADS, (2, 3, 3, 4, 3), rows)
    return paper.pdf()
