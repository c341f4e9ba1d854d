"""meditrack backup, restore and verify."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from meditrack_desktop import bootstrap
from meditrack_desktop.cli import index_commands
from meditrack_desktop.cli.doors import Doors
from meditrack_desktop.cli.output import DONE, REFUSED, answer
from meditrack_desktop.cli.signing_in import signed_in, typed_password, typed_store_key
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.backups import (
    BackupCheck,
    BackupOutcome,
    BackupProgress,
    ClinicCheck,
    OnBackupProgress,
    RestorePreview,
    RestoreReport,
)
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services.backup.onto_this_computer import RestoreByKit
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.recovery import read_identity

MEGABYTE = 1024 * 1024
ALL = "all"


def backup(args: Namespace, doors: Doors) -> int:
    """Back the clinic up into this desk's backup folder and prove it."""
    with signed_in(args) as (clinic, actor):
        if args.to is not None and str(args.to.absolute()) != clinic.backups.status(actor).folder:
            clinic.backups.set_target(actor, args.to)
        report = clinic.backups.run(actor, _progress(args))
    whole = report.outcome is BackupOutcome.VERIFIED
    lines = [
        f"{report.name}: {report.documents} documents, {report.new_documents} new files; "
        f"{_size(report.bytes)} written.",
        *(f"{report.name} was restored to a scratch folder and is whole." for _ in range(whole)),
        *_complaints(report.check),
        *(f"Removed {name}: its time is over." for name in report.removed),
    ]
    result = {
        "name": report.name,
        "outcome": report.outcome.value,
        "bytes": report.bytes,
        "documents": report.documents,
        "new_documents": report.new_documents,
        "removed": list(report.removed),
        "check": _as_json(report.check),
    }
    answer(args, result, *lines)
    return DONE if whole else REFUSED


def restore(args: Namespace, doors: Doors) -> int:
    """Bring a backup back: into the open clinic, or with the recovery kit onto this computer."""
    if args.kit is not None:
        return _restore_by_kit(args)
    with signed_in(args) as (clinic, actor):
        shown = clinic.backups.preview(actor, args.name)
        if not args.yes:
            return _ask(args, shown)
        report = clinic.backups.restore(actor, shown.name, _progress(args))
    return _restored(args, report, "Everybody signs in again.")


def verify(args: Namespace, doors: Doors) -> int:
    """Check the audit trail, the database, every document, and backups if asked to."""
    with signed_in(args) as (clinic, actor):
        check = clinic.upkeep.verify(actor, _progress(args))
        index = clinic.document_search.verify(actor)
        checks = [clinic.backups.verify(actor, name, _progress(args)) for name in _asked(args, clinic, actor)]
    lines = _found(check) + index_commands.found(index)
    for each in checks:
        lines += _complaints(each) or [f"{each.name}: whole, {each.opened} documents opened."]
    whole = check.whole and index_commands.is_sound(index) and all(each.whole for each in checks)
    lines.append("Everything is whole." if whole else "Something is wrong; see above.")
    result = {
        "whole": whole,
        "audit_lines": check.audit_lines,
        "broken_chains": [list(each) for each in check.broken_chains],
        "database": list(check.database),
        "documents": check.documents,
        "missing": [str(each) for each in check.missing],
        "damaged": [str(each) for each in check.damaged],
        "without_recovery_copy": [str(each) for each in check.without_recovery_copy],
        "not_found": [str(each) for each in index.lacking],
        "not_indexed": index.behind,
        "backups": [_as_json(each) for each in checks],
    }
    answer(args, result, *lines)
    return DONE if whole else REFUSED


def _asked(args: Namespace, clinic: Clinic, actor: Actor) -> list[str]:
    if args.backup is None:
        return []
    if args.backup != ALL:
        return [args.backup]
    return [each.name for each in clinic.backups.list(actor)]


def _restore_by_kit(args: Namespace) -> int:
    folder = args.source or _folder_of(args.profile)
    password = typed_password(args) if args.user else ""
    access = typed_store_key() if args.vault or args.store_key_stdin else ""
    kit = read_identity(sys.stdin.read()) if args.kit == Path("-") else bootstrap.read_kit(args.kit)
    command = RestoreByKit(
        folder=folder,
        name=args.name,
        identity=kit,
        username=args.user or "",
        password=password,
        server=args.postgres or "",
        vault_folder=args.vault or (str(args.documents.absolute()) if args.documents else ""),
        vault_access=access,
    )
    if not args.yes:
        return _ask(args, bootstrap.preview_by_kit(command))
    report = bootstrap.restore_by_kit(args.profile, command, _progress(args))
    signing_in = (
        f"Sign in as {args.user} with the password of that time."
        if args.user
        else "Now let an administrator in: meditrack recover --kit FILE --user NAME --password-stdin."
    )
    return _restored(args, report, signing_in)


