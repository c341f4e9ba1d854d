"""The address of a server: what is tested, what is kept, and where its certificate goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from meditrack_desktop.database.wire import read_url, wire_options
from meditrack_desktop.domain.errors import Conflict, ErrorCode, FieldProblem, Invalid, Unavailable
from meditrack_desktop.domain.servers import ServerAddress
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.services.server_test import address_in, address_to_keep, ready_for_clinic, try_server
from tests.conftest import ClinicTemplate
from tests.postgres import PostgresServer
from tests.tls import Relay, make_authority

ADDRESS = ServerAddress(host="clinic-server.example", user="ada", password=SecretStr("p@ss/w:rd?&#"))


def test_the_address_survives_being_written_down(tmp_path: Path) -> None:
    url = address_to_keep(Profile(tmp_path), ADDRESS).get_secret_value()
    assert address_in(url) == ADDRESS
    wire = wire_options(read_url(url), tmp_path)
    assert (wire["sslmode"], wire["channel_binding"]) == ("verify-full", "require")
    assert (wire["require_auth"], wire["gssencmode"], wire["connect_timeout"]) == (
        "scram-sha-256",
        "disable",
        5,
    )


def test_a_certificate_moves_into_the_profile_and_with_it(tmp_path: Path) -> None:
    authority = make_authority(tmp_path)
    profile = Profile(tmp_path / "p")
    address = ADDRESS.model_copy(update={"certificate": authority.file})
    url = address_to_keep(profile, address).get_secret_value()
    assert str(tmp_path) not in url, "the profile may be moved"
    assert profile.server_certificate.read_bytes() == authority.file.read_bytes()
    moved = wire_options(read_url(url), tmp_path / "elsewhere")
    assert moved["sslrootcert"] == str(tmp_path / "elsewhere" / "server-ca.pem")


def test_an_open_wire_is_only_an_explicit_choice(tmp_path: Path) -> None:
    url = address_to_keep(
        Profile(tmp_path), ADDRESS.model_copy(update={"encrypted": False})
    ).get_secret_value()
    assert "sslmode=prefer" in url
    assert wire_options(read_url(url), tmp_path) == {
        "connect_timeout": 5, "gssencmode": "disable", "sslmode": "prefer",
    }  # fmt: skip
    silent = wire_options(read_url("postgresql://ada@clinic-server.example/x"))
    assert silent["sslmode"] == "verify-full"


@pytest.mark.parametrize("url", ["postgresql:///x?host=/run/postgresql", "postgresql://@/x?host=/tmp/y"])
def test_a_socket_file_needs_no_encryption(url: str) -> None:
    assert "sslmode" not in wire_options(read_url(url))
    assert address_in(url) is None


@pytest.mark.parametrize("url", ["", "mysql://x/y", "not a url", "https://x/y"])
def test_what_is_no_postgres_is_refused(url: str) -> None:
    with pytest.raises(Unavailable) as refused:
        read_url(url)
    assert refused.value.code is ErrorCode.DATABASE_UNREACHABLE


def test_a_file_that_is_no_certificate_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "x.pem"
    for content in (
        b"",
        b"no",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        b"x" * 1_000_001,
    ):
        broken.write_bytes(content)
        with pytest.raises(Invalid) as refused:
            try_server(ADDRESS.model_copy(update={"certificate": broken}))
        assert refused.value.fields == {"certificate": FieldProblem.MALFORMED}
    with pytest.raises(Invalid):
        address_to_keep(
            Profile(tmp_path / "p"), ADDRESS.model_copy(update={"certificate": tmp_path / "none"})
        )


def test_a_database_that_is_taken_is_no_place_for_a_clinic(
    postgres_server: PostgresServer, postgres_template: ClinicTemplate
) -> None:
    import psycopg

    relay = Relay(postgres_server.address)
    name = postgres_server.create()

    def address(database: str) -> ServerAddress:
        return ServerAddress(
            host="127.0.0.1", port=relay.port, user="postgres", database=database, encrypted=False
        )

    assert ready_for_clinic(address(name)).milliseconds
    with psycopg.connect(postgres_server.url(name), autocommit=True) as connection:
        connection.execute("CREATE TABLE invoices (id int)")
    with pytest.raises(Unavailable) as other:
        ready_for_clinic(address(name))
    assert (other.value.code, other.value.parameters["database"]) == (ErrorCode.SERVER_NOT_EMPTY, name)
    with pytest.raises(Conflict) as clinic:
        ready_for_clinic(address(postgres_template.database))
    assert clinic.value.code is ErrorCode.CLINIC_EXISTS
    relay.close()
