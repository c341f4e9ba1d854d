"""Two thousand people who do not exist. Names are put together from lists; telephone numbers are the ones that
regulators keep free for fiction."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.patients import AddressInput, Gender, PhoneInput, RegisterPatient

HOW_MANY = 2000

_WOMEN = (
    "Aino Aisha Amara Ana Anna Bea Clara Dina Edith Elif Ella Elsa Emma Esra Farida Fleur Grace Hana Ida "
    "Imani Ingrid Ines Jana Joana Katya Lena Leila Lio Lucía Mara Maud Mei Mina Nadia Nia Noor Ola Paula "
    "Pia Rhea Rosa Sara Signe Sofie Tess Tuva Vera Wanda Yuki Zeynep Zoë"
).split()
_MEN = (
    "Adam Arne Bo Bruno Chidi Dag Emil Felix Finn Hugo Ivo Jean Jonas Karim Kofi Leo Lukas Luis Marcus "
    "Max Nikos Noah Omar Oskar Otto Owen Piotr Rafael Ravi Samir Silas Simon Stig Tariq Theo Tom Viktor "
    "Wim Yusuf Zlatko"
).split()
_FAMILIES = (
    "Apeere Attrappe Beispiel Campione Dummond Eksempel Eksempelis Ejemplo Esimerkki Exempel Exemple "
    "Exemplo Fictanova Fictief Fixture Loremby Mihon Mithal Mockridge Modelo Musterfeld Namuna Nullman "
    "Obrazec Ontwerp Paradigma Placeby Primer Primjer Proxley Prøve Przykład Sampleton Shili Standin "
    "Stubson Taslak Testholm Tesuto Udaharan Voorbeeld Vzorek Zástupný Örnek"
).split()
_STREETS = (
    "Sample Road",
    "Example Street",
    "Placeholder Lane",
    "Mock Avenue",
    "Fixture Close",
    "Testing Way",
)
_TOWNS = (("Testville", "EX1 2AM"), ("Sampleford", "EX4 5PL"), ("Mockton", "EX9 1TE"))
_NOTES = (
    "Prefers a step-free room.",
    "Hard of hearing, please face them.",
    "Interpreter: Polish.",
    "Usually early.",
)


def everybody(today: date) -> list[RegisterPatient]:
    """The clinic's patients, in the order they registered. Ages run from a few weeks to ninety-nine."""
    random = Random(20261118)
    people = [_person(random, number, today) for number in range(HOW_MANY - 3)]
    # Two people of one name and nearly one age: what the same-name warning is for.
    people.append(_named("Jonas", "Testholm", date(1984, 6, 12), Gender.MALE, "+44 20 7946 0118"))
    people.append(_named("Jonas", "Testholm", date(1986, 12, 6), Gender.MALE, "+44 20 7946 0119"))
    people.append(_named("Mara", "Fictanova", date(1988, 4, 5), Gender.FEMALE, "+44 20 7946 0142"))
    return people


def _person(random: Random, number: int, today: date) -> RegisterPatient:
    woman = random.random() < 0.52
    town, postcode = random.choice(_TOWNS)
    born = today - timedelta(days=int(random.triangular(20, 36000, 15000)))
    phone = (
        f"+44 20 7946 0{number % 1000:03d}" if random.random() < 0.8 else f"+44 7700 900{number % 1000:03d}"
    )
    given = random.choice(_WOMEN if woman else _MEN)
    family = random.choice(_FAMILIES)
    return RegisterPatient(
        family=family,
        given=given,
        birth_date=BirthDate.of(born),
        gender=(Gender.FEMALE if woman else Gender.MALE) if random.random() < 0.98 else Gender.OTHER,
        phones=(PhoneInput(value=phone),),
        email=f"patient{number}@patients.example" if random.random() < 0.6 else "",
        address=AddressInput(
            street=f"{random.randint(1, 120)} {random.choice(_STREETS)}",
            city=town,
            postcode=postcode,
            country="GB",
        ),
        note=random.choice(_NOTES) if random.random() < 0.06 else "",
    )


def _named(given: str, family: str, born: date, gender: Gender, phone: str) -> RegisterPatient:
    return RegisterPatient(
        family=family,
        given=given,
        birth_date=BirthDate.of(born),
        gender=gender,
        phones=(PhoneInput(value=phone),),
    )
