"""Words looked for in the open document: all places marked, one of them in front."""

from __future__ import annotations

from threading import Event

from PySide6.QtCore import QObject, Signal

from meditrack_desktop.ui.documents.page_view import PageView
from meditrack_desktop.ui.documents.pages import MOST_HITS, Hit
from meditrack_desktop.ui.documents.reading import Reading
from meditrack_desktop.ui.documents.tool_bar import ViewerBar
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import announce


class Finding(QObject):
    """The bar's search over the view's pages. `failed` carries what damage the vault found."""

    failed = Signal(object)

    def __init__(self, tasks: Tasks, view: PageView, bar: ViewerBar) -> None:
        super().__init__(view)
        self._tasks, self._view, self._bar = tasks, view, bar
        self._reading: Reading | None = None
        self._stop = Event()
        self._hit = -1
        self.hits: tuple[Hit, ...] = ()
        bar.findRequested.connect(self.find)
        bar.hitRequested.connect(self.step)

    def begin(self, reading: Reading | None) -> None:
        """Look in this one from now on; None: in nothing."""
        self._stop.set()
        self._reading = reading
        self.hits, self._hit = (), -1

    def find(self, words: str, kept: int = -1) -> None:
        """Look for `words` everywhere; the first place from the page in front on comes into sight.

        With `kept` that place is in front, wherever somebody looks.
        """
        self._stop.set()
        self._stop = stop = Event()
        reading = self._reading
        if reading is None or not words.strip():
            self._found(reading, ())
            return
        self._tasks.query(
            self._view,
            lambda: reading.find(words.strip(), stop.is_set),
            lambda hits: self._found(reading, hits, kept),
            failed=lambda error: self.failed.emit(error) if reading is self._reading else None,
            replaces="find",
        )

    @property
    def words(self) -> str:
        """What is typed there."""
        return self._bar.search.text()

    @property
    def hit(self) -> int:
        """The place found that is in front; -1 for none."""
        return self._hit

    def find_again(self, words: str, hit: int) -> None:
        """Look for what was looked for before, with the same place in front; nobody is taken there."""
        self._bar.search.put(words)
        self.find(words, hit)

    def step(self, step: int) -> None:
        """The next place found (1) or the one before (-1), round and round."""
        if self.hits:
            self._show((self._hit + step) % len(self.hits))

    def _found(self, reading: Reading | None, hits: tuple[Hit, ...], kept: int = -1) -> None:
        if reading is not self._reading:
            return
        self.hits = hits
        if 0 <= kept < len(hits):
            self._show(kept, bring=False)
            return
        here = self._view.page
        first = next((number for number, hit in enumerate(hits) if hit.page >= here), 0)
        self._show(first if hits else -1)

    def _show(self, number: int, *, bring: bool = True) -> None:
        self._hit = number
        self._view.show_hits(self.hits, number, bring=bring)
        self._bar.show_hits(len(self.hits), number, more=len(self.hits) >= MOST_HITS)
        announce(self._view, self._bar.search.accessibleDescription())
