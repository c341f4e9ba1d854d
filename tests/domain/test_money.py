"""How many digits the smallest unit of a currency stands for."""

import pytest

from meditrack_desktop.domain.money import minor_digits


@pytest.mark.parametrize(("currency", "digits"), [("EUR", 2), ("USD", 2), ("JPY", 0), ("KWD", 3), ("XXX", 2)])
def test_digits_after_the_point(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits
