"""Which of the changes counted in a SQLite file this process made itself, so that it does not hear its own echo."""

from __future__ import annotations

from bisect import bisect_right
from threading import Lock

REMEMBERED = 1000


class OwnChanges:
    """Numbers that this process's transactions took from the file's counter of changes.

    A number is noted before its transaction commits and withdrawn before it is undone. So whoever reads the
    counter sees a number only when it is known here whose it is, and a number that was given back, and taken by
    another desk, is never held for our own.
    """

    def __init__(self) -> None:
        self._guard = Lock()
        self._numbers: list[int] = []
        self._forgotten = 0

    def note(self, number: int) -> None:
        """This process is about to commit change `number`. SQLite has one writer at a time, so they rise."""
        with self._guard:
            self._numbers.append(number)
            surplus = len(self._numbers) - REMEMBERED
            if surplus > 0:
                del self._numbers[:surplus]
                self._forgotten += surplus

    def withdraw(self, number: int) -> None:
        """The transaction that took `number` is about to be undone."""
        with self._guard:
            if self._numbers and self._numbers[-1] == number:
                self._numbers.pop()

    def foreign(self, counted: int) -> int:
        """How many of the `counted` changes others made."""
        with self._guard:
            return counted - self._forgotten - bisect_right(self._numbers, counted)
