"""The words of a chart: how bad an allergy is, how a condition stands, a value with its unit and range."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QLocale

from meditrack_desktop.domain.allergies import Allergy, AllergyCategory, AllergyStatus, Severity
from meditrack_desktop.domain.chart import PartialDate, Verification
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.conditions import Condition, ConditionStatus
from meditrack_desktop.domain.medications import Medication, MedicationIntent, MedicationStatus
from meditrack_desktop.domain.observations import Interpretation, Observation
from meditrack_desktop.ui.patients.words import born_words, date_text

_UNITS = {
    "mm[Hg]": "mmHg",
    "Cel": "°C",
    "[degF]": "°F",
    "/min": "per min",
    "10*9/L": "×10⁹/L",
    "10*12/L": "×10¹²/L",
    "10*3/uL": "×10³/µL",
    "ug/L": "µg/L",
    "umol/L": "µmol/L",
    "{score}": "",
    "1": "",
}
"""UCUM codes as people write them; others read well as they are."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Chart", text)


def severity_word(severity: Severity) -> str:
    """`severe`."""
    return {
        Severity.MILD: _tr("mild"),
        Severity.MODERATE: _tr("moderate"),
        Severity.SEVERE: _tr("severe"),
        Severity.UNKNOWN: _tr("severity not known"),
    }[severity]


def severities() -> Sequence[tuple[Severity, str]]:
    """As a form offers them."""
    return (
        (Severity.UNKNOWN, _tr("Not known")),
        (Severity.MILD, _tr("Mild")),
        (Severity.MODERATE, _tr("Moderate")),
        (Severity.SEVERE, _tr("Severe")),
    )


def categories() -> Sequence[tuple[AllergyCategory, str]]:
    """What one can be allergic to, as a form offers it."""
    return (
        (AllergyCategory.MEDICATION, _tr("Medication")),
        (AllergyCategory.FOOD, _tr("Food")),
        (AllergyCategory.ENVIRONMENT, _tr("Environment")),
        (AllergyCategory.BIOLOGIC, _tr("Biologic")),
        (AllergyCategory.OTHER, _tr("Other")),
    )


def allergy_states() -> Sequence[tuple[AllergyStatus, str]]:
    """As a form offers them."""
    return (
        (AllergyStatus.ACTIVE, _tr("Active")),
        (AllergyStatus.INACTIVE, _tr("Inactive")),
        (AllergyStatus.RESOLVED, _tr("Resolved")),
    )


def verifications() -> Sequence[tuple[Verification, str]]:
    """How sure it is, as a form offers it; what was entered in error has an act of its own."""
    return (
        (Verification.UNCONFIRMED, _tr("Unconfirmed")),
        (Verification.CONFIRMED, _tr("Confirmed")),
        (Verification.REFUTED, _tr("Refuted")),
    )


def allergy_text(allergy: Allergy) -> str:
    """`Penicillin, severe`."""
    return f"{allergy.substance}, {severity_word(allergy.severity)}"


def allergy_about(allergy: Allergy) -> str:
    """The second line: reaction, since when, and what keeps it from warning."""
    parts = [allergy.reaction, since(allergy.onset)]
    if allergy.verification is Verification.ENTERED_IN_ERROR:
        parts.append(_tr("entered in error"))
    elif allergy.verification is Verification.REFUTED:
        parts.append(_tr("refuted"))
    elif allergy.verification is Verification.UNCONFIRMED:
        parts.append(_tr("unconfirmed"))
    if allergy.status is not AllergyStatus.ACTIVE:
        parts.append(dict(allergy_states())[allergy.status].casefold())
    return ", ".join(part for part in parts if part)


def condition_states() -> Sequence[tuple[ConditionStatus, str]]:
    """As a form offers them."""
    return (
        (ConditionStatus.ACTIVE, _tr("Active")),
        (ConditionStatus.RECURRENCE, _tr("Recurrence")),
        (ConditionStatus.RELAPSE, _tr("Relapse")),
        (ConditionStatus.REMISSION, _tr("Remission")),
        (ConditionStatus.INACTIVE, _tr("Inactive")),
        (ConditionStatus.RESOLVED, _tr("Resolved")),
    )


def condition_about(condition: Condition) -> str:
    """`since Nov 2026`; what is over or doubtful says so."""
    parts = [since(condition.onset)]
    if condition.verification is Verification.ENTERED_IN_ERROR:
        parts.append(_tr("entered in error"))
    elif condition.verification is not Verification.CONFIRMED:
        parts.append(dict(verifications())[condition.verification].casefold())
    if condition.status is not ConditionStatus.ACTIVE:
        parts.append(dict(condition_states())[condition.status].casefold())
    if condition.abated is not None:
        parts.append(_tr("until {date}").format(date=born_words(condition.abated)))
    return ", ".join(part for part in parts if part)