def _folder_of(profile: Path) -> Path:
    """The backup folder that the profile names. Unavailable BACKUP_TARGET_UNUSABLE if it names none."""
    folder = bootstrap.backup_folder(profile)
    if not folder:
        raise Unavailable(ErrorCode.BACKUP_TARGET_UNUSABLE, folder="(give --from DIR)")
    return Path(folder)


def _ask(args: Namespace, shown: RestorePreview) -> int:
    """Tell what would come and do nothing: a restore takes the place of everything that is there."""
    patients = shown.counts.get("patient", 0)
    visits = shown.counts.get("appointment", 0)
    lines = [
        f"{shown.name}: {shown.clinic_name}, {shown.made_at:%Y-%m-%d %H:%M} UTC, "
        f"by {shown.made_by} ({shown.kind.value}).",
        f"{patients} patients, {visits} visits, {shown.documents} documents; {_size(shown.bytes)}.",
        *(
            f"{shown.absent} documents were missing already when it was made."
            for _ in range(bool(shown.absent))
        ),
        *(
            f"They lay in {shown.store}; give --store-key-stdin to use it on a new computer."
            for _ in range(bool(shown.store))
        ),
        "Nothing was restored. Give --yes to put it in the place of what is here now.",
    ]
    result = {
        "name": shown.name,
        "clinic": shown.clinic_name,
        "made_at": shown.made_at.isoformat(),
        "counts": dict(shown.counts),
        "documents": shown.documents,
        "store": shown.store,
        "restored": False,
    }
    answer(args, result, *lines)
    return REFUSED


def _restored(args: Namespace, report: RestoreReport, signing_in: str) -> int:
    lines = [
        f"The clinic is what it was in {report.name} ({report.made_at:%Y-%m-%d %H:%M} UTC): "
        f"{report.counts.get('patient', 0)} patients, {report.documents} documents, "
        f"{report.documents_added} files brought back.",
        *(f"Document {blob} is in neither the vault nor the backup." for blob in report.absent),
        *(f"What was here before is kept: {report.saved_as}." for _ in range(bool(report.saved_as))),
        signing_in,
    ]
    result = {
        "name": report.name,
        "saved_as": report.saved_as,
        "counts": dict(report.counts),
        "documents": report.documents,
        "documents_added": report.documents_added,
        "absent": [str(blob) for blob in report.absent],
        "restored": True,
    }
    return answer(args, result, *lines)


def _found(check: ClinicCheck) -> list[str]:
    return [
        f"Audit trail: {check.audit_lines} lines"
        + (", every seal is right." if not check.broken_chains else "."),
        *(
            f"Audit trail of {chain}: not as written from line {seq} on."
            for chain, seq in check.broken_chains
        ),
        "Database: no complaint." if not check.database else f"Database: {len(check.database)} complaints.",
        *(f"Database: {complaint}" for complaint in check.database),
        f"Files of documents: {check.documents} read and compared.",
        *(f"Document {blob} is missing." for blob in check.missing),
        *(f"Document {blob} is not what was stored." for blob in check.damaged),
        *(f"A key of patient {patient} has no recovery copy." for patient in check.without_recovery_copy),
    ]


def _complaints(check: BackupCheck) -> list[str]:
    lines = [f"{check.name}: {file} is damaged, missing, or does not belong there." for file in check.damaged]
    if check.without_recovery_copy:
        lines.append(f"{check.name}: {check.without_recovery_copy} keys have no recovery copy.")
    if check.absent:
        lines.append(f"{check.name}: {len(check.absent)} documents were missing already when it was made.")
    return lines + [f"{file} lies among the backups and is none of them." for file in check.strangers]


def _as_json(check: BackupCheck) -> dict[str, object]:
    return {
        "name": check.name,
        "whole": check.whole,
        "damaged": list(check.damaged),
        "absent": [str(each) for each in check.absent],
        "documents": check.documents,
        "opened": check.opened,
        "audit_lines": check.audit_lines,
        "without_recovery_copy": check.without_recovery_copy,
        "strangers": list(check.strangers),
    }


def _size(count: int) -> str:
    return f"{count / MEGABYTE:,.1f} MB"


def _progress(args: Namespace) -> OnBackupProgress | None:
    """A line that is written over on a terminal; nothing anywhere else."""
    if args.json or not sys.stderr.isatty():
        return None

    def show(progress: BackupProgress) -> None:
        share = 100 * progress.done // max(progress.total, 1)
        done, total = _size(progress.done), _size(progress.total)
        print(
            f"\r{progress.phase.value:10} {share:3} %  {done} of {total} ",
            end="",
            file=sys.stderr,
            flush=True,
        )

    return show
