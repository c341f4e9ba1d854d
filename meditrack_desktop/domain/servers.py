"""A clinic's database server: its address as somebody types it, and what a live test found there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from meditrack_desktop.domain.text import single_line

USUAL_PORT = 5432
USUAL_DATABASE = "meditrack"
USUAL_USER = "meditrack"


class ServerAddress(BaseModel):
    """Where a shared database is and who may enter.

    `encrypted` refuses every connection whose certificate is not valid for `host`; switched off, a connection is
    made in the open too, which is for a wire that is trusted. `certificate` is the PEM file of the authority that
    signed the server's certificate; None: those this computer trusts anyway.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: Annotated[str, Field(min_length=1, max_length=253), AfterValidator(single_line)]
    port: Annotated[int, Field(ge=1, le=65535)] = USUAL_PORT
    database: Annotated[str, Field(min_length=1, max_length=63), AfterValidator(single_line)] = USUAL_DATABASE
    user: Annotated[str, Field(min_length=1, max_length=63), AfterValidator(single_line)] = USUAL_USER
    password: SecretStr = SecretStr("")
    encrypted: bool = True
    certificate: Path | None = None


class Holding(StrEnum):
    """What lies in the database that was found."""

    NOTHING = "nothing"
    CLINIC = "clinic"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ServerFound:
    """The outcome of a test in which every part worked.

    `milliseconds` is one question and its answer. `clinic_name` is told where `holding` is CLINIC. `encrypted`
    says whether this connection was, `version` is Postgres's own number (150018).
    """

    milliseconds: int
    version: int
    encrypted: bool
    holding: Holding
    clinic_name: str = ""
