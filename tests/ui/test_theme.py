"""The theme: contrast of the tokens, following the wanted scheme, text sizes, fonts and icons."""

import json
import sys
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QFontInfo, QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QToolTip, QWidget
from shiboken6 import delete

from meditrack_desktop.config import resource_path
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme.tokens import load_tokens

TOKENS = json.loads(resource_path("styles", "tokens.json").read_text(encoding="utf-8"))
SCHEMES = ("light", "dark")
GROUNDS = ("surface", "canvas", "surface2", "surface3", "selected")
TEXTS = ("text", "text2", "text3")
MEANINGS = ("accent", "link", "danger", "warn", "ok", "info")
PAIRS = [
    ("onAccent", "accent"),
    ("onAccent", "accentHover"),
    ("onAccent", "accentPressed"),
    ("onDanger", "danger"),
    ("onAccentSoft", "accentSoft"),
    ("onDangerSoft", "dangerSoft"),
    ("onWarnSoft", "warnSoft"),
    ("onOkSoft", "okSoft"),
    ("onInfoSoft", "infoSoft"),
]
PARTS = ("lineStrong", "focus", "now", "chart1", "chart2", "chart3", "chart4")


def _luminance(colour: str) -> float:
    def channel(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (channel(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The WCAG 2.1 contrast ratio, unrounded."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_contrast_formula_knows_its_two_ends() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize(("scheme", "text", "ground"), list(product(SCHEMES, TEXTS, GROUNDS)))
def test_text_is_readable_on_every_ground(scheme: str, text: str, ground: str) -> None:
    assert contrast(TOKENS[scheme][text], TOKENS[scheme][ground]) >= 4.5


@pytest.mark.parametrize(("scheme", "colour"), list(product(SCHEMES, MEANINGS)))
def test_coloured_words_are_readable_on_a_sheet(scheme: str, colour: str) -> None:
    assert contrast(TOKENS[scheme][colour], TOKENS[scheme]["surface"]) >= 4.5


@pytest.mark.parametrize(("scheme", "pair"), list(product(SCHEMES, PAIRS)))
def test_text_is_readable_on_its_own_fill(scheme: str, pair: tuple[str, str]) -> None:
    assert contrast(TOKENS[scheme][pair[0]], TOKENS[scheme][pair[1]]) >= 4.5


@pytest.mark.parametrize(("scheme", "part"), list(product(SCHEMES, PARTS)))
def test_parts_of_controls_stand_out_from_the_sheet(scheme: str, part: str) -> None:
    assert contrast(TOKENS[scheme][part], TOKENS[scheme]["surface"]) >= 3.0


@pytest.mark.parametrize(("scheme", "status"), list(product(SCHEMES, TOKENS["status"]["light"])))
def test_every_status_is_readable_and_its_mark_visible(scheme: str, status: str) -> None:
    colours = TOKENS["status"][scheme][status]
    assert contrast(colours["text"], colours["bg"]) >= 4.5
    ground = TOKENS[scheme]["surface"] if status == "inroom" else colours["bg"]
    assert contrast(colours["bar"], ground) >= 3.0


def test_every_colour_of_the_file_is_a_token_and_the_other_way_round() -> None:
    tokens = load_tokens("light")
    for name, value in TOKENS["light"].items():
        assert tokens.colour(name) == QColor(value)
    assert set(tokens.status) == set(TOKENS["status"]["light"])


def test_more_contrast_strengthens_lines_and_hints() -> None:
    plain, strong = load_tokens("dark"), load_tokens("dark", more_contrast=True)
    assert strong.line_mid == plain.line_strong
    assert strong.text3 == plain.text2


def test_without_tints_every_status_stands_on_the_sheet(qapp: QApplication) -> None:
    theme.current().set(status_tints=False)
    tokens = theme.current().tokens
    assert {colours.fill.name() for colours in tokens.status.values()} == {tokens.surface.name()}


def test_a_wanted_scheme_is_followed_and_told(qapp: QApplication, qtbot: object) -> None:
    told: list[str] = []
    current = theme.current()
    current.changed.connect(lambda: told.append(current.scheme))
    current.set(scheme="dark")
    assert current.tokens.canvas == QColor(TOKENS["dark"]["canvas"])
    assert qapp.palette().window().color() == QColor(TOKENS["dark"]["canvas"])
    current.set(scheme="light")
    assert told == ["dark", "light"]


def test_a_system_which_says_nothing_counts_as_light(qapp: QApplication) -> None:
    theme.current().set(scheme="system")
    if qapp.styleHints().colorScheme() is not Qt.ColorScheme.Dark:
        assert theme.current().scheme == "light"
    theme.current().set(scheme="light")


@pytest.mark.parametrize("size", theme.TEXT_SIZES)
def test_text_size_multiplies_type_and_controls(qapp: QApplication, size: int) -> None:
    current = theme.current()
    current.set(text_size=size)
    assert current.font("body").pixelSize() == round(13 * size / 100)
    assert current.field_height == round(34 * size / 100)
    assert qapp.font().pixelSize() == current.font("body").pixelSize()


@pytest.mark.parametrize("size", [0, 99, 201])
def test_an_unreadable_text_size_is_refused(qapp: QApplication, size: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        theme.current().set(text_size=size)


def test_density_changes_heights_only(qapp: QApplication) -> None:
    theme.current().set(density="compact")
    current = theme.current()
    assert (current.row_height, current.control_height, current.field_height) == (32, 28, 30)
    assert current.font("body").pixelSize() == 13


def test_the_bundled_font_is_in_use_with_equal_figures(qapp: QApplication) -> None:
    font = theme.current().font("strong")
    assert QFontInfo(font).family() == "Inter"
    assert QFontInfo(font).weight() == 600
    metrics = QFontMetrics(font)
    assert metrics.horizontalAdvance("111111") == metrics.horizontalAdvance("888888")
    assert metrics.horizontalAdvance("-") < metrics.horizontalAdvance("8")


def test_a_label_keeps_its_own_font_through_a_change_of_theme(qapp: QApplication, qtbot: object) -> None:
    window = QWidget()
    label = QLabel("Waiting", window)
    label.setProperty("tone", "text2")
    label.setFont(theme.current().font("title"))
    window.show()
    theme.current().set(scheme="dark")
    assert label.font().pixelSize() == 20
    assert label.palette().windowText().color() == QColor(TOKENS["dark"]["text2"])
    window.close()
    window.deleteLater()


def test_a_field_takes_its_ground_from_the_style_sheet(qapp: QApplication, qtbot: object) -> None:
    field = QLineEdit()
    field.resize(120, 34)
    picture = field.grab().toImage()
    assert picture.pixelColor(60, 5).name() == TOKENS["light"]["surface"].lower()
    field.deleteLater()


def test_every_icon_renders_something_in_the_wanted_colour(qapp: QApplication) -> None:
    for name in theme.icon_names():
        image = theme.icon_pixmap(name, 16, QColor("#B42318"), 2.0).toImage()
        assert image.width() == 32
        shades = [image.pixelColor(x, y) for x in range(32) for y in range(32)]
        solid = [shade for shade in shades if shade.alpha() == 255]
        assert solid, name
        assert all(abs(shade.red() - 0xB4) + abs(shade.green() - 0x23) <= 2 for shade in solid), name


def test_icons_are_drawn_once_and_unknown_names_are_refused(qapp: QApplication) -> None:
    first = theme.icon_pixmap("plus", 16, QColor("#123456"), 1.0)
    assert theme.icon_pixmap("plus", 16, QColor("#123456"), 1.0).cacheKey() == first.cacheKey()
    with pytest.raises(KeyError, match="no icon named"):
        theme.icon_pixmap("no-such-icon", 16, QColor("#123456"), 1.0)


def test_resources_carry_their_licences() -> None:
    for parts in (
        ("fonts", "OFL.txt"),
        ("icons", "LICENSE-ISC.txt"),
        ("icons", "LICENSE-MIT.txt"),
        ("LICENSES.md",),
    ):
        assert resource_path(*parts).stat().st_size > 400


def test_resources_of_a_frozen_build_are_found_in_its_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "meditrack_desktop" / "resources"
    inside.mkdir(parents=True)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resource_path("icons", "plus.svg") == inside / "icons" / "plus.svg"


class _Bell(QObject):
    rang = Signal()


def test_emitting_signals_does_not_eat_references(qapp: QApplication) -> None:
    """PySide6 6.12.0 lost one reference to True per emit and aborted after a few thousand (decision 0005)."""
    bell = _Bell()
    bell.rang.connect(lambda: None)
    before = sys.getrefcount(True)
    for _ in range(50):
        bell.rang.emit()
    after = sys.getrefcount(True)  # outside the assert, which would hold one itself
    assert after == before


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_name_in_a_tooltip_is_no_markup(qapp: QApplication, scheme: str) -> None:
    theme.apply_theme(qapp, scheme)  # type: ignore[arg-type]
    try:
        host = QWidget()
        host.show()
        for name in ("<b>Anna</b>", '<img src="file://elsewhere/share/x.png">'):
            QToolTip.showText(QPoint(5, 5), name, host)
            [tip] = [one for one in qapp.topLevelWidgets() if one.inherits("QTipLabel")]
            assert isinstance(tip, QLabel) and tip.text() == name
            assert tip.textFormat() is Qt.TextFormat.PlainText
    finally:
        for one in qapp.topLevelWidgets():
            if one.inherits("QTipLabel"):
                delete(one)
        host.deleteLater()
        theme.apply_theme(qapp, "light")
