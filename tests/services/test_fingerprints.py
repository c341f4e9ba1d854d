"""The words two people compare: always the same for a key, and easy to tell apart."""

from __future__ import annotations

from meditrack_desktop.services.fingerprints import _WORDS, HOW_MANY, fingerprint
from meditrack_desktop.vault.keys import new_key_pair


def test_the_words_are_of_the_key_alone() -> None:
    one, other = new_key_pair().public, new_key_pair().public
    assert len(fingerprint(one)) == HOW_MANY
    assert fingerprint(one) == fingerprint(one) != fingerprint(other)


def test_the_list_holds_each_byte_once_in_plain_letters() -> None:
    assert len(set(_WORDS)) == 256
    assert all(
        word.isascii() and word.isalpha() and word.islower() and 3 <= len(word) <= 9 for word in _WORDS
    )
