"""A process to be killed while it files at a desk whose vault is away: `python -m tests.services.doomed_filing`.

Told by a pickle on standard input: profile, secrets, actor, command, bytes, and at which of its steps it dies.
"""

from __future__ import annotations

import io
import os
import pickle
import signal
import sys
from typing import Any

from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services import spool_files
from meditrack_desktop.vault.disk import Disk

STEPS = (
    "make_folder",
    "create",
    "write",
    "seek",
    "sync",
    "close",
    "rename",
    "sync_folder",
    "open_to_read",
    "remove",
)


def main() -> None:
    folder, clock, secrets, actor, command, data, fatal = pickle.load(sys.stdin.buffer)
    clinic = open_clinic(folder, clock)
    clinic.keys.open(secrets)
    steps = [0]

    def step() -> None:
        if steps[0] == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        steps[0] += 1

    def deadly(real: Any) -> Any:
        def call(*arguments: Any) -> Any:
            step()
            return real(*arguments)

        return call

    for name in STEPS:
        setattr(Disk, name, deadly(getattr(Disk, name)))
    spool_files.write_durably = deadly(spool_files.write_durably)  # type: ignore[attr-defined]
    try:
        if command is None:
            clinic.spool.deliver(actor, now=True)
        else:
            clinic.documents.attach(actor, command, io.BytesIO(data))
    except Unavailable as refused:
        if refused.code is not ErrorCode.FILE_NOT_STORED_YET:
            raise
    step()
    print(steps[0])
    clinic.close()


if __name__ == "__main__":
    main()
