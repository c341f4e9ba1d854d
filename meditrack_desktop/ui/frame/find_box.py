"""The search box of the top bar: finds patients and documents while one types; a copied number finds who calls."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.callers import read_number
from meditrack_desktop.domain.document_search import DocumentHit
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.patients import PatientLine
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.suggestions import Suggestion, SuggestPatients
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.callers import callers, number_on_clipboard
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.found_documents import SHORTEST, find_documents, hit_option
from meditrack_desktop.ui.suggestions import suggestion_option
from meditrack_desktop.ui.widgets import Option, SearchBox
from meditrack_desktop.ui.widgets.option_list import OptionList
from meditrack_desktop.ui.words import birth_words

_MOST = 6
_MOST_DOCUMENTS = 8
_ROWS_SHOWN = 14
_PAUSE_MS = 120
"""Documents are looked for once nobody has typed for so long: patients are there at each key."""
Found = tuple[tuple[Suggestion, ...], str, tuple[PatientLine, ...]]
"""Who is suggested; and the number on the clipboard with whose it is, where that was asked."""


class FindBox(SearchBox):
    """Patients as a list below the box: arrows choose, Enter opens the first or the chosen one. Documents that have
    what was typed stand below them, for whoever may read any; Enter reads the chosen one where the words stand.

    Reached by key while it is empty, it offers who calls, if the clipboard holds a phone number, and the charts
    opened last. The clipboard is read then and at no other time.
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Search patients and documents"), key="Ctrl K", delay=0, parent=parent)
        self._desk = desk
        self._found: Found | None = None
        self._finds_documents = _may_find_documents(desk)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.find_documents_now)
        self._enter_for: str | None = None
        self._asked: str | None = None
        self._list: OptionList | None = None
        self.searched.connect(self._on_searched)
        self.returnPressed.connect(self._on_enter)

    @property
    def results(self) -> OptionList | None:
        """The list below, once there was something to show."""
        return self._list

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shown = self._list is not None and self._list.isVisible()
        if shown and self._list is not None and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._list.step(1 if event.key() == Qt.Key.Key_Down else -1)
            return
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() == Qt.FocusReason.ShortcutFocusReason and not self.text():
            self._ask("", number_on_clipboard())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._enter_for = None
        self._asked = None
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._close()

    def _on_searched(self, text: str) -> None:
        if text.strip():
            self._ask(text)
        elif self._asked:
            self._enter_for = None
            self._asked = None
            self._close()

    def _ask(self, text: str, number: str = "") -> None:
        desk, self._asked = self._desk, text
        if self._enter_for != text:
            self._enter_for = None  # Enter was pressed for what stood there before
        self._found = None
        if self._finds_documents and len(text.strip()) >= SHORTEST:
            self._pause.start()
        else:
            self._pause.stop()
        command = SuggestPatients(text=text.strip()[:200], limit=_MOST)

        def find() -> Found:
            calling = callers(desk, number) if number else ()
            return desk.clinic.patients.suggest(desk.actor, command), number, calling

        desk.tasks.query(
            self, find, partial(self._offer, text), failed=partial(self._cannot, text), replaces="find"
        )

    def _on_enter(self) -> None:
        """Open the chosen result; if the answer is still under way, open its first when it comes."""
        if self._list is not None and self._list.isVisible() and self._list.delegate.query == self.text():
            self._list.pick()
        elif self.text().strip() or self._asked is not None:
            self._enter_for = self.text()

    def _offer(self, text: str, found: Found) -> None:
        if text != self.text() or self._asked is None:
            return
        self._found = found
        suggested = found[0]
        options = self._options(text, found, ())
        if not options:
            self._enter_for = None
            self._close()
            return
        self._show(options, text)
        if self._enter_for == text:
            self._enter_for = None
            # Whoever is only spelled nearly so is never opened unseen.
            if (suggested and not suggested[0].similar) and self._list is not None:
                self._list.pick()

    def _options(self, text: str, found: Found, hits: tuple[DocumentHit, ...]) -> list[Option]:
        suggested, number, calling = found
        options = self._callers(number, calling) if number else []
        options += [self._option(one) for one in suggested]
        documents = self._documents(hits)
        acts = self._acts(text, bool(suggested), bool(hits)) if text.strip() else []
        if not suggested:
            # Nobody of that name: what was looked for stands first.
            return options + documents + acts
        # Below what stands there already: nothing moves under the hand.
        return options + acts + documents

    def find_documents_now(self) -> None:
        """Look for documents with what stands in the box, without waiting for a pause."""
        desk, text = self._desk, self.text()
        if self._asked == text:
            desk.tasks.query(
                self,
                lambda: find_documents(desk, text, limit=_MOST_DOCUMENTS),
                partial(self._offer_documents, text),
                failed=lambda _: None,  # the patients stand there; whoever opens one hears what is wrong
                replaces="documents",
            )

    def _offer_documents(self, text: str, hits: tuple[DocumentHit, ...]) -> None:
        """Put documents below what is offered, with the same line chosen."""
        shown = self._list
        if text != self.text() or self._asked is None or self._found is None or not hits:
            return
        if shown is None or not shown.isVisible():
            return
        before = shown.chosen()
        stays = before is not None and (bool(self._found[0]) or not before.action)
        self._show(self._options(text, self._found, hits), text, before.value if before and stays else None)

    def _documents(self, hits: tuple[DocumentHit, ...]) -> list[Option]:
        if not hits:
            return []
        go, today, zone = self._desk.go, self._desk.today(), self._desk.facts.tz
        lines = [
            hit_option(
                hit,
                partial(
                    go.document,
                    hit.document.patient_id,
                    hit.document.id,
                    hit.snippet.page if hit.snippet else 0,
                ),
                today,
                zone,
            )
            for hit in hits
        ]
        return [Option(None, self.tr("Documents"), enabled=False), *lines]

    def _cannot(self, text: str, error: ClinicError) -> None:
        self._close()
        errors.show(self, error, retry=lambda: self._on_searched(text))

    def _callers(self, number: str, calling: tuple[PatientLine, ...]) -> list[Option]:
        """Who has the number that was copied; a new caller if nobody has."""
        go, today = self._desk.go, self._desk.today()
        options = []
        for line in calling[:_MOST]:
            second = self.tr("{number}, on the clipboard").format(number=number)
            born = birth_words(line.birth_date, today)
            name = self.tr("Caller {name}").format(name=line.name)
            whole = f"{born}, {second}" if born else second
            options.append(Option(partial(go.patient, line.id), name, whole, icon="phone"))
        if not options and self._desk.actor.may(Permission.REGISTER_PATIENT):
            words = self.tr("Caller {number}: nobody known, take down")
            options.append(
                Option(
                    partial(go.take_down, "", number),
                    words.format(number=number),
                    self.tr("The number on the clipboard"),
                    icon="phone",
                )
            )
        return options

    def _option(self, one: Suggestion) -> Option:
        then = partial(self._desk.go.patient, one.line.id)
        return suggestion_option(then, one, self._desk.today(), typed=bool(self.text()))

    def _acts(self, text: str, found: bool, documents: bool = False) -> list[Option]:
        go = self._desk.go
        acts: list[Option] = []
        if found:
            acts.append(
                Option(
                    partial(go.patients, text), self.tr("All results in Patients"), icon="users", action=True
                )
            )
        if self._desk.actor.may(Permission.REGISTER_PATIENT):
            typed = text.strip()
            words = self.tr('New patient "{name}"').format(name=typed)
            number = read_number(typed) or ""
            take_down = partial(go.take_down, "" if number else typed, number)
            acts.append(Option(take_down, words, icon="user-plus", action=True))
        if not found and not documents:
            nobody = self.tr('No patient matches "{text}"').format(text=text.strip())
            acts.insert(0, Option(None, nobody, icon="search", enabled=False))
        return acts

    def _show(self, options: list[Option], text: str, current: object = None) -> None:
        if not self.hasFocus() and self._enter_for is None:
            return
        if self._list is None:
            self._list = OptionList(self)
            self._list.rows_shown = _ROWS_SHOWN
            self._list.picked.connect(self._picked)
        self._list.offer(options, text, current=current)

    def _picked(self, option: Option) -> None:
        then = option.value
        self._asked = None
        self.clear()
        self._close()
        self.clearFocus()
        if callable(then):
            then()

    def _close(self) -> None:
        self._pause.stop()
        if self._list is not None:
            self._list.close_layer()


def _may_find_documents(desk: Desk) -> bool:
    """Whether there is any document that this person could be told of."""
    may = desk.actor.may
    return may(Permission.LIST_DOCUMENTS) and may(Permission.VIEW_PATIENTS)
