"""Pictures of every kind that is kept, upright and in their colours; two of them side by side; small pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageCms
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from meditrack_desktop.domain.documents import Document, DocumentType, MediaType
from meditrack_desktop.ui.documents.image_pages import ImagePages
from tests.ui.documents import papers
from tests.ui.documents.conftest import Window

Key, Mod = Qt.Key, Qt.KeyboardModifier
DeskWindow = Callable[..., Window]
Attach = Callable[..., Document]


class Source(BytesIO):
    """Bytes as the vault's reader gives them."""

    refusal = None

    @property
    def size(self) -> int:
        return len(self.getvalue())

    def read_at(self, position: int, size: int) -> bytes:
        return self.getvalue()[position : position + size]

    def read_all(self) -> bytes:
        return self.getvalue()

    def copy_to(self, sink: object) -> None:
        raise NotImplementedError


def drawn(data: bytes, media_type: MediaType, count: int = 1, page: int = 0) -> QImage:
    pages = ImagePages(Source(data), media_type, count)  # type: ignore[arg-type]
    try:
        return pages.draw(page, 10_000)
    finally:
        pages.close()


def saved(image: Image.Image, form: str, **how: object) -> bytes:
    target = BytesIO()
    image.save(target, form, **how)
    return target.getvalue()


