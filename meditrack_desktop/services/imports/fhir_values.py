"""FHIR data types out of untrusted JSON: every wrong shape is a reason, never a TypeError."""

from __future__ import annotations

from typing import Any

from meditrack_desktop.services.imports.items import Unusable

Json = dict[str, Any]


def text(of: Json, key: str) -> str:
    """A string property, or "" where it is missing."""
    value = of.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unusable(f'"{key}" is not a text.')
    return value.strip()


def flag(of: Json, key: str) -> bool | None:
    value = of.get(key)
    if value is None or isinstance(value, bool):
        return value
    raise Unusable(f'"{key}" is neither true nor false.')


def objects(of: Json, key: str) -> list[Json]:
    """A list of objects, or [] where it is missing."""
    value = of.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unusable(f'"{key}" is not a list.')
    if not all(isinstance(element, dict) for element in value):
        raise Unusable(f'"{key}" holds something that is not an object.')
    return value


def texts(of: Json, key: str) -> list[str]:
    """A list of strings; null stands for an element that only has extensions."""
    value = of.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(
        element is None or isinstance(element, str) for element in value
    ):
        raise Unusable(f'"{key}" is not a list of texts.')
    return [element.strip() for element in value if element and element.strip()]


def child(of: Json, key: str) -> Json:
    value = of.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unusable(f'"{key}" is not an object.')
    return value


def concept(of: Json) -> str:
    """A CodeableConcept in words: its text, else what a coding displays, else nothing."""
    return text(of, "text") or next(
        (said for coding in objects(of, "coding") if (said := text(coding, "display"))), ""
    )


def extension(of: Json, url: str, value: str) -> str:
    """The text value of one of our own extensions, or ""."""
    return next((text(one, value) for one in objects(of, "extension") if text(one, "url") == url), "")
