"""Sheets about a patient: made for a preview, and noted before they leave on paper or as a file."""

from __future__ import annotations

from meditrack_desktop.database.queries import allergies, care_team
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.database.queries import scheduling as visit_queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import FieldProblem, invalid_fields
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.printing import (
    HandedBy,
    MakePrintout,
    NotePrintout,
    PrintKind,
    Printout,
)
from meditrack_desktop.domain.privacy import DisclosureKind, RecordDisclosure
from meditrack_desktop.domain.scheduling import CHANGEABLE
from meditrack_desktop.services import reading_rule
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.chart.charts import gather
from meditrack_desktop.services.printing.card import card_pdf
from meditrack_desktop.services.printing.label import label_pdf
from meditrack_desktop.services.printing.page_count import page_count
from meditrack_desktop.services.printing.summary import SummaryContents, summary_pdf
from meditrack_desktop.services.privacy.disclosures import note
from meditrack_desktop.services.work import Look, Works

MOST_VISITS = 8
TITLES = {
    PrintKind.CHART_SUMMARY: "Chart summary",
    PrintKind.LABEL: "Label",
    PrintKind.APPOINTMENT_CARD: "Appointment card",
}


class Printouts:
    """The clinical parts of a summary are printed only for who may read them."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def make(self, actor: Actor, command: MakePrintout) -> Printout:
        """The sheet as a PDF, in memory. NotFound, also for an erased patient; NotAllowed without DISCLOSE_PATIENT."""
        with self.work.looking(actor, Permission.DISCLOSE_PATIENT) as look:
            contents = _contents(look, command)
            look.viewed("printout", command.patient_id, command.patient_id)
        today = contents.at.date()
        if command.kind is PrintKind.LABEL:
            pdf = label_pdf(contents.patient, command.label, today)
        elif command.kind is PrintKind.APPOINTMENT_CARD:
            pdf = card_pdf(contents.patient, contents.visits, contents.clinic, command.card)
        else:
            pdf = summary_pdf(contents)
        return Printout(
            kind=command.kind,
            title=TITLES[command.kind],
            pdf=pdf,
            pages=page_count(pdf),
            left_out=command.kind is PrintKind.CHART_SUMMARY and contents.chart is None,
        )

    def hand_over(self, actor: Actor, command: NotePrintout) -> None:
        """Note that a sheet leaves now. A summary is a disclosure: Invalid `recipient`, `purpose` without them.

        NotFound. Sent twice, it notes once.
        """
        saved = command.by is HandedBy.SAVED
        with self.work(actor, Permission.DISCLOSE_PATIENT) as work:
            patient_queries.patient(work.session, command.patient_id)
            if command.kind is not PrintKind.CHART_SUMMARY:
                verb = "saved_copy" if saved else "printed"
                work.noted(
                    Line(
                        f"printout.{verb}",
                        "printout",
                        command.id,
                        command.patient_id,
                        command.kind.value,
                    )
                )
                return
            missing = {
                name: FieldProblem.REQUIRED
                for name, value in (("recipient", command.recipient), ("purpose", command.purpose))
                if len(value) < 3
            }
            if missing:
                raise invalid_fields(**missing)
            note(
                work,
                RecordDisclosure(
                    id=command.id,
                    patient_id=command.patient_id,
                    kind=DisclosureKind.SAVED_COPY if saved else DisclosureKind.PRINT,
                    recipient=command.recipient,
                    what=TITLES[command.kind],
                    purpose=command.purpose,
                ),
            )


def _contents(look: Look, command: MakePrintout) -> SummaryContents:
    session = look.session
    clinic = clinic_queries.profile(session)
    patient = patient_queries.record(patient_queries.patient(session, command.patient_id))
    coming = sorted(
        (
            visit
            for visit in visit_queries.of_patient(session, command.patient_id)
            if visit.starts_at >= look.now and visit.status in CHANGEABLE
        ),
        key=lambda visit: visit.starts_at,
    )
    team = care_team.of_patient(session, command.patient_id, include_ended=False)
    summary = command.kind is PrintKind.CHART_SUMMARY
    return SummaryContents(
        clinic=clinic,
        at=look.now.astimezone(clinic.tz),
        by=look.actor.name,
        patient=patient,
        usual_doctor=next((one.practitioner_name for one in team if one.usual), ""),
        allergies=allergies.of_patient(session, command.patient_id),
        visits=tuple(coming[:MOST_VISITS]),
        chart=gather(look, command.patient_id)
        if summary and reading_rule.may_read_chart(look, command.patient_id)
        else None,
    )
