"""The front door: `meditrack` and `python -m meditrack_desktop`. Loads one face, and Qt only if it is asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__main__" and sys.argv[1:] == ["examine-apart"]:
    # The process apart, in which strangers' files are looked at: before anything of the clinic is loaded.
    from meditrack_desktop.examiner.apart import child

    sys.exit(child.serve())

from meditrack_desktop.cli.doors import Doors
from meditrack_desktop.cli.main import run
from meditrack_desktop.cli.output import refuse
from meditrack_desktop.domain.clock import Clock

if TYPE_CHECKING:
    from meditrack_desktop.services.clinic import Clinic
    from meditrack_desktop.services.recovery import RecoverClinic, Recovered
    from meditrack_desktop.ui.first_run.doors import FirstRunDoors

QT_LIBRARIES = (
    "the windows need libraries of the system that are missing here ({error}). On Debian or Ubuntu: "
    "apt-get install libegl1 libgl1 libglib2.0-0 libfontconfig1 libdbus-1-3 libxkbcommon0 libgssapi-krb5-2 "
    "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0"
)
NO_DISPLAY = "there is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set)."


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _leave_no_core_dump()
    try:
        return run(argv, Doors(_open_desk, _draw_screens, _take_call, _check_windows))
    except ImportError as error:
        if error.name and not error.name.startswith(("PySide6", "shiboken6")):
            raise
        return refuse(QT_LIBRARIES.format(error=error))
    except KeyboardInterrupt:
        return 130


def _has_display() -> bool:
    """Qt ends the process where it finds none, so it is looked for first. Whoever names a platform gets it."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in named)


def _leave_no_core_dump() -> None:
    """A crash must not write the memory of an open clinic to the disk (security.md D41)."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _take_call(profile: Path, number: str) -> int:
    from meditrack_desktop.ui.hand_over import hand_over

    return 0 if hand_over(profile, number) else _open_desk(profile, None, number)


def _open_desk(profile: Path, sign_in: tuple[str, str] | None, caller: str = "") -> int:
    if not _has_display():
        if sign_in is None:
            return refuse(NO_DISPLAY)
        # The sample clinic has been made and its accounts printed; only the window is missing.
        sys.stderr.write(f"meditrack: {NO_DISPLAY} The clinic is ready in {profile}.\n")
        return 0
    from meditrack_desktop.ui.application import run_desktop

    return run_desktop(
        profile, _open_clinic, sign_in=sign_in, first_run=_first_run, recover=_recover, caller=caller
    )


def _open_clinic(folder: Path) -> Clinic:
    # Imported when the window asks, beside the painted sign-in card: the database takes longer than the card.
    from meditrack_desktop.bootstrap import open_clinic

    return open_clinic(folder)


def _recover(folder: Path, command: RecoverClinic) -> Recovered:
    from meditrack_desktop.bootstrap import recover_clinic

    return recover_clinic(folder, command)


def _first_run() -> FirstRunDoors:
    from meditrack_desktop import bootstrap
    from meditrack_desktop.ui.first_run.doors import FirstRunDoors

    return FirstRunDoors(
        has_keyring=bootstrap.has_keyring,
        set_up=lambda folder, command, kit: bootstrap.set_up_clinic(folder, command, kit=kit),
        ask_to_join=bootstrap.ask_to_join,
        was_approved=bootstrap.was_approved,
        join_with_kit=bootstrap.join_with_kit,
        preview_restore=bootstrap.preview_by_kit,
        restore=lambda folder, command, passphrase, report: bootstrap.restore_by_kit(
            folder, command, report, passphrase=passphrase
        ),
    )


def _draw_screens(
    profile: Path, target: Path, people: Sequence[tuple[str, str]], clock: Clock
) -> Sequence[Path]:
    from meditrack_desktop.bootstrap import open_clinic
    from meditrack_desktop.ui.screenshots import render_all

    return render_all(profile, partial(open_clinic, clock=clock), people, target, clock)


def _check_windows() -> list[tuple[str, str]]:
    from meditrack_desktop.ui.self_test import check_windows

    return check_windows()


if __name__ == "__main__":
    sys.exit(main())
