"""A toast lies over nothing that somebody is about to press or type in."""

import random

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QSlider, QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.ui.widgets import Button, Dialog, SideSheet, TextField, Toast, Toasts
from meditrack_desktop.ui.widgets.toast_place import GAP, Ground, best_place

AREA = QRect(0, 0, 1024, 640)


def place_of(widget: QWidget) -> QRect:
    return QRect(widget.mapTo(widget.window(), QPoint(0, 0)), widget.size())


def test_the_middle_of_the_bottom_and_no_further_from_it_than_needed() -> None:
    size, home = QSize(400, 44), QRect(311, 552, 400, 44)
    assert best_place(size, AREA, 596, Ground()) == home
    footer = QRect(640, 580, 120, 32)
    assert best_place(size, AREA, 596, Ground([footer])) == home.translated(0, 580 - GAP - 596), "above it"
    column = QRect(640, 0, 120, 640)
    assert best_place(size, AREA, 596, Ground([column])) == home.translated(640 - GAP - 711, 0), "beside it"


def test_a_slider_along_the_foot_stays_free(show, qtbot: QtBot) -> None:
    """As under the images of a study: it can be dragged all along."""
    window = show(QLineEdit())
    slider = QSlider(Qt.Orientation.Horizontal, window)
    slider.setGeometry(0, window.height() - 40, window.width(), 36)
    slider.show()
    toasts = Toasts(window)
    toast = toasts.say("Copied")
    assert not place_of(toast).intersects(place_of(slider))


@pytest.mark.parametrize("seed", range(30))
def test_whatever_there_is_to_press_stays_free(seed: int) -> None:
    """Beside a count of every place, pixel by pixel: one that covers nothing is found whenever there is one near."""
    rng = random.Random(seed)
    firm = [
        QRect(rng.randrange(0, 900), rng.randrange(300, 620), rng.choice((32, 90, 260)), rng.choice((24, 32)))
        for _ in range(rng.randrange(1, 14))
    ]
    ground = Ground(firm)
    size = QSize(rng.choice((280, 500)), rng.choice((44, 96)))
    found = best_place(size, AREA, 596, ground)
    assert AREA.contains(found)
    free = [
        QRect(QPoint(x, y), size)
        for x in range(0, 1024 - size.width(), 4)
        for y in range(0, 596 - size.height(), 4)
        if not ground.covered_by(QRect(QPoint(x, y), size))
    ]
    assert free, "there is room in all of them"
    assert not ground.covered_by(found)


def test_a_footer_a_field_and_what_comes_later_stay_free(show, qtbot: QtBot) -> None:
    """Said over a sheet; then a dialog opens under it, and the keyboard goes into a field under it."""
    window = show(QLineEdit())
    toasts = Toasts(window)
    sheet = SideSheet(window, "Patient", width=880)
    save = Button("Save", "primary")
    sheet.footer.addWidget(save)
    sheet.open_layer()
    qtbot.waitUntil(lambda: place_of(save).bottom() < window.height() and save.isVisible())
    first = toasts.say("Grace Proxley moved to Thursday 19 November", lambda: None)
    second = toasts.say("Saved")
    for toast in (first, second):
        toast._timer.stop()
        assert window.rect().contains(toast.geometry())
        assert not toast.geometry().intersects(place_of(save)), "the footer"
    assert not first.geometry().intersects(second.geometry())
    assert window.childAt(place_of(save).center()) is save
    sheet.close_layer()
    field = TextField(name="Under the toast")
    field.setParent(window)
    field.setGeometry(second.geometry())
    field.show()
    assert field.geometry().intersects(second.geometry())
    field.setFocus()
    qtbot.waitUntil(lambda: not any(one.geometry().intersects(field.geometry()) for one in toasts.shown))
    late = Button("Late", "primary")
    late.setParent(window)
    late.setGeometry(second.geometry())
    late.show()
    qtbot.waitUntil(lambda: not any(one.geometry().intersects(late.geometry()) for one in toasts.shown))
    assert len(toasts.shown) == 2


def test_what_a_layer_covers_is_nothing_to_press(show) -> None:
    """Over a dialog the toast keeps its usual place although a page's button lies there, and is in nobody's way."""
    window = show()
    button = Button("Of the page")
    button.setParent(window)
    button.setGeometry(350, 620, 200, 40)
    button.show()
    toasts = Toasts(window)
    before = toasts.say("One").geometry()
    assert not before.intersects(button.geometry())
    toasts.clear()
    dialog = Dialog(window, "Discard?")
    dialog.add_action("Discard")
    dialog.open_layer()
    assert toasts.say("Two").geometry().intersects(button.geometry())


def test_a_toast_that_somebody_is_about_to_press_does_not_run_away(show) -> None:
    window = show(QLineEdit())
    toasts = Toasts(window)
    toast: Toast = toasts.say("Moved", lambda: None)
    toasts.reach()
    assert QApplication.focusWidget() is toast.action
    where = toast.geometry()
    late = Button("Late")
    late.setParent(window)
    late.setGeometry(where)
    late.show()
    toast.raise_()
    toasts.keep_clear()
    assert toast.geometry() == where


def test_the_shadow_of_a_toast_takes_no_click(show) -> None:
    window = show(QLineEdit())
    button = Button("Just above")
    toasts = Toasts(window)
    toast = toasts.say("Saved")
    button.setParent(window)
    button.setGeometry(toast.x(), toast.y() - 20, 100, 18)
    button.show()
    button.lower()
    assert window.childAt(button.geometry().center()) is button
