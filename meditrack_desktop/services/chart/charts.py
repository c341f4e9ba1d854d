"""Charts: one patient's conditions, medication, measurements and notes on one page."""

from __future__ import annotations

from uuid import UUID

from meditrack_desktop.database.queries import chart_entries, conditions, medications, notes, observations
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.charts import Chart
from meditrack_desktop.domain.errors import ErrorCode, NotFound
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services import reading_rule
from meditrack_desktop.services.work import Look, Works

MOST_OBSERVATIONS = 500
MOST_NOTES = 200
"""What one page shows of each, the newest; the chart says how many there are in all."""


class Charts:
    def __init__(self, work: Works) -> None:
        self.work = work

    def of_patient(self, actor: Actor, patient_id: UUID) -> Chart:
        """A patient's chart, for whoever has them in care or may read every chart.

        NotAllowed NOT_PERMITTED, or NOT_IN_CARE if an emergency access would open it; it answers alike for a
        patient nobody knows. NotFound PATIENT_NOT_FOUND or PATIENT_PURGED.
        """
        with self.work.looking(actor, Permission.VIEW_PATIENTS) as look:
            session = look.session
            standing = chart_entries.standing(session, patient_id)
            reading_rule.check_chart(look, patient_id if standing else None)
            if standing is None:
                raise NotFound(ErrorCode.PATIENT_NOT_FOUND)
            if standing.purged:
                raise NotFound(ErrorCode.PATIENT_PURGED)
            look.viewed("chart", patient_id, patient_id)
            return gather(look, patient_id)


def gather(look: Look, patient_id: UUID, *, whole: bool = False) -> Chart:
    """The chart as this look's actor sees it, their own drafts with it; `whole` with every measurement and note.

    Whoever calls has asked the reading rule.
    """
    session = look.session
    newest, measured = observations.of_patient(session, patient_id, None if whole else MOST_OBSERVATIONS)
    signed, written = notes.signed(session, patient_id, None if whole else MOST_NOTES)
    drafts = notes.drafts(session, look.actor.account_id, patient_id)
    return Chart(
        patient_id=patient_id,
        conditions=conditions.of_patient(session, patient_id),
        medications=medications.of_patient(session, patient_id),
        latest=observations.latest(session, patient_id),
        observations=newest,
        notes=signed,
        draft=drafts[0] if drafts else None,
        drafts=drafts,
        observations_in_all=measured,
        notes_in_all=written,
    )
