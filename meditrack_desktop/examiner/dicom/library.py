"""pydicom as this program uses it: silent, tolerant, and with every fault it is known to have in one list."""

from __future__ import annotations

import logging
import warnings

from pydicom import config
from pydicom.errors import InvalidDicomError

from meditrack_desktop.examiner.broken import BROKEN

DICOM_FAULTS = (InvalidDicomError, *BROKEN)
"""What pydicom and the decoders under it raise on broken files. None of it says anything a person could use."""


def _silence() -> None:
    # Its complaints quote the values that they are about, and those are a patient's.
    logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)
    warnings.filterwarnings("ignore", module=r"pydicom(\.|$)")
    config.settings.reading_validation_mode = config.IGNORE


_silence()
