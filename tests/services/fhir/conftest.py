"""A second clinic, empty, on the same kind of database; and somebody who may do everything."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from meditrack_desktop.domain.accounts import Actor, EditAccount
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.settings import ChangeSettings, ReadingRule
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import ClinicSite, ClinicTemplate, move_to_server
from tests.postgres import PostgresServer

NewClinic = Callable[[], tuple[Clinic, Actor]]


def allowed_everything(clinic: Clinic, admin: Actor) -> None:
    """The administrator holds every role, and doctors read every chart."""
    me = next(account for account in clinic.accounts.list(admin) if account.id == admin.account_id)
    clinic.accounts.edit(
        admin, EditAccount(id=me.id, version=me.version, name=me.name, roles=frozenset(Role))
    )
    clinic.settings.change(admin, ChangeSettings(reading_rule=ReadingRule.WHOLE_CLINIC))


@pytest.fixture
def everything(clinic: Clinic, admin: Actor) -> Actor:
    allowed_everything(clinic, admin)
    return admin


@pytest.fixture(params=["sqlite", "postgres"])
def new_clinic(request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock) -> Iterator[NewClinic]:
    """Makes another empty clinic each time it is called, all on one kind of database."""
    kind: str = request.param
    template: ClinicTemplate = request.getfixturevalue(f"{kind}_template")
    with ExitStack() as stack:

        def make() -> tuple[Clinic, Actor]:
            folder = tmp_path / f"clinic-{len(list(tmp_path.glob('clinic-*')))}"
            shutil.copytree(template.folder, folder)
            if kind == "postgres":
                server: PostgresServer = request.getfixturevalue("postgres_server")
                name = server.create(template=template.database)
                stack.callback(server.drop, name)
                move_to_server(folder, server.url(name))
            site = ClinicSite(folder, template.secrets, template.actors, kind, template.kit)
            clinic = site.open(clock)
            stack.callback(clinic.close)
            allowed_everything(clinic, site.actors["admin"])
            return clinic, site.actors["admin"]

        yield make
