"""What Pillow raises on broken pictures, for those who decode one that the examiner has let through."""

from meditrack_desktop.examiner.pillow import FAULTS as IMAGE_FAULTS

__all__ = ["IMAGE_FAULTS"]
