"""Sending mail: which server a desk hands it to, and what an administrator may set."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from meditrack_desktop.domain.accounts import EmailAddress
from meditrack_desktop.domain.text import single_line


class MailSecurity(StrEnum):
    """How the line to the mail server is encrypted; in the open is not offered. Stored, never change a value."""

    TLS = "tls"
    STARTTLS = "starttls"


def _host(value: str) -> str:
    name = single_line(value)
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?", name):
        raise ValueError("malformed")
    return name


def _required(value: str) -> str:
    if not value:
        raise ValueError("required")
    return value


HostName = Annotated[str, Field(max_length=253), AfterValidator(_host)]
Sender = Annotated[EmailAddress, AfterValidator(_required)]


class MailServer(BaseModel):
    """Where mail is handed over, without the password. `sender` is the address it comes from.

    `certificate` is the path of a PEM file that proves the server where no public authority does; empty: the
    authorities that the computer trusts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: HostName
    port: Annotated[int, Field(ge=1, le=65535)] = 465
    security: MailSecurity = MailSecurity.TLS
    username: Annotated[str, Field(max_length=254), AfterValidator(single_line)] = ""
    sender: Sender
    certificate: Annotated[str, Field(max_length=500)] = ""


class SetMailServer(BaseModel):
    """Let this desk send mail. A `password` of None keeps the one there is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    server: MailServer
    password: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class MailAccount:
    """A server with the password for it, in memory only."""

    server: MailServer
    password: str

    def __repr__(self) -> str:
        return f"MailAccount({self.server.host})"
