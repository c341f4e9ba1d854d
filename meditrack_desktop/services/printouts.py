"""Sheets about a patient or a day: made for a preview, and noted before they leave on paper or as a file."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from meditrack_desktop.database.queries import allergies, care_team, patient_phones
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.database.queries import practitioners as practitioner_queries
from meditrack_desktop.database.queries import scheduling as visit_queries
from meditrack_desktop.database.queries import visit_types as visit_type_queries
from meditrack_desktop.database.queries import working_times as time_queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ErrorCode, FieldProblem, NotFound, invalid_fields
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.printing import (
    HandedBy,
    MakeCallList,
    MakeDaySheet,
    MakePrintout,
    NotePrintout,
    NoteSheet,
    PrintKind,
    Printout,
    SheetKind,
)
from meditrack_desktop.domain.privacy import DisclosureKind, RecordDisclosure
from meditrack_desktop.domain.scheduling import CHANGEABLE, Appointment, day_bounds
from meditrack_desktop.services import reading_rule
from meditrack_desktop.services.absence_worklists import AbsenceWorklists
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.chart.charts import gather
from meditrack_desktop.services.printing.call_list import call_list_pdf
from meditrack_desktop.services.printing.card import card_pdf
from meditrack_desktop.services.printing.day_sheet import DayOnPaper, day_sheet_pdf
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

    def __init__(self, work: Works, worklists: AbsenceWorklists) -> None:
        self.work = work
        self._worklists = worklists

    def make(self, actor: Actor, command: MakePrintout) -> Printout:
        """The sheet as a PDF, in memory. NotFound, also for an erased patient or a visit that is not theirs or over;
        NotAllowed without DISCLOSE_PATIENT."""
        with self.work.looking(actor, Permission.DISCLOSE_PATIENT) as look:
            contents = _contents(look, command)
            prepare = _preparations(look, contents.visits) if command.preparation else {}
            look.viewed("printout", command.patient_id, command.patient_id)
        today = contents.at.date()
        if command.kind is PrintKind.LABEL:
            pdf = label_pdf(contents.patient, command.label, today)
        elif command.kind is PrintKind.APPOINTMENT_CARD:
            pdf = card_pdf(contents.patient, contents.visits, contents.clinic, command.card, prepare)
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

    def day_sheet(self, actor: Actor, command: MakeDaySheet) -> Printout:
        """A day with every visit as a PDF. NotFound DOC_001; NotAllowed without DISCLOSE_PATIENT and VIEW_CALENDAR.

        Of everybody: all doctors who work that day or have a visit then.
        """
        with self.work.looking(actor, Permission.DISCLOSE_PATIENT) as look:
            look.require(Permission.VIEW_CALENDAR)
            contents = _day(look, command)
            look.listed("printout")
        pdf = day_sheet_pdf(contents)
        return Printout(SheetKind.DAY_SHEET, "Day sheet", pdf, page_count(pdf), False)

    def call_list(self, actor: Actor, command: MakeCallList) -> Printout:
        """Whom to call because a doctor is away, as a PDF. NotFound DOC_003; NotAllowed without DISCLOSE_PATIENT
        and VIEW_CALENDAR."""
        with self.work.looking(actor, Permission.DISCLOSE_PATIENT) as look:
            look.require(Permission.VIEW_CALENDAR)
            clinic = clinic_queries.profile(look.session)
            look.listed("printout", owner=command.absence_id)
            at = look.now.astimezone(clinic.tz)
        worklist = self._worklists.of_absence(actor, command.absence_id)
        with self.work.looking(actor, Permission.DISCLOSE_PATIENT) as look:
            ids = {item.visit.patient_id for item in worklist.items}
            phones = patient_phones.phones_of(look.session, ids)
            look.listed("printout", owner=command.absence_id)
        pdf = call_list_pdf(worklist, phones, clinic, at, actor.name)
        return Printout(SheetKind.CALL_LIST, "List of calls", pdf, page_count(pdf), False)

    def hand_over_sheet(self, actor: Actor, command: NoteSheet) -> None:
        """Note that a sheet about many patients leaves now."""
        with self.work(actor, Permission.DISCLOSE_PATIENT) as work:
            verb = "saved_copy" if command.by is HandedBy.SAVED else "printed"
            told = f"{command.kind.value} {command.day}"
            work.noted(Line(f"printout.{verb}", "printout", command.id, detail=told))


def _day(look: Look, command: MakeDaySheet) -> DayOnPaper:
    session = look.session
    clinic = clinic_queries.profile(session)
    known = {one.id: one for one in practitioner_queries.everybody(session, include_inactive=True)}
    if not known.keys() >= set(command.practitioner_ids):
        raise NotFound(ErrorCode.DOCTOR_NOT_FOUND)
    visits = visit_queries.between(
        session, *day_bounds(command.day, command.day, clinic.tz), command.practitioner_ids, True
    )
    ids = command.practitioner_ids or tuple(known)
    times = time_queries.of_days(session, ids, command.day, command.day)
    days = {one: times.day_of(one, command.day) for one in ids}
    busy = {visit.practitioner_id for visit in visits}
    chosen = command.practitioner_ids or tuple(
        one.id for one in known.values() if one.id in busy or (one.active and days[one.id].open)
    )
    return DayOnPaper(
        clinic=clinic,
        at=look.now.astimezone(clinic.tz),
        by=look.actor.name,
        day=command.day,
        doctors={one: known[one].name for one in dict.fromkeys(chosen)},
        days=days,
        visits=visits,
        reasons=command.reasons,
    )


def _preparations(look: Look, visits: Sequence[Appointment]) -> dict[UUID, str]:
    """What to do before each of these visits, for those whose kind says so."""
    kinds = {visit.visit_type_id for visit in visits if visit.visit_type_id is not None}
    if not kinds:
        return {}
    every = visit_type_queries.everything(look.session, include_inactive=True)
    texts = {one.id: one.preparation for one in every if one.preparation}
    return {
        visit.id: texts[visit.visit_type_id]
        for visit in visits
        if visit.visit_type_id is not None and visit.visit_type_id in texts
    }


def _contents(look: Look, command: MakePrintout) -> SummaryContents:
    session = look.session
    clinic = clinic_queries.profile(session)
    patient = patient_queries.record(patient_queries.patient(session, command.patient_id))
    coming = sorted(
        (
            visit
            for visit in visit_queries.of_patient(session, command.patient_id)
            if visit.starts_at >= look.now
            and visit.status in CHANGEABLE
            and command.appointment_id in (None, visit.id)
        ),
        key=lambda visit: visit.starts_at,
    )
    if command.appointment_id is not None and not coming:
        raise NotFound(ErrorCode.APPOINTMENT_NOT_FOUND)
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
