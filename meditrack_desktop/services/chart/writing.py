"""What every change of a chart asks first: may this person write there, and is the record one to write in."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from meditrack_desktop.database.queries import chart_entries
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.domain.birth_dates import OLDEST_YEAR
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.chart import PartialDate, certainly_before
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import Conflict, ErrorCode, FieldProblem, NotFound, invalid_fields
from meditrack_desktop.services import reading_rule
from meditrack_desktop.services.work import Work


def enter(work: Work, patient_id: UUID) -> None:
    """Before anything of the chart is touched; the patient's row is held until the transaction ends.

    NotAllowed NOT_IN_CARE, the same for a patient nobody knows; NotFound; Conflict PATIENT_ARCHIVED,
    PATIENT_MERGED or PATIENT_RESTRICTED.
    """
    check_care(work, patient_id)
    hold_open(work, patient_id)


def enter_entry(work: Work, patient_id: UUID | None) -> None:
    """As `enter`, for a change of an entry that may not exist (`patient_id` None): NotFound CHART_ENTRY_NOT_FOUND,
    told only to whoever may read every chart."""
    check_care(work, patient_id)
    if patient_id is None:
        raise NotFound(ErrorCode.CHART_ENTRY_NOT_FOUND)
    hold_open(work, patient_id)


def hold_open(work: Work, patient_id: UUID) -> None:
    """Hold the patient's row, so that nobody archives or merges it meanwhile. Raises what `enter` does but for
    the care."""
    standing = chart_entries.standing(work.session, patient_id, hold=True)
    if standing is None:
        raise NotFound(ErrorCode.PATIENT_NOT_FOUND)
    if standing.purged:
        raise NotFound(ErrorCode.PATIENT_PURGED)
    if standing.merged:
        raise Conflict(ErrorCode.PATIENT_MERGED)
    if standing.archived:
        raise Conflict(ErrorCode.PATIENT_ARCHIVED)
    if standing.restricted:
        raise Conflict(ErrorCode.PATIENT_RESTRICTED)


def check_care(work: Work, patient_id: UUID | None) -> None:
    """NotAllowed NOT_IN_CARE unless the actor may read this chart; None or an unknown id answer alike."""
    known = patient_id is not None and chart_entries.knows(work.session, patient_id)
    reading_rule.check_chart(work, patient_id if known else None)


def changed(patient_id: UUID, entry_id: UUID) -> Change:
    return Change("chart", entry_id, patient=patient_id)


def clinic_today(work: Work) -> date:
    return to_wall(work.now, clinic_queries.profile(work.session).tz).date()


def refuse_future(today: date, **dates: PartialDate | None) -> None:
    """Invalid, naming the field, for a date after `today` or before anybody living was born."""
    problems = {
        name: FieldProblem(problem)
        for name, value in dates.items()
        if value is not None and (problem := value.problem_on(today)) is not None
    }
    if problems:
        raise invalid_fields(**problems)


def refuse_too_old(**dates: PartialDate | None) -> None:
    """Invalid, naming the field, for a date before anybody living was born; the future is open."""
    problems = {
        name: FieldProblem.TOO_OLD
        for name, value in dates.items()
        if value is not None and value.year < OLDEST_YEAR
    }
    if problems:
        raise invalid_fields(**problems)


def refuse_disorder(first: PartialDate | None, last: PartialDate | None, field: str) -> None:
    """Invalid, naming `field`, if something ended before it began."""
    if first is not None and last is not None and certainly_before(last, first):
        raise invalid_fields(**{field: FieldProblem.OUT_OF_RANGE})
