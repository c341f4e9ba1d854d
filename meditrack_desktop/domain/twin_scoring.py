"""How much two records look like one person: weights for what agrees, and against what contradicts.

The weights are points, roughly the doublings of odds that an agreement is worth. A shared birth date, phone and
home is what brothers and sisters have too, and a shared name, phone and home what father and son have: so
different given names, and birth dates that no slip explains, keep a pair below the threshold whatever else agrees.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from rapidfuzz.distance import OSA, JaroWinkler

from meditrack_desktop.domain.patient_twins import TwinReason
from meditrack_desktop.domain.patients import Gender
from meditrack_desktop.domain.text import search_words

THRESHOLD = 500
"""From this score on a pair is shown to somebody."""

_WHILE_TYPING = 400
_PAIRED = 14
"""The points that make the threshold."""
_A_POINT = 30
_HIGHEST = 990
_ALIKE_AT_MOST = 890
"""A pair whose names or birth dates are not the same is never shown as surer than this."""

_SAME_FAMILY, _ALIKE_FAMILY, _OTHER_FAMILY = 6, 4, -4
_SAME_GIVEN, _ALIKE_GIVEN, _SHORT_GIVEN = 5, 3, 2
_SWAPPED = 9
_SAME_BORN, _SWAPPED_BORN, _DIGIT_BORN, _PART_BORN, _OTHER_BORN = 9, 6, 5, 2, -12
_PHONE, _EMAIL, _ADDRESS, _IDENTIFIER = 5, 6, 3, 12
_OTHER_GENDER = -4


@dataclass(frozen=True, slots=True)
class Person:
    """What is compared of one record. Names folded and joined; `born` is ISO, whole or partial, or empty.

    `phones` are digits in international form where known; `home` is a street with a town or postcode.
    """

    family: str
    given: str
    preferred: str
    born: str
    gender: Gender
    phones: frozenset[str]
    email: str
    home: str
    identifiers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Likeness:
    """`score` is 0 to 1000; below `THRESHOLD` the pair is nobody's business."""

    score: int
    reasons: tuple[TwinReason, ...]
    strangers: bool = False
    """Whether something says that they are two people, whatever else agrees."""

    @property
    def shown(self) -> bool:
        return self.score >= THRESHOLD


def folded(*names: str) -> str:
    """Names as they are compared."""
    return " ".join(word for name in names for word in search_words(name))


def home(street: str, postcode: str, city: str) -> str:
    """A home as it is compared: empty unless a street and a place are known."""
    place = "".join(search_words(postcode)) or folded(city)
    return f"{folded(street)}|{place}" if street.strip() and place else ""


def compare(one: Person, other: Person) -> Likeness:
    """How much `one` and `other` look like the same person."""
    reasons: list[TwinReason] = []
    names, exact_names, given_agrees = _names(one, other, reasons)
    born, exact_born = _born(one.born, other.born, reasons)
    around = 0
    if one.phones & other.phones:
        around += _PHONE
        reasons.append(TwinReason.SAME_PHONE)
    if one.email and one.email == other.email:
        around += _EMAIL
        reasons.append(TwinReason.SAME_EMAIL)
    if one.home and one.home == other.home:
        around += _ADDRESS
        reasons.append(TwinReason.SAME_ADDRESS)
    if one.identifiers & other.identifiers:
        around += _IDENTIFIER
        reasons.append(TwinReason.SAME_IDENTIFIER)
    points = names + born + around
    contradicts = {one.gender, other.gender} == {Gender.FEMALE, Gender.MALE}
    if contradicts:
        points += _OTHER_GENDER
        reasons.append(TwinReason.OTHER_GENDER)
    score = max(0, min(_HIGHEST, THRESHOLD + (points - _PAIRED) * _A_POINT))
    if not (exact_names and exact_born) or contradicts:
        score = min(score, _ALIKE_AT_MOST)
    strangers = not given_agrees or (contradicts and not exact_names) or born == _OTHER_BORN
    if strangers and TwinReason.SAME_IDENTIFIER not in reasons:
        score = min(score, THRESHOLD - 1)
    return Likeness(score, tuple(reasons), strangers)


def shown_while_typing(typed: Person, likeness: Likeness) -> bool:
    """Whether to warn of somebody while a person is typed in: of much less as long as much is missing."""
    if likeness.shown:
        return True
    if typed.born and typed.family and typed.given:
        return False
    against = {TwinReason.OTHER_BIRTH_DATE, TwinReason.OTHER_GENDER, TwinReason.GIVEN_NAME_ONLY}
    phone_fits = TwinReason.SAME_PHONE in likeness.reasons and not likeness.strangers
    return (likeness.score >= _WHILE_TYPING or phone_fits) and against.isdisjoint(likeness.reasons)


def alike(one: str, other: str) -> bool:
    """Whether two folded names differ as a slip of the pen or of the ear makes them differ."""
    shorter, longer = sorted((len(one), len(other)))
    if shorter < 3 or not one or not other:
        return False
    slips = OSA.distance(one, other, score_cutoff=2)
    if slips <= 1:
        return longer >= 4
    return (slips == 2 and shorter >= 7) or (shorter >= 6 and JaroWinkler.similarity(one, other) >= 0.94)


