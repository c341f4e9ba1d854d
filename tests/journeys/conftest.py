"""Stories use the same dressed application and the same watch for leftovers as the tests of single windows."""

from tests.ui.conftest import no_crash, nothing_left_behind, pytest_configure, qapp

__all__ = ["no_crash", "nothing_left_behind", "pytest_configure", "qapp"]
