"""The examiner of the run, under its own name."""

from __future__ import annotations

import pytest

from meditrack_desktop.examiner import Examiner


@pytest.fixture(scope="session")
def examiner(one_examiner: Examiner) -> Examiner:
    """Its waiting process is started once."""
    return one_examiner
