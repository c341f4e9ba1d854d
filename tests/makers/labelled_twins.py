"""People who stand in the records twice, each with the slip that made it so; and people who only look so."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from meditrack_desktop.domain.patients import Gender
from meditrack_desktop.domain.twin_scoring import Person, folded, home

GIVEN = {
    Gender.FEMALE: "Mara Greta Aisha Lena Ines Clara Sofia Helena Yuki Zeynep Olga Priya Camille Freya Ngozi".split(),
    Gender.MALE: "Jonas Otto Samir Paul Diego Felix Marek Hugo Kenji Emre Ivan Rahul Antoine Nils Chidi".split(),
}
FAMILY = (
    "Beispiel Fictanova Testholm Ontwerp Modelo Namuna Przykladowa Esempio Vzorek Mallikas Ornek Muster Exemplar "
    "Sampleton Mockridge Verwalter Demirtest Testowski Paradeigma Placeholder"
).split()
STREETS = "Sample Road|Mock Avenue|Test Lane|Example Street|Draft Row".split("|")


@dataclass(frozen=True)
class Labelled:
    """Two records, and whether they are one person's; `kind` says what makes it hard."""

    one: Person
    other: Person
    same: bool
    kind: str


def labelled(count: int, seed: int = 1) -> Iterator[Labelled]:
    """`count` pairs of every kind."""
    chance = random.Random(seed)
    kinds: tuple[tuple[str, bool, Callable[[random.Random], tuple[Person, Person]]], ...] = (
        *((name, True, _slip(slip)) for name, slip in SLIPS.items()),
        *((name, False, make) for name, make in LOOK_ALIKES.items()),
    )
    for kind, same, make in kinds:
        for _ in range(count):
            one, other = make(chance)
            yield Labelled(one, other, same, kind)


def somebody(chance: random.Random) -> Person:
    """A whole record of nobody in particular."""
    gender = chance.choice((Gender.FEMALE, Gender.MALE))
    born = date(1935, 1, 1) + timedelta(days=chance.randrange(32_000))
    given, family = chance.choice(GIVEN[gender]), _family(chance)
    return Person(
        family=folded(family),
        given=folded(given),
        preferred="",
        born=born.isoformat(),
        gender=gender,
        phones=frozenset({_phone(chance)}),
        email=f"{given}.{family}{chance.randrange(99)}@example.org".casefold(),
        home=home(f"{chance.randrange(1, 200)} {chance.choice(STREETS)}", f"TE{chance.randrange(999)}", ""),
    )


def _family(chance: random.Random) -> str:
    name = chance.choice(FAMILY)
    return name + chance.choice(("", "", "son", "ski", "berg", "a", "well"))


def _phone(chance: random.Random) -> str:
    return f"{chance.randrange(10**8, 10**9)}"


def _typo(word: str, chance: random.Random) -> str:
    """One letter more, less, other, or swapped with its neighbour."""
    at = chance.randrange(len(word))
    letter = chance.choice("aeinrst")
    swapped = word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]
    other = (word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :])
    return chance.choice((*other, swapped))


def _slip(
    slip: Callable[[Person, random.Random], Person],
) -> Callable[[random.Random], tuple[Person, Person]]:
    def make(chance: random.Random) -> tuple[Person, Person]:
        one = somebody(chance)
        return one, slip(one, chance)

    return make


def _moved(person: Person, chance: random.Random) -> Person:
    """New phone, new home: years lie between the two records."""
    fresh = somebody(chance)
    return replace(person, phones=fresh.phones, home=fresh.home, email="")


def _other_day(born: str, chance: random.Random) -> str:
    """The birth date with one digit of the day or year mistyped, still a date."""
    while True:
        at = chance.choice((3, 8, 9))
        typed = born[:at] + chance.choice("0123456789") + born[at + 1 :]
        try:
            date.fromisoformat(typed)
        except ValueError:
            continue
        if typed != born:
            return typed


def _turned(born: str) -> str:
    """Day and month swapped, where that is a date."""
    return f"{born[:4]}-{born[8:]}-{born[5:7]}" if int(born[8:]) <= 12 else born


SLIPS: dict[str, Callable[[Person, random.Random], Person]] = {
    "typed again": lambda one, _chance: replace(one, email="", home=""),
    "typo in the family name": lambda one, chance: replace(one, family=_typo(one.family, chance), email=""),
    "typo in the given name": lambda one, chance: replace(one, given=_typo(one.given, chance), home=""),
    "typo, and moved": lambda one, chance: _moved(replace(one, family=_typo(one.family, chance)), chance),
    "names swapped, and moved": lambda one, chance: _moved(
        replace(one, family=one.given, given=one.family), chance
    ),
    "married, same phone": lambda one, chance: replace(
        one, family=folded(_family(chance)), email="", home=""
    ),
    "married, both names": lambda one, chance: _moved(
        replace(one, family=f"{one.family} {folded(_family(chance))}"), chance
    ),
    "day and month swapped": lambda one, chance: _moved(replace(one, born=_turned(one.born)), chance),
    "one digit of the birth date": lambda one, chance: _moved(
        replace(one, born=_other_day(one.born, chance)), chance
    ),
    "no birth date, same phone": lambda one, _chance: replace(one, born="", email="", home=""),
    "changed phone": lambda one, chance: replace(one, phones=frozenset({_phone(chance)}), home=""),
    "called by another name": lambda one, chance: replace(
        _moved(one, chance), given="lou", preferred=one.given
    ),
}


def _born_with(chance: random.Random) -> tuple[Person, Person]:
    """Brother and sister of one day, under one roof and one phone."""
    one = somebody(chance)
    names = [name.casefold() for each in GIVEN.values() for name in each if name.casefold() != one.given]
    return one, replace(one, given=chance.choice(names), gender=chance.choice(list(GIVEN)))


def _sibling(chance: random.Random) -> tuple[Person, Person]:
    one, other = _born_with(chance)
    return one, replace(other, born=_years(one.born, chance.randrange(1, 9)))


def _years(born: str, more: int) -> str:
    return f"{int(born[:4]) + more}-{born[5:8]}{min(int(born[8:]), 28):02d}"


def _child(chance: random.Random) -> tuple[Person, Person]:
    """Father and son of one name, in one house, with one phone and one mailbox."""
    one = somebody(chance)
    return one, replace(one, born=_years(one.born, chance.randrange(18, 40)))


def _namesake(chance: random.Random) -> tuple[Person, Person]:
    one, fresh = somebody(chance), somebody(chance)
    return one, replace(fresh, family=one.family, given=one.given)


def _one_birthday(chance: random.Random) -> tuple[Person, Person]:
    one, fresh = somebody(chance), somebody(chance)
    while fresh.given == one.given:
        fresh = somebody(chance)
    return one, replace(fresh, born=one.born)


def _couple(chance: random.Random) -> tuple[Person, Person]:
    one, fresh = somebody(chance), somebody(chance)
    while fresh.given == one.given:
        fresh = somebody(chance)
    return one, replace(fresh, family=one.family, phones=one.phones, email=one.email, home=one.home)


LOOK_ALIKES: dict[str, Callable[[random.Random], tuple[Person, Person]]] = {
    "born on one day, brother and sister": _born_with,
    "brother and sister": _sibling,
    "father and son of one name": _child,
    "namesakes": _namesake,
    "one birthday": _one_birthday,
    "a couple": _couple,
    "strangers": lambda chance: (somebody(chance), somebody(chance)),
}
