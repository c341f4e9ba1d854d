"""While a report is filed, examined, recognised and read, no decrypted byte of it reaches a file.

The desk runs as a process of its own under strace, with its children: every byte that any of them writes to a file is
looked through for canaries of the content, also in files that are gone again; what is mapped into memory is looked for
in what the files hold afterwards. A planted leak shows that the net holds.
"""

from __future__ import annotations

import base64
import io
import os
import pickle
import random
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import ClinicSite, ClinicTemplate
from tests.makers.care import as_doctor, in_care
from tests.makers.dicom_files import a_dataset, as_bytes
from tests.makers.documents import a_pdf
from tests.makers.people import a_patient

pytestmark = [
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
    pytest.mark.timeout(400),
]
TEXT = "Kanarienvogel 4711 Befund"
CALLS = "write,pwrite64,writev,pwritev,pwritev2,sendfile,copy_file_range,splice,open,openat,creat,rename,memfd_create"
_WRITTEN = re.compile(
    rb"^(?:\[pid +\d+\] |\d+ +)?(write|pwrite64|writev|pwritev2?)\(\d+<(?P<where>[^>]*)>, (?P<what>.*)$"
)
_TEXT = re.compile(rb'"((?:\\x[0-9a-f]{2})*)"')
_COPIED = re.compile(rb"^(?:\[pid +\d+\] |\d+ +)?(sendfile|copy_file_range|splice)\(")
_OPENED = re.compile(rb'open(?:at)?\((?:[^"]*, )?"((?:\\x[0-9a-f]{2})*)", (?P<how>[A-Z_|0-9]*)')


@dataclass
class Watched:
    """What a run wrote: (file, bytes) of each call, the files opened for writing, and what it said."""

    written: list[tuple[str, bytes]]
    opened: set[str]
    copies: int
    said: dict[str, bytes]


@pytest.fixture
def site(sqlite_template: ClinicTemplate, tmp_path: Path) -> ClinicSite:
    folder = tmp_path / "home" / "profile"
    shutil.copytree(sqlite_template.folder, folder)
    return ClinicSite(folder, sqlite_template.secrets, sqlite_template.actors, "sqlite")


def noise(width: int, height: int) -> tuple[bytes, np.ndarray]:
    pixels = np.frombuffer(random.Random(7).randbytes(width * height * 3), np.uint8).reshape(height, width, 3)
    sink = io.BytesIO()
    Image.fromarray(pixels).save(sink, "PNG")
    return sink.getvalue(), pixels


