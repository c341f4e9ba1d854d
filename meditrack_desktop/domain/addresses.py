"""How addresses are written where they are: the order of their parts, and what the parts are called there.

A small table of the countries people come from; whoever is not in it writes street, then postcode and town.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from meditrack_desktop.domain.patients import Address

Part = Literal["street", "postcode", "city"]


class PostcodeWord(StrEnum):
    """What the number of a place is called."""

    POSTCODE = "postcode"
    POSTAL_CODE = "postal_code"
    ZIP_CODE = "zip_code"
    PIN_CODE = "pin_code"
    EIRCODE = "eircode"
    CEP = "cep"


class TownWord(StrEnum):
    TOWN = "town"
    CITY = "city"
    CITY_AND_STATE = "city_and_state"
    SUBURB_AND_STATE = "suburb_and_state"
    PREFECTURE_AND_CITY = "prefecture_and_city"


@dataclass(frozen=True, slots=True)
class AddressForm:
    """`fields` in the order they are asked for; `lines` as they stand on a letter, parts of a line in order."""

    lines: tuple[tuple[Part, ...], ...]
    postcode: PostcodeWord = PostcodeWord.POSTCODE
    town: TownWord = TownWord.TOWN
    between: str = " "
    before_postcode: str = ""

    @property
    def fields(self) -> tuple[Part, ...]:
        return tuple(part for line in self.lines for part in line)


_POSTCODE_FIRST: tuple[tuple[Part, ...], ...] = (("street",), ("postcode", "city"))
_TOWN_FIRST: tuple[tuple[Part, ...], ...] = (("street",), ("city", "postcode"))
_EACH_ALONE: tuple[tuple[Part, ...], ...] = (("street",), ("city",), ("postcode",))
_LARGE_TO_SMALL: tuple[tuple[Part, ...], ...] = (("postcode",), ("city", "street"))

_DEFAULT = AddressForm(_POSTCODE_FIRST)
_FORMS: dict[str, AddressForm] = {
    "AU": AddressForm(_TOWN_FIRST, town=TownWord.SUBURB_AND_STATE),
    "BR": AddressForm(_EACH_ALONE, PostcodeWord.CEP, TownWord.CITY_AND_STATE),
    "CA": AddressForm(_TOWN_FIRST, PostcodeWord.POSTAL_CODE, TownWord.CITY_AND_STATE),
    "CN": AddressForm(_LARGE_TO_SMALL, PostcodeWord.POSTAL_CODE, TownWord.CITY),
    "EG": AddressForm(_EACH_ALONE, town=TownWord.CITY),
    "GB": AddressForm(_EACH_ALONE),
    "GR": AddressForm(_POSTCODE_FIRST),
    "HK": AddressForm((("street",), ("city",)), town=TownWord.CITY),
    "HU": AddressForm((("city",), ("street",), ("postcode",))),
    "IE": AddressForm(_EACH_ALONE, PostcodeWord.EIRCODE),
    "IN": AddressForm(_TOWN_FIRST, PostcodeWord.PIN_CODE, TownWord.CITY, between=" - "),
    "JP": AddressForm(_LARGE_TO_SMALL, town=TownWord.PREFECTURE_AND_CITY, before_postcode="〒"),
    "KR": AddressForm(_LARGE_TO_SMALL, PostcodeWord.POSTAL_CODE, TownWord.CITY),
    "MX": AddressForm(_POSTCODE_FIRST, PostcodeWord.POSTAL_CODE, TownWord.CITY_AND_STATE),
    "NZ": AddressForm(_TOWN_FIRST),
    "RU": AddressForm(_EACH_ALONE, PostcodeWord.POSTAL_CODE, TownWord.CITY),
    "SA": AddressForm(_TOWN_FIRST, PostcodeWord.POSTAL_CODE, TownWord.CITY),
    "SG": AddressForm(_TOWN_FIRST, PostcodeWord.POSTAL_CODE, TownWord.CITY),
    "TW": AddressForm(_LARGE_TO_SMALL, PostcodeWord.POSTAL_CODE, TownWord.CITY),
    "UA": AddressForm(_EACH_ALONE, PostcodeWord.POSTAL_CODE, TownWord.CITY),
    "US": AddressForm(_TOWN_FIRST, PostcodeWord.ZIP_CODE, TownWord.CITY_AND_STATE),
    "VN": AddressForm(_TOWN_FIRST, PostcodeWord.POSTAL_CODE, TownWord.CITY),
}

_COUNTRIES = {
    "armenia": "AM",
    "australia": "AU",
    "austria": "AT",
    "österreich": "AT",
    "brazil": "BR",
    "brasil": "BR",
    "canada": "CA",
    "china": "CN",
    "中国": "CN",
    "egypt": "EG",
    "england": "GB",
    "france": "FR",
    "germany": "DE",
    "deutschland": "DE",
    "greece": "GR",
    "ελλάδα": "GR",
    "hungary": "HU",
    "magyarország": "HU",
    "india": "IN",
    "ireland": "IE",
    "japan": "JP",
    "日本": "JP",
    "korea": "KR",
    "south korea": "KR",
    "대한민국": "KR",
    "mexico": "MX",
    "méxico": "MX",
    "new zealand": "NZ",
    "poland": "PL",
    "polska": "PL",
    "russia": "RU",
    "россия": "RU",
    "saudi arabia": "SA",
    "scotland": "GB",
    "singapore": "SG",
    "sweden": "SE",
    "sverige": "SE",
    "taiwan": "TW",
    "turkey": "TR",
    "türkiye": "TR",
    "uk": "GB",
    "ukraine": "UA",
    "united kingdom": "GB",
    "united states": "US",
    "united states of america": "US",
    "usa": "US",
    "vietnam": "VN",
    "việt nam": "VN",
    "wales": "GB",
}
"""What people write for a country, folded to lower case, where the code alone is not what they write."""


def country_code(country: str) -> str:
    """The ISO 3166 code of a country as typed (`DE`, `Germany`, `deutschland`), or "" if it is not known."""
    typed = country.strip()
    known = _COUNTRIES.get(typed.casefold())
    if known:
        return known
    return typed.upper() if len(typed) == 2 and typed.isascii() and typed.isalpha() else ""


def address_form(country: str, region: str) -> AddressForm:
    """How addresses of `country` (as typed; empty: the clinic's `region`) are written."""
    code = country_code(country) if country.strip() else region.upper()
    return _FORMS.get(code, _DEFAULT)


def address_lines(address: Address, region: str) -> tuple[str, ...]:
    """The lines of an address as on a letter sent from `region` (ISO 3166): abroad, the country comes last."""
    form = address_form(address.country, region)
    said = {
        "street": address.street,
        "postcode": form.before_postcode + address.postcode if address.postcode else "",
        "city": address.city,
    }
    lines = [form.between.join(said[part] for part in line if said[part]) for line in form.lines]
    abroad = address.country.strip() and country_code(address.country) != region.upper()
    return tuple(line for line in (*lines, address.country.strip() if abroad else "") if line)
