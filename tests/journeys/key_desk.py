"""A desk that changes the clinic's keys and is killed on the way: at a chosen write to a file or commit.

Told by a pickle on standard input; run as `python -m tests.journeys.key_desk`. It kills itself with SIGKILL, so
nothing gets a chance to be tidied up.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.database.session import WriteSession
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.services import key_rotation
from meditrack_desktop.services.clinic_secrets import ClinicSecrets

CALLS = ("write", "fsync", "replace", "unlink", "mkdir")


@dataclass(frozen=True)
class KeyOrders:
    """`die_at` is the number of the write at which it dies; 0: never. `after` says on which side of the call."""

    folder: Path
    secrets: ClinicSecrets
    actor: Actor
    clock: FixedClock
    new_kit: bool
    die_at: int
    after: bool


class Counter:
    """Counts what reaches the disk or the database, and ends the process at the one that was chosen."""

    def __init__(self, die_at: int, after: bool) -> None:
        self.count = 0
        self._die_at = die_at
        self._after = after

    def watch(self) -> None:
        for name in CALLS:
            setattr(os, name, self._counted(getattr(os, name)))
        WriteSession.commit = self._counted(WriteSession.commit)  # type: ignore[method-assign]

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            self.count += 1
            mine = self.count == self._die_at
            if mine and not self._after:
                os.kill(os.getpid(), signal.SIGKILL)
            result = call(*args, **kwargs)
            if mine:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return counted


def main() -> None:
    orders: KeyOrders = pickle.load(sys.stdin.buffer)
    key_rotation.AT_ONCE = 2
    clinic = open_clinic(orders.folder, orders.clock)
    clinic.keys.take(orders.secrets)
    clinic.keys.refresh()
    rotation = clinic.key_rotation
    if orders.new_kit:
        kit = rotation.new_kit(orders.actor)
        print(kit.identity, flush=True)
    counter = Counter(orders.die_at, orders.after)
    counter.watch()
    if orders.new_kit:
        rotation.confirm_kit(orders.actor, kit.identity[-8:])
    else:
        rotation.rotate(orders.actor)
    print(f"done {counter.count}", flush=True)


if __name__ == "__main__":
    main()
