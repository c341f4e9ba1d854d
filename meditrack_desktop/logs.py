"""Logging: events with ids only, never patient data (security.md D40).

`events(name)` gives a logger whose fields are looked at one by one: ids, numbers, codes and names of places in the
program pass, anything else is withheld. What libraries log is not written: it may carry values of rows.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping, MutableMapping
from datetime import date
from enum import Enum
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog

FILE = "program.log"
LEVEL_VARIABLE = "MEDITRACK_LOG_LEVEL"
"""DEBUG, INFO, WARNING or ERROR; INFO if it is absent or something else."""
WITHHELD = "withheld"
_LARGEST = 1_000_000
_KEPT_FILES = 3
_PLAIN = re.compile(r"[a-z][a-z0-9]*([._][a-z0-9]+){1,9}|[A-Z]{2,8}_[0-9]{3}|[0-9][0-9A-Z]{4}")
"""What has the shape of an action's or a constraint's name, a code of ours or an SQLSTATE. One word alone does not
pass, nor what hyphens join: that could be a name or a password. Values of enumerations are ours, and do."""


def log_to(folder: Path) -> None:
    """Write events to `program.log` in `folder`, in four rotated files of 1 MB at most. Again: nothing happens."""
    path = folder / FILE
    logger = logging.getLogger("meditrack")
    for known in list(logger.handlers):
        if isinstance(known, RotatingFileHandler):
            if Path(known.baseFilename) == path.absolute():
                return
            logger.removeHandler(known)
            known.close()
    handler = RotatingFileHandler(
        path, maxBytes=_LARGEST, backupCount=_KEPT_FILES, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
    wanted = os.environ.get(LEVEL_VARIABLE, "").upper()
    logger.setLevel(wanted if wanted in ("DEBUG", "INFO", "WARNING", "ERROR") else "INFO")
    logger.propagate = False


def events(name: str) -> Any:
    """A logger of events: `.info("backup.done", backup=id)`. Call it with ids, numbers and codes."""
    return structlog.wrap_logger(
        logging.getLogger(f"meditrack.{name}"),
        processors=[structlog.stdlib.filter_by_level, _only_ids, _in_one_line],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _only_ids(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return {key: _shown(value) for key, value in event.items()}


def _shown(value: Any) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if value is None or isinstance(value, (bool, int, float, UUID, date)):
        return str(value)
    if isinstance(value, BaseException):
        return type(value).__name__
    return value if isinstance(value, str) and _PLAIN.fullmatch(value) else WITHHELD


def _in_one_line(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    said = event.pop("event", WITHHELD)
    return " ".join([said, *(f"{key}={value}" for key, value in event.items())])
