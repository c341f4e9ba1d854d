"""Finding anybody by any scrap: the same people in the same order on both databases."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from meditrack_desktop.database.queries import patient_search
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.care_team import AssignDoctor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed
from meditrack_desktop.domain.patient_scraps import matches, read
from meditrack_desktop.domain.patients import (
    ArchivePatient,
    FindPatients,
    Patient,
    PatientPage,
    PhoneInput,
    RegisterPatient,
)
from meditrack_desktop.domain.phones import digit_forms
from meditrack_desktop.domain.scheduling import (
    AppointmentStatus,
    BookAppointment,
    CancelAppointment,
    SetAppointmentStatus,
)
from meditrack_desktop.domain.search_terms import stored_text
from meditrack_desktop.domain.text import search_words
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.patient_rows import read_phones
from tests.conftest import MORNING, ClinicSite, ClinicTemplate, move_to_server
from tests.makers.crowd import fill, people
from tests.makers.people import a_doctor, a_patient, an_edit
from tests.postgres import PostgresServer


def find(clinic: Clinic, actor: Actor, typed: str = "", **more: object) -> list[str]:
    page = clinic.patients.find(actor, FindPatients.model_validate({"text": typed, **more}))
    return [line.name for line in page.lines]


@pytest.fixture
def greta(clinic: Clinic, reception: Actor) -> Patient:
    clinic.patients.register(
        reception, a_patient("Other", "Somebody", "01632 960555", birth_date="1999-01-01")
    )
    return clinic.patients.register(
        reception,
        a_patient(
            "Müller-Lüdenscheidt",
            "Greta Ann",
            "+44 7700 900123",
            "(020) 7946 0018",
            preferred_name="Gigi",
            birth_date="1971-03-04",
            mrn="LD-0042/7",
        ),
    )


@pytest.mark.parametrize(
    ("typed", "matched"),
    [
        ("mul", "name"),
        ("MÜLLER", "name"),
        ("mu\u0308ller", "name"),
        ("greta", "name"),
        ("ann gre", "name"),
        ("lüd, gr", "name"),
        ("muller-lud", "name"),
        ("gigi", "name"),
        ("0123", "phone"),
        ("7700 9001", "phone"),
        ("07700900123", "phone"),
        ("07700 900 123", "phone"),
        ("+44 7700 900123", "phone"),
        ("+447700900123", "phone"),
        ("0044 7700 900123", "phone"),
        ("0207 946", "phone"),
        ("020 7946 0018", "phone"),
        ("+44 (0)20 7946 0018", "phone"),
        ("٠١٢٣", "phone"),
        ("gre 0018", "phone"),
        ("ld-00", "mrn"),
        ("LD-0042/7", "mrn"),
        ("ld00427", "mrn"),
        ("0042", "mrn"),
        ("1971", "birth_date"),
        ("1971-03", "birth_date"),
        ("03/1971", "birth_date"),
        ("1971-03-04", "birth_date"),
        ("1971-3-4", "birth_date"),
        ("04/03/1971", "birth_date"),
        ("4.3.1971", "birth_date"),
        ("4/3/71", "birth_date"),
        ("4 3 1971", "birth_date"),
        ("04031971", "birth_date"),
        ("greta 1971", "birth_date"),
        ("1971 0018 greta", "birth_date"),
        ("enscheidt", "name"),
    ],
)
def test_any_scrap_finds_her_and_nobody_else(
    clinic: Clinic, reception: Actor, greta: Patient, typed: str, matched: str
) -> None:
    page = clinic.patients.find(reception, FindPatients(text=typed))
    assert [(line.id, line.matched) for line in page.lines] == [(greta.id, matched)]
    assert page.total == 1


@pytest.mark.parametrize(
    "typed",
    [
        "greta somebody",
        "3/4/1971",
        "1971-04",
        "012",
        "0124",
        "gretaann",
        "other 1971",
        "🤷",
        "%",
        "_",
        "'",
        '"',
    ],
)
def test_every_scrap_must_hold(clinic: Clinic, reception: Actor, greta: Patient, typed: str) -> None:
    page = clinic.patients.find(reception, FindPatients(text=typed))
    assert (page.lines, page.total) == ((), 0)


def test_month_first_where_people_write_so(clinic: Clinic, greta: Patient) -> None:
    with clinic.work.database.reading() as session:
        for typed, region, expected in (
            ("3/4/1971", "US", 1),
            ("4/3/1971", "US", 0),
            ("4.3.1971", "US", 1),
            ("4/3/1971", "DE", 1),
        ):
            page = patient_search.find(session, FindPatients(text=typed), region, MORNING)
            assert page.total == expected, (typed, region)


@pytest.mark.parametrize(
    ("family", "typed"),
    [
        ("İnönü", "inonu"),
        ("ışık", "isik"),
        ("IŞIK", "ışık"),
        ("Weiß", "weiss"),
        ("WEISS", "weiß"),
        ("Ångström", "ang"),
        ("O'Brien", "obrien"),
        ("O’Brien", "o'br"),
        ("山田", "山"),
        ("ｶﾅ", "カナ"),
        ("محمد", "محم"),
        ("مُحَمَّد", "محمد"),
        ("Ольга", "оль"),
        ("शर्मा", "शर"),
        ("김", "김"),
        ("Łukasz", "luk"),
        ("Nguyễn", "nguyen"),
        ("<b>Bold</b>", "bold"),
        ("Robert'); DROP TABLE--", "drop"),
        ("{0.__class__}", "class"),
        ("!@#", "!@#"),
        ("100%", "100"),
    ],
)
def test_names_of_any_script_and_shape_are_found(
    clinic: Clinic, reception: Actor, family: str, typed: str
) -> None:
    made = clinic.patients.register(reception, a_patient(family, ""))
    clinic.patients.register(reception, a_patient("Zzyzx", "Qqq"))
    page = clinic.patients.find(reception, FindPatients(text=typed))
    assert [line.id for line in page.lines] == [made.id]
    assert page.lines[0].family == family


def test_lines_show_phone_doctor_and_next_visit(clinic: Clinic, reception: Actor, admin: Actor) -> None:
    practitioner = clinic.practitioners.add(admin, a_doctor("Modelo", "Ines"))
    made = clinic.patients.register(
        reception, a_patient("Beispiel", "Greta", "07400 123456", "020 7946 0018")
    )
    alone = clinic.patients.register(reception, a_patient("Zulu", "Zoe"))
    clinic.care_team.assign(
        reception, AssignDoctor(patient_id=made.id, practitioner_id=practitioner.id, usual=True)
    )
    for day in (20, 19):
        clinic.scheduling.book(
            reception,
            BookAppointment(
                patient_id=made.id,
                practitioner_id=practitioner.id,
                wall_start=datetime(2026, 11, day, 9, 30),
                minutes=15,
            ),
        )
    first, second = clinic.patients.find(reception, FindPatients()).lines
    assert (first.id, first.phone, first.usual_doctor) == (made.id, "07400 123456", "Dr. Ines Modelo")
    assert first.next_visit == datetime(2026, 11, 19, 9, 30, tzinfo=UTC)
    assert (second.id, second.phone, second.usual_doctor, second.next_visit) == (alone.id, "", "", None)
    assert find(clinic, reception, order="next_visit") == ["Greta Beispiel", "Zoe Zulu"]
    assert find(clinic, reception, order="next_visit", descending=True) == ["Greta Beispiel", "Zoe Zulu"]
    assert find(clinic, reception, "z", order="next_visit") == ["Zoe Zulu"]
    # Seen early and finished: the later visit is the next one now.
    early = clinic.scheduling.of_patient(reception, made.id)[-1]
    for status in (AppointmentStatus.CHECKED_IN, AppointmentStatus.FULFILLED):
        early = clinic.scheduling.set_status(
            reception, SetAppointmentStatus(id=early.id, version=early.version, status=status)
        )
    first = clinic.patients.find(reception, FindPatients()).lines[0]
    assert first.next_visit == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def test_filters_by_doctor_and_by_day_of_visit(clinic: Clinic, reception: Actor, admin: Actor) -> None:
    ines = clinic.practitioners.add(admin, a_doctor("Modelo", "Ines"))
    omar = clinic.practitioners.add(admin, a_doctor("Ejemplo", "Omar"))
    anna, bert, carl = (
        clinic.patients.register(reception, a_patient(family, given))
        for family, given in (("Abel", "Anna"), ("Bauer", "Bert"), ("Cohn", "Carl"))
    )
    for patient in (anna, bert):
        clinic.care_team.assign(reception, AssignDoctor(patient_id=patient.id, practitioner_id=ines.id))
    visits = [
        clinic.scheduling.book(
            reception,
            BookAppointment(
                patient_id=patient.id,
                practitioner_id=omar.id,
                wall_start=datetime(2026, 11, 18, hour, 0),
                minutes=15,
            ),
        )
        for patient, hour in ((bert, 12), (carl, 15))
    ]
    today = date(2026, 11, 18)
    assert find(clinic, reception, doctor=ines.id) == ["Anna Abel", "Bert Bauer"]
    assert find(clinic, reception, doctor=omar.id) == []
    assert find(clinic, reception, visiting_on=today) == ["Bert Bauer", "Carl Cohn"]
    assert find(clinic, reception, visiting_on=today + timedelta(days=1)) == []
    assert find(clinic, reception, "b", doctor=ines.id, visiting_on=today) == ["Bert Bauer"]
    assert clinic.patients.find(reception, FindPatients(visiting_on=today)).total == 2
    assert clinic.patients.find(reception, FindPatients(doctor=ines.id, text="a")).total == 1
    clinic.scheduling.cancel(
        reception,
        CancelAppointment(id=visits[1].id, version=visits[1].version, reason="Better"),
    )
    assert find(clinic, reception, visiting_on=today) == ["Bert Bauer"]
    clinic.patients.archive(admin, ArchivePatient(id=anna.id, version=anna.version, reason="Moved"))
    page = clinic.patients.find(reception, FindPatients(doctor=ines.id))
    assert ([line.id for line in page.lines], page.total) == ([bert.id], 1)


def test_orders_and_pages(clinic: Clinic, reception: Actor) -> None:
    for family, first_name, mrn, born in (
        ("Beta", "Bo", "C-1", "1990"),
        ("alpha", "Al", "B-1", "1970-05-05"),
        ("Çelik", "Cy", "A-1", None),
        ("Beta", "Ab", "D-1", "1990-02"),
    ):
        clinic.patients.register(reception, a_patient(family, first_name, mrn=mrn, birth_date=born))
    by_name = ["Al alpha", "Ab Beta", "Bo Beta", "Cy Çelik"]
    orders = {
        "name": by_name,
        "mrn": ["Cy Çelik", "Al alpha", "Bo Beta", "Ab Beta"],
        "birth_date": ["Al alpha", "Bo Beta", "Ab Beta", "Cy Çelik"],
    }
    backwards = {
        "name": by_name[::-1],
        "mrn": orders["mrn"][::-1],
        "birth_date": ["Ab Beta", "Bo Beta", "Al alpha", "Cy Çelik"],
    }
    for typed in ("", "1"):  # every record number ends in 1, and both ways of searching must agree
        for order, expected in orders.items():
            assert find(clinic, reception, typed, order=order) == expected, (typed, order)
            assert find(clinic, reception, typed, order=order, descending=True) == backwards[order]
        assert find(clinic, reception, typed, limit=2, offset=1) == by_name[1:3]
        assert clinic.patients.find(reception, FindPatients(text=typed, limit=1, offset=9)).total == 4


def test_searching_needs_the_permission(clinic: Clinic, admin: Actor) -> None:
    with clinic.work.database.engine.execution_options(writing=True).begin() as connection:
        connection.execute(text("DELETE FROM role_permission WHERE permission = 'view_patients'"))
    with pytest.raises(NotAllowed) as refused:
        clinic.patients.find(admin, FindPatients(text="anybody"))
    assert refused.value.code is ErrorCode.NOT_PERMITTED
    assert [line.detail for line in clinic.audit.list(admin) if line.action == "permission.refused"] == [
        "view_patients"
    ]


def test_terms_follow_every_edit(clinic: Clinic, reception: Actor, admin: Actor, greta: Patient) -> None:
    edited = clinic.patients.edit(
        reception,
        an_edit(greta, family="Neu", preferred_name="", birth_date="1980", phones=({"value": "0711 4321"},)),
    )
    for typed in ("mül", "gigi", "900123", "1971"):
        assert find(clinic, reception, typed) == [], typed
    for typed in ("neu", "ann", "4321", "1980", "ld00427"):
        assert find(clinic, reception, typed) == ["Greta Ann Neu"], typed
    clinic.patients.archive(admin, ArchivePatient(id=edited.id, version=edited.version, reason="Moved"))
    with clinic.work.database.reading() as session:
        stored = session.execute(text("SELECT term FROM patient_term WHERE sort_name LIKE 'neu%'")).scalars()
        assert all(term.startswith("!") for term in stored)
        tails = set(session.execute(text("SELECT tail FROM patient_tail WHERE tail LIKE '%4321'")).scalars())
        assert tails
        assert all(tail.startswith("!") for tail in tails)


_SCRIPTS = ("aábcßİiıøŁ", "山田花子佐藤", "محمدفاطمة", "ольгаИван", "カナﾊﾝ", "김이박")
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


@contextmanager
def emptied(clinic: Clinic) -> Iterator[None]:
    """Nobody registered: examples of one test share its clinic."""
    with clinic.work.database.engine.execution_options(writing=True).begin() as connection:
        for table in (
            "patient_term", "patient_tail", "spelling", "patient_phone", "patient_identifier", "patient",
        ):  # fmt: skip
            connection.execute(text(f"DELETE FROM {table}"))
    yield


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(crowd=st.lists(_people, min_size=1, max_size=6, unique_by=lambda one: one.id), data=st.data())
def test_everybody_is_found_by_three_letters_or_four_digits(
    clinic: Clinic, admin: Actor, crowd: list[RegisterPatient], data: st.DataObject
) -> None:
    with emptied(clinic):
        fill(clinic, admin, crowd)
        with clinic.work.database.reading() as session:

            def found(typed: str) -> list[UUID]:
                command = FindPatients(text=typed, limit=500)
                return [line.id for line in patient_search.find(session, command, "GB", MORNING).lines]

            for person in crowd:
                words = [
                    w for name in (person.family, person.given, person.preferred_name) for w in name.split()
                ]
                shuffled = data.draw(st.permutations([word[:3] for word in words]))
                assert person.id in found(" ".join(shuffled))
                for phone in person.phones:
                    number = "".join(character for character in phone.value if character.isdigit())
                    start = data.draw(st.integers(0, len(number) - 4))
                    assert person.id in found(number[start : start + 4])


def plain_search(crowd: list[tuple[str, RegisterPatient]], typed: str, region: str) -> set[UUID]:
    """What a search must find, by looking at everybody."""
    wanted = read(typed, region)
    texts = {
        person.id: stored_text(
            (person.family, person.given, person.preferred_name), read_phones(person, region), mrn, region
        )
        for mrn, person in crowd
    }
    return {
        person.id
        for _, person in crowd
        if matches(wanted, texts[person.id], person.birth_date.iso() if person.birth_date else None)
    }


@pytest.fixture
def both(
    sqlite_template: ClinicTemplate,
    postgres_template: ClinicTemplate,
    postgres_server: PostgresServer,
    tmp_path: Path,
) -> Iterator[list[ClinicSite]]:
    """A copy of the clinic on an encrypted file and one on a Postgres."""
    file, shared = tmp_path / "file", tmp_path / "shared"
    shutil.copytree(sqlite_template.folder, file)
    shutil.copytree(postgres_template.folder, shared)
    name = postgres_server.create(template=postgres_template.database)
    move_to_server(shared, postgres_server.url(name))
    yield [
        ClinicSite(file, sqlite_template.secrets, sqlite_template.actors, "sqlite"),
        ClinicSite(shared, postgres_template.secrets, postgres_template.actors, "postgres"),
    ]
    postgres_server.drop(name)


TYPED = (
    "", "s", "smi", "john smi", "s j", "m b", "ba", "ba ro", "weiss", "佐", "مح فا", "07400", "0740", "1234",
    "7400 12", "000-00", "12", "1971", "4.3.1971", "1971-03", "son", "ith", "smith 1971", "ol 07", "zz",
)  # fmt: skip


def test_both_ways_of_searching_find_the_same_in_the_same_order(
    clinic: Clinic, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = list(people(600, seed=7))
    fill(clinic, admin, crowd)
    for order in ("name", "mrn", "birth_date"):
        for backwards in (False, True):
            for typed in TYPED:
                command = FindPatients(text=typed, order=order, descending=backwards, limit=500)
                pages: list[PatientPage] = []
                for rare, dense in ((10_000, 10_000), (2, 10_000), (2, 2)):
                    monkeypatch.setattr(patient_search, "RARE", rare)
                    monkeypatch.setattr(patient_search, "DENSE", dense)
                    with clinic.work.database.reading() as session:
                        pages.append(patient_search.find(session, command, "GB", MORNING))
                assert pages[0].lines == pages[1].lines == pages[2].lines, (typed, order, backwards)


def test_search_finds_what_looking_at_everybody_finds(clinic: Clinic, admin: Actor) -> None:
    crowd = list(people(400, seed=11))
    fill(clinic, admin, crowd)
    numbered = [(f"000-{place:04d}", person) for place, person in enumerate(crowd, start=1)]
    with clinic.work.database.reading() as session:
        for typed in TYPED[1:]:
            page = patient_search.find(session, FindPatients(text=typed, limit=500), "GB", MORNING)
            expected = plain_search(numbered, typed, "GB")
            if expected:
                assert {line.id for line in page.lines} == expected, typed
                assert page.total == len(expected)
            ordered = [" ".join(search_words(f"{line.family} {line.given}")) for line in page.lines]
            assert ordered == sorted(ordered)


def test_both_databases_answer_alike(both: list[ClinicSite]) -> None:
    odd = [a_patient(name, "", id=UUID(int=place + 1)) for place, name in enumerate(ODD)]
    crowd = [*people(300, seed=3), *odd]
    answers = []
    for site in both:
        opened = site.open(FixedClock(MORNING))
        fill(opened, site.actors["admin"], crowd)
        with opened.work.database.reading() as session:
            answers.append(
                {
                    (typed, order, backwards): patient_search.find(
                        session,
                        FindPatients(text=typed, order=order, descending=backwards, limit=500),
                        "GB",
                        MORNING,
                    )
                    for typed in (*TYPED, *ODD)
                    for order in ("name", "mrn", "birth_date", "next_visit")
                    for backwards in (False, True)
                }
            )
        opened.close()
    assert answers[0] == answers[1]


ODD = (
    "İstanbul", "ISTANBUL", "ıstanbul", "Straße", "STRASSE", "ﷺ", "Z͑ͫ̓ͪ̂ͫa͑l̂g͖o", "𝒜lice", "ＦＵＬＬ", "éclair",
    "e\u0301clair",
    "ファミリー", "😀 smile", "a_b", "50%", "back\\slash", "\u200bzero", "נועם",
)  # fmt: skip


def test_phone_forms_include_the_number_as_dialled_at_home() -> None:
    assert digit_forms("+44 7700 900123") == {"447700900123", "07700900123"}
    assert digit_forms("07700 900123", region="GB") == {"447700900123", "07700900123"}
    assert digit_forms("x") == frozenset()
