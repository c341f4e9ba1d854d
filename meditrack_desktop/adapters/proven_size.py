"""How large a file may be for a scanner's "clean" to mean something."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class ProvenSize:
    """What became of EICAR in files of different sizes. Scanners pass over what is above their limits in silence."""

    proven: int = 0
    """Up to so many bytes it was found."""
    silent_from: int | None = None
    """From so many bytes on it was not."""
    warns: bool = False
    """The scanner says so itself when a file is above one of its limits."""

    def holds(self, size: int) -> bool:
        """Whether "clean" is believed of a file of this size."""
        return self.warns or size <= self.proven

    def is_unknown(self, size: int) -> bool:
        """Whether it is worth trying with EICAR in a file of this size."""
        return not self.holds(size) and (self.silent_from is None or size < self.silent_from)

    def found(self, size: int) -> None:
        self.proven = max(self.proven, size)

    def missed(self, size: int) -> None:
        self.silent_from = min(size, self.silent_from or size)

    @property
    def limit(self) -> int | None:
        """The largest file known to be looked at, None if no limit was met."""
        return None if self.warns or self.silent_from is None else self.proven
