"""Why a stretch is closed, what stands in it, and what is free beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditrack_desktop.domain.holds import Hold
from meditrack_desktop.domain.scheduling import AppointmentStatus
from meditrack_desktop.domain.working_time import (
    DAY_MINUTES,
    Absence,
    AbsenceKind,
    Closure,
    DoctorDay,
    OpenTime,
    SpecialDay,
    WorkingTimes,
)
from meditrack_desktop.ui.scheduling.closed_time import Shut, closed_in
from meditrack_desktop.ui.scheduling.cursor import Cursor
from meditrack_desktop.ui.scheduling.day_model import (
    Column,
    DayModel,
    busy_of,
    day_of_doctors,
    wall,
    week_of_doctor,
)
from meditrack_desktop.ui.scheduling.gaps import gaps_of, next_gap
from meditrack_desktop.ui.scheduling.head_words import head_note
from meditrack_desktop.ui.scheduling.layout import CalendarLayout, Measures
from meditrack_desktop.ui.scheduling.time_words import (
    away_text,
    closed_word,
    exception_text,
    held_by,
    held_title,
    spoken_slot,
)
from tests.ui.scheduling import example_day
from tests.ui.scheduling.test_layout import a_visit

DAY = example_day.DAY
INES, TOM, MEI, LUKAS, AISHA, OMAR = example_day.doctors()
CHRISTMAS = Closure(UUID(int=7), 1, DAY, "Founders day")
SHORT_DAY = replace(CHRISTMAS, opens=time(8), closes=time(14))


def away(start: datetime, end: datetime, kind: AbsenceKind = AbsenceKind.OUT_NOW, note: str = "") -> Absence:
    instants = start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)
    return Absence(UUID(int=1), 1, OMAR.id, start, end, *instants, kind, note)


def times_of(
    *absences: Absence, closure: Closure | None = None, special: SpecialDay | None = None
) -> DoctorDay:
    """Omar, who works 13 to 18, by the clinic's own rules."""
    return WorkingTimes(
        weekly={OMAR.id: [(0, DAY.weekday(), OpenTime(780, 1080))]},
        special={} if special is None else {(OMAR.id, DAY): special},
        closures={} if closure is None else {DAY: closure},
        absences={OMAR.id: absences},
    ).day_of(OMAR.id, DAY)


def model_of(times: DoctorDay) -> DayModel:
    return day_of_doctors([OMAR], DAY, (), {(OMAR.id, DAY): times})


def a_hold(start: int, minutes: int = 30, *, mine: bool = False, doctor: UUID = INES.id) -> Hold:
    begins = wall(DAY, start)
    at = begins.replace(tzinfo=UTC)
    return Hold(
        UUID(int=start + 5000), doctor, begins, at, at + timedelta(minutes=minutes), minutes,
        "Noah Stubson", "Front desk 2", example_day.NOW + timedelta(seconds=108), mine,
    )  # fmt: skip


def test_a_doctor_who_is_out_is_hatched_with_the_reason_and_until_when() -> None:
    absence = away(wall(DAY, 0), wall(DAY, 13 * 60), note="hospital round")
    model = model_of(times_of(absence))
    [shut] = closed_in(model, 0)
    assert (shut.starts, shut.ends, shut.why) == (480, 780, Shut.AWAY)
    assert closed_word(shut, DAY) == "Out until 13:00, hospital round"


def test_an_absence_cuts_into_the_hours() -> None:
    model = model_of(times_of(away(wall(DAY, 14 * 60), wall(DAY, 15 * 60))))
    assert [(c.starts, c.ends, c.why) for c in closed_in(model, 0)] == [
        (480, 780, Shut.BEFORE),
        (840, 900, Shut.AWAY),
    ]


@pytest.mark.parametrize(
    ("start", "end", "kind", "note", "words"),
    [
        (0, 24 * 60, AbsenceKind.SICK, "", "Sick"),
        (9 * 60, 24 * 60, AbsenceKind.OTHER, "", "Out from 09:00"),
        (-600, 48 * 60, AbsenceKind.VACATION, "", "Vacation until Thu 19 Nov"),
        (0, 24 * 60 + 600, AbsenceKind.TRAINING, "in Leeds", "Training until Thu 19 Nov, in Leeds"),
        (0, 660, AbsenceKind.OUT_NOW, "", "Out until 11:00"),
    ],
)
def test_words_of_absences(start: int, end: int, kind: AbsenceKind, note: str, words: str) -> None:
    absence = away(wall(DAY, start), wall(DAY, end), kind, note)
    assert away_text(absence, DAY) == words


