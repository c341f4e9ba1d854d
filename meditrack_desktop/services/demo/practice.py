"""How the sample clinic works: kinds of visits, rooms, alternating weeks, days off, groups and profiles of doctors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.booking_rules import BookingRuleInput, RuleKind, SetBookingRules
from meditrack_desktop.domain.practitioner_profiles import (
    CheckCredential,
    CredentialState,
    EditProfile,
    SaveCredential,
    SaveDoctorGroup,
    SaveSpecialty,
)
from meditrack_desktop.domain.practitioners import Practitioner, SetWorkingHours, WorkingHoursInput
from meditrack_desktop.domain.visit_types import AssetKind, SaveAsset, SaveVisitType
from meditrack_desktop.domain.working_time import AbsenceKind, AddAbsence, SetClosure
from meditrack_desktop.services.clinic import Clinic

ROOMS, ULTRASOUND = "Treatment rooms", "Ultrasound"
ALTERNATING, AWAY = 3, 5
"""Places among the sample doctors: whose weeks alternate, and who is at a course next week."""

_ASSETS = (
    ("Treatment room 1", AssetKind.ROOM, ROOMS),
    ("Treatment room 2", AssetKind.ROOM, ROOMS),
    ("Ultrasound A", AssetKind.EQUIPMENT, ULTRASOUND),
)
_HOLIDAYS = ((12, 25, "Christmas Day"), (1, 1, "New Year's Day"), (5, 1, "Early May holiday"))


@dataclass(frozen=True, slots=True)
class _Kind:
    """`price` in minor units."""

    name: str
    minutes: int
    price: int
    before: int = 0
    after: int = 0
    needs: tuple[str, ...] = ()
    new_patients: bool = False
    preparation: str = ""
    doctors: tuple[int, ...] = ()


_KINDS = (
    _Kind("Consultation", 45, 9_500),
    _Kind("New patient", 45, 11_000, after=5, new_patients=True, preparation="Please bring your medicines."),
    _Kind("Follow-up", 30, 6_000),
    _Kind("Annual check-up", 30, 8_500, preparation="Come fasting if blood is to be taken."),
    _Kind("Lab results", 30, 5_000),
    _Kind("Blood pressure", 15, 2_500),
    _Kind("Vaccination", 15, 3_000, preparation="Please bring your vaccination card."),
    _Kind("Prescription", 15, 2_000),
    _Kind("Back pain", 30, 6_500),
    _Kind("Skin check", 30, 7_000),
    _Kind(
        "Minor procedure",
        45,
        14_000,
        before=5,
        after=15,
        needs=(ROOMS,),
        preparation="Nothing to eat for four hours before.",
    ),
    _Kind("Ultrasound", 30, 12_000, after=10, needs=(ULTRASOUND,), doctors=(0, 5)),
)
_TREE = (
    ("Primary care", None),
    ("General practice", "Primary care"),
    ("Pediatrics", "Primary care"),
    ("Internal medicine", None),
    ("Cardiology", "Internal medicine"),
    ("Dermatology", None),
    ("Dentistry", None),
    ("Orthodontics", "Dentistry"),
)
_GROUPS = (("General practice", (0, 1)), ("Children and teeth", (2, 3)), ("Specialists", (4, 5)))


@dataclass(frozen=True, slots=True)
class _Profile:
    """`ends`: in how many days the licence does; `state`: what its check found."""

    biography: str
    education: tuple[str, ...]
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    ends: int
    state: CredentialState = CredentialState.VERIFIED


_PROFILES = (
    _Profile(
        "Family doctor since 2006. Looks after whole families, often three generations of them.",
        ("Sample University, 1999", "Example Hospital, general practice, 2006"),
        ("Ultrasound of the abdomen", "Travel medicine"),
        ("en", "es", "pt"),
        640,
    ),
    _Profile(
        "Came from rural practice; house calls on Thursdays.",
        ("Placeholder College, 2008",),
        ("Minor surgery",),
        ("en", "de"),
        21,
    ),
    _Profile(
        "Pediatrician with an ear for worried parents.",
        ("Mockton Medical School, 2010", "Children's Hospital Testville, 2015"),
        ("Allergy tests", "Newborn examinations"),
        ("en", "zh"),
        400,
    ),
    _Profile("", ("Sampleford Dental School, 2012",), ("Braces", "Aligners"), ("de", "en"), 900),
    _Profile(
        "Skin, hair and nails.",
        ("Example University, 2009",),
        ("Dermatoscopy",),
        ("en", "fr"),
        300,
        CredentialState.SUBMITTED,
    ),
    _Profile(
        "Cardiologist; reads an ECG like others a newspaper.",
        ("Sample University, 2001", "Heart Centre Mockton, 2009"),
        ("Echocardiography", "Ultrasound of the heart"),
        ("ar", "en"),
        -6,
    ),
)


def set_up(clinic: Clinic, admin: Actor, staff: Sequence[Practitioner], today: date) -> list[Practitioner]:
    """All that is there before anybody is booked. The doctors as they are then, in the same order."""
    specialties = _specialties(clinic, admin)
    for number, doctor in enumerate(staff):
        _profile(clinic, admin, doctor, _PROFILES[number], specialties, today)
    _alternate(clinic, admin, staff[ALTERNATING].id, today)
    for name, kind, group in _ASSETS:
        clinic.assets.save(admin, SaveAsset(name=name, kind=kind, group=group))
    for position, (title, places) in enumerate(_GROUPS, start=1):
        members = tuple(staff[number].id for number in places)
        command = SaveDoctorGroup(name=title, position=position, practitioner_ids=members)
        clinic.doctor_groups.save(admin, command)
    clinic.working_times.set_closure(admin, _next_holiday(today))
    return [clinic.practitioners.get(admin, doctor.id) for doctor in staff]


def kinds_of_visits(clinic: Clinic, admin: Actor, staff: Sequence[Practitioner]) -> dict[str, UUID]:
    """What visits are booked as, by name; and what the first doctor allows of them."""
    found: dict[str, UUID] = {}
    for position, kind in enumerate(_KINDS):
        saved = clinic.visit_types.save(
            admin,
            SaveVisitType(
                name=kind.name,
                minutes=kind.minutes,
                price=kind.price,
                buffer_before=kind.before,
                buffer_after=kind.after,
                preparation=kind.preparation,
                for_new_patients=kind.new_patients,
                needs=kind.needs,
                practitioner_ids=tuple(staff[number].id for number in kind.doctors),
                position=position,
            ),
        )
        found[kind.name] = saved.id
    first = clinic.practitioners.get(admin, staff[0].id)
    rules = (
        BookingRuleInput(
            kind=RuleKind.MOST_OF_TYPE,
            most=6,
            visit_type_id=found["Annual check-up"],
            weekdays=(0, 1, 2, 3, 4),
        ),
        BookingRuleInput(kind=RuleKind.NO_NEW_PATIENTS, after=time(15, 30), weekdays=(4,)),
    )
    command = SetBookingRules(practitioner_id=first.id, version=first.version, rules=rules)
    clinic.booking_rules.set(admin, command)
    return found


def absences(clinic: Clinic, admin: Actor, staff: Sequence[Practitioner], today: date) -> None:
    """One doctor is at a course next week, and the visits of that Monday want another place; one has a holiday."""
    monday = today + timedelta(days=7 - today.weekday())
    for doctor, kind, note, begins, ends in (
        (AWAY, AbsenceKind.TRAINING, "Course", (0, time(12)), (1, time(17))),
        (1, AbsenceKind.VACATION, "", (14, time(0)), (19, time(0))),
    ):
        command = AddAbsence(
            practitioner_id=staff[doctor].id,
            wall_start=datetime.combine(monday + timedelta(days=begins[0]), begins[1]),
            wall_end=datetime.combine(monday + timedelta(days=ends[0]), ends[1]),
            kind=kind,
            note=note,
        )
        clinic.absences.add(admin, command)


def _specialties(clinic: Clinic, admin: Actor) -> dict[str, UUID]:
    found: dict[str, UUID] = {}
    for name, parent in _TREE:
        command = SaveSpecialty(name=name, parent_id=found[parent] if parent else None)
        found[name] = clinic.practitioner_profiles.save_specialty(admin, command).id
    return found


def _profile(
    clinic: Clinic,
    admin: Actor,
    doctor: Practitioner,
    told: _Profile,
    specialties: Mapping[str, UUID],
    today: date,
) -> None:
    clinic.practitioner_profiles.edit(
        admin,
        EditProfile(
            practitioner_id=doctor.id,
            version=doctor.version,
            biography=told.biography,
            education=told.education,
            skills=told.skills,
            languages=told.languages,
            specialty_ids=(specialties[doctor.specialty],),
        ),
    )
    licence = clinic.practitioner_profiles.save_credential(
        admin,
        SaveCredential(
            practitioner_id=doctor.id,
            name="Licence to practise",
            number=f"EX-{doctor.family[:3].upper()}-0{told.ends % 90 + 10}",
            issuer="Example Medical Board",
            issued_on=today - timedelta(days=1800),
            expires_on=today + timedelta(days=told.ends),
        ),
    )
    if told.state is not CredentialState.SUBMITTED:
        command = CheckCredential(id=licence.id, version=licence.version, state=told.state)
        clinic.practitioner_profiles.check_credential(admin, command)


def _alternate(clinic: Clinic, admin: Actor, doctor_id: UUID, today: date) -> None:
    """Early weeks, as the doctor began with, and late weeks; this week is an early one."""
    doctor = clinic.practitioners.get(admin, doctor_id)
    early = [WorkingHoursInput(weekday=one.weekday, starts=one.starts, ends=one.ends) for one in doctor.hours]
    late = [
        WorkingHoursInput(weekday=weekday, starts=starts, ends=ends, week=1)
        for weekday in range(7)
        for starts, ends in ((time(10), time(13)), (time(14), time(18)))
    ]
    command = SetWorkingHours(
        id=doctor.id, version=doctor.version, hours=(*early, *late), cycle_weeks=2, cycle_from=today
    )
    clinic.practitioners.set_hours(admin, command)


def _next_holiday(today: date) -> SetClosure:
    """The next one that no visit of the sample week falls on."""
    soonest = today + timedelta(days=15)
    coming = [
        (date(year, month, day), name)
        for year in (soonest.year, soonest.year + 1)
        for month, day, name in _HOLIDAYS
    ]
    day, name = min(one for one in coming if one[0] >= soonest)
    return SetClosure(day=day, name=name)
