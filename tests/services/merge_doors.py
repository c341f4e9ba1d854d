"""The doors of what finds and merges records of one person."""

from __future__ import annotations

from typing import Any

from meditrack_desktop.domain.patient_merges import MergePatients, PatientMerge, PreviewMerge, UndoMerge
from meditrack_desktop.domain.patient_twins import DecideTwins, FindLookAlikes, ListTwins, PatientTwin
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Permission
from tests.makers.people import a_patient

P = Permission


def _double(scene: Any) -> Patient:
    """The scene's patient once more."""
    found: Patient = scene.clinic.patients.register(
        scene.everything, a_patient("Przykład", "Piotr", "07400 123456", birth_date="1980-01-02")
    )
    return found


def _twin(scene: Any) -> PatientTwin:
    one = _double(scene)
    _double(scene)
    pairs = scene.clinic.patient_twins.list(scene.everything, ListTwins(patient_id=one.id)).pairs
    found: PatientTwin = pairs[0]
    return found


def _merging(scene: Any) -> MergePatients:
    gone = _double(scene)
    return MergePatients(
        kept_id=scene.patient.id,
        kept_version=scene.patient.version,
        gone_id=gone.id,
        gone_version=gone.version,
        reason="registered twice",
    )


def _merged(scene: Any) -> PatientMerge:
    kept, gone = _double(scene), _double(scene)
    command = MergePatients(
        kept_id=kept.id,
        kept_version=kept.version,
        gone_id=gone.id,
        gone_version=gone.version,
        reason="registered twice",
    )
    found: PatientMerge = scene.clinic.patient_merges.merge(scene.everything, command)
    return found


MERGE_DOORS = {
    "patient_twins.list": (P.VIEW_PATIENTS, lambda s, a: s.clinic.patient_twins.list(a, ListTwins())),
    "patient_twins.duplicates_of": (
        P.VIEW_PATIENTS,
        lambda s, a: s.clinic.patient_twins.duplicates_of(
            a, FindLookAlikes(family="Przykład", given="Piotr")
        ),
    ),
    "patient_twins.decide_different": (
        P.MERGE_PATIENTS,
        lambda s, a: _decide(s, a),
    ),
    "patient_twins.search_all": (P.MERGE_PATIENTS, lambda s, a: s.clinic.patient_twins.search_all(a)),
    "patient_merges.preview": (
        P.MERGE_PATIENTS,
        lambda s, a: s.clinic.patient_merges.preview(
            a, PreviewMerge(kept_id=s.patient.id, gone_id=s.archived.id)
        ),
    ),
    "patient_merges.list": (P.VIEW_PATIENTS, lambda s, a: s.clinic.patient_merges.list(a, s.patient.id)),
    "patient_merges.merge": (
        P.MERGE_PATIENTS,
        lambda s, a: s.clinic.patient_merges.merge(a, _merging(s)),
    ),
    "patient_merges.undo": (P.MERGE_PATIENTS, lambda s, a: _undo(s, a)),
}

MERGE_SERVICES = ("patient_twins", "patient_merges")


def _decide(scene: Any, actor: Any) -> PatientTwin:
    pair = _twin(scene)
    found: PatientTwin = scene.clinic.patient_twins.decide_different(
        actor, DecideTwins(id=pair.id, version=pair.version)
    )
    return found


def _undo(scene: Any, actor: Any) -> PatientMerge:
    merge = _merged(scene)
    found: PatientMerge = scene.clinic.patient_merges.undo(
        actor, UndoMerge(id=merge.id, version=merge.version)
    )
    return found
