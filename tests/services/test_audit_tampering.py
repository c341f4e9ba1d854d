"""Somebody who owns the database changes the trail (F25): what they did is found, with the lines it concerns.

They may drop the triggers, and some of them have the clinic's audit key. What they do not have is this desk's
secret store, and backups.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from meditrack_desktop.database.queries import audit as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import Anchor, Breach, BreachKind, SealCheck, Witness
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import Stopped
from meditrack_desktop.domain.patients import RegisterPatient
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.services.audit_trail import NO_HASH, Line, Sealer
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import ClinicSite

Owner = Callable[[str], None]


@pytest.fixture
def trail(clinic: Clinic, reception: Actor) -> Clinic:
    """A chain of some lines whose end this desk remembers."""
    for number in range(8):
        clinic.patients.register(reception, RegisterPatient(family=f"Placeby{number}"))
    assert clinic.audit.anchors is not None and clinic.audit.anchors.keep()
    return clinic


@pytest.fixture
def owner(trail: Clinic) -> Owner:
    """Runs a statement as the owner of the database, who drops the triggers first."""
    dropped = False

    def run(statement: str) -> None:
        nonlocal dropped
        with trail.work.database.engine.execution_options(writing=True).begin() as connection:
            if not dropped:
                lite = connection.dialect.name == "sqlite"
                drops = ("audit_no_UPDATE", "audit_no_DELETE") if lite else ("audit_is_append_only ON audit",)
                for drop in drops:
                    connection.execute(text(f"DROP TRIGGER {drop}"))
            connection.execute(text(statement))
        dropped = True

    return run


def _last(clinic: Clinic) -> int:
    with clinic.work.database.reading() as session:
        return queries.heads(session)[clinic.work.trail.chain][0]


def _found(check: SealCheck) -> set[tuple[int, int, BreachKind, Witness]]:
    return {(b.first, b.last, b.kind, b.witness) for b in check.breaches}


def test_an_untouched_trail_is_whole_and_its_witness_agrees(trail: Clinic, admin: Actor) -> None:
    check = trail.audit.check(admin)
    assert check.whole and check.breaches == () and check.lines == _last(trail) - 1
    assert (check.chains, check.witnesses) == (1, 1)
    assert check.checked_at == trail.work.clock.now()
    [line] = [line for line in trail.audit.list(admin) if line.action == "audit.checked"]
    assert line.detail == f"{check.lines} lines, whole"


@pytest.mark.parametrize(
    "change",
    ["account_name = 'Somebody Else'", "roles = 'admin'", "session_id = NULL", "account_id = NULL"],
    ids=lambda change: change.partition(" ")[0],
)
def test_an_edited_line_is_found_by_its_seal(trail: Clinic, owner: Owner, admin: Actor, change: str) -> None:
    owner(f"UPDATE audit SET {change} WHERE seq = 5 AND chain <> ''")
    if change.startswith(("roles", "account_id", "session_id")):
        owner(f"UPDATE audit SET {change} WHERE seq = 8")
    check = trail.audit.check(admin)
    chain = trail.work.trail.chain
    assert not check.whole
    assert {b.witness for b in check.breaches} == {Witness.CHAIN}
    assert all(b.kind is BreachKind.CHANGED and b.chain == chain for b in check.breaches)
    assert all({b.first, b.last} <= {5, 8} for b in check.breaches)


def test_an_edited_line_with_a_forged_seal_is_found(trail: Clinic, owner: Owner, admin: Actor) -> None:
    owner(f"UPDATE audit SET detail = 'x', hash = '{'a' * 64}' WHERE seq = 6")
    check = trail.audit.check(admin)
    assert check.broken == ((trail.work.trail.chain, 6),)
    assert _found(check) == {(6, 7, BreachKind.CHANGED, Witness.CHAIN)}


def test_lines_gone_from_the_middle_are_named(trail: Clinic, owner: Owner, admin: Actor) -> None:
    owner("DELETE FROM audit WHERE seq BETWEEN 4 AND 6")
    assert _found(trail.audit.check(admin)) == {(4, 6, BreachKind.MISSING, Witness.CHAIN)}


def test_a_cut_end_is_found_by_the_head(trail: Clinic, owner: Owner, admin: Actor) -> None:
    last = _last(trail)
    owner(f"DELETE FROM audit WHERE seq > {last - 3}")
    found = _found(trail.audit.check(admin))
    assert (last - 2, last, BreachKind.CUT, Witness.HEAD) in found
    assert (last - 2, last, BreachKind.CUT, Witness.SECRET_STORE) in found


def test_a_cut_end_whose_head_was_put_back_is_found_by_the_desk(
    trail: Clinic, owner: Owner, admin: Actor
) -> None:
    last = _last(trail)
    owner(f"DELETE FROM audit WHERE seq > {last - 3}")
    owner(f"UPDATE audit_chain SET seq = {last - 3}, hash = (SELECT hash FROM audit WHERE seq = {last - 3})")
    check = trail.audit.check(admin)
    assert _found(check) == {(last - 2, last, BreachKind.CUT, Witness.SECRET_STORE)}


def _chained_anew(clinic: Clinic, owner: Owner, first: int, detail: str) -> None:
    """Rewrite one line, and every seal from there on, as somebody with the audit key can."""
    key = clinic.work.trail.key
    assert key is not None
    chain, sealer = clinic.work.trail.chain, Sealer(key)
    owner(f"UPDATE audit SET detail = '{detail}' WHERE seq = {first}")
    with clinic.work.database.reading() as session:
        rows = queries.sealed(session, chain, 0, 10_000)
    previous = NO_HASH
    for row in rows:
        seal = sealer.seal(previous, row)
        if (previous, seal) != (row.prev, row.hash):
            owner(f"UPDATE audit SET prev = '{previous}', hash = '{seal}' WHERE seq = {row.seq}")
        previous = seal
    owner(f"UPDATE audit_chain SET hash = '{previous}'")


def test_a_chain_written_anew_with_the_key_is_found_by_the_desk(
    trail: Clinic, owner: Owner, admin: Actor
) -> None:
    last = _last(trail)
    _chained_anew(trail, owner, 5, "nothing to see")
    check = trail.audit.check(admin)
    assert _found(check) == {(1, last, BreachKind.REPLACED, Witness.SECRET_STORE)}


def test_a_backup_tells_from_where_a_chain_was_written_anew(
    trail: Clinic, owner: Owner, admin: Actor
) -> None:
    """A backup that still agrees narrows it down; one that does not is a witness of its own."""
    last, chain, at = _last(trail), trail.work.trail.chain, trail.work.clock.now()
    with trail.work.database.reading() as session:
        early, late = (queries.hash_at(session, chain, seq) for seq in (4, 8))
    assert early and late
    trail.audit.witnesses = lambda: (
        Anchor(chain, 4, early, Witness.BACKUP, at),
        Anchor(chain, 8, late, Witness.BACKUP, at),
    )
    _chained_anew(trail, owner, 6, "nothing to see")
    assert _found(trail.audit.check(admin)) == {
        (5, 8, BreachKind.REPLACED, Witness.BACKUP),
        (5, last, BreachKind.REPLACED, Witness.SECRET_STORE),
    }


def test_an_older_copy_put_back_is_found_and_stays_found(
    site: ClinicSite, clock: FixedClock, reception: Actor, admin: Actor
) -> None:
    """Also after the copy was worked with: what the desk remembers is not overwritten by what contradicts it."""
    clinic = site.open(clock)
    clinic.patients.register(reception, RegisterPatient(family="Earlyby"))
    snapshot = _Snapshot(site, clinic)
    for number in range(4):
        clinic.patients.register(reception, RegisterPatient(family=f"Lateby{number}"))
    chain, remembered = clinic.work.trail.chain, _last(clinic)
    clinic.close()

    snapshot.put_back()
    clinic = site.open(clock)
    older = _last(clinic)
    check = clinic.audit.check(admin)
    assert _found(check) == {(older + 1, remembered, BreachKind.CUT, Witness.SECRET_STORE)}
    for number in range(8):
        clinic.patients.register(reception, RegisterPatient(family=f"Otherby{number}"))
        clock.advance(timedelta(minutes=2))
    clinic.close()

    clinic = site.open(clock)
    assert _last(clinic) > remembered
    check = clinic.audit.check(admin)
    assert [b.witness for b in check.breaches] == [Witness.SECRET_STORE]
    assert check.breaches[0] == Breach(chain, 1, remembered, BreachKind.REPLACED, Witness.SECRET_STORE)
    clinic.close()


def test_a_backup_brought_back_on_purpose_explains_itself(
    site: ClinicSite, clock: FixedClock, reception: Actor, admin: Actor
) -> None:
    """Its line is sealed, and newer than what was remembered; the desk then remembers what is there."""
    clinic = site.open(clock)
    clinic.patients.register(reception, RegisterPatient(family="Earlyby"))
    snapshot = _Snapshot(site, clinic)
    clinic.patients.register(reception, RegisterPatient(family="Lateby"))
    clinic.close()
    clinic = site.open(clock)
    assert clinic.audit.anchors is not None
    remembered = clinic.audit.anchors.remembered()
    clinic.close()
    snapshot.put_back()
    clock.advance(timedelta(hours=1))

    clinic = site.open(clock)
    clinic.audit.witnesses = lambda: remembered  # a backup made just before would say the same
    with clinic.work.unsigned() as session:
        clinic.work.trail.write(session, None, clock.now(), [Line("backup.restored", "backup")])
    check = clinic.audit.check(admin)
    assert check.whole and len(check.explained) == 1
    assert clinic.audit.anchors is not None
    clinic.audit.witnesses = None
    clinic.audit.anchors.accept()
    check = clinic.audit.check(admin)
    assert check.whole and check.explained == () and check.witnesses == 1
    clinic.close()


def test_a_desk_that_was_away_while_a_backup_came_back_goes_on_from_it(
    site: ClinicSite, clock: FixedClock, reception: Actor, admin: Actor
) -> None:
    """Nobody can `accept` at every desk: the sealed line that tells of it is enough."""
    clinic = site.open(clock)
    clinic.patients.register(reception, RegisterPatient(family="Earlyby"))
    snapshot = _Snapshot(site, clinic)
    clinic.patients.register(reception, RegisterPatient(family="Lateby"))
    clinic.close()
    snapshot.put_back()
    clock.advance(timedelta(hours=1))
    clinic = site.open(clock)
    with clinic.work.unsigned() as session:
        clinic.work.trail.write(session, None, clock.now(), [Line("backup.restored", "backup")])
    clock.advance(timedelta(minutes=5))
    clinic.patients.register(reception, RegisterPatient(family="Afterby"))
    assert clinic.audit.anchors is not None and clinic.audit.anchors.keep()
    check = clinic.audit.check(admin)
    assert check.whole and check.explained == () and check.witnesses == 1
    clinic.close()


def test_a_backup_is_a_witness_where_the_desk_forgot(
    trail: Clinic, owner: Owner, admin: Actor, site: ClinicSite
) -> None:
    """Somebody with the clinic's key and this desk's store, but without the backups."""
    folder = site.folder.parent / "backups"
    folder.mkdir()
    trail.backups.set_target(admin, folder)
    trail.backups.run(admin)
    with trail.work.database.reading() as session:
        backed_up = [anchor.seq for anchor in trail.audit.witnesses()] if trail.audit.witnesses else []
        assert queries.heads(session)
    assert len(backed_up) == 1
    assert trail.audit.check(admin).witnesses == 2
    _chained_anew(trail, owner, 5, "nothing to see")
    assert trail.audit.anchors is not None
    trail.audit.anchors.accept()
    check = trail.audit.check(admin)
    assert _found(check) == {(1, backed_up[0], BreachKind.REPLACED, Witness.BACKUP)}


def test_a_clock_put_back_is_counted_and_breaks_nothing(
    trail: Clinic, admin: Actor, reception: Actor, clock: FixedClock
) -> None:
    clock.advance(timedelta(hours=-3))
    trail.patients.register(reception, RegisterPatient(family="Backby"))
    clock.advance(timedelta(hours=6))
    trail.patients.register(reception, RegisterPatient(family="Forthby"))
    check = trail.audit.check(admin)
    assert check.whole and check.clock_steps == 1


def test_a_chain_that_vanished_whole_is_found(trail: Clinic, owner: Owner, admin: Actor) -> None:
    last = _last(trail)
    owner("DELETE FROM audit")
    owner("DELETE FROM audit_chain")
    assert _found(trail.audit.check(admin)) == {(1, last, BreachKind.CUT, Witness.SECRET_STORE)}


def test_lines_that_make_no_sense_are_found_and_not_fallen_over(
    trail: Clinic, owner: Owner, admin: Actor
) -> None:
    owner("UPDATE audit SET outcome = 'never heard of', object_type = '' WHERE seq = 4")
    if not trail.work.database.shared:
        owner("UPDATE audit SET at = 'noon', patient_id = 'nobody' WHERE seq = 9")
    assert trail.audit.check(admin).broken == ((trail.work.trail.chain, 4),)


def test_a_check_can_be_stopped_and_tells_how_far_it_is(trail: Clinic, admin: Actor) -> None:
    told: list[Progress] = []
    check = trail.audit.check(admin, told.append)
    assert told[-1] == Progress(check.lines, check.lines)

    def stop(progress: Progress) -> None:
        raise Stopped(done=progress.done)

    with pytest.raises(Stopped):
        trail.audit.check(admin, stop)


class _Snapshot:
    """A copy of the database, put back later behind everybody's back."""

    def __init__(self, site: ClinicSite, clinic: Clinic) -> None:
        self._site = site
        self._clinic = clinic
        if site.kind == "sqlite":
            with clinic.work.database.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copy(site.folder / "clinic.db", site.folder / "before.db")
            return
        with clinic.work.database.reading() as session:
            self._after = _last(clinic)
            self._head = queries.heads(session)[clinic.work.trail.chain]

    def put_back(self) -> None:
        if self._site.kind == "sqlite":
            for name in ("clinic.db-wal", "clinic.db-shm"):
                (self._site.folder / name).unlink(missing_ok=True)
            shutil.move(self._site.folder / "before.db", self._site.folder / "clinic.db")
            return
        # A server's copy put back: what came after it is gone, lines and head.
        clinic = self._site.open(FixedClock(self._clinic.work.clock.now()))
        seq, hash_ = self._head
        with clinic.work.database.engine.begin() as connection:
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))
            connection.execute(text("DELETE FROM audit WHERE seq > :seq"), {"seq": self._after})
            connection.execute(text("ALTER TABLE audit ENABLE TRIGGER ALL"))
            connection.execute(
                text("UPDATE audit_chain SET seq = :seq, hash = :hash"), {"seq": seq, "hash": hash_}
            )
        clinic.keys.close()