def test_a_holiday_is_named_and_a_short_one_says_its_hours() -> None:
    closed = model_of(times_of(closure=CHRISTMAS))
    [shut] = closed_in(closed, 0)
    assert shut.why is Shut.HOLIDAY and closed_word(shut, DAY) == "Closed, Founders day"
    short = times_of(closure=SHORT_DAY)
    found = closed_in(model_of(short), 0)
    assert [(c.starts, c.ends, c.why) for c in found] == [
        (480, 780, Shut.BEFORE),
        (840, 1080, Shut.HOLIDAY),
    ]
    assert exception_text(short) == "Open 08:00 to 14:00, Founders day"


def test_a_special_day_of_the_doctor_beats_the_holiday() -> None:
    special = SpecialDay(OMAR.id, DAY, (OpenTime(540, 720),), "Flu clinic")
    times = times_of(closure=CHRISTMAS, special=special)
    found = closed_in(model_of(times), 0)
    assert [(c.starts, c.ends, c.why) for c in found] == [
        (480, 540, Shut.BEFORE),
        (720, 1080, Shut.CLOSED),
    ]
    assert exception_text(times) == "Special hours, Flu clinic"
    assert closed_word(found[1], DAY) == "Closed, Flu clinic"


@st.composite
def days(draw: st.DrawFn) -> DoctorDay:
    def span() -> tuple[int, int]:
        starts = draw(st.integers(0, DAY_MINUTES - 5))
        return starts, draw(st.integers(starts + 5, DAY_MINUTES))

    absences = [away(wall(DAY, a), wall(DAY, b)) for a, b in (span() for _ in range(draw(st.integers(0, 3))))]
    hours = [OpenTime(*span()) for _ in range(draw(st.integers(0, 3)))]
    closure = draw(st.sampled_from([None, CHRISTMAS, SHORT_DAY]))
    return WorkingTimes(
        weekly={OMAR.id: [(0, DAY.weekday(), stretch) for stretch in hours]},
        closures={} if closure is None else {DAY: closure},
        absences={OMAR.id: absences},
    ).day_of(OMAR.id, DAY)


@given(days())
def test_open_and_closed_time_make_up_the_whole_grid(times: DoctorDay) -> None:
    model = model_of(times)
    minutes = set[int]()
    for shut in closed_in(model, 0):
        stretch = set(range(shut.starts, shut.ends))
        assert stretch and not stretch & minutes
        minutes |= stretch
    for stretch in times.open:
        inside = set(range(stretch.starts, stretch.ends))
        assert not inside & minutes
        minutes |= inside
    assert minutes == set(range(model.first, model.last))


# Free time


@given(
    st.lists(st.tuples(st.integers(420, 1100), st.integers(5, 120), st.integers(0, 20)), max_size=12),
    st.lists(st.tuples(st.integers(420, 1100), st.booleans()), max_size=3),
    st.integers(0, 1200),
)
def test_free_time_is_open_time_without_visits_buffers_and_the_holds_of_others(
    visits: list[tuple[int, int, int]], holds: list[tuple[int, bool]], since: int
) -> None:
    booked = [
        replace(a_visit(start, minutes, n), buffer_before=buffer, buffer_after=buffer)
        for n, (start, minutes, buffer) in enumerate(visits)
    ]
    column = Column(
        INES,
        DoctorDay(INES.id, DAY, (OpenTime(480, 720), OpenTime(765, 960))),
        tuple(booked),
        tuple(a_hold(start, mine=mine) for start, mine in holds),
    )
    expected = {minute for part in column.open for minute in range(part.starts, part.ends) if minute >= since}
    for visit in booked:
        expected -= set(range(*busy_of(visit)))
    for start, mine in holds:
        expected -= set() if mine else set(range(start, start + 30))
    found = column.free(since)
    assert {minute for gap in found for minute in range(gap.starts, gap.ends)} == expected
    assert all(gap.minutes > 0 for gap in found)
    assert found == sorted(found)


