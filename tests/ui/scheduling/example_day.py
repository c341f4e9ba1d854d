"""A full day of six doctors as plain records, like the one on the design's picture of the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.practitioners import Practitioner, WorkingHours
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, Confirmation

SPACE = UUID("8d7b5e0e-5b3c-4d6e-9c59-0d4b8f1a2c3d")
DAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 10, 42, tzinfo=UTC)
_S = AppointmentStatus
_LOOKS = {
    "b": (_S.BOOKED, Confirmation.UNCONFIRMED),
    "c": (_S.BOOKED, Confirmation.CONFIRMED),
    "w": (_S.ARRIVED, Confirmation.CONFIRMED),
    "r": (_S.CHECKED_IN, Confirmation.CONFIRMED),
    "f": (_S.FULFILLED, Confirmation.CONFIRMED),
    "n": (_S.NOSHOW, Confirmation.UNCONFIRMED),
    "x": (_S.CANCELLED, Confirmation.UNCONFIRMED),
}
# doctor, specialty, room, hours, visits: "start minutes look name, type", "*" for a new patient
DOCTORS: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "Ines Modelo", "General practice", "Room 1", "08:00-12:00 12:45-16:00",
        """08:00 15 f Ida Eksempel, Blood pressure
        08:15 30 f Marcus Loremby, Follow-up
        08:45 15 n Bea Dummond, Prescription
        09:00 30 f Jonas Testholm, Annual check-up
        09:30 30 f* Sofie Voorbeeld, New patient
        10:00 30 f Edith Standin, Follow-up
        10:30 30 r Mara Fictanova, Lab results
        11:00 30 w9 Piotr Przykład, Annual check-up
        11:30 30 b Grace Proxley, Follow-up
        12:45 15 c Silas Nullman, Prescription
        13:00 45 c Nadia Primer, Minor procedure
        14:00 30 b Felix Attrappe, Follow-up
        14:45 15 c Yuki Testa, Vaccination
        15:15 30 c Ola Prøve, Annual check-up""",
    ),
    (
        "Tom Fixture", "General practice", "Room 2", "08:30-12:30 13:15-17:00",
        """08:30 30 f Vera Obrazec, Follow-up
        09:00 45 f* Chidi Apeere, New patient
        09:45 30 f Aino Esimerkki, Lab results
        10:15 45 r Karim Mithal, Back pain
        11:00 15 w4 Hana Mihon, Sick note
        11:15 30 c Ravi Udaharan, Follow-up
        11:45 45 c Lucía Ejemplo, Annual check-up
        13:15 30 c Owen Placeby, Diabetes review
        13:45 15 x Zeynep Örnek, Prescription
        14:00 30 b Jean Exemple, Follow-up
        15:00 60 c Nikos Paradigma, Minor procedure
        16:15 30 b Elif Taslak, Follow-up""",
    ),
    (
        "Mei Shili", "Pediatrics", "Room 3", "09:00-13:00 13:45-17:30",
        """09:00 30 f Lio Sampleton, Vaccination, 6 mo
        09:30 30 f Nia Sampleton, School check
        10:00 30 f Emil Musterfeld, Ear pain
        10:30 30 w6 Zoe Mockridge, Cough
        11:30 30 c Max Testholm, Asthma review
        12:00 30 c Ana Ejemplo, Vaccination, 12 mo
        13:45 30 b* Tuva Eksempel, New patient
        14:30 30 c Finn Placeby, Follow-up
        15:00 30 c Ella Placeby, Follow-up
        16:00 45 c Leo Attrappe, Development, 2 y""",
    ),
    (
        "Lukas Beispiel", "Orthodontics", "Room 4", "08:00-14:00",
        """08:00 30 f Theo Mockridge, Adjustment
        08:30 45 f Imani Sampleton, Bonding, upper
        09:30 45 f Anna Przykład, Adjustment
        09:45 30 f Bo Dummond, Loose wire
        10:15 30 r Ivo Primer, Retainer check
        11:00 30 w3 Mina Tesuto, Adjustment
        11:30 45 c Pia Przykład, Debonding
        12:30 30 c Otto Standin, Adjustment
        13:15 30 b* Amara Apeere, First consultation""",
    ),
    (
        "Aisha Stubbs", "Dermatology", "Room 5", "10:00-13:30 14:00-18:00",
        """10:00 30 f Wanda Proxley, Skin check
        10:45 30 c Luis Nullman, Mole review
        11:15 45 c Esra Örnek, Minor procedure
        12:15 30 c Hugo Exemple, Acne follow-up
        14:00 30 c Kofi Apeere, Eczema review
        15:00 30 b* Signe Eksempel, New patient
        16:00 30 c Tess Loremby, Skin check
        17:00 30 c Ines Mithal, Follow-up""",
    ),
    (
        "Omar Namuna", "Cardiology", "Room 6", "13:00-18:00",
        """13:00 45 c Bruno Fictanova, Echo + review
        14:00 30 c Rhea Paradigma, Follow-up
        14:45 45 c* Stig Prøve, New patient
        15:45 30 b Maud Obrazec, ECG
        16:30 30 c Dag Esimerkki, Follow-up""",
    ),
)  # fmt: skip


def doctors() -> tuple[Practitioner, ...]:
    """Six doctors who work these hours from Monday to Friday, and the first on Saturday morning."""
    found = []
    for name, specialty, room, hours, _ in DOCTORS:
        given, family = name.split()
        spans = [tuple(time.fromisoformat(part) for part in span.split("-")) for span in hours.split()]
        week = [WorkingHours(day, *span) for day in range(5) for span in spans]
        if name == "Ines Modelo":
            week.append(WorkingHours(5, time(9), time(12)))
        found.append(
            Practitioner(uuid5(SPACE, name), 1, family, given, "Dr.", specialty, room, True, tuple(week))
        )
    return tuple(found)


def visits(day: date = DAY) -> tuple[Appointment, ...]:
    """Their visits of one day; the clinic's zone is UTC here."""
    return tuple(
        visit
        for doctor, (*_, lines) in zip(doctors(), DOCTORS, strict=True)
        for visit in (_visit(doctor, day, line) for line in lines.splitlines())
    )


