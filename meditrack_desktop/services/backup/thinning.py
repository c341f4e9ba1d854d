"""Takes the keys of patients out of backups that are older than 35 days (security.md D39).

So whoever was erased stays erased: after that time no backup holds their keys any more, and their files are noise.
Bringing such a backup back takes the keys from a newer one, which has those of everybody else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from meditrack_desktop.database import inspection
from meditrack_desktop.database.whole_copy import empty_out
from meditrack_desktop.services.backup.contents import OpenBackup
from meditrack_desktop.services.backup.folder import BARE_DATABASE, DATABASE, KEYS, MANIFEST, blocks_of
from meditrack_desktop.services.backup.manifest import BackupFile
from meditrack_desktop.services.backup.meter import Meter
from meditrack_desktop.services.backup.source import looked_into, scratch
from meditrack_desktop.services.backup.writing import put_manifest, recipients_of
from meditrack_desktop.vault.age_files import sealed

KEYS_STAY = timedelta(days=35)
_TABLE = "patient_key"


def is_due(backup: OpenBackup, now: datetime) -> bool:
    return backup.manifest.has_keys and now - backup.manifest.made_at > KEYS_STAY


def take_keys_out(backup: OpenBackup, private: Path, meter: Meter) -> None:
    """Write the database again without them and let the list say so; then the files with keys go.

    The new list takes the old one's place in one step: killed before, the backup is as it was; killed after, the
    files that it no longer names are removed by the next run. Unavailable BACKUP_DAMAGED, BACKUP_...
    """
    folder, manifest, secrets = backup.folder, backup.manifest, backup.secrets
    key = bytes.fromhex(secrets.database_key)
    with scratch(private) as place:
        path = place / "clinic.db"
        backup.extract_database(path, meter)
        empty_out(path, key, (_TABLE,))
        with looked_into(path, key) as database, database.reading() as session:
            counts = inspection.counts(session)
        empty_out(path, key, ())  # folds the journal that looking made
        with folder.refusals():
            (backup.place / BARE_DATABASE).unlink(missing_ok=True)
        with path.open("rb") as file:
            pieces = sealed(blocks_of(file, meter.seen), recipients_of(secrets))
            size, sha256 = folder.write_stream(backup.place / BARE_DATABASE, pieces)
        database_size = path.stat().st_size
    kept = tuple(file for file in manifest.files if file.name not in (DATABASE, KEYS))
    thinner = replace(
        manifest,
        files=(BackupFile(BARE_DATABASE, size, sha256), *kept),
        database_size=database_size,
        counts=counts,
        superseded=(DATABASE, KEYS),
    )
    put_manifest(folder, backup.place / MANIFEST, thinner, secrets)
    remove_superseded(replace(backup, manifest=thinner))


def remove_superseded(backup: OpenBackup) -> None:
    """Remove what a newer list of the same backup left out."""
    with backup.folder.refusals():
        for name in backup.manifest.superseded:
            (backup.place / name).unlink(missing_ok=True)
        backup.folder.disk.sync_folder(backup.place)
