"""Looks at a Postgres server part by part, and names the part that failed: name, port, encryption, certificate,
sign-in, database, version, rights. Nothing is changed there."""

from __future__ import annotations

import socket
import ssl
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from meditrack_desktop.database.engine import OLDEST_POSTGRES, SCHEMA
from meditrack_desktop.database.wire import (
    CONNECT_SECONDS,
    address_url,
    read_url,
    trusted_roots,
    wire_options,
)
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Unavailable
from meditrack_desktop.domain.servers import Holding, ServerAddress, ServerFound

_ASK_FOR_TLS = struct.pack("!II", 8, 80877103)
_PROTOCOL = 3 << 16
_FIRST_OF_ERROR = b"E"
_NOT_NOW = ("53300", "57P01", "57P02", "57P03")
_ALWAYS_THERE = ("postgres", "template1")
_BAD_HOST_NAME = (62, 64)
_TOO_OLD_OR_NEW = (9, 10)
"""OpenSSL's numbers of the reasons why a certificate is not accepted."""


def look_at_server(address: ServerAddress) -> ServerFound:
    """What lies at `address`. Takes a second at most where all is well, about 5 s for a part that is silent.

    Unavailable SERVER_NAME_UNKNOWN (host), SERVER_PORT_CLOSED (host, port), SERVER_NOT_POSTGRES (host, port),
    SERVER_NOT_ENCRYPTED, SERVER_CERTIFICATE_WRONG (problem: "host", "date" or "issuer"), SERVER_SIGN_IN_REFUSED,
    SERVER_DATABASE_MISSING (database), SERVER_TOO_OLD, SERVER_LACKS_RIGHTS, or DATABASE_UNREACHABLE for a server
    that is just starting or full.
    """
    _introduce(address)
    with _signed_in(address) as connection:
        if connection.info.server_version < OLDEST_POSTGRES:
            raise Unavailable(ErrorCode.SERVER_TOO_OLD)
        try:
            return _found(connection)
        except psycopg.errors.InsufficientPrivilege:
            raise Unavailable(ErrorCode.SERVER_LACKS_RIGHTS) from None
        except psycopg.Error:
            raise Unavailable(ErrorCode.DATABASE_UNREACHABLE) from None


def _found(connection: psycopg.Connection[tuple[object, ...]]) -> ServerFound:
    began = time.perf_counter()
    connection.execute("SELECT 1").fetchone()
    took = time.perf_counter() - began
    holding, name = _holding(connection)
    if holding is Holding.NOTHING and not _may_create(connection):
        raise Unavailable(ErrorCode.SERVER_LACKS_RIGHTS)
    return ServerFound(
        max(1, round(took * 1000)),
        connection.info.server_version,
        bool(connection.pgconn.ssl_in_use),
        holding,
        name,
    )


def _holding(connection: psycopg.Connection[tuple[object, ...]]) -> tuple[Holding, str]:
    ours = connection.execute("SELECT to_regclass(%s)::text", (f"{SCHEMA}.clinic",)).fetchone()
    if ours and ours[0]:
        found = connection.execute(f"SELECT name FROM {SCHEMA}.clinic LIMIT 1".encode()).fetchone()
        if found:
            return Holding.CLINIC, str(found[0])
    others = connection.execute(
        "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema') "
        "AND n.nspname <> %s AND n.nspname NOT LIKE 'pg\\_%%' "
        "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')",
        (SCHEMA,),
    ).fetchone()
    return (Holding.OTHER if others and others[0] else Holding.NOTHING), ""


