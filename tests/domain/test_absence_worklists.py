"""Places that are handed out are in nobody's way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from meditrack_desktop.domain.absence_worklists import GivenPlaces, WantedPlace
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.scheduling import Slot

BEGIN = datetime(2026, 11, 18, 8, tzinfo=UTC)
DOCTORS, PATIENTS, GROUPS = [new_id() for _ in range(3)], [new_id() for _ in range(3)], ["room", "laser"]


def at(minute: int) -> datetime:
    return BEGIN + timedelta(minutes=minute)


def slot(doctor: UUID, minute: int, minutes: int = 30) -> Slot:
    return Slot(doctor, at(minute).replace(tzinfo=None), at(minute), minutes)


def wants(patient: UUID, minutes: int = 30, **details: object) -> WantedPlace:
    return WantedPlace(new_id(), patient, minutes, **details)  # type: ignore[arg-type]


def test_the_first_that_is_left() -> None:
    slots = [slot(DOCTORS[0], minute) for minute in (0, 15, 30, 45, 60)]
    places = GivenPlaces()
    taken = [places.take(wants(PATIENTS[number]), slots, BEGIN) for number in range(3)]
    assert [one.starts_at if one else None for one in taken] == [at(0), at(30), at(60)]
    assert places.take(wants(new_id()), slots, BEGIN) is None


def test_not_before_and_not_while_the_patient_is_elsewhere() -> None:
    slots = [slot(DOCTORS[0], minute) for minute in (0, 30, 60)]
    places = GivenPlaces({PATIENTS[0]: [(at(45), at(50))]})
    found = places.take(wants(PATIENTS[0]), slots, at(1))
    assert found is not None and found.starts_at == at(60)


def test_rooms_are_shared_by_doctors() -> None:
    slots = [slot(DOCTORS[0], 0), slot(DOCTORS[1], 0), slot(DOCTORS[1], 30)]
    places, room = GivenPlaces(), frozenset({"room"})
    first = places.take(wants(PATIENTS[0], needs=room), slots, BEGIN)
    second = places.take(wants(PATIENTS[1], needs=room), slots, BEGIN)
    third = places.take(wants(PATIENTS[2]), slots, BEGIN)
    assert first == slots[0] and second == slots[2]
    assert third == slots[1], "who needs no room minds none"


@given(
    slots=st.lists(st.tuples(st.sampled_from(DOCTORS), st.integers(0, 40)), max_size=60),
    wanted=st.lists(
        st.tuples(
            st.sampled_from(PATIENTS),
            st.integers(5, 60),
            st.integers(0, 20),
            st.integers(0, 20),
            st.frozensets(st.sampled_from(GROUPS)),
            st.integers(0, 40),
        ),
        max_size=12,
    ),
    elsewhere=st.lists(
        st.tuples(st.sampled_from(PATIENTS), st.integers(0, 40), st.integers(1, 12)), max_size=4
    ),
)
def test_no_two_places_are_in_each_others_way(
    slots: list[tuple[UUID, int]],
    wanted: list[tuple[UUID, int, int, int, frozenset[str], int]],
    elsewhere: list[tuple[UUID, int, int]],
) -> None:
    free = sorted({slot(doctor, 15 * place) for doctor, place in slots}, key=lambda one: one.starts_at)
    busy: dict[UUID, list[tuple[datetime, datetime]]] = {}
    for patient, place, length in elsewhere:
        busy.setdefault(patient, []).append((at(15 * place), at(15 * (place + length))))
    places = GivenPlaces(busy)
    given_out: list[tuple[WantedPlace, Slot]] = []
    for patient, minutes, before, after, needs, not_before in wanted:
        one = wants(patient, minutes, before=before, after=after, needs=needs)
        found = places.take(one, free, at(15 * not_before))
        if found is not None:
            assert found in free and found.starts_at >= at(15 * not_before)
            given_out.append((one, found))
    for number, (one, place) in enumerate(given_out):
        visit = (place.starts_at, place.starts_at + timedelta(minutes=one.minutes))
        assert not any(overlap(visit, there) for there in busy.get(one.patient_id, []))
        for other, there in given_out[:number]:
            if there.practitioner_id == place.practitioner_id or one.needs & other.needs:
                assert not overlap(with_buffers(one, place), with_buffers(other, there))
            if other.patient_id == one.patient_id:
                assert not overlap(
                    visit, (there.starts_at, there.starts_at + timedelta(minutes=other.minutes))
                )


def with_buffers(one: WantedPlace, place: Slot) -> tuple[datetime, datetime]:
    begins = place.starts_at - timedelta(minutes=one.before)
    return begins, place.starts_at + timedelta(minutes=one.minutes + one.after)


def overlap(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
