"""Combo and search: opening, filtering, picking, refusing."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.ui.widgets import (
    Combo,
    LabelledField,
    Option,
    SearchSelect,
    TextField,
    found_spans,
    matches,
)
from meditrack_desktop.ui.widgets.option_list import OptionList

VISITS = (
    Option("f", "Follow-up"),
    Option("n", "New patient"),
    Option("off", "Not offered", enabled=False),
    Option("a", "Annual check-up"),
)
PEOPLE = (
    Option(1, "Jonas Testholm", "12 Jun 1984 (42)", avatar="Jonas Testholm"),
    Option(2, "Max Testholm", "30 Aug 2017 (9)", avatar="Max Testholm"),
    Option(3, "Zeynep Örnek", "6 Jan 2008 (18)", avatar="Zeynep Örnek"),
)


def test_enter_opens_arrows_move_and_enter_picks(show, qtbot: QtBot) -> None:
    combo = Combo(VISITS, value="f", name="Visit")
    show(combo)
    heard: list[object] = []
    combo.valueChanged.connect(heard.append)
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Return)
    assert combo.opened
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    qtbot.keyClick(combo, Qt.Key.Key_Down)  # passes over the option that is off
    qtbot.keyClick(combo, Qt.Key.Key_Return)
    assert not combo.opened
    assert combo.value() == "a"
    assert heard == ["a"]
    assert combo.accessibleDescription() == "Annual check-up"


def test_typing_filters_and_escape_keeps_the_value(show, qtbot: QtBot) -> None:
    combo = Combo(VISITS, value="f", name="Visit")
    show(combo)
    combo.setFocus()
    qtbot.keyClicks(combo, "chec")
    assert combo.opened
    qtbot.keyClick(combo, Qt.Key.Key_Escape)
    assert (combo.opened, combo.value()) == (False, "f")
    qtbot.keyClicks(combo, "new")
    qtbot.keyClick(combo, Qt.Key.Key_Return)
    assert combo.value() == "n"


def test_tab_takes_the_match_of_what_was_typed(show, qtbot: QtBot) -> None:
    combo, after = Combo(VISITS, value="f", name="Visit"), TextField(name="After")
    show(combo, after)
    heard: list[object] = []
    combo.valueChanged.connect(heard.append)
    combo.setFocus()
    qtbot.keyClicks(combo, "annu")
    qtbot.keyClick(combo, Qt.Key.Key_Tab)
    assert (combo.value(), heard, combo.opened, after.hasFocus()) == ("a", ["a"], False, True)
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Down)  # Only looked at: nothing was typed.
    qtbot.keyClick(combo, Qt.Key.Key_Up)
    qtbot.keyClick(combo, Qt.Key.Key_Tab)
    assert (combo.value(), heard) == ("a", ["a"])


def test_words_that_begin_so_come_before_letters_within_words(show, qtbot: QtBot) -> None:
    doctors = [Option(name, name) for name in ("Dr. Amin Shili", "Dr. Aline Ribot", "Dr. Ines Modelo")]
    combo = Combo(doctors, value="Dr. Amin Shili", name="Doctor")
    search = SearchSelect(name="Doctor", options=doctors)
    show(combo, search)
    combo.setFocus()
    qtbot.keyClicks(combo, "Dr. I")
    assert combo._list is not None
    offered = [combo._list.model.option(row).text for row in range(combo._list.model.rowCount())]
    assert offered == ["Dr. Ines Modelo", "Dr. Amin Shili", "Dr. Aline Ribot"]
    qtbot.keyClick(combo, Qt.Key.Key_Return)
    assert combo.value() == "Dr. Ines Modelo"  # and not the one chosen before, who matches, too
    search.setFocus()
    qtbot.keyClicks(search, "dr i")
    qtbot.keyClick(search, Qt.Key.Key_Tab)
    assert search.value() == "Dr. Ines Modelo" and search.text() == "Dr. Ines Modelo"


def test_tab_leaves_words_that_name_no_option_as_they_are(show, qtbot: QtBot) -> None:
    field, after = SearchSelect(name="Visit", options=VISITS), TextField(name="After")
    show(field, after)
    field.setFocus()
    qtbot.keyClicks(field, "ow")  # within "Follow-up", but no beginning of it
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert (field.value(), field.text(), after.hasFocus()) == (None, "ow", True)


def test_tab_takes_somebody_asked_for_only_where_nobody_else_matches(show, qtbot: QtBot) -> None:
    field, after = SearchSelect(name="Patient", delay=0), TextField(name="After")
    show(field, after)
    answer = list(PEOPLE[:2])
    field.queryChanged.connect(lambda _text: field.set_options(answer))
    for people, taken in ((PEOPLE[:2], None), (PEOPLE[:1], 1)):
        answer[:] = people
        field.set_choice(None)
        field.setFocus()
        qtbot.keyClicks(field, "test")
        qtbot.waitUntil(lambda: field.opened)
        qtbot.keyClick(field, Qt.Key.Key_Tab)
        assert (field.value(), after.hasFocus()) == (taken, True)


def test_a_key_that_matches_nothing_is_not_taken(show, qtbot: QtBot) -> None:
    combo = Combo(VISITS, name="Visit")
    show(combo)
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    qtbot.keyClicks(combo, "zzz")
    qtbot.keyClick(combo, Qt.Key.Key_Return)
    assert combo.value() == "f"


def test_the_mouse_opens_and_picks(show, qtbot: QtBot) -> None:
    combo = Combo(VISITS, name="Visit")
    show(combo)
    qtbot.mouseClick(combo, Qt.MouseButton.LeftButton)
    dropped = combo._list
    assert dropped is not None and dropped.isVisible()
    spot = dropped.view.visualRect(dropped.model.index(1)).center()
    qtbot.mouseClick(dropped.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert combo.value() == "n"


def test_leaving_a_combo_closes_its_list(show, qtbot: QtBot) -> None:
    combo, after = Combo(VISITS, name="Visit"), TextField(name="After")
    show(combo, after)
    combo.setFocus()
    combo.open_list()
    after.setFocus()
    assert not combo.opened


def test_setting_a_value_is_silent_and_an_unknown_one_shows_the_placeholder(show) -> None:
    combo = Combo(VISITS, placeholder="Choose")
    show(combo)
    heard: list[object] = []
    combo.valueChanged.connect(heard.append)
    combo.set_value("n")
    combo.set_value("gone")
    assert heard == []
    assert combo.accessibleDescription() == "Choose"


def test_a_combo_speaks_its_value_and_what_is_wrong(show) -> None:
    combo = Combo(VISITS, value="f")
    labelled = LabelledField("Visit", combo, help="Sets the length")
    show(labelled)
    assert combo.accessibleName() == "Visit"
    labelled.set_error("Dr. Shili does not offer this")
    assert combo.accessibleDescription() == "Follow-up, Dr. Shili does not offer this"
    combo.set_value("n")
    labelled.clear_error()
    assert combo.accessibleDescription() == "New patient, Sets the length"


def test_a_search_of_its_own_options_finds_without_accents(show, qtbot: QtBot) -> None:
    field = SearchSelect(name="Patient", options=PEOPLE)
    show(field)
    field.setFocus()
    picked: list[object] = []
    field.picked.connect(picked.append)
    qtbot.keyClicks(field, "ornek zey")
    assert field.opened
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert picked == [3]
    assert (field.value(), field.text()) == (3, "Zeynep Örnek")
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    assert picked == [3, None]
    assert field.value() is None


def test_a_search_asks_once_and_shows_the_answer(show, qtbot: QtBot) -> None:
    field = SearchSelect(name="Patient")
    show(field)
    field.setFocus()
    asked: list[str] = []
    field.queryChanged.connect(asked.append)
    qtbot.keyClicks(field, "testh")
    qtbot.waitUntil(lambda: asked == ["testh"])
    field.set_options(PEOPLE[:2], "2 matches")
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == 2


def test_enter_before_the_answer_picks_only_where_one_person_matches(show, qtbot: QtBot) -> None:
    field = SearchSelect(name="Patient")
    show(field)
    field.setFocus()
    qtbot.keyClicks(field, "t")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    field.set_options(PEOPLE[:2])
    assert field.value() is None, "two people match, so nobody is picked unseen"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    qtbot.keyClicks(field, "x")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    field.set_options([PEOPLE[0], Option("new", "New patient", action=True)])
    assert field.value() == 1


def test_enter_never_picks_from_the_answer_to_an_earlier_question(show, qtbot: QtBot) -> None:
    field = SearchSelect(name="Patient")
    show(field)
    field.setFocus()
    qtbot.keyClicks(field, "testholm")
    field._ask()
    field.set_options(PEOPLE[:2])
    qtbot.keyClicks(field, " max")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value() is None
    field.set_options(PEOPLE[1:2])
    assert field.value() == 2


def test_an_action_line_is_told_apart_from_a_person(show, qtbot: QtBot) -> None:
    field = SearchSelect(
        name="Patient", options=[Option("new", 'New patient "x"', action=True, icon="user-plus")]
    )
    show(field)
    field.setFocus()
    with qtbot.waitSignal(field.actionPicked) as told:
        qtbot.keyClicks(field, "x")
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert told.args == ["new"]
    assert field.value() is None


def test_words_match_in_any_order_and_their_places_are_found() -> None:
    assert matches("örnek ZEY", "Zeynep Ornek")
    assert not matches("ornek max", "Zeynep Örnek")
    assert found_spans("test", "Jonas Testholm") == [(6, 4)]
    assert found_spans("na as", "Jonas") == [(2, 3)]
    assert found_spans("", "Jonas") == []


def test_a_list_that_shrinks_leaves_no_shadow_on_what_lies_below(show, qtbot: QtBot) -> None:
    class Sheet(QWidget):
        """An opaque page, as the calendar's grid is: Qt repaints it only where somebody asks for it."""

        def __init__(self) -> None:
            super().__init__()
            self.setMinimumSize(500, 400)
            self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
            self.painted = QRegion()

        def paintEvent(self, event: QPaintEvent) -> None:
            self.painted += event.region()

    field, sheet = TextField(), Sheet()
    window = show(field, sheet)
    dropped = OptionList(field)
    dropped.offer([Option(n, f"Patient {n}") for n in range(6)])
    qtbot.wait(200)
    freed = QRegion(dropped.geometry())
    sheet.painted = QRegion()
    dropped.offer([Option(0, "Patient 0")])
    freed -= QRegion(dropped.geometry())
    assert not freed.isEmpty()
    below = freed.translated(-sheet.mapTo(window, QPoint())) & QRegion(sheet.rect())
    assert not below.isEmpty()
    qtbot.waitUntil(lambda: (below - sheet.painted).isEmpty())
    dropped.close_layer()


