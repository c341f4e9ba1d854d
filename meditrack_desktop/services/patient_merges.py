"""Making one record of two that are one person's, and making two of them again (decision 0014)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from meditrack_desktop.database.base import next_version
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import patient_merges as queries
from meditrack_desktop.database.queries import patient_parts
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.database.queries.patient_terms import Terms, terms_of
from meditrack_desktop.database.queries.row_changes import (
    RowChange,
    RowChanges,
    columns_of,
    from_json,
    to_json,
)
from meditrack_desktop.database.session import ReadSession
from meditrack_desktop.database.tables.around_patients import PatientMergeRow
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import ChangedMeanwhile, Conflict, ErrorCode, Invalid
from meditrack_desktop.domain.patient_merges import (
    FORMER_RECORD_NUMBER,
    FieldChoice,
    MergeField,
    MergePatients,
    MergePreview,
    MergeWarning,
    PatientMerge,
    PreviewMerge,
    UndoMerge,
    says,
    suggested,
    value_of,
)
from meditrack_desktop.domain.patients import Gender, Patient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.twin_scoring import alike, folded
from meditrack_desktop.services import merged_fields
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.merge_division import PHONES, divide, settle
from meditrack_desktop.services.work import Work, Works


class PatientMerges:
    """An administrator's, with the password again. Each merge is one transaction, and is taken back as one."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def preview(self, actor: Actor, command: PreviewMerge) -> MergePreview:
        """Field by field what merging would mean; nothing is changed.

        NotFound; Invalid MERGE_WITH_ITSELF; Conflict PATIENT_MERGED, PATIENT_ARCHIVED (of the one to be kept),
        PATIENT_RESTRICTED or ERASING_ASKED_FOR.
        """
        with self.work.looking(actor, Permission.MERGE_PATIENTS) as look:
            kept, gone = _both(look.session, command.kept_id, command.gone_id)
            look.viewed("patient", kept.id, kept.id)
            look.viewed("patient", gone.id, gone.id)
            mine, other = patient_queries.record(kept), patient_queries.record(gone)
            return MergePreview(
                kept=mine,
                gone=other,
                fields=tuple(_fields(mine, other)),
                parts=patient_parts.counts(look.session, gone.id),
                warnings=tuple(_warnings(look.session, kept, gone, mine, other)),
                photos=(kept.photo_id, gone.photo_id),
            )

    def list(self, actor: Actor, patient_id: UUID | None = None) -> tuple[PatientMerge, ...]:
        """The merges that a patient's record had part in, as kept or gone one; or all; the newest first."""
        with self.work.looking(actor, Permission.VIEW_PATIENTS) as look:
            look.listed("patient_merge", patient_id, patient_id)
            return queries.of_patient(look.session, patient_id)

    def merge(self, actor: Actor, command: MergePatients) -> PatientMerge:
        """Make one record of two. Sent twice, it merges once. Errors as `preview`; ChangedMeanwhile."""
        with self.work(actor, Permission.MERGE_PATIENTS) as work:
            if before := queries.find(work.session, command.id):
                if (before.kept_id, before.gone_id) != (command.kept_id, command.gone_id):
                    raise ChangedMeanwhile()
                work.noted(Line("patient.merged", "patient", before.kept_id, before.kept_id, "repeated"))
                return before
            queries.hold(work.session, command.kept_id, command.gone_id)
            kept, gone = _both(
                work.session, command.kept_id, command.gone_id, command.kept_version, command.gone_version
            )
            changes = _unite(work, kept, gone, command)
            row = PatientMergeRow(
                id=command.id,
                kept_id=kept.id,
                gone_id=gone.id,
                reason=command.reason,
                merged_at=work.now,
                merged_by=actor.account_id,
                snapshot=to_json(changes),
            )
            work.added(row, "patient_merge.added", *_changes(kept.id, gone.id), patient_id=kept.id)
            work.flush()
            merged = queries.find(work.session, row.id)
            assert merged is not None
            return merged

    def undo(self, actor: Actor, command: UndoMerge) -> PatientMerge:
        """Make two records of one again: every row says what it said before, but for what was changed since.

        What came with the gone record goes back to it with the changes made meanwhile; what was added on the kept
        record stays there. Versions grow. NotFound MERGE_NOT_FOUND; ChangedMeanwhile; Conflict LATER_MERGE_FIRST,
        MERGE_NOT_REVERSIBLE after one was erased, PATIENT_RESTRICTED.
        """
        with self.work(actor, Permission.MERGE_PATIENTS) as work:
            row = queries.row(work.session, command.id, command.version)
            if row.undone_at is not None:
                raise ChangedMeanwhile()
            queries.hold(work.session, row.kept_id, row.gone_id)
            kept = patient_queries.find(work.session, row.kept_id)
            gone = patient_queries.find(work.session, row.gone_id)
            if not row.snapshot or kept is None or gone is None or kept.purged_at or gone.purged_at:
                raise Conflict(ErrorCode.MERGE_NOT_REVERSIBLE)
            if queries.is_built_on(work.session, row):
                raise Conflict(ErrorCode.LATER_MERGE_FIRST)
            if queries.erasing_is_asked(work.session, kept.id, gone.id):
                raise Conflict(ErrorCode.ERASING_ASKED_FOR)
            terms = divide(work.session, kept, gone, from_json(row.snapshot), row.merged_at)
            _settle(work, (kept, gone), terms, "patient.unmerged")
            row.undone_at, row.undone_by = work.now, actor.account_id
            work.changed(row, "patient_merge.undone", *_changes(kept.id, gone.id), patient_id=kept.id)
            work.flush()
            undone = queries.find(work.session, row.id)
            assert undone is not None
            return undone