def _names(one: Person, other: Person, reasons: list[TwinReason]) -> tuple[int, bool, bool]:
    """Points, whether both names are the same, and whether the given name agrees at all."""
    family = _word_points(one.family, other.family, (_SAME_FAMILY, _ALIKE_FAMILY, _OTHER_FAMILY))
    if family == _OTHER_FAMILY and _shares_a_word(one.family, other.family):
        family = _ALIKE_FAMILY
    given = _given_points(one, other)
    if given + family < _SWAPPED and _crossed(one, other):
        reasons.append(TwinReason.SWAPPED_NAMES)
        return _SWAPPED, False, True
    if not one.given or not other.given:
        # Unknown is no disagreement: a caller may have left one name only.
        if family > 0:
            exact = family == _SAME_FAMILY and one.given == other.given
            reasons.append(TwinReason.SAME_NAME if exact else TwinReason.ALIKE_NAME)
            return family, exact, True
        return family, False, family == 0
    if given <= 0:
        return family + given, False, False
    exact = family == _SAME_FAMILY and given == _SAME_GIVEN
    if exact:
        reasons.append(TwinReason.SAME_NAME)
    elif family == _OTHER_FAMILY:
        reasons.append(TwinReason.GIVEN_NAME_ONLY)
    elif one.given == other.given or alike(one.given, other.given) or not _preferred(one, other):
        reasons.append(TwinReason.ALIKE_NAME)
    else:
        reasons.append(TwinReason.PREFERRED_NAME)
    return family + given, exact, True


def _word_points(one: str, other: str, points: tuple[int, int, int]) -> int:
    if not one or not other:
        return 0
    same, near, far = points
    if one == other or one.replace(" ", "") == other.replace(" ", ""):
        return same
    return near if alike(one, other) else far


def _given_points(one: Person, other: Person) -> int:
    """Above 0 if the given names agree in some way."""
    if not one.given or not other.given:
        return 0
    points = _word_points(one.given, other.given, (_SAME_GIVEN, _ALIKE_GIVEN, 0))
    if points:
        return points
    if _preferred(one, other):
        return _ALIKE_GIVEN
    return _SHORT_GIVEN if _shortened(one.given, other.given) else 0


def _preferred(one: Person, other: Person) -> bool:
    return bool(
        (one.preferred and one.preferred in (other.given, other.preferred))
        or (other.preferred and other.preferred == one.given)
    )


def _shortened(one: str, other: str) -> bool:
    """An initial, the beginning of the same name, or one of several given names."""
    shorter, longer = sorted((one, other), key=len)
    first = longer.split(" ")[0]
    return (longer.split(" ") != [longer] and shorter in (first, longer.replace(" ", ""))) or (
        shorter.isascii()
        and len(shorter) in (1, 3, 4)
        and len(first) > len(shorter)
        and first.startswith(shorter)
    )


def _crossed(one: Person, other: Person) -> bool:
    """Whether family and given name stand in each other's place."""
    if not (one.family and one.given and other.family and other.given):
        return False
    pairs = ((one.family, other.given), (one.given, other.family))
    return all(a == b or alike(a, b) for a, b in pairs) and any(a == b for a, b in pairs)


def _shares_a_word(one: str, other: str) -> bool:
    """Of a family name in several parts one is the other's: a married name beside the former one."""
    return any(len(word) > 3 for word in set(one.split()) & set(other.split()))


def _born(one: str, other: str, reasons: list[TwinReason]) -> tuple[int, bool]:
    """Points, and whether both dates are whole and the same."""
    if not one or not other:
        return 0, False
    if one == other:
        reasons.append(TwinReason.SAME_BIRTH_DATE)
        return (_SAME_BORN, True) if len(one) == 10 else (_PART_BORN + len(one) // 4, False)
    if len(one) != len(other):
        if one.startswith(other) or other.startswith(one):
            reasons.append(TwinReason.BIRTH_DATE_PART)
            return _PART_BORN, False
    elif len(one) == 10 and one[:4] == other[:4] and (one[5:7], one[8:]) == (other[8:], other[5:7]):
        reasons.append(TwinReason.DAY_MONTH_SWAPPED)
        return _SWAPPED_BORN, False
    elif len(one) == 10 and _one_slip(one, other):
        reasons.append(TwinReason.BIRTH_DATE_ONE_DIGIT)
        return _DIGIT_BORN, False
    reasons.append(TwinReason.OTHER_BIRTH_DATE)
    return _OTHER_BORN, False


def _one_slip(one: str, other: str) -> bool:
    """One digit differs, or two neighbours of it changed places. Decades apart is father and son, not a slip:
    at most ten years are taken for one."""
    if abs(int(one[:4]) - int(other[:4])) > 10:
        return False
    differing = [place for place in range(10) if one[place] != other[place]]
    if len(differing) == 1:
        place = differing[0]
        return place >= 2
    if len(differing) == 2 and differing[1] == differing[0] + 1 and differing[0] >= 2:
        first, second = differing
        return one[first] == other[second] and one[second] == other[first]
    return False


def blocks(person: Person) -> Collection[str]:
    """Short keys such that two records of one person share one nearly always; for comparing within a birth year."""
    keys = set[str]()
    if len(person.born) == 10:
        day = "".join(sorted((person.born[5:7], person.born[8:])))
        keys.add(f"b{day}")
    words = sorted({*person.family.split(), *person.given.split()})
    keys.update(f"n{a[:4]}{b[:3]}" for place, a in enumerate(words) for b in words[place + 1 :])
    return keys
