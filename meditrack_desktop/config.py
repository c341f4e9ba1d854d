"""Where the program keeps its settings, its data and its resources."""

import sys
from pathlib import Path

from platformdirs import user_data_dir

_PACKAGE = Path(__file__).resolve().parent


def resource_path(*parts: str) -> Path:
    """Path of a file that ships with the program (fonts, icons, styles), wherever it was installed.

    Resources lie beside the package in a source tree, inside it in a wheel and in the bundle
    folder of a frozen build. The path is not checked for existence.
    """
    bundle = getattr(sys, "_MEIPASS", None)
    candidates = [] if bundle is None else [Path(bundle) / "meditrack_desktop" / "resources"]
    candidates += [_PACKAGE / "resources", _PACKAGE.parent / "resources"]
    root = next((folder for folder in candidates if folder.is_dir()), candidates[-1])
    return root.joinpath(*parts)


def default_profile() -> Path:
    """The profile folder of this person on this computer, as the platform wants it."""
    return Path(user_data_dir("MediTrack", appauthor=False))


def demo_profile() -> Path:
    """Where the sample clinic lives: never beside a real one."""
    return Path(user_data_dir("MediTrack Demo", appauthor=False))
