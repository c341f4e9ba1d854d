"""The process that reads one page with RapidOCR: a PNG by standard input, its text by standard output."""

from __future__ import annotations

import io
import os
import sys


def main() -> int:
    """0 once the text is written; the library's own words go nowhere."""
    png, target = sys.stdin.buffer.read(), os.dup(1)
    os.dup2(2, 1)  # what the library prints is not the page
    import numpy
    from PIL import Image
    from rapidocr import RapidOCR

    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        dots = numpy.asarray(image.convert("RGB"))
    found = RapidOCR()(dots)
    with os.fdopen(target, "wb") as out:
        out.write("\n".join(found.txts or ()).encode("utf-8", "replace"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
