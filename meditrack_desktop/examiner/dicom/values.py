"""Values of a header as a person reads them. Nothing here minds what stands in a field: it gives what can be had."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time

from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.valuerep import PersonName

from meditrack_desktop.domain.names import display_name
from meditrack_desktop.examiner.dicom.library import DICOM_FAULTS

LONGEST = 200
"""Characters kept of one value."""
EARLIEST_YEAR = 1850


def value_of(dataset: Dataset, keyword: str) -> object:
    """The value, or None where there is none or it cannot be read."""
    try:
        return getattr(dataset, keyword, None)
    except DICOM_FAULTS:
        return None


def items_of(dataset: Dataset, keyword: str) -> list[Dataset]:
    """The items of a sequence; none where it is missing or broken."""
    found = value_of(dataset, keyword)
    try:
        return [item for item in found if isinstance(item, Dataset)]  # type: ignore[attr-defined]
    except DICOM_FAULTS:
        return []


def text_of(dataset: Dataset, keyword: str) -> str:
    """One line of text; several values are joined by commas."""
    return line(joined(value_of(dataset, keyword)))


def joined(value: object) -> str:
    """A value, or several, as text."""
    try:
        if isinstance(value, MultiValue | list | tuple):
            return ", ".join(str(each) for each in value)
        return "" if value is None else str(value)
    except DICOM_FAULTS:
        return ""


def line(text: str) -> str:
    """Without what cannot be seen, on one line, and no longer than LONGEST."""
    seen = "".join(
        " " if unicodedata.category(letter) in _UNSEEN else letter for letter in text[: 4 * LONGEST]
    )
    return " ".join(seen.split())[:LONGEST]


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def numbers_of(dataset: Dataset, keyword: str) -> tuple[float, ...]:
    """Its finite numbers, in order; empty if one of them is none."""
    value = value_of(dataset, keyword)
    several = value if isinstance(value, MultiValue | list | tuple) else (value,)
    try:
        found = tuple(float(each) for each in several if each is not None and each != "")
    except DICOM_FAULTS:
        return ()
    return found if all(abs(each) < float("inf") for each in found) else ()


def number_of(dataset: Dataset, keyword: str) -> float | None:
    return next(iter(numbers_of(dataset, keyword)), None)


def whole_of(dataset: Dataset, keyword: str, otherwise: int = 0) -> int:
    found = number_of(dataset, keyword)
    return otherwise if found is None else int(found)


def day_of(dataset: Dataset, keyword: str) -> date | None:
    """A date however it was written: 19880405, 1988.04.05, 1988-04-05; None if it is no day."""
    digits = re.sub(r"[.\-/ ]", "", joined(value_of(dataset, keyword)))[:8]
    try:
        found = datetime.strptime(digits, "%Y%m%d").date() if len(digits) == 8 else None  # noqa: DTZ007
    except ValueError:
        return None
    return found if found is not None and found.year >= EARLIEST_YEAR else None


def moment_of(dataset: Dataset, *kinds: str) -> datetime | None:
    """Date and time of the first of `kinds` ("Study", "Series") that has a date, as the machine's clock said."""
    for kind in kinds:
        day = day_of(dataset, f"{kind}Date")
        if day is not None:
            return datetime.combine(day, _time_of(joined(value_of(dataset, f"{kind}Time"))))
    return None


def _time_of(text: str) -> time:
    digits = re.sub(r"[:. ].*$", "", text.strip().replace(":", ""))[:6]
    try:
        return time(int(digits[:2]), int(digits[2:4] or 0), min(59, int(digits[4:6] or 0)))
    except ValueError:
        return time()


def person_of(dataset: Dataset, keyword: str) -> str:
    """A name as people write it, in each script that it is given in: "Kim Minsu (金 民秀, 김 민수)"."""
    value = value_of(dataset, keyword)
    try:
        groups = str(value).split("=") if isinstance(value, PersonName | str) else []
    except DICOM_FAULTS:
        return ""
    written = [line(_in_order(group)) for group in groups]
    first, *others = [each for each in dict.fromkeys(written) if each] or [""]
    return f"{first} ({', '.join(others)})" if others else first


def doctor_of(dataset: Dataset, keyword: str) -> str:
    """A name as it is spoken: "Dr. Ines Modelo"; in the first of the scripts that it is given in."""
    value = value_of(dataset, keyword)
    try:
        group = next((part for part in str(value).split("=") if part.strip("^ ")), "") if value else ""
    except DICOM_FAULTS:
        return ""
    family, given, _, prefix, suffix = (*(line(part) for part in group.split("^")), "", "", "", "", "")[:5]
    return line(" ".join((prefix, display_name(family, given) if given else family, suffix)))


def _in_order(group: str) -> str:
    """Family, given and middle name, then what stands before and after."""
    family, given, middle, prefix, suffix = (*group.split("^"), "", "", "", "", "")[:5]
    return " ".join((prefix, family, given, middle, suffix))
