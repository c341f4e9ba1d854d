"""What is typed over the hours of a doctor: what counts as changed, and what becomes of it when they change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from meditrack_desktop.domain.practitioners import Practitioner, SetWorkingHours, WorkingHours
from meditrack_desktop.ui.doctors.bar_edges import DAY_END, Edges, spans_of, stretches_of, without
from meditrack_desktop.ui.doctors.hours_drafts import HoursDrafts
from meditrack_desktop.ui.doctors.typed_weeks import DAYS, TypedWeeks, kept_weeks

WEDNESDAY = date(2026, 11, 18)
MONDAY = date(2026, 11, 16)


def a_doctor(weeks: int = 1, *hours: WorkingHours) -> Practitioner:
    first = MONDAY if weeks > 1 else None
    return Practitioner(uuid4(), 1, "Modelo", "Ines", "Dr.", "", "", True, hours, weeks, first)


ALIKE = a_doctor(1, WorkingHours(0, time(8), time(12)), WorkingHours(3, time(8), time(16)))


def test_a_text_that_means_the_same_hours_is_no_change() -> None:
    kept = kept_weeks(ALIKE)
    assert kept.with_day(0, 0, "8-12").changed(kept) == ()
    assert kept.with_day(0, 0, "8-12").same(kept)
    assert kept.with_day(0, 0, "8-13").changed(kept) == ((0, 0),)
    assert kept.with_day(0, 1, "closed").same(kept)
    assert kept.with_day(0, 1, "nonsense").changed(kept) == ((0, 1),)
    assert kept.with_day(0, 1, "nonsense").unreadable() == ((0, 1),)


def test_weeks_in_turn_begin_alike_and_what_was_typed_for_a_week_comes_back() -> None:
    kept = kept_weeks(ALIKE)
    two = kept.in_turn(2, WEDNESDAY)
    assert (two.weeks, two.first) == (2, MONDAY)
    assert two.changed(kept) == (), "the second week is as the first"
    assert two.cycle_changed(kept)
    other = two.with_day(1, 0, "13-18")
    assert other.changed(kept) == ((1, 0),)
    one = other.in_turn(1, WEDNESDAY)
    assert one.same(kept)
    assert one.in_turn(2, WEDNESDAY).text(1, 0) == "13-18"


@given(st.integers(2, 6), st.data())
def test_this_week_is_the_one_that_was_said(weeks: int, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, weeks - 1))
    typed = kept_weeks(ALIKE).in_turn(weeks, WEDNESDAY).this_week_is(number, WEDNESDAY)
    assert typed.week_of(WEDNESDAY) == number
    assert typed.week_of(WEDNESDAY + timedelta(weeks=1)) == (number + 1) % weeks
    command = SetWorkingHours(
        id=uuid4(), version=1, hours=typed.hours(), cycle_weeks=typed.weeks, cycle_from=typed.first
    )
    assert {one.week for one in command.hours} == set(range(weeks))


def test_what_somebody_else_kept_lies_below_what_is_typed() -> None:
    before = kept_weeks(ALIKE)
    mine = before.with_day(0, 0, "9-11")
    now = kept_weeks(
        replace(ALIKE, hours=(WorkingHours(0, time(7), time(12)), WorkingHours(5, time(8), time(9))))
    )
    over = mine.over(before, now)
    assert over.stretches(0, 0) == ((time(9), time(11)),), "mine"
    assert over.stretches(0, 3) == (), "theirs: closed"
    assert over.stretches(0, 5) == ((time(8), time(9)),), "theirs"
    turned = mine.in_turn(2, WEDNESDAY).over(before, now)
    assert (turned.weeks, turned.first) == (2, MONDAY)
    assert turned.stretches(0, 0) == ((time(9), time(11)),)
    assert turned.stretches(0, 5) == ((time(8), time(9)),)


def test_a_draft_lasts_until_it_says_what_is_kept() -> None:
    drafts = HoursDrafts()
    kept = kept_weeks(ALIKE)
    drafts.put(ALIKE, kept.with_day(0, 0, "9-11"))
    assert ALIKE.id in drafts and bool(drafts)
    assert not drafts.renew(replace(ALIKE, version=2, room="Room 9")), "other details disturb nothing"
    changed = replace(ALIKE, version=3, hours=(WorkingHours(0, time(9), time(11)),))
    assert drafts.renew(changed), "the hours were changed under it"
    assert not drafts, "and now they say what was typed"


def spans() -> st.SearchStrategy[tuple[tuple[int, int], ...]]:
    cuts = st.lists(st.integers(0, DAY_END // 5), max_size=8, unique=True).map(sorted)
    return cuts.map(
        lambda found: tuple(
            (a * 5, b * 5) for a, b in zip(found[::2], found[1::2], strict=False) if b - a >= 3
        )
    )


@given(spans(), st.lists(st.sampled_from(["left", "right", "next", "back", "more", "less"]), max_size=30))
def test_no_key_makes_bars_that_overlap_or_leave_the_day(
    begin: tuple[tuple[int, int], ...], keys: list[str]
) -> None:
    edges = Edges(begin)
    for key in keys:
        edges = {
            "left": lambda e: e.moved(-1),
            "right": lambda e: e.moved(1),
            "next": lambda e: e.next(1),
            "back": lambda e: e.next(-1),
            "more": lambda e: e.with_one_more(),
            "less": lambda e: e.without_marked(),
        }[key](edges)
        ends = [end for span in edges.spans for end in span]
        assert ends == sorted(ends)
        assert all(a < b for a, b in edges.spans)
        assert all(0 <= end <= DAY_END for end in ends)
        assert spans_of(stretches_of(edges.spans)) == edges.spans


@given(spans(), st.integers(-100, DAY_END + 100), st.integers(0, 7))
def test_the_mouse_puts_no_edge_beyond_its_neighbours(
    begin: tuple[tuple[int, int], ...], moment: int, marked: int
) -> None:
    edges = Edges(begin, marked).put(moment)
    assert len(edges.spans) == len(begin)
    assert all(a < b for a, b in edges.spans)
    ends = [end for span in edges.spans for end in span]
    assert ends == sorted(ends)


def test_an_arrow_goes_onto_the_grid_of_slots_first() -> None:
    edges = Edges(((8 * 60 + 5, 12 * 60),))
    assert edges.moved(-1).spans == ((8 * 60, 12 * 60),)
    assert edges.moved(1).spans == ((8 * 60 + 15, 12 * 60),)


def test_what_goes_is_what_is_kept_and_not_typed() -> None:
    assert without(((480, 720), (765, 960)), ((480, 600),)) == ((600, 720), (765, 960))
    assert without((), ((480, 600),)) == ()
    assert list(DAYS) == [0, 1, 2, 3, 4, 5, 6]
    assert TypedWeeks().hours() == ()
