"""meditrack recover, rotate-keys and new-kit."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from meditrack_desktop import bootstrap
from meditrack_desktop.cli.doors import Doors
from meditrack_desktop.cli.output import answer
from meditrack_desktop.cli.signing_in import signed_in, typed_store_key
from meditrack_desktop.domain.errors import ErrorCode, NotAuthenticated
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.services.recovery import RecoverClinic, read_identity


def recover(args: Namespace, doors: Doors) -> int:
    """Let an administrator in again with the recovery kit and a new password."""
    if args.vault:
        return _count_keys(args)
    if not args.user:
        raise NotAuthenticated(ErrorCode.AUTHENTICATION_REQUIRED)
    password, access, identity = _typed(args)
    command = RecoverClinic(identity, args.user, password, args.postgres or "", access)
    done = bootstrap.recover_clinic(args.profile, command)
    lines = [
        f"{done.person} can sign in to {done.clinic_name} with the new password, without a second factor."
    ]
    if done.new_device:
        lines.append(
            "This computer has a new secret. Other people's passwords open nothing here: sign in, and give each of"
            " them a one-time code (Users & roles, Reset password)."
        )
    if done.lacks_store_key:
        lines.append(
            "No document opens here: this computer has lost the key of their store. Run this again with"
            " --store-key-stdin."
        )
    result = {
        "clinic": done.clinic_name,
        "user": args.user,
        "new_device": done.new_device,
        "lacks_store_key": done.lacks_store_key,
    }
    return answer(args, result, *lines)


def rotate(args: Namespace, doors: Doors) -> int:
    """Change the clinic's keys, or finish a change that was cut off."""
    with signed_in(args) as (clinic, actor):
        status = clinic.key_rotation.rotate(actor, _progress(args))
        if status.unreadable and args.kit:
            status = clinic.key_rotation.bring_back(actor, bootstrap.read_kit(args.kit))
    lines = [
        f"The clinic's keys are of epoch {status.epoch} now; {status.keys} patients' keys were wrapped to them.",
        "What a revoked desk already copied stays readable to it.",
    ]
    if status.unreadable:
        lines.append(f"{status.unreadable} patients' keys could not be opened. Run it again with --kit FILE.")
    result = {"epoch": status.epoch, "keys": status.keys, "unreadable": status.unreadable}
    return answer(args, result, *lines)


def new_kit(args: Namespace, doors: Doors) -> int:
    """Replace the recovery kit: the former one opens nothing of what lies here afterwards."""
    with signed_in(args) as (clinic, actor):
        kit = clinic.key_rotation.new_kit(actor)
        bootstrap.write_kit(args.recovery_kit, kit)
        # Read back from the file: what is proven is what was kept.
        kept = bootstrap.read_kit(args.recovery_kit)
        status = clinic.key_rotation.confirm_kit(actor, kept[-8:], _progress(args))
    return answer(
        args,
        {"recovery_kit": str(args.recovery_kit), "epoch": status.epoch},
        f"Recovery kit: {args.recovery_kit}. Print it, keep it in a safe place, and delete the file.",
        "The former kit opens nothing of what lies here any more. Backups made before still open with it.",
    )


def _count_keys(args: Namespace) -> int:
    _, access, identity = _typed(args, password=False)
    count = bootstrap.count_patient_keys(args.profile, identity, access)
    return answer(
        args,
        {"patient_keys": count},
        f"The kit opens the keys of {count} patients' folders of documents here.",
    )


def _typed(args: Namespace, password: bool = True) -> tuple[str, str, str]:
    """Password, store's key and the kit's key. From standard input in this order, as far as they are asked for
    there."""
    typed = ""
    if password:
        if not args.password_stdin:
            raise NotAuthenticated(ErrorCode.AUTHENTICATION_REQUIRED)
        typed = sys.stdin.readline().rstrip("\r\n")
    access = typed_store_key() if args.store_key_stdin else ""
    kit = read_identity(sys.stdin.read()) if args.kit == Path("-") else bootstrap.read_kit(args.kit)
    return typed, access, kit


def _progress(args: Namespace) -> OnProgress:
    def show(progress: Progress) -> None:
        if not args.json and sys.stderr.isatty():
            sys.stderr.write(f"\r{progress.done} of {progress.total}")

    return show
