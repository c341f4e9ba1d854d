"""Two desks file, take back and bin versions of one document: each in turn, neither waits for the other for ever."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event
from typing import Any

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import DeleteDocument, Document
from meditrack_desktop.domain.errors import ChangedMeanwhile, Conflict, NotFound
from meditrack_desktop.domain.incoming import IncomingFile, IncomingState, UnfileIncoming
from meditrack_desktop.domain.settings import ChangeSettings, ReadingRule
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.documents import versions
from tests.conftest import ClinicSite
from tests.makers.people import a_patient
from tests.services.incoming_scene import InboxDesk, a_png


@pytest.fixture
def desk(clinic: Clinic, reception: Actor, admin: Actor) -> InboxDesk:
    clinic.settings.change(admin, ChangeSettings(reading_rule=ReadingRule.WHOLE_CLINIC))
    return InboxDesk(clinic, reception, clinic.patients.register(reception, a_patient()))


@pytest.fixture
def second(desk: InboxDesk, site: ClinicSite, clock: FixedClock) -> Iterator[InboxDesk]:
    other = InboxDesk(site.open(clock), desk.actor, desk.patient)
    yield other
    other.clinic.close()


def _unfile(at: InboxDesk, one: IncomingFile) -> None:
    now = at.clinic.incoming.get(at.actor, one.id)
    at.clinic.incoming.unfile(at.actor, UnfileIncoming(id=now.id, version=now.version, reason="wrong"))


def test_one_takes_back_the_newer_version_while_the_other_bins_the_older(
    desk: InboxDesk, second: InboxDesk, doctor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has its own row already as it asks for those of the other version."""
    older = desk.file(desk.take(a_png("teal"), "a.png"))
    newer = desk.take(a_png("navy"), "b.png")
    desk.file(newer, replaces_id=older.id)
    taking_back, binning = Event(), Event()
    leave, settle = versions.leave, versions.settle

    def left(*args: Any) -> None:
        taking_back.set()
        binning.wait(1)  # it never comes where the other waits for its turn, as it should
        leave(*args)

    def settled(*args: Any) -> None:
        binning.set()
        settle(*args)

    monkeypatch.setattr(versions, "leave", left)
    monkeypatch.setattr(versions, "settle", settled)

    def take_back() -> None:
        _unfile(desk, newer)

    def bin_older() -> None:
        assert taking_back.wait(30)
        now = second.clinic.documents.get(doctor, older.id)
        command = DeleteDocument(id=now.id, version=now.version, reason="scanned twice")
        with suppress(ChangedMeanwhile):  # it is the current one again
            second.clinic.documents.delete(doctor, command)

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(take_back), pool.submit(bin_older)]:
            each.result()
    assert desk.clinic.incoming.get(desk.actor, newer.id).state is IncomingState.WAITING


def test_they_file_and_take_back_at_random(desk: InboxDesk, second: InboxDesk) -> None:
    files = [desk.take(a_png(colour), f"{colour}.png") for colour in ("teal", "navy", "red", "gold")]
    first = desk.file(desk.take(a_png("black"), "first.png"))

    def newest(at: InboxDesk) -> Document:
        return at.clinic.documents.versions(at.actor, first.id)[0]

    def walk(number: int) -> None:
        at, chance = (desk, second)[number], random.Random(number)
        for _ in range(8):
            one = at.clinic.incoming.get(at.actor, chance.choice(files).id)
            with suppress(ChangedMeanwhile, Conflict, NotFound):
                if one.state is IncomingState.FILED:
                    _unfile(at, one)
                else:
                    at.file(one, replaces_id=newest(at).id)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(walk, (0, 1)))
    filed = [desk.clinic.incoming.get(desk.actor, one.id) for one in files]
    there = {one.document_id for one in filed if one.state is IncomingState.FILED} | {first.id}
    assert {one.id for one in desk.clinic.documents.versions(desk.actor, first.id)} == there
    (current,) = desk.clinic.documents.of_patient(desk.actor, desk.patient.id)
    assert current.id in there
