"""What stands in place of the pages of a file that waits no more: what became of it, and the way on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from meditrack_desktop.domain.incoming import UNFILED_WITHIN, IncomingFile, IncomingState
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.reading_pane import ReadingPane
from meditrack_desktop.ui.inbox.words import moment, refusal_words, tr, whose_words


def show_ending(desk: Desk, pane: ReadingPane, file: IncomingFile, again: Callable[[], object]) -> None:
    """A refused or filed one. `again` looks into the scan folder once more."""
    if file.state is IncomingState.REFUSED:
        where = tr(
            "{desk}: it lies where it was, under this name; nothing of it is stored here. Mend it or take it away, "
            "then look again."
        )
        pane.show_state(
            "error", refusal_words(file), where.format(desk=file.desk or tr("At its desk")), "file-lock"
        )
        pane.state.clear_actions()
        pane.state.add_action(tr("Look again"), again, icon="refresh-cw")
        pane.show_bar(False)  # there is no page to turn or to enlarge
        return
    pane.show_state(
        "empty",
        _filed_by(desk, file),
        f"{_where(file)} {unfiling_words(desk, file)}",
        "file-check",
    )
    pane.show_bar(False)
    pane.state.clear_actions()
    if file.patient_id is not None and file.document_id is not None and not _in_bin(file):
        go = partial(desk.go.document, file.patient_id, file.document_id)
        pane.state.add_action(tr("Open it there"), go, icon="file-text")


def may_unfile(desk: Desk, file: IncomingFile) -> bool:
    """Whether the inbox can still take the filing back."""
    if file.state is not IncomingState.FILED or file.ended_at is None:
        return False
    lies = file.filed_with
    gone = file.may_know and (lies is None or lies.moved or lies.in_bin)
    return not gone and desk.clock.now() - file.ended_at <= UNFILED_WITHIN


def unfiling_words(desk: Desk, file: IncomingFile) -> str:
    """Until when a filing can be taken back here."""
    if may_unfile(desk, file) and file.ended_at is not None:
        until = moment(file.ended_at + UNFILED_WITHIN, desk.facts.tz, desk.today())
        return tr("Until {until} it can wait here again.").format(until=until)
    if file.may_know and file.filed_with is None:
        return ""
    if file.filed_with is not None and file.filed_with.moved:
        return tr("It was filed with somebody else first. The chart can correct it, not the inbox.")
    return tr("It cannot wait here again; the chart can correct it.")


def _filed_by(desk: Desk, file: IncomingFile) -> str:
    at = moment(file.ended_at, desk.facts.tz, desk.today()) if file.ended_at is not None else ""
    return tr("Filed by {name}, {at}").format(name=file.ended_by_name, at=at)


def _where(file: IncomingFile) -> str:
    """Where it lies now, in a sentence."""
    if not file.may_know:
        return tr("It is in a patient's chart; your role does not show in whose.")
    if file.filed_with is None:
        return tr("It is in no chart any more.")
    words = tr("It is in the bin of {who}.") if _in_bin(file) else tr("It is in the chart of {who}.")
    return words.format(who=whose_words(file))


def _in_bin(file: IncomingFile) -> bool:
    return file.filed_with is not None and file.filed_with.in_bin
