"""The first two pages: language and region, and the clinic's name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLocale, QTimeZone, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.domain.errors import FieldProblem
from meditrack_desktop.domain.text import single_line
from meditrack_desktop.services.this_computer import computer_name, is_zone, system_region, system_zone
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.first_run.page import Course, SetUpPage
from meditrack_desktop.ui.first_run.regions import region_option, regions, zone_option, zones
from meditrack_desktop.ui.first_run.words import say
from meditrack_desktop.ui.widgets import (
    Button,
    Combo,
    Divider,
    Label,
    LabelledField,
    Option,
    SearchSelect,
    TextField,
)


class LanguagePage(SetUpPage):
    """Language, country and time zone; from here also the door to a backup. `restoreRequested` opens it."""

    word, step = "language", 0
    restoreRequested = Signal()

    def __init__(self, course: Course) -> None:
        super().__init__(
            course,
            say("Where is your clinic?"),
            say("Dates, phone numbers and paper follow the country; appointments follow the time zone."),
        )
        self.language = Combo((Option("en", self.tr("English"), icon="languages"),), value="en")
        self.region = SearchSelect(options=regions(), icon="globe")
        self.zone = SearchSelect(options=zones(), icon="clock")
        self.language_field = LabelledField(self.tr("Language"), self.language)
        self.region_field = LabelledField(self.tr("Country or region"), self.region)
        self.zone_field = LabelledField(
            self.tr("Time zone"), self.zone, help=self.tr("Type a city, such as London or Kolkata.")
        )
        for field in (self.language_field, self.region_field, self.zone_field):
            self.body.addWidget(field)
            self.body.addSpacing(14)
        self.body.addSpacing(6)
        self.body.addWidget(Divider())
        self.body.addSpacing(12)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Label(self.tr("Had MediTrack before?"), "body", tone="text2"))
        self.restore = Button(self.tr("Restore from a backup"), "link", icon="archive-restore")
        self.restore.clicked.connect(self.restoreRequested)
        row.addWidget(self.restore)
        row.addStretch(1)
        self.body.addLayout(row)
        self.body.addStretch(1)

    def show_answers(self) -> None:
        answers = self.course.answers
        self.region.set_choice(region_option(answers.region or _region_here()))
        self.zone.set_choice(zone_option(answers.zone or _zone_here()))

    def take_answers(self) -> None:
        self.course.answers.region = str(self.region.value() or "")
        self.course.answers.zone = str(self.zone.value() or "")

    def first(self) -> QWidget:
        return self.region

    def leave(self, then: Callable[[], object]) -> None:
        self.take_answers()
        bad = {
            self.region_field: (self.region.value(), self.tr("Choose a country from the list.")),
            self.zone_field: (self.zone.value(), self.tr("Choose a time zone from the list.")),
        }
        for field, (value, words) in bad.items():
            field.set_error("" if value else words)
        wrong = [field for field, (value, _) in bad.items() if not value]
        if wrong:
            wrong[0].field.setFocus()
        else:
            then()


class ClinicPage(SetUpPage):
    """What the clinic is called, and this desk."""

    word, step = "clinic", 1

    def __init__(self, course: Course) -> None:
        super().__init__(
            course,
            say("What is your clinic called?"),
            say("The name stands on the sign-in window, on print-outs and on the recovery kit."),
        )
        self.name = TextField()
        self.name.setMaxLength(120)
        self.desk = TextField()
        self.desk.setMaxLength(80)
        self.name_field = LabelledField(self.tr("Clinic name"), self.name)
        self.desk_field = LabelledField(
            self.tr("Name of this desk"),
            self.desk,
            help=self.tr("The audit log says at which desk something was done."),
        )
        for field in (self.name_field, self.desk_field):
            self.body.addWidget(field)
            self.body.addSpacing(14)
        self.body.addStretch(1)

    def show_answers(self) -> None:
        self.name.setText(self.course.answers.clinic_name)
        self.desk.setText(self.course.answers.desk_name or computer_name())

    def take_answers(self) -> None:
        self.course.answers.clinic_name = self.name.text().strip()
        self.course.answers.desk_name = self.desk.text().strip()

    def first(self) -> QWidget:
        return self.name

    def leave(self, then: Callable[[], object]) -> None:
        self.take_answers()
        if not self.required(self.name_field, self.desk_field):
            return
        for labelled in (self.name_field, self.desk_field):
            try:
                single_line(self.text_of(labelled))
            except ValueError:
                words = errors.problem_words(FieldProblem.CONTROL_CHARACTERS, labelled.label.text())
                labelled.set_error(words)
                labelled.field.setFocus()
                return
        then()


def _region_here() -> str:
    code = QLocale.territoryToCode(QLocale.system().territory())
    known = code and region_option(code) is not None and QLocale.system().language() != QLocale.Language.C
    return code if known else system_region()


def _zone_here() -> str:
    told = system_zone()
    if told != "UTC" and zone_option(told) is not None:
        return told
    named = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
    return named if is_zone(named) and zone_option(named) is not None else "UTC"
