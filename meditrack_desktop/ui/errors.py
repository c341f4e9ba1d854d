"""Turns what went wrong into words and puts them where they belong: beside a field, in a toast, in a banner.

The words themselves are in `error_words`. Whatever is not a ClinicError is a fault of the program: it is shown by
`crash` without a single value from the clinic, since values may be patient data.
"""

import hashlib
import logging
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from meditrack_desktop.domain.errors import ClinicError, FieldProblem, Unavailable
from meditrack_desktop.ui import error_words
from meditrack_desktop.ui.error_words import ErrorWords
from meditrack_desktop.ui.widgets import Button, Dialog, Label, TextArea, Toasts
from meditrack_desktop.ui.widgets.layer import is_away

__all__ = ["Crash", "ErrorWords", "crash", "install_excepthook", "problem_words", "show", "words"]

log = logging.getLogger("meditrack.ui")
_PACKAGE = Path(__file__).resolve().parents[1]


def words(error: ClinicError) -> ErrorWords:
    """What happened (`title`), and what was kept and what to do next (`text`)."""
    return error_words.words(error)


def problem_words(problem: FieldProblem, label: str) -> str:
    """The sentence under a field called `label` in the window."""
    return error_words.problem_words(problem, label)


def show(owner: QObject, error: ClinicError, retry: Callable[[], object] | None = None) -> None:
    """Tell the person: a banner in the page for the world's faults, if it can show one, else a toast.

    `retry` is offered as Try again.
    """
    said = words(error)
    if isinstance(error, Unavailable):
        banner = _nearest(owner, "show_banner")
        if banner is not None:
            banner(str(said), "danger", _try_again() if retry else "", retry)
            return
    if is_away(owner):
        return  # nor a toast with an act of theirs before somebody else, or on the lock
    window = _window_of(owner)
    if window is None:
        log.warning("no window to show %s in", error.code.value)
        return
    toasts = window.findChild(Toasts) or Toasts(window)
    toasts.say(str(said), retry, action=_try_again(), icon="circle-alert")


@dataclass(frozen=True, slots=True)
class Crash:
    """A fault of the program as it may be shown and sent: a code and places in the source, never a value."""

    code: str
    details: str


def describe(fault: BaseException) -> Crash:
    """Where it broke. The fault's own message is left out: it may quote what somebody typed."""
    places = [
        f"{_place(frame.filename)}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(fault.__traceback__)
    ]
    kind = type(fault).__name__
    last = places[-1] if places else ""
    digest = hashlib.sha256(f"{kind} {last}".encode()).hexdigest()[:6].upper()
    version = f"Python {sys.version.split()[0]}, {sys.platform}"
    return Crash(f"BUG-{digest}", "\n".join([f"BUG-{digest} {kind}", *places, version]))


def crash(fault: BaseException) -> None:
    """Write a fault of the program to the log and show it; the window stays usable."""
    found = describe(fault)
    log.error("fault %s", found.details)
    window = _window_of(None)
    if window is not None:
        _crash_dialog(window, found).open_layer()


def install_excepthook() -> None:
    """Have faults in event handlers shown by `crash`, and those in threads of libraries written to the log."""

    def hook(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        if isinstance(fault, KeyboardInterrupt):
            sys.__excepthook__(kind, fault, trace)
            return
        crash(fault.with_traceback(trace))

    def in_a_thread(args: threading.ExceptHookArgs) -> None:
        # No window may be touched here; the log has to do.
        if args.exc_value is not None:
            log.error("fault %s", describe(args.exc_value).details)

    sys.excepthook = hook
    threading.excepthook = in_a_thread


def _crash_dialog(window: QWidget, found: Crash) -> Dialog:
    tr = QCoreApplication.translate
    dialog = Dialog(
        window,
        tr("errors", "The program made a mistake"),
        tr(
            "errors",
            "What was saved is safe. The last step may not have been done: look before you repeat it. "
            "The report names places in the program and holds no patient data.",
        ),
    )
    dialog.body.addWidget(Label(tr("errors", "Report {code}").format(code=found.code), "strong"))
    report = TextArea(found.details, name=tr("errors", "Report"), lines=5)
    report.setReadOnly(True)
    dialog.body.addWidget(report)
    copy: Button = dialog.add_action(
        tr("errors", "Copy details"),
        lambda: QGuiApplication.clipboard().setText(found.details),
        closes=False,
        icon="copy",
    )
    copy.setAccessibleDescription(found.code)
    dialog.add_action(tr("errors", "Continue"), kind="primary", default=True)
    return dialog


def _try_again() -> str:
    return QCoreApplication.translate("errors", "Try again")


def _nearest(owner: QObject, name: str) -> Callable[..., object] | None:
    found: QObject | None = owner
    while found is not None:
        method = getattr(found, name, None)
        if callable(method):
            return method  # type: ignore[no-any-return]
        found = found.parent()
    return None


def _window_of(owner: QObject | None) -> QWidget | None:
    found = owner
    while found is not None and isValid(found):
        if isinstance(found, QWidget):
            return found.window()
        found = found.parent()
    shown = [window for window in QApplication.topLevelWidgets() if window.isVisible()]
    return QApplication.activeWindow() or (shown[0] if shown else None)


def _place(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_PACKAGE)) if path.is_relative_to(_PACKAGE) else path.name