def run(
    site: ClinicSite, clinic: Clinic, actors: dict[str, Actor], clock: FixedClock, leak: bytes
) -> Watched:
    home = site.folder.parent
    patient = clinic.patients.register(actors["reception"], a_patient("Fictanova", "Mara"))
    in_care(clinic, actors["reception"], as_doctor(clinic, actors["admin"], actors["doctor"]), patient)
    clinic.close()
    environment = {
        **os.environ,
        "HOME": str(home),
        **{
            name: str(home / name.lower())
            for name in ("TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
        },
        "XDG_RUNTIME_DIR": str(home / "runtime"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    for name in ("tmpdir", "runtime"):
        (home / name).mkdir(mode=0o700)
    trace = home.with_name("trace")
    command = [
        "strace",
        "-f",
        "-y",
        "-xx",
        "-s",
        "100000000",
        "-e",
        f"trace={CALLS}",
        "-e",
        "signal=none",
        "-o",
        trace,
    ]
    order = (site.folder, clock, site.secrets, actors, patient.id, files(), leak)
    done = subprocess.run(
        [*command, sys.executable, "-m", "tests.journeys.reading_desk"],
        input=pickle.dumps(order),
        capture_output=True,
        env=environment,
        cwd=Path(__file__).parents[2],
        timeout=350,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return looked_through(trace, pickle.loads(done.stdout))


def looked_through(trace: Path, said: dict[str, bytes]) -> Watched:
    written, opened, copies = list[tuple[str, bytes]](), set[str](), 0
    with trace.open("rb") as lines:
        for line in lines:
            if found := _WRITTEN.match(line):
                where = plain(found["where"])
                # Pipes and sockets lead to the desk's own children and the window; what is in memory is no file.
                if is_file(where):
                    data = b"".join(plain_bytes(piece) for piece in _TEXT.findall(found["what"]))
                    written.append((where, data))
            elif _COPIED.match(line):
                copies += 1
            elif (found := _OPENED.search(line)) and (b"WRONLY" in found["how"] or b"RDWR" in found["how"]):
                opened.add(plain_bytes(found[1]).decode("utf-8", "replace"))
    return Watched(written, opened, copies, said)


def is_file(where: str) -> bool:
    return where.startswith("/") and not re.match(r"/(dev/(?!shm/)|memfd:|proc/)", where)


def plain(text: bytes) -> str:
    return re.sub(rb"\\x([0-9a-f]{2})", lambda found: bytes.fromhex(found[1].decode()), text).decode(
        "utf-8", "replace"
    )


def plain_bytes(piece: bytes) -> bytes:
    return bytes.fromhex(piece.replace(b"\\x", b"").decode())


def files() -> list[tuple[str, bytes]]:
    picture, _ = noise(300, 200)
    return [("report.pdf", a_pdf(TEXT)), ("picture.png", picture), ("slice.dcm", slice_of()[0])]


def slice_of() -> tuple[bytes, np.ndarray]:
    pixels = np.frombuffer(random.Random(9).randbytes(400 * 400 * 2), np.int16).reshape(400, 400) // 400
    return as_bytes(a_dataset(pixels, PatientComments=TEXT)), pixels


def canaries(said: dict[str, bytes]) -> dict[str, bytes]:
    """Pieces of content that nothing but the content has, each long enough never to come up by chance."""
    picture, colours = noise(300, 200)
    study, pixels = slice_of()
    found = {
        "text": TEXT.encode(),
        "a word": b"Kanarienvogel",
        "the PDF's page": a_pdf(TEXT)[60:100],
        "the picture's file": picture[500:532],
        "the picture's pixels": colours[100, 50:60].tobytes(),
        "the picture's pixels as painted": bgra(colours[100, 50:58]),
        "the picture's pixels as painted otherwise": bgra(colours[100, 50:58][:, ::-1]),
        "the slice's pixels": pixels[30, 20:36].tobytes(),
        "the slice's file": study[-700:-668],
    }
    found |= {name: data for name, data in said.items() if len(data) >= 16}
    return found


def bgra(row: np.ndarray) -> bytes:
    return b"".join(bytes((*reversed(pixel.tolist()), 255)) for pixel in row)


def spellings(name: str, data: bytes) -> dict[str, bytes]:
    """As it is, as hex, as base64 wherever it begins in the groups of three, and text as UTF-16."""
    found = {name: data, f"{name} in hex": data.hex().encode(), f"{name} in HEX": data.hex().upper().encode()}
    for shift in range(3):
        coded = base64.b64encode(bytes(shift) + data)
        found[f"{name} in base64, {shift}"] = coded[4:-4]
    if name in ("text", "a word"):
        found[f"{name} in UTF-16"] = data.decode().encode("utf-16-le")
        found[f"{name} in UTF-16, the other way"] = data.decode().encode("utf-16-be")
    return found


def leaks(watched: Watched, home: Path) -> set[str]:
    wanted = {
        spelling: data
        for name, canary in canaries(watched.said).items()
        for spelling, data in spellings(name, canary).items()
    }
    assert all(len(data) >= 12 for data in wanted.values())
    by_file: dict[str, bytearray] = {}
    for where, data in watched.written:
        by_file.setdefault(where, bytearray()).extend(data)
    for path in [*home.rglob("*"), *(Path(each) for each in watched.opened if each.startswith("/"))]:
        if is_file(str(path)) and path.is_file():
            by_file.setdefault(f"{path} afterwards", bytearray()).extend(path.read_bytes())
    return {
        f"{spelling} in {where}"
        for where, data in by_file.items()
        for spelling, each in wanted.items()
        if each in data
    }


def test_no_decrypted_byte_of_a_report_is_in_any_file(
    clinic: Clinic, site: ClinicSite, clock: FixedClock, reception: Actor, doctor: Actor, admin: Actor
) -> None:
    actors = {"reception": reception, "doctor": doctor, "admin": admin}
    watched = run(site, clinic, actors, clock, b"")
    assert leaks(watched, site.folder.parent) == set()
    assert watched.copies == 0
    # The net was out: the vault's files went through it, and the painted pages are among what was looked for.
    vaulted = [where for where, _ in watched.written if "/vault/" in where]
    assert len(set(vaulted)) >= 6 and sum(len(data) for _, data in watched.written) > 200_000
    painted = [data for name, data in watched.said.items() if name.startswith("pixels of")]
    assert len(painted) == 3 and all(painted) and len(set(painted)) == 3
    assert len(set(watched.said["pixels of picture.png"])) > 20  # noise, and no dialog in front of it


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        (TEXT.encode(), "text in"),
        (TEXT.encode("utf-16-le"), "text in UTF-16"),
        (base64.b64encode(b"a" + a_pdf(TEXT)), "the PDF's page in base64"),
        (bgra(noise(300, 200)[1][100]), "the picture's pixels as painted"),
        (slice_of()[1].tobytes().hex().encode(), "the slice's pixels in hex"),
    ],
)
def test_the_net_holds(tmp_path: Path, planted: bytes, found: str) -> None:
    """Something written to a file that is gone again when the run ends, in each way it is looked for."""
    script = (
        "import os,sys; f=open('gone','wb'); f.write(sys.stdin.buffer.read()); f.close(); os.unlink('gone')"
    )
    command = [
        "strace",
        "-f",
        "-y",
        "-xx",
        "-s",
        "100000000",
        "-e",
        f"trace={CALLS}",
        "-o",
        tmp_path / "trace",
    ]
    folder = tmp_path / "home"
    folder.mkdir()
    subprocess.run([*command, sys.executable, "-c", script], input=planted, cwd=folder, check=True)
    assert any(leak.startswith(found) for leak in leaks(looked_through(tmp_path / "trace", {}), folder))


@pytest.mark.exhaustive
def test_a_leak_of_the_desk_itself_is_caught(
    clinic: Clinic, site: ClinicSite, clock: FixedClock, reception: Actor, doctor: Actor, admin: Actor
) -> None:
    actors = {"reception": reception, "doctor": doctor, "admin": admin}
    watched = run(site, clinic, actors, clock, b"xx" + TEXT.encode())
    assert any(leak.startswith("text in") for leak in leaks(watched, site.folder.parent))
