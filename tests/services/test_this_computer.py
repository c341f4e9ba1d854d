"""Defaults for a new clinic: what this computer says of itself, and what is taken where it says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from meditrack_desktop.services import this_computer


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("TZ", "LC_ALL", "LC_TIME", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(this_computer, "_LINK", tmp_path / "localtime")
    monkeypatch.setattr(this_computer, "_NAMED", tmp_path / "timezone")
    monkeypatch.setattr("locale.getlocale", lambda: (None, None))


def test_the_zone_is_what_the_system_links_to(tmp_path: Path) -> None:
    assert this_computer.system_zone() == "UTC"
    (tmp_path / "timezone").write_text("Asia/Kolkata\n")
    assert this_computer.system_zone() == "Asia/Kolkata"
    (tmp_path / "zoneinfo" / "Europe").mkdir(parents=True)
    (tmp_path / "zoneinfo" / "Europe" / "Berlin").touch()
    (tmp_path / "localtime").symlink_to(tmp_path / "zoneinfo" / "Europe" / "Berlin")
    assert this_computer.system_zone() == "Europe/Berlin"


@pytest.mark.parametrize("told", ["Nowhere/Town", "../../etc/passwd", "CET-1CEST", ""])
def test_a_zone_nobody_knows_is_not_taken(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv("TZ", told)
    assert this_computer.system_zone() == "UTC"


def test_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", ":America/New_York")
    assert this_computer.system_zone() == "America/New_York"


@pytest.mark.parametrize(
    ("told", "region"),
    [
        ("de_CH.UTF-8", "CH"),
        ("en_GB@euro", "GB"),
        ("C", "US"),
        ("C.UTF-8", "US"),
        ("fr", "US"),
        ("xx_123", "US"),
    ],
)
def test_the_country_comes_with_the_language(monkeypatch: pytest.MonkeyPatch, told: str, region: str) -> None:
    monkeypatch.setenv("LANG", told)
    assert this_computer.system_region() == region
