"""Looking at a server: each part that can fail is named, on real connections, and nothing is sent too early."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pydantic import SecretStr

from meditrack_desktop.database.engine import PostgresTarget
from meditrack_desktop.database.probe import look_at_server
from meditrack_desktop.database.session import Database
from meditrack_desktop.database.wire import address_url
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.servers import Holding, ServerAddress
from tests.conftest import ClinicTemplate
from tests.postgres import PostgresServer
from tests.tls import (
    Authority,
    Relay,
    TlsServer,
    make_authority,
    postgres_with_tls,
    run_with_tls,
    server_side,
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def tls_server() -> Iterator[TlsServer]:
    binaries = postgres_with_tls()
    if binaries is None:
        pytest.skip("no Postgres with TLS on this machine (Debian: apt-get install postgresql)")
    with TemporaryDirectory(prefix="meditrack-tls-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with run_with_tls(binaries, Path(folder)) as server:
            yield server


@pytest.fixture
def plain(postgres_server: PostgresServer) -> Iterator[Relay]:
    """The tests' Postgres as it is reached by a wire: without encryption."""
    relay = Relay(postgres_server.address)
    yield relay
    relay.close()


@pytest.fixture
def wiretap(postgres_server: PostgresServer, authority: Authority, tmp_path: Path) -> Iterator[Relay]:
    """A relay with a certificate of the clinic's own authority, between the desk and the server."""
    relay = Relay(postgres_server.address, server_side(*authority.sign(tmp_path, "localhost")))
    yield relay
    relay.close()


def address(port: int, **changes: object) -> ServerAddress:
    fields: dict[str, object] = {
        "host": "127.0.0.1", "port": port, "database": "postgres", "user": "postgres",
        "password": SecretStr("a-secret-password"), "encrypted": False,
    }  # fmt: skip
    return ServerAddress.model_validate({**fields, **changes})


def on_tls(server: TlsServer, **changes: object) -> ServerAddress:
    fields: dict[str, object] = {
        "user": server.user, "password": SecretStr(server.password), "encrypted": True,
        "certificate": server.authority.file,
    }  # fmt: skip
    return address(server.port, **{**fields, **changes})


def refusal(where: ServerAddress) -> Unavailable:
    with pytest.raises(Unavailable) as refused:
        look_at_server(where)
    assert "a-secret-password" not in repr(refused.value) + str(refused.value.__context__ or "")
    return refused.value


def test_a_name_that_nobody_has() -> None:
    error = refusal(address(5432, host="no-such-server.invalid"))
    assert (error.code, error.parameters["host"]) == (ErrorCode.SERVER_NAME_UNKNOWN, "no-such-server.invalid")


def test_a_port_where_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = refusal(address(port))
    assert (error.code, dict(error.parameters)) == (
        ErrorCode.SERVER_PORT_CLOSED,
        {"host": "127.0.0.1", "port": port},
    )


