"""What is announced after a commit carries no patient data (decision 0007)."""

from __future__ import annotations

import dataclasses
import typing
from datetime import date
from uuid import UUID

from meditrack_desktop.domain.changes import Change, ChangeSet


def test_a_change_names_records_and_where_they_show_and_nothing_else() -> None:
    hints = typing.get_type_hints(Change)
    assert hints == {
        "entity": str,
        "id": UUID,
        "doctor": UUID | None,
        "day": date | None,
        "patient": UUID | None,
    }


def test_a_set_of_changes_holds_changes_only() -> None:
    assert [field.name for field in dataclasses.fields(ChangeSet)] == ["changes", "everything"]
    assert typing.get_type_hints(ChangeSet)["changes"] == tuple[Change, ...]