def test_gaps_of_a_quarter_and_more_are_offered_from_now_on() -> None:
    model = day_of_doctors([INES, TOM], DAY, example_day.visits())
    layout = CalendarLayout(model, Measures(150))
    now = wall(DAY, 10 * 60 + 42)
    gaps = [(gap.column, gap.starts, gap.ends) for gap in gaps_of(layout, now)]
    assert gaps == [
        (0, 825, 840), (0, 870, 885), (0, 900, 915), (0, 945, 960),
        (1, 825, 840), (1, 870, 900), (1, 960, 975), (1, 1005, 1020),
    ]  # fmt: skip
    assert not list(gaps_of(layout, now + timedelta(days=1)))


def test_a_cancelled_or_missed_visit_leaves_its_time_free() -> None:
    for status in (AppointmentStatus.CANCELLED, AppointmentStatus.NOSHOW):
        visit = replace(a_visit(600, 30), status=status)
        column = day_of_doctors([INES], DAY, [visit]).columns[0]
        assert column.free_from(600, 30) == 30


def test_f3_goes_down_the_column_and_in_a_week_on_to_the_days_after() -> None:
    day = CalendarLayout(day_of_doctors([INES, TOM], DAY, example_day.visits()), Measures(150))
    now = wall(DAY, 10 * 60 + 42)
    first = next_gap(day, Cursor(0, 645), now)
    assert first == Cursor(0, 825)
    assert next_gap(day, first, now) == Cursor(0, 870)
    assert next_gap(day, Cursor(0, 945), now) is None, "not into another doctor's column"
    assert next_gap(day, Cursor(0, 870), now, -1) == first
    week = CalendarLayout(week_of_doctor(INES, DAY, example_day.week_visits()), Measures(150))
    beyond = next_gap(week, Cursor(2, 945), now)
    assert beyond is not None and beyond.column == 3
    assert next_gap(week, Cursor(2, 825), now, -1) is None, "nothing behind now"


# Holds and heads


def test_a_hold_says_for_how_long_and_by_whom() -> None:
    hold = a_hold(870)
    assert held_title(hold, example_day.NOW) == "On hold, 1:48 left"
    assert held_by(hold) == "by Front desk 2"
    assert held_title(replace(hold, mine=True), example_day.NOW) == "Held for you, 1:48 left"
    assert held_title(hold, example_day.NOW + timedelta(minutes=5)) == "On hold, 0:00 left"


def test_what_is_on_hold_is_spoken_and_shares_the_column_with_a_cancelled_visit() -> None:
    cancelled = replace(a_visit(870, 30), status=AppointmentStatus.CANCELLED)
    model = day_of_doctors([INES], DAY, [cancelled], None, [a_hold(870)])
    assert spoken_slot(model, 0, 870, 885).startswith("On hold by Front desk 2, 14:30 to 14:45")
    layout = CalendarLayout(model, Measures(150))
    [held] = layout.held
    assert not held.box.meets(layout.blocks[0].box)
    assert layout.hit(held.box.x + 2, held.box.y + 2).held is held


def test_the_head_says_how_late_a_doctor_is_and_what_is_free() -> None:
    now = datetime(2026, 11, 18, 11, 20, tzinfo=UTC)
    waiting = replace(
        a_visit(660, 30), status=AppointmentStatus.ARRIVED, arrived_at=now - timedelta(minutes=30)
    )
    waiting = replace(waiting, starts_at=now - timedelta(minutes=20), ends_at=now + timedelta(minutes=10))
    model = day_of_doctors([INES], DAY, [waiting])
    note = head_note(model.columns[0], model.period, now, now.replace(tzinfo=None))
    assert (note.late, note.about, note.free) == ("20 min late", "Room 1", "3 h 45 min free")
    early = head_note(
        model.columns[0],
        model.period,
        now - timedelta(minutes=11),
        now.replace(tzinfo=None) - timedelta(minutes=11),
    )
    assert early.late == "" and early.about == "General practice, Room 1"
    tomorrow = now + timedelta(days=1)
    assert head_note(model.columns[0], model.period, tomorrow, tomorrow.replace(tzinfo=None)).free == ""


def test_a_day_off_among_others_is_closed() -> None:
    model = day_of_doctors([INES], date(2026, 11, 22), ())
    assert [c.why for c in closed_in(model, 0)] == [Shut.CLOSED]
