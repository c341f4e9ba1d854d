"""The clinic itself: its name, its zone, its region; and what setting one up needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from meditrack_desktop.domain.accounts import PersonName, Username
from meditrack_desktop.domain.text import single_line


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("unknown") from None
    return value


ZoneName = Annotated[str, Field(max_length=60), AfterValidator(_known_zone)]
Region = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
ClinicName = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(single_line)]


@dataclass(frozen=True, slots=True)
class ClinicProfile:
    """What every window may know of the clinic. `region` is ISO 3166 (phones, dates), `zone` an IANA name."""

    id: UUID
    name: str
    zone: str
    region: str
    created_at: datetime
    demo: bool = False

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class SetUpClinic(BaseModel):
    """Everything a new clinic needs. `postgres` empty: an encrypted file on this computer.

    `device_passphrase` seals this workstation's secret where the system has no keyring; without it that lies bare.
    `desk_name` is what this workstation is called; empty: as the computer is. `vault_folder` is where documents
    lie, a folder or an object store (`s3://bucket/beginning?endpoint=https://host`), which is opened by `vault_access`:
    key and secret with a blank between them; empty: in the profile. `backup_folder` empty: backups are put off, which
    the windows keep saying.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClinicName
    zone: ZoneName = "UTC"
    region: Region = "US"
    admin_username: Username = "admin"
    admin_name: PersonName
    admin_password: SecretStr
    postgres: SecretStr | None = None
    device_passphrase: SecretStr | None = None
    desk_name: Annotated[str, Field(max_length=80), AfterValidator(single_line)] = ""
    vault_folder: Annotated[str, Field(max_length=500)] = ""
    vault_access: SecretStr | None = None
    backup_folder: Annotated[str, Field(max_length=500)] = ""
    demo: bool = False
