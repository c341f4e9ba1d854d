"""Column types that mean the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Dialect, String, Uuid
from sqlalchemy.types import TypeDecorator, TypeEngine

SortedText = String().with_variant(String(collation="C"), "postgresql")
"""Text compared byte by byte, as SQLite does, so that ranges and orders agree on both databases."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Aware UTC in Python; `timestamptz` on Postgres, UTC text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant: datetime = value
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


class WallDateTime(TypeDecorator[datetime]):
    """What a clock on the wall shows: naive in Python and in both databases."""

    impl = DateTime(timezone=False)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is not None:
            raise ValueError("a wall-clock time has no zone")
        return value.replace(fold=0) if value is not None else None


class Code(TypeDecorator[StrEnum]):
    """A value of one StrEnum, stored as its text. An unknown text in the database is an error, not a guess."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[StrEnum], length: int = 40) -> None:
        self.kind = kind
        super().__init__(length)

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.kind(value)

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        return self


class RepeatedUuid(Uuid[UUID]):
    """A UUID of which a query returns the same few again and again: each is made once, then remembered."""

    cache_ok = True

    def __init__(self) -> None:
        super().__init__(as_uuid=True)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        return None if dialect.supports_native_uuid else _uuid


@lru_cache(maxsize=100_000)
def _uuid(value: str | None) -> UUID | None:
    return None if value is None else UUID(value)


class RepeatedInstant(UtcDateTime):
    """An instant that many rows of a query share, as visits of different doctors do: each is read once."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        return _instant if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


@lru_cache(maxsize=50_000)
def _instant(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)
