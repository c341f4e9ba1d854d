"""What may stand in a field, and how names and numbers are folded."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from meditrack_desktop.domain.text import digits, search_words, several_lines, single_line


@pytest.mark.parametrize(
    "text", ["plain", "two  spaces", "=HYPERLINK()", "<b>", "😀", "مُحَمَّد", "e\u0301", "\u200bx"]
)
def test_text_is_kept_byte_for_byte(text: str) -> None:
    assert single_line(f"  {text}\t".replace("\t", " ")) == text.strip()
    assert several_lines(text) == text


@pytest.mark.parametrize("text", ["a\x00b", "a\x07b", "a\ud800b", "a\ufffe", "a\uffffb", "a\x85b"])
def test_controls_and_surrogates_are_refused(text: str) -> None:
    for rule in (single_line, several_lines):
        with pytest.raises(ValueError, match="control_characters"):
            rule(text)


def test_line_breaks_are_for_notes_only() -> None:
    assert several_lines(" one\r\ntwo\rthree\n\tfour ") == "one\ntwo\nthree\n\tfour"
    for text in ("a\nb", "a\rb", "a\tb"):
        with pytest.raises(ValueError, match="control_characters"):
            single_line(text)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Müller-Lüdenscheidt", ("muller", "ludenscheidt")),
        ("O'Brien", ("obrien",)),
        ("O’Brien", ("obrien",)),
        ("WEISS Weiß", ("weiss", "weiss")),
        ("Æsir Øre Łuk Đa Þor œuf", ("aesir", "ore", "luk", "da", "thor", "oeuf")),
        ("İnönü ışık", ("inonu", "isik")),
        ("ｶﾅ ＦＵＬＬ", ("カナ", "full")),
        ("山田 花子", ("山田", "花子")),
        ("مُحَمَّد", ("محمد",)),
        ("ﬁne", ("fine",)),
        ("--- !!! 😀", ()),
        ("", ()),
    ],
)
def test_words_are_folded(typed: str, words: tuple[str, ...]) -> None:
    assert search_words(typed) == words


@given(st.text())
@example("𝕬")  # a styled capital: plain only once decomposed
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = search_words(text)
    assert all(word and not word.isspace() and " " not in word for word in once)
    assert search_words(" ".join(once)) == once


@given(st.text())
def test_either_unicode_form_folds_alike(text: str) -> None:
    composed, decomposed = (search_words(unicodedata.normalize(form, text)) for form in ("NFC", "NFD"))
    assert composed == decomposed


@pytest.mark.parametrize(
    ("typed", "found"),
    [("+44 (0)20", "44020"), ("٠١٢", "012"), ("１２", "12"), ("²½", ""), ("none", ""), ("०१", "01")],
)
def test_digits_of_any_script(typed: str, found: str) -> None:
    assert digits(typed) == found
