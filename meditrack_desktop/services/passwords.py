"""Passwords: what is accepted, how they are hashed, how they are checked (security.md D12, ruling 5).

bcrypt at cost 12 over a keyed pre-hash: the pepper lives outside the database, so a stolen dump cannot be
attacked, and bcrypt's limit of 72 bytes is never met. About 0.25 s each: never on the GUI thread.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata
from functools import lru_cache

import bcrypt
from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from meditrack_desktop.domain.accounts import PASSWORD_MAXIMUM, PASSWORD_MINIMUM
from meditrack_desktop.domain.errors import ErrorCode, FieldProblem, Invalid
from meditrack_desktop.domain.text import search_words

COST = 12
LEAST_SCORE = 3
LEAST_OF_ITS_OWN = 6
"""Letters and digits a password must have besides words about the person."""
COMMON = 10_000
"""So many of the most used passwords are refused whatever else they have."""
_ZXCVBN_LIMIT = 72


def check_strength(
    password: str, about: tuple[str, ...] = (), field: str = "password", least: int = PASSWORD_MINIMUM
) -> None:
    """Invalid WEAK_PASSWORD unless it is `least` to 128 characters, counted after NFKC, and hard to guess.

    `about` are words a guesser would try first: the person's name, the clinic's.
    """
    folded = unicodedata.normalize("NFKC", password)
    if len(folded) < least:
        raise Invalid(ErrorCode.WEAK_PASSWORD, fields={field: FieldProblem.TOO_SHORT}, least=least)
    if len(folded) > PASSWORD_MAXIMUM:
        raise Invalid(ErrorCode.WEAK_PASSWORD, fields={field: FieldProblem.TOO_LONG}, most=PASSWORD_MAXIMUM)
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in folded):
        raise Invalid(ErrorCode.WEAK_PASSWORD, fields={field: FieldProblem.CONTROL_CHARACTERS})
    if folded.casefold().strip() in common_passwords() or _of_its_own(folded, about) < LEAST_OF_ITS_OWN:
        raise Invalid(ErrorCode.WEAK_PASSWORD, fields={field: FieldProblem.TOO_WEAK})
    words = [word for phrase in about for word in (phrase, *phrase.split()) if word]
    if zxcvbn(folded[:_ZXCVBN_LIMIT], user_inputs=words)["score"] < LEAST_SCORE:
        raise Invalid(ErrorCode.WEAK_PASSWORD, fields={field: FieldProblem.TOO_WEAK})


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """The most used passwords, in lower case."""
    return frozenset(FREQUENCY_LISTS["passwords"][:COMMON])


def _of_its_own(password: str, about: tuple[str, ...]) -> int:
    """How many letters, digits and pictures a password has besides the words about the person: zxcvbn alone
    lets "annasmith1" of Anna Smith pass."""
    left = "".join(search_words(password))
    for word in sorted({word for phrase in about for word in search_words(phrase)}, key=len, reverse=True):
        if len(word) >= 3:
            left = left.replace(word, "")
    pictures = {character for character in password if ord(character) > 127 and not character.isalnum()}
    return len(left) + sum(unicodedata.category(character) in ("So", "Sm", "Sk") for character in pictures)


def hash_password(password: str, pepper: bytes) -> str:
    """The text to store."""
    return bcrypt.hashpw(_prehash(password, pepper), bcrypt.gensalt(COST, prefix=b"2a")).decode()


def is_right(password: str, pepper: bytes, stored: str) -> bool:
    return bcrypt.checkpw(_prehash(password, pepper), stored.encode())


def waste_time(password: str, pepper: bytes) -> None:
    """Spend what a check costs, so that an unknown name answers no faster than a wrong password."""
    bcrypt.checkpw(_prehash(password, pepper), _NOBODY)


def _prehash(password: str, pepper: bytes) -> bytes:
    folded = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    return base64.b64encode(hmac.new(pepper, folded, hashlib.sha256).digest())


_NOBODY = b"$2a$12$Sq.M4HvQfm7me8312HJeSe7YJ7Iec9yCnhmt5PoFVH1wR8GkIrBsG"
"""The hash of a random password nobody kept."""
