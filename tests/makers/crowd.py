"""Makes thousands of different people from a seed: common and rare names in several scripts, with phones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from meditrack_desktop.database.queries import patients as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.patients import PhoneInput, RegisterPatient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services import patient_rows
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.clinic import Clinic

COMMON_FAMILY = (
    "Smith",
    "Jones",
    "Taylor",
    "Müller",
    "García",
    "Nguyễn",
    "Kowalski",
    "Yılmaz",
    "佐藤",
    "محمد",
)
COMMON_GIVEN = ("John", "Mary", "José", "Søren", "Anaïs", "Zoë", "İbrahim", "花子", "فاطمة", "Ольга", "Weiß")
_STARTS = (
    "ba",
    "ber",
    "car",
    "da",
    "el",
    "fo",
    "gar",
    "hen",
    "jo",
    "ka",
    "lo",
    "mar",
    "ni",
    "pe",
    "ro",
    "sa",
)
_MIDDLES = ("la", "min", "ra", "ste", "ti", "vo", "ze", "dri", "go", "ne")
_ENDS = ("ki", "n", "son", "ez", "berg", "wood", "ton", "off", "ley", "s", "mann", "er")


def people(count: int, seed: int = 1) -> Iterator[RegisterPatient]:
    """`count` registrations, always the same for the same seed. One in 90 is called Smith."""
    chance = random.Random(seed)
    first_day = date(1930, 1, 1)
    for number in range(1, count + 1):
        phones = tuple(PhoneInput(value=_phone(chance)) for _ in range(chance.choice((0, 1, 1, 1, 2))))
        yield RegisterPatient(
            id=UUID(int=(number << 64) | chance.getrandbits(64)),
            family=_name(chance, COMMON_FAMILY),
            given=_name(chance, COMMON_GIVEN),
            birth_date=BirthDate.of(first_day + timedelta(days=chance.randrange(35_000))),
            phones=phones,
        )


def fill(clinic: Clinic, actor: Actor, commands: list[RegisterPatient], region: str = "GB") -> None:
    """Register all of them in one work, as an import does."""
    with clinic.work(actor, Permission.IMPORT_PATIENTS) as work:
        numbers = queries.give_record_numbers(work.session, len(commands))
        for start in range(0, len(commands), 5000):
            queries.insert_many(
                work.session,
                [
                    patient_rows.new_patient(
                        command, mrn=number, now=work.now, by=actor.account_id, region=region
                    )
                    for command, number in zip(
                        commands[start : start + 5000], numbers[start : start + 5000], strict=True
                    )
                ],
            )
        work.noted(Line("patient.imported", "import", detail=f"{len(commands)} added"))


def _name(chance: random.Random, common: tuple[str, ...]) -> str:
    if chance.random() < 0.1:
        return chance.choice(common)
    middle = "".join(chance.choice(_MIDDLES) for _ in range(chance.choice((0, 1, 1, 2))))
    word = chance.choice(_STARTS) + middle + chance.choice(_ENDS)
    return word.capitalize()


def _phone(chance: random.Random) -> str:
    if chance.random() < 0.8:
        return f"07{chance.randrange(400, 500)} {chance.randrange(1_000_000):06d}"
    return f"+49 30 {chance.randrange(10_000_000):07d}"
