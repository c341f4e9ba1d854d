"""Logging: events with ids only, never patient data (security.md D40)."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

_LARGEST = 1_000_000


def log_to(folder: Path) -> None:
    """Write warnings and worse to `program.log` in `folder`, a few rotated files at most.

    Only our own events are written: messages of libraries may carry values of rows, so they are kept out.
    """
    handler = RotatingFileHandler(
        folder / "program.log", maxBytes=_LARGEST, backupCount=3, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("meditrack")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
