"""The search box of the top bar: finds patients while one types and opens them."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.patients import FindPatients, PatientLine, PatientPage
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import Option, SearchBox
from meditrack_desktop.ui.widgets.option_list import OptionList
from meditrack_desktop.ui.words import birth_words

_MOST = 6


class FindBox(SearchBox):
    """Patients as a list below the box: arrows choose, Enter opens the first or the chosen one."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Search patients"), key="Ctrl K", parent=parent)
        self._desk = desk
        self._enter_waits = False
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

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._enter_waits = False
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._close()

    def _on_searched(self, text: str) -> None:
        if not text.strip():
            self._enter_waits = False
            self._close()
            return
        command = FindPatients(text=text.strip()[:200], limit=_MOST)
        find = self._desk.clinic.patients.find
        self._desk.tasks.query(
            self,
            partial(find, self._desk.actor, command),
            partial(self._offer, text),
            failed=partial(self._cannot, text),
            replaces="find",
        )

    def _on_enter(self) -> None:
        """Open the chosen result; if the answer is still under way, open its first when it comes."""
        if self._list is not None and self._list.isVisible() and self._list.delegate.query == self.text():
            self._list.pick()
        elif self.text().strip():
            self._enter_waits = True

    def _offer(self, text: str, page: PatientPage) -> None:
        if text != self.text():
            return
        options = [self._option(line) for line in page.lines] + self._acts(text, bool(page.lines))
        self._show(options, text)
        if self._enter_waits:
            self._enter_waits = False
            if page.lines and self._list is not None:
                self._list.pick()

    def _cannot(self, text: str, error: ClinicError) -> None:
        self._close()
        errors.show(self, error, retry=lambda: self._on_searched(text))

    def _option(self, line: PatientLine) -> Option:
        name = " ".join(part for part in (line.given, line.family) if part)
        born = birth_words(line.birth_date, self._desk.today())
        second = ", ".join(part for part in (born, self.tr("MRN {mrn}").format(mrn=line.mrn)) if part)
        return Option(partial(self._desk.go.patient, line.id), name, second, avatar=name)

    def _acts(self, text: str, found: bool) -> list[Option]:
        go = self._desk.go
        acts: list[Option] = []
        if found:
            acts.append(
                Option(
                    partial(go.patients, text), self.tr("All results in Patients"), icon="users", action=True
                )
            )
        if self._desk.actor.may(Permission.REGISTER_PATIENT):
            words = self.tr('New patient "{name}"').format(name=text.strip())
            acts.append(Option(partial(go.register, text.strip()), words, icon="user-plus", action=True))
        if not found:
            nobody = self.tr('No patient matches "{text}"').format(text=text.strip())
            acts.insert(0, Option(None, nobody, icon="search", enabled=False))
        return acts

    def _show(self, options: list[Option], text: str) -> None:
        if not self.hasFocus() and not self._enter_waits:
            return
        if self._list is None:
            self._list = OptionList(self)
            self._list.picked.connect(self._picked)
        self._list.offer(options, text)

    def _picked(self, option: Option) -> None:
        then = option.value
        self.clear()
        self._close()
        self.clearFocus()
        if callable(then):
            then()

    def _close(self) -> None:
        if self._list is not None:
            self._list.close_layer()
