"""Whether a clinic server writes values of rows into its own log (security.md D40)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

QUIET: Mapping[str, str] = {
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}
"""What an administrator of the server sets, so that no name and no password reaches its log."""


def loud_settings(session: Session) -> tuple[str, ...]:
    """The settings that are otherwise, by name; none on a local database, which has no server."""
    if session.get_bind().dialect.name != "postgresql":
        return ()
    return tuple(
        name
        for name, quiet in QUIET.items()
        if str(session.execute(text(f"SHOW {name}")).scalar()).lower() != quiet
    )
