"""A million patients in a minute or two: realistic names of six locales, written past the services.

How often names are held is as in life: some are held by one in a hundred, most by hardly anybody. What searching
reads is stored by the program's own functions; only phones are taken as their digits say, because a number plan
would be asked two million times.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from meditrack_desktop.database.bulk import insert_rows
from meditrack_desktop.database.queries import patient_terms
from meditrack_desktop.database.session import Database
from meditrack_desktop.database.tables.patients import PatientPhoneRow, PatientRow
from meditrack_desktop.domain.patients import ContactBy, Gender
from meditrack_desktop.domain.text import search_words

FAMILIES = 170_000
GIVENS = 9_000
AT_ONCE = 20_000

_COMMON_FAMILY = (
    "Smith", "Jones", "Williams", "Taylor", "Brown", "Müller", "Schmidt", "García", "Martínez", "Nguyễn", "Kowalski",
    "Nowak", "Yılmaz", "Kaya", "佐藤", "鈴木", "محمد", "علي", "Иванова", "Петров", "O'Brien", "van der Berg", "Garner",
    "Martin", "Johnson",
)  # fmt: skip
_COMMON_GIVEN = (
    "John", "Mary", "Maria", "José", "James", "Anna", "Mohammed", "Fatma", "Mehmet", "花子", "太郎", "فاطمة", "Ольга",
    "Greta", "Zoë", "İbrahim", "Søren", "Anaïs", "Jonas", "Peter",
)  # fmt: skip
_STARTS = (
    "ba ber bo bra car chu da de do el fe fo ga ger gro ha hen hol ir ja jo ka kel kra la len lo mac mar mi mo na "
    "ni no ol or pa pe pri qua ra ro sa scho ste str ta ti tu ul va vo wa wei xi ya yo za zim"
).split()
_MIDDLES = "la min ra ste ti vo ze dri go ne la ka mi sa no be ru chi to li da fi ga pu".split()
_ENDS = "ki n son ez berg wood ton off ley s mann er dottir sen ic escu ova ini eau ard ham field man".split()


def _made(chance: random.Random, count: int, common: tuple[str, ...]) -> list[str]:
    found = dict.fromkeys(common)
    while len(found) < count:
        middle = "".join(chance.choice(_MIDDLES) for _ in range(chance.choice((0, 1, 1, 2, 2))))
        found[(chance.choice(_STARTS) + middle + chance.choice(_ENDS)).capitalize()] = None
    return list(found)


def _weights(count: int, most: float) -> list[float]:
    """Held as Zipf's law says, the first by `most` of everybody or so."""
    return list(accumulate(1 / (place + 1 / most / 12) ** 0.85 for place in range(count)))


def rows(count: int, seed: int = 1) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """The columns of patients that differ, and their phones; always the same for the same seed."""
    chance = random.Random(seed)
    families, givens = _made(chance, FAMILIES, _COMMON_FAMILY), _made(chance, GIVENS, _COMMON_GIVEN)
    folded = {name: " ".join(search_words(name)) for name in (*families, *givens)}
    many, more = _weights(len(families), 0.011), _weights(len(givens), 0.02)
    first_day = date(1930, 1, 1)
    days = [(first_day + timedelta(days=day)).isoformat() for day in range(35_000)]
    for start in range(0, count, AT_ONCE):
        some = min(AT_ONCE, count - start)
        drawn = zip(
            chance.choices(families, cum_weights=many, k=some),
            chance.choices(givens, cum_weights=more, k=some),
            strict=True,
        )
        for number, (family, given) in enumerate(drawn, start=start + 1):
            phones = [_phone(chance) for _ in range(chance.choice((0, 1, 1, 1, 2)))]
            forms = "".join(f" #{form}" for phone in phones for form in _forms(phone))
            mrn = f"{number // 10000:03d}-{number % 10000:04d}"
            plain = mrn.replace("-", "")
            name = f"{folded[family]} {folded[given]}"
            yield (
                {
                    "id": UUID(int=(number << 64) | number * 0x9E3779B97F4A7C15 % (1 << 60)),
                    "mrn": mrn,
                    "family": family,
                    "given": given,
                    "birth_date": days[chance.randrange(35_000)],
                    "sort_name": name,
                    "search_text": f" ${plain} ${plain[-4:]} {name}{forms}",
                },
                phones,
            )


def fill_fast(database: Database, count: int, by: UUID, now: datetime) -> None:
    """Write `count` patients and all that they are found by."""
    people = rows(count)
    for start in range(0, count, AT_ONCE):
        some = [next(people) for _ in range(min(AT_ONCE, count - start))]
        with database.writing() as session:
            _write(session, some, by.hex, now if database.shared else f"{now:%Y-%m-%d %H:%M:%S.%f}")


def look_over(database: Database) -> None:
    """What a database does by itself some time after so many new rows."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if database.shared:
            connection.execute(text("VACUUM ANALYZE"))
        else:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


_SAME: dict[str, Any] = {
    "version": 1,
    "gender": Gender.FEMALE.value,
    "contact_by": ContactBy.ANY.value,
    "provisional": False,
    "deceased": False,
    "interpreter": False,
}
"""Of every patient; texts that are not given are empty, everything else is unknown."""


def _write(session: Session, some: list[tuple[dict[str, Any], list[str]]], by: str, now: Any) -> None:
    columns = PatientRow.__table__.columns
    same = {column.key: None if column.nullable else _SAME.get(column.key, "") for column in columns} | {
        "created_at": now,
        "created_by": by,
    }
    insert_rows(
        session,
        PatientRow,
        [tuple({**same, **own, "id": own["id"].hex}.values()) for own, _ in some],
    )
    insert_rows(
        session,
        PatientPhoneRow,
        [
            (own["id"].hex, place, phone, None, "mobile")
            for own, phones in some
            for place, phone in enumerate(phones)
        ],
    )
    patient_terms.insert_terms(session, [own for own, _ in some])


def _phone(chance: random.Random) -> str:
    if chance.random() < 0.8:
        return f"07{chance.randrange(400, 1000)} {chance.randrange(1_000_000):06d}"
    return f"+49 30 {chance.randrange(10_000_000):07d}"


def _forms(phone: str) -> tuple[str, str]:
    plain = "".join(filter(str.isdigit, phone))
    return (plain, f"44{plain[1:]}") if plain[0] == "0" else (plain, f"0{plain[2:]}")
