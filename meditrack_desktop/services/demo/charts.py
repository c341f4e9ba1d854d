"""Charts of people who do not exist: conditions, medication, allergies, measurements and signed notes, the same
every time. Written as rows, for their past lies before the sample clinic's first minute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from meditrack_desktop.database.tables.chart import (
    AllergyRow,
    ConditionRow,
    MedicationRow,
    NoteRow,
    ObservationRow,
)
from meditrack_desktop.domain.allergies import AllergyCategory, AllergyStatus, Severity
from meditrack_desktop.domain.chart import Verification
from meditrack_desktop.domain.conditions import ConditionStatus
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.medications import MedicationIntent, MedicationStatus
from meditrack_desktop.domain.notes import NoteStatus
from meditrack_desktop.domain.observations import LOINC, MEASUREMENTS, ObservationStatus

ICD_10 = "http://hl7.org/fhir/sid/icd-10"
Row = AllergyRow | ConditionRow | MedicationRow | ObservationRow | NoteRow


@dataclass(frozen=True, slots=True)
class _Story:
    """What somebody came with: (text, code, since), (medicine, dosage, reason), (days ago, title, words)."""

    conditions: tuple[tuple[str, str, str], ...]
    medicines: tuple[tuple[str, str, str], ...]
    notes: tuple[tuple[int, str, str], ...]
    pressure: tuple[int, int] = (122, 78)


_MARA = _Story(
    (
        ("Iron deficiency", "E61.1", "2026-11"),
        ("Migraine without aura", "G43.0", "2014"),
        ("Asthma, mild", "J45.9", "1994"),
    ),
    (
        ("Ferrous sulfate 325 mg", "1 daily, morning", "Iron deficiency"),
        ("Sumatriptan 50 mg", "when needed, max 2 a day", "Migraine"),
        ("Salbutamol inhaler", "when needed", "Asthma"),
    ),
    (
        (
            16,
            "Fatigue",
            "Tired for about 8 weeks, sleeps well, no weight loss. Exam normal apart from pale conjunctivae.\n"
            "Ordered blood panel, follow up with results.",
        ),
        (252, "Migraine review", "Attacks down to two a month. Keep current dose."),
    ),
    (118, 76),
)
_STORIES = (
    _Story(
        (("Essential hypertension", "I10", "2017"), ("Type 2 diabetes", "E11.9", "2020-03")),
        (
            ("Ramipril 5 mg", "1 daily", "Blood pressure"),
            ("Metformin 850 mg", "1 with breakfast and dinner", "Diabetes"),
        ),
        (
            (
                30,
                "Blood pressure check",
                "Home readings mostly below 140/90. No dizziness. Keep dose, next check in 3 months.",
            ),
            (
                121,
                "Diabetes review",
                "Feet without findings, eyes checked in spring. Walks daily. HbA1c with next visit.",
            ),
        ),
        (144, 88),
    ),
    _Story(
        (("Allergic rhinitis", "J30.1", "2009"),),
        (("Cetirizine 10 mg", "1 daily, March to July", "Hay fever"),),
        (
            (
                45,
                "Cough",
                "Dry cough for ten days after a cold. Chest clear, no fever. Wait, come back if it lasts 3 weeks.",
            ),
        ),
    ),
    _Story(
        (("Hypothyroidism", "E03.9", "2015"), ("Low back pain", "M54.5", "2025-10")),
        (
            ("Levothyroxine 75 mcg", "1 daily, before breakfast", "Thyroid"),
            ("Ibuprofen 400 mg", "when needed, with food, max 3 a day", "Back pain"),
        ),
        ((20, "Back pain", "Pain after lifting, no numbness, reflexes even. Exercises shown, sheet given."),),
    ),
    _Story(
        (("Osteoarthritis of knee", "M17.9", "2012"), ("Atrial fibrillation", "I48.9", "2022-06")),
        (
            ("Apixaban 5 mg", "1 in the morning and evening", "Atrial fibrillation"),
            ("Bisoprolol 2.5 mg", "1 daily", "Heart rate"),
        ),
        (
            (
                14,
                "Knee",
                "Stairs are harder than in spring. No swelling, full extension. Physiotherapy 6 times.",
            ),
        ),
        (136, 82),
    ),
    _Story((), (), ((90, "Check-up", "Feels well, exam without findings. Vaccinations complete."),)),
)
_ALLERGIES = (
    ("Penicillin", AllergyCategory.MEDICATION, Severity.SEVERE, "swelling of the throat"),
    ("Latex", AllergyCategory.ENVIRONMENT, Severity.MILD, "itching"),
    ("Peanut", AllergyCategory.FOOD, Severity.SEVERE, "anaphylaxis"),
    ("Ibuprofen", AllergyCategory.MEDICATION, Severity.MODERATE, "hives"),
    ("Birch pollen", AllergyCategory.ENVIRONMENT, Severity.MILD, "sneezing"),
    ("Iodine contrast", AllergyCategory.MEDICATION, Severity.UNKNOWN, ""),
)
_PANEL = (
    ("Hemoglobin", "718-7", "g/dL", "12.0", "15.5"),
    ("Ferritin", "2276-4", "ng/mL", "15", "150"),
    ("White cells", "6690-2", "10*9/L", "4.0", "11.0"),
)
_KEYS = {one.key: one for one in MEASUREMENTS}


def rows(
    now: datetime, patients: Sequence[UUID], mara: UUID | None, doctor: UUID, desk: UUID
) -> Iterator[Row]:
    """What stands in the charts of these patients at `now`, written by these accounts; Mara's is always the same."""
    for number, patient in enumerate(patients):
        if patient != mara:
            chart = _Chart(now, patient, doctor, desk, Random(number * 7919 + 4))
            yield from chart.told(_STORIES[number % len(_STORIES)])
    if mara is not None:
        chart = _Chart(now, mara, doctor, desk, Random(1988))
        yield from chart.told(_MARA, allergic=False)
        yield chart.allergy(0, 400)
        yield chart.allergy(1, 400)
        yield from chart.panel(1, ("10.9", "8", "6.1"))


