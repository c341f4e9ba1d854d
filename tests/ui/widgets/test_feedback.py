"""Toasts, banners and the view of an empty page."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from meditrack_desktop.ui.widgets import Banner, Button, ProgressBar, Skeleton, StateView, Toasts


def test_undo_runs_once_and_takes_the_toast_away(show, qtbot: QtBot) -> None:
    toasts = Toasts(show(Button("x")))
    undone: list[int] = []
    toast = toasts.say("Visit moved to 11:15", lambda: undone.append(1), key="Ctrl Z")
    assert toast.action is not None and toast.action.text() == "Undo"
    qtbot.mouseClick(toast.action, Qt.MouseButton.LeftButton)
    assert undone == [1]
    assert toasts.shown == ()


def test_at_most_two_toasts_are_shown(show) -> None:
    toasts = Toasts(show(Button("x")))
    for number in range(4):
        toasts.say(f"Saved {number}")
    assert [toast.text for toast in toasts.shown] == ["Saved 2", "Saved 3"]
    toasts.clear()
    assert toasts.shown == ()


def test_a_toast_leaves_by_itself_but_waits_while_it_has_the_focus(show, qtbot: QtBot) -> None:
    toasts = Toasts(show(Button("x")))
    toast = toasts.say("Saved", lambda: None)
    assert toast._timer.interval() == 10_000
    assert toast._timer.isActive()
    assert toast.action is not None
    toast.action.setFocus()
    toast._on_timeout()
    assert toasts.shown == (toast,)
    toast.action.clearFocus()
    toast._on_timeout()
    assert toasts.shown == ()


def test_toasts_stay_inside_a_narrow_window(show) -> None:
    window = show(Button("x"))
    window.setMinimumSize(0, 0)
    toasts = Toasts(window)
    toast = toasts.say(
        "Grace Proxley moved to Thursday 19 November at 09:15 with Dr. Ines Modelo " * 3, lambda: None
    )
    window.resize(500, 400)
    assert window.rect().contains(toast.geometry())
    toasts.clear()


def test_a_banner_grows_with_its_words_and_offers_one_act(show, qtbot: QtBot) -> None:
    short = Banner("Backup is 26 h old", "warn", action="Back up")
    long = Banner(
        "The clinic server did not answer in 10 s. " * 8, "danger", lead="The appointment was not saved."
    )
    show(short, long)
    assert long.height() > short.height() > 24
    assert long.accessibleName().startswith("The appointment was not saved. The clinic")
    assert short.action is not None
    with qtbot.waitSignal(short.actionTriggered):
        qtbot.keyClick(short.action, Qt.Key.Key_Return)


def test_a_state_offers_steps_and_can_change(show, qtbot: QtBot) -> None:
    view = StateView("empty", "No patients yet", "Add the first one.")
    done: list[int] = []
    button = view.add_action("New patient", lambda: done.append(1), kind="primary", icon="user-plus")
    show(view)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == [1]
    view.clear_actions()
    view.set_state("no_result", 'No patient matches "x"')
    assert view.accessibleName() == 'No patient matches "x"'
    assert not view.text.isVisible()
    assert not button.isVisible()


def test_progress_is_held_to_its_ends_and_spoken(show) -> None:
    bar = ProgressBar("Importing patients")
    show(bar, Skeleton())
    bar.set_share(1.7)
    assert bar.share() == 1.0
    bar.set_share(0.304)
    assert bar.accessibleName() == "Importing patients, 30 %"


def test_only_the_newest_of_two_names_the_key(show) -> None:
    """Ctrl+Z takes back one thing: the other toast must not say that it is meant."""
    toasts = Toasts(show())
    first = toasts.say("First", lambda: None, key="Ctrl Z")
    assert first.key == "Ctrl Z"
    second = toasts.say("Second", lambda: None, key="Ctrl Z")
    assert (first.key, second.key) == ("", "Ctrl Z")
    other = toasts.say("Third", lambda: None, action="Do it all the same")
    assert (second.key, other.key) == ("Ctrl Z", "F8"), "another act has another key"
    other.leave()
    second.leave()
    assert toasts.shown == ()


def test_a_key_reaches_the_act_and_gives_the_focus_back(show, qtbot: QtBot) -> None:
    done: list[str] = []
    field = QLineEdit()
    window = show(field)
    field.setFocus()
    toasts = Toasts(window)
    toasts.say("The time is taken", lambda: done.append("overbooked"), action="Do it all the same")
    toasts.reach()
    button = QApplication.focusWidget()
    assert button is toasts.shown[0].action
    qtbot.keyClick(button, Qt.Key.Key_Escape)
    assert field.hasFocus() and done == [] and toasts.shown == ()
    toasts.say("The time is taken", lambda: done.append("overbooked"), action="Do it all the same")
    toasts.reach()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert done == ["overbooked"] and field.hasFocus()
