"""Fixtures of every floor: a real clinic on a real encrypted file and on a real Postgres.

Setting a clinic up costs password hashing, so it is done once a run and copied for each test: the SQLite
profile as a folder, the Postgres database as a template.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# The tests' clinics must never touch the keyring of the person who runs them.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
# Hundreds of tests start a process of the program: it need not be compiled anew each time.
if "PYTHONDONTWRITEBYTECODE" in os.environ:
    del os.environ["PYTHONDONTWRITEBYTECODE"]
# Where Linux has a disk in memory, the clinics of tests lie there: nothing waits for a disk. No test pulls the
# plug, so nothing is proved less. A folder that somebody chose stays chosen.
if (
    "TMPDIR" not in os.environ
    and os.access("/dev/shm", os.W_OK)
    and shutil.disk_usage("/dev/shm").free >= 6 * 2**30
):
    os.environ["TMPDIR"] = tempfile.tempdir = "/dev/shm"

import bcrypt
import pytest
from pydantic import SecretStr
from PySide6.QtWidgets import QApplication

from meditrack_desktop import bootstrap
from meditrack_desktop.adapters import clamd
from meditrack_desktop.bootstrap import open_clinic, secret_store, set_up_clinic
from meditrack_desktop.domain.accounts import Actor, AddAccount
from meditrack_desktop.domain.clinic import SetUpClinic
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.examiner import Examiner
from meditrack_desktop.services import passwords
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.device import device_secret
from meditrack_desktop.services.key_slots import ClinicSecrets, KeySlots
from meditrack_desktop.services.profile import Profile
from tests.compiled_once import compiled_once
from tests.patience import PatientQtBot
from tests.postgres import PostgresServer, start_postgres

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = (ROOT / ".." / "shared" / "samples").resolve()
MORNING = datetime(2026, 11, 18, 10, 42, tzinfo=UTC)
REAL_COST, CHEAP_COST = (passwords.COST, passwords._NOBODY), 4
PASSWORDS = {
    "admin": "slate-harbour-ninety-owls",
    "reception": "copper-lantern-eight-tides",
    "doctor": "velvet-compass-four-pines",
}


@dataclass(frozen=True)
class ClinicTemplate:
    """A clinic as it was set up: a profile to copy, its secrets, and three people signed in."""

    folder: Path
    secrets: ClinicSecrets
    actors: dict[str, Actor]
    database: str = ""
    kit: str = ""
    scene: Any = None
    """What was made in it, where `tests/services/doors.py` made a scene of it."""


def _no_log_tells_anything(folder: Path) -> None:
    words = [
        word.encode() for word in (*PASSWORDS.values(), "Beispiel", "Fictanova", "Przyk", "Kanarienvogel")
    ]
    for path in folder.glob("**/program.log*"):
        told = path.read_bytes()
        assert not [word for word in words if word in told], path


@pytest.fixture(scope="session", autouse=True)
def no_log_tells_anything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """At the end of the run: no log of any clinic of any test holds a password or a patient of the tests."""
    yield
    _no_log_tells_anything(tmp_path_factory.getbasetemp())


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """Pytest's; the folder of a test that passed goes at once, and its clinics' logs are read before."""
    yield tmp_path
    _no_log_tells_anything(tmp_path)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> PatientQtBot:
    """Pytest-qt's, with the patience of a busy machine."""
    return PatientQtBot(request)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """The tests' passwords are no secret: bcrypt spends 1 ms on each. It knows the cost of a hash by the hash.

    Processes of their own spend what a clinic spends, and so do tests that ask for `real_passwords`.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "COST", CHEAP_COST)
        patch.setattr(passwords, "_NOBODY", bcrypt.hashpw(b"nobody", bcrypt.gensalt(CHEAP_COST)))
        yield


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    with compiled_once():
        yield


@pytest.fixture(scope="session", autouse=True)
def no_scanner_of_this_computer() -> Iterator[None]:
    """What becomes of the tests' documents must not hang on a clamd that runs here. Scanners' tests have their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clamd, "USUAL_SOCKETS", ())
        yield


class LentExaminer(Examiner):
    """The examiner of the whole run: a clinic that closes does not end it."""

    def close(self) -> None:
        """Nothing: the run ends it."""


@pytest.fixture(scope="session", autouse=True)
def one_examiner() -> Iterator[Examiner]:
    """Half a second of loading libraries once a run, not once a clinic. It starts when a file is first looked at."""
    lent = LentExaminer()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "Examiner", lambda: lent)
        yield lent
    Examiner.close(lent)


