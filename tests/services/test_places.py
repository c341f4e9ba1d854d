"""Where files may live: no database on a network drive, backups outside the profile."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services import places

MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:40 / /mnt/share rw,relatime shared:20 - cifs //nas/clinic rw
41 22 0:41 / /mnt/with\\040space rw - nfs4 nas:/x rw
42 40 8:2 / /mnt/share/local rw - ext4 /dev/sdb1 rw
43 22 0:43 / /people/ada/cloud rw - fuse.sshfs ada@nas: rw
44 22 0:44 / /run tmpfs broken line
"""


@pytest.fixture
def mounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "mountinfo"
    table.write_text(MOUNTS)
    monkeypatch.setattr(places, "_MOUNTS", table)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads Linux's table of mounts")
@pytest.mark.parametrize(
    ("place", "network"),
    [
        ("/mnt/share", True),
        ("/mnt/share/meditrack", True),
        ("/mnt/shared", False),
        ("/mnt/share/local/meditrack", False),
        ("/mnt/with space/meditrack", True),
        ("/people/ada/cloud/x/y", True),
        ("/people/ada", False),
        ("/", False),
    ],
)
def test_the_longest_mount_decides(mounts: None, place: str, network: bool) -> None:
    kind = places._kind_of_mount(Path(place), places._mounts())
    assert (kind in places.NETWORK_KINDS) is network


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads Linux's table of mounts")
def test_a_profile_on_a_share_is_refused_and_named(
    mounts: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(places, "_kind_of_mount", lambda place, table: "nfs4")
    with pytest.raises(Unavailable) as refused:
        places.refuse_network_drive(tmp_path / "not" / "there" / "yet")
    assert refused.value.code is ErrorCode.PROFILE_ON_NETWORK
    assert refused.value.parameters["folder"] == str(tmp_path / "not" / "there" / "yet")


def test_this_machines_own_disk_is_none(tmp_path: Path) -> None:
    assert places.on_network(tmp_path) is False
    places.refuse_network_drive(tmp_path)


def test_where_the_system_tells_nothing_nobody_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(places, "_MOUNTS", tmp_path / "none")
    assert places._mounts() == []


def test_a_backup_folder_is_made_and_left_empty(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    places.check_backup_folder(folder, tmp_path / "profile")
    assert folder.is_dir() and list(folder.iterdir()) == []


@pytest.mark.parametrize("inside", ["profile", "profile/backups", "profile/../profile/x"])
def test_a_backup_that_would_perish_with_the_profile_is_refused(tmp_path: Path, inside: str) -> None:
    (tmp_path / "profile").mkdir()
    with pytest.raises(Unavailable) as refused:
        places.check_backup_folder(tmp_path / inside, tmp_path / "profile")
    assert refused.value.code is ErrorCode.BACKUP_TARGET_UNUSABLE


def test_folders_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable) as refused:
        places.check_backup_folder(tmp_path / "file" / "x", tmp_path / "profile")
    assert refused.value.code is ErrorCode.BACKUP_TARGET_UNUSABLE
    with pytest.raises(Unavailable) as documents:
        places.check_documents_folder(tmp_path / "file")
    assert documents.value.code is ErrorCode.VAULT_UNWRITABLE
    places.check_documents_folder(tmp_path / "share")
    assert os.listdir(tmp_path / "share") == []
