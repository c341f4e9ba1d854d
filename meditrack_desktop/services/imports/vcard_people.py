"""Patients from address cards (vCard): one card, one command. Memory of one card, however large the file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.imports import Skipped
from meditrack_desktop.domain.patients import ContactBy, Gender, IdentifierInput, RegisterPatient
from meditrack_desktop.services.imports.csv_values import NOT_A_DATE
from meditrack_desktop.services.imports.identity import VCARD_UID, Repetitions, row_identity
from meditrack_desktop.services.imports.items import Item, Note, Reading, Taken, Unusable, refused
from meditrack_desktop.services.imports.names import part_name
from meditrack_desktop.services.imports.reasons import check_birth_date, counted, reason_of
from meditrack_desktop.services.imports.vcard_text import (
    Card,
    Property,
    cards,
    count_cards,
    split,
    unescaped,
)

_MOST_PHONES = 10
_PICTURES = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
_NO_PERSON = "The card is of a group or an organisation, not of a person."
_NOT_WHOLE = "The card is not complete: it never ends."
_TOO_LONG = "The card holds a text that is longer than a patient's record can keep."
_SUFFIXES = re.compile(r"(jr|sr|junior|senior|ii|iii|iv)\.?", re.IGNORECASE)
_BORN = re.compile(r"(\d{4})(?:-?(\d{2})(?:-?(\d{2}))?)?(?:[T ].*)?")
_NO_YEAR = re.compile(r"--\d{2}-?\d{2}|---\d{2}|--\d{2}")
_GENDERS = {"F": Gender.FEMALE, "M": Gender.MALE, "O": Gender.OTHER, "N": Gender.OTHER}
_USES = (("cell", "mobile"), ("iphone", "mobile"), ("home", "home"), ("work", "work"))
_OTHER_USES = frozenset({"x-other", "other", "pager", "car", "isdn", "textphone"})


class VcardSource:
    """One file of cards. Raises Invalid on making if it holds none."""

    def __init__(self, path: Path) -> None:
        self.file = path.name
        self.done = 0
        self.specialties: Mapping[str, str] = {}
        self._path = path
        self.total = count_cards(path)
        self._left: Counter[str] = Counter()
        if not self.total:
            raise refused(path.name, "The file holds no address card.")

    def items(self, reading: Reading) -> Iterator[Item]:
        repetitions = Repetitions(self.file)
        self._left.clear()
        for card in cards(self._path):
            self.done += 1
            try:
                taken = Taken(card.where, self._command(card, reading))
            except Unusable as unusable:
                yield Skipped(self.file, card.where, str(unusable))
            except ValidationError as error:
                yield Skipped(self.file, card.where, reason_of(error))
            else:
                yield repetitions.sort(taken)
        for what, count in self._left.items():
            yield Note(f"{self.file}: {what} of {counted(count, 'card', 'cards')} were not taken.")

    def _command(self, card: Card, reading: Reading) -> RegisterPatient:
        if not card.whole:
            raise Unusable(_NOT_WHOLE)
        found = _Found(card)
        if found.text("KIND").casefold() not in ("", "individual"):
            raise Unusable(_NO_PERSON)
        if any(one.cut and one.name not in _PICTURES for one in card.properties):
            raise Unusable(_TOO_LONG)
        family, given = _name(found, card.version)
        born = self._born(found)
        check_birth_date(born, reading.today)
        phones, email = self._phones(found), self._email(found)
        details: dict[str, Any] = {
            "family": family,
            "given": given,
            "preferred_name": _line(split(found.raw("NICKNAME"), ",")[0]),
            "birth_date": born,
            "gender": _GENDERS.get(found.text("GENDER", "X-GENDER", "SEX")[:1].upper(), Gender.UNKNOWN),
            "phones": phones,
            "email": email,
            "address": self._address(found),
            "language": _line(found.raw("X-MEDITRACK-LANGUAGE", "LANG")),
            "contact_by": _contact_by(found.text("X-MEDITRACK-CONTACT-BY")),
            "interpreter": found.text("X-MEDITRACK-INTERPRETER") == "yes",
            "preferences": found.text("X-MEDITRACK-PREFERENCES"),
            "note": "\n".join(one.text.strip() for one in found.all("NOTE") if one.text.strip()),
            "deceased": bool(found.text("DEATHDATE", "X-DECEASED")),
        }
        uid = found.text("UID")
        first = phones[0]["value"] if phones else ""
        details["identifiers"] = [
            IdentifierInput(system=VCARD_UID, value=uid)
            if uid and len(uid) <= 200
            else row_identity(family, given, born, first, email)
        ]
        if any(one.name in _PICTURES for one in card.properties):
            self._left["the pictures, sounds and keys"] += 1
        return RegisterPatient.model_validate(details)

    def _born(self, found: _Found) -> BirthDate | None:
        text = found.text("BDAY").strip()
        if not text:
            return None
        match = _BORN.fullmatch(text)
        if match is not None:
            try:
                return BirthDate(*(int(part) for part in match.groups() if part))
            except ValueError:
                raise Unusable(NOT_A_DATE) from None
        if _NO_YEAR.fullmatch(text):
            self._left["the birthdays without a year"] += 1
            return None
        raise Unusable(NOT_A_DATE)

    def _phones(self, found: _Found) -> list[dict[str, str]]:
        phones: dict[tuple[str, str], None] = {}
        for one in found.all("TEL"):
            number = _line(one.value.removeprefix("tel:").replace(";ext=", " ext. "))
            if not number:
                continue
            if "fax" in one.types and not one.types & {"voice", "cell"}:
                self._left["the fax numbers"] += 1
                continue
            phones[number, _use(one)] = None
        if len(phones) > _MOST_PHONES:
            self._left[f"phone numbers after the first {_MOST_PHONES}"] += 1
        return [{"value": number, "use": use} for number, use in list(phones)[:_MOST_PHONES]]

    def _email(self, found: _Found) -> str:
        """The preferred address, else the first; one that is not written as one is left out and told."""
        emails = [one.text.strip().removeprefix("mailto:") for one in _preferred(found.all("EMAIL"))]
        emails = [email for email in dict.fromkeys(emails) if email]
        if not emails:
            return ""
        if len(emails) > 1:
            self._left["e-mail addresses after the first"] += 1
        try:
            RegisterPatient.model_validate({"family": "-", "email": emails[0]})
        except ValidationError:
            self._left["the e-mail addresses that are not written as one"] += 1
            return ""
        return emails[0]

    def _address(self, found: _Found) -> dict[str, str]:
        addresses = [one for one in found.all("ADR") if any(part.strip() for part in one.parts())]
        if not addresses:
            return {}
        home = [one for one in addresses if "home" in one.types]
        chosen = next(iter(_preferred(home or addresses)))
        if len(addresses) > 1:
            self._left["addresses after the first"] += 1
        lines = [_line(part) for part in chosen.parts()][:7]
        box, extended, street, city, region, postcode, country = lines + [""] * (7 - len(lines))
        return {
            "street": ", ".join(part for part in (street or box, extended) if part),
            "city": ", ".join(part for part in (city, region) if part),
            "postcode": postcode,
            "country": country,
        }


class _Found:
    """A card's properties by name."""

    def __init__(self, card: Card) -> None:
        self._by_name: dict[str, list[Property]] = {}
        for one in card.properties:
            self._by_name.setdefault(one.name, []).append(one)

    def all(self, name: str) -> list[Property]:
        return self._by_name.get(name, [])

    def raw(self, *names: str) -> str:
        """The first value of the first of these that has one, still escaped."""
        return next((one.value for name in names for one in self.all(name) if one.value.strip()), "")

    def text(self, *names: str) -> str:
        return unescaped(self.raw(*names)).strip()


