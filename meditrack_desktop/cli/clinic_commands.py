"""meditrack migrate, demo, screenshots and self-test."""

from __future__ import annotations

import shutil
import tempfile
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from meditrack_desktop import bootstrap
from meditrack_desktop.cli.doors import Doors
from meditrack_desktop.cli.output import DONE, REFUSED, answer
from meditrack_desktop.cli.self_test import run_checks
from meditrack_desktop.cli.signing_in import typed_password
from meditrack_desktop.config import demo_profile
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, NotAuthenticated

PICTURE_MOMENT = datetime(2026, 11, 18, 10, 42, tzinfo=UTC)
"""When pictures are taken: a Wednesday morning in the middle of everything."""


def migrate(args: Namespace, doors: Doors) -> int:
    """Bring the data to this version of the program."""
    if not args.user:
        raise NotAuthenticated(ErrorCode.AUTHENTICATION_REQUIRED)
    done = bootstrap.migrate_clinic(args.profile, args.user, typed_password(args))
    lines = [f"Nothing to do: the data is at version {done.after}."]
    if done.before != done.after:
        lines = [f"The data was brought from version {done.before} to {done.after}."]
        if done.saved_as:
            lines.append(f"As it was before, it is kept as {done.saved_as}.")
    result = {"before": done.before, "after": done.after, "saved_as": done.saved_as}
    return answer(args, result, *lines)


def demo(args: Namespace, doors: Doors) -> int:
    """Make the sample clinic, print its accounts, and open it."""
    folder: Path = args.profile if args.profile_given else demo_profile()
    accounts = bootstrap.ready_demo(folder)
    answer(args, {"profile": str(folder), "accounts": accounts}, *(f"{n} {p}" for n, p in accounts.items()))
    if args.no_window:
        return DONE
    return doors.open_desk(folder, ("reception", accounts["reception"]))


def screenshots(args: Namespace, doors: Doors) -> int:
    """Draw every window and state of a sample clinic into PNG files."""
    with tempfile.TemporaryDirectory(prefix="meditrack-screens-") as temporary:
        folder = Path(temporary) / "profile"
        accounts = bootstrap.ready_demo(folder, PICTURE_MOMENT)
        args.directory.mkdir(parents=True, exist_ok=True)
        people = [(user, accounts[user]) for user in ("reception", "doctor", "admin")]
        files = doors.draw_screens(folder, args.directory, people, FixedClock(PICTURE_MOMENT))
        shutil.rmtree(folder, ignore_errors=True)
    return answer(
        args, {"files": [str(file) for file in files]}, f"{len(files)} pictures in {args.directory}."
    )


def self_test(args: Namespace, doors: Doors) -> int:
    """Check that every part of this installation works; one line a check."""
    failed = 0
    results: list[dict[str, str]] = []
    for what, problem in run_checks(doors):
        failed += bool(problem)
        results.append({"check": what, "problem": problem})
        if not args.json:
            print(f"{'FAILED' if problem else 'ok':7}{what}{': ' + problem if problem else ''}", flush=True)
    if args.json:
        answer(args, {"checks": results})
    return REFUSED if failed else DONE


Command = Callable[[Namespace, Doors], int]
