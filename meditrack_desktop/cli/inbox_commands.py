"""meditrack inbox: for scanners and scripts. Files come in, are listed, and are filed with their patients."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

from meditrack_desktop.cli.doors import Doors
from meditrack_desktop.cli.output import REFUSED, answer, refuse
from meditrack_desktop.cli.signing_in import signed_in
from meditrack_desktop.cli.words import sentence
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import DocumentType
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotFound
from meditrack_desktop.domain.incoming import (
    FileIncoming,
    IncomingFile,
    IncomingSource,
    IncomingState,
    TakeIn,
)
from meditrack_desktop.domain.patients import FindPatients
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.file_checks import open_regular

BETWEEN_LOOKS = 1.2
"""Seconds: a file in the scan folder is taken once two looks found it unchanged."""
MOST_LOOKS = 200


def run(args: Namespace, doors: Doors) -> int:
    """The deed that args.deed names. Raises what the services raise."""
    with signed_in(args) as (clinic, actor):
        return DEEDS[args.deed](clinic, actor, args)


def _list(clinic: Clinic, actor: Actor, args: Namespace) -> int:
    found = clinic.incoming.list(actor, IncomingState(args.state))
    return answer(args, {"files": [_told(one) for one in found]}, *map(_line, found))


def _take(clinic: Clinic, actor: Actor, args: Namespace) -> int:
    taken: list[IncomingFile] = []
    refused: list[tuple[Path, str]] = []
    for path in args.files:
        try:
            taken.append(
                _take_study(clinic, actor, path) if path.is_dir() else _take_one(clinic, actor, path)
            )
        except ClinicError as refusal:
            refused.append((path, sentence(refusal)))
    answer(
        args,
        {
            "files": [_told(one) for one in taken],
            "refused": [{"file": str(path), "reason": reason} for path, reason in refused],
        },
        *map(_line, taken),
    )
    for path, reason in refused:
        refuse(f"{path}: {reason}")
    return REFUSED if refused else 0


def _take_one(clinic: Clinic, actor: Actor, path: Path) -> IncomingFile:
    with open_regular(path) as file:
        return clinic.incoming.take_in(actor, TakeIn(file_name=path.name, source=IncomingSource.CHOSEN), file)


def _take_study(clinic: Clinic, actor: Actor, folder: Path) -> IncomingFile:
    command = TakeIn(file_name=folder.absolute().name, source=IncomingSource.CHOSEN)
    with ExitStack() as stack:
        files = [
            (path.relative_to(folder).as_posix(), stack.enter_context(open_regular(path)))
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name.upper() != "DICOMDIR"
        ]
        return clinic.incoming.take_in_study(actor, command, files)


def _collect(clinic: Clinic, actor: Actor, args: Namespace) -> int:
    taken: list[IncomingFile] = []
    refused: list[IncomingFile] = []
    report = clinic.incoming.collect(actor)
    for _ in range(MOST_LOOKS):
        taken += report.taken
        refused += report.refused
        if not report.more and not report.still_coming:
            break
        time.sleep(0 if report.more else BETWEEN_LOOKS)
        report = clinic.incoming.collect(actor)
    where = str(report.folder) if report.folder else None
    return answer(
        args,
        {
            "folder": where,
            "files": [_told(one) for one in taken],
            "refused": [_told(one) for one in refused],
            "troubles": [{"file": name, "trouble": trouble.value} for name, trouble in report.troubles],
        },
        *map(_line, taken),
        f"{len(taken)} files taken from {where}, {len(refused)} refused."
        if where
        else "This desk has no scan folder.",
    )


def _folder(clinic: Clinic, actor: Actor, args: Namespace) -> int:
    if args.set is not None or args.none:
        wanted = args.set.absolute() if args.set else None
        folder = clinic.incoming.set_scan_folder(actor, wanted)
    else:
        folder = clinic.incoming.scan_folder(actor)
    return answer(
        args,
        {"folder": str(folder) if folder else None},
        f"This desk takes files from {folder}." if folder else "This desk has no scan folder.",
    )


def _file(clinic: Clinic, actor: Actor, args: Namespace) -> int:
    try:
        one = clinic.incoming.get(actor, UUID(args.id))
    except ValueError:
        raise NotFound(ErrorCode.INCOMING_NOT_FOUND) from None
    command = FileIncoming(
        id=one.id,
        version=one.version,
        patient_id=_sure(clinic, actor, one) if args.sure else _numbered(clinic, actor, args.patient),
        type=DocumentType(args.type) if args.type else one.type_guess,
        title=args.title,
    )
    document = clinic.incoming.file(actor, command)
    return answer(
        args,
        {
            "document": str(document.id),
            "patient": str(document.patient_id),
            "title": document.title,
            "type": document.type.value,
        },
        f"Filed as {document.title} ({document.type.value}).",
    )


def _sure(clinic: Clinic, actor: Actor, one: IncomingFile) -> UUID:
    """NotFound PATIENT_NOT_FOUND if one cannot be sure."""
    for guess in clinic.incoming.guess(actor, one.id):
        if guess.sure:
            return guess.patient_id
    raise NotFound(ErrorCode.PATIENT_NOT_FOUND)


def _numbered(clinic: Clinic, actor: Actor, number: str) -> UUID:
    """The patient with just this record number. NotFound PATIENT_NOT_FOUND."""
    page = clinic.patients.find(actor, FindPatients(text=number))
    found = [line.id for line in page.lines if line.mrn.casefold() == number.strip().casefold()]
    if len(found) != 1:
        raise NotFound(ErrorCode.PATIENT_NOT_FOUND)
    return found[0]


DEEDS: dict[str, Callable[[Clinic, Actor, Namespace], int]] = {
    "list": _list,
    "take": _take,
    "collect": _collect,
    "folder": _folder,
    "file": _file,
}
"""By the word on the command line. `cli.inbox_arguments` offers the same words."""


def _told(one: IncomingFile) -> Mapping[str, object]:
    return {
        "id": str(one.id),
        "file": one.file_name,
        "state": one.state.value,
        "received": one.received_at.isoformat(),
        "pages": one.pages,
        "size": one.size,
        "type": one.type_guess.value,
        "names": one.named,
        "refusal": one.refusal,
        "document": str(one.document_id) if one.document_id else None,
    }


def _line(one: IncomingFile) -> str:
    told = (one.refusal or f"{one.pages} p.", one.type_guess.value, one.named)
    return f"{one.id}  {one.file_name}  " + "  ".join(part for part in told if part)
