"""One examiner for all tests of this floor: its waiting process is started once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from meditrack_desktop.examiner import Examiner


@pytest.fixture(scope="session")
def examiner() -> Iterator[Examiner]:
    opened = Examiner()
    yield opened
    opened.close()
