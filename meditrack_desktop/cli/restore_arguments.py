"""What `meditrack restore` takes. Apart from the command itself, so that asking for help loads no database."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path


def add_arguments(restore: ArgumentParser, postgres: str | None, variable: str) -> None:
    """`postgres` is the default address, out of the environment's `variable`."""
    restore.add_argument(
        "name", nargs="?", default="latest", metavar="NAME", help="which backup (default: the newest)"
    )
    restore.add_argument(
        "--yes", action="store_true", help="put it in the place of what is here; else only tell of it"
    )
    restore.add_argument(
        "--kit",
        type=Path,
        metavar="FILE",
        help="the recovery kit, - for standard input: onto a new computer, or where the clinic opens no more",
    )
    restore.add_argument(
        "--from", dest="source", type=Path, metavar="DIR", help="the backup folder, with --kit"
    )
    documents = restore.add_mutually_exclusive_group()
    documents.add_argument(
        "--documents", type=Path, metavar="DIR", help="where the documents shall lie, with --kit"
    )
    documents.add_argument(
        "--vault",
        metavar="URL",
        default="",
        help="or in which store, with --kit: s3://bucket/beginning?endpoint=https://host",
    )
    add_store_key(restore, "default with --vault; else the store that this computer or the backup names")
    restore.add_argument(
        "--postgres",
        metavar="URL",
        default=postgres,
        help=f"onto a clinic server, with --kit; better given as {variable}",
    )


def add_store_key(command: ArgumentParser, more: str) -> None:
    """The store's key, for a computer that has lost it."""
    command.add_argument(
        "--store-key-stdin",
        action="store_true",
        help="read the key of the store of documents and its secret, with a blank between them, from standard input: "
        f"the line after the password, before the kit ({more})",
    )
