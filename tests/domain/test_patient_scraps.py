"""Reading the search box, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditrack_desktop.domain.patient_scraps import MOST_SCRAPS, AnyOf, Atom, Kind, inner, matches, read
from meditrack_desktop.domain.patients import Phone
from meditrack_desktop.domain.phones import e164, tails
from meditrack_desktop.domain.search_terms import (
    LONGEST_SORT_NAME,
    sort_name,
    stored_tails,
    stored_terms,
    stored_text,
    without_preferred,
)


def dates(typed: str, region: str = "GB") -> set[str]:
    found: set[str] = set()
    for part in read(typed, region).parts:
        assert isinstance(part, AnyOf)
        found |= {one.value for one in part.parts if isinstance(one, Atom) and one.kind is Kind.BIRTH_DATE}
    return found


@pytest.mark.parametrize(
    ("typed", "region", "expected"),
    [
        ("4.3.1971", "GB", {"1971-03-04"}),
        ("4 Mar 1971", "GB", {"1971-03-04"}),
        ("4. march 1971", "US", {"1971-03-04"}),
        ("Mar 1971", "GB", {"1971-03"}),
        ("04/03/1971", "GB", {"1971-03-04"}),
        ("04/03/1971", "US", {"1971-04-03"}),
        ("4.3.1971", "US", {"1971-03-04"}),
        ("4-3-1971", "DE", {"1971-03-04"}),
        ("1971-3-4", "US", {"1971-03-04"}),
        ("4/3/71", "GB", {"1971-03-04", "2071-03-04"}),
        ("19710304", "GB", {"1971-03-04"}),
        ("04031971", "US", {"1971-04-03"}),
        ("4 3 1971", "GB", {"1971-03-04"}),
        ("1971", "GB", {"1971"}),
        ("3/1971", "GB", {"1971-03"}),
        ("31.2.1971", "GB", set()),
        ("02/29/2012", "GB", set()),
        ("1879", "GB", set()),
        ("0.0.1971", "GB", set()),
    ],
)
def test_dates_are_read_as_the_region_writes_them(typed: str, region: str, expected: set[str]) -> None:
    assert dates(typed, region) == expected


@given(st.text(max_size=200), st.sampled_from(["GB", "US", "JP"]))
def test_anything_can_be_typed(typed: str, region: str) -> None:
    wanted = read(typed, region)
    assert len(wanted.parts) <= MOST_SCRAPS
    assert all(atom.value for atom in inner(typed))
    matches(wanted, " $1 name #1234", "1971")


def test_nothing_is_found_by_nothing() -> None:
    assert matches(read("!!!", "GB"), " $1 name", None) is None


def test_terms_are_read_from_the_stored_line() -> None:
    text = stored_text(("Müller", "Jo", ""), (Phone("0711 42"),), "A-1", "DE")
    assert text.startswith(" $a1 $1 muller jo #")
    assert stored_terms(" $a1 $1 muller #07114") == {"$a1", "$1", "muller"}
    assert stored_tails(" $a1 $1 muller #07114 #123") == {("7114", "0")}
    assert stored_terms(" $1", archived=True) == {"!$1"}
    assert stored_tails(" $1 #071142", archived=True) == {("!1142", "7"), ("!071142", "")}


def test_order_keeps_the_preferred_name_apart() -> None:
    assert sort_name("Müller", "Jörg", "Jo") == "muller jorg / jo"
    assert without_preferred("muller jorg / jo") == "muller jorg" == sort_name("Müller", "Jörg")
    assert len(sort_name("ﷺ" * 120, "ﷺ" * 120)) <= LONGEST_SORT_NAME


@given(st.text("0123456789", min_size=4, max_size=15), st.data())
def test_any_four_digits_begin_a_tail(number: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(number) - 4))
    length = data.draw(st.integers(4, len(number) - start))
    fragment = number[start : start + length]
    assert any(
        tail.startswith(fragment) or (before == fragment[0] and tail.startswith(fragment[1:]))
        for tail, before in tails({number})
    )


@pytest.mark.parametrize(
    ("typed", "region", "expected"),
    [
        ("07400 123456", "GB", "+447400123456"),
        ("+1-800-FLOWERS", "GB", "+18003569377"),
        ("٠٧٤٠٠ ١٢٣٤٥٦", "GB", "+447400123456"),
        ("12", "GB", None),
        ("call me", "GB", None),
        ("07700 900123", "XX", None),
    ],
)
def test_numbers_get_their_international_form(typed: str, region: str, expected: str | None) -> None:
    assert e164(typed, region) == expected


def test_a_month_that_is_a_name_still_finds_the_person() -> None:
    scraps = read("may 1971", "GB")
    may = stored_text(("May", "Proxley", ""), (), "000-1971", "GB")
    assert matches(scraps, may, "1988-02-01") is not None, "May Proxley by name and record number"
    other = stored_text(("Ann", "Proxley", ""), (), "000-0002", "GB")
    assert matches(scraps, other, "1971-05-09") is Kind.BIRTH_DATE
    assert matches(scraps, other, "1971-06-09") is None
    assert matches(read("ann 5 Apr 1988", "GB"), other, "1988-04-05") is Kind.BIRTH_DATE
