"""Which changes of a file are our own: a foreign one is never taken for an echo, whatever comes between."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from meditrack_desktop.database.own_changes import REMEMBERED, OwnChanges
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.patients import RegisterPatient
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import ClinicSite


@given(st.lists(st.sampled_from(["ours", "theirs", "undone"]), max_size=60))
def test_foreign_changes_are_counted_exactly(story: list[str]) -> None:
    """Read at any moment, also between our commit and the next step, the number is that of others' commits."""
    own, counter, foreign = OwnChanges(), 0, 0
    for step in story:
        if step == "theirs":
            counter += 1
            foreign += 1
        else:
            own.note(counter + 1)
            assert own.foreign(counter) == foreign  # noted, not yet committed
            if step == "undone":
                own.withdraw(counter + 1)
            else:
                counter += 1
        assert own.foreign(counter) == foreign


def test_a_number_given_back_and_taken_by_another_desk_is_theirs() -> None:
    own = OwnChanges()
    own.note(1)
    own.withdraw(1)
    assert own.foreign(1) == 1


def test_old_numbers_are_forgotten_and_still_counted() -> None:
    own = OwnChanges()
    for number in range(1, 3 * REMEMBERED + 1):
        own.note(number)
    assert own.foreign(3 * REMEMBERED) == 0
    assert own.foreign(3 * REMEMBERED + 2) == 2
    assert len(own._numbers) == REMEMBERED


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_transactions_note_their_numbers_before_anybody_can_read_them(
    clinic: Clinic, site: ClinicSite, reception: Actor, clock: FixedClock
) -> None:
    database = clinic.work.database

    def counted() -> int:
        with database.reading() as session:
            return int(session.execute(text("SELECT value FROM counter WHERE name = 'changes'")).scalar_one())

    before = database.own_changes.foreign(counted())
    seen: list[int] = []
    clinic.changes.subscribe(lambda _: seen.append(database.own_changes.foreign(counted())))
    clinic.patients.register(reception, RegisterPatient(family="Standin"))
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        from meditrack_desktop.database.listen import announce
        from meditrack_desktop.domain.changes import EVERYTHING

        announce(session, "me", EVERYTHING)
        raise ZeroDivisionError
    assert seen == [before]
    other = site.open(clock)
    try:
        other.patients.register(reception, RegisterPatient(family="Farby"))
    finally:
        other.close()
    assert database.own_changes.foreign(counted()) == before + 1
