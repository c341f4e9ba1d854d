"""Addresses as they are written where they are."""

from __future__ import annotations

import pytest

from meditrack_desktop.domain.addresses import PostcodeWord, address_form, address_lines, country_code
from meditrack_desktop.domain.patients import Address


@pytest.mark.parametrize(
    ("country", "lines"),
    [
        ("", ("1 Sample Street", "Town", "N1 9GU")),
        ("GB", ("1 Sample Street", "Town", "N1 9GU")),
        ("Germany", ("1 Sample Street", "N1 9GU Town", "Germany")),
        ("US", ("1 Sample Street", "Town N1 9GU", "US")),
        ("India", ("1 Sample Street", "Town - N1 9GU", "India")),
        ("日本", ("〒N1 9GU", "Town 1 Sample Street", "日本")),
        ("Atlantis", ("1 Sample Street", "N1 9GU Town", "Atlantis")),
    ],
)
def test_lines_stand_as_in_the_country(country: str, lines: tuple[str, ...]) -> None:
    assert address_lines(Address("1 Sample Street", "Town", "N1 9GU", country), "GB") == lines


def test_what_is_not_known_leaves_no_gap() -> None:
    assert address_lines(Address(), "GB") == ()
    assert address_lines(Address(city="Town"), "DE") == ("Town",)
    assert address_lines(Address(postcode="100-0001"), "JP") == ("〒100-0001",)
    assert address_lines(Address(city="Town"), "JP") == ("Town",)


def test_the_form_follows_country_then_region() -> None:
    assert address_form("", "US").postcode is PostcodeWord.ZIP_CODE
    assert address_form("us", "GB").fields == ("street", "city", "postcode")
    assert address_form("France", "US").fields == ("street", "postcode", "city")
    assert address_form("", "JP").fields == ("postcode", "city", "street")


def test_every_part_of_an_address_has_its_place() -> None:
    for region in ("AU", "BR", "CN", "DE", "GB", "HU", "IN", "JP", "KR", "MX", "SA", "US", "VN"):
        assert sorted(address_form("", region).fields) == ["city", "postcode", "street"]


def test_countries_are_known_by_code_and_name() -> None:
    assert country_code(" de ") == country_code("DEUTSCHLAND") == "DE"
    assert country_code("Nowhere") == ""
