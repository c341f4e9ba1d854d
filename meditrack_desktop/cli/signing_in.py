"""Opening the clinic for a command: who asks, and with which password."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ErrorCode, NotAuthenticated
from meditrack_desktop.services.clinic import Clinic


def typed_password(args: Namespace) -> str:
    """The first line of standard input. NotAuthenticated unless --password-stdin was given."""
    if not args.password_stdin:
        raise NotAuthenticated(ErrorCode.AUTHENTICATION_REQUIRED)
    return sys.stdin.readline().rstrip("\r\n")


@contextmanager
def signed_in(args: Namespace) -> Iterator[tuple[Clinic, Actor]]:
    """The open clinic of --profile and the actor of --user; signed out and closed afterwards."""
    if not args.user:
        raise NotAuthenticated(ErrorCode.AUTHENTICATION_REQUIRED)
    clinic = open_clinic(args.profile)
    try:
        actor = clinic.sessions.sign_in(args.user, typed_password(args))
        try:
            yield clinic, actor
        finally:
            clinic.sessions.sign_out(actor)
    finally:
        clinic.close()
