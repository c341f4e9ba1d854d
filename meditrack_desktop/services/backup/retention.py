"""Which backups stay: one a day, a week, a month, as the settings say (security.md D36), and what goes with them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from meditrack_desktop.domain.backups import BackupKind
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.settings import ClinicSettings
from meditrack_desktop.services.backup.folder import BackupFolder
from meditrack_desktop.services.backup.manifest import Manifest

SPECIAL = frozenset({BackupKind.BEFORE_RESTORE, BackupKind.BEFORE_MIGRATION})
SPECIAL_STAYS = timedelta(days=30)
DELETED_STAYS = timedelta(days=30)
"""A document that left the vault is in some backup for so long: one as old as this stays, or the oldest there is."""
UNPROVEN_STAYS = timedelta(days=7)
FRESH_STAYS = timedelta(days=1)
"""Nobody looks in vain for a backup made by hand an hour ago."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A backup as retention sees it. `proven`: it was restored to a scratch folder once and found whole."""

    name: str
    made_at: datetime
    kind: BackupKind
    proven: bool


def staying(
    backups: Iterable[Candidate], settings: ClinicSettings, zone: ZoneInfo, now: datetime
) -> set[str]:
    """Names of those that stay. Days, weeks (from Monday) and months are the clinic's; the newest of each stays.

    A period without a backup does not count: after a month off, seven days of backups are still there.
    """
    newest_first = sorted(backups, key=lambda each: (each.made_at, each.name), reverse=True)
    proven = [each for each in newest_first if each.proven]
    kept = {each.name for each in proven[:1]}
    periods: tuple[tuple[int, Callable[[date], object]], ...] = (
        (settings.backup_daily, lambda day: day),
        (settings.backup_weekly, lambda day: day.isocalendar()[:2]),
        (settings.backup_monthly, lambda day: (day.year, day.month)),
    )
    for count, period_of in periods:
        seen: dict[object, str] = {}
        for each in proven:
            seen.setdefault(period_of(each.made_at.astimezone(zone).date()), each.name)
        kept.update(list(seen.values())[:count])
    kept.update(each.name for each in newest_first if now - each.made_at <= _stay_of(each))
    if proven:
        kept.add(next((each for each in proven if now - each.made_at >= DELETED_STAYS), proven[-1]).name)
    return kept


def _stay_of(backup: Candidate) -> timedelta:
    """How long it stays whatever the settings say."""
    if backup.kind in SPECIAL:
        return SPECIAL_STAYS
    return FRESH_STAYS if backup.proven else UNPROVEN_STAYS


def remove_documents_of_nobody(folder: BackupFolder, kept: Collection[Manifest]) -> int:
    """Take documents away that no backup names any more; returns how many. `kept` must be all there are."""
    named = {sha256 for manifest in kept for sha256, _ in manifest.documents}
    removed = 0
    with folder.refusals():
        for path, sha256 in list(folder.stored_documents()):
            if sha256 is not None and sha256 not in named:
                folder.disk.remove(path)
                removed += 1
    return removed


def prune(
    folder: BackupFolder,
    manifest_of: Callable[[str], Manifest],
    proven: Collection[str],
    settings: ClinicSettings,
    zone: ZoneInfo,
    now: datetime,
) -> tuple[str, ...]:
    """Remove backups whose time is over and then documents that nobody names; returns names of the backups.

    Only after a new backup was proven. One whose manifest cannot be read is never removed, and as long as there
    is one no document is either: it may need any of them.
    """
    manifests: dict[str, Manifest] = {}
    unreadable = False
    for name in folder.names():
        try:
            manifests[name] = manifest_of(name)
        except ClinicError:
            unreadable = True
    candidates = [
        Candidate(name, manifest.made_at, manifest.kind, name in proven)
        for name, manifest in manifests.items()
    ]
    stay = staying(candidates, settings, zone, now)
    gone = [name for name in sorted(manifests) if name not in stay]
    for name in gone:
        folder.remove(name)
        del manifests[name]
    if not unreadable:
        remove_documents_of_nobody(folder, list(manifests.values()))
    return tuple(gone)
