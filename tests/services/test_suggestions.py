"""The type-ahead: whom it shows first, why, and that both databases answer alike."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meditrack_desktop.database.queries import patient_suggestions
from meditrack_desktop.database.queries.patient_favourites import KEPT, favourites
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, NotFound
from meditrack_desktop.domain.patients import ArchivePatient, Patient, PhoneInput, RegisterPatient
from meditrack_desktop.domain.privacy import RestrictPatient
from meditrack_desktop.domain.scheduling import BookAppointment, CancelAppointment
from meditrack_desktop.domain.search_terms import name_words
from meditrack_desktop.domain.suggestions import MarkedField, Near, Suggestion, SuggestPatients
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import MORNING, ClinicSite
from tests.makers.crowd import fill, people
from tests.makers.people import a_doctor, a_patient, an_edit
from tests.services.test_patient_search import both as both  # a fixture
from tests.services.test_patient_search import emptied


def suggest(clinic: Clinic, actor: Actor, text: str, **more: Any) -> tuple[Suggestion, ...]:
    return clinic.patients.suggest(actor, SuggestPatients(text=text, **more))


def names(clinic: Clinic, actor: Actor, text: str, **more: Any) -> list[str]:
    return [one.line.name for one in suggest(clinic, actor, text, **more)]


def marked(one: Suggestion) -> dict[str, list[str]]:
    """The marked pieces of what is shown, by field."""
    shown = {
        MarkedField.NAME: one.line.name,
        MarkedField.ALSO: one.also,
        MarkedField.PHONE: one.line.phone,
        MarkedField.MRN: one.line.mrn,
        MarkedField.BIRTH_DATE: one.line.birth_date.iso() if one.line.birth_date else "",
    }
    return {
        field.value: [shown[field][start:end] for start, end in one.marks_in(field)]
        for field in MarkedField
        if one.marks_in(field)
    }


@pytest.fixture
def greta(clinic: Clinic, reception: Actor) -> Patient:
    clinic.patients.register(
        reception, a_patient("Other", "Somebody", "01632 960555", birth_date="1999-01-01")
    )
    return clinic.patients.register(
        reception,
        a_patient(
            "Müller-Lu\u0308denscheidt",
            "Greta Ann",
            "020 7946 0018",
            "+44 7700 900123",
            preferred_name="Gigi",
            birth_date="1971-03-04",
            mrn="LD-0042/7",
        ),
    )


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("mul", {"name": ["Mül"]}),
        ("lüdens", {"name": ["Lüdens"]}),
        ("ann gre", {"name": ["Gre", "Ann"]}),
        ("Müller, Gr", {"name": ["Gr", "Müller"]}),
        ("gigi", {"also": ["Gigi"]}),
        ("0123", {"phone": ["0123"]}),
        ("7700 9001", {"phone": ["44 7700 9001"]}),
        ("07700900123", {"phone": ["44 7700 900123"]}),
        ("4477009", {"phone": ["44 7700 9"]}),
        ("0044 7700 900123", {"phone": ["44 7700 900123"]}),
        ("20 7946", {"phone": ["20 7946"]}),
        ("4420 7946", {"phone": ["20 7946"]}),
        ("ld-00", {"mrn": ["LD-00"]}),
        ("ld00427", {"mrn": ["LD-0042/7"]}),
        ("0042", {"mrn": ["0042"]}),
        ("1971", {"birth_date": ["1971"]}),
        ("03/1971", {"birth_date": ["1971-03"]}),
        ("4.3.1971", {"birth_date": ["1971-03-04"]}),
        ("4 Mar 1971", {"birth_date": ["1971-03-04"]}),
        ("greta 1971", {"name": ["Greta"], "birth_date": ["1971"]}),
    ],
)
def test_any_scrap_finds_her_and_says_why(
    clinic: Clinic, reception: Actor, greta: Patient, typed: str, expected: dict[str, list[str]]
) -> None:
    [one] = suggest(clinic, reception, typed)
    assert one.line.id == greta.id
    assert not one.similar
    found = {
        field: [piece.replace("u\u0308", "ü") for piece in pieces] for field, pieces in marked(one).items()
    }
    assert found == expected
    assert one.line.phone == ("+44 7700 900123" if "77" in typed or "0123" in typed else "020 7946 0018")


@pytest.mark.parametrize("typed", ["", "greta somebody", "3/4/1971", "012", "🤷", "%", "'", "xqzv", "!!!"])
def test_nobody_else_is_suggested(clinic: Clinic, reception: Actor, greta: Patient, typed: str) -> None:
    assert suggest(clinic, reception, typed) == ()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("jhonson", ["Ann Johnson"]),
        ("jonson", ["Ann Johnson"]),
        ("johnnson", ["Ann Johnson"]),
        ("johmson", ["Ann Johnson"]),
        ("ann jhonson", ["Ann Johnson"]),
        ("shcwarzenberger", ["Bo Schwarzenberger"]),
        ("schwarzn", ["Bo Schwarzenberger"]),
        ("muelller", []),
        ("mueller", ["Cy Müller"]),
        ("johns", ["Ann Johnson"]),
        ("xohnsom", []),
    ],
)
def test_a_slip_of_the_fingers_still_finds(
    clinic: Clinic, reception: Actor, typed: str, expected: list[str]
) -> None:
    for family, first in (("Johnson", "Ann"), ("Schwarzenberger", "Bo"), ("Müller", "Cy"), ("Li", "Di")):
        clinic.patients.register(reception, a_patient(family, first))
    found = suggest(clinic, reception, typed)
    assert [one.line.name for one in found] == expected
    assert all(one.similar is (typed != "johns") for one in found)


def test_similar_names_stand_behind_and_only_where_hardly_anybody_else_is(
    clinic: Clinic, reception: Actor
) -> None:
    for first in ("Al", "Bo", "Cy"):
        clinic.patients.register(reception, a_patient("Smith", first))
    clinic.patients.register(reception, a_patient("Smyth", "Di"))
    assert [(one.line.name, one.similar) for one in suggest(clinic, reception, "smyth")] == [
        ("Di Smyth", False), ("Al Smith", True), ("Bo Smith", True), ("Cy Smith", True),
    ]  # fmt: skip
    assert names(clinic, reception, "smith") == ["Al Smith", "Bo Smith", "Cy Smith"]


def test_todays_visits_then_recent_charts_then_whole_words_then_beginnings(
    clinic: Clinic, reception: Actor, admin: Actor
) -> None:
    doctor = clinic.practitioners.add(admin, a_doctor("Modelo", "Ines"))
    smith, smithson, recent, smit, today, tomorrow = (
        clinic.patients.register(reception, a_patient(family, first))
        for family, first in (
            ("Smith", "Zoe"), ("Smithson", "Al"), ("Smithers", "Rae"), ("Smit", "Bo"), ("Smithy", "Tod"),
            ("Smith", "Ann"),
        )
    )  # fmt: skip
    visit, _ = (
        clinic.scheduling.book(
            reception,
            BookAppointment(
                patient_id=patient.id,
                practitioner_id=doctor.id,
                wall_start=datetime(2026, 11, day, 15),
                minutes=15,
            ),
        )
        for patient, day in ((today, 18), (tomorrow, 19))
    )
    clinic.patients.opened(reception, recent.id)
    found = suggest(clinic, reception, "smith")
    assert [one.line.id for one in found] == [today.id, recent.id, tomorrow.id, smith.id, smithson.id]
    assert [one.near for one in found] == [Near.TODAY, Near.RECENT, None, None, None]
    assert found[0].visit_at == visit.starts_at
    assert [one.line.id for one in suggest(clinic, reception, "smi", limit=3)] == [
        today.id,
        recent.id,
        smit.id,
    ]
    # Recent charts are one's own.
    assert [one.line.id for one in suggest(clinic, admin, "smith")][1] == tomorrow.id
    clinic.scheduling.cancel(
        reception, CancelAppointment(id=visit.id, version=visit.version, reason="Better again")
    )
    assert suggest(clinic, reception, "smith")[0].line.id == recent.id


def test_nothing_typed_shows_the_charts_opened_last(
    clinic: Clinic, reception: Actor, clock: FixedClock
) -> None:
    made = [clinic.patients.register(reception, a_patient(f"Name{place:02d}")) for place in range(KEPT + 3)]
    for patient in (*made, made[5]):
        clock.advance(timedelta(seconds=1))
        clinic.patients.opened(reception, patient.id)
    newest = [made[5], *made[:2:-1]]
    assert [one.line.id for one in suggest(clinic, reception, "", limit=4)] == [one.id for one in newest[:4]]
    with clinic.work.database.reading() as session:
        kept = favourites(session, reception.account_id, MORNING, MORNING).recent
    assert len(kept) == KEPT
    with pytest.raises(NotFound) as refused:
        clinic.patients.opened(reception, UUID(int=1))
    assert refused.value.code is ErrorCode.PATIENT_NOT_FOUND


def test_archived_ones_only_if_asked_for(
    clinic: Clinic, reception: Actor, admin: Actor, greta: Patient
) -> None:
    clinic.patients.opened(reception, greta.id)
    clinic.patients.archive(admin, ArchivePatient(id=greta.id, version=greta.version, reason="Moved"))
    for typed in ("greta", "0123", "1971", "ld-00", "", "gretta"):
        assert suggest(clinic, reception, typed) == (), typed
        [one] = suggest(clinic, reception, typed, include_archived=True)
        assert (one.line.id, one.line.active) == (greta.id, False)


def test_a_changed_name_is_found_at_once_and_the_old_one_no_more(
    clinic: Clinic, reception: Actor, greta: Patient
) -> None:
    clinic.patients.opened(reception, greta.id)
    assert len(suggest(clinic, reception, "lude")) == 1
    clinic.patients.edit(reception, an_edit(greta, family="Neumann"))
    for typed in ("lude", "ludenscheidtt"):
        assert suggest(clinic, reception, typed) == ()
    assert len(suggest(clinic, reception, "neumnan")) == 1


def test_names_of_every_script_are_suggested(clinic: Clinic, admin: Actor, samples: Path) -> None:
    """By the first three letters of each part alone and of all together, composed and decomposed."""
    listed = json.loads((samples / "text" / "names.json").read_text("utf-8"))
    crowd = [
        RegisterPatient(family=sample["family"], given=sample["given"])
        for sample in listed
        if sample["expect"].startswith("accepted")
    ]
    assert len(crowd) > 200
    fill(clinic, admin, crowd)
    with clinic.work.database.reading() as session:
        near = favourites(session, admin.account_id, MORNING, MORNING)

        def found(typed: str) -> list[UUID]:
            command = SuggestPatients(text=typed, limit=20)
            return [one.line.id for one in patient_suggestions.suggest(session, command, "GB", near)]

        for person in crowd:
            for form in ("NFC", "NFD"):
                parts = [
                    unicodedata.normalize(form, part[:3])
                    for part in f"{person.family} {person.given}".split()
                    if name_words(part[:3])
                ]
                assert parts
                for typed in (*parts, " ".join(parts), " ".join(reversed(parts))):
                    assert person.id in found(typed), (form, typed, person.family, person.given)


_SCRIPTS = ("aábcßİiıøŁ", "山田花子佐藤", "محمدفاطمة", "ольгаИван", "カナﾊﾝ", "김이박", "शर्मा")
_words = st.sampled_from(_SCRIPTS).flatmap(lambda script: st.text(script, min_size=1, max_size=6))
_names = st.lists(_words, min_size=1, max_size=2).map(" ".join)
_numbers = st.one_of(
    st.from_regex(r"07[4-9][0-9]{2} [0-9]{6}", fullmatch=True),
    st.from_regex(r"\+49 30 [0-9]{6,8}", fullmatch=True),
    st.from_regex(r"[0-9]{3}-[0-9]{3,5}", fullmatch=True),
)
_people = st.builds(
    RegisterPatient,
    family=_names,
    given=_names,
    preferred_name=st.one_of(st.just(""), _words),
    phones=st.lists(_numbers.map(lambda value: PhoneInput(value=value)), max_size=2).map(tuple),
    birth_date=st.one_of(
        st.none(), st.dates(date(1900, 1, 1), date(2020, 1, 1)).map(lambda d: d.isoformat())
    ),
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(crowd=st.lists(_people, min_size=1, max_size=6, unique_by=lambda one: one.id), data=st.data())
def test_everybody_is_suggested_by_three_letters_or_four_digits(
    clinic: Clinic, admin: Actor, crowd: list[RegisterPatient], data: st.DataObject
) -> None:
    with emptied(clinic):
        fill(clinic, admin, crowd)
        with clinic.work.database.reading() as session:
            near = favourites(session, admin.account_id, MORNING, MORNING)

            def found(typed: str) -> list[UUID]:
                command = SuggestPatients(text=typed, limit=20)
                return [one.line.id for one in patient_suggestions.suggest(session, command, "GB", near)]

            for person in crowd:
                words = [
                    word
                    for name in (person.family, person.given, person.preferred_name)
                    for word in name.split()
                ]
                shuffled = data.draw(st.permutations([word[:3] for word in words]))
                assert person.id in found(" ".join(shuffled))
                for phone in person.phones:
                    number = "".join(character for character in phone.value if character.isdigit())
                    start = data.draw(st.integers(0, len(number) - 4))
                    length = data.draw(st.integers(4, len(number) - start))
                    assert person.id in found(number[start : start + length])


TYPED = (
    "", "s", "smi", "john smi", "s j", "m b", "ba", "ba ro", "weiss", "佐", "مح فا", "07400", "0740", "1234",
    "7400 12", "000-00", "12", "1971", "4.3.1971", "1971-03", "son", "smith 1971", "ol 07", "zz", "smihtt",
    "kowalsky", "jhon", "barason", "mary 0", "7",
)  # fmt: skip


@pytest.fixture
def opened_both(both: list[ClinicSite]) -> Iterator[list[tuple[Clinic, Actor]]]:
    crowd = list(people(500, seed=3))
    opened = []
    for site in both:
        clinic = site.open(FixedClock(MORNING))
        admin = site.actors["admin"]
        fill(clinic, admin, crowd)
        doctor = clinic.practitioners.add(admin, a_doctor("Modelo", "Ines", id=UUID(int=77)))
        for place in range(0, 60, 7):
            clinic.scheduling.book(
                site.actors["reception"],
                BookAppointment(
                    patient_id=crowd[place].id,
                    practitioner_id=doctor.id,
                    wall_start=datetime(2026, 11, 18, 11) + timedelta(minutes=place),
                    minutes=5,
                ),
            )
            clinic.patients.opened(admin, crowd[place + 3].id)
        opened.append((clinic, admin))
    yield opened
    for clinic, _ in opened:
        clinic.close()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_databases_suggest_the_same_in_the_same_order(
    opened_both: list[tuple[Clinic, Actor]], data: st.DataObject
) -> None:
    crowd = list(people(500, seed=3))
    person = data.draw(st.sampled_from(crowd))
    scraps = [
        *f"{person.family} {person.given}".split(),
        *(phone.value.replace(" ", "") for phone in person.phones),
        *([person.birth_date.iso(), str(person.birth_date.year)] if person.birth_date else []),
    ]
    chosen = data.draw(st.lists(st.sampled_from(scraps), min_size=1, max_size=3, unique=True))
    cut = [word[: data.draw(st.integers(1, len(word)))] for word in chosen]
    typed = data.draw(st.one_of(st.just(" ".join(cut)), st.sampled_from(TYPED)))
    command = SuggestPatients(text=typed, limit=data.draw(st.integers(1, 20)))
    answers = [clinic.patients.suggest(actor, command) for clinic, actor in opened_both]
    assert answers[0] == answers[1], typed


def test_a_restricted_record_that_was_opened_comes_first_too(
    clinic: Clinic, admin: Actor, reception: Actor
) -> None:
    patient = clinic.patients.register(reception, a_patient("Beispiel", "Greta"))
    clinic.restrictions.restrict(admin, RestrictPatient(patient_id=patient.id, reason="asked for it"))
    clinic.patients.opened(reception, patient.id)
    assert [one.line.id for one in clinic.patients.suggest(reception, SuggestPatients())] == [patient.id]
