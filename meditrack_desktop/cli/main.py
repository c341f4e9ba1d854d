"""The command line's shape: which commands there are, what each takes, and how refusals leave."""

from __future__ import annotations

import os
import sys
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from meditrack_desktop import __version__
from meditrack_desktop.cli import calendar_arguments, inbox_arguments, restore_arguments, set_up_arguments
from meditrack_desktop.cli.doors import Doors
from meditrack_desktop.cli.output import refuse
from meditrack_desktop.cli.words import sentence
from meditrack_desktop.config import default_profile
from meditrack_desktop.domain.callers import is_link, read_link, read_number
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Unavailable

POSTGRES_VARIABLE = "MEDITRACK_POSTGRES"

Run = Callable[[Namespace, Doors], int]
EXPORT_KINDS = ("csv", "xlsx", "vcard", "fhir")
LATER = {
    "worker": "send reminders and mail",
    "api": "serve the optional web interface",
}


def run(argv: Sequence[str] | None, doors: Doors) -> int:
    """Run one command. Exit codes: 0 done, 1 refused with one sentence, 2 wrong usage (argparse exits)."""
    args = _parser().parse_args(_with_call(sys.argv[1:] if argv is None else list(argv)))
    args.profile_given = args.profile is not None
    args.profile = args.profile or default_profile()
    try:
        run_command: Run = args.run
        return run_command(args, doors)
    except ClinicError as error:
        return refuse(sentence(error))


def _with_call(argv: list[str]) -> list[str]:
    """The system hands a link over as it is: `meditrack tel:+15550142` is `meditrack call tel:+15550142`."""
    at = next((place for place, word in enumerate(argv) if is_link(word)), None)
    if at is None or "call" in argv[:at]:
        return argv
    return [*argv[:at], "call", argv[at]]


