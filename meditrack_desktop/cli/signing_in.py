"""Opening the clinic for a command: who asks, and with which password."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ErrorCode, FieldProblem, NotAuthenticated, invalid_fields
from meditrack_desktop.services.clinic import Clinic


def typed_password(args: Namespace) -> str:
    """The first line of standard input. NotAuthenticated unless --password-stdin was given."""
    if not args.password_stdin:
        raise NotAuthenticated(ErrorCode.AUTHENTICATION_REQUIRED)
    return sys.stdin.readline().rstrip("\r\n")


def typed_store_key() -> str:
    """The next line of standard input: what opens the store of the documents. Invalid `vault_access` without one."""
    typed = sys.stdin.readline().strip()
    if not typed:
        raise invalid_fields(vault_access=FieldProblem.REQUIRED)
    return typed


def _sign_in(clinic: Clinic, username: str, password: str) -> Actor:
    """The second line of standard input is the second factor's digits, where the account has one."""
    try:
        return clinic.sessions.sign_in(username, password)
    except NotAuthenticated as refused:
        code = sys.stdin.readline().strip() if refused.code is ErrorCode.SECOND_FACTOR_NEEDED else ""
        if not code:
            raise
    return clinic.sessions.sign_in(username, password, code)


@contextmanager
def signed_in(args: Namespace) -> Iterator[tuple[Clinic, Actor]]:
    """The open clinic of --profile and the actor of --user; signed out and closed afterwards."""
    if not args.user:
        raise NotAuthenticated(ErrorCode.AUTHENTICATION_REQUIRED)
    clinic = open_clinic(args.profile)
    try:
        actor = _sign_in(clinic, args.user, typed_password(args))
        try:
            yield clinic, actor
        finally:
            if clinic.keys.opened is not None:  # a restore has closed it, and ended every session
                clinic.sessions.sign_out(actor)
    finally:
        clinic.close()
