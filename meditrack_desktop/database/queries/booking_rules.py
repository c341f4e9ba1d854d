"""Questions about what doctors allow to be booked."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.working_time import BookingRuleRow
from meditrack_desktop.domain.booking_rules import BookingRule, BookingRuleInput


def of_doctors(session: Session, practitioner_ids: Sequence[UUID]) -> dict[UUID, tuple[BookingRule, ...]]:
    """By doctor: their rules, always in the same order. Doctors without any are left out."""
    table = BookingRuleRow.__table__.c
    rows = session.execute(
        select(
            table.id,
            table.practitioner_id,
            table.kind,
            table.most,
            table.visit_type_id,
            table.after,
            table.weekdays,
        )
        .where(table.practitioner_id.in_(practitioner_ids))
        .order_by(table.practitioner_id, table.kind, table.id)
    )
    found: dict[UUID, tuple[BookingRule, ...]] = {}
    for id_, doctor, kind, most, visit_type_id, after, weekdays in rows:
        rule = BookingRule(
            id_, doctor, kind, most, visit_type_id, after, tuple(int(digit) for digit in weekdays)
        )
        found[doctor] = (*found.get(doctor, ()), rule)
    return found


def replace(session: Session, practitioner_id: UUID, rules: Sequence[BookingRuleInput]) -> bool:
    """Let the doctor have these rules and no others. Whether that changed anything."""
    wanted = [
        BookingRule(
            rule.id,
            practitioner_id,
            rule.kind,
            rule.most,
            rule.visit_type_id,
            rule.after,
            tuple(sorted(set(rule.weekdays))),
        )
        for rule in rules
    ]
    before = of_doctors(session, (practitioner_id,)).get(practitioner_id, ())
    if set(before) == set(wanted):
        return False
    session.execute(delete(BookingRuleRow).where(BookingRuleRow.practitioner_id == practitioner_id))
    session.add_all(
        BookingRuleRow(
            id=rule.id,
            practitioner_id=practitioner_id,
            kind=rule.kind,
            most=rule.most,
            visit_type_id=rule.visit_type_id,
            after=rule.after,
            weekdays="".join(str(day) for day in rule.weekdays),
        )
        for rule in wanted
    )
    return True


def belong_elsewhere(session: Session, practitioner_id: UUID, rule_ids: Sequence[UUID]) -> bool:
    """Whether one of these ids is a rule of another doctor."""
    query = select(BookingRuleRow.id).where(
        BookingRuleRow.id.in_(rule_ids), BookingRuleRow.practitioner_id != practitioner_id
    )
    return session.execute(query.limit(1)).first() is not None
