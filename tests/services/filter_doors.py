"""The doors to the filters that people keep: each acts on one of the person's own."""

from __future__ import annotations

from typing import Any

from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.saved_filters import (
    OrderFilters,
    PatientFilter,
    RenameFilter,
    SavedFilter,
    SaveFilter,
)

P = Permission
COMING = PatientFilter(coming_today=True)


def _own(s: Any, a: Any) -> SavedFilter:
    """One of the person's own; whoever may not keep one is refused here already."""
    mine: tuple[SavedFilter, ...] = s.clinic.saved_filters.list(a)
    kept: SavedFilter = (
        mine[0] if mine else s.clinic.saved_filters.save(a, SaveFilter(name="Mine", filter=COMING))
    )
    return kept


def _rename(s: Any, a: Any) -> Any:
    own = _own(s, a)
    return s.clinic.saved_filters.rename(a, RenameFilter(id=own.id, version=own.version, name="Coming"))


FILTER_DOORS: dict[str, tuple[Permission, Any]] = {
    "saved_filters.list": (P.VIEW_PATIENTS, lambda s, a: s.clinic.saved_filters.list(a)),
    "saved_filters.save": (
        P.VIEW_PATIENTS,
        lambda s, a: s.clinic.saved_filters.save(a, SaveFilter(name="Today", filter=COMING)),
    ),
    "saved_filters.rename": (P.VIEW_PATIENTS, _rename),
    "saved_filters.remove": (P.VIEW_PATIENTS, lambda s, a: s.clinic.saved_filters.remove(a, _own(s, a).id)),
    "saved_filters.put_in_order": (
        P.VIEW_PATIENTS,
        lambda s, a: s.clinic.saved_filters.put_in_order(a, OrderFilters(ids=(_own(s, a).id,))),
    ),
}
FILTER_SERVICES = ("saved_filters",)
