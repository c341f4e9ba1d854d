"""Address cards: every sample meets its expectation, and what is odd about a card costs that card at most."""

from __future__ import annotations

import json
import tracemalloc
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from meditrack_desktop.domain.errors import Invalid
from meditrack_desktop.domain.imports import Skipped
from meditrack_desktop.domain.patients import RegisterPatient
from meditrack_desktop.services.imports.files import open_source
from meditrack_desktop.services.imports.items import Item, Note, Reading, Taken

SAMPLES = Path(__file__).resolve().parents[3] / "../shared/samples"
TODAY = date(2026, 11, 21)


def _index() -> list[Any]:
    index = SAMPLES / "index.json"
    if not index.is_file():
        return []
    files = json.loads(index.read_text(encoding="utf-8"))["files"]
    return [pytest.param(e, id=e["path"]) for e in files if e["path"].startswith("contacts/")]


def read(path: Path) -> list[Item]:
    return list(open_source(path).items(Reading(today=TODAY)))


def people(items: list[Item]) -> list[RegisterPatient]:
    return [item.command for item in items if isinstance(item, Taken)]  # type: ignore[misc]


@pytest.mark.parametrize("entry", _index())
def test_every_sample_meets_its_expectation(entry: dict[str, Any], samples: Path) -> None:
    path = samples / entry["path"]
    if entry["expect"] == "rejected-clear-error":
        with pytest.raises(Invalid) as refusal:
            read(path)
        assert str(refusal.value.parameters["reason"]).endswith(".")
        return
    items = read(path)
    skipped = [item for item in items if isinstance(item, Skipped)]
    if "cards" in entry["facts"]:
        assert len(people(items)) + len(skipped) == entry["facts"]["cards"]
    if entry["expect"] == "opens":
        assert skipped == []
    assert people(items) or skipped
    assert all(item.reason.endswith(".") and item.where.startswith("card ") for item in skipped)


def card(tmp_path: Path, *lines: str | bytes) -> list[Item]:
    path = tmp_path / "one.vcf"
    content = [line if isinstance(line, bytes) else line.encode() for line in lines]
    path.write_bytes(b"\r\n".join([b"BEGIN:VCARD", *content, b"END:VCARD", b""]))
    return read(path)


def test_everything_a_patient_has_is_taken(tmp_path: Path) -> None:
    (someone,) = people(
        card(
            tmp_path,
            "VERSION:4.0",
            "N:Fictanova;Mara;Anna\\, Eva;Dr.;Jr.",
            "NICKNAME:Mari",
            "BDAY:19880405",
            "GENDER:F",
            "TEL;TYPE=cell:+44 7700 900123",
            'TEL;VALUE=uri;TYPE="home,voice":tel:+44-20-7946-0142;ext=12',
            "TEL;TYPE=work,fax:+44 20 7946 0199",
            "EMAIL;PREF=2:second@example.org",
            "EMAIL;PREF=1:first@example.org",
            "ADR;TYPE=work:;;1 Work Street;Leeds;;LS1 1AA;GB",
            "ADR;TYPE=home:;Flat 2;3 Home Street;York;Yorkshire;YO1 7HH;GB",
            "LANG:cs",
            "NOTE:one\\ntwo",
            "UID:urn:uuid:7133c719-9f0b-4af0-a5d0-e6c337fe827c",
        )
    )
    assert (someone.family, someone.given, someone.preferred_name) == (
        "Fictanova Jr.",
        "Mara Anna, Eva",
        "Mari",
    )
    assert str(someone.birth_date) == "1988-04-05" and someone.gender == "female"
    assert [(phone.value, phone.use) for phone in someone.phones] == [
        ("+44 7700 900123", "mobile"),
        ("+44-20-7946-0142 ext. 12", "home"),
    ]
    assert someone.email == "first@example.org"
    assert someone.address.model_dump() == {
        "street": "3 Home Street, Flat 2",
        "city": "York, Yorkshire",
        "postcode": "YO1 7HH",
        "country": "GB",
    }
    assert (someone.language, someone.note) == ("cs", "one\ntwo")


def test_what_is_left_out_is_told(tmp_path: Path) -> None:
    items = card(
        tmp_path,
        "VERSION:3.0",
        "FN:Noah Stubson",
        "PHOTO;ENCODING=b:" + "A" * 300_000,
        "TEL;TYPE=fax:1",
        "BDAY:--0229",
        "EMAIL:nobody at home",
    )
    notes = " ".join(item.text for item in items if isinstance(item, Note))
    for part in ("pictures", "fax numbers", "without a year", "not written as one"):
        assert part in notes
    assert [(one.family, one.given) for one in people(items)] == [("Stubson", "Noah")]


def test_each_property_has_its_own_characters(tmp_path: Path) -> None:
    items = card(
        tmp_path,
        "VERSION:2.1",
        b"N;CHARSET=ISO-8859-1:M\xfcller;J\xf6rg",
        b"NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:soft=\r\n break =C3=BC",
        b"NICKNAME:" + "Jörgi".encode(),
    )
    (someone,) = people(items)
    assert (someone.family, someone.given) == ("Müller", "Jörg")
    assert (someone.note, someone.preferred_name) == ("soft break ü", "Jörgi")


def test_a_card_inside_a_card_is_nobody(tmp_path: Path) -> None:
    items = card(
        tmp_path,
        "VERSION:2.1",
        "N:Outer;Ann",
        "AGENT:",
        "BEGIN:VCARD",
        "N:Inner;Ben",
        "END:VCARD",
        "TEL:1",
    )
    assert [one.family for one in people(items)] == ["Outer"]


def test_a_card_that_never_ends_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "many.vcf"
    path.write_text("BEGIN:VCARD\nN:Half;Ann\nBEGIN:VCARD\nN:Whole;Ben\nEND:VCARD\n")
    items = read(path)
    assert [one.family for one in people(items)] == ["Whole"]
    assert [item.where for item in items if isinstance(item, Skipped)] == ["card 1 (line 1)"]


def test_a_large_file_costs_no_memory(tmp_path: Path) -> None:
    """Four times the cards with a picture each cost no more than the 32 bytes a card that find repetitions."""

    def peak(count: int) -> int:
        path = tmp_path / f"{count}.vcf"
        with path.open("w") as file:
            for number in range(count):
                picture = "\n ".join(["PHOTO;ENCODING=b:", *["A" * 75] * 60])
                file.write(f"BEGIN:VCARD\nVERSION:3.0\nN:Family{number};Ann\n{picture}\nEND:VCARD\n")
        tracemalloc.start()
        taken = sum(isinstance(item, Taken) for item in open_source(path).items(Reading(today=TODAY)))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert taken == count
        return most

    assert peak(2000) - peak(500) < 1_500_000