@pytest.fixture
def real_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a clinic spends on a password, for tests of just that."""
    cost, nobody = REAL_COST
    monkeypatch.setattr(passwords, "COST", cost)
    monkeypatch.setattr(passwords, "_NOBODY", nobody)


@pytest.fixture(scope="session")
def samples() -> Path:
    """The shared sample inputs; tests that need them are skipped where they are missing."""
    if not SAMPLES.is_dir():
        pytest.skip("the shared samples are not here")
    return SAMPLES


@pytest.fixture
def clock() -> FixedClock:
    """Wednesday 18 November 2026, 10:42 in London."""
    return FixedClock(MORNING)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    # Started by root, Postgres runs as another user, to whom pytest's own folder is closed.
    with TemporaryDirectory(prefix="meditrack-postgres-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = start_postgres(Path(folder))
        yield server
        server.stop()


def _make_template(folder: Path, postgres: str | None) -> ClinicTemplate:
    clock = FixedClock(MORNING)
    kit = set_up_clinic(
        folder,
        SetUpClinic(
            name="Example Street Clinic",
            zone="Europe/London",
            region="GB",
            admin_name="Ada Verwalter",
            admin_password=SecretStr(PASSWORDS["admin"]),
            postgres=SecretStr(postgres) if postgres else None,
        ),
        folder.with_suffix(".kit.txt"),
        clock,
    )
    clinic = open_clinic(folder, clock)
    admin = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
    people = {"reception": ("Rosa Ontwerp", Role.RECEPTIONIST), "doctor": ("Dr. Ines Modelo", Role.DOCTOR)}
    actors = {"admin": admin}
    for username, (name, role) in people.items():
        clinic.accounts.add(
            admin,
            AddAccount(
                username=username,
                name=name,
                roles=frozenset({role}),
                password=SecretStr(PASSWORDS[username]),
            ),
        )
        actors[username] = clinic.sessions.sign_in(username, PASSWORDS[username])
    opened = clinic.keys.opened
    assert opened is not None
    clinic.close()
    return ClinicTemplate(folder, opened, actors, kit=kit.identity)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, cheap_passwords: None) -> ClinicTemplate:
    return _make_template(tmp_path_factory.mktemp("template") / "sqlite", None)


@pytest.fixture(scope="session")
def postgres_template(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer, cheap_passwords: None
) -> ClinicTemplate:
    name = postgres_server.create()
    template = _make_template(tmp_path_factory.mktemp("template") / "postgres", postgres_server.url(name))
    return replace(template, database=name)


@dataclass
class ClinicSite:
    """Where one test's clinic lives, to open it a second time as another desk would."""

    folder: Path
    secrets: ClinicSecrets
    actors: dict[str, Actor]
    kind: str
    kit: str = ""
    """The secret key in the recovery kit."""
    scene: Any = None
    database: str = ""

    def open(self, clock: FixedClock) -> Clinic:
        clinic = open_clinic(self.folder, clock)
        clinic.keys.open(self.secrets)
        return clinic


def move_to_server(folder: Path, url: str) -> None:
    """Let a copied profile of a shared clinic find its data in another database."""
    profile = Profile(folder)
    slots = KeySlots(profile.slots, device_secret(profile.facts(), secret_store(profile)))
    desk = slots.open_desk()
    assert desk is not None
    slots.put_desk(replace(desk, server=url))


@pytest.fixture(params=["sqlite", "postgres"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ClinicSite]:
    """A fresh copy of the clinic on each database in turn; a test that asks for `scene` gets one that has it."""
    kind: str = request.param
    of = "scene_template" if "scene" in request.fixturenames else "template"
    template: ClinicTemplate = request.getfixturevalue(f"{kind}_{of}")
    server = request.getfixturevalue("postgres_server") if kind == "postgres" else None
    with copied(template, tmp_path / "profile", server) as made:
        yield made


@contextmanager
def copied(template: ClinicTemplate, folder: Path, server: PostgresServer | None) -> Iterator[ClinicSite]:
    """A copy of a clinic, its database dropped in the end."""
    shutil.copytree(template.folder, folder)
    kind = "postgres" if server else "sqlite"
    site = ClinicSite(folder, template.secrets, template.actors, kind, template.kit, template.scene)
    if server is None:
        yield site
        return
    name = server.create(template=template.database)
    move_to_server(folder, server.url(name))
    yield replace(site, database=name)
    server.drop(name)


@pytest.fixture
def clinic(site: ClinicSite, clock: FixedClock) -> Iterator[Clinic]:
    """An open clinic; nobody needs to sign in, the three actors have live sessions."""
    opened = site.open(clock)
    yield opened
    opened.close()


@pytest.fixture
def admin(site: ClinicSite) -> Actor:
    return site.actors["admin"]


@pytest.fixture
def reception(site: ClinicSite) -> Actor:
    return site.actors["reception"]


@pytest.fixture
def doctor(site: ClinicSite) -> Actor:
    return site.actors["doctor"]
