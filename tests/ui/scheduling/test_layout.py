"""Where visits lie: never over each other, never too small to hit, and back again from a point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.domain.working_time import DAY_MINUTES
from meditrack_desktop.ui.scheduling.day_model import DayModel, day_of_doctors, minutes_of
from meditrack_desktop.ui.scheduling.gestures import Gesture
from meditrack_desktop.ui.scheduling.layout import (
    SMALLEST_BLOCK,
    Box,
    CalendarLayout,
    Measures,
    held_in_day,
    slot_at,
    snap,
)
from tests.ui.scheduling import example_day

DOCTORS = example_day.doctors()
TEMPLATE = example_day.visits()[0]


def a_visit(start: int, minutes: int, number: int = 0, doctor: int = 0) -> Appointment:
    begins = datetime.combine(example_day.DAY, time(0)) + timedelta(minutes=start)
    return replace(
        TEMPLATE,
        id=UUID(int=number + 1),
        wall_start=begins,
        minutes=minutes,
        practitioner_id=DOCTORS[doctor].id,
    )


def model_of(*visits: Appointment, doctors: int = 1) -> DayModel:
    return day_of_doctors(DOCTORS[:doctors], example_day.DAY, visits)


def layout_of(*visits: Appointment, doctors: int = 1, width: float = 150) -> CalendarLayout:
    return CalendarLayout(model_of(*visits, doctors=doctors), Measures(width))


@st.composite
def days(draw: st.DrawFn) -> list[tuple[int, int, int]]:
    return draw(
        st.lists(
            st.tuples(
                st.integers(0, DAY_MINUTES - 5),
                st.integers(5, 12 * 60),
                st.integers(0, 2),
            ),
            max_size=25,
        )
    )


@given(days(), st.integers(40, 400), st.sampled_from([48, 72, 144]))
def test_no_two_visits_overlap_and_each_can_be_hit(
    day: Sequence[tuple[int, int, int]], width: int, hour: int
) -> None:
    visits = [a_visit(start, minutes, number, doctor) for number, (start, minutes, doctor) in enumerate(day)]
    layout = CalendarLayout(model_of(*visits, doctors=3), Measures(width, hour))
    assert {block.visit.id for block in layout.blocks} == {visit.id for visit in visits}
    for one, other in combinations(layout.blocks, 2):
        assert not one.box.meets(other.box), (one, other)
    for block in layout.blocks:
        box = block.box
        assert box.height >= SMALLEST_BLOCK and box.width >= 1
        assert layout.column_x(block.column) <= box.x and box.right <= layout.column_x(block.column + 1) + 30
        assert box.bottom <= layout.height
        found = layout.hit(box.x + box.width / 2, box.y + 1)
        assert found.block is block


@given(days())
def test_a_lone_visit_fills_its_column(day: Sequence[tuple[int, int, int]]) -> None:
    visits = [a_visit(start, minutes, number, doctor) for number, (start, minutes, doctor) in enumerate(day)]
    layout = CalendarLayout(model_of(*visits, doctors=3), Measures(150))
    for block in layout.blocks:
        if block.lanes == 1:
            assert block.box.width == 150 - 4 - 8


def test_overlapping_visits_share_the_column_in_halves() -> None:
    layout = layout_of(a_visit(570, 45, 1), a_visit(585, 30, 2), a_visit(630, 30, 3))
    first, second, third = layout.blocks
    assert (first.lanes, second.lanes, third.lanes) == (2, 2, 1)
    assert first.box.width + 3 == pytest.approx(second.box.width, abs=1)
    assert third.box.width == first.box.width + 3 + second.box.width


def test_a_point_leads_back_to_its_time() -> None:
    layout = layout_of(a_visit(600, 30))
    for minute in (480, 555, 600, 1000):
        assert layout.minute_at(layout.y_of(minute)) == minute
    assert layout.hit(20, layout.y_of(605)).kind == "visit"
    assert layout.hit(20, layout.y_of(630) - 2).kind == "edge"
    free = layout.hit(20, layout.y_of(632))
    assert (free.kind, free.column, free.minute) == ("free", 0, 632)
    assert layout.hit(-5, 100).kind == "none" and layout.hit(layout.width + 1, 100).kind == "none"
    assert layout.hit(20, 2).kind == "none"


@pytest.mark.parametrize(
    ("minute", "fine", "expected"),
    [(607, False, 600), (608, False, 615), (607, True, 605), (608, True, 610), (0, False, 0)],
)
def test_snapping(minute: int, fine: bool, expected: int) -> None:
    assert snap(minute, fine) == expected


def test_slots_and_the_edges_of_the_day() -> None:
    assert slot_at(614) == 600
    assert held_in_day(1430, 30) == 1410
    assert held_in_day(-15, 30) == 0


def test_it_opens_an_hour_before_now() -> None:
    layout = layout_of()
    assert layout.opening_minute(642) == 582
    assert layout.opening_minute(None) == layout.model.first
    assert layout.opening_minute(100) == layout.model.first


def test_dragging_moves_by_quarters_and_keeps_the_grip() -> None:
    layout = layout_of(a_visit(600, 30), doctors=2)
    y = layout.y_of(610)
    gesture = Gesture(layout, layout.hit(20, y), 20, y)
    assert gesture.kind == "move" and not gesture.changed
    gesture.move_to(21, y + 1)
    assert not gesture.begun
    ghost = gesture.move_to(20, layout.y_of(626))
    assert (ghost.column, ghost.starts, ghost.minutes) == (0, 615, 30)
    ghost = gesture.move_to(170, layout.y_of(616), fine=True)
    assert (ghost.column, ghost.starts) == (1, 605)
    assert gesture.changed
    gesture.move_to(20, y)
    assert not gesture.changed


def test_pulling_the_edge_changes_the_length_only() -> None:
    layout = layout_of(a_visit(600, 30))
    y = layout.y_of(630) - 2
    gesture = Gesture(layout, layout.hit(20, y), 20, y)
    assert gesture.kind == "resize"
    assert gesture.move_to(20, layout.y_of(661)).minutes == 60
    assert gesture.move_to(20, layout.y_of(590)).minutes == 15
    assert gesture.move_to(20, layout.y_of(590), fine=True).minutes == 5


@given(st.integers(480, 1079), st.integers(480, 1079))
def test_drawing_on_free_time_covers_both_ends(begin: int, end: int) -> None:
    layout = layout_of()
    gesture = Gesture(layout, layout.hit(20, layout.y_of(begin)), 20, layout.y_of(begin))
    ghost = gesture.move_to(20 + 9, layout.y_of(end))
    assert ghost.visit is None
    assert ghost.starts <= min(begin, end) and max(begin, end) < ghost.starts + ghost.minutes
    assert ghost.starts % 15 == 0 and ghost.minutes % 15 == 0


def test_the_example_day_is_laid_out_whole() -> None:
    layout = CalendarLayout(day_of_doctors(DOCTORS, example_day.DAY, example_day.visits()), Measures(153))
    assert len(layout.blocks) == 58
    assert all(minutes_of(block.visit)[0] >= layout.model.first for block in layout.blocks)
    assert Box(0, 0, 2, 2).meets(Box(1, 1, 2, 2)) and not Box(0, 0, 2, 2).meets(Box(2, 0, 2, 2))
