"""Which backups stay, when the next is due, and what old ones lose."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from meditrack_desktop.bootstrap import open_clinic, restore_by_kit
from meditrack_desktop.database.queries import backups as queries
from meditrack_desktop.domain.backups import BackupKind, BackupOutcome, BackupRun
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.settings import ClinicSettings
from meditrack_desktop.services.backup.folder import BackupFolder
from meditrack_desktop.services.backup.onto_this_computer import RestoreByKit
from meditrack_desktop.services.backup.retention import DELETED_STAYS, Candidate, staying
from meditrack_desktop.services.backup.schedule import is_due, latest_moment
from meditrack_desktop.vault.vault import Vault
from tests.conftest import PASSWORDS
from tests.services.backup.conftest import Kept

LONDON, LORD_HOWE = ZoneInfo("Europe/London"), ZoneInfo("Australia/Lord_Howe")
SETTINGS = ClinicSettings()


def nightly(days: int, last: datetime) -> list[Candidate]:
    return [
        Candidate(f"b{day:04}", last - timedelta(days=day), BackupKind.SCHEDULED, True) for day in range(days)
    ]


def test_a_year_of_nights_leaves_seven_days_four_weeks_twelve_months() -> None:
    now = datetime(2026, 11, 21, 3, tzinfo=UTC)
    backups = nightly(500, now)
    kept = staying(backups, SETTINGS, LONDON, now)
    days = sorted(
        (each.made_at.astimezone(LONDON).date() for each in backups if each.name in kept), reverse=True
    )
    assert days[:7] == [date(2026, 11, 21) - timedelta(days=n) for n in range(7)]
    weeks = {day.isocalendar()[:2] for day in days}
    assert {(2026, 47), (2026, 46), (2026, 45), (2026, 44)} <= weeks
    months = {(day.year, day.month) for day in days}
    assert len(months) == 12
    assert len(kept) <= 7 + 4 + 12 + 1


def test_pruning_every_night_keeps_what_one_look_back_would_keep() -> None:
    """Nothing is let go of that a later night still needs."""
    start = datetime(2025, 1, 1, 2, tzinfo=UTC)
    there: dict[str, Candidate] = {}
    for night in range(420):
        now = start + timedelta(days=night)
        there[f"n{night}"] = Candidate(f"n{night}", now, BackupKind.SCHEDULED, True)
        stay = staying(there.values(), SETTINGS, LONDON, now)
        there = {name: each for name, each in there.items() if name in stay}
        ages = sorted(now - each.made_at for each in there.values())
        assert ages[0] == timedelta(0)
        if night > 30:
            assert any(age >= DELETED_STAYS for age in ages)
    months = {(each.made_at.year, each.made_at.month) for each in there.values()}
    assert len(months) == 12


def test_the_newest_proven_and_the_special_ones_always_stay() -> None:
    now = datetime(2026, 11, 21, 3, tzinfo=UTC)
    chance = random.Random(1)
    for _ in range(200):
        backups = [
            Candidate(
                f"b{n}",
                now - timedelta(hours=chance.randrange(0, 5000)),
                chance.choice(list(BackupKind)),
                chance.random() < 0.7,
            )
            for n in range(chance.randrange(0, 30))
        ]
        kept = staying(
            backups, ClinicSettings(backup_daily=1, backup_weekly=0, backup_monthly=0), LONDON, now
        )
        proven = [each for each in backups if each.proven]
        if proven:
            newest = max(each.made_at for each in proven)
            assert any(each.name in kept and each.made_at == newest for each in proven)
        for each in backups:
            if each.kind in (BackupKind.BEFORE_RESTORE, BackupKind.BEFORE_MIGRATION):
                assert each.name in kept or now - each.made_at > timedelta(days=30)


@pytest.mark.parametrize("zone", [LONDON, LORD_HOWE, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")])
def test_the_hour_comes_once_a_day_also_when_clocks_change(zone: ZoneInfo) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for hour in (0, 1, 2, 3, 23):
        moments = {latest_moment(start + timedelta(minutes=20 * n), zone, hour) for n in range(72 * 366)}
        days = sorted(moment.astimezone(zone).date() for moment in moments)
        assert len(days) == len(set(days)), (zone, hour)
        assert all(after - before == timedelta(days=1) for before, after in pairwise(days))


def a_run(outcome: BackupOutcome, at: datetime) -> BackupRun:
    return BackupRun(new_id(), "", BackupKind.SCHEDULED, "", "", at, at, outcome, 0, 0, None, None)


def test_due_once_a_day_and_again_an_hour_after_a_failure() -> None:
    now = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    night = datetime.combine(now.date(), time(2), UTC)
    assert is_due(now, LONDON, 2, None, None), "never backed up"
    assert is_due(now, LONDON, 2, night - timedelta(minutes=1), None)
    assert not is_due(now, LONDON, 2, night, None)
    assert not is_due(now, LONDON, 2, now + timedelta(days=3), None), "a clock that was put back"
    old = night - timedelta(days=1)
    for outcome in (BackupOutcome.FAILED, BackupOutcome.STOPPED):
        assert not is_due(now, LONDON, 2, old, a_run(outcome, now - timedelta(minutes=59)))
        assert is_due(now, LONDON, 2, old, a_run(outcome, now - timedelta(minutes=61)))


def test_run_if_due_makes_one_a_day_in_the_programs_name(kept: Kept) -> None:
    first = kept.clinic.backups.run_if_due()
    assert first is not None and first.kind is BackupKind.SCHEDULED
    assert kept.clinic.backups.run_if_due() is None
    lines = kept.clinic.audit.list(kept.site.actors["admin"], limit=10)
    made = next(line for line in lines if line.action == "backup.made")
    assert (made.account_id, made.account_name) == (None, "MediTrack")
    kept.clock.advance(timedelta(days=1))
    assert kept.clinic.backups.run_if_due() is not None
    kept.clock.advance(timedelta(days=1))
    kept.clinic.keys.drop()
    assert kept.clinic.backups.run_if_due() is None, "a locked desk has no keys to prove it with"


def test_a_wrong_year_that_was_put_right_stops_neither_backups_nor_looks(kept: Kept) -> None:
    """The computer showed 2036 for a while; what was done then must not stand for every night until 2036."""
    present = kept.clock.now()
    kept.clock.advance(timedelta(days=3650))
    assert kept.clinic.backups.run_if_due() is not None
    assert kept.clinic.upkeep.run_if_due() is not None
    kept.clock.set(present)
    assert kept.clinic.backups.run_if_due() is not None
    assert kept.clinic.backups.run_if_due() is None, "once a day"
    assert kept.clinic.upkeep.run_if_due() is not None
    assert kept.clinic.upkeep.run_if_due() is None
    with kept.clinic.work.database.reading() as session:
        assert queries.last_good(session, present) == queries.last_verified(session, present) == present
    kept.clock.advance(timedelta(days=1))
    assert kept.clinic.backups.run_if_due() is not None


def test_two_desks_make_one(kept: Kept) -> None:
    """Whoever finds another at work leaves it to them, and says so to somebody who asked."""
    admin = kept.site.actors["admin"]
    other = kept.site.open(kept.clock)
    try:
        with kept.clinic.backups._runs.alone():
            assert other.backups.run_if_due() is None
            with pytest.raises(Unavailable) as caught:
                other.backups.run(admin)
            assert caught.value.code is ErrorCode.BACKUP_RUNNING
        assert other.backups.run_if_due() is not None
        assert kept.clinic.backups.run_if_due() is None
    finally:
        other.close()


def test_old_ones_lose_the_keys_and_still_come_back(kept: Kept, kit: str, tmp_path: Path) -> None:
    admin = kept.site.actors["admin"]
    old = kept.clinic.backups.run(admin).name
    kept.clock.advance(timedelta(days=36))
    new = kept.clinic.backups.run_if_due()
    assert new is not None and new.removed == ()
    files = {path.name for path in (kept.folder / old).iterdir()}
    assert files == {"manifest.age", "database-without-keys.age", "secrets.age"}
    command = RestoreByKit(kept.folder, old, kit, "admin", PASSWORDS["admin"])
    report = restore_by_kit(tmp_path / "new", command, clock=kept.clock)
    assert report.documents == 3
    clinic = open_clinic(tmp_path / "new", kept.clock)
    try:
        fresh = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
        assert clinic.backups.verify(fresh, old).whole
        front = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
        with clinic.documents.open(front, kept.documents[1].id).source as source:
            source.verify()
        with clinic.work.database.reading() as session:
            assert len(list(queries.patient_keys(session))) == 2
        assert len(list(Vault(tmp_path / "new" / "vault", new_id()).layout.keys.glob("*.age"))) == 2
    finally:
        clinic.close()


def test_documents_of_nobody_go_only_with_the_last_backup_that_names_them(kept: Kept) -> None:
    admin = kept.site.actors["admin"]
    settings = ClinicSettings(backup_daily=1, backup_weekly=0, backup_monthly=0)
    assert settings.backup_daily == 1
    kept.clinic.backups.run(admin)
    folder = BackupFolder(kept.folder)
    stray = folder.document("ab" * 32)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"left by a run that was killed")
    kept.clock.advance(timedelta(days=1))
    report = kept.clinic.backups.run_if_due()
    assert report is not None and not stray.exists()
    stored = [sha for _, sha in folder.stored_documents() if sha]
    assert len(stored) == 6  # three documents and what was made of them
    # One whose list cannot be read may need any of them.
    (kept.folder / report.name / "manifest.age").write_bytes(b"damaged")
    stray.write_bytes(b"left again")
    kept.clock.advance(timedelta(days=1))
    assert kept.clinic.backups.run_if_due() is not None
    assert stray.exists() and (kept.folder / report.name).exists()
