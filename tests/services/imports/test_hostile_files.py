"""Whatever bytes a file holds, reading ends in people, reasons or a refusal, never in a traceback."""

from __future__ import annotations

import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meditrack_desktop.domain.errors import Invalid
from meditrack_desktop.domain.imports import DateOrder, Skipped
from meditrack_desktop.services.imports import json_text
from meditrack_desktop.services.imports.files import open_source
from meditrack_desktop.services.imports.items import Note, Reading, Repeated, Taken

TODAY = date(2026, 11, 21)
FEW = settings(max_examples=150, deadline=None)


def read_anything(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "import.dat"
        path.write_bytes(content)
        try:
            source = open_source(path)
            items = list(source.items(Reading(today=TODAY, date_order=DateOrder.DAY_FIRST)))
        except Invalid as refusal:
            assert str(refusal.parameters["reason"]).endswith(".")
            return
        assert source.done == source.total
        for item in items:
            assert isinstance(item, (Taken, Repeated, Skipped, Note))
            if isinstance(item, Skipped):
                assert item.reason.endswith(".")
                assert item.where
            if isinstance(item, Taken):
                assert item.command.identifiers
                item.command.model_dump_json().encode("utf-8")


@FEW
@given(st.binary(max_size=2_000))
def test_random_bytes(content: bytes) -> None:
    read_anything(content)


@FEW
@given(st.binary(max_size=500))
def test_random_bytes_under_a_header(content: bytes) -> None:
    read_anything(b"patient_id,surname,first name,dob,sex,phone,email,note\n1,T\xc3\xa9st,,,,,,\n" + content)


CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ['"', '""', "\n", "\r", "\0", "01/02/03", "1970-01-01", "4.4E+11", "=1+1", ",", ";", "m"]
    ),
)


@FEW
@given(st.lists(st.lists(CELL, max_size=9), max_size=12), st.sampled_from(",;\t|"))
def test_random_tables(rows: list[list[str]], delimiter: str) -> None:
    header = delimiter.join(
        ["id", "surname", "first name", "dob", "sex", "phone", "email", "note", "deceased"]
    )
    lines = [header, *(delimiter.join(row) for row in rows)]
    read_anything("\n".join(lines).encode("utf-8", "surrogatepass"))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)
PROPERTIES = st.sampled_from(
    [
        "id",
        "name",
        "telecom",
        "address",
        "identifier",
        "birthDate",
        "gender",
        "communication",
        "meta",
        "link",
        "deceasedBoolean",
        "deceasedDateTime",
        "modifierExtension",
        "active",
        "maritalStatus",
        "resourceType",
    ]
)
PARTS = st.sampled_from(
    [
        "use",
        "family",
        "given",
        "text",
        "period",
        "end",
        "system",
        "value",
        "line",
        "city",
        "state",
        "rank",
        "language",
        "coding",
        "code",
        "type",
        "extension",
        "url",
        "prefix",
    ]
)
ELEMENT = st.dictionaries(
    PARTS, st.text(max_size=5) | st.lists(st.text(max_size=5), max_size=2) | JSON, max_size=5
)
PATIENT = st.dictionaries(PROPERTIES, JSON | st.lists(ELEMENT, max_size=3) | st.text(max_size=12), max_size=8)


@FEW
@given(PATIENT, st.sampled_from(["Patient", "Practitioner", "PractitionerRole"]))
def test_random_resources(properties: dict[str, Any], kind: str) -> None:
    read_anything(json.dumps({**properties, "resourceType": kind}).encode())


@FEW
@given(st.lists(PATIENT, max_size=4), JSON)
def test_random_bundles(patients: list[dict[str, Any]], other: Any) -> None:
    entries = [{"resource": {"resourceType": "Patient", **patient}, "fullUrl": other} for patient in patients]
    bundle = {"resourceType": "Bundle", "type": other, "entry": [*entries, other, {"request": other}]}
    read_anything(json.dumps(bundle).encode())


@FEW
@given(st.lists(st.text(max_size=30) | st.builds(json.dumps, PATIENT), min_size=2, max_size=5))
def test_random_lines(lines: list[str]) -> None:
    start = '{"resourceType": "Patient", "name": [{"family": "Test"}]}\n'
    read_anything((start * 2 + "\n".join(lines)).encode("utf-8", "surrogatepass"))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "content",
    [
        b'{"a": "' + b'\\"' * 1_000_000,
        b'{"a": ' + b'"' * 2_000_001,
        b"{" + b",".join(b'"%d":0' % number for number in range(300_000)) + b',"0":1}',
        b'{"resourceType":"Patient","name":[{"text":"' + b"dr " * 1_000_000 + b'x"}]}',
        b"surname,note\n" + b'x,"\n' * 100_000,
        b'surname,note\n"' + b'x,""\n' * 100_000,
        b"surname,note\n" + b'"' * 1_000_000,
        b"surname,note\n" + b"," * 1_000_000,
        b"\xff" * 5_000_000,
        b"surname\n" + b"\r" * 1_000_000,
        b'{"resourceType":"Bundle","entry":[' + b"{}," * 300_000 + b"{}]}",
    ],
    ids=lambda content: repr(content[:20]),
)
def test_reading_takes_time_in_proportion_to_size(content: bytes) -> None:
    """A pattern or a loop that looks back would run for hours on these."""
    read_anything(content)


@pytest.mark.parametrize(
    "number", ["1E+99999999", "1E+999999999999999999", "1E-99999999", "1E+99999999999999999999"]
)
def test_a_short_number_that_is_a_gigabyte_when_it_is_shown_is_none(number: str) -> None:
    told = json_text.parse(f'{{"low": {{"value": {number}}}}}')
    assert json_text.trouble(told)
    assert not json_text.trouble(json_text.parse('{"value": 1.5E+10}'))