def _both(
    session: ReadSession, kept_id: UUID, gone_id: UUID, *versions: int
) -> tuple[PatientRow, PatientRow]:
    """Both rows, if they may be merged; at these versions, if they are given."""
    if kept_id == gone_id:
        raise Invalid(ErrorCode.MERGE_WITH_ITSELF)
    kept = patient_queries.patient(session, kept_id, versions[0] if versions else None)
    gone = patient_queries.patient(session, gone_id, versions[1] if versions else None)
    if kept.merged_into is not None or gone.merged_into is not None:
        raise Conflict(ErrorCode.PATIENT_MERGED)
    if kept.archived_at is not None:
        raise Conflict(ErrorCode.PATIENT_ARCHIVED)
    if kept.restricted_at is not None or gone.restricted_at is not None:
        raise Conflict(ErrorCode.PATIENT_RESTRICTED)
    if queries.erasing_is_asked(session, kept_id, gone_id):
        raise Conflict(ErrorCode.ERASING_ASKED_FOR)
    return kept, gone


def _fields(kept: Patient, gone: Patient) -> list[FieldChoice]:
    return [
        FieldChoice(each, suggested(kept, gone, each), value_of(kept, each) != value_of(gone, each))
        for each in MergeField
        if says(value_of(kept, each)) or says(value_of(gone, each))
    ]


def _warnings(
    session: ReadSession, kept: PatientRow, gone: PatientRow, mine: Patient, other: Patient
) -> list[MergeWarning]:
    found: dict[MergeWarning, bool] = {
        MergeWarning.DECIDED_DIFFERENT: queries.decided_different(session, kept.id, gone.id),
        MergeWarning.OTHER_NAME: not _one_name(mine, other),
        MergeWarning.OTHER_BIRTH_DATE: None not in (mine.birth_date, other.birth_date)
        and mine.birth_date != other.birth_date,
        MergeWarning.OTHER_GENDER: {mine.gender, other.gender} == {Gender.FEMALE, Gender.MALE},
        MergeWarning.ALLERGIES_DIFFER: queries.allergies(session, kept.id)
        != queries.allergies(session, gone.id),
        MergeWarning.OVERLAPPING_VISITS: queries.visits_overlap(session, kept.id, gone.id),
        MergeWarning.LEGAL_HOLD: bool(kept.legal_hold or gone.legal_hold),
    }
    return [warning for warning, holds in found.items() if holds]


def _one_name(one: Patient, other: Patient) -> bool:
    mine, theirs = (sorted(folded(each.family, each.given).split()) for each in (one, other))
    return mine == theirs or alike(" ".join(mine), " ".join(theirs))


def _unite(work: Work, kept: PatientRow, gone: PatientRow, command: MergePatients) -> list[RowChange]:
    """Make one record of both rows; returns how every row differs."""
    changes = RowChanges(work.session)
    before = {row.id: _columns(row) for row in (kept, gone)}
    terms = {row.id: terms_of(row) for row in (kept, gone)}
    photo = merged_fields.chosen_photo(gone, command.choices)
    patient_parts.reattach(changes, kept.id, gone.id, work.now, photo)
    patient_parts.remember_number(changes, kept.id, FORMER_RECORD_NUMBER, gone.mrn)
    merged_fields.choose(kept, gone, command.choices)
    if queries.allergies(work.session, kept.id):
        # Nobody is told "no known allergies" of somebody of whom the other record knows one.
        kept.no_allergies_at, kept.no_allergies_by = None, None
    gone.archived_at = gone.archived_at or work.now
    gone.archive_reason, gone.merged_into = command.reason, kept.id
    for phone in merged_fields.unite_phones(kept, gone):
        changes.made.append(RowChange(PHONES, {}, None, {"number": merged_fields.number(phone)}))
    for row in (kept, gone):
        changes.noted(row, before[row.id])
    _settle(work, (kept, gone), terms, "patient.merged")
    return changes.made


def _settle(work: Work, both: tuple[PatientRow, PatientRow], terms: dict[UUID, Terms], action: str) -> None:
    """Write both rows and what they are found by, each with a new version and its line in the trail."""
    for row in both:
        next_version(row)
        work.changed(row, action, patient_id=row.id)
    settle(work.session, both, terms, clinic_queries.profile(work.session).region)


def _columns(row: PatientRow) -> dict[str, Any]:
    """What the row says, without what is made of it for searching."""
    said = columns_of(row)
    return {name: value for name, value in said.items() if name not in ("sort_name", "search_text")}


def _changes(kept_id: UUID, gone_id: UUID) -> tuple[Change, ...]:
    """Everything either record shows may look different, in every window."""
    kinds = ("patient", "chart", "document", "care_team", "appointment")
    return tuple(
        Change(kind, patient_id, patient=patient_id) for patient_id in (kept_id, gone_id) for kind in kinds
    )
