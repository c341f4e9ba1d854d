"""The declarative base: names of constraints, the version column, and who made a row."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import FromClause, MetaData, Uuid, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from meditrack_desktop.database.types import UtcDateTime
from meditrack_desktop.domain.ids import new_id

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Rows. They never leave services: records of `domain` do (docs/decisions/0008)."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {UUID: Uuid(), datetime: UtcDateTime()}

    reported_apart: ClassVar[bool] = True
    """Whether `Work` insists on a report for each touched row. False for parts of another row."""


class Identified:
    """A row with an id made by whoever asked for it."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)


class Versioned(Identified):
    """A row that two people may edit: a stale version is refused, never overwritten (D31)."""

    if TYPE_CHECKING:
        __table__: ClassVar[FromClause]

    version: Mapped[int] = mapped_column(nullable=False)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__table__.c.version}


def next_version(row: Versioned) -> None:
    """Let the row have a new version even if only its parts (roles, hours, phones) differ."""
    row.version += 1


class Made:
    """When a row was made, and by whose account."""

    created_at: Mapped[datetime]
    created_by: Mapped[UUID]


def changed_columns(row: Base) -> list[str]:
    """Names of the columns whose unsaved value differs from the stored one."""
    state = inspect(row)
    return sorted(
        attribute.key
        for attribute in state.mapper.column_attrs
        if state.attrs[attribute.key].history.has_changes() and attribute.key != "version"
    )
