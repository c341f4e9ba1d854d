"""The doors of a patient's chart; see `doors`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.allergies import Allergy, EditAllergy, RecordAllergy, SayNoneKnown
from meditrack_desktop.domain.chart import Verification
from meditrack_desktop.domain.conditions import Condition, EditCondition, RecordCondition
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.medications import EditMedication, Medication, RecordMedication
from meditrack_desktop.domain.notes import DiscardDraft, MarkNoteWrong, Note, SaveDraft, SignNote
from meditrack_desktop.domain.observations import (
    EditObservation,
    Observation,
    ObservationInput,
    RecordObservations,
)
from meditrack_desktop.domain.permissions import Permission

if TYPE_CHECKING:
    from tests.services.doors import Scene

P = Permission
T = TypeVar("T", Allergy, Condition, Medication, Observation, Note)


def _as_asked(scene: Scene, entry: T) -> T:
    """The entry, or one that nobody ever made if the scene is one of unknown ids."""
    return entry if scene.patient.id == scene.member.patient_id else replace(entry, id=new_id())


def _allergy(scene: Scene) -> Allergy:
    """Confirmed, by the one who may do everything; as are the others. `member` names the patient who exists."""
    command = RecordAllergy(
        patient_id=scene.member.patient_id, substance="Penicillin", verification=Verification.CONFIRMED
    )
    return _as_asked(scene, scene.clinic.allergies.record(scene.everything, command))


def _taken_down(scene: Scene) -> Allergy:
    command = RecordAllergy(patient_id=scene.member.patient_id, substance="Latex")
    return _as_asked(scene, scene.clinic.allergies.record(scene.everything, command))


def _condition(scene: Scene) -> Condition:
    command = RecordCondition(patient_id=scene.member.patient_id, text="Asthma")
    return _as_asked(scene, scene.clinic.conditions.record(scene.everything, command))


def _medication(scene: Scene) -> Medication:
    command = RecordMedication(patient_id=scene.member.patient_id, text="Salbutamol")
    return _as_asked(scene, scene.clinic.medications.record(scene.everything, command))


def _pulse(scene: Scene, patient: Any) -> RecordObservations:
    return RecordObservations(
        patient_id=patient,
        taken_at=scene.clinic.work.clock.now(),
        values=(ObservationInput(name="Heart rate", code="8867-4", value="72", unit="/min"),),
    )


def _observation(scene: Scene) -> Observation:
    known = scene.member.patient_id
    return _as_asked(scene, scene.clinic.observations.record(scene.everything, _pulse(scene, known))[0])


def _draft(scene: Scene, author: Actor | None = None) -> Note:
    command = SaveDraft(patient_id=scene.member.patient_id, title="Visit", body="Feels better.")
    return _as_asked(scene, scene.clinic.notes.save_draft(author or scene.everything, command))


def _signed(scene: Scene) -> Note:
    draft = scene.clinic.notes.save_draft(
        scene.everything, SaveDraft(patient_id=scene.member.patient_id, title="Visit", body="Well.")
    )
    command = SignNote(id=draft.id, version=draft.version, title="Visit", body="Well.")
    return _as_asked(scene, scene.clinic.notes.sign(scene.everything, command))


def _edit_allergy(scene: Scene, actor: Actor, entry: Allergy) -> Allergy:
    return scene.clinic.allergies.edit(
        actor,
        EditAllergy(
            id=entry.id,
            version=entry.version,
            substance=entry.substance,
            reaction="rash",
            verification=entry.verification,
        ),
    )


def _discard(scene: Scene, actor: Actor) -> None:
    draft = _draft(scene)
    scene.clinic.notes.discard(actor, DiscardDraft(id=draft.id, version=draft.version))


def _sign(scene: Scene, actor: Actor) -> Note:
    draft = _draft(scene)
    return scene.clinic.notes.sign(actor, SignNote(id=draft.id, version=draft.version, body="Well."))


def _mark_wrong(scene: Scene, actor: Actor) -> Note:
    note = _signed(scene)
    return scene.clinic.notes.mark_wrong(
        actor, MarkNoteWrong(id=note.id, version=note.version, reason="another patient's")
    )


def _edit_condition(scene: Scene, actor: Actor) -> Condition:
    entry = _condition(scene)
    return scene.clinic.conditions.edit(
        actor, EditCondition(id=entry.id, version=entry.version, text="Asthma, mild")
    )


def _edit_medication(scene: Scene, actor: Actor) -> Medication:
    entry = _medication(scene)
    return scene.clinic.medications.edit(
        actor, EditMedication(id=entry.id, version=entry.version, text="Salbutamol 100 mcg")
    )


def _edit_observation(scene: Scene, actor: Actor) -> Observation:
    entry = _observation(scene)
    return scene.clinic.observations.edit(
        actor,
        EditObservation(
            id=entry.id, version=entry.version, name=entry.name, value="73", taken_at=entry.taken_at
        ),
    )


CHART_DOORS: dict[str, tuple[P, Callable[[Scene, Actor], Any]]] = {
    "charts.of_patient": (
        P.VIEW_PATIENTS,  # and then the reading rule
        lambda s, a: s.clinic.charts.of_patient(a, s.patient.id),
    ),
    "allergies.of_patient": (P.VIEW_PATIENTS, lambda s, a: s.clinic.allergies.of_patient(a, s.patient.id)),
    "allergies.record": (
        P.RECORD_ALLERGY,
        lambda s, a: s.clinic.allergies.record(a, RecordAllergy(patient_id=s.patient.id, substance="Latex")),
    ),
    "allergies.edit": (
        P.RECORD_ALLERGY,  # and then WRITE_CHART and the reading rule, for what stands confirmed
        lambda s, a: _edit_allergy(s, a, _taken_down(s)),
    ),
    "allergies.say_none_known": (
        P.RECORD_ALLERGY,
        lambda s, a: s.clinic.allergies.say_none_known(a, SayNoneKnown(patient_id=s.patient.id)),
    ),
    "conditions.record": (
        P.WRITE_CHART,
        lambda s, a: s.clinic.conditions.record(a, RecordCondition(patient_id=s.patient.id, text="Gout")),
    ),
    "conditions.edit": (P.WRITE_CHART, _edit_condition),
    "medications.record": (
        P.WRITE_CHART,
        lambda s, a: s.clinic.medications.record(
            a, RecordMedication(patient_id=s.patient.id, text="Aspirin")
        ),
    ),
    "medications.edit": (P.WRITE_CHART, _edit_medication),
    "observations.record": (
        P.WRITE_CHART,
        lambda s, a: s.clinic.observations.record(a, _pulse(s, s.patient.id)),
    ),
    "observations.edit": (P.WRITE_CHART, _edit_observation),
    "observations.history": (
        P.VIEW_PATIENTS,  # and then the reading rule
        lambda s, a: s.clinic.observations.history(a, s.patient.id, "8867-4"),
    ),
    "notes.own_drafts": (P.WRITE_CHART, lambda s, a: s.clinic.notes.own_drafts(a)),
    "notes.save_draft": (
        P.WRITE_CHART,
        lambda s, a: s.clinic.notes.save_draft(a, SaveDraft(patient_id=s.patient.id, body="Better.")),
    ),
    "notes.discard": (P.WRITE_CHART, _discard),
    "notes.sign": (P.WRITE_CHART, _sign),
    "notes.mark_wrong": (P.WRITE_CHART, _mark_wrong),
}
CHART_SERVICES = ("charts", "allergies", "conditions", "medications", "observations", "notes")
