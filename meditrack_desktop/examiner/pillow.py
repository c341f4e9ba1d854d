"""Pillow as this program uses it: strict about sizes and broken files, every fault of it in one list.

For the process apart and for every process that decodes a picture again later.
"""

from __future__ import annotations

import warnings

from PIL import Image, ImageFile

from meditrack_desktop.domain.documents import MOST_PIXELS
from meditrack_desktop.examiner.broken import BROKEN

FAULTS = (SyntaxError, Image.DecompressionBombError, Warning, *BROKEN)
"""What Pillow is known to raise on broken files. None of it says anything a person could use."""

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
ImageFile.LOAD_TRUNCATED_IMAGES = False
warnings.filterwarnings("error", module=r"PIL\.")
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
