"""One-time codes with which somebody chooses a new password: by an administrator's hand (security.md D16)."""

from __future__ import annotations

import secrets
from uuid import UUID

from meditrack_desktop.database.queries import accounts as queries
from meditrack_desktop.database.queries import reset_codes as code_queries
from meditrack_desktop.database.queries import sign_in_tries
from meditrack_desktop.database.tables.accounts import ResetCodeRow
from meditrack_desktop.domain import reset_codes
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, NotFound
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.sessions import IssuedCode, ResetKind
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.credentials import Credentials
from meditrack_desktop.services.sign_in_tries import ClosedTries
from meditrack_desktop.services.work import RefusedWithALine, Works


class Resets:
    """Nobody who issues a code learns the password that is chosen with it; the old one is good until then."""

    def __init__(self, work: Works, credentials: Credentials, tries: ClosedTries) -> None:
        self.work = work
        self._credentials = credentials
        self._tries = tries

    def issue(self, actor: Actor, account_id: UUID) -> IssuedCode:
        """A code for somebody else, shown this once, good for an hour and one use; earlier ones end.

        It also lets the person try again where signing in had to wait. NotAllowed NOT_YOURSELF; NotFound
        ACCOUNT_NOT_FOUND for nobody and for somebody deactivated. About 0.4 s.
        """
        code = new_code(ResetKind.ADMIN)
        hashed = self._credentials.hashed(code)
        with self.work(actor, Permission.EDIT_ACCOUNTS) as work:
            row = queries.account(work.session, account_id)
            if row.id == actor.account_id:
                raise RefusedWithALine(
                    NotAllowed(ErrorCode.NOT_YOURSELF), Line("reset_code.refused", "account", row.id)
                )
            if not row.active:
                raise NotFound(ErrorCode.ACCOUNT_NOT_FOUND)
            code_queries.withdraw(work.session, row.id, work.now)
            sign_in_tries.forget(work.session, row.id)
            expires_at = work.now + reset_codes.GOOD_FOR[ResetKind.ADMIN]
            work.session.add(
                ResetCodeRow(
                    id=new_id(),
                    account_id=row.id,
                    kind=ResetKind.ADMIN,
                    code_hash=hashed,
                    issued_at=work.now,
                    issued_by=actor.account_id,
                    expires_at=expires_at,
                )
            )
            work.noted(Line("reset_code.issued", "account", row.id), Change("account", row.id))
            username = row.username
        self._tries.forget(username, work.now)
        self._credentials.give_code_slot(username, code)
        return IssuedCode(account_id, reset_codes.shown(code), expires_at)


def new_code(kind: ResetKind) -> str:
    """Made of the machine's best randomness."""
    return "".join(secrets.choice(reset_codes.ALPHABET) for _ in range(reset_codes.LENGTHS[kind]))