@pytest.mark.parametrize("says", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b""])
def test_something_else_that_answers(says: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            client, _ = server.accept()
            client.recv(64)
            client.sendall(says)
            client.close()

        threading.Thread(target=answer, daemon=True).start()
        error = refusal(address(server.getsockname()[1]))
    assert error.code is ErrorCode.SERVER_NOT_POSTGRES


def test_a_server_without_encryption_is_sent_nothing(plain: Relay) -> None:
    error = refusal(address(plain.port, encrypted=True))
    assert error.code is ErrorCode.SERVER_NOT_ENCRYPTED
    assert len(plain.heard) == 8, "only the question whether it encrypts"


def test_a_server_in_the_open_by_explicit_choice(plain: Relay, postgres_server: PostgresServer) -> None:
    found = look_at_server(address(plain.port, database=postgres_server.create()))
    assert (found.holding, found.encrypted) == (Holding.NOTHING, False)
    assert found.version >= 150000 and found.milliseconds >= 1


@pytest.mark.parametrize(
    ("names", "host", "problem"),
    [(("clinic-server.example",), "localhost", "host"), (("127.0.0.2",), "127.0.0.1", "host")],
)
def test_a_certificate_for_another_server(
    postgres_server: PostgresServer,
    authority: Authority,
    tmp_path: Path,
    names: tuple[str],
    host: str,
    problem: str,
) -> None:
    relay = Relay(postgres_server.address, server_side(*authority.sign(tmp_path, *names)))
    error = refusal(address(relay.port, host=host, encrypted=True, certificate=authority.file))
    relay.close()
    assert (error.code, error.parameters["problem"]) == (ErrorCode.SERVER_CERTIFICATE_WRONG, problem)
    assert not relay.heard


def test_a_certificate_of_another_authority(wiretap: Relay, tmp_path: Path) -> None:
    other = make_authority(tmp_path)
    error = refusal(address(wiretap.port, host="localhost", encrypted=True, certificate=other.file))
    assert (error.code, error.parameters["problem"]) == (ErrorCode.SERVER_CERTIFICATE_WRONG, "issuer")
    nobody = refusal(address(wiretap.port, host="localhost", encrypted=True))
    assert nobody.code is ErrorCode.SERVER_CERTIFICATE_WRONG, "nor one this computer trusts anyway"
    assert not wiretap.heard


def test_a_certificate_that_has_run_out(
    postgres_server: PostgresServer, authority: Authority, tmp_path: Path
) -> None:
    signed = authority.sign(tmp_path, "localhost", until=datetime(2021, 1, 1, tzinfo=UTC))
    relay = Relay(postgres_server.address, server_side(*signed))
    error = refusal(address(relay.port, host="localhost", encrypted=True, certificate=authority.file))
    relay.close()
    assert (error.code, error.parameters["problem"]) == (ErrorCode.SERVER_CERTIFICATE_WRONG, "date")


def test_whoever_listens_in_the_middle_learns_no_password(wiretap: Relay, authority: Authority) -> None:
    """Even with a valid certificate: what proves the password is bound to the server's own encryption."""
    error = refusal(address(wiretap.port, host="localhost", encrypted=True, certificate=authority.file))
    assert error.code is ErrorCode.SERVER_SIGN_IN_REFUSED
    assert b"a-secret-password" not in wiretap.heard


def test_a_database_that_is_not_there(plain: Relay) -> None:
    error = refusal(address(plain.port, database="nothing_here"))
    assert (error.code, error.parameters["database"]) == (ErrorCode.SERVER_DATABASE_MISSING, "nothing_here")


def test_a_clinic_is_found_by_name(plain: Relay, postgres_template: ClinicTemplate) -> None:
    found = look_at_server(address(plain.port, database=postgres_template.database))
    assert (found.holding, found.clinic_name) == (Holding.CLINIC, "Example Street Clinic")


def test_something_else_lies_in_the_database(plain: Relay, postgres_server: PostgresServer) -> None:
    import psycopg

    name = postgres_server.create()
    with psycopg.connect(postgres_server.url(name), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION btree_gist")
        assert look_at_server(address(plain.port, database=name)).holding is Holding.NOTHING
        connection.execute("CREATE TABLE invoices (id int)")
    assert look_at_server(address(plain.port, database=name)).holding is Holding.OTHER


def test_a_user_who_may_not_create(plain: Relay, postgres_server: PostgresServer) -> None:
    import psycopg

    name = postgres_server.create()
    with psycopg.connect(postgres_server.url(name), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute("CREATE ROLE reader LOGIN")
    error = refusal(address(plain.port, database=name, user="reader"))
    assert error.code is ErrorCode.SERVER_LACKS_RIGHTS


def test_a_version_that_is_too_old(plain: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meditrack_desktop.database.probe.OLDEST_POSTGRES", 990000)
    assert refusal(address(plain.port)).code is ErrorCode.SERVER_TOO_OLD


def test_a_whole_server_with_tls(tls_server: TlsServer) -> None:
    tls_server.make("CREATE DATABASE ready")
    found = look_at_server(on_tls(tls_server, database="ready"))
    assert (found.holding, found.encrypted) == (Holding.NOTHING, True)


def test_a_wrong_password_a_wrong_user_and_a_wrong_database(tls_server: TlsServer) -> None:
    wrong = on_tls(tls_server, password=SecretStr("not the password"))
    assert refusal(wrong).code is ErrorCode.SERVER_SIGN_IN_REFUSED
    assert refusal(on_tls(tls_server, user="nobody-here")).code is ErrorCode.SERVER_SIGN_IN_REFUSED
    missing = refusal(on_tls(tls_server, database="nothing_here"))
    assert missing.code is ErrorCode.SERVER_DATABASE_MISSING


def test_a_server_that_wants_encryption_refuses_the_open_wire(tls_server: TlsServer) -> None:
    url = address_url(on_tls(tls_server)).replace("verify-full", "disable")
    with pytest.raises(Unavailable) as refused:
        Database(PostgresTarget(url)).unlock()
    assert refused.value.code is ErrorCode.DATABASE_UNREACHABLE


def test_the_desk_itself_connects_only_where_the_test_did(tls_server: TlsServer, tmp_path: Path) -> None:
    """The same rules hold for every later connection, with the certificate out of the profile folder."""
    (tmp_path / "server-ca.pem").write_bytes(tls_server.authority.file.read_bytes())
    url = address_url(on_tls(tls_server), "server-ca.pem")
    database = Database(PostgresTarget(url, tmp_path))
    database.unlock()
    with database.engine.connect() as connection:
        told = connection.exec_driver_sql(
            "SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        ).one()
    database.lock()
    assert told[0] is True and told[1] in ("TLSv1.2", "TLSv1.3")
    for wrong in (
        url.replace("127.0.0.1", "localhost4.localdomain"),
        address_url(on_tls(tls_server)),
        address_url(on_tls(tls_server), str(make_authority(tmp_path).file)),
    ):
        with pytest.raises(Unavailable):
            Database(PostgresTarget(wrong, tmp_path)).unlock()


def test_the_relay_would_be_trusted_by_a_client_that_only_looks_at_the_certificate(
    wiretap: Relay, authority: Authority
) -> None:
    """The wiretap above is a real one: plain TLS goes through it."""
    with socket.create_connection(("127.0.0.1", wiretap.port)) as wire:
        wire.sendall(b"\x00\x00\x00\x08\x04\xd2\x16\x2f")
        assert wire.recv(1) == b"S"
        checked = ssl.create_default_context(cafile=str(authority.file))
        with checked.wrap_socket(wire, server_hostname="localhost") as inner:
            assert inner.version() in ("TLSv1.2", "TLSv1.3")