def medication_states() -> Sequence[tuple[MedicationStatus, str]]:
    """As a form offers them."""
    return (
        (MedicationStatus.ACTIVE, _tr("Takes it now")),
        (MedicationStatus.ON_HOLD, _tr("On hold")),
        (MedicationStatus.STOPPED, _tr("Stopped")),
        (MedicationStatus.COMPLETED, _tr("Completed")),
    )


def intents() -> Sequence[tuple[MedicationIntent, str]]:
    """As a form offers them."""
    return (
        (MedicationIntent.STATEMENT, _tr("Patient says so")),
        (MedicationIntent.ORDER, _tr("Prescribed here")),
    )


def medication_about(medication: Medication) -> str:
    """`1 daily, morning`; what is no longer taken says so."""
    parts = [medication.dosage]
    if medication.status is MedicationStatus.ENTERED_IN_ERROR:
        parts.append(_tr("entered in error"))
    elif medication.status is not MedicationStatus.ACTIVE:
        parts.append(dict(medication_states())[medication.status].casefold())
    if medication.ended is not None:
        parts.append(_tr("until {date}").format(date=born_words(medication.ended)))
    elif not medication.dosage:
        parts.append(since(medication.started))
    return ", ".join(part for part in parts if part)


def since(began: PartialDate | None) -> str:
    """`since Nov 2026`; nothing if nobody knows."""
    return _tr("since {date}").format(date=born_words(began)) if began is not None else ""


def unit_text(unit: str) -> str:
    """A unit as people write it: `°C` for `Cel`."""
    return _UNITS.get(unit, unit)


def number_text(value: Decimal) -> str:
    """`10.9` with the digits it was entered with, and the locale's decimal sign."""
    text = format(value, "f")
    return text.replace(".", QLocale().decimalPoint())


def read_number(text: str) -> Decimal | None:
    """The number that was typed, with the locale's decimal sign or a point; None for anything else."""
    typed = text.strip().replace("\N{MINUS SIGN}", "-")
    for sign in {QLocale().decimalPoint(), ","}:
        if typed.count(sign) == 1 and "." not in typed:
            typed = typed.replace(sign, ".")
    if not typed or not typed.isascii() or any(letter not in "0123456789.-" for letter in typed):
        return None
    try:
        return Decimal(typed)
    except ArithmeticError:
        return None


def value_text(observation: Observation, *, unit: bool = True) -> str:
    """`63.4 kg`, or the result in words."""
    if observation.value is None:
        return observation.text_value
    shown = number_text(observation.value)
    said = unit_text(observation.unit) if unit else ""
    return f"{shown} {said}".strip()


def range_text(observation: Observation) -> str:
    """`12.0 to 15.5 g/dL`, `below 5 mg/L`; nothing if there is no range."""
    unit = unit_text(observation.unit)
    low, high = observation.low, observation.high
    if low is not None and high is not None:
        return f"{_tr('{low} to {high}').format(low=number_text(low), high=number_text(high))} {unit}".strip()
    if low is not None:
        return f"{_tr('from {low}').format(low=number_text(low))} {unit}".strip()
    if high is not None:
        return f"{_tr('up to {high}').format(high=number_text(high))} {unit}".strip()
    return unit


def interpretation_word(found: Interpretation) -> str:
    """`Low`; nothing where there is nothing to compare with."""
    return {
        Interpretation.LOW: _tr("Low"),
        Interpretation.HIGH: _tr("High"),
        Interpretation.IN_RANGE: _tr("In range"),
        Interpretation.UNKNOWN: "",
    }[found]


def arrow_icon(found: Interpretation) -> str:
    """The arrow beside a value outside its range."""
    return {Interpretation.LOW: "arrow-down", Interpretation.HIGH: "arrow-up"}.get(found, "")


def measurement_name(observation: Observation) -> str:
    """A short name for the everyday ones; others as they were entered."""
    return {
        "8480-6": _tr("Systolic"),
        "8462-4": _tr("Diastolic"),
        "8867-4": _tr("Pulse"),
        "29463-7": _tr("Weight"),
        "8302-2": _tr("Height"),
        "8310-5": _tr("Temperature"),
        "59408-5": _tr("Oxygen"),
        "9279-1": _tr("Breathing"),
    }.get(observation.coding.code, observation.name)


def moment_text(instant: datetime, zone: ZoneInfo) -> str:
    """`2 Nov 2026, 09:00` on the clinic's clock."""
    wall = to_wall(instant, zone)
    return f"{date_text(wall.date())}, {wall:%H:%M}"


def day_text(instant: datetime, zone: ZoneInfo) -> str:
    """`2 Nov 2026`, the clinic's calendar day of an instant."""
    return date_text(to_wall(instant, zone).date())
