"""What the way to a shared Postgres must be like: encrypted, to the right server, or not at all (security.md D3)."""

from __future__ import annotations

import ssl
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.servers import ServerAddress

CONNECT_SECONDS = 5
VERIFIED = "verify-full"
IN_THE_OPEN = "prefer"
"""Encrypted where the server offers it, and unproven: the explicit choice for a wire that is trusted."""
_KNOWN_ROOTS = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)


def address_url(address: ServerAddress, certificate: str = "") -> str:
    """The address as one text, to be sealed. `certificate` is what the clinic's own file is called, if it has one."""
    query = {"sslmode": VERIFIED if address.encrypted else IN_THE_OPEN}
    if certificate and address.encrypted:
        query["sslrootcert"] = certificate
    return URL.create(
        "postgresql",
        username=address.user,
        password=address.password.get_secret_value() or None,
        host=address.host,
        port=address.port,
        database=address.database,
        query=query,
    ).render_as_string(hide_password=False)


def read_url(url: str) -> URL:
    """Unavailable DATABASE_UNREACHABLE if `url` names no Postgres."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE) from None
    if parsed.get_backend_name() not in ("postgresql", "postgres"):
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)
    return parsed


def wire_options(url: URL, folder: Path | None = None) -> dict[str, str | int]:
    """What libpq is told beside the address. What the URL says itself wins.

    A certificate file without a folder in its name lies in `folder`, the profile, so that a profile can be moved.
    """
    options: dict[str, str | int] = {"connect_timeout": CONNECT_SECONDS, "gssencmode": "disable"}
    said = {name: value for name, value in url.query.items() if isinstance(value, str)}
    if not over_network(url):
        return options
    mode = said.get("sslmode", VERIFIED)
    options["sslmode"] = mode
    if mode == VERIFIED:
        options["sslrootcert"] = _roots(said.get("sslrootcert", ""), folder)
        options["channel_binding"] = said.get("channel_binding", "require")
        options["require_auth"] = said.get("require_auth", "scram-sha-256")
    return options


def over_network(url: URL) -> bool:
    """Whether the server is reached by a wire and not by a socket file on this computer."""
    host = url.host or url.query.get("host", "")
    return bool(host) and not str(host).startswith(("/", "@"))


def trusted_roots() -> str:
    """The file of authorities this computer trusts; "system" lets libpq look for it."""
    told = ssl.get_default_verify_paths().cafile
    for path in (told, *_KNOWN_ROOTS):
        if path and Path(path).is_file():
            return path
    return "system"


def _roots(named: str, folder: Path | None) -> str:
    if not named:
        return trusted_roots()
    if folder is not None and Path(named).name == named and named != "system":
        return str(folder / named)
    return named
