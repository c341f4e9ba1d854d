"""One-time codes with which somebody chooses a new password: from an administrator, or by mail (security.md D16)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from meditrack_desktop.database.queries import accounts as queries
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import reset_codes as code_queries
from meditrack_desktop.database.queries import sessions as session_queries
from meditrack_desktop.database.queries import sign_in_tries
from meditrack_desktop.database.session import ReadSession
from meditrack_desktop.database.tables.accounts import AccountRow, ResetCodeRow
from meditrack_desktop.domain import reset_codes
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import Outcome
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, NotFound, Unavailable
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.sessions import IssuedCode, ResetKind
from meditrack_desktop.services import reset_mail
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.credentials import Credentials
from meditrack_desktop.services.mail import OutgoingMail
from meditrack_desktop.services.sign_in_tries import ClosedTries
from meditrack_desktop.services.signing_in import folded
from meditrack_desktop.services.work import RefusedWithALine, Works

BETWEEN_MAILS = timedelta(minutes=1)
MOST_MAILS_A_DAY = 5


class Resets:
    """Nobody who issues a code learns the password that is chosen with it; the old one is good until then."""

    def __init__(
        self, work: Works, credentials: Credentials, tries: ClosedTries, outgoing: OutgoingMail
    ) -> None:
        self.work = work
        self._credentials = credentials
        self._tries = tries
        self._outgoing = outgoing

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
            work.session.add(_row(row.id, ResetKind.ADMIN, hashed, work.now, issued_by=actor.account_id))
            work.noted(Line("reset_code.issued", "account", row.id), Change("account", row.id))
            username = row.username
        self._tries.forget(username, work.now)
        self._credentials.give_code_slot(username, code)
        return IssuedCode(account_id, reset_codes.shown(code), expires_at)

    def can_mail(self) -> bool:
        """Whether codes are mailed here at all: from a shared clinic, by a desk that has a mail server. Mail
        cannot open a locked file."""
        return self._credentials.shared and self._outgoing.server is not None

    def request_by_email(self, username: str) -> None:
        """Mail a code to the person of this name, good for ten minutes, five tries and this desk.

        Nothing tells whether there is such a person, has an address, or is an administrator (who gets none): a
        face says the same at once and does not wait for this, which may take 15 s. Unavailable if the database
        is, MAIL_NOT_SET_UP where `can_mail` is false.
        """
        if not self.can_mail():
            raise Unavailable(ErrorCode.MAIL_NOT_SET_UP)
        keys = self._credentials.keys
        was_shut = keys.opened is None
        if was_shut:
            keys.open_as_desk()
        try:
            self._mail_code(folded(username))
        finally:
            if was_shut:
                keys.close()

    def _mail_code(self, username: str) -> None:
        code = new_code(ResetKind.EMAIL)
        wanted = self._keep_mailed(username, self._credentials.hashed(code))
        if wanted is None:
            return
        row, clinic = wanted
        try:
            self._outgoing.mailer().send(row.email, *reset_mail.words(clinic.name, reset_codes.shown(code)))
        except Unavailable:
            self._note_not_sent(row.id)

    def _keep_mailed(self, username: str, hashed: str) -> tuple[AccountRow, ClinicProfile] | None:
        """Store the code if this person may have one now."""
        with self.work.unsigned() as session:
            self.work.time.hear(session_queries.told(session))
            now = self.work.clock.now()
            row = queries.by_username(session, username)
            may = row is not None and row.active and row.email and not _is_admin(row)
            if row is None or not may or self._had_enough(session, row, now):
                line = Line("reset_code.refused", "account", row.id if row else None, outcome=Outcome.REFUSED)
                self.work.trail.write(session, None, now, [line], name=row.name if row else "")
                return None
            code_queries.withdraw(session, row.id, now, ResetKind.EMAIL)
            session.add(_row(row.id, ResetKind.EMAIL, hashed, now, workstation=self.work.trail.chain))
            line = Line("reset_code.mailed", "account", row.id)
            self.work.trail.write(session, None, now, [line], name=row.name)
            return row, clinic_queries.profile(session)

    def _had_enough(self, session: ReadSession, row: AccountRow, now: datetime) -> bool:
        issued = code_queries.issued_since(session, row.id, ResetKind.EMAIL, now - timedelta(days=1))
        return len(issued) >= MOST_MAILS_A_DAY or bool(issued and now - issued[0] < BETWEEN_MAILS)

    def _note_not_sent(self, account_id: UUID) -> None:
        now = self.work.clock.now()
        with self.work.unsigned() as session:
            code_queries.withdraw(session, account_id, now, ResetKind.EMAIL)
            line = Line("reset_code.not_sent", "account", account_id, outcome=Outcome.REFUSED)
            self.work.trail.write(session, None, now, [line])


def _row(
    account_id: UUID,
    kind: ResetKind,
    hashed: str,
    now: datetime,
    *,
    issued_by: UUID | None = None,
    workstation: str | None = None,
) -> ResetCodeRow:
    return ResetCodeRow(
        id=new_id(),
        account_id=account_id,
        kind=kind,
        code_hash=hashed,
        workstation=workstation,
        issued_at=now,
        issued_by=issued_by,
        expires_at=now + reset_codes.GOOD_FOR[kind],
    )


def _is_admin(row: AccountRow) -> bool:
    return any(role.role is Role.ADMIN for role in row.roles)


def new_code(kind: ResetKind) -> str:
    """Made of the machine's best randomness."""
    return "".join(secrets.choice(reset_codes.ALPHABET) for _ in range(reset_codes.LENGTHS[kind]))
