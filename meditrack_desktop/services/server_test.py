"""Trying a clinic server out before anything is kept there, and writing its address down afterwards."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from pydantic import SecretStr

from meditrack_desktop.database import probe
from meditrack_desktop.database.wire import VERIFIED, address_url, over_network, read_url
from meditrack_desktop.domain.errors import Conflict, ErrorCode, FieldProblem, Unavailable, invalid_fields
from meditrack_desktop.domain.servers import (
    USUAL_DATABASE,
    USUAL_PORT,
    USUAL_USER,
    Holding,
    ServerAddress,
    ServerFound,
)
from meditrack_desktop.services.profile import Profile, write_durably

LARGEST_CERTIFICATE = 1_000_000


def address_in(url: str, certificate: Path | None = None) -> ServerAddress | None:
    """The address that a URL means, to test it; None where a test could not tell: a socket file, or a URL with
    rules of its own about how the server proves itself. Unavailable DATABASE_UNREACHABLE if it names no Postgres.
    """
    parsed = read_url(url)
    said = parsed.query
    if not over_network(parsed) or {"channel_binding", "require_auth"} & set(said):
        return None
    mode, named = said.get("sslmode", VERIFIED), said.get("sslrootcert", "")
    if certificate is None and named and named != "system":
        certificate = Path(str(named))
    return ServerAddress(
        host=parsed.host or "",
        port=parsed.port or USUAL_PORT,
        database=parsed.database or parsed.username or USUAL_DATABASE,
        user=parsed.username or USUAL_USER,
        password=SecretStr(str(parsed.password or "")),
        encrypted=mode == VERIFIED,
        certificate=certificate,
    )


def try_server(address: ServerAddress) -> ServerFound:
    """Look at the server part by part. Invalid for a certificate file that is none; else as `look_at_server`."""
    if address.encrypted and address.certificate is not None:
        _read_certificate(address.certificate)
    return probe.look_at_server(address)


def ready_for_clinic(address: ServerAddress) -> ServerFound:
    """As `try_server`, and refuses a database that cannot take a new clinic.

    Conflict CLINIC_EXISTS where one lives there already, SERVER_NOT_EMPTY (database) where something else does.
    """
    found = try_server(address)
    if found.holding is Holding.CLINIC:
        raise Conflict(ErrorCode.CLINIC_EXISTS)
    if found.holding is Holding.OTHER:
        raise Unavailable(ErrorCode.SERVER_NOT_EMPTY, database=address.database)
    return found


def address_to_keep(profile: Profile, address: ServerAddress) -> SecretStr:
    """The address as it is sealed with the clinic's secrets. A certificate file is copied into the profile.

    Invalid for a certificate file that is none; Unavailable PROFILE_UNWRITABLE.
    """
    if not address.encrypted or address.certificate is None:
        return SecretStr(address_url(address))
    content = _read_certificate(address.certificate)
    profile.prepare()
    write_durably(profile.server_certificate, content)
    return SecretStr(address_url(address, profile.server_certificate.name))


def _read_certificate(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST_CERTIFICATE:
            raise invalid_fields(certificate=FieldProblem.MALFORMED)
        content = file.read_bytes()
        x509.load_pem_x509_certificates(content)
    except (OSError, ValueError):
        raise invalid_fields(certificate=FieldProblem.MALFORMED) from None
    return content
