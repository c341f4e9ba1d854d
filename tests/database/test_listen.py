"""Two desks on one database: what one commits, the other hears; nobody hears their own echo."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditrack_desktop.database import listen
from meditrack_desktop.database.listen import _to_json, read_payload
from meditrack_desktop.database.whole_copy import fold_journal
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import EVERYTHING, Change, ChangeSet
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import Conflict, ErrorCode, Unavailable
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import RegisterPatient
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import ClinicSite


def _wait_for(condition: Callable[[], bool], seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_the_other_desk_hears_and_the_own_desk_hears_once(
    clinic: Clinic, site: ClinicSite, reception: Actor, clock: FixedClock
) -> None:
    other = site.open(clock)
    try:
        here: list[ChangeSet] = []
        there: list[ChangeSet] = []
        clinic.changes.subscribe(here.append)
        other.changes.subscribe(there.append)
        clinic.listen()
        other.listen()
        time.sleep(0.5)  # both have begun to listen
        patient = clinic.patients.register(reception, RegisterPatient(family="Standin"))
        assert _wait_for(lambda: any(c.touches_patient(patient.id) for c in there)), (
            "the other desk heard nothing"
        )
        time.sleep(1.5)  # an echo would have come by now
        assert len(here) == 1 and not here[0].everything
        assert all("Standin" not in repr(changes) for changes in there)
    finally:
        other.close()


def test_what_cannot_be_read_means_everything() -> None:
    for payload in ("", "{", "[]", "null", '{"from": "x"}', '{"from": "x", "changes": [{"entity": "a"}]}'):
        assert read_payload(payload, "me") == EVERYTHING
    assert read_payload('{"from": "me", "changes": []}', "me") is None


@given(
    st.builds(
        Change,
        entity=st.sampled_from(["patient", "appointment"]),
        id=st.builds(new_id),
        doctor=st.none() | st.builds(new_id),
        day=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
        patient=st.none() | st.builds(new_id),
    )
)
def test_changes_travel_unchanged(change: Change) -> None:
    payload = json.dumps({"from": "them", "changes": [_to_json(change)]})
    assert read_payload(payload, "me") == ChangeSet((change,))


def test_the_ear_stays_open_whatever_the_database_answers(
    clinic: Clinic, site: ClinicSite, reception: Actor, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal that is no outage must not leave a desk deaf for the rest of the day."""
    monkeypatch.setattr(listen, "RECONNECT_SECONDS", 0.05)
    refusals = [Conflict(ErrorCode.CHANGED_MEANWHILE), Unavailable(ErrorCode.DATABASE_BUSY)]
    name = "_listen_postgres" if site.kind == "postgres" else "_watch_sqlite"
    sound = getattr(listen.Listener, name)

    def sometimes(self: listen.Listener, missed: bool) -> None:
        if refusals:
            raise refusals.pop(0)
        sound(self, missed)

    monkeypatch.setattr(listen.Listener, name, sometimes)
    heard: list[ChangeSet] = []
    clinic.changes.subscribe(heard.append)
    clinic.listen()
    assert _wait_for(lambda: any(changes.everything for changes in heard))
    heard.clear()
    other = site.open(clock)
    try:
        time.sleep(0.3)
        other.patients.register(reception, RegisterPatient(family="Standin"))
        assert _wait_for(lambda: bool(heard)), "heard nothing after a refusal"
    finally:
        other.close()


def test_a_locked_database_is_let_go_of(
    site: ClinicSite, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else nothing could be put in its place, and no backup would come back while the window is open."""
    if site.kind == "postgres":
        pytest.skip("a server's data is replaced within a transaction")
    monkeypatch.setattr(listen, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(listen, "RECONNECT_SECONDS", 0.05)
    here = site.open(clock)
    heard: list[ChangeSet] = []
    here.changes.subscribe(heard.append)
    try:
        here.listen()
        time.sleep(0.3)  # it has begun to listen
        here.keys.close()
        file, key = here.profile.database, bytes.fromhex(site.secrets.database_key)
        assert _wait_for(lambda: _nobody_has(file, key)), "the file is still held"
        here.keys.open(site.secrets)
        assert _wait_for(lambda: any(changes.everything for changes in heard)), "deaf once it is open again"
    finally:
        here.close()


def _nobody_has(file: Path, key: bytes) -> bool:
    try:
        fold_journal(file, key)
    except Unavailable:
        return False
    return True
