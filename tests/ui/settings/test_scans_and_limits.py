"""Settings for documents: the clinic's limits, and where this desk's scans come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.live import Live
from meditrack_desktop.ui.navigation import Navigator
from meditrack_desktop.ui.settings.calendar import LATE, REMINDER, WAIT, CalendarSection
from meditrack_desktop.ui.settings.documents import BIN, DOCUMENT, DocumentsSection
from meditrack_desktop.ui.settings.scans import ScansSection
from meditrack_desktop.ui.tasks import Tasks


@pytest.fixture
def desk(qtbot: QtBot, clinic: Clinic, admin: Actor, clock: FixedClock, tasks: Tasks) -> Iterator[Desk]:
    live = Live(clinic.changes, tasks)
    yield Desk(
        clinic,
        admin,
        clinic.settings.clinic(admin),
        tasks,
        live,
        Navigator(tasks),
        clock,
        lambda text, undo=None: None,
    )
    live.close()


def test_limits_are_kept_and_a_wrong_one_is_told(qtbot: QtBot, desk: Desk) -> None:
    section = DocumentsSection(desk)
    qtbot.addWidget(section)
    section.load()
    assert desk.tasks.wait_idle()
    qtbot.keyClicks(section.numbers[DOCUMENT], "0")  # type: ignore[no-untyped-call]
    section.save()
    assert desk.tasks.wait_idle()
    assert section.fields[DOCUMENT].error and section.dirty
    section.numbers[DOCUMENT].setText("")
    qtbot.keyClicks(section.numbers[DOCUMENT], "50")  # type: ignore[no-untyped-call]
    section.save()
    assert desk.tasks.wait_idle()
    kept = desk.clinic.settings.read(desk.actor)
    assert kept.largest_document_mb == 50 and kept.bin_days == int(section.numbers[BIN].text())
    assert not section.dirty


def test_the_calendars_rules_are_kept_and_nothing_means_never(qtbot: QtBot, desk: Desk) -> None:
    section = CalendarSection(desk)
    qtbot.addWidget(section)
    section.load()
    assert desk.tasks.wait_idle()
    assert [one.text() for one in section.numbers.values()] == ["24", "1440", "10"]
    for key, wrong, right in ((LATE, "337", "0"), (REMINDER, "", "0"), (WAIT, "0", "25")):
        for typed in (wrong, right):
            section.numbers[key].clear()
            qtbot.keyClicks(section.numbers[key], typed)  # type: ignore[no-untyped-call]
            section._on_edited()
            section.save()
            assert desk.tasks.wait_idle()
            assert section.dirty == (typed == wrong)
    kept = desk.clinic.settings.read(desk.actor)
    assert (kept.late_cancel_hours, kept.reminder_minutes, kept.long_wait_minutes) == (0, 0, 25)


def test_the_front_desk_chooses_its_folder_and_not_the_virus_scanner(
    qtbot: QtBot, desk: Desk, reception: Actor, tmp_path: Path
) -> None:
    section = ScansSection(replace(desk, actor=reception))
    qtbot.addWidget(section)
    section.show()
    section.load()
    assert desk.tasks.wait_idle()
    assert section.choose.isVisible() and not section.which.isVisible()
    scans = tmp_path / "scans"
    scans.mkdir()
    section.set_folder(scans)
    assert desk.tasks.wait_idle()
    assert section.folder.text() == str(scans)


def test_the_scan_folder_is_chosen_refused_in_words_and_cleared(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    section = ScansSection(desk)
    qtbot.addWidget(section)
    section.load()
    assert desk.tasks.wait_idle()
    scans = tmp_path / "scans"
    scans.mkdir()
    section.set_folder(scans)
    assert desk.tasks.wait_idle()
    assert desk.clinic.incoming.scan_folder(desk.actor) == scans
    assert section.folder.text() == str(scans)
    section.set_folder(tmp_path / "nowhere")
    assert desk.tasks.wait_idle()
    assert not section.trouble.isHidden() and section.trouble.accessibleName()
    assert desk.clinic.incoming.scan_folder(desk.actor) == scans
    section.set_folder(None)
    assert desk.tasks.wait_idle()
    assert desk.clinic.incoming.scan_folder(desk.actor) is None
