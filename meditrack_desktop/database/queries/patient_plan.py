"""Which scrap of a search drives it: about how many patients each has, and the ranges that hold them all."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from meditrack_desktop.database.prepared import rows
from meditrack_desktop.database.queries.patient_ranges import counted, ranges
from meditrack_desktop.domain.patient_scraps import AllOf, AnyOf, Atom, Kind, Scrap

COUNTED = 2000
"""How far ranges are counted when nobody says otherwise."""


def is_flat(scrap: Scrap) -> bool:
    """Whether the ranges of its driver say all that `scrap` says."""
    return isinstance(scrap, Atom) or (
        isinstance(scrap, AnyOf) and all(isinstance(part, Atom) for part in scrap.parts)
    )


def size(session: Session, scrap: Scrap, standings: tuple[bool, ...], most: int = COUNTED) -> int:
    """About how many patients `scrap` has; `most` where there are as many or more."""
    if isinstance(scrap, AllOf):
        return min((size(session, part, standings, most) for part in scrap.parts), default=0)
    total = 0
    if isinstance(scrap, AnyOf):
        atoms = _least([part for part in scrap.parts if isinstance(part, Atom)])
        for part in (*atoms, *(part for part in scrap.parts if not isinstance(part, Atom))):
            if total < most:
                total += size(session, part, standings, most - total)
        return total
    for where in ranges(scrap, standings):
        if total < most:
            values = {**where.values(), "most": most - total}
            total += rows(session, counted(where.form), values)[0][0]
    return total


def atoms_of(session: Session, scrap: Scrap, standings: tuple[bool, ...]) -> list[Atom]:
    """Comparisons such that whoever `scrap` holds for, one of them holds for too."""
    if isinstance(scrap, Atom):
        return [scrap]
    if isinstance(scrap, AllOf):
        smallest = min(scrap.parts, key=lambda part: size(session, part, standings))
        return atoms_of(session, smallest, standings)
    found = [atom for part in scrap.parts for atom in atoms_of(session, part, standings)]
    return _least(dict.fromkeys(found))


def _least(atoms: Iterable[Atom]) -> list[Atom]:
    """Without the numbers that contain another of them: whoever has the longer one has the shorter, too."""
    phones = [atom.value for atom in atoms if atom.kind is Kind.PHONE]
    return [
        atom
        for atom in atoms
        if atom.kind is not Kind.PHONE
        or not any(other in atom.value for other in phones if other != atom.value)
    ]
