"""The optional second factor: six digits of an authenticator app (TOTP, RFC 6238), each good once.

The secret is sealed under a key derived from the pepper, which is not in the database: a dump alone makes no
digits. Nothing counts before `enable` was given digits of the offered secret.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from meditrack_desktop.database.base import next_version
from meditrack_desktop.database.queries import accounts as queries
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.domain.accounts import Account, Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, NotAuthenticated
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.sessions import SecondFactorOffer
from meditrack_desktop.domain.text import digits
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.credentials import Credentials
from meditrack_desktop.services.password_again import PasswordAgain
from meditrack_desktop.services.work import RefusedWithALine, Works

STEP_SECONDS = 30
STEPS_AROUND = 1
"""So many steps before and after the present one count, for clocks that differ and slow fingers."""
OFFER_LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class _Offered:
    secret: str
    until: datetime

    def __repr__(self) -> str:
        return "_Offered(…)"


class SecondFactors:
    """A person's own second factor; an administrator may only take one away."""

    def __init__(self, work: Works, credentials: Credentials, password_again: PasswordAgain) -> None:
        self.work = work
        self._credentials = credentials
        self._password_again = password_again
        self._offered: dict[UUID, _Offered] = {}
        self._guard = Lock()

    def begin(self, actor: Actor) -> SecondFactorOffer:
        """A new secret to put into an app, good for ten minutes; what is on now stays on. NotAllowed
        PASSWORD_AGAIN if the password was typed long ago."""
        with self.work(actor, Permission.CHANGE_OWN_PASSWORD) as work:
            work.require_password()
            secret = pyotp.random_base32()
            issuer = clinic_queries.profile(work.session).name
            offered = _Offered(secret, work.now + OFFER_LASTS)
            work.noted(Line("second_factor.offered", "account", actor.account_id))
        with self._guard:
            self._offered = {id_: each for id_, each in self._offered.items() if each.until > work.now}
            self._offered[actor.session_id] = offered
        uri = pyotp.TOTP(secret).provisioning_uri(name=actor.username, issuer_name=f"MediTrack {issuer}")
        return SecondFactorOffer(secret, uri)

    def enable(self, actor: Actor, code: str) -> None:
        """Switch on what `begin` offered to this session. NotAuthenticated SECOND_FACTOR_WRONG."""
        with self._guard:
            offered = self._offered.get(actor.session_id)
        with self.work(actor, Permission.CHANGE_OWN_PASSWORD) as work:
            step = step_of(offered.secret, code, work.now) if offered and offered.until > work.now else None
            if offered is None or step is None:
                raise RefusedWithALine(
                    NotAuthenticated(ErrorCode.SECOND_FACTOR_WRONG),
                    Line("second_factor.refused", "account", actor.account_id),
                )
            row = queries.account(work.session, actor.account_id)
            row.totp_sealed = seal(offered.secret, row.id, self._credentials.pepper)
            row.totp_step = step
            next_version(row)
            work.changed(row, "second_factor.enabled", Change("account", row.id))
        with self._guard:
            self._offered.pop(actor.session_id, None)

    def disable(self, actor: Actor, password: str) -> None:
        """Switch one's own off, by password. NotAuthenticated INVALID_CREDENTIALS or TOO_MANY_TRIES."""
        with self.work.looking(actor, Permission.CHANGE_OWN_PASSWORD) as look:
            look.viewed("account", actor.account_id)
        self._password_again.check(actor, password)
        with self.work(actor, Permission.CHANGE_OWN_PASSWORD) as work:
            row = queries.account(work.session, actor.account_id)
            row.totp_sealed = None
            next_version(row)
            work.changed(row, "second_factor.disabled", Change("account", row.id))

    def disable_of(self, actor: Actor, account_id: UUID) -> Account:
        """Switch somebody's off who lost their app. NotAllowed NOT_YOURSELF: one's own needs the password."""
        with self.work(actor, Permission.EDIT_ACCOUNTS) as work:
            row = queries.account(work.session, account_id)
            if row.id == actor.account_id:
                raise RefusedWithALine(
                    NotAllowed(ErrorCode.NOT_YOURSELF), Line("second_factor.refused", "account", row.id)
                )
            row.totp_sealed = None
            next_version(row)
            work.changed(row, "second_factor.disabled", Change("account", row.id), detail="by administrator")
            work.flush()
            return queries.standing_now(work.session, row, work.now)


def step_of(secret: str, typed: str, now: datetime) -> int | None:
    """The time step that these digits are of; None if they are of none around now."""
    code = digits(typed[:20])
    if len(code) != 6:
        return None
    totp, present = pyotp.TOTP(secret, interval=STEP_SECONDS), int(now.timestamp()) // STEP_SECONDS
    matching = None
    for step in range(present - STEPS_AROUND, present + STEPS_AROUND + 1):
        if hmac.compare_digest(totp.generate_otp(step), code):
            matching = step
    return matching


def seal(secret: str, account_id: UUID, pepper: bytes) -> bytes:
    """The secret as it is stored, bound to its account."""
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(_key(pepper)).encrypt(nonce, secret.encode(), account_id.bytes)


def unseal(sealed: bytes, account_id: UUID, pepper: bytes) -> str | None:
    """The secret; None if it is another account's or was sealed under another pepper."""
    try:
        return AESGCM(_key(pepper)).decrypt(sealed[:12], sealed[12:], account_id.bytes).decode()
    except InvalidTag:
        return None


def _key(pepper: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"meditrack second factor v1").derive(pepper)
