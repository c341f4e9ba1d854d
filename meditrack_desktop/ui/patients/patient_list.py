"""What the list of patients holds: one question at a time, its pages as they come into sight, and its counts."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.patients import FindPatients, PatientAnchors, PatientLine, PatientPage
from meditrack_desktop.domain.saved_filters import PatientFilter
from meditrack_desktop.domain.suggestions import SuggestPatients
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import PAGE_ROWS, PagedModel, fold

NEAR_PAGES = 8
"""Pages so near the top cost little without anchors."""
ANCHORS_AGAIN_MS = 3000


@dataclass(frozen=True, slots=True)
class Found:
    """Answer to a question: its first page, how many match (None: not counted), and how many patients there are."""

    lines: tuple[PatientLine, ...]
    total: int | None
    everybody: int | None


def first_page(desk: Desk, question: FindPatients, everybody: int | None) -> Found:
    """Ask for the first page, and count `everybody` unless known; in a working thread."""
    patients = desk.clinic.patients
    page = patients.find(desk.actor, question)
    if everybody is None:
        everybody = patients.find(desk.actor, FindPatients(limit=1)).total
    return Found(page.lines, page.total, everybody)


def nearest_spelling(desk: Desk, text: str) -> str:
    """`text` with the words that nobody has turned into those of the name nearest to it; "" if none is near.

    For a working thread.
    """
    suggested = desk.clinic.patients.suggest(desk.actor, SuggestPatients(text=text[:200], limit=1))
    if not suggested or not suggested[0].similar:
        return ""
    words = suggested[0].line.name.split()
    folded = {fold(word): word for word in words}
    spelled = []
    for typed in text.split():
        if any(known.startswith(fold(typed)) for known in folded):
            spelled.append(typed)
            continue
        near = get_close_matches(fold(typed), folded, n=1, cutoff=0.5)
        spelled.append(folded[near[0]] if near else typed)
    found = " ".join(spelled)
    return found if fold(found) != fold(text) else ""


class PatientList(QObject):
    """Feeds `model`. `found` comes with each answer, `refused` with a refusal, `counted` when a total is known."""

    found = Signal(object)
    refused = Signal(object)
    counted = Signal()

    def __init__(self, desk: Desk, model: PagedModel, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self.model = desk, model
        self.text, self.filter = "", PatientFilter()
        self.total: int | None = None
        self.everybody: int | None = None
        self.keeping = False
        """Whether the last answer was to the same question, asked again."""
        self._asked = 0
        self._anchors: PatientAnchors | None = None
        self._held: set[int] = set()
        self._again = QTimer(self, singleShot=True, interval=ANCHORS_AGAIN_MS)
        self._again.timeout.connect(self._ask_anchors)
        model.pageWanted.connect(self._ask_page)

    def ask(self, text: str, kept: PatientFilter) -> None:
        """Another question, from its top."""
        self.text, self.filter = text, kept
        self._ask(keep=False)

    def renew(self) -> None:
        """The same question again: what is in sight stays until it has come anew."""
        self._ask(keep=True)

    def show(self, found: Found) -> None:
        """Show an answer."""
        self.everybody = found.everybody
        self.total = found.total
        if not self.keeping:
            self._anchors = None
            self.model.begin(found.lines, found.total)
        else:
            known = found.total if found.total is not None or self._anchors is None else self._anchors.total
            self.total = known
            self.model.renew(known)
            self.model.give(0, found.lines)
        self.found.emit(found)
        self._held.clear()
        if len(found.lines) == PAGE_ROWS:
            if self._anchors is None:
                self._ask_anchors()
            else:
                self._again.start()

    def _ask(self, *, keep: bool) -> None:
        self._asked += 1
        self._again.stop()
        desk, asked = self._desk, self._asked
        question = self._question()

        def answered(found: Found) -> None:
            if asked == self._asked:
                self.keeping = keep
                self.show(found)

        desk.tasks.query(
            self,
            partial(first_page, desk, question, None if keep else self.everybody),
            answered,
            failed=self.refused.emit,
            replaces="search",
        )

    def _question(self) -> FindPatients:
        return self.filter.question(self.text, self._desk.today(), PAGE_ROWS)

    def _ask_anchors(self) -> None:
        """Where its pages begin; a scan of all that match, so it is asked beside the first page."""
        desk, asked, question = self._desk, self._asked, self._question()

        def answered(anchors: PatientAnchors) -> None:
            if asked != self._asked:
                return
            self._anchors, self.total = anchors, anchors.total
            self.model.settle(anchors.total)
            self.counted.emit()
            held, self._held = self._held, set()
            for number in held:
                self._ask_page(number)

        desk.tasks.query(
            self,
            lambda: desk.clinic.patients.anchors(desk.actor, question),
            answered,
            failed=lambda _error: self._give_up(),
            replaces="anchors",
        )

    def _give_up(self) -> None:
        held, self._held = self._held, set()
        for number in held:
            self.model.failed(number)

    def _ask_page(self, number: int) -> None:
        question = self._at(number)
        if question is None:
            self._held = {page for page in self._held if page % 2 != number % 2} | {number}
            return
        desk, asked = self._desk, self._asked

        def answered(page: PatientPage) -> None:
            if asked == self._asked:
                self.model.give(number, page.lines)

        def cannot(error: ClinicError) -> None:
            self.model.failed(number)
            if asked == self._asked:
                self.refused.emit(error)

        desk.tasks.query(
            self,
            lambda: desk.clinic.patients.find(desk.actor, question),
            answered,
            failed=cannot,
            replaces=f"page {number % 2}",
        )

    def _at(self, number: int) -> FindPatients | None:
        """The question for a page; None for a far one before the anchors have come."""
        row, anchors = number * PAGE_ROWS, self._anchors
        if anchors is not None and row // anchors.every < len(anchors.tokens):
            place = {"at": anchors.tokens[row // anchors.every], "offset": row % anchors.every}
            return self._question().model_copy(update=place)
        if number < NEAR_PAGES or anchors is not None:
            return self._question().model_copy(update={"offset": row})
        return None
