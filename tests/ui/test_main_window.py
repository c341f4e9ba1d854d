"""The window around the pages: entering, moving, searching, locking, leaving, and all of it by keyboard."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QCloseEvent, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, NotAuthenticated, SlotTaken, Unavailable
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui import errors, pages, session_lock, theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.frame.history import History, Place
from meditrack_desktop.ui.frame.sheet import MOST_RECORD_PAGES, as_page
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.patients.chart.page import ChartPage
from meditrack_desktop.ui.scheduling.page import SchedulingPage
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.today.page import TodayPage
from meditrack_desktop.ui.widgets import Button, Dialog, Popover, SideSheet
from tests.conftest import PASSWORDS
from tests.makers.people import a_patient

Enter = Callable[[Actor], MainWindow]
Ctrl, Shift, Alt = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


class PlainPage(QWidget):
    """A page that notes what is asked of it."""

    def __init__(self, desk: Desk, place: Place) -> None:
        super().__init__()
        self.title = place.page
        self.place, self.calls = place, list[object]()
        column = QVBoxLayout(self)
        self.secret = QLabel("Piotr Przyklad")
        self.draft = QLineEdit()
        column.addWidget(self.secret)
        column.addWidget(self.draft)

    def load(self) -> None:
        self.calls.append("load")

    def refresh(self) -> None:
        self.calls.append("refresh")

    def can_leave(self) -> bool:
        return not self.draft.text()

    def search(self, text: str) -> None:
        self.calls.append(("search", text))

    def start_import(self, files: Sequence[Path] = ()) -> None:
        self.calls.append(("import", tuple(files)))

    def start_booking(self, patient: UUID | None) -> None:
        self.calls.append(("book", patient))

    def show_day(self, day: date) -> None:
        self.calls.append(("day", day))

    def show_appointment(self, appointment: UUID, day: date) -> None:
        self.calls.append(("appointment", appointment, day))


@pytest.fixture
def plain_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that only take notes: here the window itself is the matter."""
    monkeypatch.setattr(pages, "build_page", PlainPage)


@pytest.fixture
def desk_window(plain_pages: None, enter: Enter, reception: Actor) -> MainWindow:
    return enter(reception)


def page_of(window: MainWindow) -> PlainPage:
    assert window.frame is not None
    page = window.frame.sheet.current()
    assert isinstance(page, PlainPage)
    return page


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    held = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        held |= modifier
    qtbot.keyClick(QApplication.focusWidget() or window, key, held)


def test_from_sign_in_to_the_pages_by_keyboard_alone(
    plain_pages: None, window: MainWindow, qtbot: QtBot, tasks: Tasks
) -> None:
    """A receptionist sits down, signs in, walks through the pages and locks the desk, without a mouse."""
    window.login.people.choose("reception")
    assert window.login.credentials.password.hasFocus()
    qtbot.keyClicks(window.login.credentials.password, PASSWORDS["reception"])
    press(qtbot, window, Qt.Key.Key_Return)
    assert tasks.wait_idle()
    assert window.in_front is not None
    assert page_of(window).place == Place("today")
    assert page_of(window).calls == ["load"]
    press(qtbot, window, Qt.Key.Key_2, Ctrl)
    assert page_of(window).place == Place("calendar")
    press(qtbot, window, Qt.Key.Key_3, Ctrl)
    assert page_of(window).place == Place("patients")
    press(qtbot, window, Qt.Key.Key_4, Ctrl)
    assert page_of(window).place == Place("inbox")
    press(qtbot, window, Qt.Key.Key_5, Ctrl)
    assert page_of(window).place == Place("doctors")
    press(qtbot, window, Qt.Key.Key_Left, Alt)
    press(qtbot, window, Qt.Key.Key_Left, Alt)
    press(qtbot, window, Qt.Key.Key_Left, Alt)
    assert page_of(window).place == Place("calendar")
    press(qtbot, window, Qt.Key.Key_Right, Alt)
    assert page_of(window).place == Place("patients")
    press(qtbot, window, Qt.Key.Key_F5)
    assert page_of(window).calls == ["load", "refresh"]
    press(qtbot, window, Qt.Key.Key_L, Ctrl)
    assert window.locked
    qtbot.keyClicks(QApplication.focusWidget(), PASSWORDS["reception"])
    press(qtbot, window, Qt.Key.Key_Return)
    assert tasks.wait_idle()
    assert not window.locked
    assert page_of(window).place == Place("patients")


