"""The words of the administration: roles, states of an account, and when somebody was seen last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.accounts import Account, AccountStatus
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.desks import Desk, DeskStatus
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.ui.widgets import CellTag, format_date


def _tr(text: str) -> str:
    return QCoreApplication.translate("Administration", text)


def role_word(role: Role) -> str:
    """`Receptionist`."""
    return {
        Role.RECEPTIONIST: _tr("Receptionist"),
        Role.DOCTOR: _tr("Doctor"),
        Role.ADMIN: _tr("Administrator"),
    }[role]


def roles_word(role: Role) -> str:
    """`Receptionists`: everybody with the role."""
    return {
        Role.RECEPTIONIST: _tr("Receptionists"),
        Role.DOCTOR: _tr("Doctors"),
        Role.ADMIN: _tr("Administrators"),
    }[role]


def in_order(roles: Iterable[Role]) -> tuple[Role, ...]:
    """Roles as the clinic lists them."""
    held = set(roles)
    return tuple(role for role in Role if role in held)


def status_tag(account: Account) -> CellTag:
    """The state of an account: word, tone and icon."""
    return {
        AccountStatus.SIGNED_IN: CellTag(_tr("Signed in"), "ok", "circle-dot"),
        AccountStatus.ACTIVE: CellTag(_tr("Active"), "neutral", "circle"),
        AccountStatus.INVITED: CellTag(_tr("Invited"), "info", "mail"),
        AccountStatus.LOCKED: CellTag(_tr("Locked"), "danger", "lock"),
        AccountStatus.INACTIVE: CellTag(_tr("Inactive"), "neutral", "ban"),
    }[account.status]


def desk_tag(workstation: Desk) -> CellTag:
    """Whether a desk may reach the clinic: word, tone and icon."""
    return {
        DeskStatus.WAITING: CellTag(_tr("Waiting"), "warn", "hourglass"),
        DeskStatus.ACTIVE: CellTag(_tr("Approved"), "ok", "circle-check"),
        DeskStatus.REVOKED: CellTag(_tr("Shut out"), "neutral", "ban"),
    }[workstation.status]


def seen_words(account: Account, zone: ZoneInfo, now: datetime) -> str:
    """When somebody was seen last, or why not: `Today 07:55`, `Invited, not used yet`."""
    if account.status is AccountStatus.INVITED and account.last_seen_at is None:
        return _tr("Invited, not used yet")
    if account.status is AccountStatus.LOCKED:
        return _tr("Too many wrong tries")
    if account.last_seen_at is None:
        return _tr("Never")
    return moment_words(account.last_seen_at, zone, now, with_time=False)


def moment_words(instant: datetime, zone: ZoneInfo, now: datetime, *, with_time: bool = True) -> str:
    """`Today 07:55`, `Yesterday 13:58`, `12 Nov 2026` (with the time if `with_time`); on the clinic's clock."""
    wall, today = to_wall(instant, zone), to_wall(now, zone).date()
    time = f"{wall:%H:%M}"
    if wall.date() == today:
        return _tr("Today {time}").format(time=time)
    if wall.date() == today - timedelta(days=1):
        return _tr("Yesterday {time}").format(time=time)
    if wall.date() == today + timedelta(days=1):
        return _tr("Tomorrow {time}").format(time=time)
    day = format_date(wall)
    return f"{day} {time}" if with_time else day


def since_words(instant: datetime, zone: ZoneInfo, now: datetime) -> str:
    """`since 07:55`, `since yesterday 13:58`, `since 12 Nov 2026 08:00`; on the clinic's clock."""
    wall, today = to_wall(instant, zone), to_wall(now, zone).date()
    if wall.date() == today:
        return _tr("since {time}").format(time=f"{wall:%H:%M}")
    if wall.date() == today - timedelta(days=1):
        return _tr("since yesterday {time}").format(time=f"{wall:%H:%M}")
    return _tr("since {when}").format(when=moment_words(instant, zone, now))


def names_words(names: Sequence[str], most: int = 8) -> str:
    """`Ada, Bo and Cy`; beyond `most` the rest as a number."""
    shown = list(names[:most])
    if len(names) > most:
        return _tr("{names} and {n} more").format(names=", ".join(shown), n=len(names) - most)
    if len(shown) < 2:
        return "".join(shown)
    return _tr("{names} and {last}").format(names=", ".join(shown[:-1]), last=shown[-1])


def first_name(name: str) -> str:
    """How a person is called in a heading: without titles such as "Dr."."""
    words = [word for word in name.split() if not word.endswith(".")]
    return words[0] if words else name
