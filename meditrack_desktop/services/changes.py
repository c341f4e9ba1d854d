"""Carries each commit's change set to whoever listens in this process."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from meditrack_desktop.domain.changes import ChangeSet

Subscriber = Callable[[ChangeSet], None]


class ChangeBus:
    """Subscribers are called in the thread that committed, after the commit; they must return at once."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._subscribers: list[Subscriber] = []

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Hear every change from now on. Returns the call that ends it."""
        with self._guard:
            self._subscribers.append(subscriber)

        def leave() -> None:
            with self._guard:
                if subscriber in self._subscribers:
                    self._subscribers.remove(subscriber)

        return leave

    def announce(self, changes: ChangeSet) -> None:
        if not changes.changes and not changes.everything:
            return
        with self._guard:
            subscribers = tuple(self._subscribers)
        for subscriber in subscribers:
            subscriber(changes)
