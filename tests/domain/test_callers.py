"""A caller's number, and nothing that is not one."""

from __future__ import annotations

import pytest

from meditrack_desktop.domain.callers import read_copied, read_link, read_number


@pytest.mark.parametrize(
    ("link", "number"),
    [
        ("tel:+15550142", "+15550142"),
        ("TEL:+1-555-0142", "+1-555-0142"),
        ("tel:+1-555-0142;ext=7", "+1-555-0142"),
        ("tel:0142-555;phone-context=+1", "0142-555"),
        ("tel:%2B1%20555%200142", "+1 555 0142"),
        ("callto:+15550142", "+15550142"),
        ("callto://+15550142", "+15550142"),
        ("sip:+15550142@clinic.example", "+15550142"),
        ("sips:+15550142@clinic.example;transport=tls", "+15550142"),
        ("sip:mara@clinic.example", None),
        ("tel:", None),
        ("tel:12", None),
        ("tel:mara fictanova", None),
        ("tel:+15550142 --profile /somewhere", None),
        ("tel:" + "1" * 40, None),
        ("tel:" + "%31" * 400, None),
        ("tel:+1555\n0142", None),
        ("http://clinic.example/+15550142", None),
        ("+15550142", None),
    ],
)
def test_a_link_gives_its_number_or_nothing(link: str, number: str | None) -> None:
    assert read_link(link) == number


@pytest.mark.parametrize("text", ["+1 555 0142", "(020) 7946-0142", "020.7946.0142", " 07400 123456 "])
def test_a_number_is_read_as_it_was_written(text: str) -> None:
    assert read_number(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Mara Fictanova",
        "+1 555 0142 Mara",
        "12345",
        "5.4.1988",
        "1988-04-05",
        "1234567890123456",
        "a" * 100,
    ],
)
def test_what_was_copied_and_is_no_number_is_left_alone(text: str) -> None:
    assert read_copied(text) is None


def test_a_copied_link_is_a_number_too() -> None:
    assert read_copied("tel:+15550142") == "+15550142"
