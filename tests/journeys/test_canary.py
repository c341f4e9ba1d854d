"""No name, number, word or key leaves the encrypted places: every file, stream and server log is searched (4.5)."""

from __future__ import annotations

import base64
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import psycopg
import pytest

from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.logs import FILE, LEVEL_VARIABLE, WITHHELD, events, log_to
from tests.conftest import PASSWORDS, ROOT, ClinicSite
from tests.journeys.canary_morning import Canaries, Morning

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="hands a pipe to another process")


def spellings(word: str) -> Iterator[bytes]:
    """How a word may lie in a file: as text, as UTF-16, in base64 at any place, in hex."""
    for text in {word, word.lower(), word.upper()}:
        plain = text.encode()
        yield plain
        yield text.encode("utf-16-le")
        yield text.encode("utf-16-be")
        yield plain.hex().encode()
        yield plain.hex().upper().encode()
        for shift in range(3):
            coded = base64.b64encode(bytes(shift) + plain)
            # The first and last groups depend on what stands beside the word.
            yield coded[4 if shift else 0 : -4].rstrip(b"=")


def key_spellings(hex_key: str) -> Iterator[bytes]:
    raw = bytes.fromhex(hex_key)
    yield from (raw, raw.hex().encode(), raw.hex().upper().encode())
    yield base64.b64encode(raw).rstrip(b"=")
    yield base64.urlsafe_b64encode(raw).rstrip(b"=")


def needles(site: ClinicSite, passphrase: str) -> dict[str, tuple[bytes, ...]]:
    words = {f"canary {name}": word for name, word in asdict(Canaries()).items()}
    words |= {f"password of {who}": password for who, password in PASSWORDS.items()}
    words["passphrase"] = passphrase
    secrets = site.secrets
    words |= {
        name: getattr(secrets, name)
        for name in ("clinical_identity", "administrative_identity", "backup_identity")
    }
    found = {name: tuple(spellings(word)) for name, word in words.items()}
    for name in ("database_key", "pepper", "audit_key", "seal_key"):
        if key := getattr(secrets, name):
            found[name] = tuple(key_spellings(key))
    return found


def hits(data: bytes, wanted: dict[str, tuple[bytes, ...]]) -> list[str]:
    return [name for name, forms in wanted.items() if any(form in data for form in forms)]


def files(*folders: Path) -> list[Path]:
    return [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]


def server_log(folder: Path) -> bytes:
    """What the server wrote."""
    logs = [
        path for path in (*folder.glob("log*/*"), *folder.glob("*log"), *folder.glob("log")) if path.is_file()
    ]
    return b"".join(path.read_bytes() for path in dict.fromkeys(logs))


@pytest.fixture
def noisy(request: pytest.FixtureRequest, site: ClinicSite) -> Iterator[Path | None]:
    """The folder of a server that logs every statement: what it must not log are values. None without one."""
    if site.kind != "postgres":
        yield None
        return
    server = request.getfixturevalue("postgres_server")
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET log_min_duration_statement = 0")
        connection.execute("SELECT pg_reload_conf()")
        found = connection.execute("SHOW data_directory").fetchone()
        assert found is not None
        yield Path(found[0])
        connection.execute("ALTER SYSTEM RESET log_min_duration_statement")
        connection.execute("SELECT pg_reload_conf()")


def run(site: ClinicSite, clock: FixedClock, out: Path, temporary: Path) -> tuple[str, bytes]:
    """The morning in a process of its own. Returns the export's passphrase and all that was said aloud."""
    reading, writing = os.pipe()
    morning = Morning(site.folder, out, site.secrets, site.actors, PASSWORDS, clock, Canaries(), writing)
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.canary_morning"],
        input=pickle.dumps(morning),
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary), LEVEL_VARIABLE: "DEBUG"},
        pass_fds=[writing],
        timeout=240,
        check=False,
    )
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        passphrase = pipe.read().decode()
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return passphrase, done.stdout + done.stderr


def commands(site: ClinicSite, temporary: Path) -> bytes:
    """What the command line says of the same clinic, passwords given and wrong ones, a file with canaries."""
    words = Canaries()
    csv = temporary.parent / "to import.csv"
    csv.write_text(
        f"patient_id,family_name,given_name,birth_date\n{words.mrn},{words.family},{words.given},1980-13-45\n"
    )
    said = b""
    for arguments, password in (
        (["verify", "--user", "admin", "--password-stdin"], PASSWORDS["admin"]),
        (["verify", "--user", "admin", "--password-stdin"], words.wrong),
        (["import", str(csv), "--user", "admin", "--password-stdin"], PASSWORDS["admin"]),
    ):
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "meditrack_desktop",
                arguments[0],
                "--profile",
                str(site.folder),
                *arguments[1:],
            ],
            input=f"{password}\n".encode(),
            capture_output=True,
            cwd=ROOT,
            env={**os.environ, "TMPDIR": str(temporary), LEVEL_VARIABLE: "DEBUG"},
            timeout=120,
            check=False,
        )
        said += done.stdout + done.stderr
    csv.unlink()
    return said


def test_nothing_is_found(site: ClinicSite, noisy: Path | None, clock: FixedClock, tmp_path: Path) -> None:
    out, temporary = tmp_path / "out", tmp_path / "tmp"
    out.mkdir()
    temporary.mkdir()
    passphrase, said = run(site, clock, out, temporary)
    wanted = needles(site, passphrase)
    searched = files(site.folder, out, temporary)
    assert {"record.zip"} <= {path.name for path in searched}
    assert any("backups" in path.parts for path in searched)
    found = {str(path): named for path in searched if (named := hits(path.read_bytes(), wanted))}
    assert found == {}
    log = (site.folder / FILE).read_bytes()
    assert b"patient.registered" in log and b"database.fault" in log
    assert said and hits(said, wanted) == []
    told = commands(site, temporary)
    assert told and hits(told, wanted) == []
    if noisy is not None:
        told = server_log(noisy)
        assert b"INSERT INTO patient" in told and b"ERROR" in told
        assert hits(told, wanted) == []


def test_the_search_finds_what_is_there(site: ClinicSite) -> None:
    """Otherwise it would find nothing for the wrong reason."""
    wanted = needles(site, "abcd-efgh")
    word, key = Canaries().family, bytes.fromhex(site.secrets.pepper)
    planted: Sequence[bytes] = (
        f"line {word}, {word.lower()}".encode(),
        word.encode("utf-16-le"),
        base64.b64encode(f"xy {word} and more".encode()),
        word.encode().hex().encode(),
    )
    for data in planted:
        assert hits(data, wanted) == ["canary family"]
    assert hits(base64.b64encode(key), wanted) == ["pepper"]
    assert hits(b"nothing of the kind", wanted) == []


def test_an_event_shows_ids_and_codes_only(tmp_path: Path) -> None:
    log_to(tmp_path)
    log = events("test")
    log.warning("patient.registered", patient=Canaries().family, code="PAT_001", count=3, state="23505")
    log.warning("fault", fault=ValueError(Canaries().note), why=f"because {Canaries().family}")
    for word in (Canaries().password, Canaries().family.lower(), "MARIA", "+442079460999"):
        log.warning("sign_in.refused", word=word)
    text = (tmp_path / FILE).read_text()
    assert text.count(f"sign_in.refused word={WITHHELD}\n") == 4
    assert Canaries().family not in text and Canaries().note not in text
    assert f"patient.registered patient={WITHHELD} code=PAT_001 count=3 state=23505" in text
    assert f"fault=ValueError why={WITHHELD}" in text
