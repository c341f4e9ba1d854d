"""What `meditrack calendar` takes. Loads nothing: the command line is read before anything else is."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser
from datetime import date
from pathlib import Path

PATIENT_WORDS = ("initials", "busy", "names")
DEEDS = ("export", "import", "closures", "day", "visit")


def add_arguments(parser: ArgumentParser, *shared: ArgumentParser) -> None:
    """The deeds of `meditrack calendar`, each with the arguments that all commands share."""
    deeds = parser.add_subparsers(title="deeds", metavar="DEED", dest="deed", required=True)

    def add(name: str, help_: str) -> ArgumentParser:
        return deeds.add_parser(name, help=help_, description=help_, parents=list(shared))

    exports = add("export", "write a doctor's visits to an iCalendar file")
    _add_doctor(exports, required=True)
    exports.add_argument(
        "--from", dest="first", type=date.fromisoformat, metavar="DATE", help="default: today"
    )
    exports.add_argument(
        "--to", dest="last", type=date.fromisoformat, metavar="DATE", help="default: four weeks from then"
    )
    exports.add_argument(
        "--patients",
        choices=PATIENT_WORDS,
        default=PATIENT_WORDS[0],
        help="how patients are named (default: initials); names need the right to export patients",
    )
    _add_new_file(exports)

    imports = add("import", "take the busy time of an iCalendar file as a doctor's absences")
    _add_doctor(imports, required=True)
    imports.add_argument("--no-titles", action="store_true", help="absences only say that they were imported")
    imports.add_argument("--dry-run", action="store_true", help="only tell what would come of it")
    imports.add_argument("file", type=Path, metavar="FILE")

    closures = add(
        "closures", "take the whole days of an iCalendar file as days on which the clinic is closed"
    )
    closures.add_argument("--dry-run", action="store_true", help="only tell what would come of it")
    closures.add_argument("file", type=Path, metavar="FILE")

    day = add("day", "write a day's sheet to a PDF file")
    _add_doctor(day, required=False)
    day.add_argument("--date", type=date.fromisoformat, metavar="DATE", help="default: today")
    day.add_argument("--reasons", action="store_true", help="what each visit is for, too")
    _add_new_file(day)

    visit = add("visit", "write one visit to an iCalendar file for its patient")
    visit.add_argument("id", metavar="ID", help="the visit's id")
    _add_new_file(visit)


def _add_doctor(parser: ArgumentParser, *, required: bool) -> None:
    parser.add_argument(
        "--doctor",
        required=required,
        default=None if required else SUPPRESS,
        metavar="NAME",
        help="the doctor's name or a part of it that no other has" + ("" if required else " (default: all)"),
    )


def _add_new_file(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the new file; one that exists is left alone")
