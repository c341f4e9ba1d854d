"""How a run of files ended: what is in the chart, what is not, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.errors import ErrorCode
from meditrack_desktop.ui.filing.run import FileState, How

_OF_THE_FILE = frozenset(
    {
        ErrorCode.FILE_EMPTY,
        ErrorCode.FILE_INFECTED,
        ErrorCode.FILE_NAME_DISAGREES,
        ErrorCode.FILE_TOO_LARGE,
        ErrorCode.FILE_TYPE_REFUSED,
    }
)
"""What the same file is refused for however often it is tried."""


def is_final(state: FileState) -> bool:
    """Whether trying this file again is of no use: it is as it is, or a person said that it does not belong here."""
    if state.how is How.DECLINED:
        return True
    return state.how is How.REFUSED and state.error is not None and state.error.code in _OF_THE_FILE


def to_try(states: Sequence[FileState]) -> list[FileState]:
    """Those that are not filed and can be."""
    return [state for state in states if not state.safe and not is_final(state)]


def end_words(states: Sequence[FileState]) -> tuple[str, str]:
    """(How many of them are kept; what became of the others and what to do), once a run is over."""
    kept = sum(state.how is How.KEPT for state in states)
    waiting = sum(state.how is How.AT_THIS_DESK for state in states)
    left, again = len(states) - kept - waiting, len(to_try(states))
    lead = (
        _tr("{kept} of {all} added.").format(kept=kept, all=len(states))
        if kept
        else _tr("Nothing was added.")
    )
    said = []
    if waiting:
        words = _tr("{n} wait on this computer until the document folder is back.")
        said.append(
            _tr("1 waits on this computer until the document folder is back.") if waiting == 1 else words
        )
    words = _tr("{left} were not: each says why, and lies where it was.")
    said.append(_tr("1 was not: it says why, and lies where it was.") if left == 1 else words)
    if again == left:
        said.append(_tr("Try again, or close."))
    elif again:
        said.append(_tr("Try {again} again, choose other files, or close."))
    else:
        said.append(_tr("Choose another file in its place, or close."))
    return lead, " ".join(said).format(n=waiting, left=left, again=again)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Documents", text)
