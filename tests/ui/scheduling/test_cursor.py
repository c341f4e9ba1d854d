"""The keyboard's way over the calendar: every visit is reached, and nothing is a trap."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from meditrack_desktop.ui.scheduling import cursor as cursors
from meditrack_desktop.ui.scheduling.cursor import Cursor
from meditrack_desktop.ui.scheduling.day_model import day_of_doctors
from meditrack_desktop.ui.scheduling.layout import CalendarLayout, Measures
from tests.ui.scheduling import example_day
from tests.ui.scheduling.test_layout import a_visit, layout_of

DAY = CalendarLayout(
    day_of_doctors(example_day.doctors(), example_day.DAY, example_day.visits()), Measures(150)
)


def test_down_goes_from_visit_to_visit_and_to_free_slots() -> None:
    at = cursors.stand(DAY, 0, 480)
    seen = []
    for _ in range(13):
        block = DAY.block_of(at.visit) if at.visit else None
        seen.append(block.visit.patient_name if block else at.minute)
        at = cursors.down(DAY, at)
    assert seen[:3] == ["Ida Eksempel", "Marcus Loremby", "Bea Dummond"]
    assert seen[8:] == ["Grace Proxley", 720, 735, 750, "Silas Nullman"]


@given(st.lists(st.tuples(st.integers(480, 1070), st.integers(5, 120)), max_size=15), st.integers(480, 1079))
def test_down_and_up_always_arrive_and_pass_every_visit(day: list[tuple[int, int]], start: int) -> None:
    layout = layout_of(*(a_visit(begin, minutes, n) for n, (begin, minutes) in enumerate(day)))
    at, seen = cursors.stand(layout, 0, layout.model.first), set()
    for _ in range(400):
        seen.add(at.visit)
        following = cursors.down(layout, at)
        if following == at:
            break
        at = following
    else:
        raise AssertionError("down never ends")
    assert {block.visit.id for block in layout.blocks} <= seen
    at = cursors.stand(layout, 0, start)
    for _ in range(400):
        before = cursors.up(layout, at)
        if before == at:
            break
        at = before
    else:
        raise AssertionError("up never ends")


def test_sideways_takes_the_neighbouring_lane_first() -> None:
    anna = next(block for block in DAY.blocks if block.visit.patient_name == "Anna Przykład")
    beside = cursors.sideways(DAY, cursors.on_block(anna), 1)
    found = DAY.block_of(beside.visit) if beside.visit else None
    assert found is not None and found.visit.patient_name == "Bo Dummond"
    assert cursors.sideways(DAY, beside, 1).column == 4
    assert cursors.sideways(DAY, Cursor(0, 720), -1) == Cursor(0, 720)


def test_home_and_end_keep_to_the_doctors_hours() -> None:
    assert cursors.first(DAY, Cursor(1, 900)).minute == 510
    assert cursors.last(DAY, Cursor(1, 900)) == Cursor(1, 1005)


def test_it_follows_its_visit_to_another_place() -> None:
    before = layout_of(a_visit(600, 30, 1))
    at = cursors.on_block(before.blocks[0])
    assert cursors.kept(layout_of(a_visit(660, 30, 1)), at).minute == 660
    assert cursors.kept(layout_of(), at) == Cursor(0, 600)
