"""The audit trail: every line sealed to the one before, and whoever changes one is found out."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.patients import RegisterPatient
from meditrack_desktop.services.clinic import Clinic


@pytest.fixture
def trail(clinic: Clinic, reception: Actor) -> Clinic:
    for number in range(6):
        clinic.patients.register(reception, RegisterPatient(family=f"Placeby{number}"))
    return clinic


def _allow_tampering(clinic: Clinic) -> None:
    """As the owner of the database could: the trail's own triggers are dropped."""
    with clinic.work.database.engine.execution_options(writing=True).begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_no_UPDATE"))
            connection.execute(text("DROP TRIGGER audit_no_DELETE"))
        else:
            connection.execute(text("DROP TRIGGER audit_is_append_only ON audit"))


def _tamper(clinic: Clinic, statement: str) -> None:
    with clinic.work.database.engine.execution_options(writing=True).begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("statement", ["UPDATE audit SET detail = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_the_trail(trail: Clinic, statement: str) -> None:
    with pytest.raises(DBAPIError):
        _tamper(trail, statement)


def test_an_untouched_trail_is_whole(trail: Clinic, admin: Actor) -> None:
    check = trail.audit.check(admin)
    assert check.whole and check.lines >= 6


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET account_name = 'Somebody Else' WHERE seq = 4",
        "UPDATE audit SET at = (SELECT at FROM audit WHERE seq = 1) , action = 'x' WHERE seq = 5",
        "DELETE FROM audit WHERE seq = 5",
        "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)",
        "UPDATE audit SET seq = 9999 WHERE seq = 3",
    ],
    ids=["edit", "edit-action", "delete-middle", "cut-tail", "renumber"],
)
def test_tampering_is_found(trail: Clinic, admin: Actor, statement: str) -> None:
    _allow_tampering(trail)
    _tamper(trail, statement)
    check = trail.audit.check(admin)
    assert not check.whole
    assert check.broken[0][0] == trail.work.trail.chain


def test_a_forged_line_without_the_key_is_found(trail: Clinic, admin: Actor) -> None:
    _allow_tampering(trail)
    _tamper(
        trail,
        "UPDATE audit SET hash = prev WHERE seq = (SELECT max(seq) FROM audit)",
    )
    assert not trail.audit.check(admin).whole
