"""The clinic's name, zone and region, and the way back from a year that this computer's clock once showed."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from pydantic import ValidationError
from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.settings import EditClinic
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.first_run.regions import region_option, regions, zone_option, zones
from meditrack_desktop.ui.settings.backup_lines import moment
from meditrack_desktop.ui.settings.section import Section
from meditrack_desktop.ui.widgets import LabelledField, SearchSelect, TextField, confirm


class ClinicSection(Section):
    """Saved together; a new zone counts for what is booked from then on."""

    word = "clinic"

    def __init__(self, desk: Desk) -> None:
        tr = partial(QCoreApplication.translate, "ClinicSection")
        super().__init__(desk, tr("Clinic details"), tr("for everybody, on every desk"))
        self._kept: tuple[str, str, str] | None = None
        self.name = TextField(name=tr("Clinic name"))
        self.name.setMaxLength(120)
        self.zone = SearchSelect(name=tr("Time zone"), options=zones(), icon="globe")
        self.region = SearchSelect(name=tr("Country"), options=regions(), icon="globe")
        self.fields = {"name": _bare(self.name), "zone": _bare(self.zone), "region": _bare(self.region)}
        self.add_row(
            tr("Clinic name"), tr("Stands on the sign-in card and on print-outs."), self.fields["name"]
        )
        self.add_row(
            tr("Time zone"),
            tr("Visits that are booked keep the time on the clock they were booked for."),
            self.fields["zone"],
        )
        self.add_row(
            tr("Country"),
            tr("How telephone numbers are read, and which paper printers hold."),
            self.fields["region"],
        )
        for field in self.fields.values():
            field.setMinimumWidth(300)
        self.name.textEdited.connect(self._on_edited)
        self.zone.picked.connect(self._on_edited)
        self.region.picked.connect(self._on_edited)

    def load(self) -> None:
        clinic, actor = self.desk.clinic, self.desk.actor
        self.desk.tasks.query(
            self,
            lambda: (clinic.settings.clinic(actor), clinic.settings.clock_ahead(actor)),
            self._show_found,
            failed=self.refused,
            replaces="clinic",
        )

    def save(self) -> None:
        if not self.dirty or self.bar.save.busy:
            return
        clinic, actor = self.desk.clinic, self.desk.actor
        name, zone, region = self._typed()
        for word, value in (("name", name), ("zone", zone), ("region", region)):
            self.fields[word].set_error("" if value else self.tr("This is needed."))
        try:
            command = EditClinic(name=name, zone=zone, region=region)
        except ValidationError:
            return
        self.bar.save.set_busy(True)
        self.desk.tasks.change(
            self,
            lambda: clinic.settings.edit_clinic(actor, command),
            done=self._saved,
            failed=self.refused,
            always=lambda: self.bar.save.set_busy(False),
        )

    def _typed(self) -> tuple[str, str, str]:
        return self.name.text().strip(), str(self.zone.value() or ""), str(self.region.value() or "")

    def _on_edited(self, _value: object = None) -> None:
        self.set_dirty(self._kept is not None and self._typed() != self._kept)

    def ask_accept_clock(self, ahead: timedelta) -> None:
        """Say what going back to this computer's clock does, and do it if that is wanted."""
        confirm(
            self,
            self.tr("Go on from {when}?").format(when=self._shown_here(ahead)),
            self.tr(
                "Do this only if this computer's clock is right now. What was written meanwhile keeps its later date. "
                "Sessions end in 12 hours at the latest, and one-time codes that were handed out open nothing."
            ),
            self.tr("Use this computer's clock"),
            self._accept_clock,
            keep=self.tr("Not now"),
            danger=False,
        )

    def _accept_clock(self) -> None:
        clinic, actor = self.desk.clinic, self.desk.actor
        self.desk.tasks.change(self, lambda: clinic.settings.accept_clock(actor), done=self._clock_accepted)

    def _clock_accepted(self, _back: timedelta) -> None:
        self.desk.say(self.tr("The clinic goes on from {when}").format(when=self._shown_here(timedelta(0))))
        self.clear_banner()
        if not self.dirty:
            self.load()

    def _shown_here(self, ahead: timedelta) -> str:
        """What this computer's clock shows, if the clinic's time is so far ahead of it."""
        return moment(to_wall(self.desk.clock.now() - ahead, self.desk.facts.tz))

    def _show_found(self, found: tuple[ClinicProfile, timedelta]) -> None:
        profile, ahead = found
        self._show(profile)
        if ahead:
            self.show_banner(
                self.tr(
                    "For the clinic it is {theirs}, but this computer's clock shows {here}. It once showed a later "
                    "time, and the clinic's time never goes back by itself."
                ).format(theirs=self._shown_here(timedelta(0)), here=self._shown_here(ahead)),
                "warn",
                self.tr("Use this computer's clock"),
                partial(self.ask_accept_clock, ahead),
            )

    def _show(self, profile: ClinicProfile) -> None:
        self.clear_banner()
        self._kept = (profile.name, profile.zone, profile.region)
        self.name.setText(profile.name)
        self.zone.set_choice(zone_option(profile.zone))
        self.region.set_choice(region_option(profile.region))
        for field in self.fields.values():
            field.clear_error()

    def _saved(self, profile: ClinicProfile) -> None:
        self.set_dirty(False)
        self._show(profile)
        self.desk.say(self.tr("Clinic details saved"))
        self.saved.emit()


def _bare(field: TextField | SearchSelect) -> LabelledField:
    """The row says the name already; the field brings the place for what is wrong."""
    labelled = LabelledField(field.accessibleName(), field)
    labelled.label.hide()
    return labelled
