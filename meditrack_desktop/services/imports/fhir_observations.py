"""FHIR R4 Observation: one value, or several that belong together (a blood pressure), as values of one panel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

from meditrack_desktop.domain.observations import UCUM, ObservationInput, ObservationStatus
from meditrack_desktop.services.fhir import systems
from meditrack_desktop.services.fhir.values import is_uuid
from meditrack_desktop.services.imports.fhir_entry import (
    LONGEST_FOREIGN_ID,
    ROUNDED,
    Translation,
    check_meaning,
    coded,
    foreign_id,
    instant,
    part_id,
    remarks_of,
)
from meditrack_desktop.services.imports.fhir_values import Json, child, concept, extension, objects, text
from meditrack_desktop.services.imports.items import Unusable

_DECIMALS = Decimal("0.00000001")
_S = ObservationStatus
_STATUSES = {
    "registered": _S.PRELIMINARY,
    "preliminary": _S.PRELIMINARY,
    "unknown": _S.PRELIMINARY,
    "final": _S.FINAL,
    "amended": _S.AMENDED,
    "corrected": _S.AMENDED,
    "entered-in-error": _S.ENTERED_IN_ERROR,
}


@dataclass(frozen=True, slots=True)
class FoundObservation:
    """Values taken at one time (UTC). Those of a `panel` belong together; a single one has no panel."""

    values: tuple[tuple[str, ObservationInput], ...]
    """(foreign id, value)."""
    status: ObservationStatus
    taken_at: datetime
    panel: str = ""
    together: bool = False
    source: str = ""


def observation(resource: Json, to: Translation) -> FoundObservation:
    """Raises Unusable, or pydantic's ValidationError."""
    check_meaning(resource)
    status = _status(resource)
    name = foreign_id(resource)
    taken_at = _taken_at(resource, to)
    source = to.line(text((objects(resource, "performer") or [{}])[0], "display"))
    parts = objects(resource, "component")
    if not parts:
        value = _value(resource, to, note=remarks_of(resource))
        return FoundObservation(((name, value),), status, taken_at, source=source)
    values: list[tuple[str, ObservationInput]] = []
    remark = remarks_of(resource)
    if _says_anything(resource):
        values.append((name, _value(resource, to, note=remark)))
    for number, part in enumerate(parts, start=1):
        if _says_anything(part):
            note = extension(part, systems.NOTE, "valueString") or (remark if not values else "")
            values.append((_part_name(part, name, number), _value(part, to, note=note)))
    if not values:
        raise Unusable("It holds no value.")
    panel = _panel(resource, to)
    return FoundObservation(tuple(values), status, taken_at, panel, together=True, source=source)


def _part_name(part: Json, whole: str, number: int) -> str:
    """A component of our own export says what it was called; others go by their place."""
    if said := extension(part, systems.ENTRY, "valueString"):
        return said[:LONGEST_FOREIGN_ID]
    own = text(part, "id")
    return f"Observation/{own}" if is_uuid(own) else part_id(whole, number)


def _panel(resource: Json, to: Translation) -> str:
    """What the values are called together; our own export of unnamed ones says so."""
    if extension(resource, systems.NO_PANEL, "valueCode"):
        return ""
    return coded(child(resource, "code"), to, "what was measured")[0]


def _status(resource: Json) -> ObservationStatus:
    said = text(resource, "status")
    if said == "cancelled":
        raise Unusable("It was cancelled there: nothing was measured.")
    if said not in _STATUSES:
        raise Unusable("The status is not one of FHIR's codes.")
    return _STATUSES[said]


def _taken_at(resource: Json, to: Translation) -> datetime:
    said = (
        text(resource, "effectiveDateTime")
        or text(resource, "effectiveInstant")
        or text(child(resource, "effectivePeriod"), "start")
        or text(resource, "issued")
    )
    if not said:
        raise Unusable("It does not say when it was measured.")
    return instant(said, to, "The time of measuring")


def _says_anything(of: Json) -> bool:
    return any(key.startswith("value") for key in of)


def _value(of: Json, to: Translation, note: str) -> ObservationInput:
    name, system, code = coded(child(of, "code"), to, "what was measured")
    amount, words, unit = _quantity(of, to)
    if amount is None and not words:
        words = _words(of)
    if amount is None and not words:
        raise Unusable("It holds no value.")
    low, high = _range(of, to)
    return ObservationInput(
        name=name,
        system=system,
        code=code,
        value=amount,
        text_value=to.line(words or extension(of, systems.TEXT_VALUE, "valueString")),
        unit=unit,
        low=low,
        high=high,
        note=to.note(note),
    )


def _quantity(of: Json, to: Translation) -> tuple[Decimal | None, str, str]:
    """(number, words, unit): what is only "less than 5" becomes words, for it is no number."""
    if "valueInteger" in of:
        return _decimal(of.get("valueInteger"), to), "", ""
    quantity = child(of, "valueQuantity")
    if "value" not in quantity:
        return None, "", ""
    amount = _decimal(quantity["value"], to)
    coded_unit = text(quantity, "code") if text(quantity, "system") == UCUM else ""
    unit = coded_unit or text(quantity, "unit") or text(quantity, "code")
    if comparator := text(quantity, "comparator"):
        return None, f"{comparator} {amount:f} {unit}".rstrip(), ""
    return amount, "", unit


def _words(of: Json) -> str:
    """A result that is no number, in words."""
    for key in ("valueString", "valueDateTime", "valueTime"):
        if said := text(of, key):
            return said
    if coding := child(of, "valueCodeableConcept"):
        return concept(coding) or next((text(one, "code") for one in objects(coding, "coding")), "")
    if isinstance(answer := of.get("valueBoolean"), bool):
        return "yes" if answer else "no"
    if span := child(of, "valueRange"):
        return " – ".join(_plain(child(span, end)) for end in ("low", "high") if child(span, end))
    if ratio := child(of, "valueRatio"):
        return " : ".join(_plain(child(ratio, part)) for part in ("numerator", "denominator"))
    if period := child(of, "valuePeriod"):
        return f"{text(period, 'start')} – {text(period, 'end')}"
    if "valueSampledData" in of:
        raise Unusable("It is a curve, which this version does not keep.")
    return ""


def _plain(quantity: Json) -> str:
    value = quantity.get("value")
    shown = f"{value:f}" if isinstance(value, Decimal) else str(value if isinstance(value, int) else "")
    return f"{shown} {text(quantity, 'unit') or text(quantity, 'code')}".strip()


def _range(of: Json, to: Translation) -> tuple[Decimal | None, Decimal | None]:
    for one in objects(of, "referenceRange"):
        ends = [child(one, end).get("value") for end in ("low", "high")]
        if any(end is not None for end in ends):
            low, high = (None if end is None else _decimal(end, to) for end in ends)
            return low, high
    return None, None


def _decimal(value: Any, to: Translation) -> Decimal:
    """The number exactly as written, to the eighth decimal."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Unusable("The value is not a number.")
    number = Decimal(value)
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -8:
        try:
            number = number.quantize(_DECIMALS, ROUND_HALF_EVEN)
        except InvalidOperation:
            raise Unusable("The value has more digits than are kept.") from None
        to.remarks[ROUNDED] += 1
    return number
