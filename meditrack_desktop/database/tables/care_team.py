"""Which doctors look after which patients, with beginning and end."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from meditrack_desktop.database.base import Base, Made, Versioned

_LIVE = text("ended_at IS NULL")


class CareTeamRow(Versioned, Made, Base):
    """A doctor is on a patient's team once at a time, and one of them at most is the usual doctor."""

    __tablename__ = "care_team"
    __table_args__ = (
        Index(
            "uq_care_team_live",
            "patient_id",
            "practitioner_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index(
            "uq_care_team_usual",
            "patient_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL AND usual"),
            postgresql_where=text("ended_at IS NULL AND usual"),
        ),
    )

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"), index=True)
    usual: Mapped[bool] = mapped_column(default=False)
    part: Mapped[str] = mapped_column(String(120), default="")
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
