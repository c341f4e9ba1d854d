"""S3 servers to test against: moto in this process, and a real one, Ceph's gateway, where its programs are installed.

Ceph is started by hand: a monitor, one disk that is memory, the gateway. On Debian: ceph-mon, ceph-osd, radosgw and
ceph-common. `MEDITRACK_TEST_S3` (an address like a vault's) and `MEDITRACK_TEST_S3_KEYS` (two words) name another.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from meditrack_desktop.vault.s3_place import S3Access, S3Place, parse_place

PROGRAMS = ("ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "ceph", "ceph-authtool", "monmaptool")
ACCESS = S3Access("clinickey", "clinicsecret")


def has_ceph() -> bool:
    return os.name == "posix" and all(shutil.which(each) for each in PROGRAMS)


@contextmanager
def moto_server() -> Iterator[str]:
    """The address of a simulator in a thread of this process."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@contextmanager
def ceph_server(folder: Path) -> Iterator[str]:
    """The address of a gateway over a one-disk cluster in memory, with one user (`ACCESS`)."""
    port, monitor, monitor_old = (_free_port() for _ in range(3))
    folder.mkdir()
    names = f"[v2:127.0.0.1:{monitor},v1:127.0.0.1:{monitor_old}]"
    cluster, disk = str(uuid4()), str(uuid4())
    (folder / "ceph.conf").write_text(
        _CONFIGURATION.format(folder=folder, cluster=cluster, names=names, port=port)
    )
    ring = folder / "keyring"

    def run(program: str, *words: str, wait: float = 60) -> str:
        command = [program, *words]
        if program not in ("ceph-authtool", "monmaptool"):
            command[1:1] = ["-c", str(folder / "ceph.conf")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=wait)
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr[-500:]}")
        return done.stdout

    everything = ("--cap", "mon", "allow *", "--cap", "osd", "allow *")
    run("ceph-authtool", "--create-keyring", str(ring), "--gen-key", "-n", "mon.", "--cap", "mon", "allow *")
    for name in ("client.admin", "client.rgw"):
        run("ceph-authtool", str(ring), "--gen-key", "-n", name, *everything)
    run("ceph-authtool", str(ring), "--gen-key", "-n", "osd.0", *everything)
    run("monmaptool", "--create", "--fsid", cluster, "--addv", "a", names, str(folder / "monmap"))
    run("ceph-mon", "--mkfs", "-i", "a", "--monmap", str(folder / "monmap"), "--keyring", str(ring))
    started: list[subprocess.Popen[bytes]] = []

    def start(*command: str) -> None:
        with (folder / "output").open("ab") as output:
            words = [command[0], "-c", str(folder / "ceph.conf"), "-f", *command[1:]]
            started.append(subprocess.Popen(words, stdout=output, stderr=output, start_new_session=True))

    try:
        start("ceph-mon", "-i", "a")
        (folder / "osd.0").mkdir()
        run("ceph", "osd", "new", disk)
        run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", disk)
        start("ceph-osd", "-i", "0")
        start("radosgw", "-n", "client.rgw")
        address = f"http://127.0.0.1:{port}"
        _wait_for(address)
        run(
            "radosgw-admin", "-n", "client.rgw", "user", "create", "--uid=clinic", "--display-name=clinic",
            f"--access-key={ACCESS.key_id}", f"--secret-key={ACCESS.secret}",
        )  # fmt: skip
        yield address
    finally:
        for each in reversed(started):
            each.send_signal(signal.SIGKILL)
            each.wait()


def raw_client(place: S3Place, access: S3Access = ACCESS) -> Any:
    """A client of the test's own, to look and to meddle behind the vault's back."""
    from botocore.config import Config
    from botocore.session import Session

    return Session().create_client(
        "s3",
        region_name=place.region,
        endpoint_url=place.endpoint,
        aws_access_key_id=access.key_id,
        aws_secret_access_key=access.secret,
        config=Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required"),
    )


def given_by_hand() -> tuple[S3Place, S3Access] | None:
    """A server somebody named in the environment."""
    address = os.environ.get("MEDITRACK_TEST_S3", "")
    if not address:
        return None
    key_id, secret = os.environ["MEDITRACK_TEST_S3_KEYS"].split()
    return parse_place(address), S3Access(key_id, secret)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        with suppress(OSError), urllib.request.urlopen(address, timeout=2):
            return
        time.sleep(0.3)
    raise RuntimeError("the gateway did not come up")


_CONFIGURATION = """
[global]
fsid = {cluster}
mon host = {names}
mon initial members = a
public addr = 127.0.0.1
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = {folder}/keyring
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 2
osd pool default pgp num = 2
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
run dir = {folder}
admin socket = {folder}/$name.asok
log file = {folder}/$name.log
pid file = {folder}/$name.pid
[mon]
mon data = {folder}/mon.a
mon data avail crit = 1
[osd]
osd data = {folder}/osd.0
osd objectstore = memstore
memstore device bytes = 2147483648
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:{port}
"""
