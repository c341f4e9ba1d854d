"""Bech32, the spelling of age keys: `age1...` for public ones and `AGE-SECRET-KEY-1...` for secret ones."""

from __future__ import annotations

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
CHECKSUM_LENGTH = 6
KEY_BYTES = 32
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def decode_key(text: str, prefix: str) -> bytes:
    """The 32 bytes of a key. ValueError if it is not one with this prefix, or was mistyped."""
    if text not in (text.lower(), text.upper()):
        raise ValueError("mixed case")
    found, separator, data = text.lower().rpartition("1")
    if not separator or found != prefix:
        raise ValueError("not a key of this kind")
    values = [ALPHABET.find(character) for character in data]
    if -1 in values or len(values) < CHECKSUM_LENGTH:
        raise ValueError("not a Bech32 word")
    if _checksum(_expand(prefix) + values) != 1:
        raise ValueError("checksum")
    return _regroup(values[:-CHECKSUM_LENGTH])


def encode_key(key: bytes, prefix: str) -> str:
    """The lower-case spelling of 32 bytes."""
    number, bits = int.from_bytes(key, "big"), len(key) * 8
    padding = -bits % 5
    groups = (bits + padding) // 5
    values = [(number << padding) >> (5 * place) & 31 for place in range(groups - 1, -1, -1)]
    rest = _checksum(_expand(prefix) + values + [0] * CHECKSUM_LENGTH) ^ 1
    values += [rest >> (5 * place) & 31 for place in range(CHECKSUM_LENGTH - 1, -1, -1)]
    return f"{prefix}1" + "".join(ALPHABET[value] for value in values)


def _expand(prefix: str) -> list[int]:
    return [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]


def _checksum(values: list[int]) -> int:
    state = 1
    for value in values:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATORS):
            if top >> place & 1:
                state ^= generator
    return state


def _regroup(values: list[int]) -> bytes:
    number = 0
    for value in values:
        number = number << 5 | value
    padding = len(values) * 5 - KEY_BYTES * 8
    if not 0 <= padding < 5 or number & (1 << padding) - 1:
        raise ValueError("not 32 bytes")
    return (number >> padding).to_bytes(KEY_BYTES, "big")
