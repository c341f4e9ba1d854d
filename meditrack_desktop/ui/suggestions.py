"""A suggested patient as a line of a dropped list: two identifiers, why they are there, what was typed marked."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.suggestions import MarkedField, Near, Suggestion
from meditrack_desktop.ui.widgets import Option
from meditrack_desktop.ui.words import birth_words


def suggestion_option(value: object, one: Suggestion, today: date, *, typed: bool) -> Option:
    """The line of `one`, which stands for `value`. `typed`: something was, so that recent charts are not told of."""
    line = one.line
    said = [
        (MarkedField.BIRTH_DATE, birth_words(line.birth_date, today), 0),
        (MarkedField.MRN, _tr("MRN {mrn}").format(mrn=line.mrn), -len(line.mrn)),
        (MarkedField.PHONE, line.phone, 0),
    ]
    if one.also:
        said.append((MarkedField.ALSO, _tr("also {name}").format(name=one.also), -len(one.also)))
    second, marks = "", list[tuple[int, int]]()
    for field, words, start in said:
        if not words:
            continue
        second += ", " if second else ""
        begins = len(second) + (start + len(words) if start else 0)
        for first, last in one.marks_in(field):
            if field is MarkedField.BIRTH_DATE:
                marks.append(_in_birth_date(words, last, len(second)))
            else:
                marks.append((begins + first, last - first))
        second += words
    for word in _standing(one, typed):
        second += f", {word}" if second else word
    return Option(
        value,
        line.name,
        second,
        avatar=line.name,
        marks=tuple((start, end - start) for start, end in one.marks_in(MarkedField.NAME)),
        second_marks=tuple(marks),
        sure=not one.similar,
    )


def _standing(one: Suggestion, typed: bool) -> list[str]:
    words: list[str] = []
    if one.similar:
        words.append(_tr("similar name"))
    elif one.near is Near.TODAY:
        words.append(_tr("visit today"))
    elif one.near is Near.RECENT and not typed:
        words.append(_tr("opened lately"))
    if one.line.provisional:
        words.append(_tr("to complete"))
    if not one.line.active:
        words.append(_tr("archived"))
    return words


def _in_birth_date(words: str, iso_length: int, begins: int) -> tuple[int, int]:
    """The year (4 characters of the ISO date), month and year (7) or all (10) of `4 Mar 1971 (55)`."""
    shown = words.partition(" (")[0]
    kept = {4: 1, 7: 2}.get(iso_length, 3)
    part = " ".join(shown.split()[-kept:])
    return begins + len(shown) - len(part), len(part)


def _tr(text: str) -> str:
    return QCoreApplication.translate("suggestions", text)