def _parser() -> ArgumentParser:
    top = ArgumentParser(add_help=False)
    _add_shared(top, profile=None, json=False)
    # A command's own defaults would overwrite what was given before the command's name.
    shared = ArgumentParser(add_help=False)
    _add_shared(shared, profile=SUPPRESS, json=SUPPRESS)
    person = ArgumentParser(add_help=False)
    person.add_argument("--user", metavar="NAME", help="who signs in")
    person.add_argument("--password-stdin", action="store_true", help="read the password from standard input")

    parser = ArgumentParser(
        prog="meditrack", description="The program of a clinic's front desk.", parents=[top]
    )
    parser.add_argument("--version", action="version", version=f"MediTrack Desktop {__version__}")
    parser.set_defaults(run=_desk)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add(name: str, help_: str, run_: Run, *parents: ArgumentParser) -> ArgumentParser:
        command = commands.add_parser(name, help=help_, description=help_, parents=[shared, *parents])
        command.set_defaults(run=run_)
        return command

    demo = add("demo", "make and open a ready sample clinic", _demo)
    demo.add_argument("--no-window", action="store_true", help="only make it and print its accounts")

    init = add("init", "set a clinic up without a window", _init, person)
    set_up_arguments.add_arguments(init, os.environ.get(POSTGRES_VARIABLE), POSTGRES_VARIABLE)

    imports = add("import", "import patients and doctors from files", _import, person)
    imports.add_argument("files", nargs="+", type=Path, metavar="FILE")
    imports.add_argument(
        "--dates",
        choices=["ask", "day_first", "month_first"],
        default="ask",
        help="how 03/04/2001 is to be read (default: refuse such rows)",
    )
    imports.add_argument(
        "--map",
        action="append",
        type=_column_and_field,
        metavar="COLUMN=FIELD",
        help="what a column holds, such as Nachname='family name' or '#3=phone'; COLUMN= leaves it out",
    )
    imports.add_argument(
        "--source",
        metavar="NAME",
        default="",
        help="where the table is from: ids of different sources are never compared",
    )
    imports.add_argument("--no-header", action="store_true", help="the first row is somebody's already")
    imports.add_argument("--dry-run", action="store_true", help="only tell what would come of it")
    imports.add_argument(
        "--file-wins",
        action="store_true",
        help="where a known person's record says otherwise, the file is right (default: the record)",
    )
    imports.add_argument("--all-or-none", action="store_true", help="take nobody if any row is bad")

    exports = add("export", "write patients to a file", _export, person)
    exports.add_argument("kind", choices=EXPORT_KINDS, metavar="KIND", help=", ".join(EXPORT_KINDS))
    exports.add_argument(
        "file", type=Path, metavar="FILE", help="the new file; one that exists is left alone"
    )
    exports.add_argument("--find", metavar="TEXT", default="", help="only whom a search for this finds")
    exports.add_argument("--archived", action="store_true", help="archived patients too")
    exports.add_argument(
        "--second",
        metavar="NAME",
        help="another administrator who agrees; their password is the next line of standard input",
    )

    calendar_arguments.add_arguments(
        add("calendar", "calendar files out and in, and a day's sheet", _calendar), shared, person
    )

    inbox_arguments.add_arguments(
        add("inbox", "take files in, and file them with their patients", _inbox), shared, person
    )

    add("migrate", "bring the data to this version of the program", _migrate, person)
    recover = add("recover", "let an administrator in again with the recovery kit", _recover, person)
    recover.add_argument(
        "--kit",
        type=Path,
        required=True,
        metavar="FILE",
        help="the kit's text; - reads it from standard input",
    )
    recover.add_argument(
        "--vault",
        action="store_true",
        help="change nothing; only count the patients' keys that the kit opens here",
    )
    recover.add_argument(
        "--postgres",
        metavar="URL",
        default=os.environ.get(POSTGRES_VARIABLE),
        help=f"a shared clinic's address, if this computer lost it; better given as {POSTGRES_VARIABLE}",
    )
    restore_arguments.add_store_key(recover, "where the documents lie in one and this computer lost it")
    rotate = add("rotate-keys", "change the keys of the documents, or finish a change", _rotate_keys, person)
    rotate.add_argument(
        "--kit",
        type=Path,
        metavar="FILE",
        help="the recovery kit's text, to bring keys back that nothing opens",
    )
    kit = add("new-kit", "replace the recovery kit", _new_kit, person)
    kit.add_argument(
        "--recovery-kit", required=True, type=Path, metavar="FILE", help="where the new kit is written"
    )
    backup = add("backup", "back the clinic up and prove the backup", _backup, person)
    backup.add_argument("--to", type=Path, metavar="DIR", help="the backup folder, from now on")
    restore_arguments.add_arguments(
        add("restore", "bring a backup back", _restore, person),
        os.environ.get(POSTGRES_VARIABLE),
        POSTGRES_VARIABLE,
    )
    verify = add("verify", "check the audit trail, the database and every document", _verify, person)
    verify.add_argument(
        "--backup", metavar="NAME", help='also restore this backup to a scratch folder; or "latest", "all"'
    )
    move = add(
        "move-vault", "copy all documents to another place, prove them there, and use it", _move_vault, person
    )
    move.add_argument(
        "target", metavar="DIR|URL", help="a folder, or s3://bucket/beginning?endpoint=https://host"
    )
    recognise = add(
        "recognise-text", "read the words of scans, so that they are found", _recognise_text, person
    )
    recognise.add_argument("--count", action="store_true", help="only say how much waits")
    add("reindex", "make the index that documents are found by again", _reindex, person)
    call = add("call", "show who calls, in the program that is open", _call)
    call.add_argument("number", metavar="NUMBER", help="a phone number, or a link such as tel:+15550142")
    add("self-test", "check that every part of this installation works", _self_test)
    screens = add("screenshots", "draw every window into PNG files", _screenshots)
    screens.add_argument("directory", type=Path, metavar="DIR")
    for name, help_ in LATER.items():
        later = add(name, f"{help_} (not in this version)", _later(name), person)
        later.add_argument("arguments", nargs="*")
    return parser


