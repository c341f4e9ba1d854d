"""Measurements as FHIR R4 Observation: one alone, or those of a panel together as its components."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from meditrack_desktop.domain.observations import MEASUREMENTS, UCUM, Observation
from meditrack_desktop.services.fhir import systems
from meditrack_desktop.services.fhir.values import (
    Called,
    Json,
    annotation,
    concept,
    extension,
    filled,
    instant,
    is_uuid,
    meta,
    reference,
    resource,
    stable_id,
)

_UCUM_UNITS = frozenset(measurement.unit for measurement in MEASUREMENTS)


@dataclass(frozen=True, slots=True)
class Named:
    """A measurement and what it was called where it came from, if it came from anywhere."""

    observation: Observation
    foreign_id: str | None


def together(named: Iterable[Named]) -> list[list[Named]]:
    """What one resource tells: a value alone, or those of one panel that were taken and judged alike."""
    groups: dict[object, list[Named]] = {}
    for one in named:
        seen = one.observation
        alone = seen.panel_id is None and not seen.panel
        panel = (seen.panel_id or seen.id, seen.panel, seen.status, seen.taken_at, seen.source)
        groups.setdefault(seen.id if alone else panel, []).append(one)
    return [sorted(group, key=_order) for group in groups.values()]


def is_panel(group: Sequence[Named]) -> bool:
    return group[0].observation.panel_id is not None or bool(group[0].observation.panel)


def to_fhir(observation: Observation, called: Called) -> Json:
    """A value of its own."""
    return resource(
        "Observation",
        called.id,
        **_shared(observation, called),
        identifier=list(called.identifiers),
        note=annotation(observation.note),
        **_value(observation),
        extension=_words_beside(observation),
        code=concept(observation.name, observation.coding),
    )


def panel(group: Sequence[Named], patient: str) -> Json:
    """The values of a panel as components; `patient` is the patient's id in the file."""
    first = group[0].observation
    components = [_component(one) for one in group]
    named = first.panel or "Measurements"
    id_ = stable_id(patient, *(_name_of(one) for one in group))
    return resource(
        "Observation",
        id_,
        **_shared(first, Called(id_, patient)),
        extension=[] if first.panel else extension(systems.NO_PANEL, "Code", "unnamed"),
        code={"text": named},
        component=components,
    )


def _shared(observation: Observation, called: Called) -> Json:
    return {
        "meta": meta(observation.recorded),
        "status": observation.status.value,
        "subject": reference("Patient", called.patient),
        "effectiveDateTime": instant(observation.taken_at),
        "performer": [{"display": observation.source}] if observation.source else [],
    }


def _component(one: Named) -> Json:
    observation = one.observation
    own = one.foreign_id is None or is_uuid(one.foreign_id.partition("/")[2])
    return filled(
        id=_name_of(one) if own else "",
        extension=[
            *extension(systems.ENTRY, "String", "" if own else one.foreign_id),
            *extension(systems.NOTE, "String", observation.note),
            *_words_beside(observation),
        ],
        code=concept(observation.name, observation.coding),
        **_value(observation),
    )


def _name_of(one: Named) -> str:
    if one.foreign_id is None:
        return str(one.observation.id)
    own = one.foreign_id.partition("/")[2]
    return own if is_uuid(own) else one.foreign_id


def _words_beside(observation: Observation) -> list[Json]:
    beside = observation.text_value if observation.value is not None else ""
    return extension(systems.TEXT_VALUE, "String", beside)


def _value(observation: Observation) -> Json:
    told: Json = {}
    if observation.value is not None:
        unit = observation.unit
        coded = {"system": UCUM, "code": unit} if unit in _UCUM_UNITS else {}
        told["valueQuantity"] = {"value": observation.value, **filled(unit=unit), **coded}
    else:
        told["valueString"] = observation.text_value
    ends = {
        name: {"value": end, **filled(unit=observation.unit)}
        for name, end in (("low", observation.low), ("high", observation.high))
        if end is not None
    }
    return {**told, **({"referenceRange": [ends]} if ends else {})}


def _order(one: Named) -> tuple[str, ...]:
    """An order that depends on what is measured, not on who keeps it."""
    seen = one.observation
    return (seen.name, seen.coding.system, seen.coding.code, str(seen.value), seen.text_value, _name_of(one))
