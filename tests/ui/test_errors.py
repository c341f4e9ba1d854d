"""Every refusal has words, each lands where it belongs, and a crash report holds no value of the clinic."""

from __future__ import annotations

import logging
import sys
import threading

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.errors import (
    ClinicError,
    Conflict,
    ErrorCode,
    FieldProblem,
    Invalid,
    NotAuthenticated,
    Unavailable,
)
from meditrack_desktop.examiner.sniffing import sniff
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.widgets import Button, Dialog, TextArea, Toasts


@pytest.mark.parametrize("code", ErrorCode)
def test_every_code_has_words(code: ErrorCode) -> None:
    said = errors.words(ClinicError(code))
    assert said.title.endswith(".")
    assert code.value not in str(said)
    assert "{" not in str(said)
    assert "please" not in str(said).casefold()


@pytest.mark.parametrize("problem", FieldProblem)
def test_every_field_problem_has_words(problem: FieldProblem) -> None:
    said = errors.problem_words(problem, "Birth date")
    assert said
    assert "{" not in said


def test_words_carry_the_parameters_they_need() -> None:
    said = errors.words(NotAuthenticated(ErrorCode.TOO_MANY_TRIES, seconds=42))
    assert "42 s" in said.text


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(900, 500)
    QVBoxLayout(made)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_refusal_becomes_a_toast(window: QWidget) -> None:
    part = QWidget(window)
    errors.show(part, Conflict(ErrorCode.SLOT_NOT_AVAILABLE))
    toasts = window.findChild(Toasts)
    assert toasts is not None
    assert "already taken" in toasts.shown[0].text
    errors.show(part, Invalid(ErrorCode.INVALID_APPOINTMENT))
    assert window.findChildren(Toasts) == [toasts]


def test_try_again_is_offered_where_there_is_a_way(window: QWidget) -> None:
    tried: list[bool] = []
    errors.show(window, Unavailable(ErrorCode.DATABASE_BUSY), retry=lambda: tried.append(True))
    toast = window.findChild(Toasts).shown[0]
    assert toast.action is not None
    toast.action.click()
    assert tried == [True]


class PageWithBanner(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.shown: list[tuple[object, ...]] = []

    def show_banner(self, text: str, tone: str, action: str, then: object) -> None:
        self.shown.append((text, tone, action, then))


def test_the_worlds_faults_stand_in_the_page(window: QWidget) -> None:
    page = PageWithBanner(window)
    inner = QObject(page)
    retry = lambda: None  # noqa: E731
    errors.show(inner, Unavailable(ErrorCode.DATABASE_UNREACHABLE), retry=retry)
    errors.show(inner, Conflict(ErrorCode.SLOT_NOT_AVAILABLE))
    text, tone, action, then = page.shown[0]
    assert "does not answer" in str(text)
    assert (tone, action, then) == ("danger", "Try again", retry)
    assert len(page.shown) == 1
    assert len(window.findChild(Toasts).shown) == 1


def test_without_a_window_a_refusal_is_logged(qapp: object, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "meditrack.ui"):
        errors.show(QObject(), Conflict(ErrorCode.SLOT_NOT_AVAILABLE))
    assert "APPT_002" in caplog.text


def crash_with(secret: str) -> BaseException:
    try:
        raise ValueError(f"no room for {secret}")
    except ValueError as fault:
        return fault


def test_a_crash_report_names_places_and_no_values() -> None:
    found = errors.describe(crash_with("Piotr Przyklad"))
    assert found.code.startswith("BUG-")
    assert "test_errors.py" in found.details
    assert "crash_with" in found.details
    assert "Piotr" not in found.details
    assert errors.describe(crash_with("somebody else")).code == found.code


def test_a_crash_is_logged_and_shown_with_a_report_to_copy(
    window: QWidget, qtbot: QtBot, caplog: pytest.LogCaptureFixture, real_crash: None
) -> None:
    fault = crash_with("Piotr Przyklad")
    with caplog.at_level(logging.ERROR, "meditrack.ui"):
        errors.crash(fault)
    assert "Piotr" not in caplog.text
    dialog = window.findChild(Dialog)
    assert dialog is not None and dialog.isVisible()
    report = dialog.findChild(TextArea)
    assert "Piotr" not in report.toPlainText()
    buttons = {button.text(): button for button in dialog.findChildren(Button)}
    buttons["Copy details"].click()
    assert QGuiApplication.clipboard().text() == errors.describe(fault).details
    assert dialog.isVisible()
    buttons["Continue"].click()
    assert not dialog.isVisible()


def test_the_hook_takes_faults_of_event_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    crashes: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(errors, "crash", crashes.append)
    errors.install_excepthook()
    fault = crash_with("x")
    sys.excepthook(type(fault), fault, fault.__traceback__)
    assert crashes == [fault]
    printed: list[object] = []
    monkeypatch.setattr(sys, "__excepthook__", lambda *about: printed.append(about[0]))
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert printed == [KeyboardInterrupt]
    assert len(crashes) == 1


def test_a_fault_in_a_thread_is_logged_without_values(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    errors.install_excepthook()

    def break_down() -> None:
        raise crash_with("Piotr Przyklad")

    with caplog.at_level(logging.ERROR, "meditrack.ui"):
        thread = threading.Thread(target=break_down)
        thread.start()
        thread.join()
        threading.excepthook(threading.ExceptHookArgs((SystemExit, None, None, None)))
    assert "break_down" in caplog.text
    assert "Piotr" not in caplog.text


def test_a_file_that_was_cut_off_and_one_that_is_locked_are_told_what_to_do_next() -> None:
    """What happened, what was kept, what next; three bytes of a PDF are of no kind that anybody knows."""
    with pytest.raises(Invalid) as refused:
        sniff(b"%PD")
    cut = errors.words(refused.value).text
    locked = errors.words(Invalid(ErrorCode.FILE_ASKS_PASSWORD)).text
    assert "stays where it is" in cut and "have it sent again" in cut
    assert "left as it is" in locked and "Whoever sent it knows the password" in locked
