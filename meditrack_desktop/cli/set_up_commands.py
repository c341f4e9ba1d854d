"""meditrack init: a clinic, or a desk that joins one, without a window."""

from __future__ import annotations

import sys
from argparse import Namespace

from pydantic import SecretStr, ValidationError

from meditrack_desktop import bootstrap
from meditrack_desktop.cli.doors import Doors
from meditrack_desktop.cli.output import answer
from meditrack_desktop.cli.signing_in import typed_password, typed_store_key
from meditrack_desktop.domain.clinic import SetUpClinic
from meditrack_desktop.domain.errors import ErrorCode, FieldProblem, Invalid, invalid_fields
from meditrack_desktop.services import server_test
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.services.this_computer import system_region, system_zone


def init(args: Namespace, doors: Doors) -> int:
    """Set a clinic up, or join one."""
    return _join(args) if args.join else _set_up(args)


def _set_up(args: Namespace) -> int:
    _needed(args, "--clinic", "--admin", "--recovery-kit")
    if not args.backup and not args.backup_later:
        args.wrong_usage("say where backups go with --backup DIR, or put them off with --backup-later")
    password, passphrase = typed_password(args), _typed_passphrase(args)
    try:
        command = SetUpClinic(
            name=args.clinic,
            zone=args.zone or system_zone(),
            region=args.region or system_region(),
            admin_username=args.user or "admin",
            admin_name=args.admin,
            admin_password=SecretStr(password),
            postgres=_server(args, joining=False),
            desk_name=args.desk,
            vault_folder=args.vault or (str(args.documents.absolute()) if args.documents else ""),
            vault_access=_typed_access(args),
            backup_folder=str(args.backup or ""),
            device_passphrase=passphrase,
        )
    except ValidationError as error:
        fields = {str(problem["loc"][0]): FieldProblem.MALFORMED for problem in error.errors()}
        raise Invalid(ErrorCode.FIELDS_INVALID, fields=fields) from None
    kit = bootstrap.set_up_clinic(args.profile, command, args.recovery_kit)
    where = "a shared Postgres" if args.postgres else "an encrypted file on this computer"
    backups = (
        f"Backups go to {args.backup}." if args.backup else "There are no backups until you set a folder."
    )
    lines = [f"{command.name} is set up, its data in {where}.", f"Sign in as {command.admin_username}."]
    if not args.postgres:
        lines.append(
            "Roles are rules of the screen here; on a shared Postgres the data is apart from the desk."
        )
    return answer(
        args,
        {"clinic_id": kit.clinic_id, "user": command.admin_username, "recovery_kit": str(args.recovery_kit)},
        *lines,
        backups,
        f"Recovery kit: {args.recovery_kit}. Print it, keep it in a safe place, and delete the file.",
    )


def _join(args: Namespace) -> int:
    _needed(args, "--postgres", *(() if args.vault else ("--documents",)))
    passphrase, access = _typed_passphrase(args), _typed_access(args)
    server, documents = (
        _server(args, joining=True) or SecretStr(""),
        args.vault or str(args.documents.absolute()),
    )
    if args.kit:
        key = SecretStr(bootstrap.read_kit(args.kit))
        bootstrap.join_with_kit(args.profile, server, args.desk, documents, key, passphrase, access)
        return _joined(args)
    words = bootstrap.ask_to_join(args.profile, server, args.desk, documents, passphrase, access)
    if bootstrap.was_approved(args.profile, passphrase):
        return _joined(args)
    return answer(
        args,
        {"joined": False, "words": list(words)},
        f"Read these words to an administrator: {' '.join(words)}",
        "They approve this desk at another one, if the words there are the same. Then run this command again.",
    )


def _joined(args: Namespace) -> int:
    clinic = Profile(args.profile).facts().clinic_name
    return answer(
        args, {"joined": True, "clinic": clinic}, f"This desk belongs to {clinic} now. Sign in there."
    )


def _server(args: Namespace, *, joining: bool) -> SecretStr | None:
    """The address to keep, after a look at each part of the server; None for a file on this computer."""
    if not args.postgres:
        if args.certificate:
            args.wrong_usage("--certificate belongs to --postgres")
        return None
    address = server_test.address_in(args.postgres, args.certificate)
    if address is None:
        return SecretStr(args.postgres)
    if joining:
        server_test.try_server(address)
    else:
        server_test.ready_for_clinic(address)
    if not args.certificate:
        return SecretStr(args.postgres)
    return server_test.address_to_keep(Profile(args.profile), address)


def _typed_passphrase(args: Namespace) -> SecretStr | None:
    if not args.device_passphrase_stdin:
        return None
    typed = sys.stdin.readline().rstrip("\r\n")
    if not typed:
        raise invalid_fields(device_passphrase=FieldProblem.REQUIRED)
    return SecretStr(typed)


def _typed_access(args: Namespace) -> SecretStr | None:
    """The last line: after the password, and the passphrase if there is one."""
    return SecretStr(typed_store_key()) if args.vault else None


def _needed(args: Namespace, *names: str) -> None:
    missing = [name for name in names if not getattr(args, name.removeprefix("--").replace("-", "_"))]
    if missing:
        args.wrong_usage(f"the following arguments are required: {', '.join(missing)}")
