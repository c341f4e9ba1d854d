"""Kinds of visits, and the rooms and devices that visits use. None is deleted: old visits name them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from meditrack_desktop.database.base import Base, Made, Versioned
from meditrack_desktop.database.types import Code
from meditrack_desktop.domain.visit_types import AssetKind


class AssetRow(Versioned, Made, Base):
    __tablename__ = "asset"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[AssetKind] = mapped_column(Code(AssetKind))
    group: Mapped[str] = mapped_column("group_name", String(60), index=True)
    active: Mapped[bool] = mapped_column(default=True)


class VisitTypeRow(Versioned, Made, Base):
    """`price` in minor units of the clinic's currency."""

    __tablename__ = "visit_type"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    minutes: Mapped[int]
    price: Mapped[int | None]
    buffer_before: Mapped[int] = mapped_column(default=0)
    buffer_after: Mapped[int] = mapped_column(default=0)
    preparation: Mapped[str] = mapped_column(Text, default="")
    for_new_patients: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)


class VisitTypeNeedRow(Base):
    """One group of rooms or devices of which a visit of this kind takes one."""

    __tablename__ = "visit_type_need"
    reported_apart = False

    visit_type_id: Mapped[UUID] = mapped_column(ForeignKey("visit_type.id"), primary_key=True)
    group: Mapped[str] = mapped_column("group_name", String(60), primary_key=True)


class VisitTypeDoctorRow(Base):
    """Who offers a kind of visit; no rows: everybody."""

    __tablename__ = "visit_type_doctor"
    reported_apart = False

    visit_type_id: Mapped[UUID] = mapped_column(ForeignKey("visit_type.id"), primary_key=True)
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"), primary_key=True)
