"""Where the parts of the ribbon stand, the same for its head and every row."""

from __future__ import annotations

from dataclasses import dataclass

from meditrack_desktop.domain.working_time import OpenTime
from meditrack_desktop.ui import theme

NARROW = 1000


@dataclass(frozen=True, slots=True)
class Columns:
    """Logical pixels from where reading begins; minutes from midnight."""

    width: int
    track_left: int
    track_right: int
    now_left: int
    free_left: int
    starts: int
    ends: int

    @classmethod
    def of(cls, width: int, shown: OpenTime) -> Columns:
        """The columns of a ribbon of this width."""
        px = theme.current().px
        narrow = width < px(NARROW)
        free_left = width - px(92 if narrow else 98)
        now_left = free_left - px(118 if narrow else 146)
        return cls(
            width,
            px(196 if narrow else 240),
            now_left - px(28),
            now_left,
            free_left,
            shown.starts,
            max(shown.ends, shown.starts + 60),
        )

    def x_of(self, minute: int) -> float:
        """Where a minute of the day lies; what is outside sticks to the edge."""
        share = (minute - self.starts) / (self.ends - self.starts)
        return self.track_left + min(1.0, max(0.0, share)) * (self.track_right - self.track_left)
