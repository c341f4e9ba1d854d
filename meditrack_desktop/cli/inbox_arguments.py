"""What `meditrack inbox` takes. Loads nothing: the command line is read before anything else is."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

STATES = ("waiting", "refused", "filed", "discarded", "split")
TYPES = ("lab_report", "imaging", "referral", "letter", "photo", "consent", "identity", "insurance", "other")


def add_arguments(parser: ArgumentParser, *shared: ArgumentParser) -> None:
    """The deeds of `meditrack inbox`, each with the arguments that all commands share."""
    deeds = parser.add_subparsers(title="deeds", metavar="DEED", dest="deed", required=True)

    def add(name: str, help_: str) -> ArgumentParser:
        return deeds.add_parser(name, help=help_, description=help_, parents=list(shared))

    lists = add("list", "what waits in the inbox, or became of it")
    lists.add_argument("--state", choices=STATES, default=STATES[0], help="default: what waits")

    takes = add("take", "take files into the inbox; a folder is a DICOM study")
    takes.add_argument("files", nargs="+", type=Path, metavar="FILE")

    add("collect", "take in what lies in this desk's scan folder")

    folder = add("folder", "show or choose this desk's scan folder")
    chosen = folder.add_mutually_exclusive_group()
    chosen.add_argument("--set", type=Path, metavar="DIR", help="take files from there, from now on")
    chosen.add_argument("--none", action="store_true", help="take files from nowhere")

    files = add("file", "file one with a patient")
    files.add_argument("id", metavar="ID", help="as `list` tells it")
    whose = files.add_mutually_exclusive_group(required=True)
    whose.add_argument("--patient", metavar="NUMBER", help="the patient's record number")
    whose.add_argument(
        "--sure", action="store_true", help="whom it surely names; refused if that is not sure"
    )
    files.add_argument("--type", choices=TYPES, help="default: what it looks like")
    files.add_argument("--title", default="", metavar="TEXT", help="default: its file name")
