"""What waits, as lines among the desk's tasks: a list that came as long as lists are does not pass for all of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest

from meditrack_desktop.domain import absence_worklists, front_desk
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.working_time import AddAbsence
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.today.asking import Answer, ask
from meditrack_desktop.ui.today.works import works_of
from tests.makers.visits import Room
from tests.ui.today.conftest import Sight

TODAY = date(2026, 11, 18)


@pytest.fixture
def sight(look: Callable[[Actor], Sight], room: Room, reception: Actor) -> Sight:
    return look(reception)


@pytest.fixture
def answer(sight: Sight, clinic: Clinic, reception: Actor, room: Room) -> Answer:
    for day in ("2026-11-19", "2026-11-20"):
        room.book(f"{day} 09:00")
        begins = datetime.fromisoformat(f"{day} 08:00")
        clinic.absences.add(
            reception,
            AddAbsence(practitioner_id=room.doctor.id, wall_start=begins, wall_end=begins.replace(hour=18)),
        )
    assert sight.window.desk is not None
    found = ask(sight.window.desk, TODAY)
    assert len(found.absences) == 2
    return found


def test_absences_that_were_cut_say_so(sight: Sight, answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "The first 2 absences are shown; more may follow once these are worked off."
    assert said not in [work.text for work in works_of(answer)]
    monkeypatch.setattr(absence_worklists, "MOST_LISTED", 2)
    works = works_of(answer)
    assert [work.text for work in works].count(said) == 1
    card = sight.page.tasks
    card.show_all(works, (), datetime(2026, 11, 18, 10, 42))
    assert "" not in card.acts, "a remark leads nowhere"


@pytest.mark.parametrize(("count", "said"), [(499, "499 patients are"), (500, "500 patients or more are")])
def test_a_count_that_was_cut_says_so(answer: Answer, count: int, said: str) -> None:
    assert front_desk.MOST_LISTED == 500
    works = works_of(replace(answer, due=count, waitlist=count))
    assert [work.text for work in works if work.text.startswith(said)] == [
        f"{said} due for a follow-up",
        f"{said} on the waitlist",
    ]
