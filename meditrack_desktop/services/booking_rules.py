"""What each doctor allows to be booked beside their hours: how many, of which kind, until when new patients."""

from __future__ import annotations

from uuid import UUID

from meditrack_desktop.database.base import next_version
from meditrack_desktop.database.queries import booking_rules as queries
from meditrack_desktop.database.queries import practitioners as practitioner_queries
from meditrack_desktop.database.queries import scheduling as visit_queries
from meditrack_desktop.database.queries import visit_types as visit_type_queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.booking_rules import BookingRule, SetBookingRules
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services import hours_rule
from meditrack_desktop.services.work import Works


class BookingRules:
    """Kept here; booking asks them (`services.scheduling`)."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def of_doctor(self, actor: Actor, practitioner_id: UUID) -> tuple[BookingRule, ...]:
        """The rules of one doctor, always in the same order. NotFound DOC_001."""
        with self.work.looking(actor, Permission.VIEW_DOCTORS) as look:
            practitioner_queries.practitioner(look.session, practitioner_id)
            look.listed("booking_rule", owner=practitioner_id)
            return queries.of_doctors(look.session, (practitioner_id,)).get(practitioner_id, ())

    def set(self, actor: Actor, command: SetBookingRules) -> tuple[BookingRule, ...]:
        """Replace a doctor's rules; visits that are booked stay. The doctor has a new version then.

        NotFound DOC_001 or VISIT_TYPE_NOT_FOUND; ChangedMeanwhile. Needs EDIT_HOURS, or EDIT_OWN_HOURS for one's
        own.
        """
        with self.work(actor, Permission.VIEW_DOCTORS) as work:
            hours_rule.check(work, command.practitioner_id)
            visit_queries.hold_doctors(work.session, [command.practitioner_id])
            row = practitioner_queries.practitioner(work.session, command.practitioner_id, command.version)
            for wanted in {rule.visit_type_id for rule in command.rules} - {None}:
                if wanted is None or visit_type_queries.find(work.session, wanted) is None:
                    raise NotFound(ErrorCode.VISIT_TYPE_NOT_FOUND)
            if queries.belong_elsewhere(work.session, row.id, [rule.id for rule in command.rules]):
                raise ChangedMeanwhile()
            if queries.replace(work.session, row.id, command.rules):
                next_version(row)
            work.changed(row, "practitioner.rules_set", Change("practitioner", row.id, doctor=row.id))
            work.flush()
            return queries.of_doctors(work.session, (row.id,)).get(row.id, ())