def test_tab_reaches_every_part_and_everything_has_a_name(desk_window: MainWindow, qtbot: QtBot) -> None:
    frame = desk_window.frame
    assert frame is not None
    frame.setFocus()
    reached: list[QWidget] = []
    for _ in range(40):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        if focused in reached:
            break
        reached.append(focused)
    names = [
        widget.accessibleName()
        for widget in reached
        if not isinstance(widget, QLineEdit) or widget.accessibleName()
    ]
    for name in (
        "Calendar",
        "Patients",
        "Doctors & hours",
        "Lock",
        "Search patients and documents",
        "New appointment",
        "Connected",
    ):
        assert name in names
    parts = [frame.sidebar, frame.top_bar, frame.sheet, frame.strip]
    order = [
        next(at for at, part in enumerate(parts) if part.isAncestorOf(widget))
        for widget in reached
        if widget is not frame
    ]
    assert order == sorted(order), "Tab goes sidebar, top bar, page, strip"


def test_the_next_pane_comes_with_f6(desk_window: MainWindow, qtbot: QtBot) -> None:
    frame = desk_window.frame
    assert frame is not None
    seen = []
    for _ in range(4):
        press(qtbot, desk_window, Qt.Key.Key_F6)
        focused = QApplication.focusWidget()
        seen.append(
            next(
                name
                for name, part in (
                    ("sidebar", frame.sidebar),
                    ("top", frame.top_bar),
                    ("page", frame.sheet),
                    ("strip", frame.strip),
                )
                if part.isAncestorOf(focused)
            )
        )
    assert seen == ["sidebar", "top", "page", "strip"]


def test_what_a_role_may_not_use_is_absent(plain_pages: None, enter: Enter, admin: Actor) -> None:
    window = enter(admin)
    assert window.frame is not None
    assert list(window.frame.sidebar.buttons)[:4] == ["today", "calendar", "patients", "doctors"]
    assert window.frame.top_bar.new is None, "an administrator of the shipped role books no visits"


def test_pages_are_built_once_and_keep_what_is_typed(desk_window: MainWindow) -> None:
    frame = desk_window.frame
    assert frame is not None
    first = page_of(desk_window)
    first.draft.setText("half a sentence")
    frame.open(Place("patients"))
    assert frame.open(Place("today")) is first
    assert first.draft.text() == "half a sentence"
    assert first.calls == ["load"]


def test_only_the_last_charts_are_kept_and_never_one_with_a_draft_dropped(desk_window: MainWindow) -> None:
    frame = desk_window.frame
    assert frame is not None
    places = [Place("patients", (uuid4(),)) for _ in range(MOST_RECORD_PAGES + 3)]
    for number, place in enumerate(places):
        page = frame.open(place)
        if number == 0:
            assert isinstance(page, PlainPage)
            page.draft.setText("a note")
    kept = [place for place in places if frame.sheet.page(place) is not None]
    assert kept[0] == places[0]
    assert places[1] not in kept
    assert frame.sidebar.buttons["patients"].isChecked()


