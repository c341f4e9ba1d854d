"""A second picture beside the first, both at one size and one place: what changed is seen without looking away."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.documents import Document
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.page_feed import PageFeed
from meditrack_desktop.ui.documents.page_view import PageView
from meditrack_desktop.ui.documents.pages import PageSize, PageWords
from meditrack_desktop.ui.documents.reading import Opened, Outcome, Reading
from meditrack_desktop.ui.documents.words import day_of
from meditrack_desktop.ui.widgets import Combo, Divider, IconButton, Option, StateView, format_date

MOST_PAGES = 30
"""Pages of one picture that are offered one by one."""

Picture = tuple[UUID, int]


class OnePage:
    """One page of a reading, as if there were no other."""

    def __init__(self, reading: Reading, page: int) -> None:
        self._reading, self._page = reading, page

    def sizes(self) -> list[PageSize]:
        return self._reading.sizes()[self._page : self._page + 1]

    def draw(self, page: int, width: int) -> QImage:
        return self._reading.draw(self._page, width)

    def words(self, page: int) -> PageWords:
        return PageWords()


class ComparePane(QWidget):
    """`closeRequested` takes it away. Scrolling, zooming and turning either moves both."""

    closeRequested = Signal()

    def __init__(self, desk: Desk, first: PageView) -> None:
        super().__init__()
        self._desk, self._first = desk, first
        self._documents: tuple[Document, ...] = ()
        self._reading: Reading | None = None
        self.choice = Combo([], name=self.tr("The other picture"))
        self.choice.valueChanged.connect(self._on_chosen)
        close = IconButton("x", self.tr("Show one picture"), extent=28)
        close.clicked.connect(self.closeRequested)
        self.view = PageView()
        self.view.setAccessibleName(self.tr("The other picture"))
        self.feed = PageFeed(desk.tasks, self.view)
        self.feed.failed.connect(self._refused)
        self.state = StateView("error", "")
        self.state.hide()
        head = QHBoxLayout()
        head.setContentsMargins(10, 4, 6, 4)
        head.addWidget(self.choice, 1)
        head.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Divider())
        column.addWidget(self.view, 1)
        column.addWidget(self.state, 1)
        first.moved.connect(self._follow)
        self.view.moved.connect(self._lead)
        self._box: list[Reading] = []
        self.destroyed.connect(partial(_close_all, self._box))

    def offer(self, documents: Sequence[Document]) -> None:
        """Which pictures there are; one that is open stays."""
        self._documents = tuple(documents)
        zone = self._desk.facts.tz
        options = []
        for document in documents:
            day = format_date(day_of(document, zone))
            for page in range(min(document.pages, MOST_PAGES)):
                words = f"{document.title}, {day}"
                if document.pages > 1:
                    words = self.tr("{title}, page {n}").format(title=words, n=page + 1)
                options.append(Option((document.id, page), words))
        chosen = self.choice.value()
        self.choice.set_options(options)
        if chosen is None:
            return
        if any(option.value == chosen for option in options):
            self.choice.set_value(chosen)
        else:
            # It left the chart, or is in the bin: what is not this patient's any more does not stand here.
            self.closeRequested.emit()

    @property
    def shown(self) -> Picture | None:
        """The document and the page that stand here."""
        chosen = self.choice.value()
        return chosen if isinstance(chosen, tuple) else None

    def begin(self, open_id: UUID, again: Picture | None = None) -> bool:
        """Show `again` if it can still stand here, else another picture than the open one, or its second page;
        False if there is none."""
        others: list[Picture] = [(one.id, 0) for one in self._documents if one.id != open_id]
        same = [(one.id, 1) for one in self._documents if one.id == open_id and one.pages > 1]
        known = (
            any(one.id == again[0] and again[1] < one.pages for one in self._documents) if again else False
        )
        wanted = again if known else next(iter(same + others), None)
        if wanted is None:
            return False
        self.choice.set_value(wanted)
        self._show(wanted)
        return True

    def release(self) -> None:
        """Let go of the picture."""
        self.feed.end()
        reading, self._reading = self._reading, None
        self._box.clear()
        if reading is not None:
            reading.close()

    def _on_chosen(self, value: object) -> None:
        if isinstance(value, tuple):
            self._show(value)

    def _show(self, picture: Picture) -> None:
        self.release()
        document_id, page = picture
        tasks = self._desk.tasks
        self._reading = reading = Reading(
            self._desk.clinic.documents,
            self._desk.actor,
            document_id,
            lambda work: tasks.query(tasks, work, lambda _: None),
        )
        self._box.append(reading)
        document = next(one for one in self._documents if one.id == document_id)

        def work() -> tuple[Outcome, list[PageSize]]:
            return reading.open(), reading.sizes()

        tasks.query(
            self,
            work,
            lambda found: self._opened(reading, document, page, *found),
            failed=self._refused,
            replaces="open",
        )

    def _opened(
        self, reading: Reading, document: Document, page: int, outcome: Outcome, sizes: list[PageSize]
    ) -> None:
        if reading is not self._reading or not isinstance(outcome, Opened) or page >= len(sizes):
            return
        self.state.hide()
        self.view.show()
        alone = Opened(1, sizes[page], searchable=False, fit_limit=outcome.fit_limit)
        self.feed.begin(OnePage(reading, page), alone, document.turn // 90)
        self._follow()

    def _follow(self) -> None:
        if self.isVisible():
            self.view.follow(self._first)

    def _lead(self) -> None:
        if self.isVisible():
            self._first.follow(self.view)

    def _refused(self, error: ClinicError) -> None:
        words = errors.words(error)
        self.release()
        self.view.hide()
        self.state.set_state("error", words.title, words.text)
        self.state.show()


def _close_all(box: list[Reading]) -> None:
    """What must be closed when the pane is gone."""
    for reading in box:
        reading.close()
