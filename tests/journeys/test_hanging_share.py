"""The share with the documents stops answering while the desk works (F15): the window beats on, the wait has an end.

The share is a real one, served through FUSE by bindfs, which is stopped and let go on by signals.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import QElapsedTimer, QObject, QTimer
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import AttachDocument
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.vault import patient_disk
from tests.conftest import ClinicSite, ClinicTemplate
from tests.makers.care import as_doctor, in_care
from tests.makers.documents import FilingDesk, a_pdf
from tests.makers.people import a_patient

PATIENCE = 2.0
BLOCKED_AT_MOST_MS = 1500
"""The share hangs for longer. Meant are 200; other tests run beside this one, and the processor may be theirs."""


@dataclass
class Share:
    """A folder that another process serves."""

    mount: Path
    server: subprocess.Popen[bytes]

    def hang(self) -> None:
        self.server.send_signal(signal.SIGSTOP)

    def answer(self) -> None:
        self.server.send_signal(signal.SIGCONT)


@pytest.fixture
def share(tmp_path: Path) -> Iterator[Share]:
    if shutil.which("bindfs") is None or not os.access("/dev/fuse", os.R_OK | os.W_OK):
        pytest.skip("bindfs and FUSE are not to be had")
    behind, mount = tmp_path / "behind", tmp_path / "share"
    behind.mkdir()
    mount.mkdir()
    # Nothing is kept by the kernel, so that every call reaches the server.
    options = "attr_timeout=0,entry_timeout=0,negative_timeout=0"
    server = subprocess.Popen(["bindfs", "-f", "--no-allow-other", "-o", options, str(behind), str(mount)])
    until = time.monotonic() + 10
    while not mount.is_mount() and time.monotonic() < until:
        if server.poll() is not None:
            pytest.skip("nothing can be mounted here")
        time.sleep(0.05)
    yield Share(mount, server)
    server.send_signal(signal.SIGCONT)
    subprocess.run(["fusermount3", "-u", "-z", str(mount)], check=False)
    server.wait(10)


@pytest.fixture
def site(sqlite_template: ClinicTemplate, tmp_path: Path) -> ClinicSite:
    folder = tmp_path / "profile"
    shutil.copytree(sqlite_template.folder, folder)
    return ClinicSite(folder, sqlite_template.secrets, sqlite_template.actors, "sqlite")


@pytest.fixture
def clinic(
    site: ClinicSite, clock: FixedClock, share: Share, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Clinic]:
    """The vault lies on the share; the patience of the disk is shortened for the test."""
    monkeypatch.setattr(patient_disk.PatientDisk.__init__, "__defaults__", (None, PATIENCE, PATIENCE))
    profile = Profile(site.folder)
    facts = profile.facts()
    vault = share.mount / "documents"
    shutil.copytree(profile.vault(facts), vault)
    profile.write_facts(replace(facts, vault_folder=str(vault)))
    opened = site.open(clock)
    yield opened
    opened.close()


@pytest.fixture
def desk(clinic: Clinic, reception: Actor, doctor: Actor, admin: Actor) -> FilingDesk:
    patient = clinic.patients.register(reception, a_patient("Fictanova", "Mara"))
    in_care(clinic, reception, as_doctor(clinic, admin, doctor), patient)
    return FilingDesk(clinic, reception, patient)


class Beat(QObject):
    """The longest time the window's thread was not free, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.longest = 0
        self._since = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._beat)
        self._timer.start(10)
        self._since.start()

    def _beat(self) -> None:
        self.longest = max(self.longest, self._since.restart())


def test_the_window_beats_on_and_the_wait_has_an_end(
    qtbot: QtBot, desk: FilingDesk, share: Share, doctor: Actor
) -> None:
    clinic, owner = desk.clinic, QObject()
    tasks = Tasks(owner)
    before = desk.attach(a_pdf("filed before"))
    beat, refused = Beat(), list[tuple[str, ErrorCode, float]]()
    command = AttachDocument(patient_id=desk.patient.id, file_name="report.pdf")
    started = time.monotonic()

    def told(name: str) -> Callable[[ClinicError], None]:
        return lambda error: refused.append((name, error.code, time.monotonic() - started))

    share.hang()
    tasks.change(
        owner,
        lambda: clinic.documents.attach(desk.actor, command, io.BytesIO(a_pdf("while away"))),
        failed=told("file"),
    )
    tasks.query(owner, lambda: clinic.documents.open(doctor, before.id), lambda _: None, failed=told("open"))
    patients = list[int]()
    tasks.query(owner, lambda: clinic.patients.get(desk.actor, desk.patient.id), lambda _: patients.append(1))
    qtbot.waitUntil(lambda: len(refused) == 2, timeout=30_000)
    assert {(name, code) for name, code, _ in refused} == {
        ("file", ErrorCode.FILE_NOT_STORED_YET),
        ("open", ErrorCode.VAULT_MISSING),
    }
    assert patients == [1]  # the rest of the desk goes on
    assert max(after for _, _, after in refused) < PATIENCE * 2 + 4
    assert beat.longest <= BLOCKED_AT_MOST_MS, beat.longest
    assert clinic.spool.deliver(desk.actor, now=True).waiting == 1
    share.answer()
    deadline = time.monotonic() + 20
    while clinic.spool.deliver(desk.actor, now=True).waiting and time.monotonic() < deadline:
        time.sleep(0.2)
    assert clinic.spool.waiting(desk.actor) == ()
    for document_id, text in ((before.id, "filed before"), (command.id, "while away")):
        opened = clinic.documents.open(doctor, document_id)
        assert opened.source.read_all() == a_pdf(text)
        opened.source.close()
    tasks.close()


def test_a_share_that_is_pulled_while_a_file_is_stored(desk: FilingDesk, share: Share, doctor: Actor) -> None:
    """Unmounted lazily in the middle of an upload, which goes on into nothing or fails: kept, and filed later."""
    clinic = desk.clinic
    storage = clinic.keys.vault.storage
    real, commands = storage.disk._disk.write, list[AttachDocument]()  # type: ignore[attr-defined]

    def pulled(descriptor: int, data: bytes) -> int:
        subprocess.run(["fusermount3", "-u", "-z", str(share.mount)], check=True)
        share.server.send_signal(signal.SIGKILL)
        share.server.wait()
        return int(real(descriptor, data))

    storage.disk._disk.write = pulled  # type: ignore[attr-defined]
    command = AttachDocument(patient_id=desk.patient.id, file_name="report.pdf")
    commands.append(command)
    with pytest.raises(ClinicError) as refused:
        clinic.documents.attach(desk.actor, command, io.BytesIO(a_pdf("pulled")))
    assert refused.value.code is ErrorCode.FILE_NOT_STORED_YET
    assert list(share.mount.iterdir()) == []  # nothing was written into the empty mount point
    storage.disk._disk.write = real  # type: ignore[attr-defined]
    behind = share.mount.with_name("behind")
    share.mount.rmdir()
    behind.rename(share.mount)
    assert clinic.spool.deliver(desk.actor, now=True).filed == (command.id,)
    opened = clinic.documents.open(doctor, command.id)
    assert opened.source.read_all() == a_pdf("pulled")
    opened.source.close()
