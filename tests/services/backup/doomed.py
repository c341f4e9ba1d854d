"""A process to be killed while it backs up, restores or migrates: `python -m tests.services.backup.doomed`.

Told by a pickle on standard input. After "ready" it waits for one byte, so that whoever kills it can take aim.
"""

from __future__ import annotations

import pickle
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from meditrack_desktop.bootstrap import migrate_clinic, open_clinic, restore_by_kit
from meditrack_desktop.database import schema
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.services.backup.onto_this_computer import RestoreByKit
from meditrack_desktop.services.key_slots import ClinicSecrets

BACKUP, RESTORE, BY_KIT, MIGRATE = "backup", "restore", "by kit", "migrate"


class TickingClock(FixedClock):
    """Every look at it is a millisecond later."""

    def now(self) -> datetime:
        self.advance(timedelta(milliseconds=1))
        return super().now()


@dataclass(frozen=True)
class Order:
    """One deed. `name` is the backup's, for a restore; `kit` says the rest of one by the kit."""

    deed: str
    folder: Path
    clock: FixedClock
    secrets: ClinicSecrets | None = None
    actor: Actor | None = None
    name: str = ""
    kit: RestoreByKit | None = None
    password: str = ""
    migrations: Path | None = None


def main() -> None:
    order: Order = pickle.load(sys.stdin.buffer)
    if order.migrations is not None:
        schema._MIGRATIONS = order.migrations
    clinic, clock = None, TickingClock(order.clock.now())
    if order.secrets is not None:
        clinic = open_clinic(order.folder, clock)
        clinic.keys.open(order.secrets)
    print("ready", flush=True)
    sys.stdin.buffer.read(1)
    try:
        if order.deed == BACKUP:
            assert clinic is not None and order.actor is not None
            clinic.backups.run(order.actor)
        elif order.deed == RESTORE:
            assert clinic is not None and order.actor is not None
            clinic.backups.restore(order.actor, order.name)
        elif order.deed == BY_KIT:
            assert order.kit is not None
            restore_by_kit(order.folder, order.kit, clock=clock)
        else:
            migrate_clinic(order.folder, "admin", order.password, clock=clock)
    except ClinicError as error:
        print(f"refused {error.code.value}", flush=True)
    else:
        print("done", flush=True)


if __name__ == "__main__":
    main()
