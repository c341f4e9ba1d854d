"""FHIR HumanName: which of several names is the one on the record, and what the person likes to be called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from meditrack_desktop.services.imports.fhir_values import Json, child, objects, text, texts
from meditrack_desktop.services.imports.names import part_name

_USES = {"official": 0, "usual": 1, "": 2, "nickname": 3, "temp": 4, "anonymous": 5, "maiden": 6, "old": 7}
_REPRESENTATION = "iso21090-EN-representation"
_SCRIPTS = {"IDE": 0, "": 1, "ABC": 2, "SYL": 3}


@dataclass(frozen=True, slots=True)
class PersonName:
    family: str = ""
    given: str = ""
    prefix: str = ""
    preferred: str = ""


def person_name(resource: Json, today: date) -> PersonName:
    """The official name in its own script, else the best there is; empty if there is none.

    Of a name written in kanji and in kana the kanji counts. `preferred` is the given name of a usual name or
    nickname that differs.
    """
    names = [
        name for name in objects(resource, "name") if _family(name) or _given(name) or text(name, "text")
    ]
    if not names:
        return PersonName()
    names.sort(key=lambda name: (_is_over(name, today), _use(name), _script(name)))
    best = names[0]
    family, given = _family(best), _given(best)
    if not family and not given:
        family, given = part_name(text(best, "text"))
    preferred = next(
        (
            called
            for name in names[1:]
            if text(name, "use") in ("usual", "nickname")
            and not _is_over(name, today)
            and _script(name) == _script(best)
            and (called := _given(name) or text(name, "text"))
            and called not in (given, f"{given} {family}")
        ),
        "",
    )
    return PersonName(family, given, " ".join(texts(best, "prefix")), preferred)


def _family(name: Json) -> str:
    return text(name, "family")


def _given(name: Json) -> str:
    return " ".join(texts(name, "given"))


def _use(name: Json) -> int:
    return _USES.get(text(name, "use"), 2)


def _script(name: Json) -> int:
    for extension in objects(name, "extension"):
        if text(extension, "url").endswith(_REPRESENTATION):
            return _SCRIPTS.get(text(extension, "valueCode"), 1)
    return _SCRIPTS[""]


def _is_over(name: Json, today: date) -> bool:
    end = text(child(name, "period"), "end")
    return bool(end) and end[:10] < today.isoformat()[: len(end[:10])]