def _add_shared(parser: ArgumentParser, *, profile: str | None, json: bool | str) -> None:
    parser.add_argument(
        "--profile",
        type=Path,
        metavar="DIR",
        default=profile,
        help="the profile folder (default: the system's)",
    )
    parser.add_argument(
        "--json", action="store_true", default=json, help="print one JSON object as the result"
    )


# The commands load the database and the vault; the windows paint the sign-in card before they need either.


def _demo(args: Namespace, doors: Doors) -> int:
    from meditrack_desktop.cli import clinic_commands

    return clinic_commands.demo(args, doors)


def _init(args: Namespace, doors: Doors) -> int:
    from meditrack_desktop.cli import set_up_commands

    return set_up_commands.init(args, doors)


def _migrate(args: Namespace, doors: Doors) -> int:
    from meditrack_desktop.cli import clinic_commands

    return clinic_commands.migrate(args, doors)


def _recover(args: Namespace, doors: Doors) -> int:
    from meditrack_desktop.cli import key_commands

    return key_commands.recover(args, doors)


def _rotate_keys(args: Namespace, doors: Doors) -> int:
    from meditrack_desktop.cli import key_commands

    return key_commands.rotate(args, doors)


def _new_kit(args: Namespace, doors: Doors) -> int:
    from meditrack_desktop.cli import key_commands

    return key_commands.new_kit(args, doors)


def _move_vault(args: Namespace, doors: Doors) -> int:
    from meditrack_desktop.cli import vault_commands

    return vault_commands.move_vault(args, doors)


def _backup(args: Namespace, doors: Doors) -> int:
    from meditrack_desktop.cli import backup_commands

    return backup_commands.backup(args, doors)


def _restore(args: Namespace, doors: Doors) -> int:
    from meditrack_desktop.cli import backup_commands

    return backup_commands.restore(args, doors)


def _verify(args: Namespace, doors: Doors) -> int:
    from meditrack_desktop.cli import backup_commands

    return backup_commands.verify(args, doors)


def _recognise_text(args: Namespace, doors: Doors) -> int:
    from meditrack_desktop.cli import recognition_commands

    return recognition_commands.recognise_text(args, doors)


def _reindex(args: Namespace, doors: Doors) -> int:
    from meditrack_desktop.cli import index_commands

    return index_commands.reindex(args, doors)


def _self_test(args: Namespace, doors: Doors) -> int:
    from meditrack_desktop.cli import clinic_commands

    return clinic_commands.self_test(args, doors)


def _screenshots(args: Namespace, doors: Doors) -> int:
    from meditrack_desktop.cli import clinic_commands

    return clinic_commands.screenshots(args, doors)


def _import(args: Namespace, doors: Doors) -> int:
    from meditrack_desktop.cli import import_commands

    return import_commands.import_files(args, doors)


def _column_and_field(text: str) -> object:
    from meditrack_desktop.cli.import_commands import column_and_field

    return column_and_field(text)


def _export(args: Namespace, doors: Doors) -> int:
    from meditrack_desktop.cli import export_commands

    return export_commands.export(args, doors)


def _calendar(args: Namespace, doors: Doors) -> int:
    from meditrack_desktop.cli import calendar_commands

    return calendar_commands.run(args, doors)


def _inbox(args: Namespace, doors: Doors) -> int:
    from meditrack_desktop.cli import inbox_commands

    return inbox_commands.run(args, doors)


def _desk(args: Namespace, doors: Doors) -> int:
    return doors.open_desk(args.profile, None)


def _call(args: Namespace, doors: Doors) -> int:
    number = read_link(args.number) or read_number(args.number)
    if number is None:
        return refuse("that is no phone number. Example: tel:+15550142")
    return doors.take_call(args.profile, number)


def _later(name: str) -> Run:
    def run_later(args: Namespace, doors: Doors) -> int:
        raise Unavailable(ErrorCode.NOT_IN_THIS_VERSION, command=name)

    return run_later
