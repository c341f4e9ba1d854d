"""The strip says what is not yet stored, tries again by itself, and at once when it is pressed."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import AttachDocument
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.ui.frame.status_strip import StatusStrip
from meditrack_desktop.ui.spool_watch import SpoolWatch
from meditrack_desktop.ui.tasks import Tasks
from tests.conftest import ClinicSite, ClinicTemplate
from tests.makers.documents import a_pdf
from tests.makers.people import a_patient


@pytest.fixture
def site(sqlite_template: ClinicTemplate, tmp_path: Path) -> ClinicSite:
    folder = tmp_path / "profile"
    shutil.copytree(sqlite_template.folder, folder)
    return ClinicSite(folder, sqlite_template.secrets, sqlite_template.actors, "sqlite")


@pytest.fixture
def clinic(site: ClinicSite, clock: FixedClock, tmp_path: Path) -> Iterator[Clinic]:
    profile = Profile(site.folder)
    facts = profile.facts()
    profile.vault(facts).rename(tmp_path / "share")
    profile.write_facts(replace(facts, vault_folder=str(tmp_path / "share")))
    opened = site.open(clock)
    yield opened
    opened.close()


def test_what_waits_is_in_sight_until_it_is_stored(
    qtbot: QtBot, clinic: Clinic, reception: Actor, tmp_path: Path
) -> None:
    owner = QObject()
    tasks = Tasks(owner)
    strip = StatusStrip(tasks, "Clinic", "Front desk", shared=True, idle_minutes=5)
    qtbot.addWidget(strip)
    strip.resize(1200, 32)
    strip.show()
    watch = SpoolWatch(tasks, owner)
    watch.known.connect(strip.show_spool)
    strip.storeNow.connect(lambda: watch.look(now=True))
    watch.begin(clinic, reception)
    qtbot.wait(50)
    assert not strip.spool.isVisible()
    (tmp_path / "share").rename(tmp_path / "elsewhere")
    patient = clinic.patients.register(reception, a_patient("Fictanova", "Mara"))
    for number in (1, 2):
        command = AttachDocument(patient_id=patient.id, file_name="report.pdf")
        with pytest.raises(Unavailable) as refused:
            clinic.documents.attach(reception, command, io.BytesIO(a_pdf("waits")))
        assert refused.value.code is ErrorCode.FILE_NOT_STORED_YET
        watch.look()
        assert tasks.wait_idle()
        assert strip.spool.isVisible() and str(number) in strip.spool.text()
    (tmp_path / "elsewhere").rename(tmp_path / "share")
    qtbot.mouseClick(strip.spool, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not strip.spool.isVisible(), timeout=20_000)
    assert len(clinic.documents.of_patient(reception, patient.id)) == 2
    watch.rest()
    tasks.wait_idle()
    tasks.close()
