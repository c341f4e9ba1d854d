"""Where the process apart begins, on every system."""

from __future__ import annotations

import sys


def serve() -> int:
    """Wait for files to look at, until the program ends. The exit code."""
    if sys.platform == "win32":
        from meditrack_desktop.examiner.apart.serving_windows import serve
    else:
        from meditrack_desktop.examiner.apart.serving import serve
    return serve()
