"""Whoever adds a file is told each kind that is taken, wherever it is said."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.documents import MediaType
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.filing.drop_zone import DropZone
from meditrack_desktop.ui.filing.sources import FILTER


@pytest.mark.parametrize("kind", MediaType)
def test_every_kind_that_is_taken_is_named(qtbot: QtBot, kind: MediaType) -> None:
    name = "dicom" if kind.is_dicom else kind.value.rpartition("/")[2]
    field = DropZone()
    qtbot.addWidget(field)
    field.resize(600, 80)
    refused = errors.words(ClinicError(ErrorCode.FILE_TYPE_REFUSED)).text
    for said in (refused, field.kinds, field.accessibleDescription(), FILTER.partition(" (")[0]):
        assert name in said.lower()
    field.resize(150, 80)
    assert "pictures" in field.kinds, "what has no room is told short, not cut off"