def week_visits() -> tuple[Appointment, ...]:
    """Five days of the first doctor, each a little different."""
    found: list[Appointment] = []
    looks = {0: _S.FULFILLED, 1: _S.FULFILLED, 3: _S.BOOKED, 4: _S.BOOKED}
    for number in range(5):
        day = DAY - timedelta(days=DAY.weekday() - number)
        of_day = [v for v in visits(day) if v.practitioner_id == doctors()[0].id]
        if day != DAY:
            of_day = [
                replace(v, status=looks[number], arrived_at=None)
                for place, v in enumerate(of_day)
                if (place + number) % 4
            ]
        found += of_day
    return tuple(found)


def _visit(doctor: Practitioner, day: date, line: str) -> Appointment:
    start, minutes, look, rest = line.split(maxsplit=3)
    name, _, kind = rest.partition(", ")
    status, confirmation = _LOOKS[look[0]]
    begins = datetime.combine(day, time.fromisoformat(start))
    waits = int(look[1:]) if look[0] == "w" else 0
    number = int(uuid5(SPACE, name)) % 8000
    return Appointment(
        id=uuid5(SPACE, f"{day} {doctor.name} {start} {name}"),
        version=1,
        patient_id=uuid5(SPACE, name),
        patient_name=name,
        patient_birth_date=BirthDate(1940 + number % 70, 1 + number % 12, 1 + number % 28),
        patient_mrn=f"{number // 1000:03d}-{number:04d}",
        patient_phone=f"+1 555 {number % 1000:04d}",
        practitioner_id=doctor.id,
        practitioner_name=doctor.name,
        starts_at=begins.replace(tzinfo=UTC),
        ends_at=begins.replace(tzinfo=UTC) + timedelta(minutes=int(minutes)),
        wall_start=begins,
        zone="UTC",
        minutes=int(minutes),
        status=status,
        confirmation=confirmation,
        visit_type=kind,
        reason="",
        overbooked=False,
        created_at=NOW - timedelta(days=9),
        created_by=SPACE,
        arrived_at=NOW - timedelta(minutes=waits) if waits else None,
        new_patient="*" in look,
    )