@pytest.mark.parametrize(
    ("form", "media_type"),
    [("PNG", MediaType.PNG), ("WEBP", MediaType.WEBP), ("AVIF", MediaType.AVIF), ("GIF", MediaType.GIF)],
)
def test_a_picture_has_its_colours(form: str, media_type: MediaType) -> None:
    image = drawn(saved(papers.two_halves(), form), media_type)
    assert (image.width(), image.height()) == (400, 200)
    left, right = image.pixelColor(100, 100), image.pixelColor(300, 100)
    assert left.red() > 200 and left.blue() < 60 and right.blue() > 200 and right.red() < 60


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    ("form", "media_type"), [("JPEG", MediaType.JPEG), ("WEBP", MediaType.WEBP), ("AVIF", MediaType.AVIF)]
)
def test_it_stands_as_its_exif_says(form: str, media_type: MediaType, orientation: int) -> None:
    """Stored as a camera would that was held so: shown, red is at the left again."""
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    image = papers.two_halves()
    if orientation in undo:
        image = image.transpose(Image.Transpose(undo[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    shown = drawn(saved(image, form, exif=exif, quality=95), media_type)
    assert (shown.width(), shown.height()) == (400, 200)
    assert shown.pixelColor(50, 100).red() > 200 and shown.pixelColor(350, 100).blue() > 200


def test_cmyk_is_shown_in_the_screens_colours() -> None:
    image = drawn(saved(papers.two_halves().convert("CMYK"), "JPEG", quality=95), MediaType.JPEG)
    left = image.pixelColor(100, 100)
    assert left.red() > 200 and left.green() < 80


def test_sixteen_bits_keep_their_steps() -> None:
    grey = Image.frombytes(
        "I;16", (256, 4), b"".join((n * 256).to_bytes(2, "little") for n in range(256)) * 4
    )
    image = drawn(saved(grey, "PNG"), MediaType.PNG)
    row = [image.pixelColor(at, 1).red() for at in range(256)]
    assert row == sorted(row) and row[0] == 0 and row[-1] == 255 and len(set(row)) > 250


def test_a_profile_of_its_own_is_followed_and_a_broken_one_passed_over() -> None:
    """A profile that swaps nothing leaves the picture alone; one that is no profile does not hide it."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for profile in (srgb, lab, b"no profile at all"):
        image = drawn(saved(papers.two_halves(), "PNG", icc_profile=profile), MediaType.PNG)
        assert image.pixelColor(100, 100).red() > 200, len(profile)


def test_heic_of_a_phone_is_shown(samples: Path) -> None:
    found = sorted((samples / "images").rglob("*.heic"))
    opened = 0
    for path in found:
        if not path.parent.name.startswith("heic"):
            continue
        image = drawn(path.read_bytes(), MediaType.HEIC)
        assert not image.isNull(), path.name
        opened += 1
    assert opened >= 10


def test_a_picture_is_inverted_by_a_key_and_a_text_is_not(
    desk_window: DeskWindow, filed: dict[str, Document]
) -> None:
    window = desk_window()
    view = window.show(filed["png"].id).pane.view
    window.press(Key.Key_I)
    ground = view.viewport().grab().toImage()
    left = ground.pixelColor(int(ground.width() * 0.4), ground.height() // 2)
    assert (left.red(), left.green(), left.blue()) == (0, 255, 255), "red, inverted"
    window.press(Key.Key_I)
    ground = view.viewport().grab().toImage()
    assert ground.pixelColor(int(ground.width() * 0.4), ground.height() // 2).red() == 255
    view = window.show(filed["pdf"].id).pane.view
    before = view.viewport().grab().toImage()
    window.press(Key.Key_I)
    assert view.viewport().grab().toImage().pixelColor(300, 300) == before.pixelColor(300, 300)


def test_a_picture_says_that_it_is_inverted(desk_window: DeskWindow, filed: dict[str, Document]) -> None:
    """On a button that does it, too; on the pages of a text there is none."""
    window = desk_window()
    pane = window.show(filed["png"].id).pane
    button = pane.bar.invert
    assert button.isVisible() and not button.isChecked() and "I" in button.toolTip()
    window.press(Key.Key_I)
    assert pane.view.inverted and button.isChecked()
    button.click()
    assert not pane.view.inverted and not button.isChecked()
    assert not window.show(filed["pdf"].id).pane.bar.invert.isVisible()


def _two_photos(attach: Attach) -> tuple[Document, Document]:
    first = attach(papers.a_png(), "before.png", DocumentType.PHOTO, date(2026, 11, 17))
    second = attach(
        saved(papers.two_halves(200, 400), "PNG"), "after.png", DocumentType.PHOTO, date(2026, 11, 2)
    )
    return first, second


def test_two_pictures_stand_side_by_side_and_move_together(desk_window: DeskWindow, attach: Attach) -> None:
    first, second = _two_photos(attach)
    window = desk_window()
    pane = window.show(first.id).pane
    assert pane.bar.compare.isVisible()
    pane.bar.compare.click()
    window.settle()
    compare = pane.compare
    assert compare is not None and compare.view.count == 1
    assert compare.choice.value() == (second.id, 0)
    other = compare.view.drawn(0)
    assert other is not None and other.height() > other.width()
    pane.view.set_zoom(4.0)
    window.settle()
    assert compare.view.factor == 4.0
    pane.view.verticalScrollBar().setValue(pane.view.verticalScrollBar().maximum())
    bar = compare.view.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    compare.view.verticalScrollBar().setValue(0)
    assert pane.view.verticalScrollBar().value() == 0, "it leads as well as it follows"
    pane.view.turn()
    assert compare.view.quarters == 1
    source = compare._reading._source  # type: ignore[union-attr]
    pane.bar.compare.click()
    window.settle()
    assert pane.compare is None and source.closed  # type: ignore[union-attr]


def test_a_tiffs_pages_are_compared_with_each_other(
    desk_window: DeskWindow, filed: dict[str, Document]
) -> None:
    window = desk_window()
    pane = window.show(filed["tiff"].id).pane
    pane.bar.compare.click()
    window.settle()
    assert pane.compare is not None and pane.compare.choice.value() == (filed["tiff"].id, 1)
    image = pane.compare.view.drawn(0)
    assert image is not None and (image.width(), image.height()) == (200, 400)


def test_leaving_lets_go_of_both(desk_window: DeskWindow, attach: Attach) -> None:
    first, _ = _two_photos(attach)
    window = desk_window()
    page = window.show(first.id)
    page.pane.bar.compare.click()
    window.settle()
    assert page.pane.compare is not None
    source = page.pane.compare._reading._source  # type: ignore[union-attr]
    page.hide()
    window.settle()
    assert page.pane.compare is None and source.closed  # type: ignore[union-attr]


def test_small_pages_lead_to_the_large_ones(desk_window: DeskWindow, attach: Attach) -> None:
    document = attach(papers.a_pdf(40), "long.pdf")
    window = desk_window()
    pane = window.show(document.id).pane
    assert not pane.strip.isVisible()
    pane.bar.panel.click()
    window.settle()
    assert pane.strip.isVisible() and pane.strip.kept_bytes > 0
    pane.strip.setFocus()
    window.press(Key.Key_Down)
    window.press(Key.Key_Down)
    assert pane.view.page == 2 and pane.bar.place.text() == "3"
    window.press(Key.Key_End)
    assert pane.view.page == 39
    assert pane.strip.verticalScrollBar().value() == pane.strip.verticalScrollBar().maximum()
    assert pane.strip.kept_bytes <= 12 * 1024 * 1024


def test_a_page_is_gone_to_by_its_number(desk_window: DeskWindow, attach: Attach) -> None:
    document = attach(papers.a_pdf(40), "long.pdf")
    window = desk_window()
    pane = window.show(document.id).pane
    pane.bar.place.setFocus()
    pane.bar.place.selectAll()
    window.qtbot.keyClicks(pane.bar.place, "17")
    window.press(Key.Key_Return)
    assert pane.view.page == 16
    window.qtbot.keyClicks(pane.bar.place, "999")
    window.press(Key.Key_Return)
    assert pane.view.page == 39
