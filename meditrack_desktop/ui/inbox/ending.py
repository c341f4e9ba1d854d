"""What stands in place of the pages of a file that waits no more: what became of it, and the way on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from meditrack_desktop.domain.incoming import UNFILED_WITHIN, IncomingFile, IncomingState
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.reading_pane import ReadingPane
from meditrack_desktop.ui.inbox.words import moment, refusal_words, tr


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
        return
    pane.show_state(
        "empty",
        tr("Filed by {name}").format(name=file.ended_by_name),
        unfiling_words(desk, file),
        "file-check",
    )
    pane.state.clear_actions()
    if file.patient_id is not None and file.document_id is not None:
        go = partial(desk.go.document, file.patient_id, file.document_id)
        pane.state.add_action(tr("Open it there"), go, icon="file-text")


def may_unfile(desk: Desk, file: IncomingFile) -> bool:
    """Whether the inbox can still take the filing back."""
    filed = file.state is IncomingState.FILED and file.ended_at is not None
    return filed and file.ended_at is not None and desk.clock.now() - file.ended_at <= UNFILED_WITHIN


def unfiling_words(desk: Desk, file: IncomingFile) -> str:
    """Until when a filing can be taken back here."""
    if may_unfile(desk, file) and file.ended_at is not None:
        until = moment(file.ended_at + UNFILED_WITHIN, desk.facts.tz, desk.today())
        return tr("It is in the patient's chart. Until {until} it can wait here again.").format(until=until)
    return tr(
        "It is in the patient's chart. Its day to be taken back here is over; the chart can correct it."
    )
