"""meditrack move-vault."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from meditrack_desktop.cli.doors import Doors
from meditrack_desktop.cli.output import answer
from meditrack_desktop.cli.signing_in import signed_in, typed_store_key
from meditrack_desktop.domain.vault_moves import MoveVault


def move_vault(args: Namespace, doors: Doors) -> int:
    """Copy the documents to another place, prove them there, and use it. The last line typed is the store's key."""
    # A folder as the shell means it; a store's address that was typed wrong is nobody's folder.
    target = args.target if args.target.lower().startswith("s3:") else str(Path(args.target).absolute())
    with signed_in(args) as (clinic, actor):
        access = typed_store_key() if target.lower().startswith("s3://") else ""
        moved = clinic.vault_moves.move(actor, MoveVault(target, access))
    lines = [
        f"{moved.files} documents lie in {target} now; {moved.copied} files were copied and read back.",
        "Nothing was removed where they lay. Run this at every other desk of the clinic before it files again.",
    ]
    if moved.missing:
        lines.append(f"{len(moved.missing)} documents are whole in neither place: run meditrack verify.")
    result = {"files": moved.files, "copied": moved.copied, "missing": [str(each) for each in moved.missing]}
    answer(args, result, *lines)
    return 1 if moved.missing else 0
