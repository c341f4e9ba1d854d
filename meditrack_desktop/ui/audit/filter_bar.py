"""The row under the page's head: find box, chips for day, person, action, desk and refusals, and the count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from meditrack_desktop.domain.audit import ActionGroup, AuditChoices, AuditQuery
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.audit import words
from meditrack_desktop.ui.widgets import (
    Button,
    DateField,
    FilterChip,
    Label,
    LabelledField,
    Menu,
    Popover,
    SearchBox,
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What is chosen. Days are the clinic's; none means all. `patient` comes from a chart's own question."""

    first: date | None = None
    last: date | None = None
    person: UUID | None = None
    group: ActionGroup | None = None
    desk: str = ""
    refused_only: bool = False
    patient: UUID | None = None

    @property
    def count(self) -> int:
        """How many are on."""
        return sum(
            (
                self.first is not None or self.last is not None,
                self.person is not None,
                self.group is not None,
                bool(self.desk),
                self.refused_only,
                self.patient is not None,
            )
        )


class FilterBar(QWidget):
    """`changed` comes when text or a filter is another. In a narrow page the chips share one."""

    changed = Signal()

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self.filters = Filters(first=today(), last=today())
        self._choices = AuditChoices((), ())
        self._patient_name = ""
        self._compact = False
        self._menu: Menu | None = None
        self._days: Popover | None = None
        self.search = SearchBox(
            self.tr("Patient, user or text"), name=self.tr("Search the audit log"), key="Ctrl F"
        )
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.day_chip = FilterChip("", icon="calendar-days")
        self.person_chip = FilterChip(self.tr("Person"))
        self.action_chip = FilterChip(self.tr("Action"))
        self.desk_chip = FilterChip(self.tr("Desk"))
        self.refused_chip = FilterChip(self.tr("Refused only"), icon="ban")
        self.patient_chip = FilterChip(self.tr("Patient"), icon="user-round")
        self.filters_chip = FilterChip(self.tr("Filters"), icon="list-filter")
        self.count = Label("", "small", tone="text2")
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 20, 12)
        row.setSpacing(8)
        row.addWidget(self.search, 20)
        for chip in (
            self.day_chip,
            self.patient_chip,
            self.person_chip,
            self.action_chip,
            self.desk_chip,
            self.refused_chip,
            self.filters_chip,
        ):
            row.addWidget(chip)
        row.addStretch(1)
        row.addWidget(self.count)
        self._connect()
        self.set_compact(False)
        theme.current().changed.connect(self._on_theme)

    @property
    def text(self) -> str:
        """What is looked for."""
        return self.search.text().strip()

    @property
    def one_day(self) -> bool:
        """Whether all lines shown are of one day."""
        return self.filters.first is not None and self.filters.first == self.filters.last

    def query(self) -> AuditQuery:
        """The question that text and filters make."""
        chosen = self.filters
        return AuditQuery(
            text=self.text[:200],
            first=chosen.first,
            last=chosen.last,
            account_id=chosen.person,
            group=chosen.group,
            desk=chosen.desk,
            refused_only=chosen.refused_only,
            patient_id=chosen.patient,
        )

    def set_choices(self, choices: AuditChoices) -> None:
        """Offer these people and desks."""
        self._choices = choices
        self._show()

    def set_compact(self, compact: bool) -> None:
        """Fold person, action, desk and refusals into one chip, or show them apart."""
        self._compact = compact
        for chip in (self.person_chip, self.action_chip, self.desk_chip, self.refused_chip):
            chip.setVisible(not compact)
        self.filters_chip.setVisible(compact)
        self.search.setMaximumWidth(theme.current().px(280))
        self._show()

    def set_filters(self, filters: Filters, patient_name: str = "") -> None:
        """Set all filters at once; `changed` comes if that is something else."""
        self._patient_name = patient_name or self._patient_name
        if filters == self.filters:
            return
        self.filters = filters
        self._show()
        self.changed.emit()

    def set_count(self, text: str) -> None:
        """How many entries there are, in words."""
        self.count.setText(text)

    def clear(self) -> None:
        """Take the filters off; without any, the text."""
        if self.filters.count:
            self.set_filters(Filters())
        else:
            self.search.clear_search()

    def days_text(self) -> str:
        """The chosen days: `Today`, `18 Nov 2026`, `1 Nov 2026 to 18 Nov 2026`, or that all are shown."""
        first, last, today = self.filters.first, self.filters.last, self._today()
        if first is None and last is None:
            return self.tr("Any day")
        if first == last and first is not None:
            yesterday = today - timedelta(days=1)
            named = {today: self.tr("Today"), yesterday: self.tr("Yesterday")}
            return named.get(first) or words.date_text(first)
        if first is None or last is None:
            pattern = self.tr("Until {day}") if first is None else self.tr("From {day}")
            return pattern.format(day=words.date_text(last or first or today))
        return self.tr("{first} to {last}").format(first=words.date_text(first), last=words.date_text(last))

    def _set(self, **changed: object) -> None:
        self.set_filters(replace(self.filters, **changed))  # type: ignore[arg-type]

    def _connect(self) -> None:
        self.search.searched.connect(lambda _text: self.changed.emit())
        self.day_chip.clicked.connect(self._offer_days)
        self.day_chip.removed.connect(lambda: self._set(first=None, last=None))
        for chip, offer, off in (
            (self.person_chip, self._offer_people, {"person": None}),
            (self.action_chip, self._offer_actions, {"group": None}),
            (self.desk_chip, self._offer_desks, {"desk": ""}),
        ):
            chip.clicked.connect(lambda _=False, chip=chip, offer=offer: self._open(chip, offer))
            chip.removed.connect(partial(self._set, **off))
        self.refused_chip.clicked.connect(lambda: self._set(refused_only=not self.filters.refused_only))
        self.refused_chip.removed.connect(lambda: self._set(refused_only=False))
        self.patient_chip.removed.connect(lambda: self._set(patient=None))
        self.patient_chip.clicked.connect(lambda: self._set(patient=None))
        self.filters_chip.clicked.connect(lambda: self._open(self.filters_chip, self._offer_all))
        self.filters_chip.removed.connect(
            lambda: self._set(person=None, group=None, desk="", refused_only=False)
        )

    def _open(self, chip: FilterChip, *fill: Callable[[Menu], None]) -> None:
        menu = Menu(chip)
        for part in fill:
            part(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        self._menu = menu
        menu.popup(chip.mapToGlobal(QPoint(0, chip.height() + 4)))

    def _offer_days(self) -> None:
        today = self._today()
        menu = Menu(self.day_chip)
        for text, first, last in (
            (self.tr("Today"), today, today),
            (self.tr("Yesterday"), today - timedelta(days=1), today - timedelta(days=1)),
            (self.tr("Last 7 days"), today - timedelta(days=6), today),
            (self.tr("Last 30 days"), today - timedelta(days=29), today),
            (self.tr("Any day"), None, None),
        ):
            on = (self.filters.first, self.filters.last) == (first, last)
            menu.add(text, partial(self._set, first=first, last=last), icon=_tick(on))
        menu.addSeparator()
        menu.add(self.tr("Choose days"), self.choose_days, icon="calendar-range")
        menu.aboutToHide.connect(menu.deleteLater)
        self._menu = menu
        menu.popup(self.day_chip.mapToGlobal(QPoint(0, self.day_chip.height() + 4)))

    def choose_days(self) -> None:
        """Ask for the first and the last day."""
        popover = Popover(self, self.tr("Days"), width=280)
        first = DateField(self._today, self.filters.first, name=self.tr("From"), quick=False)
        last = DateField(self._today, self.filters.last, name=self.tr("Until"), quick=False)
        popover.body.addWidget(LabelledField(self.tr("From"), first))
        popover.body.addWidget(LabelledField(self.tr("Until"), last))
        show = Button(self.tr("Show"), "primary")
        show.set_default()

        def choose() -> None:
            popover.close_layer()
            days = sorted(day for day in (first.value(), last.value()) if day is not None)
            both = len(days) == 2
            self._set(
                first=days[0] if both else first.value(),
                last=days[1] if both else last.value(),
            )

        show.clicked.connect(choose)
        popover.footer.addStretch(1)
        popover.footer.addWidget(show)
        self._days = popover
        popover.open_at(self.day_chip)

    def _offer_people(self, menu: Menu) -> None:
        menu.add(
            self.tr("Everybody"), partial(self._set, person=None), icon=_tick(self.filters.person is None)
        )
        for person in self._choices.people:
            on = self.filters.person == person.id
            menu.add(person.name, partial(self._set, person=person.id), icon=_tick(on))

    def _offer_actions(self, menu: Menu) -> None:
        menu.add(
            self.tr("All actions"), partial(self._set, group=None), icon=_tick(self.filters.group is None)
        )
        for group, text in words.group_words().items():
            menu.add(text, partial(self._set, group=group), icon=_tick(self.filters.group is group))

    def _offer_desks(self, menu: Menu) -> None:
        menu.add(self.tr("All desks"), partial(self._set, desk=""), icon=_tick(not self.filters.desk))
        for desk, name in self._choices.desks:
            menu.add(name, partial(self._set, desk=desk), icon=_tick(self.filters.desk == desk))

    def _offer_all(self, menu: Menu) -> None:
        self._offer_actions(menu)
        menu.addSeparator()
        self._offer_people(menu)
        menu.addSeparator()
        self._offer_desks(menu)
        menu.addSeparator()
        on = self.filters.refused_only
        menu.add(self.tr("Refused only"), partial(self._set, refused_only=not on), icon=_tick(on))

    def _on_theme(self) -> None:
        self.set_compact(self._compact)

    def _show(self) -> None:
        chosen = self.filters
        has_days = chosen.first is not None or chosen.last is not None
        self.day_chip.set_filter(self.days_text(), active=has_days)
        person = next((one.name for one in self._choices.people if one.id == chosen.person), "")
        self.person_chip.set_filter(person or self.tr("Person"), active=chosen.person is not None)
        action = words.group_words()[chosen.group] if chosen.group else self.tr("Action")
        self.action_chip.set_filter(action, active=chosen.group is not None)
        desk = dict(self._choices.desks).get(chosen.desk, "")
        self.desk_chip.set_filter(desk or self.tr("Desk"), active=bool(chosen.desk))
        self.refused_chip.set_filter(self.tr("Refused only"), active=chosen.refused_only)
        self.patient_chip.set_filter(self._patient_name or self.tr("One patient"), active=True)
        self.patient_chip.setVisible(chosen.patient is not None)
        folded = sum(
            (chosen.person is not None, chosen.group is not None, bool(chosen.desk), chosen.refused_only)
        )
        text = self.tr("Filters: {count}").format(count=folded) if folded else self.tr("Filters")
        self.filters_chip.set_filter(text, active=bool(folded))


def _tick(on: bool) -> str:
    return "check" if on else ""
