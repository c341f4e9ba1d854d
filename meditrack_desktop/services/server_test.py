"""Trying a clinic server out before anything is kept there, and writing its address down afterwards."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from pydantic import SecretStr

from meditrack_desktop.database import probe
from meditrack_desktop.database.wire import address_url
from meditrack_desktop.domain.errors import Conflict, ErrorCode, FieldProblem, Unavailable, invalid_fields
from meditrack_desktop.domain.servers import Holding, ServerAddress, ServerFound
from meditrack_desktop.services.profile import Profile, write_durably

LARGEST_CERTIFICATE = 1_000_000


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
