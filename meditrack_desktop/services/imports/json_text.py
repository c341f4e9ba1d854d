"""JSON as text: parsed with bounds on size and depth, and with the traps of lax parsers closed.

A property that stands twice and a NaN are remembered in the object rather than refused at once, so that one
spoilt patient does not cost the whole file.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from meditrack_desktop.services.imports.items import Unusable

DEEPEST = 60
"""Levels of brackets. Real FHIR stays under twenty."""

# Matches an unclosed string too, up to the end: a pattern that can fail would be tried at every quote again.
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_NOT_BRACKETS = re.compile(r"[^\[\]{}]+")
_LONGEST_NUMBER = 40
_LONGEST_WRITTEN = 20 * _LONGEST_NUMBER
TWICE = "\0twice"
"""The key under which an object remembers a property that it had twice."""

TOO_DEEP = "The data is nested too deeply."


class _NotANumber:
    """What stands for NaN, Infinity and numbers of absurd length."""


NOT_A_NUMBER = _NotANumber()


def parse(text: str) -> Any:
    """The value of a JSON text. Raises Unusable with the reason; never RecursionError."""
    _check_depth(text)
    try:
        return _PARSER.decode(text)
    except json.JSONDecodeError as error:
        raise Unusable(f"This is not valid JSON: line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise Unusable(TOO_DEEP) from None


def trouble(value: Any) -> str:
    """What is wrong with a parsed value anywhere inside, as a sentence; empty if nothing is."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        kind = type(value)
        if kind is str:
            continue
        if kind is dict:
            if TWICE in value:
                return f'The property "{value[TWICE]}" stands twice in one object.'
            waiting.extend(value.values())
        elif kind is list:
            waiting.extend(value)
        elif value is NOT_A_NUMBER:
            return "A number is not one (NaN, infinite or far too long)."
    return ""


def _check_depth(text: str) -> None:
    """Take away strings, then innermost pairs of brackets: what is left after DEEPEST rounds is too deep."""
    if text.count("{") + text.count("[") <= DEEPEST:
        return  # nearly every resource: too few brackets to be deep
    brackets = _NOT_BRACKETS.sub("", _STRING.sub("", text))
    for _ in range(DEEPEST):
        fewer = brackets.replace("[]", "").replace("{}", "")
        if len(fewer) == len(brackets):
            break
        brackets = fewer
    if len(brackets) > DEEPEST:
        raise Unusable(TOO_DEEP)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        result[TWICE] = _first_twice(pairs)[:60]
    return result


def _first_twice(pairs: list[tuple[str, Any]]) -> str:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            return name
        seen.add(name)
    return ""


def _whole_number(text: str) -> Any:
    return int(text) if len(text) <= _LONGEST_NUMBER else NOT_A_NUMBER


def _decimal(text: str) -> Any:
    if len(text) > _LONGEST_WRITTEN:
        return NOT_A_NUMBER
    try:
        number = Decimal(text)
    except InvalidOperation:
        return NOT_A_NUMBER
    # "1E+999999999" is short as it is written and a gigabyte as it is shown.
    return number if abs(number.adjusted()) <= _LONGEST_WRITTEN else NOT_A_NUMBER


_PARSER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_constant=lambda _: NOT_A_NUMBER,
    parse_int=_whole_number,
    parse_float=_decimal,
)