@dataclass
class _Chart:
    now: datetime
    patient: UUID
    doctor: UUID
    desk: UUID
    random: Random

    def told(self, story: _Story, *, allergic: bool = True) -> Iterator[Row]:
        for place, (text, code, since) in enumerate(story.conditions):
            yield ConditionRow(
                text=text,
                system=ICD_10,
                code=code,
                status=ConditionStatus.ACTIVE,
                verification=Verification.CONFIRMED,
                onset=since,
                **self._made(self.doctor, 16 + 150 * place),
            )
        for place, (text, dosage, reason) in enumerate(story.medicines):
            yield MedicationRow(
                text=text,
                dosage=dosage,
                reason=reason,
                intent=MedicationIntent.ORDER,
                status=MedicationStatus.ACTIVE,
                started=(self.now - timedelta(days=self.random.randint(20, 900))).date().isoformat()[:7],
                **self._made(self.doctor, 16 + 150 * place),
            )
        for days, title, words in story.notes:
            yield self._note(days, title, words)
            yield from self._vitals(days, story.pressure)
        if allergic and self.random.random() < 0.35:
            yield self.allergy(self.random.randrange(len(_ALLERGIES)), 500)
        if story.conditions and self.random.random() < 0.5:
            yield from self.panel(self.random.randint(5, 60), self._blood())

    def allergy(self, which: int, days: int) -> AllergyRow:
        substance, category, severity, reaction = _ALLERGIES[which]
        sure = severity is Severity.SEVERE
        return AllergyRow(
            substance=substance,
            category=category,
            severity=severity,
            reaction=reaction,
            status=AllergyStatus.ACTIVE,
            verification=Verification.CONFIRMED if sure else Verification.UNCONFIRMED,
            **self._made(self.doctor if sure else self.desk, days),
        )

    def panel(self, days: int, values: Sequence[str]) -> Iterator[ObservationRow]:
        panel_id = new_id()
        for (name, code, unit, low, high), value in zip(_PANEL, values, strict=True):
            yield self._value(
                days, name, code, unit, value, low=low, high=high, panel_id=panel_id, panel="Blood panel",
                source="Example Lab",
            )  # fmt: skip

    def _note(self, days: int, title: str, words: str) -> NoteRow:
        made = self._made(self.doctor, days)
        del made["note"]
        return NoteRow(
            title=title, body=words, status=NoteStatus.SIGNED, changed_at=made["created_at"],
            signed_at=made["created_at"], **made,
        )  # fmt: skip

    def _vitals(self, days: int, pressure: tuple[int, int]) -> Iterator[ObservationRow]:
        high, low = (each + self.random.randint(-4, 4) if days > 20 else each for each in pressure)
        weight = 63.4 if pressure == _MARA.pressure else 58 + self.random.randrange(400) / 10
        taken = {
            "systolic": str(high),
            "diastolic": str(low),
            "pulse": str(72 + (self.random.randint(-8, 10) if days > 20 else 0)),
            "weight": f"{weight:.1f}",
            "temperature": "36.7",
            "oxygen": "98",
        }
        panel_id = new_id()
        for key, value in taken.items():
            one = _KEYS[key]
            together = key in ("systolic", "diastolic")
            yield self._value(
                days, one.name, one.code, one.unit, value,
                low=None if one.low is None else str(one.low), high=None if one.high is None else str(one.high),
                panel_id=panel_id if together else None, panel="Blood pressure" if together else "",
            )  # fmt: skip

    def _blood(self) -> tuple[str, str, str]:
        return (
            f"{12 + self.random.randrange(35) / 10:.1f}",
            str(20 + self.random.randrange(110)),
            f"{4.2 + self.random.randrange(80) / 10:.1f}",
        )

    def _value(
        self,
        days: int,
        name: str,
        code: str,
        unit: str,
        value: str,
        *,
        low: str | None,
        high: str | None,
        panel_id: UUID | None,
        panel: str,
        source: str = "",
    ) -> ObservationRow:
        made = self._made(self.doctor, days)
        return ObservationRow(
            name=name, system=LOINC, code=code, unit=unit, value=value, low=low, high=high, panel_id=panel_id,
            panel=panel, source=source, status=ObservationStatus.FINAL, taken_at=made["created_at"], **made,
        )  # fmt: skip

    def _made(self, by: UUID, days: int) -> dict[str, object]:
        at = (self.now - timedelta(days=days)).replace(hour=9, minute=0, second=0, microsecond=0)
        return {"id": new_id(), "patient_id": self.patient, "created_at": at, "created_by": by, "note": ""}
