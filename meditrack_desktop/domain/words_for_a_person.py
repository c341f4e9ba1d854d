"""The words that stand before a name, a birth date, a record number or a day on a medical document."""

from __future__ import annotations

import re
from enum import Enum

from meditrack_desktop.domain.dates_in_text import Order


class Meaning(Enum):
    """What follows a word."""

    PATIENT = "patient"
    NAME = "name"
    FAMILY = "family"
    GIVEN = "given"
    BIRTH = "birth"
    NUMBER = "number"
    REPORTED = "reported"
    EXAMINED = "examined"
    DAY = "day"
    OTHER = "other"
    """Not asked for, but where another value ends."""


_ENGLISH, _OTHERS = Order.UNKNOWN, Order.DAY_FIRST
"""English has two orders of day and month; German, French and Spanish have one."""
_WORDS: tuple[tuple[Meaning, Order, str], ...] = (
    (
        Meaning.NUMBER,
        _ENGLISH,
        r"""m\.?r\.?n\.?
        (?:medical )?record (?:no\.?|number|nr\.?|\#)
        (?:hospital|chart) (?:no\.?|number)
        patient(?:en)?[- ]?(?:id|no\.?|number|nr\.?|nummer|\#)
        pat\.? ?-? ?(?:id|nr|no)\.?
        pid""",
    ),
    (
        Meaning.NUMBER,
        _OTHERS,
        r"""(?:n[°º]|num[ée]ro) (?:de )?(?:dossier|patient)
        ipp
        nip
        (?:n\.?[°º]|n[úu]mero) (?:de )?(?:historia(?: cl[íi]nica)?|paciente)
        historia cl[íi]nica
        nhc""",
    ),
    (
        Meaning.PATIENT,
        _ENGLISH,
        r"""name of (?:the )?patient
        patient(?:['’]s)?(?: full)? name
        full name
        patient(?:in|e)?(?: ?/ ?in|/-in)?
        paciente""",
    ),
    (
        Meaning.PATIENT,
        _OTHERS,
        r"""name (?:der|des) patient(?:in|en)
        patient(?:in|en)?[- ]?name
        nom (?:du|de la) patiente?
        nombre (?:y apellidos|completo|del? (?:la )?paciente)""",
    ),
    (Meaning.FAMILY, _ENGLISH, "last name|family name|surname"),
    (Meaning.FAMILY, _OTHERS, "nachname|familienname|zuname|nom de famille|apellidos?"),
    (Meaning.GIVEN, _ENGLISH, "first name|given names?|forenames?"),
    (Meaning.GIVEN, _OTHERS, "vornamen?|pr[ée]noms?"),
    (Meaning.NAME, _ENGLISH, "name|nom|nombre"),
    (
        Meaning.BIRTH,
        _ENGLISH,
        r"""date of birth
        birth ?date
        d\.? ?o\.? ?b\.?
        born(?: on)?""",
    ),
    (
        Meaning.BIRTH,
        _OTHERS,
        r"""geburtsdatum
        geb\.? ?-? ?datum
        geb(?:oren)?\.?(?: am)?
        \*
        date de naissance
        n[ée]e?(?: ?\(e\))? le
        ddn
        fecha de nacimiento
        f\.? ?(?:de )?nac\.?(?:imiento)?
        nacid[oa](?: el)?""",
    ),
    (
        Meaning.REPORTED,
        _ENGLISH,
        r"""date of (?:the )?(?:report|letter|document)
        (?:report|document|letter) date
        reported(?: on)?""",
    ),
    (
        Meaning.REPORTED,
        _OTHERS,
        r"""befund(?:datum| vom)
        berichtsdatum
        date du (?:rapport|compte[- ]rendu)
        fecha del informe""",
    ),
    (
        Meaning.EXAMINED,
        _ENGLISH,
        r"""date of (?:the )?(?:exam(?:ination)?|study|visit|service|collection)
        (?:exam(?:ination)?|study|visit|collection) date
        collected(?: on)?""",
    ),
    (
        Meaning.EXAMINED,
        _OTHERS,
        r"""untersuchungsdatum
        untersuchung vom
        (?:ab|ent)nahmedatum
        date de l['’]examen
        fecha (?:del? (?:examen|estudio)|de la muestra)""",
    ),
    (Meaning.DAY, _ENGLISH, "date"),
    (Meaning.DAY, _OTHERS, "datum|fecha|en date du"),
    (
        Meaning.OTHER,
        _ENGLISH,
        r"""sex|gender|age|address|phone|tel\.?|page|referring|physician|doctor|dr\.|insurance|ward|diagnosis
        geschlecht|alter|adresse|anschrift|telefon|arzt|seite|station|kasse
        sexe|[âa]ge|m[ée]decin|service
        sexo|edad|direcci[óo]n|m[ée]dico""",
    ),
)


def _any_of(words: str) -> str:
    return "|".join(word.strip() for word in words.splitlines())


LABEL = re.compile(
    "|".join(rf"(?P<w{at}>(?<![\w-])(?:{_any_of(words)})(?!\w))" for at, (_, _, words) in enumerate(_WORDS)),
    re.IGNORECASE,
)


def meaning_of(label: re.Match[str]) -> tuple[Meaning, Order]:
    """What a match of LABEL stands before, and in which order its language writes dates."""
    meaning, order, _ = _WORDS[int((label.lastgroup or "w0")[1:])]
    return meaning, order
