"""Identifiers: made by whoever asks, so that repeating a command can never make a second record."""

from __future__ import annotations

import secrets
import time
import uuid
from uuid import UUID


def new_id() -> UUID:
    """A time-ordered random identifier (RFC 9562 version 7): new rows land side by side in an index."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= secrets.randbits(12) << 64
    value |= 0b10 << 62
    value |= secrets.randbits(62)
    return uuid.UUID(int=value)
