"""What the answers come to: the command that makes the clinic, and the work of a restore."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from meditrack_desktop.domain.clinic import SetUpClinic
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.domain.servers import ServerAddress
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.services.server_test import address_to_keep, ready_for_clinic
from meditrack_desktop.ui.first_run.answers import FOLDER, SERVER

if TYPE_CHECKING:
    from meditrack_desktop.services.backup.onto_this_computer import RestoreByKit
    from meditrack_desktop.ui.first_run.page import Course


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """Everything a new clinic needs, taken off the window's thread. `command` touches disk and server."""

    folder: Path
    server: ServerAddress | None
    fields: dict[str, object]

    def command(self) -> SetUpClinic:
        """The command; looks at the server once more, since time has passed. Raises what a test of it raises."""
        postgres = None
        if self.server is not None:
            ready_for_clinic(self.server)
            postgres = address_to_keep(Profile(self.folder), self.server)
        return SetUpClinic.model_validate({**self.fields, "postgres": postgres})


def set_up_command(course: Course) -> Asked:
    """What was answered, as one request."""
    answers, secrets = course.answers, course.secrets
    shared = answers.place == SERVER
    server = None
    if shared:
        server = ServerAddress(
            host=answers.host,
            port=int(answers.port),
            database=answers.database,
            user=answers.user,
            password=SecretStr(secrets.server_password),
            encrypted=answers.encrypted,
            certificate=Path(answers.certificate) if answers.certificate else None,
        )
    return Asked(
        course.folder,
        server,
        {
            "name": answers.clinic_name,
            "zone": answers.zone,
            "region": answers.region,
            "desk_name": answers.desk_name,
            "admin_name": answers.admin_name,
            "admin_username": answers.admin_username,
            "admin_password": SecretStr(secrets.admin_password),
            "vault_folder": answers.documents_folder if shared else "",
            "backup_folder": answers.backup_folder if answers.backup == FOLDER else "",
            "device_passphrase": SecretStr(secrets.passphrase) if secrets.passphrase else None,
        },
    )


def restored(course: Course, command: RestoreByKit) -> Callable[[OnProgress], object]:
    """The work of a restore."""
    folder = course.folder
    passphrase = SecretStr(course.secrets.passphrase) if course.secrets.passphrase else None

    def work(report: OnProgress) -> object:
        return course.doors.restore(
            folder, command, passphrase, lambda found: report(Progress(found.done, found.total))
        )

    return work
