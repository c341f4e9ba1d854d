"""What a library raises that reads broken bytes, whichever it is. None of it says anything a person could use."""

from __future__ import annotations

import struct
import zlib

BROKEN = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    AssertionError,
    MemoryError,
    struct.error,
    zlib.error,
)
