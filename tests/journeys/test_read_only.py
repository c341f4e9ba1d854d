"""Folders and files that can only be read (security.md F7): a clear refusal, nothing claimed to be saved.

Root may write anywhere, so the desk is a process of its own that gave that right away.
"""

from __future__ import annotations

import io
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import AttachDocument, DocumentType
from meditrack_desktop.domain.patients import RegisterPatient
from tests.conftest import MORNING, PASSWORDS, ROOT, ClinicTemplate
from tests.journeys.busy_desk import a_file

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="gives rights away as Linux does"
)

DESK = """
import io, os, sys
from datetime import datetime, UTC
from pathlib import Path
folder, user, password, moment = Path(sys.argv[1]), *sys.argv[2:5]
from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import AttachDocument, DocumentType
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.patients import FindPatients, RegisterPatient
from tests.journeys.busy_desk import a_file

def tried(what, deed):
    try:
        answer = deed()
    except ClinicError as error:
        print(what, error.code.name, flush=True)
        return None
    print(what, "done", flush=True)
    return answer

if os.geteuid() == 0:
    # capset without CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: permissions count from here on.
    import ctypes
    header, data = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.capget(header, data) == 0
    for half in (0, 1):
        data[half] &= ~0b110
    assert libc.capset(header, data) == 0, os.strerror(ctypes.get_errno())
clinic = tried("open", lambda: open_clinic(folder, FixedClock(datetime.fromisoformat(moment))))
actor = clinic and tried("sign-in", lambda: clinic.sessions.sign_in(user, password))
if actor:
    print("ready", flush=True)
    sys.stdin.readline()
    page = tried("list", lambda: clinic.patients.find(actor, FindPatients()))
    tried("register", lambda: clinic.patients.register(actor, RegisterPatient(family="Späteinträge", given="Ida")))
    if page and page.lines:
        patient = page.lines[0].id
        file = AttachDocument(patient_id=patient, file_name="f.png", type=DocumentType.INSURANCE)
        tried("attach", lambda: clinic.documents.attach(actor, file, io.BytesIO(a_file(70000))))
        for document in tried("documents", lambda: clinic.documents.of_patient(actor, patient)) or ():
            def read(document=document):
                with clinic.documents.open(actor, document.id).source as source:
                    return source.read_all()
            tried("read", read)
print("end", flush=True)
"""


@dataclass
class Place:
    """A clinic with one patient and one document."""

    folder: Path

    def run(
        self, before_opening: Callable[[Path], None] | None, while_open: Callable[[Path], None] | None
    ) -> dict[str, str]:
        if before_opening:
            before_opening(self.folder)
        desk = subprocess.Popen(
            [sys.executable, "-c", DESK, str(self.folder), "reception", PASSWORDS["reception"], MORNING.isoformat()],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip
        assert desk.stdout is not None and desk.stdin is not None and desk.stderr is not None
        said: dict[str, str] = {}
        for line in desk.stdout:
            if line == "ready\n":
                if while_open:
                    while_open(self.folder)
                desk.stdin.write("go\n")
                desk.stdin.flush()
                continue
            what, _, how = line.strip().partition(" ")
            said[what] = how
        errors = desk.stderr.read()
        desk.wait(60)
        for stream in (desk.stdin, desk.stdout, desk.stderr):
            stream.close()
        assert desk.returncode == 0 and "end" in said, errors
        return said


@pytest.fixture
def place(sqlite_template: ClinicTemplate) -> Iterator[Place]:
    from meditrack_desktop.bootstrap import open_clinic

    with tempfile.TemporaryDirectory(prefix="meditrack-read-only-") as made:
        folder = Path(made) / "profile"
        shutil.copytree(sqlite_template.folder, folder)
        clinic = open_clinic(folder, FixedClock(MORNING))
        clinic.keys.open(sqlite_template.secrets)
        patient = clinic.patients.register(
            sqlite_template.actors["reception"], RegisterPatient(family="Przykład", given="Piotr")
        )
        clinic.documents.attach(
            sqlite_template.actors["reception"],
            AttachDocument(patient_id=patient.id, file_name="f.png", type=DocumentType.INSURANCE),
            io.BytesIO(a_file(70_000)),
        )
        clinic.close()
        yield Place(folder)
        writable(folder)


def writable(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod(stat.S_IRWXU if path.is_dir() else stat.S_IRUSR | stat.S_IWUSR)


def read_only(*names: str) -> Callable[[Path], None]:
    """Take the right to write from these places of a profile, and from all below them."""

    def apply(folder: Path) -> None:
        for name in names:
            top = folder / name if name else folder
            for path in [top, *(top.rglob("*") if top.is_dir() and name else ())]:
                path.chmod(path.stat().st_mode & ~0o222)

    return apply


def test_untouched_everything_works(place: Place) -> None:
    said = place.run(None, None)
    assert set(said.values()) == {"done", ""}, said


def test_a_profile_that_cannot_be_written_is_not_opened(place: Place) -> None:
    assert place.run(read_only(""), None)["open"] == "PROFILE_UNWRITABLE"


def test_a_database_that_cannot_be_written_lets_nobody_in(place: Place) -> None:
    """Without an audit line nothing is shown: not even a sign-in is pretended."""
    said = place.run(read_only("clinic.db"), None)
    assert said["sign-in"] == "DATABASE_READ_ONLY"
    assert "ready" not in said


def test_a_vault_that_cannot_be_written_can_be_read(place: Place) -> None:
    said = place.run(read_only("vault"), None)
    assert (said["list"], said["register"], said["read"]) == ("done", "done", "done")
    assert said["attach"] == "VAULT_UNWRITABLE"


def test_a_vault_that_turns_read_only_meanwhile_can_be_read(place: Place) -> None:
    said = place.run(None, read_only("vault"))
    assert (said["attach"], said["read"]) == ("VAULT_UNWRITABLE", "done")


def test_a_profile_that_turns_read_only_meanwhile_claims_nothing(place: Place) -> None:
    """Files that are open stay so; what cannot be kept is refused, and what is said to be done is there."""
    said = place.run(None, read_only("", "vault", "clinic.db", "slots.json", "clinic.json"))
    writable(place.folder)
    again = place.run(None, None)
    assert again["list"] == "done"
    assert said["attach"] == "VAULT_UNWRITABLE"
    assert said["register"] in ("done", "DATABASE_READ_ONLY")
