"""What `meditrack init` takes. Apart from the command itself, so that asking for help loads no database."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path


def add_arguments(init: ArgumentParser, postgres: str | None, variable: str) -> None:
    """What `meditrack init` takes. `postgres` is the default address, out of the environment's `variable`."""
    init.add_argument("--clinic", metavar="NAME", help="the clinic's name")
    init.add_argument("--admin", metavar="NAME", help="the first administrator's name")
    init.add_argument(
        "--recovery-kit",
        type=Path,
        metavar="FILE",
        help="where the kit is written: a page to print if it ends in .pdf, else text",
    )
    backup = init.add_mutually_exclusive_group()
    backup.add_argument("--backup", type=Path, metavar="DIR", help="the folder for backups")
    backup.add_argument(
        "--backup-later", action="store_true", help="no backups yet; the desk keeps reminding of it"
    )
    init.add_argument(
        "--postgres",
        metavar="URL",
        default=postgres,
        help="a shared Postgres instead of a file on this computer. Without sslmode in the URL a connection is only "
        "made with a certificate that is valid for the server. A URL with a password is better given "
        f"as {variable}, where other people of this computer cannot see it",
    )
    init.add_argument(
        "--certificate",
        type=Path,
        metavar="FILE",
        help="the authority that signed the server's certificate (PEM)",
    )
    init.add_argument(
        "--documents", type=Path, metavar="DIR", help="the folder for documents; for several desks, a share"
    )
    init.add_argument(
        "--vault",
        metavar="URL",
        help="an S3-compatible store for documents instead: s3://bucket/beginning?endpoint=https://host; its key and "
        "secret, with a blank between them, are the last line of standard input",
    )
    init.add_argument("--zone", help="IANA time zone, like Europe/London (default: this computer's)")
    init.add_argument("--region", help="two-letter country, for phones and dates (default: this computer's)")
    init.add_argument(
        "--desk", default="", metavar="NAME", help="what this desk is called (default: as the computer)"
    )
    init.add_argument(
        "--device-passphrase-stdin",
        action="store_true",
        help="no keyring here: seal this computer's secret with a passphrase, the next line of standard input",
    )
    init.add_argument(
        "--join",
        action="store_true",
        help="ask the clinic on --postgres to let this desk in; once it was approved, run it again",
    )
    init.add_argument(
        "--kit", type=Path, metavar="FILE", help="with --join: the recovery kit's text lets the desk in"
    )
    init.set_defaults(wrong_usage=init.error)