def test_the_navigator_is_answered(desk_window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_window.desk
    assert desk is not None
    patient, document, visit, day = uuid4(), uuid4(), uuid4(), date(2026, 11, 19)
    desk.go.patient(patient)
    assert page_of(desk_window).place == Place("patients", (patient,))
    desk.go.document(patient, document)
    assert page_of(desk_window).place == Place("patients", (patient, document))
    desk.go.patients("testholm")
    assert page_of(desk_window).calls == ["load", ("search", "testholm")]
    desk.go.import_patients()
    assert page_of(desk_window).calls[-1] == ("import", ())
    desk.go.import_patients([Path("people.csv")])
    assert page_of(desk_window).calls[-1] == ("import", (Path("people.csv"),))
    desk.go.page("users/roles")
    assert page_of(desk_window).place == Place("users/roles")
    desk.go.calendar()
    assert page_of(desk_window).calls == ["load"]
    desk.go.calendar(day)
    assert page_of(desk_window).calls[-1] == ("day", day)
    desk.go.calendar(day, visit)
    assert page_of(desk_window).calls[-1] == ("appointment", visit, day)
    desk.go.book(patient)
    assert page_of(desk_window).calls[-1] == ("book", patient)


def test_ctrl_n_books_and_the_button_says_so(desk_window: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, desk_window, Qt.Key.Key_2, Ctrl)
    press(qtbot, desk_window, Qt.Key.Key_N, Ctrl)
    assert page_of(desk_window).calls == ["load", ("book", None)]
    assert desk_window.frame is not None and desk_window.frame.top_bar.new is not None
    assert "Ctrl+N" in desk_window.frame.top_bar.new.main.toolTip()


def test_somebody_without_a_visit_is_put_on_the_waitlist_from_anywhere(desk_window: MainWindow) -> None:
    assert desk_window.frame is not None and desk_window.frame.top_bar.new is not None
    asked: list[tuple[object, ...]] = []
    desk_window.desk.go.waitlistJoinRequested.connect(lambda *about: asked.append(about))
    menu = desk_window.frame.top_bar.new.menu
    [entry] = [one for one in menu.actions() if one.text() == "Add to the waitlist"]
    entry.trigger()
    assert asked == [(None, None)]


@pytest.fixture
def people(clinic: Clinic, reception: Actor) -> list[UUID]:
    made = [a_patient("Testholm", "Jonas", birth_date="1984-06-12"), a_patient("Testholm", "Ingrid")]
    return [clinic.patients.register(reception, command).id for command in made]


def test_search_finds_and_enter_opens(
    desk_window: MainWindow, people: list[UUID], qtbot: QtBot, tasks: Tasks
) -> None:
    press(qtbot, desk_window, Qt.Key.Key_K, Ctrl)
    search = QApplication.focusWidget()
    qtbot.keyClicks(search, "jonas testh")
    qtbot.wait(150)
    assert tasks.wait_idle()
    found = desk_window.frame.top_bar.search.results
    assert found is not None and found.isVisible()
    option = found.model.option(0)
    assert option.text == "Jonas Testholm"
    assert option.second.startswith("12 Jun 1984 (42), MRN ")
    assert [found.model.option(row).action for row in range(found.model.rowCount())] == [False, True, True]
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert page_of(desk_window).place == Place("patients", (people[0],))
    assert not found.isVisible()
    assert search.text() == ""


def test_enter_before_the_answer_opens_the_first_when_it_comes(
    desk_window: MainWindow, people: list[UUID], qtbot: QtBot, tasks: Tasks
) -> None:
    press(qtbot, desk_window, Qt.Key.Key_K, Ctrl)
    qtbot.keyClicks(QApplication.focusWidget(), "jonas")
    press(qtbot, desk_window, Qt.Key.Key_Return)
    assert tasks.wait_idle()
    assert page_of(desk_window).place == Place("patients", (people[0],))


def test_nobody_found_offers_a_new_patient(
    desk_window: MainWindow, people: list[UUID], qtbot: QtBot, tasks: Tasks
) -> None:
    asked: list[str] = []
    desk = desk_window.desk
    assert desk is not None
    desk.go.takeDownRequested.connect(lambda name, phone, then: asked.append(name))
    press(qtbot, desk_window, Qt.Key.Key_K, Ctrl)
    search = QApplication.focusWidget()
    qtbot.keyClicks(search, "nobody")
    qtbot.wait(150)
    assert tasks.wait_idle()
    found = desk_window.frame.top_bar.search.results
    assert found.model.option(0).text == 'No patient matches "nobody"'
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert asked == ["nobody"]


def test_escape_closes_the_results_and_empties_the_box(
    desk_window: MainWindow, people: list[UUID], qtbot: QtBot, tasks: Tasks
) -> None:
    press(qtbot, desk_window, Qt.Key.Key_K, Ctrl)
    search = QApplication.focusWidget()
    qtbot.keyClicks(search, "testh")
    qtbot.wait(150)
    assert tasks.wait_idle()
    qtbot.keyClick(search, Qt.Key.Key_Down)
    found = desk_window.frame.top_bar.search.results
    assert found.chosen().text in ("Jonas Testholm", "Ingrid Testholm")
    assert found.view.currentIndex().row() == 1
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert not found.isVisible()
    assert search.text() == ""


def visible_texts(window: QWidget) -> str:
    return " ".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def test_locking_hides_everything_and_unlocking_gives_it_back(
    desk_window: MainWindow, qtbot: QtBot, tasks: Tasks, clinic: Clinic
) -> None:
    page = page_of(desk_window)
    page.draft.setText("half a sentence")
    page.draft.setFocus()
    popover = Popover(page, "Piotr Przyklad")
    popover.body.addWidget(QLineEdit("typed in the popover"))
    popover.open_at(page.secret)
    desk_window.say("Piotr Przyklad moved", lambda: None)
    assert "Piotr" in visible_texts(desk_window)
    before = desk_window.desk.actor
    desk_window.lock()
    assert "Piotr" not in visible_texts(desk_window)
    assert not popover.isVisible()
    assert desk_window.toasts.shown == ()
    for _ in range(12):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert desk_window.lock_screen.isAncestorOf(QApplication.focusWidget())
    for key in (Qt.Key.Key_K, Qt.Key.Key_N, Qt.Key.Key_2):
        press(qtbot, desk_window, key, Ctrl)
    assert desk_window.locked
    assert page.calls == ["load"]
    lock = desk_window.lock_screen
    lock.credentials.password.setText("not the password")
    lock.credentials.submit()
    assert tasks.wait_idle()
    assert desk_window.locked
    lock.credentials.password.setText(PASSWORDS["reception"])
    lock.credentials.submit()
    assert tasks.wait_idle()
    assert not desk_window.locked
    assert page_of(desk_window) is page
    assert page.draft.text() == "half a sentence"
    assert popover.isVisible()
    after = desk_window.desk.actor
    assert after.session_id != before.session_id
    with pytest.raises(NotAuthenticated):
        clinic.settings.clinic(before)
    popover.close_layer()


def test_answers_that_come_late_show_nothing_of_a_person_who_is_away(
    desk_window: MainWindow, enter: Enter, doctor: Actor, tasks: Tasks
) -> None:
    """Not on the lock, not on the sign-in card and not before somebody else; their owner finds them again."""
    page, desk = page_of(desk_window), desk_window.desk
    page.draft.setText("half a sentence")

    def late() -> Dialog:
        dialog = Dialog(page, "Jonas Testholm was changed meanwhile")
        dialog.open_layer()
        desk.say("Jonas Testholm moved", lambda: None)
        errors.show(page, SlotTaken(), retry=lambda: None)
        return dialog

    def nothing_shown() -> bool:
        return "Jonas" not in visible_texts(desk_window) and desk_window.toasts.shown == ()

    desk_window.lock()
    dialogs = [late()]
    on_a_dialog = Dialog(dialogs[0], "Jonas Testholm again")
    on_a_dialog.open_layer()
    assert nothing_shown() and desk_window.lock_screen.credentials.password.hasFocus()
    desk_window.switch_user()
    dialogs.append(late())
    assert nothing_shown()
    assert tasks.wait_idle()
    desk_window.login.sign_in_as("doctor", PASSWORDS["doctor"])
    assert tasks.wait_idle() and desk_window.desk.actor.username == "doctor"
    dialogs.append(late())
    assert nothing_shown()
    desk_window.switch_user()
    desk_window.login.sign_in_as("reception", PASSWORDS["reception"])
    assert tasks.wait_idle()
    assert all(dialog.isVisible() for dialog in (*dialogs, on_a_dialog))
    assert QApplication.focusWidget().window() is desk_window
    assert any(dialog.isAncestorOf(QApplication.focusWidget()) for dialog in (*dialogs, on_a_dialog))
    for dialog in (*dialogs, on_a_dialog):
        dialog.close_layer()


def test_a_layer_closed_behind_the_lock_does_not_come_back(desk_window: MainWindow, tasks: Tasks) -> None:
    """Else a form that was saved while the desk locked would ask to be saved a second time."""
    sheet = SideSheet(page_of(desk_window), "New patient")
    sheet.dirty = lambda: True
    closed: list[bool] = []
    sheet.closed.connect(lambda: closed.append(True))
    sheet.open_layer()
    desk_window.lock()
    sheet.close_layer()
    assert closed == [True]
    desk_window.lock_screen.credentials.password.setText(PASSWORDS["reception"])
    desk_window.lock_screen.credentials.submit()
    assert tasks.wait_idle() and not desk_window.locked
    assert not [layer for layer in desk_window.findChildren(SideSheet) if layer.isVisible()]


def test_a_clock_put_back_does_not_keep_the_desk_open(
    desk_window: MainWindow, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.advance(timedelta(days=-1))
    began = session_lock.ticks()
    for passed in range(20, 600, 20):
        monkeypatch.setattr(session_lock, "ticks", lambda passed=passed: began + passed)
        desk_window.watch.check()
        assert not desk_window.locked
    monkeypatch.setattr(session_lock, "ticks", lambda: began + 601)
    desk_window.watch.check()
    assert desk_window.locked


def test_a_desk_left_alone_warns_and_locks(desk_window: MainWindow, clock: FixedClock, qtbot: QtBot) -> None:
    clock.advance(timedelta(minutes=9, seconds=39))
    desk_window.watch.check()
    assert desk_window.toasts.shown == ()
    clock.advance(timedelta(seconds=1))
    desk_window.watch.check()
    desk_window.watch.check()
    assert [toast.text for toast in desk_window.toasts.shown] == [
        "This desk locks in 20 s. Move the mouse to stay."
    ]
    desk_window.toasts.shown[0].action.click()
    clock.advance(timedelta(seconds=30))
    desk_window.watch.check()
    assert not desk_window.locked
    clock.advance(timedelta(minutes=10))
    desk_window.watch.check()
    assert desk_window.locked
    clock.advance(timedelta(minutes=6))
    desk_window.lock_screen.tick()
    assert desk_window.lock_screen.away.text() == "Rosa Ontwerp, away for 6 min"


def test_a_touch_keeps_the_desk_open(desk_window: MainWindow, clock: FixedClock, qtbot: QtBot) -> None:
    clock.advance(timedelta(minutes=9, seconds=59))
    qtbot.mouseMove(desk_window.windowHandle(), desk_window.rect().center())
    desk_window.watch.check()
    clock.advance(timedelta(minutes=9))
    desk_window.watch.check()
    assert not desk_window.locked


def test_an_ended_session_locks_instead_of_losing_work(
    desk_window: MainWindow, clinic: Clinic, tasks: Tasks
) -> None:
    desk = desk_window.desk
    page_of(desk_window).draft.setText("half a sentence")
    clinic.sessions.sign_out(desk.actor)
    desk.tasks.query(desk_window, lambda: clinic.settings.clinic(desk.actor), lambda _: None)
    assert tasks.wait_idle()
    assert desk_window.locked
    assert "not finished" in " ".join(
        widget.accessibleName() for widget in desk_window.lock_screen.findChildren(QWidget)
    )


def test_another_user_never_sees_drafts_and_their_owner_finds_them_again(
    desk_window: MainWindow, enter: Enter, reception: Actor, doctor: Actor, tasks: Tasks
) -> None:
    mine = page_of(desk_window)
    mine.draft.setText("half a sentence")
    desk_window.lock()
    desk_window.switch_user()
    assert tasks.wait_idle()
    assert desk_window.frame is None
    assert desk_window.login.isVisible()
    desk_window.login.sign_in_as("doctor", PASSWORDS["doctor"])
    assert tasks.wait_idle()
    assert desk_window.desk.actor.username == "doctor"
    assert page_of(desk_window) is not mine
    assert not mine.isVisible()
    desk_window.switch_user()
    desk_window.login.sign_in_as("reception", PASSWORDS["reception"])
    assert tasks.wait_idle()
    assert page_of(desk_window) is mine
    assert mine.draft.text() == "half a sentence"


def answer(window: MainWindow, text: str) -> None:
    dialog = next(dialog for dialog in window.findChildren(Dialog) if dialog.isVisible())
    next(button for button in dialog.findChildren(Button) if button.text() == text).click()


def test_signing_out_ends_the_session_and_asks_where_something_is_typed(
    desk_window: MainWindow, clinic: Clinic, tasks: Tasks
) -> None:
    page_of(desk_window).draft.setText("half a sentence")
    desk_window.sign_out()
    answer(desk_window, "Keep editing")
    assert desk_window.frame is not None
    desk_window.sign_out()
    answer(desk_window, "Sign out and discard")
    assert tasks.wait_idle()
    assert desk_window.frame is None
    assert clinic.keys.opened is None, "signing out forgets the keys"
    assert desk_window.login.people.username == "reception"
    desk_window.login.sign_in_as("reception", PASSWORDS["reception"])
    assert tasks.wait_idle()
    assert page_of(desk_window).draft.text() == ""


def closed(window: MainWindow) -> bool:
    event = QCloseEvent()
    QApplication.sendEvent(window, event)
    return event.isAccepted()


def test_closing_asks_only_if_something_would_be_lost(desk_window: MainWindow) -> None:
    page = page_of(desk_window)
    page.draft.setText("half a sentence")
    assert not closed(desk_window)
    answer(desk_window, "Keep editing")
    page.draft.clear()
    assert closed(desk_window)


def test_closing_asks_while_long_work_goes_on(desk_window: MainWindow, tasks: Tasks, qtbot: QtBot) -> None:
    def work(progress: OnProgress) -> None:
        for step in range(10_000):
            progress(Progress(step, 10_000))
            time.sleep(0.002)

    task = tasks.slow(
        desk_window, work, done=lambda _: None, failed=lambda _: None, title="Importing patients"
    )
    strip = desk_window.frame.strip
    assert strip.work.isVisible()
    qtbot.waitUntil(lambda: "%" in strip.work.text())
    assert strip.work.text().startswith("Importing patients")
    strip.work.click()
    popover = desk_window.findChild(Popover)
    assert not closed(desk_window)
    answer(desk_window, "Keep working")
    next(button for button in popover.findChildren(Button) if button.text() == "Stop").click()
    assert task.stopping
    assert tasks.wait_idle()
    assert not strip.work.isVisible()
    qtbot.waitUntil(lambda: desk_window.findChild(Popover) is None)
    assert closed(desk_window)


def test_the_strip_says_since_when_there_is_no_answer(
    desk_window: MainWindow, clock: FixedClock, tasks: Tasks
) -> None:
    strip = desk_window.frame.strip
    assert strip.connection.text() == "Connected"

    def down() -> None:
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)

    tasks.query(desk_window, down, lambda _: None, failed=lambda _: None)
    assert tasks.wait_idle()
    clock.advance(timedelta(minutes=3))
    tasks.query(desk_window, down, lambda _: None, failed=lambda _: None)
    assert tasks.wait_idle()
    assert strip.connection.text() == "Offline since 10:42"
    strip.connection.click()
    popover = desk_window.findChild(Popover)
    next(button for button in popover.findChildren(Button) if button.text() == "Try now").click()
    assert page_of(desk_window).calls == ["load", "refresh"]
    tasks.query(desk_window, lambda: None, lambda _: None)
    assert tasks.wait_idle()
    assert strip.connection.text() == "Connected"


def test_date_and_time_tick(desk_window: MainWindow, clock: FixedClock) -> None:
    strip = desk_window.frame.strip
    assert strip.clock.text() == "Wed 18 Nov, 10:42"
    clock.advance(timedelta(minutes=1))
    desk_window.tick()
    assert strip.clock.text() == "Wed 18 Nov, 10:43"


def test_undo_by_key(desk_window: MainWindow, qtbot: QtBot) -> None:
    undone: list[int] = []
    desk_window.say("First", lambda: undone.append(1))
    desk_window.say("Second", lambda: undone.append(2))
    press(qtbot, desk_window, Qt.Key.Key_Z, Ctrl)
    assert undone == [2]
    press(qtbot, desk_window, Qt.Key.Key_Z, Ctrl)
    assert undone == [2, 1]
    press(qtbot, desk_window, Qt.Key.Key_Z, Ctrl)
    assert undone == [2, 1]


def test_undo_by_key_never_goes_on_instead(desk_window: MainWindow, qtbot: QtBot) -> None:
    done: list[str] = []
    desk_window.say("Moved", lambda: done.append("moved back"))
    desk_window.toasts.say("Taken", lambda: done.append("overbooked"), action="Do it all the same")
    press(qtbot, desk_window, Qt.Key.Key_Z, Ctrl)
    assert done == ["moved back"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere the system does it")
def test_shift_f10_opens_the_menu_of_what_has_the_focus(desk_window: MainWindow, qtbot: QtBot) -> None:
    asked: list[QContextMenuEvent.Reason] = []

    class Menued(QLineEdit):
        def contextMenuEvent(self, event: QContextMenuEvent) -> None:
            asked.append(event.reason())

    popover = Popover(page_of(desk_window), "Question")
    field = Menued()
    popover.body.addWidget(field)
    popover.open_at(page_of(desk_window).secret)
    field.setFocus()
    press(qtbot, desk_window, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    assert asked == [QContextMenuEvent.Reason.Keyboard]


def test_keys_rest_behind_a_dialog(desk_window: MainWindow, qtbot: QtBot) -> None:
    popover = Popover(page_of(desk_window), "Question")
    popover.body.addWidget(QLineEdit())
    popover.open_at(page_of(desk_window).secret)
    press(qtbot, desk_window, Qt.Key.Key_3, Ctrl)
    assert page_of(desk_window).place == Place("today")
    popover.close_layer()
    press(qtbot, desk_window, Qt.Key.Key_3, Ctrl)
    assert page_of(desk_window).place == Place("patients")


def test_a_narrow_window_shows_icons_and_a_wide_one_words(desk_window: MainWindow, qtbot: QtBot) -> None:
    frame = desk_window.frame
    assert frame.sidebar.width() == 212
    assert frame.top_bar.height() == 52
    assert frame.strip.height() == 28
    assert frame.width() - frame.sheet.geometry().right() == 9
    desk_window.resize(1024, 640)
    qtbot.waitUntil(lambda: frame.sidebar.width() == 56)
    assert frame.sidebar.buttons["calendar"].toolTip() == "Calendar (Ctrl+2)"
    assert frame.top_bar.new.main.text() == "New"
    assert frame.top_bar.new.main.accessibleName() == "New appointment"
    desk_window.resize(1440, 900)
    qtbot.waitUntil(lambda: frame.sidebar.width() == 212)
    assert desk_window.minimumSize().toTuple() == (1024, 640)


def test_text_size_by_key(desk_window: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, desk_window, Qt.Key.Key_Plus, Ctrl)
    assert theme.current().text_size == 110
    press(qtbot, desk_window, Qt.Key.Key_Minus, Ctrl)
    press(qtbot, desk_window, Qt.Key.Key_Minus, Ctrl)
    assert theme.current().text_size == 100
    press(qtbot, desk_window, Qt.Key.Key_Plus, Ctrl)
    press(qtbot, desk_window, Qt.Key.Key_0, Ctrl)
    assert theme.current().text_size == 100


def test_at_200_percent_words_give_way_to_icons_and_nothing_is_cut(
    enter: Enter, admin: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    frame = enter(admin).frame
    page = frame.open(Place("doctors"))
    assert tasks.wait_idle()
    theme.current().set(text_size=200)
    qtbot.wait(60)
    assert frame.sidebar.width() < 100
    for button in [*frame.findChildren(Button), *page.findChildren(Button)]:
        if button.isVisible():
            assert button.width() >= button.minimumSizeHint().width(), button.accessibleName()
            assert frame.rect().contains(
                QRect(button.mapTo(frame, button.rect().topLeft()), button.size())
            ), button.accessibleName()


def test_no_patient_data_in_the_title(desk_window: MainWindow) -> None:
    desk_window.desk.go.patient(uuid4())
    assert desk_window.windowTitle() == "MediTrack"


def test_history_is_a_line_with_two_ends() -> None:
    history = History()
    assert history.back() is None and history.forward() is None
    a, b, c = (Place(word) for word in "abc")
    for place in (a, b, b, c):
        history.go(place)
    assert history.back() == b
    assert history.back() == a
    assert history.back() is None
    assert history.forward() == b
    history.go(c)
    assert history.forward() is None
    assert history.back() == b
    history.forget(a)
    assert history.back() is None


def test_a_doctor_starts_on_the_calendar(enter: Enter, doctor: Actor, tasks: Tasks) -> None:
    frame = enter(doctor).frame
    assert tasks.wait_idle()
    page = frame.sheet.current()
    assert isinstance(page, SchedulingPage)
    assert page.isVisible()


def test_from_any_page_to_a_chart_in_three_interactions(
    enter: Enter, reception: Actor, people: list[UUID], qtbot: QtBot, tasks: Tasks
) -> None:
    window = enter(reception)
    press(qtbot, window, Qt.Key.Key_K, Ctrl)
    qtbot.keyClicks(QApplication.focusWidget(), "jonas")
    press(qtbot, window, Qt.Key.Key_Return)
    assert tasks.wait_idle()
    page = window.frame.sheet.current()
    assert isinstance(page, ChartPage)
    assert tasks.wait_idle()
    assert "Jonas Testholm" in visible_texts(window)


def test_a_chart_that_was_open_before_takes_its_keys_again_when_it_is_found(
    enter: Enter, reception: Actor, people: list[UUID], qtbot: QtBot, tasks: Tasks
) -> None:
    window = enter(reception)
    for _ in range(2):
        press(qtbot, window, Qt.Key.Key_K, Ctrl)
        qtbot.keyClicks(QApplication.focusWidget(), "jonas")
        press(qtbot, window, Qt.Key.Key_Return)
        assert tasks.wait_idle()
        chart = window.frame.sheet.current()
        focused = QApplication.focusWidget()
        assert isinstance(chart, ChartPage) and focused is not None
        assert focused is chart or chart.isAncestorOf(focused)
        press(qtbot, window, Qt.Key.Key_3, Ctrl)
        assert tasks.wait_idle()


def test_a_new_patient_by_key_opens_the_sheet_over_any_page(
    enter: Enter, reception: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    window = enter(reception)
    press(qtbot, window, Qt.Key.Key_N, Ctrl, Shift)
    sheet = next(layer for layer in window.findChildren(SideSheet) if layer.isVisible())
    press(qtbot, window, Qt.Key.Key_3, Ctrl)
    assert isinstance(window.frame.sheet.current(), TodayPage), "keys rest behind a sheet"
    sheet.close_layer()


@pytest.mark.parametrize("who", ["admin", "reception", "doctor"])
def test_every_page_opens_for_everybody_who_sees_it(
    who: str, request: pytest.FixtureRequest, enter: Enter, people: list[UUID], tasks: Tasks
) -> None:
    window = enter(request.getfixturevalue(who))
    places = [Place(page) for page in window.frame.sidebar.buttons]
    for place in [*places, Place("patients", (people[0],))]:
        page = window.frame.open(place)
        assert tasks.wait_idle()
        assert page.isVisible()
        assert as_page(page).title
        assert as_page(page).can_leave()
    assert window.toasts.shown == ()


def test_signing_out_in_the_middle_of_questions_is_no_fault(
    enter: Enter, reception: Actor, people: list[UUID], tasks: Tasks
) -> None:
    window = enter(reception)
    for _ in range(40):
        window.frame.refresh()
        window.desk.go.patient(people[0])
        window.frame.refresh()
    window.sign_out()
    assert tasks.wait_idle()
    assert window.login.isVisible()
