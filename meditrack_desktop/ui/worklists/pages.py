"""Which worklist a place is."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.frame.history import Place


def build(desk: Desk, place: Place) -> QWidget:
    """A new page for a place whose word begins with "today/"."""
    from meditrack_desktop.ui.worklists.absence_page import AbsencePage
    from meditrack_desktop.ui.worklists.confirm_page import ConfirmPage
    from meditrack_desktop.ui.worklists.follow_ups_page import FollowUpsPage
    from meditrack_desktop.ui.worklists.unresolved_page import UnresolvedPage
    from meditrack_desktop.ui.worklists.waitlist_page import WaitlistPage

    if place.page == "today/absence":
        return AbsencePage(desk, place.ids[0])
    return {
        "today/confirm": ConfirmPage,
        "today/unresolved": UnresolvedPage,
        "today/waitlist": WaitlistPage,
        "today/follow-ups": FollowUpsPage,
    }[place.page](desk)
