"""A header as lines of text, to be searched and read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydicom.datadict import dictionary_description, dictionary_has_tag
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.uid import UID
from pydicom.valuerep import PersonName

from meditrack_desktop.examiner.dicom.header import Header
from meditrack_desktop.examiner.dicom.library import DICOM_FAULTS
from meditrack_desktop.examiner.dicom.values import joined, line

MOST_LINES = 4000
MOST_ITEMS = 20
"""Of one sequence; a file of a thousand frames says the same thing a thousand times."""
DEEPEST = 12


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """One element. `tag` like "(0010,0010)", `depth` counts the sequences around it."""

    tag: str
    name: str
    vr: str
    value: str
    depth: int = 0


def header_lines(header: Header) -> tuple[HeaderLine, ...]:
    """At most MOST_LINES of them, in the order of the file."""
    found: list[HeaderLine] = []
    for dataset in (header.meta, header.dataset):
        for one in _lines(dataset, 0):
            found.append(one)
            if len(found) >= MOST_LINES:
                return tuple(found)
    return tuple(found)


def _lines(dataset: Dataset, depth: int) -> Iterator[HeaderLine]:
    for tag, held in sorted(dataset.items()):
        number = f"({int(tag) >> 16:04X},{int(tag) & 0xFFFF:04X})"
        try:
            if isinstance(held, RawDataElement) and held.value is None and held.length:
                yield HeaderLine(number, _name(int(tag), ""), held.VR or "", _bytes_words(held.length), depth)
                continue
            element = dataset[tag]
            name, vr = _name(int(tag), element.name), str(element.VR)
            if vr != "SQ":
                yield HeaderLine(number, name, vr, _value(element), depth)
                continue
            yield HeaderLine(number, name, vr, f"[{len(element.value)}]", depth)
            if depth < DEEPEST:
                for item in element.value[:MOST_ITEMS]:
                    yield from _lines(item, depth + 1)
        except DICOM_FAULTS:
            yield HeaderLine(number, _name(int(tag), ""), "", "?", depth)


def _name(tag: int, otherwise: str) -> str:
    if dictionary_has_tag(tag):
        return dictionary_description(tag)
    return line(otherwise)


def _value(element: DataElement) -> str:
    value = element.value
    if isinstance(value, bytes | bytearray):
        return _bytes_words(len(value))
    if isinstance(value, PersonName):
        return line(str(value))
    if isinstance(value, UID) and value.name != value:
        return line(f"{value.name} ({value})")
    return line(joined(value))


def _bytes_words(size: int) -> str:
    return f"[{size} B]"
