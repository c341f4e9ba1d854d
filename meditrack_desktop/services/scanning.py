"""The virus scanner of this desk: what it is, and which one was chosen."""

from __future__ import annotations

import json
from contextlib import suppress

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ErrorCode, FieldProblem, Unavailable, invalid_fields
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.ports import Scanner
from meditrack_desktop.domain.scanning import OFF, ScannerState, is_address
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.profile import Profile, write_durably
from meditrack_desktop.services.work import Works

_FORMAT = 1


class ScannerChoice:
    """Kept beside the profile: each desk may have another scanner, or find it elsewhere."""

    def __init__(self, profile: Profile) -> None:
        self._file = profile.scanner

    def read(self) -> str:
        """ "" finds it by itself; OFF; or an address. What cannot be read is as if nobody had chosen."""
        with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
            content = json.loads(self._file.read_text("utf-8"))
            chosen = str(content["scanner"])
            if content["format"] == _FORMAT and (chosen in ("", OFF) or is_address(chosen)):
                return chosen
        return ""

    def keep(self, chosen: str) -> None:
        """Unavailable PROFILE_UNWRITABLE."""
        if chosen:
            write_durably(self._file, json.dumps({"format": _FORMAT, "scanner": chosen}).encode())
            return
        try:
            self._file.unlink(missing_ok=True)
        except OSError:
            raise Unavailable(ErrorCode.PROFILE_UNWRITABLE, folder=str(self._file.parent)) from None


class Scanning:
    def __init__(self, work: Works, scanner: Scanner, choice: ScannerChoice) -> None:
        self.work = work
        self._scanner = scanner
        self._choice = choice

    def state(self, actor: Actor) -> ScannerState:
        """The scanner as it is now; asks it, so it may take seconds."""
        with self.work.looking(actor, Permission.VIEW_SETTINGS) as look:
            look.lines.append(Line("scanner.viewed", "scanner"))
        return self._scanner.state()

    def chosen(self, actor: Actor) -> str:
        """What was chosen for this desk: "" for whatever it finds, `scanning.OFF`, or clamd's address."""
        with self.work.looking(actor, Permission.VIEW_SETTINGS) as look:
            look.lines.append(Line("scanner.viewed", "scanner"))
        return self._choice.read()

    def choose(self, actor: Actor, chosen: str) -> ScannerState:
        """Choose for this desk: "", `scanning.OFF`, a socket file or a port of this computer.

        Invalid `scanner` for anything else, other computers among it: documents would cross the network unencrypted.
        Unavailable PROFILE_UNWRITABLE.
        """
        chosen = chosen.strip()
        if chosen not in ("", OFF) and not is_address(chosen):
            raise invalid_fields(scanner=FieldProblem.OUT_OF_RANGE)
        with self.work(actor, Permission.EDIT_SETTINGS) as work:
            work.noted(Line("scanner.chosen", "scanner", detail=chosen or "found by itself"))
        self._choice.keep(chosen)
        return self._scanner.state()
