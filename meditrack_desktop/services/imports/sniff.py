"""What a file is, told by its content: the name and the extension are never believed."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from meditrack_desktop.services.imports.encoding import byte_order_mark, wide_without_mark
from meditrack_desktop.services.imports.items import not_supported, refused

_HEAD = 1 << 16
LONGEST_LINE = 16 << 20
"""Bytes that one line of NDJSON may have."""


class FileKind(StrEnum):
    CSV = "csv"
    FHIR_JSON = "fhir_json"
    FHIR_NDJSON = "fhir_ndjson"
    VCARD = "vcard"


_BINARY = {
    b"PK\x03\x04": "This is an Excel workbook or a ZIP archive. Save the table as CSV and try again.",
    b"\xd0\xcf\x11\xe0": "This is an old Excel or Word file. Save the table as CSV and try again.",
    b"%PDF": "This is a PDF document, not a list of patients.",
    b"\x89PNG": "This is a picture, not a list of patients.",
    b"\xff\xd8\xff": "This is a picture, not a list of patients.",
    b"GIF8": "This is a picture, not a list of patients.",
    b"\x1f\x8b": "This is a compressed file. Unpack it and try again.",
    b"SQLite format 3": "This is a database file, not a list of patients.",
}


def sniff(path: Path) -> FileKind:
    """The kind of `path`. Raises Invalid with a sentence for everything that is not read.

    XML is recognised and refused without being parsed, so its entities can do no harm.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for magic, reason in _BINARY.items():
        if head.startswith(magic):
            raise not_supported(path.name, reason)
    text = _decoded(head).lstrip("\ufeff \t\r\n\0")
    if not text:
        raise refused(path.name, "The file is empty.")
    start = text[:200].upper()
    if start.startswith("<"):
        raise not_supported(path.name, "XML is not supported. Export the data as FHIR JSON.")
    if start.startswith("BEGIN:VCARD"):
        return FileKind.VCARD
    if start.startswith("BEGIN:VCALENDAR"):
        raise not_supported(
            path.name,
            "This is a calendar, not a list of people. It is taken as a doctor's time or as closed days.",
        )
    if start.startswith(("MSH|", "FHS|", "BHS|")):
        raise not_supported(path.name, "HL7 version 2 messages are not taken. Export FHIR JSON or CSV.")
    if start.startswith("{"):
        return FileKind.FHIR_NDJSON if _is_ndjson(_first_lines(path, text)) else FileKind.FHIR_JSON
    if start.startswith("["):
        return FileKind.FHIR_JSON
    if _is_binary(text):
        raise refused(path.name, "This is not a text file; CSV and FHIR JSON can be read.")
    return FileKind.CSV


def _decoded(head: bytes) -> str:
    codec = byte_order_mark(head) or wide_without_mark(head) or "utf-8"
    return head.decode(codec, "replace")


def _first_lines(path: Path, head: str) -> list[str]:
    """The first two lines that hold anything; a bulk export's lines may be longer than the head."""
    lines = [line for line in head.splitlines() if line.strip()]
    if len(lines) > 2 or len(head) < _HEAD // 4:
        return lines[:2]
    lines = []
    with path.open("rb") as file:
        while len(lines) < 2 and (line := file.readline(LONGEST_LINE)):
            if line.strip():
                lines.append(line[:2].decode("ascii", "replace") + line[-2:].decode("ascii", "replace"))
    return lines


def _is_ndjson(lines: list[str]) -> bool:
    """Whether each line is an object of its own; one that is left open goes on in the next."""
    left_open = lines[0].rstrip().endswith(("{", "[", ","))
    return len(lines) == 2 and not left_open and all(line.lstrip().startswith("{") for line in lines)


def _is_binary(text: str) -> bool:
    sample = text[:4096]
    odd = sum(1 for character in sample if character < " " and character not in "\t\r\n\f\x1a")
    return odd > 0.2 * len(sample)
