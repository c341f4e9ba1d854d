"""Questions about the clinic's keys: epochs, envelopes, and which patients' keys are wrapped to what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, literal, select, tuple_, update
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.clinic import ClinicKeyRow, KeyEnvelopeRow
from meditrack_desktop.database.tables.documents import PatientKeyRow
from meditrack_desktop.database.types import Code
from meditrack_desktop.domain.documents import DocumentClass

RECOVERY = "recovery"
"""Whose envelope it is that the recovery kit opens."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A patient's key as its row holds it."""

    patient_id: UUID
    document_class: DocumentClass
    public: str
    wrapped: bytes
    epoch: int


def newest_epoch(session: Session) -> int:
    """The epoch in use; 0 before any was written."""
    return session.scalar(select(func.max(ClinicKeyRow.epoch))) or 0


def epoch_made_at(session: Session, epoch: int) -> datetime | None:
    return session.scalars(select(ClinicKeyRow.made_at).where(ClinicKeyRow.epoch == epoch)).first()


def begin_epoch(session: Session, epoch: int, publics: Mapping[DocumentClass, str], at: datetime) -> None:
    """Write an epoch's public keys if they are not there, and retire those before it.

    Waits for whoever files a patient's key of an earlier epoch at this moment, and lets nobody do so afterwards.
    """
    session.execute(
        update(ClinicKeyRow)
        .where(ClinicKeyRow.epoch < epoch, ClinicKeyRow.retired_at.is_(None))
        .values(retired_at=at)
    )
    there = set(session.scalars(select(ClinicKeyRow.document_class).where(ClinicKeyRow.epoch == epoch)))
    missing = [
        {"epoch": epoch, "document_class": each, "public": public, "made_at": at}
        for each, public in publics.items()
        if each not in there
    ]
    if missing:
        session.execute(insert(ClinicKeyRow), missing)


def hold_epoch(session: Session, epoch: int) -> bool:
    """Whether this epoch is in use; nobody retires it before the transaction ends."""
    rows = session.scalars(
        select(ClinicKeyRow.epoch)
        .where(ClinicKeyRow.epoch == epoch, ClinicKeyRow.retired_at.is_(None))
        .with_for_update(read=True)
    )
    return bool(rows.all())


def behind(session: Session, epoch: int, limit: int, after: WrappedKey | None = None) -> list[WrappedKey]:
    """Patients' keys that are wrapped to an earlier epoch, some of them, in the order of `after`."""
    columns = tuple_(PatientKeyRow.patient_id, PatientKeyRow.document_class)
    query = select(
        PatientKeyRow.patient_id,
        PatientKeyRow.document_class,
        PatientKeyRow.public,
        PatientKeyRow.wrapped,
        PatientKeyRow.epoch,
    ).where(PatientKeyRow.epoch < epoch)
    if after is not None:
        last = tuple_(literal(after.patient_id), literal(after.document_class, Code(DocumentClass)))
        query = query.where(columns > last)
    rows = session.execute(
        query.order_by(PatientKeyRow.patient_id, PatientKeyRow.document_class).limit(limit)
    )
    return [WrappedKey(*row) for row in rows]


def count_behind(session: Session, epoch: int) -> int:
    return (
        session.scalar(select(func.count()).select_from(PatientKeyRow).where(PatientKeyRow.epoch < epoch))
        or 0
    )


def count_keys(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(PatientKeyRow)) or 0


def all_keys(session: Session) -> list[tuple[UUID, DocumentClass, str]]:
    """Patient, class and public half of every key: what the recovery copies must agree with."""
    rows = session.execute(
        select(PatientKeyRow.patient_id, PatientKeyRow.document_class, PatientKeyRow.public)
    )
    return [(row.patient_id, row.document_class, row.public) for row in rows]


def put_wrapped(session: Session, key: WrappedKey, wrapped: bytes, epoch: int) -> bool:
    """The same key under a new wrapping; False if its row is gone."""
    changed = session.execute(
        update(PatientKeyRow)
        .where(
            PatientKeyRow.patient_id == key.patient_id,
            PatientKeyRow.document_class == key.document_class,
            PatientKeyRow.public == key.public,
        )
        .values(wrapped=wrapped, epoch=epoch)
        .returning(PatientKeyRow.patient_id)
    )
    return bool(changed.all())


def add_key(session: Session, key: WrappedKey) -> None:
    session.execute(
        insert(PatientKeyRow).values(
            patient_id=key.patient_id,
            document_class=key.document_class,
            public=key.public,
            wrapped=key.wrapped,
            epoch=key.epoch,
        )
    )


def envelope(session: Session, holder: str) -> bytes | None:
    """What lies sealed for a desk, or for the kit, on a shared server."""
    return session.scalars(select(KeyEnvelopeRow.sealed).where(KeyEnvelopeRow.holder == holder)).first()


def holders(session: Session) -> Sequence[str]:
    return session.scalars(select(KeyEnvelopeRow.holder)).all()


def put_envelope(session: Session, holder: str, epoch: int, sealed: bytes, at: datetime) -> None:
    """Replace the holder's envelope, or make it."""
    changed = session.execute(
        update(KeyEnvelopeRow)
        .where(KeyEnvelopeRow.holder == holder)
        .values(epoch=epoch, sealed=sealed, made_at=at)
        .returning(KeyEnvelopeRow.holder)
    ).all()
    if not changed:
        session.execute(insert(KeyEnvelopeRow).values(holder=holder, epoch=epoch, sealed=sealed, made_at=at))


def remove_envelope(session: Session, holder: str) -> None:
    session.execute(delete(KeyEnvelopeRow).where(KeyEnvelopeRow.holder == holder))
