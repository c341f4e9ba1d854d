"""People who sign in, their roles, the permission grid, sessions and the throttle."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meditrack_desktop.database.base import Base, Identified, Versioned
from meditrack_desktop.database.types import Code
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.sessions import ResetKind, SessionEnd


class AccountRow(Versioned, Base):
    """`totp_sealed` is the authenticator secret under a key that is not in the database; `totp_step` the
    last time step that was used, so that no code opens twice."""

    __tablename__ = "account"

    username: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(80))
    pepper_id: Mapped[str] = mapped_column(String(20))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    practitioner_id: Mapped[UUID | None] = mapped_column(ForeignKey("practitioner.id"))
    email: Mapped[str] = mapped_column(String(254), default="")
    must_change_password: Mapped[bool] = mapped_column(default=False)
    pin_hash: Mapped[str | None] = mapped_column(String(80))
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)
    roles: Mapped[list[AccountRoleRow]] = relationship(lazy="raise", cascade="all, delete-orphan")


class AccountRoleRow(Base):
    __tablename__ = "account_role"
    reported_apart = False

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(Code(Role), primary_key=True)


class RolePermissionRow(Base):
    """The grid: what a role may do. Absent means no."""

    __tablename__ = "role_permission"
    reported_apart = False

    role: Mapped[Role] = mapped_column(Code(Role), primary_key=True)
    permission: Mapped[Permission] = mapped_column(Code(Permission, 60), primary_key=True)


class SessionRow(Identified, Base):
    """A person signed in at a desk. Only a hash of the token is kept.

    `confirmed_at` is when the password was typed last: what asks for it again looks here.
    """

    __tablename__ = "session"
    reported_apart = False

    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    workstation: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    pin_tries: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
    end_reason: Mapped[SessionEnd | None] = mapped_column(Code(SessionEnd))


class SignInTryRow(Base):
    """Failures in a row of one person at one desk: the bucket of the throttle (D14)."""

    __tablename__ = "sign_in_try"
    reported_apart = False

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    workstation: Mapped[str] = mapped_column(String(40), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]


class ResetCodeRow(Identified, Base):
    """A one-time code that lets a person choose a new password (D16). Only its hash is kept."""

    __tablename__ = "reset_code"
    reported_apart = False

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[ResetKind] = mapped_column(Code(ResetKind))
    code_hash: Mapped[str] = mapped_column(String(80))
    workstation: Mapped[str | None] = mapped_column(String(40))
    issued_at: Mapped[datetime]
    issued_by: Mapped[UUID | None]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