def _may_create(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    """Whether the schema can be made there, with the extension that keeps two visits apart."""
    row = connection.execute(
        "SELECT has_database_privilege(current_database(), 'CREATE'), "
        "EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'btree_gist'), "
        "has_schema_privilege('public', 'CREATE'), "
        "to_regnamespace(%s) IS NULL OR has_schema_privilege(to_regnamespace(%s), 'CREATE')",
        (SCHEMA, SCHEMA),
    ).fetchone()
    return bool(row and row[0] and (row[1] or row[2]) and row[3])


def _introduce(address: ServerAddress) -> None:
    """Everything before signing in, by hand: a library would only say that it did not work."""
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unavailable(ErrorCode.SERVER_NAME_UNKNOWN, host=address.host) from None
    with _reach(address, found) as plain:
        try:
            plain.sendall(_ASK_FOR_TLS)
            answer = plain.recv(1)
            if answer not in (b"S", b"N"):
                raise Unavailable(ErrorCode.SERVER_NOT_POSTGRES, host=address.host, port=address.port)
            if not address.encrypted:
                return
            if answer == b"N":
                raise Unavailable(ErrorCode.SERVER_NOT_ENCRYPTED)
            with _certificate_checked(address, plain) as wire:
                _knock(address, wire)
        except OSError:
            raise Unavailable(ErrorCode.SERVER_NOT_POSTGRES, host=address.host, port=address.port) from None


def _reach(address: ServerAddress, found: Sequence[tuple[Any, ...]]) -> socket.socket:
    for family, kind, protocol, _, place in found:
        try:
            wire = socket.socket(family, kind, protocol)
            wire.settimeout(CONNECT_SECONDS)
            wire.connect(place)
        except OSError:
            wire.close()
            continue
        return wire
    raise Unavailable(ErrorCode.SERVER_PORT_CLOSED, host=address.host, port=address.port)


def _certificate_checked(address: ServerAddress, plain: socket.socket) -> ssl.SSLSocket:
    try:
        rules = ssl.create_default_context(cafile=_roots_of(address))
        return rules.wrap_socket(plain, server_hostname=address.host)
    except ssl.SSLCertVerificationError as error:
        raise Unavailable(ErrorCode.SERVER_CERTIFICATE_WRONG, problem=_problem_of(error)) from None
    except (ssl.SSLError, FileNotFoundError):
        raise Unavailable(ErrorCode.SERVER_CERTIFICATE_WRONG, problem="issuer") from None


def _roots_of(address: ServerAddress) -> str | None:
    if address.certificate is not None:
        return str(address.certificate)
    roots = trusted_roots()
    return None if roots == "system" else roots


def _problem_of(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code in _BAD_HOST_NAME:
        return "host"
    return "date" if error.verify_code in _TOO_OLD_OR_NEW else "issuer"


def _knock(address: ServerAddress, wire: socket.socket) -> None:
    """Say who comes and hear whether the server listens at all; a password is not asked for here."""
    names = b"".join(part.encode() + b"\0" for part in ("user", address.user, "database", address.database))
    wire.sendall(struct.pack("!II", 9 + len(names), _PROTOCOL) + names + b"\0")
    kind, length = wire.recv(1), wire.recv(4)
    if kind != _FIRST_OF_ERROR or len(length) < 4:
        return
    told = wire.recv(min(struct.unpack("!I", length)[0], 8192))
    state = next((part[1:].decode() for part in told.split(b"\0") if part[:1] == b"C"), "")
    if state in _NOT_NOW:
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)
    if state.startswith("28"):
        raise Unavailable(ErrorCode.SERVER_SIGN_IN_REFUSED)
    if state == "3D000":
        raise Unavailable(ErrorCode.SERVER_DATABASE_MISSING, database=address.database)


@contextmanager
def _signed_in(address: ServerAddress) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    try:
        connection = _connect(address, address.database)
    except psycopg.OperationalError:
        raise _why_not(address) from None
    try:
        yield connection
    finally:
        connection.close()


def _why_not(address: ServerAddress) -> ClinicError:
    """The driver does not tell why a sign-in failed, and its words come in the server's language: another
    database that every server has decides between a wrong password and a wrong database."""
    for other in _ALWAYS_THERE:
        try:
            connection = _connect(address, other)
        except psycopg.OperationalError:
            continue
        with connection:
            named = "SELECT 1 FROM pg_database WHERE datname = %s"
            there = connection.execute(named, (address.database,)).fetchone()
        if there:
            return Unavailable(ErrorCode.SERVER_LACKS_RIGHTS)
        return Unavailable(ErrorCode.SERVER_DATABASE_MISSING, database=address.database)
    return Unavailable(ErrorCode.SERVER_SIGN_IN_REFUSED)


def _connect(address: ServerAddress, database: str) -> psycopg.Connection[tuple[object, ...]]:
    certificate = address.certificate
    url = read_url(address_url(address, str(certificate.resolve()) if certificate else ""))
    wire: dict[str, Any] = wire_options(url)
    told = make_conninfo(
        host=address.host,
        port=address.port,
        user=address.user,
        password=address.password.get_secret_value() or None,
        dbname=database,
        application_name="meditrack test",
        **wire,
    )
    return psycopg.connect(told, autocommit=True)
