"""What a desk remembers of its window: a hostile file gives defaults, keeps a copy, and breaks nothing (H80)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.remembered import (
    ASIDE,
    FILE,
    dress_as_before,
    keep_looks,
    keep_place,
    place_as_before,
    remembered_in,
)

DEFAULTS = ("system", 100, "comfortable", True)


def looks() -> tuple[str, int, str, bool]:
    current = theme.current()
    return current.wanted, current.text_size, current.density, current.status_tints


@pytest.fixture(autouse=True)
def plain(qapp: QApplication) -> Iterator[None]:
    before = looks()
    theme.current().set(scheme="system", text_size=100, density="comfortable", status_tints=True)
    yield
    scheme, size, density, tints = before
    theme.current().set(scheme=scheme, text_size=size, density=density, status_tints=tints)  # type: ignore[arg-type]


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    theme.current().set(scheme="dark", text_size=125, density="compact", status_tints=False)
    window = QWidget()
    window.resize(640, 480)
    kept = remembered_in(tmp_path)
    keep_place(kept, window)
    keep_looks(kept)
    theme.current().set(scheme="system", text_size=100, density="comfortable", status_tints=True)
    again = QWidget()
    dress_as_before(remembered_in(tmp_path))
    place_as_before(remembered_in(tmp_path), again)
    assert looks() == ("dark", 125, "compact", False)
    assert again.size() == window.size()
    assert not (tmp_path / ASIDE).exists()
    again.deleteLater()
    window.deleteLater()


HOSTILE = {
    "unknown keys": b"[theme]\nunknown=1\n[nobody]\nknows=@Invalid()\n",
    "wrong types": (
        b"[theme]\nscheme=@ByteArray(\\0\\xff)\ntext_size=\xc2\xb2\ndensity=7\nstatus_tints=maybe\n"
        b"[window]\ngeometry=17\n"
    ),
    "a number too large": b"[theme]\ntext_size=" + b"9" * 5000 + b"\n",
    "another geometry": b"[window]\ngeometry=@ByteArray(not a geometry)\n",
    "half written": b"[theme]\nscheme=dar",
    "no settings file": os.urandom(3000).replace(b"=", b"~"),
    "empty": b"",
    "huge": b"[theme]\n" + b"scheme=dark\n" * 900_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gives_the_defaults(name: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(HOSTILE[name])
    kept = remembered_in(tmp_path)
    dress_as_before(kept)
    window = QWidget()
    place_as_before(kept, window)
    window.deleteLater()
    assert looks() == DEFAULTS
    keep_looks(kept)
    dress_as_before(remembered_in(tmp_path))
    assert looks() == DEFAULTS


def test_what_cannot_be_read_is_set_aside_whole(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(HOSTILE["huge"])
    remembered_in(tmp_path)
    assert (tmp_path / ASIDE).read_bytes() == HOSTILE["huge"]
    assert not (tmp_path / FILE).exists()
