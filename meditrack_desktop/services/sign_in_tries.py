"""Slowing down whoever guesses passwords (security.md D14): in the database, and beside the profile while it is shut.

The file keeps no names: a person's entry is found by an HMAC under this workstation's secret, which also seals
the whole. Whoever can delete the file has the database file as well and guesses elsewhere; there the cost of
Argon2id stands in the way.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from uuid import UUID

from meditrack_desktop.database.queries import sign_in_tries as queries
from meditrack_desktop.database.session import ReadSession
from meditrack_desktop.domain.errors import ErrorCode, NotAuthenticated
from meditrack_desktop.domain.sessions import (
    AT_HOME_FOR,
    CLOSED_AFTER,
    FREE_FAILURES,
    wait_left,
)
from meditrack_desktop.services.key_slots import KeySlots
from meditrack_desktop.services.profile import write_durably

FORMAT = 1
MOST_NAMES = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EVERYBODY = "everybody"

Failures = tuple[int, datetime]
"""How many in a row, and when the last one was."""


def refuse_too_fast(failures: Failures, now: datetime) -> None:
    """NotAuthenticated TOO_MANY_TRIES with `seconds` to wait, or SIGN_IN_CLOSED after too many in a row."""
    count, last_at = failures
    if count >= CLOSED_AFTER:
        raise NotAuthenticated(ErrorCode.SIGN_IN_CLOSED)
    left = wait_left(count, last_at, now)
    if left > timedelta(0):
        raise NotAuthenticated(ErrorCode.TOO_MANY_TRIES, seconds=max(1, round(left.total_seconds())))


def refuse_guessing(session: ReadSession, account_id: UUID, desk: str, now: datetime) -> None:
    """As `refuse_too_fast`, for a known person at a desk whose database is open.

    Also closed is a desk where they did not sign in for a month, once there were too many failures at such
    desks together: guessing at many desks is no way round, and failures elsewhere close no desk of their own.
    """
    bucket = queries.bucket(session, account_id, desk)
    if bucket is not None:
        refuse_too_fast((bucket.failures, bucket.last_at), now)
    since = now - AT_HOME_FOR
    if queries.strange_failures(session, account_id, since) >= CLOSED_AFTER and not queries.is_at_home(
        session, account_id, desk, since
    ):
        raise NotAuthenticated(ErrorCode.SIGN_IN_CLOSED)


class Strangers:
    """Failures with names that nobody has, for this process only: they wait as known names do, and leave no row."""

    def __init__(self) -> None:
        self._failures: dict[str, Failures] = {}

    def refuse_too_fast(self, username: str, now: datetime) -> None:
        refuse_too_fast(self._failures.get(username, (0, now)), now)

    def failed(self, username: str, now: datetime) -> None:
        count, _ = self._failures.pop(username, (0, now))
        while len(self._failures) >= MOST_NAMES:
            del self._failures[next(iter(self._failures))]
        self._failures[username] = (count + 1, now)


class ClosedTries:
    """Failures to open a local clinic at this desk; they outlive the program. Names need not exist."""

    def __init__(self, path: Path, slots: KeySlots) -> None:
        self._path = path
        self._slots = slots
        self._guard = Lock()

    def refuse_too_fast(self, username: str, now: datetime) -> None:
        """NotAuthenticated TOO_MANY_TRIES or SIGN_IN_CLOSED."""
        with self._guard:
            refuse_too_fast(self._of(username, self._read(now), now), now)

    def failed(self, username: str, now: datetime) -> None:
        """Count one more. Unavailable PROFILE_UNWRITABLE: what cannot be counted is not tried."""
        with self._guard:
            known = self._read(now)
            count, _ = self._of(username, known, now)
            others = {id_: entry for id_, entry in known.items() if id_ != self._id(username)}
            while len(others) >= MOST_NAMES:  # of many, those go first that tell least
                del others[min(others, key=lambda id_: others[id_])]
            self._write({**others, self._id(username): (count + 1, now)})

    def take_back(self, username: str, now: datetime) -> None:
        """Count one less: it was not the password that failed."""
        with self._guard:
            known = self._read(now)
            count, last_at = self._of(username, known, now)
            self._write({**known, self._id(username): (max(count - 1, 0), last_at)})

    def forget(self, username: str, now: datetime) -> None:
        """The password was right, or an administrator opened signing in again."""
        with self._guard:
            known = self._read(now)
            kept = {id_: entry for id_, entry in known.items() if id_ not in (self._id(username), _EVERYBODY)}
            if kept != known:
                self._write(kept)

    def _of(self, username: str, known: dict[str, Failures], now: datetime) -> Failures:
        return known.get(self._id(username)) or known.get(_EVERYBODY) or (0, now)

    def _id(self, username: str) -> str:
        return self._keyed(b"name:" + username.encode())[:32]

    def _keyed(self, content: bytes) -> str:
        secret = self._slots.device_secret
        return hmac.new(secret, b"tries v1:" + content, hashlib.sha256).hexdigest()

    def _read(self, now: datetime) -> dict[str, Failures]:
        """What was counted. A file that is not as it was written has cost everybody the free failures."""
        try:
            content = json.loads(self._path.read_text("utf-8"))
            entries: dict[str, list[int]] = content["tries"]
            whole = hmac.compare_digest(str(content["seal"]), self._keyed(_canonical(entries)))
            if whole and content["format"] == FORMAT:
                return {
                    id_: (count, _EPOCH + timedelta(microseconds=last))
                    for id_, (count, last) in entries.items()
                }
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
            pass
        suspicious = {_EVERYBODY: (FREE_FAILURES, now)}
        self._write(suspicious)
        return suspicious

    def _write(self, known: dict[str, Failures]) -> None:
        entries = {
            id_: [count, (last - _EPOCH) // timedelta(microseconds=1)] for id_, (count, last) in known.items()
        }
        content = {"format": FORMAT, "tries": entries, "seal": self._keyed(_canonical(entries))}
        write_durably(self._path, json.dumps(content).encode())


def _canonical(entries: dict[str, list[int]]) -> bytes:
    return json.dumps(entries, sort_keys=True).encode()