def test_a_combo_is_walked_through_to_its_ends(show, qtbot: QtBot) -> None:
    options = [Option(number, f"Room {number}", enabled=number not in (0, 4, 19)) for number in range(20)]
    combo = Combo(options, value=3, name="Room")
    show(combo)
    combo.setFocus()
    combo.open_list()
    assert combo._list is not None

    def after(key: Qt.Key) -> object:
        qtbot.keyClick(combo, key)
        chosen = combo._list.chosen() if combo._list is not None else None
        return chosen.value if chosen is not None else None

    keys = Qt.Key
    assert after(keys.Key_Down) == 5, "past one that cannot be chosen"
    assert after(keys.Key_End) == 18
    assert after(keys.Key_PageDown) == 18
    assert after(keys.Key_PageUp) == 12
    assert after(keys.Key_Home) == 1
    assert after(keys.Key_PageUp) == 1
    assert after(keys.Key_PageDown) == 7


def test_ctrl_enter_in_a_combo_is_left_to_the_form(show, qtbot: QtBot) -> None:
    combo = Combo(VISITS, name="Visit")
    show(combo)
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not combo.opened


def test_a_choice_made_for_the_person_takes_the_count_of_matches_away(show, qtbot: QtBot) -> None:
    search = SearchSelect(name="Patient")
    show(search)
    search.setFocus()
    search.set_options([], "0 matches")
    assert search.note == "0 matches"
    search.set_choice(PEOPLE[0])
    assert search.note == ""
