"""Care teams: which doctors look after a patient, and who of them is the usual one."""

from __future__ import annotations

from uuid import UUID

from meditrack_desktop.database.queries import care_team as queries
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.database.queries import practitioners as practitioner_queries
from meditrack_desktop.database.tables.care_team import CareTeamRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.care_team import (
    AssignDoctor,
    CareTeamMember,
    EndCareTeamMember,
    MakeUsualDoctor,
)
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import Conflict, ErrorCode, Invalid, NotFound
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.patient_standing import open_record
from meditrack_desktop.services.work import Work, Works


class CareTeam:
    """Memberships begin and end; nothing is deleted. At most one doctor of a team is the usual one."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def of_patient(
        self, actor: Actor, patient_id: UUID, include_ended: bool = False
    ) -> tuple[CareTeamMember, ...]:
        """A patient's doctors, the usual one first. NotFound PATIENT_NOT_FOUND."""
        with self.work.looking(actor, Permission.VIEW_CARE_TEAM) as look:
            patient_queries.patient(look.session, patient_id)
            look.listed("care_team", patient_id, owner=patient_id)
            return queries.of_patient(look.session, patient_id, include_ended=include_ended)

    def of_practitioner(
        self, actor: Actor, practitioner_id: UUID, include_ended: bool = False
    ) -> tuple[CareTeamMember, ...]:
        """A doctor's patients in name order. NotFound DOCTOR_NOT_FOUND."""
        with self.work.looking(actor, Permission.VIEW_CARE_TEAM) as look:
            practitioner_queries.practitioner(look.session, practitioner_id)
            look.listed("care_team", owner=practitioner_id)
            return queries.of_practitioner(look.session, practitioner_id, include_ended=include_ended)

    def assign(self, actor: Actor, command: AssignDoctor) -> CareTeamMember:
        """Put a doctor on the team; `usual` takes that place from whoever held it. Sent twice, it adds one.

        NotFound for patient or doctor; Conflict ALREADY_ON_CARE_TEAM, PATIENT_ARCHIVED or PATIENT_MERGED; Invalid
        DOCTOR_NOT_AVAILABLE for a doctor who no longer works here.
        """
        with self.work(actor, Permission.EDIT_CARE_TEAM) as work:
            if existing := queries.find(work.session, command.id):
                line = Line("care_team.assigned", "care_team", existing.id, existing.patient_id, "repeated")
                work.noted(line)
                return queries.record(work.session, existing)
            self._check(work, command)
            if command.usual:
                self._free_usual_place(work, command.patient_id)
            row = CareTeamRow(
                id=command.id,
                patient_id=command.patient_id,
                practitioner_id=command.practitioner_id,
                usual=command.usual,
                part=command.part,
                started_at=work.now,
                ended_at=None,
                created_at=work.now,
                created_by=actor.account_id,
            )
            work.added(row, "care_team.assigned", _change(row), patient_id=row.patient_id)
            work.flush()
            return queries.record(work.session, row)

    def make_usual(self, actor: Actor, command: MakeUsualDoctor) -> CareTeamMember:
        """Give a doctor of the team the usual doctor's place.

        NotFound CARE_TEAM_NOT_FOUND, ChangedMeanwhile; Conflict PATIENT_ARCHIVED or PATIENT_MERGED; Invalid
        DOCTOR_NOT_AVAILABLE for a doctor who no longer works here.
        """
        with self.work(actor, Permission.EDIT_CARE_TEAM) as work:
            row = queries.member(work.session, command.id, command.version)
            if row.ended_at is not None:
                raise NotFound(ErrorCode.CARE_TEAM_NOT_FOUND)
            open_record(work.session, row.patient_id)
            _refuse_inactive(work, row.practitioner_id)
            if not row.usual:
                self._free_usual_place(work, row.patient_id)
                row.usual = True
            work.changed(row, "care_team.made_usual", _change(row), patient_id=row.patient_id)
            work.flush()
            return queries.record(work.session, row)

    def end(self, actor: Actor, command: EndCareTeamMember) -> CareTeamMember:
        """Take a doctor off the team from now on. NotFound CARE_TEAM_NOT_FOUND, ChangedMeanwhile."""
        with self.work(actor, Permission.EDIT_CARE_TEAM) as work:
            row = queries.member(work.session, command.id, command.version)
            if row.ended_at is None:
                row.ended_at = work.now
            work.changed(row, "care_team.ended", _change(row), patient_id=row.patient_id)
            work.flush()
            return queries.record(work.session, row)

    @staticmethod
    def _check(work: Work, command: AssignDoctor) -> None:
        open_record(work.session, command.patient_id)
        _refuse_inactive(work, command.practitioner_id)
        if queries.live(work.session, command.patient_id, command.practitioner_id):
            raise Conflict(ErrorCode.ALREADY_ON_CARE_TEAM)

    @staticmethod
    def _free_usual_place(work: Work, patient_id: UUID) -> None:
        former = queries.usual(work.session, patient_id)
        if former is not None:
            former.usual = False
            work.changed(former, "care_team.no_longer_usual", _change(former), patient_id=patient_id)
            work.flush()


def _refuse_inactive(work: Work, practitioner_id: UUID) -> None:
    if not practitioner_queries.practitioner(work.session, practitioner_id).active:
        raise Invalid(ErrorCode.DOCTOR_NOT_AVAILABLE)


def _change(row: CareTeamRow) -> Change:
    return Change("care_team", row.id, doctor=row.practitioner_id, patient=row.patient_id)
