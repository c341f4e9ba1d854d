"""What leaves the inbox by itself, and what does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from meditrack_desktop.database.tables.accounts import SessionRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, NotFound
from meditrack_desktop.domain.incoming import (
    KEPT_FOR,
    UNFILED_WITHIN,
    DiscardIncoming,
    IncomingState,
    SplitIncoming,
)
from meditrack_desktop.services.clinic import Clinic
from tests.makers.care import as_doctor, in_care
from tests.makers.documents import a_pdf
from tests.makers.people import a_patient
from tests.services.incoming_scene import InboxDesk, a_png, read_document, refused


@pytest.fixture
def desk(clinic: Clinic, reception: Actor, doctor: Actor, admin: Actor) -> InboxDesk:
    patient = clinic.patients.register(reception, a_patient())
    in_care(clinic, reception, as_doctor(clinic, admin, doctor), patient)
    return InboxDesk(clinic, reception, patient)


def later(clinic: Clinic, clock: FixedClock, by: timedelta, *actors: Actor) -> None:
    """Put the clock on; everybody is still signed in."""
    clock.advance(by)
    with clinic.work.unsigned() as session:
        for actor in actors:
            row = session.get(SessionRow, actor.session_id)
            assert row is not None
            row.expires_at = clock.now() + timedelta(hours=1)
            row.confirmed_at = clock.now()
            session.reported.add(row)


def test_the_copy_of_what_was_filed_goes_after_a_day(
    desk: InboxDesk, clinic: Clinic, clock: FixedClock, admin: Actor, doctor: Actor
) -> None:
    data = a_pdf("Laboratory report", "Patient: Greta Beispiel")
    one = desk.take(data)
    document = desk.file(one)
    both = desk.files()
    later(clinic, clock, UNFILED_WITHIN - timedelta(minutes=1), admin, desk.actor, doctor)
    clinic.upkeep.run(admin)
    assert desk.files() == both
    later(clinic, clock, timedelta(hours=2), admin, desk.actor, doctor)
    report = clinic.upkeep.run(admin)
    assert (report.missing, report.set_apart) == ((), ())
    assert len(desk.files()) == len(both) // 2
    assert read_document(clinic, doctor, document) == data
    ended = clinic.incoming.get(desk.actor, one.id)
    assert (ended.state, ended.document_id, ended.named) == (IncomingState.FILED, document.id, "")
    assert desk.take(data).id == one.id, "it is still known by its bytes"


def test_what_was_discarded_goes_after_a_month(
    desk: InboxDesk, clinic: Clinic, clock: FixedClock, admin: Actor
) -> None:
    one = desk.take(a_png(), "a.png")
    waiting = desk.take(a_png("navy"), "b.png")
    clinic.incoming.discard(desk.actor, DiscardIncoming(id=one.id, version=one.version, reason="empty sheet"))
    files = desk.files()
    later(clinic, clock, KEPT_FOR, admin, desk.actor)
    clinic.upkeep.run(admin)
    assert desk.files() == files
    later(clinic, clock, timedelta(hours=2), admin, desk.actor)
    clinic.upkeep.run(admin)
    with refused(ErrorCode.INCOMING_NOT_FOUND, NotFound):
        clinic.incoming.get(desk.actor, one.id)
    assert desk.read(waiting) == a_png("navy")
    assert 0 < len(desk.files()) < len(files)
    actions = [event.action for event in clinic.audit.list(admin, limit=50)]
    assert "incoming.purged" in actions


def test_a_divided_file_stays_while_a_piece_waits(
    desk: InboxDesk, clinic: Clinic, clock: FixedClock, admin: Actor
) -> None:
    stack = desk.take(a_pdf("one", "two"))
    first, second = clinic.incoming.split(
        desk.actor, SplitIncoming(id=stack.id, version=stack.version, before=(2,))
    )
    clinic.incoming.discard(
        desk.actor, DiscardIncoming(id=first.id, version=first.version, reason="empty sheet")
    )
    later(clinic, clock, KEPT_FOR + timedelta(hours=2), admin, desk.actor)
    clinic.upkeep.run(admin)
    assert clinic.incoming.get(desk.actor, stack.id).state is IncomingState.SPLIT
    now = clinic.incoming.get(desk.actor, second.id)
    clinic.incoming.discard(desk.actor, DiscardIncoming(id=now.id, version=now.version, reason="empty sheet"))
    later(clinic, clock, KEPT_FOR + timedelta(hours=2), admin, desk.actor)
    clinic.upkeep.run(admin)
    for incoming_id in (stack.id, first.id, second.id):
        with refused(ErrorCode.INCOMING_NOT_FOUND, NotFound):
            clinic.incoming.get(desk.actor, incoming_id)
    assert not desk.files()
