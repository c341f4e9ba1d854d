"""meditrack export: patients to a file that other programs read."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable

from pydantic import SecretStr

from meditrack_desktop.cli.doors import Doors
from meditrack_desktop.cli.output import answer
from meditrack_desktop.cli.signing_in import signed_in
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ErrorCode, NotAuthenticated
from meditrack_desktop.domain.fhir_export import ExportFhir, FhirForm
from meditrack_desktop.domain.patient_lists import ExportPatientList, ListForm, SecondPerson
from meditrack_desktop.domain.patients import FindPatients
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.services.clinic import Clinic

FORMS = {"csv": ListForm.CSV, "xlsx": ListForm.XLSX, "vcard": ListForm.VCARD}

Export = Callable[[Clinic, Actor, Namespace, OnProgress | None], int]
"""Writes args.file of one kind and returns how many patients are in it."""


def export(args: Namespace, doors: Doors) -> int:
    """Write the patients whom --find finds, everybody without it, to args.file; what exists is left alone."""
    with signed_in(args) as (clinic, actor):
        shown = None if args.json or not sys.stderr.isatty() else show
        count = KINDS[args.kind](clinic, actor, args, shown)
    return answer(
        args, {"patients": count, "file": str(args.file)}, f"{count} patients written to {args.file}."
    )


def _list(clinic: Clinic, actor: Actor, args: Namespace, progress: OnProgress | None) -> int:
    command = ExportPatientList(
        find=FindPatients(text=args.find, include_archived=args.archived),
        form=FORMS[args.kind],
        second=second_person(args),
    )
    return clinic.patient_lists.export(actor, command, args.file, progress).patients


def _fhir(clinic: Clinic, actor: Actor, args: Namespace, progress: OnProgress | None) -> int:
    """Whole records as FHIR R4: one Bundle if the file is to end in .json, else a resource a line."""
    command = ExportFhir(
        find=FindPatients(text=args.find, include_archived=args.archived),
        form=FhirForm.BUNDLE if args.file.suffix.lower() == ".json" else FhirForm.NDJSON,
        second=second_person(args),
    )
    done = clinic.fhir_export.run(actor, command, args.file, progress)
    if done.charts_left_out or done.documents_left_out:
        left = f"{done.charts_left_out} charts and {done.documents_left_out} documents"
        print(f"Left out, because you may not read them or they are too large: {left}.", file=sys.stderr)
    return done.patients


def second_person(args: Namespace) -> SecondPerson | None:
    """Who agrees: --second NAME, their password on the next line of standard input, then their second factor's
    digits if they have one."""
    if not args.second:
        return None
    if not args.password_stdin:
        raise NotAuthenticated(ErrorCode.AUTHENTICATION_REQUIRED)
    password = sys.stdin.readline().rstrip("\r\n")
    return SecondPerson(username=args.second, password=SecretStr(password), code=sys.stdin.readline().strip())


def show(progress: Progress) -> None:
    total = f" of {progress.total}" if progress.total else ""
    print(f"\r{progress.done}{total} ", end="", file=sys.stderr, flush=True)


KINDS: dict[str, Export] = {"csv": _list, "xlsx": _list, "vcard": _list, "fhir": _fhir}
"""What can be written, by the word on the command line. `cli.main` offers the same words."""
