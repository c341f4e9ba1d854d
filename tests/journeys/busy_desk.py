"""A desk to be killed: opens the clinic, does what it is told, and says a line after each success.

Told by a pickle on standard input; run as `python -m tests.journeys.busy_desk`. After "ready" it waits for one
byte, so that whoever kills it can take aim first. A refusal is a line of its own and no success.
"""

from __future__ import annotations

import io
import pickle
import sys
import zlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import AttachDocument
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.patient_merges import MergePatients, UndoMerge
from meditrack_desktop.domain.privacy import AnswerPurge
from meditrack_desktop.domain.scheduling import BookAppointment, CalendarRange
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.key_slots import ClinicSecrets

Command = AttachDocument | BookAppointment | AnswerPurge | MergePatients | UndoMerge
REFUSED = "refused "


@dataclass(frozen=True)
class Orders:
    """What a desk is to do: `sizes` are those of the files, by the id of their command."""

    folder: Path
    secrets: ClinicSecrets
    actor: Actor
    clock: FixedClock
    commands: tuple[Command, ...]
    sizes: dict[str, int]


def a_file(size: int, secret: str = "") -> bytes:
    """A PNG of at least `size` bytes whose padding is in a text chunk, with `secret` in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = chunk(b"IHDR", (1).to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0]))
    padding = chunk(b"prVt", secret.encode() + bytes(i * i * 7 % 251 for i in range(min(size, 4096))))
    rest = chunk(b"prVt", bytes(max(0, size - 4096)))
    picture = chunk(b"IDAT", zlib.compress(b"\x00\x00")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + padding + rest + picture


def carry_out(clinic: Clinic, orders: Orders, command: Command) -> None:
    if isinstance(command, BookAppointment):
        clinic.scheduling.book(orders.actor, command)
    elif isinstance(command, AnswerPurge):
        clinic.purges.approve(orders.actor, command)
    elif isinstance(command, MergePatients):
        clinic.patient_merges.merge(orders.actor, command)
    elif isinstance(command, UndoMerge):
        clinic.patient_merges.undo(orders.actor, command)
    else:
        data = a_file(orders.sizes[str(command.id)], command.title)
        clinic.documents.attach(orders.actor, command, io.BytesIO(data))


def main() -> None:
    orders: Orders = pickle.load(sys.stdin.buffer)
    clinic = open_clinic(orders.folder, orders.clock)
    clinic.keys.open(orders.secrets)
    clinic.scheduling.calendar(orders.actor, CalendarRange(first=date(2026, 11, 18), last=date(2026, 11, 18)))
    print("ready", flush=True)
    sys.stdin.buffer.read(1)
    for command in orders.commands:
        try:
            carry_out(clinic, orders, command)
        except ClinicError as error:
            # The disk failed and the desk was told so: nothing is acknowledged, and the desk goes on.
            print(f"{REFUSED}{error.code.value}", flush=True)
        else:
            print(command.id, flush=True)
    print("done", flush=True)


if __name__ == "__main__":
    main()
