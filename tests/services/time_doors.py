"""The doors to doctors and their time: days, absences, kinds of visits, rooms, rules, profiles and groups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from meditrack_desktop.domain.booking_rules import BookingRuleInput, RuleKind, SetBookingRules
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioner_profiles import (
    CheckCredential,
    CredentialState,
    EditProfile,
    RemoveCredential,
    RemoveDoctorGroup,
    SaveCredential,
    SaveDoctorGroup,
    SaveSpecialty,
)
from meditrack_desktop.domain.practitioners import SetWorkingHours
from meditrack_desktop.domain.visit_types import SaveAsset, SaveVisitType
from meditrack_desktop.domain.working_time import (
    AddAbsence,
    EndAbsence,
    RemoveClosure,
    SetClosure,
    SetSpecialDay,
)

P = Permission
DAY = date(2026, 11, 19)
CHRISTMAS = date(2026, 12, 25)


def _absence(s: Any) -> AddAbsence:
    return AddAbsence(
        practitioner_id=s.practitioner.id,
        wall_start=datetime(2026, 12, 1, 9),
        wall_end=datetime(2026, 12, 4, 17),
    )


def _end_absence(s: Any, a: Any) -> Any:
    added = s.clinic.absences.add(s.everything, _absence(s)).absence if _is_known(s) else s.practitioner
    return s.clinic.absences.end(a, EndAbsence(id=added.id, version=added.version))


def _is_known(s: Any) -> bool:
    return any(one.id == s.practitioner.id for one in s.clinic.practitioners.list(s.everything))


def _closure(s: Any) -> Any:
    there = s.clinic.working_times.closures(s.everything, CHRISTMAS, CHRISTMAS)
    command = SetClosure(day=CHRISTMAS, name="Christmas")
    return there[0] if there else s.clinic.working_times.set_closure(s.everything, command)


def _remove_closure(s: Any, a: Any) -> Any:
    closure = _closure(s)
    return s.clinic.working_times.remove_closure(a, RemoveClosure(id=closure.id, version=closure.version))


def _credential(s: Any) -> Any:
    if not _is_known(s):
        return s.practitioner
    command = SaveCredential(practitioner_id=s.practitioner.id, name="Licence", expires_on=DAY)
    return s.clinic.practitioner_profiles.save_credential(s.everything, command)


def _check_credential(s: Any, a: Any) -> Any:
    there = _credential(s)
    command = CheckCredential(id=there.id, version=there.version, state=CredentialState.VERIFIED)
    return s.clinic.practitioner_profiles.check_credential(a, command)


def _remove_credential(s: Any, a: Any) -> Any:
    there = _credential(s)
    command = RemoveCredential(id=there.id, version=there.version)
    return s.clinic.practitioner_profiles.remove_credential(a, command)


def _group(s: Any) -> SaveDoctorGroup:
    return SaveDoctorGroup(name="Ground floor", position=1, practitioner_ids=(s.practitioner.id,))


def _remove_group(s: Any, a: Any) -> Any:
    there = s.clinic.doctor_groups.list(s.everything)
    if not there and _is_known(s):
        there = (s.clinic.doctor_groups.save(s.everything, _group(s)),)
    group = there[0] if there else s.practitioner
    return s.clinic.doctor_groups.remove(a, RemoveDoctorGroup(id=group.id, version=group.version))


def _rules(s: Any) -> SetBookingRules:
    return SetBookingRules(
        practitioner_id=s.practitioner.id,
        version=s.practitioner.version,
        rules=(BookingRuleInput(kind=RuleKind.NO_NEW_PATIENTS, after=time(15)),),
    )


def _special_day(s: Any) -> SetSpecialDay:
    return SetSpecialDay(practitioner_id=s.practitioner.id, day=DAY, stretches=())


TIME_DOORS: dict[str, tuple[Permission, Callable[[Any, Any], Any]]] = {
    "working_times.of_days": (
        P.VIEW_CALENDAR,
        lambda s, a: s.clinic.working_times.of_days(a, (s.practitioner.id,), DAY, DAY),
    ),
    "working_times.set_special_day": (
        P.VIEW_CALENDAR,  # and then EDIT_HOURS, or EDIT_OWN_HOURS for one's own
        lambda s, a: s.clinic.working_times.set_special_day(a, _special_day(s)),
    ),
    "working_times.closures": (
        P.VIEW_CALENDAR,
        lambda s, a: s.clinic.working_times.closures(a, DAY, CHRISTMAS),
    ),
    "working_times.set_closure": (
        P.EDIT_HOURS,
        lambda s, a: s.clinic.working_times.set_closure(a, SetClosure(day=DAY, name="Works outing")),
    ),
    "working_times.remove_closure": (P.EDIT_HOURS, _remove_closure),
    "working_times.affected_by_hours": (
        P.VIEW_CALENDAR,
        lambda s, a: s.clinic.working_times.affected_by_hours(
            a, SetWorkingHours(id=s.practitioner.id, version=s.practitioner.version, hours=())
        ),
    ),
    "working_times.affected_by_special_day": (
        P.VIEW_CALENDAR,
        lambda s, a: s.clinic.working_times.affected_by_special_day(a, _special_day(s)),
    ),
    "working_times.affected_by_closure": (
        P.VIEW_CALENDAR,
        lambda s, a: s.clinic.working_times.affected_by_closure(a, SetClosure(day=DAY, name="Closed")),
    ),
    "absences.list": (
        P.VIEW_CALENDAR,
        lambda s, a: s.clinic.absences.list(a, (s.practitioner.id,), DAY, CHRISTMAS),
    ),
    "absences.affected_by": (P.VIEW_CALENDAR, lambda s, a: s.clinic.absences.affected_by(a, _absence(s))),
    "absences.add": (
        P.VIEW_CALENDAR,  # and then EDIT_HOURS, or EDIT_OWN_HOURS for one's own
        lambda s, a: s.clinic.absences.add(a, _absence(s)),
    ),
    "absences.end": (P.VIEW_CALENDAR, _end_absence),  # as `add`
    "visit_types.list": (P.VIEW_CALENDAR, lambda s, a: s.clinic.visit_types.list(a)),
    "visit_types.save": (
        P.EDIT_VISIT_TYPES,
        lambda s, a: s.clinic.visit_types.save(a, SaveVisitType(name="Vaccination", minutes=15)),
    ),
    "assets.list": (P.VIEW_CALENDAR, lambda s, a: s.clinic.assets.list(a)),
    "assets.save": (
        P.EDIT_VISIT_TYPES,
        lambda s, a: s.clinic.assets.save(a, SaveAsset(name="Room 7", group="Rooms")),
    ),
    "booking_rules.of_doctor": (
        P.VIEW_DOCTORS,
        lambda s, a: s.clinic.booking_rules.of_doctor(a, s.practitioner.id),
    ),
    "booking_rules.set": (
        P.VIEW_DOCTORS,  # and then EDIT_HOURS, or EDIT_OWN_HOURS for one's own
        lambda s, a: s.clinic.booking_rules.set(a, _rules(s)),
    ),
    "practitioner_profiles.get": (
        P.VIEW_DOCTORS,
        lambda s, a: s.clinic.practitioner_profiles.get(a, s.practitioner.id),
    ),
    "practitioner_profiles.list": (
        P.EDIT_DOCTORS,
        lambda s, a: s.clinic.practitioner_profiles.list(a),
    ),
    "practitioner_profiles.edit": (
        P.EDIT_DOCTORS,
        lambda s, a: s.clinic.practitioner_profiles.edit(
            a,
            EditProfile(practitioner_id=s.practitioner.id, version=s.practitioner.version, languages=("pl",)),
        ),
    ),
    "practitioner_profiles.specialties": (
        P.VIEW_DOCTORS,
        lambda s, a: s.clinic.practitioner_profiles.specialties(a),
    ),
    "practitioner_profiles.save_specialty": (
        P.EDIT_DOCTORS,
        lambda s, a: s.clinic.practitioner_profiles.save_specialty(a, SaveSpecialty(name="Cardiology")),
    ),
    "practitioner_profiles.save_credential": (
        P.EDIT_DOCTORS,
        lambda s, a: s.clinic.practitioner_profiles.save_credential(
            a, SaveCredential(practitioner_id=s.practitioner.id, name="Licence")
        ),
    ),
    "practitioner_profiles.check_credential": (P.EDIT_DOCTORS, _check_credential),
    "practitioner_profiles.remove_credential": (P.EDIT_DOCTORS, _remove_credential),
    "practitioner_profiles.expiring": (
        P.VIEW_DOCTORS,
        lambda s, a: s.clinic.practitioner_profiles.expiring(a),
    ),
    "doctor_groups.list": (P.VIEW_DOCTORS, lambda s, a: s.clinic.doctor_groups.list(a)),
    "doctor_groups.save": (P.EDIT_DOCTORS, lambda s, a: s.clinic.doctor_groups.save(a, _group(s))),
    "doctor_groups.remove": (P.EDIT_DOCTORS, _remove_group),
}
TIME_SERVICES = (
    "working_times",
    "absences",
    "visit_types",
    "assets",
    "booking_rules",
    "practitioner_profiles",
    "doctor_groups",
)
