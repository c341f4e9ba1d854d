"""Filters that a person keeps: their own, in their order, true on another day, and without anybody's name."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from meditrack_desktop.database.tables.around_patients import SavedFilterRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    Conflict,
    ErrorCode,
    FieldProblem,
    Invalid,
    NotFound,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.saved_filters import (
    MOST_FILTERS,
    OrderFilters,
    PatientFilter,
    RenameFilter,
    SavedFilter,
    SaveFilter,
    Standing,
    months_before,
)
from meditrack_desktop.services.clinic import Clinic

TODAY = date(2026, 11, 18)
MINE = PatientFilter(my_patients=True, months_without_visit=12, order="next_visit", descending=True)


def save(clinic: Clinic, actor: Actor, name: str, kept: PatientFilter = MINE) -> SavedFilter:
    return clinic.saved_filters.save(actor, SaveFilter(name=name, filter=kept))


def names(clinic: Clinic, actor: Actor) -> list[str]:
    return [one.name for one in clinic.saved_filters.list(actor)]


def test_it_comes_back_as_it_was_kept_and_to_nobody_else(
    clinic: Clinic, reception: Actor, doctor: Actor
) -> None:
    kept = save(clinic, reception, "Long gone")
    assert clinic.saved_filters.list(reception) == (kept,)
    assert kept.filter == MINE
    assert clinic.saved_filters.list(doctor) == ()


def test_nobody_reaches_anothers_filter(clinic: Clinic, reception: Actor, doctor: Actor) -> None:
    kept = save(clinic, reception, "Long gone")
    attempts = (
        lambda: clinic.saved_filters.save(doctor, SaveFilter(id=kept.id, name="x", filter=PatientFilter())),
        lambda: clinic.saved_filters.rename(doctor, RenameFilter(id=kept.id, version=kept.version, name="x")),
        lambda: clinic.saved_filters.remove(doctor, kept.id),
        lambda: clinic.saved_filters.put_in_order(doctor, OrderFilters(ids=(kept.id,))),
    )
    for attempt in attempts:
        with pytest.raises(NotFound) as refused:
            attempt()
        assert refused.value.code is ErrorCode.FILTER_NOT_FOUND
    assert clinic.saved_filters.list(reception) == (kept,)


def test_two_people_may_give_the_same_name_one_may_not(
    clinic: Clinic, reception: Actor, doctor: Actor
) -> None:
    save(clinic, reception, "Coming")
    save(clinic, doctor, "Coming")
    other = save(clinic, reception, "Going")
    with pytest.raises(Conflict) as refused:
        save(clinic, reception, " Coming ")
    assert refused.value.code is ErrorCode.FILTER_NAME_TAKEN
    assert refused.value.fields == {"name": FieldProblem.TAKEN}
    with pytest.raises(Conflict):
        clinic.saved_filters.rename(
            reception, RenameFilter(id=other.id, version=other.version, name="Coming")
        )
    assert names(clinic, reception) == ["Coming", "Going"]


def test_a_filter_takes_the_place_of_its_older_self(clinic: Clinic, reception: Actor) -> None:
    kept = save(clinic, reception, "Mine")
    changed = clinic.saved_filters.save(
        reception, SaveFilter(id=kept.id, name="Mine", filter=PatientFilter(provisional=True))
    )
    assert clinic.saved_filters.list(reception) == (changed,)
    assert changed.filter == PatientFilter(provisional=True) and changed.version > kept.version


def test_a_new_name_needs_the_newest_version(clinic: Clinic, reception: Actor) -> None:
    kept = save(clinic, reception, "Mine")
    clinic.saved_filters.rename(reception, RenameFilter(id=kept.id, version=kept.version, name="Ours"))
    with pytest.raises(ChangedMeanwhile):
        clinic.saved_filters.rename(reception, RenameFilter(id=kept.id, version=kept.version, name="Theirs"))
    assert names(clinic, reception) == ["Ours"]


def test_they_stand_in_the_order_given_the_rest_behind(clinic: Clinic, reception: Actor) -> None:
    first, second, third = (save(clinic, reception, name) for name in ("a", "b", "c"))
    ordered = clinic.saved_filters.put_in_order(reception, OrderFilters(ids=(third.id, first.id)))
    assert [one.name for one in ordered] == ["c", "a", "b"] == names(clinic, reception)
    clinic.saved_filters.remove(reception, first.id)
    assert names(clinic, reception) == ["c", "b"]
    save(clinic, reception, "d")
    assert names(clinic, reception) == ["c", "b", "d"]
    with pytest.raises(NotFound):
        clinic.saved_filters.put_in_order(reception, OrderFilters(ids=(second.id, new_id())))


def test_thirty_are_enough(clinic: Clinic, reception: Actor) -> None:
    for number in range(MOST_FILTERS):
        save(clinic, reception, f"filter {number}")
    with pytest.raises(Invalid) as refused:
        save(clinic, reception, "one more")
    assert refused.value.fields == {"name": FieldProblem.OUT_OF_RANGE}


def test_what_a_newer_program_wrote_is_left_out_and_left_alone(clinic: Clinic, reception: Actor) -> None:
    kept = save(clinic, reception, "Mine")
    with clinic.work(reception, Permission.VIEW_PATIENTS) as work:
        row = work.session.get(SavedFilterRow, kept.id)
        assert row is not None
        row.command = '{"born_under_a_star": true}'
        work.changed(row, "saved_filter.edited")
    assert clinic.saved_filters.list(reception) == ()
    assert save(clinic, reception, "Other").position == 1


def test_the_same_filter_asks_another_question_on_another_day(clock: FixedClock) -> None:
    kept = PatientFilter(coming_today=True, months_without_visit=12)
    assert kept.question("", TODAY).visiting_on == TODAY
    assert kept.question("", TODAY).without_visit_since == date(2025, 11, 18)
    later = TODAY + timedelta(days=40)
    assert kept.question("", later).visiting_on == later
    assert kept.question("", later).without_visit_since == date(2025, 12, 28)


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2026, 1, 15), 6, date(2025, 7, 15)),
        (date(2026, 12, 31), 24, date(2024, 12, 31)),
    ],
)
def test_months_are_counted_back_on_the_calendar(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


def test_a_filter_keeps_no_text_in_which_a_patient_could_be_named() -> None:
    with pytest.raises(ValidationError):
        PatientFilter.model_validate({"text": "Fictanova"})


def test_each_part_is_counted_and_asked() -> None:
    whole = PatientFilter(
        coming_today=True,
        doctor=new_id(),
        my_patients=True,
        created_by_me=True,
        months_without_visit=6,
        provisional=True,
        deceased=True,
        standing=Standing.ARCHIVED,
    )
    assert whole.count == 8 and PatientFilter().count == 0
    asked = whole.question("mara", TODAY)
    assert (asked.text, asked.doctor, asked.my_patients, asked.created_by_me) == (
        "mara",
        whole.doctor,
        True,
        True,
    )
    assert (asked.provisional, asked.deceased, asked.archived, asked.include_archived) == (
        True,
        True,
        True,
        True,
    )
    assert PatientFilter().question("", TODAY).model_dump(exclude_defaults=True) == {}
