"""The worklists that wait, as lines among the desk's tasks."""

from __future__ import annotations

from meditrack_desktop.domain import absence_worklists, front_desk
from meditrack_desktop.ui.scheduling.words import short_day
from meditrack_desktop.ui.today.asking import Answer
from meditrack_desktop.ui.today.tasks_card import Work
from meditrack_desktop.ui.today.words import tr


def works_of(found: Answer) -> tuple[Work, ...]:
    """Those that have something in them, absences first."""
    works = [
        Work(
            "calendar-off",
            tr("{doctor} is away: {count} visits need another place").format(
                doctor=one.practitioner_name, count=one.left
            )
            if one.left != 1
            else tr("{doctor} is away: 1 visit needs another place").format(doctor=one.practitioner_name),
            tr("Move"),
            "today/absence",
            (one.absence.id,),
        )
        for one in found.absences
    ]
    if len(found.absences) >= absence_worklists.MOST_LISTED:
        text = tr("The first {count} absences are shown; more may follow once these are worked off.")
        works.append(Work("calendar-off", text.format(count=absence_worklists.MOST_LISTED)))
    confirm = found.to_confirm
    if confirm.day is not None and confirm.visits:
        count, day = len(confirm.visits), short_day(confirm.day)
        text = tr("Confirm 1 visit of {day}") if count == 1 else tr("Confirm {count} visits of {day}")
        works.append(Work("send", text.format(count=count, day=day), tr("Start"), "today/confirm"))
    if found.unresolved:
        text = (
            tr("1 visit is over and has no end")
            if found.unresolved == 1
            else tr("{count} visits are over and have no end")
        )
        works.append(
            Work("list-todo", text.format(count=found.unresolved), tr("Work off"), "today/unresolved")
        )
    if found.due:
        text = (
            tr("1 patient is due for a follow-up")
            if found.due == 1
            else tr("{count} patients are due for a follow-up")
            if found.due < front_desk.MOST_LISTED
            else tr("{count} patients or more are due for a follow-up")
        )
        works.append(Work("repeat", text.format(count=found.due), tr("Open"), "today/follow-ups"))
    if found.waitlist:
        text = (
            tr("1 patient is on the waitlist")
            if found.waitlist == 1
            else tr("{count} patients are on the waitlist")
            if found.waitlist < front_desk.MOST_LISTED
            else tr("{count} patients or more are on the waitlist")
        )
        works.append(Work("hourglass", text.format(count=found.waitlist), tr("Open"), "today/waitlist"))
    return tuple(works)
