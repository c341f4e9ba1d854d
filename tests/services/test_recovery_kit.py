"""The recovery kit: the page holds the whole key twice, in letters and in the square, and proves that it was kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pypdfium2
import pytest
import segno

from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.services.recovery_kit import RecoveryKit, check_kept, draw_up
from meditrack_desktop.services.recovery_kit_pdf import kit_pdf
from meditrack_desktop.vault.keys import public_half

CLOCK = FixedClock(datetime(2026, 11, 18, 10, 42, tzinfo=UTC))
NAMES = ["Example Street Clinic", "Przychodnia Łódź nr 3", "W" * 120, "Κλινική <b>&amp;</b> %s {0}"]


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    text = document[0].get_textpage().get_text_range()
    document.close()
    return str(text)


@pytest.mark.parametrize("name", NAMES)
def test_the_page_says_whose_it_is_and_holds_the_key_in_groups(name: str) -> None:
    kit = draw_up(name, CLOCK)
    text = words_of(kit_pdf(kit, "GB"))
    flat = "".join(text.split())
    assert "".join(name.split()) in flat and kit.clinic_id in text and "18 Nov 2026" in text
    assert kit.identity in flat, "read aloud and typed without the spaces it is the key"
    assert "What it opens" in text and "Where to keep it" in text


def test_the_last_eight_stand_in_no_group_of_their_own() -> None:
    kit = draw_up("Clinic", CLOCK)
    assert "".join(kit.groups()) == kit.identity
    assert kit.identity[-8:] not in kit.groups()
    assert kit.identity[-8:] not in words_of(kit_pdf(kit, "GB")).split()


@pytest.mark.parametrize(("region", "size"), [("US", (612, 792)), ("GB", (595, 842)), ("MX", (612, 792))])
def test_the_paper_is_the_countrys(region: str, size: tuple[int, int]) -> None:
    document = pypdfium2.PdfDocument(kit_pdf(draw_up("Clinic", CLOCK), region))
    assert tuple(round(side) for side in document[0].get_size()) == size
    document.close()


def test_the_square_is_the_whole_key() -> None:
    """Each dark and light field of the printed square, measured in a picture of the page."""
    kit = draw_up("Clinic", CLOCK)
    scale = 4
    document = pypdfium2.PdfDocument(kit_pdf(kit, "GB"))
    picture = document[0].render(scale=scale, may_draw_forms=False).to_pil().convert("L")
    document.close()
    millimetre = scale * 72 / 25.4
    left, side = picture.size[0] - (22 + 52) * millimetre, 52 * millimetre
    matrix = [bytes(row) for row in segno.make_qr(kit.identity, error="q").matrix]
    field = side / len(matrix)

    def dark(column: float, y: float) -> bool:
        return bool(picture.getpixel((int(left + (column + 0.5) * field), int(y))) < 96)

    # Where the corner mark begins: dark, with its light border beside it (the line above has none).
    top = next(
        y for y in range(picture.size[1]) if dark(3, y) and not dark(7, y) and dark(len(matrix) - 4, y)
    )
    for row, fields in enumerate(matrix):
        for column, wanted in enumerate(fields):
            assert dark(column, top + (row + 0.5) * field) == bool(wanted), (row, column)


@pytest.mark.parametrize(
    "change", [str, str.lower, lambda last: f" {last[:4]} {last[4:]} ", lambda last: f"{last[:4]}-{last[4:]}"]
)
def test_the_last_characters_prove_the_kit(change: object) -> None:
    kit = draw_up("Clinic", CLOCK)
    check_kept(kit, change(kit.identity[-8:]))  # type: ignore[operator]


@pytest.mark.parametrize("typed", ["", "ABCDEFGH", "é" * 8])
def test_anything_else_does_not(typed: str) -> None:
    kit = draw_up("Clinic", CLOCK)
    for wrong in (typed, kit.identity[-7:], kit.identity, kit.identity[-9:]):
        with pytest.raises(Invalid) as refused:
            check_kept(kit, wrong)
        assert refused.value.code is ErrorCode.RECOVERY_NOT_CONFIRMED


def test_the_key_shows_in_no_representation_and_is_a_key() -> None:
    kit = draw_up("Clinic", CLOCK)
    assert kit.identity not in repr(kit) and isinstance(kit, RecoveryKit)
    assert public_half(kit.identity).startswith("age1")
    assert draw_up("Clinic", CLOCK).identity != kit.identity
