"""The states of the inbox that are worth a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Invalid, Unavailable
from meditrack_desktop.domain.incoming import FiledWith, Guess, GuessReason, IncomingState
from meditrack_desktop.domain.suggestions import SuggestPatients
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.inbox.page import InboxPage
from meditrack_desktop.ui.inbox.taking_in import Brought
from meditrack_desktop.ui.inbox.words import tr

Pose = Callable[[], object]


def _waiting(desk: Desk) -> tuple[QWidget, Pose]:
    page = InboxPage(desk)
    return page, lambda: page.list.table.select_row(1)


def _nobody(desk: Desk) -> tuple[QWidget, Pose]:
    page = InboxPage(desk)
    return page, lambda: page.list.table.select_row(0)


def _differs(desk: Desk) -> tuple[QWidget, Pose]:
    """Somebody else than the file names is chosen."""
    page = InboxPage(desk)

    def pose() -> None:
        page.list.table.select_row(1)
        file = page.list.chosen
        if file is not None:
            page.form.show_guesses(file.id, (_somebody(desk),))
            page.form.guesses.choose(_somebody(desk))

    return page, pose


def _unchecked(desk: Desk) -> tuple[QWidget, Pose]:
    """Whoever is chosen could not be checked, nor the versions be looked up."""
    page = InboxPage(desk)

    def pose() -> None:
        page.list.table.select_row(1)
        desk.tasks.wait_idle()
        away = Unavailable(ErrorCode.DATABASE_UNREACHABLE)
        page.form.checking.two.show_compared(None)
        page.form.checking.show_trouble(away)

    return page, pose


def _somebody(desk: Desk) -> Guess:
    found = desk.clinic.patients.suggest(desk.actor, SuggestPatients(text="fictanova", limit=1))
    line = found[0].line
    return Guess(line.id, line.name, line.birth_date, line.mrn, (GuessReason.NAME,), sure=True)


def _held(desk: Desk) -> tuple[QWidget, Pose]:
    page = InboxPage(desk)

    def pose() -> None:
        page.list.table.select_row(1)
        page.form.hold(
            tr("{name} was dealt with at another desk. This is the next file: Enter goes on with it.").format(
                name="SCAN_0117.pdf"
            )
        )

    return page, pose


def _split(desk: Desk) -> tuple[QWidget, Pose]:
    page = InboxPage(desk)

    def pose() -> None:
        for row in range(page.list.model.rowCount()):
            page.list.table.select_row(row)
            if page.room.split.isVisible():
                page.room.split.click()
                return

    return page, pose


def _discard(desk: Desk) -> tuple[QWidget, Pose]:
    page = InboxPage(desk)
    return page, lambda: page.form.discard.click()


def _filed(desk: Desk) -> tuple[QWidget, Pose]:
    return _made(desk, IncomingState.FILED, IncomingState.FILED)


def _discarded(desk: Desk) -> tuple[QWidget, Pose]:
    return _made(desk, IncomingState.DISCARDED, IncomingState.DISCARDED)


def _refused(desk: Desk) -> tuple[QWidget, Pose]:
    return _made(desk, IncomingState.REFUSED, IncomingState.REFUSED)


def _made(desk: Desk, tab: IncomingState, state: IncomingState) -> tuple[QWidget, Pose]:
    """The files of the clinic as if this had become of them; nothing is changed in it."""
    page = InboxPage(desk)

    def pose() -> None:
        waiting = desk.clinic.incoming.list(desk.actor)
        page.tabs.button(tab).click()
        desk.tasks.wait_idle()
        ended = desk.clock.now() - timedelta(minutes=20)
        page.show_files(
            tab,
            tuple(
                replace(
                    file,
                    state=state,
                    ended_at=ended,
                    ended_by_name=desk.actor.name,
                    end_reason="Scanned twice",
                    filed_with=_lies(desk) if state is IncomingState.FILED else None,
                    refusal=ErrorCode.FILE_TYPE_REFUSED.value if state is IncomingState.REFUSED else "",
                )
                for file in waiting
            ),
        )

    return page, pose


def _lies(desk: Desk) -> FiledWith:
    who = _somebody(desk)
    return FiledWith(who.patient_id, who.patient_id, who.name, who.birth_date, who.record_number)


def _brought(desk: Desk) -> tuple[QWidget, Pose]:
    page = InboxPage(desk)
    refused = (
        ("notes.docx", Invalid(ErrorCode.FILE_TYPE_REFUSED)),
        ("empty.pdf", Invalid(ErrorCode.FILE_EMPTY)),
        ("photo.pdf", Invalid(ErrorCode.FILE_NAME_DISAGREES)),
    )
    return page, lambda: page.refused.show_refused(Brought((), (), refused))


def _empty(desk: Desk) -> tuple[QWidget, Pose]:
    page = InboxPage(desk)
    return page, lambda: page.show_files(IncomingState.WAITING, ())


def _error(desk: Desk) -> tuple[QWidget, Pose]:
    page = InboxPage(desk)
    return page, lambda: page.room.show_error(*_said(Unavailable(ErrorCode.VAULT_MISSING)), lambda: None)


def _offline(desk: Desk) -> tuple[QWidget, Pose]:
    page = InboxPage(desk)
    return page, lambda: page.show_trouble(Unavailable(ErrorCode.DATABASE_UNREACHABLE))


def _loading(desk: Desk) -> tuple[QWidget, Pose]:
    page = InboxPage(desk)
    return page, page.room.show_waiting


def _said(error: ClinicError) -> tuple[str, str]:
    said = errors.words(error)
    return said.title, said.text


SCREENS: Sequence[tuple[str, str, Callable[[Desk], tuple[QWidget, Pose]]]] = [
    ("inbox", "waiting", _waiting),
    ("inbox", "nobody", _nobody),
    ("inbox", "differs", _differs),
    ("inbox", "unchecked", _unchecked),
    ("inbox", "held", _held),
    ("inbox", "split", _split),
    ("inbox", "discard", _discard),
    ("inbox", "filed", _filed),
    ("inbox", "discarded", _discarded),
    ("inbox", "refused", _refused),
    ("inbox", "brought", _brought),
    ("inbox", "empty", _empty),
    ("inbox", "error", _error),
    ("inbox", "offline", _offline),
    ("inbox", "loading", _loading),
]
