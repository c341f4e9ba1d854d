"""Servers for tests of encrypted connections: a clinic's own authority, a real Postgres with TLS, and a relay.

The Postgres that comes by pip was built without TLS. Where the machine has one that was built with it (Debian's has)
it is started from a temporary folder. The relay needs nothing: it ends TLS and passes everything on, which is also
what an eavesdropper with a valid certificate would do.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import shutil
import socket
import ssl
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_SSL_REQUEST = struct.pack("!II", 8, 80877103)
_HERE = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Authority:
    """A clinic's own certificate authority. `file` is what a desk is given."""

    file: Path
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def sign(
        self, folder: Path, *names: str, until: datetime = _HERE + timedelta(days=36500)
    ) -> tuple[Path, Path]:
        """(certificate, key) of a server that is called so; numbers are addresses."""
        key = ec.generate_private_key(ec.SECP256R1())
        others: list[x509.GeneralName] = [
            x509.IPAddress(ipaddress.ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
            for name in names
        ]
        made = (
            _builder(names[0], self.certificate.subject, key, until)
            .add_extension(x509.SubjectAlternativeName(others), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .sign(self.key, hashes.SHA256())
        )
        place = folder / f"server-{secrets.token_hex(4)}"
        certificate, key_file = place.with_suffix(".crt"), place.with_suffix(".key")
        certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        key_file.write_bytes(_pem(key))
        key_file.chmod(0o600)
        return certificate, key_file


def make_authority(folder: Path) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Example Clinic {secrets.token_hex(3)}")])
    certificate = (
        _builder(name, name, key, _HERE + timedelta(days=36500))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False,
                key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = folder / f"ca-{secrets.token_hex(4)}.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(file, certificate, key)


def _builder(
    subject: str | x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, until: datetime
) -> x509.CertificateBuilder:
    if isinstance(subject, str):
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_HERE)
        .not_valid_after(until)
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


class Relay:
    """Listens on 127.0.0.1 and passes on to a server; with `tls` it ends the encryption itself."""

    def __init__(self, target: tuple[str, int], tls: ssl.SSLContext | None = None) -> None:
        self._target, self._tls = target, tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.heard = bytearray()
        """What clients said, as the relay could read it."""
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        with suppress(OSError):
            if self._tls is not None and client.recv(8, socket.MSG_PEEK) == _SSL_REQUEST:
                client.recv(8)
                client.sendall(b"S")
                client = self._tls.wrap_socket(client, server_side=True)
            server = _connect(self._target)
            threading.Thread(target=self._pump, args=(server, client, False), daemon=True).start()
            self._pump(client, server, True)

    def _pump(self, source: socket.socket, target: socket.socket, listen: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if listen:
                    self.heard += data
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)


def _connect(target: tuple[str, int]) -> socket.socket:
    if target[1]:
        return socket.create_connection(target)
    made = socket.socket(socket.AF_UNIX)
    made.connect(target[0])
    return made


def server_side(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@dataclass(frozen=True)
class TlsServer:
    """A real Postgres that asks for SCRAM over TLS and turns everything else away."""

    port: int
    authority: Authority
    user: str
    password: str

    def make(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user=self.user, password=self.password, dbname=database,
            sslmode="verify-full", sslrootcert=str(self.authority.file), autocommit=True,
        ) as connection:  # fmt: skip
            connection.execute(statement.encode())


def postgres_with_tls() -> Path | None:
    """The folder of a Postgres on this machine that was built with OpenSSL."""
    candidates = [Path(found).resolve().parent] if (found := shutil.which("postgres")) else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        config = folder / "pg_config"
        told = (
            subprocess.run([str(config), "--configure"], capture_output=True, text=True, check=False).stdout
            if config.exists()
            else ""
        )
        if (folder / "initdb").exists() and ("openssl" in told):
            return folder
    return None


@contextmanager
def run_with_tls(binaries: Path, folder: Path) -> Iterator[TlsServer]:
    """The server, valid for 127.0.0.1 and localhost, until the block ends."""
    authority = make_authority(folder)
    certificate, key = authority.sign(folder, "127.0.0.1", "localhost")
    data, password = folder / "tls-data", secrets.token_hex(12)
    data.mkdir(mode=0o700)
    (folder / "password").write_text(password)
    for path in (folder, data, folder / "password", certificate, key):
        _give_away(path)
    _run(binaries / "initdb", "-D", str(data), "-U", "clinic", "-A", "scram-sha-256", f"--pwfile={folder / 'password'}",
         "--encoding=UTF8", "--no-locale")  # fmt: skip
    (data / "pg_hba.conf").write_text(
        "hostssl all all 127.0.0.1/32 scram-sha-256\nhostnossl all all all reject\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    settings = [
        f"-p {port}", "-c listen_addresses=127.0.0.1", f"-k {folder}", "-c ssl=on", f"-c ssl_cert_file={certificate}",
        f"-c ssl_key_file={key}", "-c fsync=off",
    ]  # fmt: skip
    _run(
        binaries / "pg_ctl", "-D", str(data), "-w", "-l", str(data / "log"), "-o", " ".join(settings), "start"
    )
    try:
        yield TlsServer(port, authority, "clinic", password)
    finally:
        _run(binaries / "pg_ctl", "-D", str(data), "-m", "immediate", "stop")


def _owner() -> str | None:
    """Postgres does not run as root; whoever else there is that is used to it."""
    if os.name != "posix" or os.geteuid():
        return None
    import pwd

    return next(name for name in ("postgres", "embedded_postgres", "nobody") if _exists(pwd, name))


def _exists(pwd: object, name: str) -> bool:
    try:
        pwd.getpwnam(name)  # type: ignore[attr-defined]
    except KeyError:
        return False
    return True


def _give_away(path: Path) -> None:
    owner = _owner()
    if owner:
        shutil.chown(path, owner)


def _run(program: Path, *arguments: str) -> None:
    owner = _owner()
    subprocess.run(
        [str(program), *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        cwd="/", **({"user": owner} if owner else {}),
    )  # fmt: skip
