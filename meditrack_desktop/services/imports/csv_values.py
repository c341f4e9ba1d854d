"""What stands in one cell: dates in the order their column proves, genders in words, spoilt numbers found."""

from __future__ import annotations

import re
from collections.abc import Iterable

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.imports import DateOrder
from meditrack_desktop.domain.patients import Gender
from meditrack_desktop.domain.text import search_words
from meditrack_desktop.services.imports.items import Unusable

_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?(?:[T ].{4,})?")
_PARTIAL = re.compile(r"\d{4}(?:-\d{2})?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?: \d.*)?")
_SHORT_YEAR = re.compile(r"\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2}")
_BASIC = re.compile(r"(1[89]\d\d|20\d\d)(\d\d)(\d\d)")
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_SCIENTIFIC = re.compile(r"[-+]?\d+(?:[.,]\d+)?[eE]\+\d+")
_NO_TEXT = re.compile("[\ud800-\udfff]")
_NOTHING = frozenset(
    {"", "-", "--", "?", "n/a", "na", "null", "none", "nil", "unknown", "unbekannt", "inconnu"}
)

NOT_A_DATE = "The birth date is not a date."
SHORT_YEAR = "The birth date has a year of two digits; write four."
DAY_NUMBER = "The birth date is a spreadsheet's day number; format the column as date and export it again."
ASK_ORDER = "Day and month of the birth date cannot be told apart; choose the date order and import again."


class DateColumn:
    """The birth dates of one file. Let it `see` every value first; then it knows in which order they are."""

    def __init__(self) -> None:
        self._day_first = False
        self._month_first = False
        self._day_numbers = False
        self._either = False

    @property
    def ambiguous(self) -> bool:
        """Whether some dates can be read in two ways and nothing in the column tells which is right."""
        return self._either and self.order(DateOrder.ASK) is DateOrder.ASK

    def see(self, text: str) -> None:
        text = text.strip()
        match = _YEAR_LAST.fullmatch(text)
        if match is not None:
            first, second = int(match[1]), int(match[2])
            self._either |= first != second and 1 <= first <= 12 and 1 <= second <= 12
            self._day_first |= 12 < first <= 31 and 1 <= second <= 12
            self._month_first |= 12 < second <= 31 and 1 <= first <= 12
        elif _NUMBER.fullmatch(text) and len(text) != 4 and not _BASIC.fullmatch(text):
            self._day_numbers = True

    def order(self, chosen: DateOrder) -> DateOrder:
        """The person's choice, else what the column proves; ASK if it proves nothing or contradicts itself."""
        if chosen is not DateOrder.ASK or self._day_first == self._month_first:
            return chosen
        return DateOrder.DAY_FIRST if self._day_first else DateOrder.MONTH_FIRST

    def read(self, text: str, order: DateOrder) -> BirthDate | None:
        """The date, or None for an empty cell. Raises Unusable with the reason."""
        text = text.strip()
        if text.casefold() in _NOTHING:
            return None
        if _PARTIAL.fullmatch(text) and not (self._day_numbers and len(text) == 4):
            return _date(*map(int, text.split("-")))
        match = _YEAR_FIRST.fullmatch(text) or _BASIC.fullmatch(text)
        if match is not None:
            return _date(int(match[1]), int(match[2]), int(match[3]))
        match = _YEAR_LAST.fullmatch(text)
        if match is not None:
            return _in_order(int(match[1]), int(match[2]), int(match[3]), order)
        if _SHORT_YEAR.fullmatch(text):
            raise Unusable(SHORT_YEAR)
        raise Unusable(DAY_NUMBER if _NUMBER.fullmatch(text) else NOT_A_DATE)


def _in_order(first: int, second: int, year: int, order: DateOrder) -> BirthDate:
    if order is DateOrder.ASK:
        if first <= 12 and second <= 12 and first != second:
            raise Unusable(ASK_ORDER)
        order = DateOrder.MONTH_FIRST if second > 12 else DateOrder.DAY_FIRST
    day, month = (first, second) if order is DateOrder.DAY_FIRST else (second, first)
    return _date(year, month, day)


def _date(year: int, month: int | None = None, day: int | None = None) -> BirthDate:
    if month == 0 or day == 0:
        raise Unusable(NOT_A_DATE)
    try:
        return BirthDate(year, month or 0, day or 0)
    except ValueError:
        raise Unusable(NOT_A_DATE) from None


_GENDERS: dict[Gender, str] = {
    Gender.FEMALE: """f female woman girl weiblich w frau feminin féminin femme mujer femenino femenina feminino
        fem femminile donna vrouw vrouwelijk v kvinna k kvinne kvinde nainen kobieta zena žena kadın kadin dişi
        женский ж женщина жінка θήλυ γυναίκα 女 女性 여 여성 여자 nữ nu أنثى انثى נקבה महिला หญิง
        perempuan""",
    Gender.MALE: """m male man boy männlich mann herr masculin homme h hombre masculino masc maschile uomo
        mannelijk mies mężczyzna muž muz erkek e bay férfi мужской м мужчина чоловік άρρεν άνδρας 男 男性 남
        남성 남자 nam ذكر זכר पुरुष ชาย laki""",
    Gender.OTHER: """o other x d divers diverse nonbinary andere autre otro otra outro altro annat annet muu inne
        diğer другой другое άλλο その他 其他 기타 khác آخر""",
    Gender.UNKNOWN: """u unk unknown unbekannt inconnu desconocido desconhecido sconosciuto onbekend okänd ukjent
        tuntematon nieznana nieznany неизвестно άγνωστο 不明 未知 na none undisclosed""",
}
_GENDER_WORDS = {
    "".join(search_words(word)): gender for gender, words in _GENDERS.items() for word in words.split()
}


class GenderColumn:
    """The genders of one file. Where men are H (hombre), M is a woman (mujer)."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def see(self, text: str) -> None:
        if len(self._seen) < 50:
            self._seen.add(text.strip().casefold())

    def read(self, text: str) -> Gender:
        word = "".join(search_words(text))
        if not word:
            return Gender.UNKNOWN
        if word == "m" and "h" in self._seen and not self._seen & {"f", "w", "k", "v"}:
            return Gender.FEMALE
        gender = _GENDER_WORDS.get(word)
        if gender is None:
            raise Unusable("The gender is none that is known: female, male, other or unknown.")
        return gender


_YES = frozenset({"1", "true", "t", "yes", "y", "ja", "j", "oui", "si", "sí", "sim", "да", "はい", "是", "x"})
_NO = frozenset(
    {"", "0", "false", "f", "no", "n", "nein", "non", "não", "nao", "nej", "nei", "нет", "いいえ", "否"}
)


def yes_or_no(text: str, what: str = "the patient is deceased") -> bool:
    word = text.strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unusable(f"Whether {what} must be yes or no.")


def check_not_scientific(name: str, text: str) -> None:
    """Unusable if a spreadsheet wrote a long number as 4.47912E+11: its last digits are lost."""
    if _SCIENTIFIC.fullmatch(text.strip()):
        raise Unusable(
            f"The {name} was shortened by a spreadsheet to scientific notation, so digits are lost;"
            " format the column as text and export it again."
        )


def check_readable(fields: Iterable[str]) -> None:
    """Unusable if the row holds bytes that are no text, or NUL characters."""
    row = "".join(fields)
    if row.isascii() and "\0" not in row:
        return
    if "\0" in row:
        raise Unusable("The row holds NUL characters: the file was damaged.")
    if _NO_TEXT.search(row):
        raise Unusable("The row holds bytes that are not readable text in this file's encoding.")
