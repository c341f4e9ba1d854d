"""One-time codes that let somebody choose a new password (security.md D16): how they look and how they are read.

Crockford's alphabet: no letter looks like a digit, and what is mistaken all the same is read as it was meant.
"""

from __future__ import annotations

import unicodedata
from datetime import timedelta

from meditrack_desktop.domain.sessions import ResetKind

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTHS = {ResetKind.ADMIN: 12, ResetKind.EMAIL: 8}
"""60 bits by an administrator's hand, 40 by e-mail, where tries are few and minutes are short."""
GOOD_FOR = {ResetKind.ADMIN: timedelta(minutes=60), ResetKind.EMAIL: timedelta(minutes=10)}
TRIES = 5
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


def shown(code: str) -> str:
    """In groups of four: "7K3M-Q9XD-2TFV"."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read(typed: str) -> str | None:
    """The code as it was made, from however somebody typed it; None if it cannot be one."""
    plain = unicodedata.normalize("NFKC", typed[:100]).upper().translate(_MISREAD)
    code = "".join(character for character in plain if not character.isspace() and character not in "-–—")
    whole = len(code) in LENGTHS.values() and all(character in ALPHABET for character in code)
    return code if whole else None
