"""Questions of an export: everybody on a list, and what the list says of them beside their record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries import patient_search
from meditrack_desktop.database.queries.patient_lines import lines
from meditrack_desktop.database.tables.patients import PatientPhoneRow
from meditrack_desktop.domain.patients import FindPatients

_AT_ONCE = 5_000


class Shown(NamedTuple):
    """What a line of the list shows that is not in the record."""

    usual_doctor: str = ""
    next_visit: datetime | None = None


NOTHING_SHOWN = Shown()


class Ids:
    """Who is on a list, in order, at 16 bytes each: a million of them fit into memory."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def __len__(self) -> int:
        return len(self._kept) // 16

    def add(self, patient_id: UUID) -> None:
        self._kept += patient_id.bytes

    def pages(self, size: int) -> Iterator[list[UUID]]:
        for start in range(0, len(self), size):
            end = min(start + size, len(self))
            yield [UUID(bytes=bytes(self._kept[16 * one : 16 * one + 16])) for one in range(start, end)]


def found(session: Session, command: FindPatients, region: str, now: datetime, asker: UUID) -> Ids:
    """Everybody whom `command` finds for this account, in its order, in one consistent state; limit and offset do
    not count."""
    ids = Ids()
    while True:
        page = command.model_copy(update={"limit": _AT_ONCE, "offset": len(ids)})
        some = patient_search.find(session, page, region, now, asker).lines
        for line in some:
            ids.add(line.id)
        if len(some) < _AT_ONCE:
            return ids


def shown(session: Session, ids: Sequence[UUID], now: datetime) -> dict[UUID, Shown]:
    """Usual doctor and next visit of these patients."""
    return {line.id: Shown(line.usual_doctor, line.next_visit) for line in lines(session, ids, now)}


def most_phones(session: Session) -> int:
    """How many phones the patient with the most has; 0 if nobody has one."""
    last = session.scalar(select(func.max(PatientPhoneRow.position)))
    return 0 if last is None else last + 1
