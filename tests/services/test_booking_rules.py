"""What doctors allow to be booked: kept as a whole, by whoever sets their hours. Booking asks them elsewhere."""

from __future__ import annotations

from datetime import time
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.booking_rules import BookingRuleInput, RuleKind, SetBookingRules
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotAllowed, NotFound
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.visit_types import SaveVisitType
from meditrack_desktop.services.clinic import Clinic
from tests.makers.care import as_doctor
from tests.makers.people import a_doctor


@pytest.fixture
def ines(clinic: Clinic, admin: Actor) -> Practitioner:
    return clinic.practitioners.add(admin, a_doctor("Modelo", "Ines"))


def rules(doctor: Practitioner, *wanted: BookingRuleInput) -> SetBookingRules:
    return SetBookingRules(practitioner_id=doctor.id, version=doctor.version, rules=wanted)


MOST = BookingRuleInput(kind=RuleKind.MOST_PER_DAY, most=12, weekdays=(4, 0, 4))
NO_NEW = BookingRuleInput(kind=RuleKind.NO_NEW_PATIENTS, after=time(15, 30))


def test_rules_are_replaced_as_a_whole(
    clinic: Clinic, admin: Actor, reception: Actor, ines: Practitioner
) -> None:
    kind = clinic.visit_types.save(admin, SaveVisitType(name="Annual check-up"))
    of_type = BookingRuleInput(kind=RuleKind.MOST_OF_TYPE, most=2, visit_type_id=kind.id)
    kept = clinic.booking_rules.set(reception, rules(ines, MOST, NO_NEW, of_type))
    by_kind = {rule.kind: rule for rule in kept}
    assert (by_kind[RuleKind.MOST_PER_DAY].most, by_kind[RuleKind.MOST_PER_DAY].weekdays) == (12, (0, 4))
    assert by_kind[RuleKind.NO_NEW_PATIENTS].after == time(15, 30)
    assert by_kind[RuleKind.MOST_OF_TYPE].visit_type_id == kind.id
    assert clinic.booking_rules.of_doctor(reception, ines.id) == kept
    newer = clinic.practitioners.get(reception, ines.id)
    assert newer.version == ines.version + 1, "two people cannot set rules over each other"
    assert clinic.booking_rules.set(reception, rules(newer, of_type, NO_NEW, MOST)) == kept
    assert clinic.practitioners.get(reception, ines.id) == newer, "the same rules are no new version"
    fewer = clinic.booking_rules.set(reception, rules(newer, NO_NEW))
    assert [rule.kind for rule in fewer] == [RuleKind.NO_NEW_PATIENTS]
    latest = clinic.practitioners.get(reception, ines.id)
    assert clinic.booking_rules.set(reception, rules(latest)) == ()
    told = [line for line in clinic.audit.list(admin) if line.action == "practitioner.rules_set"]
    assert len(told) == 4 and {line.object_id for line in told} == {ines.id}


def test_stale_unknown_and_foreign_ones_are_refused(
    clinic: Clinic, admin: Actor, reception: Actor, ines: Practitioner
) -> None:
    clinic.booking_rules.set(reception, rules(ines, MOST))
    with pytest.raises(ChangedMeanwhile):
        clinic.booking_rules.set(reception, rules(ines, NO_NEW))
    omar = clinic.practitioners.add(admin, a_doctor("Ejemplo", "Omar"))
    with pytest.raises(ChangedMeanwhile):
        clinic.booking_rules.set(reception, rules(omar, MOST))  # the id of another doctor's rule
    of_nothing = BookingRuleInput(kind=RuleKind.MOST_OF_TYPE, most=1, visit_type_id=uuid4())
    with pytest.raises(NotFound) as kind:
        clinic.booking_rules.set(reception, rules(omar, of_nothing))
    assert kind.value.code is ErrorCode.VISIT_TYPE_NOT_FOUND
    for call in (
        lambda: clinic.booking_rules.of_doctor(reception, uuid4()),
        lambda: clinic.booking_rules.set(
            reception, SetBookingRules(practitioner_id=uuid4(), version=1, rules=())
        ),
    ):
        with pytest.raises(NotFound) as nobody:
            call()
        assert nobody.value.code is ErrorCode.DOCTOR_NOT_FOUND
    assert [rule.kind for rule in clinic.booking_rules.of_doctor(reception, ines.id)] == [
        RuleKind.MOST_PER_DAY
    ]
    assert clinic.booking_rules.of_doctor(reception, omar.id) == ()


def test_a_doctor_sets_the_own_rules_only(
    clinic: Clinic, admin: Actor, doctor: Actor, ines: Practitioner
) -> None:
    with pytest.raises(NotAllowed):
        clinic.booking_rules.set(doctor, rules(ines, MOST))
    as_doctor(clinic, admin, doctor, ines)
    assert len(clinic.booking_rules.set(doctor, rules(ines, MOST))) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "most_per_day"},
        {"kind": "most_of_type", "most": 2},
        {"kind": "most_per_day", "most": 2, "visit_type_id": uuid4()},
        {"kind": "most_per_day", "most": -1},
        {"kind": "no_new_patients", "weekdays": (7,)},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        BookingRuleInput.model_validate(wrong)


def test_one_rule_twice_is_refused(clinic: Clinic, reception: Actor, ines: Practitioner) -> None:
    """Not by the database, whose refusal would say that somebody else was quicker."""
    other = NO_NEW.model_copy(update={"id": MOST.id})
    with pytest.raises(ValidationError):
        rules(ines, MOST, other)
    with pytest.raises(ValidationError):
        rules(ines, MOST, MOST)
