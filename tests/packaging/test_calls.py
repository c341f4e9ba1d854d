"""What tells each system that links to phone numbers are for this program: the same schemes everywhere."""

from __future__ import annotations

import configparser
import plistlib
import re
import shutil
import subprocess

import pytest

from meditrack_desktop.domain.callers import SCHEMES, read_link
from tests.conftest import ROOT

FOLDER = ROOT / "packaging" / "calls"
NAMES = {scheme.removesuffix(":") for scheme in SCHEMES}


def test_the_desktop_entry_names_every_scheme_and_hands_the_link_over() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(FOLDER / "meditrack.desktop", encoding="utf-8")
    main = entry["Desktop Entry"]
    types = {kind for kind in main["MimeType"].split(";") if kind}
    assert types == {f"x-scheme-handler/{name}" for name in NAMES}
    assert main["Exec"] == "meditrack %u"


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="needs desktop-file-validate")
def test_the_desktop_entry_is_valid() -> None:
    subprocess.run(["desktop-file-validate", FOLDER / "meditrack.desktop"], check=True)


def test_windows_is_told_the_same() -> None:
    script = (FOLDER / "register-calls.ps1").read_text(encoding="utf-8")
    named = re.search(r"\$Schemes = @\(([^)]*)\)", script)
    assert named is not None
    assert set(re.findall(r'"(\w+)"', named[1])) == NAMES
    assert '`"$Program`" call `"%1`"' in script and "HKLM" not in script


def test_macos_is_told_the_same() -> None:
    with (FOLDER / "Info.plist").open("rb") as file:
        (kind,) = plistlib.load(file)["CFBundleURLTypes"]
    assert set(kind["CFBundleURLSchemes"]) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_of_them_is_read(name: str) -> None:
    assert read_link(f"{name}:+15550142") == "+15550142"
