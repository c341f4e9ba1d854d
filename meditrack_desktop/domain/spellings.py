"""Names that are spelled nearly as somebody typed them: one letter left out, too many, wrong or swapped.

A word is stored under its first letters and under each way of leaving one of them out. Two words that differ
by one such slip meet under one of these; those that meet are then compared exactly.
"""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import OSA

LETTERS = 7
"""How many letters of a word are looked at: names differ early."""
SHORTEST = 4
"""Shorter words have too many neighbours."""
BEST = 5
TWO_SLIPS = 8
"""From this many letters on, two slips may be forgiven."""


def near(word: str) -> frozenset[str]:
    """What `word` is stored and looked for under; nothing for words too short to be mistyped."""
    if len(word) < SHORTEST:
        return frozenset()
    start = word[:LETTERS]
    return frozenset((start, *(start[:at] + start[at + 1 :] for at in range(len(start)))))


def closest(typed: str, words: Iterable[str]) -> tuple[str, ...]:
    """The few of these words that are nearest to `typed`, best first; a longer word may begin nearly so."""
    allowed = 2 if len(typed) >= TWO_SLIPS else 1
    found: list[tuple[int, int, str]] = []
    for word in words:
        if word.startswith(typed):
            continue
        whole = OSA.distance(typed, word, score_cutoff=allowed)
        if whole <= allowed:
            found.append((whole, 0, word))
        elif len(word) > len(typed) + 1:
            begun = min(
                OSA.distance(typed, word[:length], score_cutoff=allowed)
                for length in range(len(typed) - 1, len(typed) + 2)
            )
            if begun <= allowed:
                found.append((begun, 1, word))
    return tuple(word for *_, word in sorted(found)[:BEST])
