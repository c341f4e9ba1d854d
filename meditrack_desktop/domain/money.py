"""Money: whole numbers of a currency's smallest unit, and how many digits that is."""

from __future__ import annotations

# ISO 4217: all others have two digits after the point.
_NONE = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
_THREE = frozenset("BHD IQD JOD KWD LYD OMR TND".split())


def minor_digits(currency: str) -> int:
    """How many digits after the point the smallest unit of an ISO 4217 currency stands for."""
    return 0 if currency in _NONE else 3 if currency in _THREE else 2
