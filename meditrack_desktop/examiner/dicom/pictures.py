"""A small upright picture of one frame."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from meditrack_desktop.domain.documents import THUMBNAIL_SIZE
from meditrack_desktop.examiner.dicom.greys import Window
from meditrack_desktop.examiner.dicom.images import DicomFrame, windowed


def small_picture(
    frame: DicomFrame, longest: int = THUMBNAIL_SIZE, window: Window | None = None
) -> Image.Image:
    """At most `longest` pixels on its longer side, with the true shape of the pixels."""
    # A large image is thinned out first: what is thrown away need not be windowed.
    step = max(1, max(frame.rows, frame.columns) // (2 * longest))
    thin = _thinned(frame, step)
    drawn = Image.fromarray(np.ascontiguousarray(windowed(thin, window)))
    width, height = frame.columns, frame.rows * frame.aspect
    scale = min(1.0, longest / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return drawn.resize(size, Image.Resampling.BILINEAR)


def png(picture: Image.Image) -> bytes:
    """As the bytes of a PNG, with nothing said beside the picture."""
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def _thinned(frame: DicomFrame, step: int) -> DicomFrame:
    if step == 1:
        return frame
    return DicomFrame(
        frame.pixels[::step, ::step],
        frame.inverse,
        frame.scale,
        frame.windows,
        frame.has_own_window,
        None,
        frame.aspect,
        None,
        None,
    )