def _name(found: _Found, version: str) -> tuple[str, str]:
    parts = [_words(part, version) for part in found.all("N")[0].parts()] if found.all("N") else []
    family, given, middle, _, suffix = (parts + [""] * 5)[:5]
    if not family and not given:
        return part_name(_line(found.raw("FN")))
    if _SUFFIXES.fullmatch(suffix):  # what tells a son from his father belongs to the name
        family = f"{family} {suffix}".strip()
    return family, f"{given} {middle}".strip()


def _words(part: str, version: str) -> str:
    """One component of N: its values, which 2.1 does not know, after one another."""
    values = [part] if version == "2.1" else split(part, ",")
    return " ".join(word for value in values if (word := _line(value)))


def _line(value: str) -> str:
    return ", ".join(line for part in unescaped(value).splitlines() if (line := part.strip()))


def _contact_by(word: str) -> ContactBy:
    return ContactBy(word) if word in frozenset(ContactBy) else ContactBy.ANY


def _use(phone: Property) -> str:
    for word, use in _USES:
        if word in phone.types:
            return use
    return "other" if phone.types & _OTHER_USES else "mobile"


def _preferred(properties: list[Property]) -> list[Property]:
    """Those marked as preferred first, otherwise as they stand."""

    def rank(one: Property) -> int:
        pref = one.params.get("PREF", "")
        return int(pref) if pref.isdecimal() and len(pref) < 4 else 0 if "pref" in one.types else 101

    return sorted(properties, key=rank)
