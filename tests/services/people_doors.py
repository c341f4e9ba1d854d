"""The doors of the services of people and signing in."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pyotp
from pydantic import SecretStr

from meditrack_desktop.domain.accounts import ChangeRoleOfAccounts, SetAccountsActive, SetAccountsRoles
from meditrack_desktop.domain.errors import Unavailable
from meditrack_desktop.domain.mail import MailServer, SetMailServer
from meditrack_desktop.domain.permission_grid import ChangeGrid
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.sessions import SetPin
from meditrack_desktop.domain.settings import ChangeSettings, EditClinic
from tests.conftest import PASSWORDS

P = Permission
MAIL_SERVER = MailServer(host="mail.example.org", sender="desk@example.org")


def _doctor(scene: Any) -> Any:
    return next(a for a in scene.clinic.accounts.list(scene.everything) if a.username == "doctor")


def _code(scene: Any, secret: str) -> str:
    return pyotp.TOTP(secret).at(scene.clinic.work.clock.now())


def _enable(scene: Any, actor: Any) -> None:
    offer = scene.clinic.second_factor.begin(actor)
    scene.clinic.second_factor.enable(actor, _code(scene, offer.secret))


def _try_out(scene: Any, actor: Any) -> None:
    """It is noted before it is found that this desk has no mail server."""
    with suppress(Unavailable):
        scene.clinic.mail.try_out(actor, "ada@example.org")


PEOPLE_DOORS: dict[str, tuple[Permission, Any]] = {
    "accounts.own": (P.CHANGE_OWN_PASSWORD, lambda s, a: s.clinic.accounts.own(a)),
    "accounts.set_roles": (
        P.EDIT_ACCOUNTS,
        lambda s, a: s.clinic.accounts.set_roles(
            a, SetAccountsRoles(ids=(_doctor(s).id,), roles=frozenset({Role.RECEPTIONIST}))
        ),
    ),
    "accounts.change_role_of": (
        P.EDIT_ACCOUNTS,
        lambda s, a: s.clinic.accounts.change_role_of(
            a, ChangeRoleOfAccounts(ids=(_doctor(s).id,), role=Role.RECEPTIONIST, held=True)
        ),
    ),
    "accounts.set_active_of": (
        P.EDIT_ACCOUNTS,
        lambda s, a: s.clinic.accounts.set_active_of(
            a, SetAccountsActive(ids=(_doctor(s).id,), active=False)
        ),
    ),
    "accounts.open_sign_in": (P.EDIT_ACCOUNTS, lambda s, a: s.clinic.accounts.open_sign_in(a, _doctor(s).id)),
    "resets.issue": (P.EDIT_ACCOUNTS, lambda s, a: s.clinic.resets.issue(a, _doctor(s).id)),
    "pins.set": (P.CHANGE_OWN_PASSWORD, lambda s, a: s.clinic.pins.set(a, SetPin(pin=SecretStr("284159")))),
    "pins.clear": (P.CHANGE_OWN_PASSWORD, lambda s, a: s.clinic.pins.clear(a)),
    "second_factor.begin": (P.CHANGE_OWN_PASSWORD, lambda s, a: s.clinic.second_factor.begin(a)),
    "second_factor.enable": (P.CHANGE_OWN_PASSWORD, _enable),
    "second_factor.disable": (
        P.CHANGE_OWN_PASSWORD,
        lambda s, a: s.clinic.second_factor.disable(a, PASSWORDS["admin"]),
    ),
    "second_factor.disable_of": (
        P.EDIT_ACCOUNTS,
        lambda s, a: s.clinic.second_factor.disable_of(a, _doctor(s).id),
    ),
    "permission_grid.read": (P.VIEW_ACCOUNTS, lambda s, a: s.clinic.permission_grid.read(a)),
    "permission_grid.change": (
        P.EDIT_PERMISSIONS,
        lambda s, a: s.clinic.permission_grid.change(
            a, ChangeGrid(role=Role.RECEPTIONIST, permission=P.OVERBOOK, allowed=False)
        ),
    ),
    "settings.clinic": (P.VIEW_SETTINGS, lambda s, a: s.clinic.settings.clinic(a)),
    "settings.read": (P.VIEW_SETTINGS, lambda s, a: s.clinic.settings.read(a)),
    "settings.change": (
        P.EDIT_SETTINGS,
        lambda s, a: s.clinic.settings.change(a, ChangeSettings(idle_lock_minutes=5)),
    ),
    "settings.edit_clinic": (
        P.EDIT_SETTINGS,
        lambda s, a: s.clinic.settings.edit_clinic(
            a, EditClinic(name="Sample Street Clinic", zone="Europe/London", region="GB")
        ),
    ),
    "settings.accept_clock": (P.EDIT_SETTINGS, lambda s, a: s.clinic.settings.accept_clock(a)),
    "settings.clock_ahead": (P.EDIT_SETTINGS, lambda s, a: s.clinic.settings.clock_ahead(a)),
    "mail.read": (P.VIEW_SETTINGS, lambda s, a: s.clinic.mail.read(a)),
    "mail.change": (P.EDIT_SETTINGS, lambda s, a: s.clinic.mail.change(a, SetMailServer(server=MAIL_SERVER))),
    "mail.remove": (P.EDIT_SETTINGS, lambda s, a: s.clinic.mail.remove(a)),
    "mail.try_out": (P.EDIT_SETTINGS, _try_out),
    "sessions.own": (P.SEE_OWN_SESSIONS, lambda s, a: s.clinic.sessions.own(a)),
    "sessions.list": (P.VIEW_ACCOUNTS, lambda s, a: s.clinic.sessions.list(a)),
    "sessions.end": (P.SEE_OWN_SESSIONS, lambda s, a: s.clinic.sessions.end(a, s.nobody.session_id)),
    "sessions.end_all_of": (
        P.MANAGE_SESSIONS,
        lambda s, a: s.clinic.sessions.end_all_of(a, s.nobody.account_id),
    ),
    "sessions.sign_out_everywhere": (
        P.SEE_OWN_SESSIONS,
        lambda s, a: s.clinic.sessions.sign_out_everywhere(a),
    ),
}

ANYBODY_MAY = {
    "sessions.sign_in": "makes the actor; its own tests look at its lines",
    "sessions.choose_password": "makes the actor, by a first password or a code",
    "sessions.unlock": "asks for the password, whatever the session is still worth",
    "sessions.unlock_with_pin": "any live session may be gone on with",
    "sessions.confirm": "any live session may be proven once more",
    "sessions.still_live": "asked every few seconds of one's own session; says nothing but yes",
    "sessions.sign_out": "ends a session, whatever it may still do",
    "sessions.recent_users": "what the sign-in card shows before anybody is there",
    "resets.can_mail": "whether the sign-in card offers it",
    "resets.request_by_email": "who forgot the password cannot sign in; the answer tells nothing",
}

PEOPLE_SERVICES = (
    "sessions",
    "accounts",
    "resets",
    "pins",
    "second_factor",
    "permission_grid",
    "settings",
    "mail",
)
