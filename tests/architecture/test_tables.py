"""What was not asked for is not there: no relationship loads by being touched (decision 0008)."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, mapped_column, relationship

from meditrack_desktop.database import tables
from meditrack_desktop.database.base import Base


def loads_by_being_touched(mappers: list[Mapper[object]]) -> list[str]:
    return [
        f"{mapper.class_.__name__}.{link.key}"
        for mapper in mappers
        for link in mapper.relationships
        if link.lazy not in ("raise", "raise_on_sql")
    ]


@pytest.fixture(scope="module")
def mappers() -> list[Mapper[object]]:
    for info in pkgutil.walk_packages(tables.__path__, tables.__name__ + "."):
        importlib.import_module(info.name)
    Base.registry.configure()
    found = list(Base.registry.mappers)
    assert len(found) > 5
    return found


def test_every_relationship_raises(mappers: list[Mapper[object]]) -> None:
    assert not loads_by_being_touched(mappers)


def test_every_stored_class_is_called_a_row(mappers: list[Mapper[object]]) -> None:
    assert not [mapper.class_.__name__ for mapper in mappers if not mapper.class_.__name__.endswith("Row")]


def test_a_relationship_that_loads_is_seen() -> None:
    class Other(DeclarativeBase):
        pass

    class Knot(Other):
        __tablename__ = "knot"
        id: Mapped[int] = mapped_column(primary_key=True)
        beads: Mapped[list[Bead]] = relationship(back_populates="knot")

    class Bead(Other):
        __tablename__ = "bead"
        id: Mapped[int] = mapped_column(primary_key=True)
        knot_id: Mapped[int] = mapped_column(__import__("sqlalchemy").ForeignKey("knot.id"))
        knot: Mapped[Knot] = relationship(back_populates="beads", lazy="raise")

    assert loads_by_being_touched(list(Other.registry.mappers)) == ["Knot.beads"]
