"""Finding what a person typed in a text: accents, case and word order do not matter."""

import unicodedata


def fold(text: str) -> str:
    """Text without accents and case, character for character as long as the original."""
    return "".join(_fold_letter(letter) for letter in text)


def _fold_letter(letter: str) -> str:
    base = unicodedata.normalize("NFKD", letter)[:1].casefold()
    return base[:1] or letter


def matches(query: str, text: str) -> bool:
    """Whether every word of the query occurs in the text."""
    folded = fold(text)
    return all(word in folded for word in fold(query).split())


def begins(query: str, text: str) -> bool:
    """Whether every word of the query stands at the beginning of a word of the text."""
    folded = fold(text)
    return all(_at_a_beginning(word, folded) for word in fold(query).split())


def _at_a_beginning(word: str, folded: str) -> bool:
    at = folded.find(word)
    while at > 0 and folded[at - 1].isalnum():
        at = folded.find(word, at + 1)
    return at >= 0


def found_spans(query: str, text: str) -> list[tuple[int, int]]:
    """Start and length of every part of the text that the query names, in order, without overlaps."""
    folded = fold(text)
    marked = [False] * len(text)
    for word in fold(query).split():
        at = folded.find(word)
        while at >= 0:
            marked[at : at + len(word)] = [True] * len(word)
            at = folded.find(word, at + 1)
    spans: list[tuple[int, int]] = []
    for position, on in enumerate(marked):
        if not on:
            continue
        if spans and sum(spans[-1]) == position:
            spans[-1] = (spans[-1][0], spans[-1][1] + 1)
        else:
            spans.append((position, 1))
    return spans
