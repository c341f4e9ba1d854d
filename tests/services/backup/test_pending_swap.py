"""Files of a profile are exchanged once, whoever comes upon the decision."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest

from meditrack_desktop.services import pending_swap


def test_two_programs_that_come_upon_it_at_once_keep_old_and_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A window and a command of one desk: the second must not set the new database aside over the old one."""
    (tmp_path / "clinic.db").write_bytes(b"old")
    coming = pending_swap.new_coming(tmp_path)
    (coming / "clinic.db").write_bytes(b"new")
    rename, others = Path.rename, list[Thread]()

    def second_comes_between(self: Path, target: Path) -> Path:
        if self == tmp_path / "clinic.db" and not others:
            others.append(Thread(target=pending_swap.finish, args=(tmp_path,)))
            others[0].start()
            others[0].join(0.5)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", second_comes_between)
    aside = pending_swap.decide(tmp_path, coming)
    others[0].join(5)
    assert not others[0].is_alive()
    assert (tmp_path / "clinic.db").read_bytes() == b"new"
    assert (tmp_path / aside / "clinic.db").read_bytes() == b"old"
    assert not (tmp_path / pending_swap.DECISION).exists()
