"""Whom a document's text names, and its day, where it says so in as many words. Nothing is guessed.

A value counts only behind a word for it ("Patient:", "Geburtsdatum", "N° de dossier"), in English, German,
French and Spanish. Where a text gives two answers to one question, as a list of patients does, there is none.
The same rules read the text of a PDF and what recognition made of a picture.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from meditrack_desktop.domain.dates_in_text import Order, date_at_start
from meditrack_desktop.domain.examination import NamedPerson
from meditrack_desktop.domain.words_for_a_person import LABEL, Meaning, meaning_of

MOST_READ = 20_000
"""Characters from the beginning: a document names its patient at the top."""
LONGEST_NAME = 100
MOST_NUMBERS = 5

_COLON = re.compile(r"[ \t]{0,20}[:：=][ \t]{0,20}")
_GAP = re.compile(r"[ \t.]{0,20}")
_NUMBER = re.compile(r"#?[ \t]?([A-Za-z0-9][A-Za-z0-9./-]{0,30}[A-Za-z0-9]|\d)(?![\w])")
_TITLES = re.compile(
    r"(?:(?:mr|mrs|ms|miss|mx|mme|mlle|m|sr|sra|srta|hr|fr|herr|frau|monsieur|madame|don|doña|dr|prof)\.?\s+)+",
    re.IGNORECASE,
)
_AT_START = (Meaning.NAME, Meaning.DAY)
_ALSO_BARE = (Meaning.BIRTH, Meaning.NUMBER, Meaning.REPORTED, Meaning.EXAMINED)
"""Words that need no colon, since a date or a number has to follow. Others may be somebody's name."""
_STARTS_LINE = re.compile(r"(?:^|[\n|;•\t]|\s{2})[ \t]*$")


@dataclass(frozen=True, slots=True)
class _Value:
    kind: Meaning
    order: Order
    text: str
    has_colon: bool


def named_person(text: str) -> NamedPerson:
    """Name, birth date and record numbers of the patient; empty where the text does not say, or says twice."""
    values = list(_values(text))
    numbers = (
        match[1] for value in values if value.kind is Meaning.NUMBER and (match := _NUMBER.match(value.text))
    )
    return NamedPerson(
        _name(values),
        _only(_dates(values, Meaning.BIRTH)),
        tuple(dict.fromkeys(number for number in numbers if any(map(str.isdigit, number))))[:MOST_NUMBERS],
    )


def document_date(text: str) -> date | None:
    """The day of the report, else of the examination, else of the page; None if it is not said or said twice."""
    values = list(_values(text))
    for kind in (Meaning.REPORTED, Meaning.EXAMINED, Meaning.DAY):
        if found := set(_dates(values, kind)):
            return _only(found)
    return None


def _values(text: str) -> Iterator[_Value]:
    """What stands behind each word, up to the next word or the end of its line; of an empty rest, the next line."""
    text = unicodedata.normalize("NFC", text[:MOST_READ])
    labels = [
        (label, *meaning_of(label), colon)
        for label in LABEL.finditer(text)
        if (colon := _COLON.match(text, label.end())) or meaning_of(label)[0] in _ALSO_BARE
    ]
    for at, (label, kind, order, colon) in enumerate(labels):
        if kind is Meaning.OTHER or (kind in _AT_START and not _starts_line(text, label.start())):
            continue
        gap = colon or _GAP.match(text, label.end())
        start = gap.end() if gap else label.end()
        until = labels[at + 1][0].start() if at + 1 < len(labels) else len(text)
        rest = text[start:until]
        line, _, after = rest.partition("\n")
        if colon and not line.strip():
            line = after.partition("\n")[0]
        yield _Value(kind, order, line.strip(), colon is not None)


def _starts_line(text: str, at: int) -> bool:
    """Whether a short word begins its line or its column: "File name:" is nobody's."""
    return _STARTS_LINE.search(text, max(0, at - 30), at) is not None


def _dates(values: Iterable[_Value], kind: Meaning) -> Iterator[date]:
    for value in values:
        if value.kind is kind and (day := date_at_start(value.text, value.order)):
            yield day


def _only(found: Iterable[date]) -> date | None:
    different = set(found)
    return different.pop() if len(different) == 1 else None


def _name(values: Iterable[_Value]) -> str:
    """The patient's own word first, then family and given name, then a mere "Name"."""
    found: dict[Meaning, dict[str, str]] = {}
    for value in values:
        if value.has_colon and (name := _person(value.text)):
            found.setdefault(value.kind, {}).setdefault(_same(name), name)
    patient, family, given, name = (
        _one(found.get(kind, {})) for kind in (Meaning.PATIENT, Meaning.FAMILY, Meaning.GIVEN, Meaning.NAME)
    )
    if Meaning.PATIENT in found:
        return patient
    if family and given:
        return f"{given} {family}"
    if name and (given or family):
        # "Nom: ... Prénom: ...", "Nombre: ... Apellidos: ..."
        return f"{given} {name}" if given else f"{name} {family}"
    return name if Meaning.NAME in found and " " in name else ""


def _one(names: dict[str, str]) -> str:
    return next(iter(names.values())) if len(names) == 1 else ""


def _person(text: str) -> str:
    """The name at the start of `text`; "" if it is none: digits, a sentence in small letters, a single letter."""
    text = re.split(r"\s{3,}|\t|[(\[|;*/]", text, maxsplit=1)[0]
    text = re.split(r",?\s*\d", text, maxsplit=1)[0].strip(" .,:-–")
    text = _TITLES.sub("", text + " ", count=1).strip() if _TITLES.match(text) else text
    letters = sum(unicodedata.category(character)[0] in "LM" for character in text)
    marks = sum(character in " .,'’`-‐‑" for character in text)
    words = text.replace(",", " ").split()
    if letters < 2 or letters + marks != len(text) or len(text) > LONGEST_NAME or len(words) > 7:
        return ""
    if sum(word[0].islower() for word in words) * 2 > len(words) or LABEL.fullmatch(text):
        return ""
    return text


def _same(name: str) -> str:
    return " ".join(sorted(name.replace(",", " ").casefold().split()))
