"""Every control at once: named, reachable, plain text, nothing cut off at any text size."""

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.widgets import Banner, Button, CheckBox, Combo, Option, SearchBox
from meditrack_desktop.ui.widgets.gallery import Gallery

TODAY = date(2026, 11, 18)


@pytest.fixture
def gallery(qapp: object, qtbot: QtBot) -> Gallery:
    sheet = Gallery(TODAY)
    qtbot.addWidget(sheet)
    sheet.resize(1440, 1200)
    sheet.show()
    return sheet


def _controls(sheet: QWidget) -> list[QWidget]:
    kinds = (QAbstractButton, QLineEdit, QAbstractItemView)
    return [control for kind in kinds for control in sheet.findChildren(kind)]


def test_every_control_has_a_name(gallery: Gallery) -> None:
    for control in _controls(gallery):
        if control.focusPolicy() != Qt.FocusPolicy.NoFocus:
            assert control.accessibleName(), control


def test_every_button_without_words_has_a_tool_tip(gallery: Gallery) -> None:
    for button in gallery.findChildren(Button):
        assert button.text() or button.toolTip()


def test_labels_never_read_markup(gallery: Gallery) -> None:
    labels = [label for label in gallery.findChildren(QLabel) if label.text()]
    assert labels
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}


def test_no_control_has_a_style_sheet_of_its_own(gallery: Gallery) -> None:
    assert not [widget for widget in gallery.findChildren(QWidget) if widget.styleSheet()]


def test_tab_reaches_every_enabled_button_and_field_once_around(gallery: Gallery) -> None:
    reached: set[QWidget] = set()
    widget = gallery.nextInFocusChain()
    while widget is not gallery:
        reached.add(widget)
        widget = widget.nextInFocusChain()
    for control in _controls(gallery):
        if control.focusPolicy() & Qt.FocusPolicy.TabFocus and control.isVisible():
            assert control in reached


@pytest.mark.parametrize("size", theme.TEXT_SIZES)
def test_no_button_is_narrower_than_its_words(gallery: Gallery, qtbot: QtBot, size: int) -> None:
    theme.current().set(text_size=size)
    gallery.resize(gallery.minimumSizeHint())
    qtbot.wait(1)
    for button in gallery.findChildren(Button):
        if button.isVisible():
            assert button.width() >= button.sizeHint().width(), button.text()
            assert button.height() >= button.sizeHint().height(), button.text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["popover", "dialog", "sheet", "search"])
def test_every_layer_paints_in_both_schemes(gallery: Gallery, scheme: str, kind: str) -> None:
    theme.current().set(scheme=scheme)
    plain = gallery.grab().toImage()
    layer = gallery.open_layer(kind)
    assert layer is not None
    spot = layer.panel.mapTo(gallery, QPoint())
    assert gallery.grab().toImage() != plain
    ground = gallery.grab().toImage().pixelColor(spot.x() + 40, spot.y() + 4)
    assert ground == theme.current().tokens.surface
    layer.close_layer()


def test_changing_the_scheme_repaints_everything_and_comes_back_the_same(gallery: Gallery) -> None:
    before = gallery.grab().toImage()
    theme.current().set(scheme="dark")
    assert gallery.grab().toImage() != before
    theme.current().set(scheme="light")
    assert gallery.grab().toImage() == before


def _ink_on_the_left(control: QWidget) -> float:
    """How much of what is painted over the ground lies in the left half, 0 to 1."""
    image = control.grab().toImage()
    ground = image.pixelColor(image.width() // 2, 4)
    middle = image.height() // 2
    rows = range(middle - 5, middle + 6)
    inked = [x for x in range(6, image.width() - 6) for y in rows if image.pixelColor(x, y) != ground]
    return sum(x < image.width() / 2 for x in inked) / len(inked)


@pytest.mark.parametrize(
    "make",
    [
        lambda: SearchBox("", name="Search"),
        lambda: Combo([Option(1, "Follow-up")], value=1),
        lambda: CheckBox("By text", True),
        lambda: Banner("Saved", "ok"),
    ],
)
def test_the_layout_mirrors_for_right_to_left(show, make: Callable[[], QWidget]) -> None:
    control = make()
    control.setMinimumWidth(300)
    show(control)
    assert _ink_on_the_left(control) > 0.5
    control.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert _ink_on_the_left(control) < 0.5
