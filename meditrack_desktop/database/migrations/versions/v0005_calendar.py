"""The calendar: when doctors work, kinds of visits, rooms, holds, series, deeds that can be undone, the front desk.

Revision ID: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from meditrack_desktop.database.migrations.permission_grants import grant
from meditrack_desktop.database.types import UtcDateTime, WallDateTime

revision = "0005"
down_revision: str | None = "0004"

TAKES_TIME = "'booked', 'arrived', 'checked-in', 'fulfilled'"
LONG_AGO = "1970-01-01 00:00:00.000000"

# As in the first schema, but what is compared is the visit with its buffers. The longest visit and its buffers stay
# below two days, so looking two days back is enough.
KEEPS_ITS_TIME = f"""
  OLD.status IN ({TAKES_TIME}) AND NOT OLD.overbooked
  AND NEW.practitioner_id = OLD.practitioner_id
  AND NEW.busy_from >= OLD.busy_from AND NEW.busy_until <= OLD.busy_until
"""
SHORT_ENOUGH = {
    "sqlite": "julianday(NEW.busy_until) - julianday(NEW.busy_from) > 2",
    "postgresql": "NEW.busy_until - NEW.busy_from > interval '2 days'",
}
SQLITE_GUARD = f"""
CREATE TRIGGER appointment_no_overlap_{{event}} BEFORE {{event}} ON appointment
WHEN NEW.status IN ({TAKES_TIME}) AND NOT NEW.overbooked {{but}}
BEGIN
  SELECT RAISE(ABORT, 'appointment_no_overlap')
  WHERE EXISTS (
    SELECT 1 FROM appointment AS other
    WHERE other.practitioner_id = NEW.practitioner_id
      AND other.id <> NEW.id
      AND other.status IN ({TAKES_TIME})
      AND other.busy_from > datetime(NEW.busy_from, '-2 days')
      AND other.busy_from < NEW.busy_until
      AND NEW.busy_from < other.busy_until
  );
END
"""
# The visit lies inside the time it takes, and no visit takes more than looking back can find.
SQLITE_BOUNDS = f"""
CREATE TRIGGER appointment_busy_bounds_{{event}} BEFORE {{event}} ON appointment
WHEN NEW.busy_from > NEW.starts_at OR NEW.busy_until < NEW.ends_at OR {SHORT_ENOUGH["sqlite"]}
BEGIN
  SELECT RAISE(ABORT, 'appointment_busy_bounds');
END
"""
SQLITE_ASSET_GUARD = """
CREATE TRIGGER appointment_asset_no_overlap_{event} BEFORE {event} ON appointment_asset
WHEN NEW.takes_time AND NOT NEW.overbooked
BEGIN
  SELECT RAISE(ABORT, 'appointment_asset_no_overlap')
  WHERE EXISTS (
    SELECT 1 FROM appointment_asset AS other
    WHERE other.asset_id = NEW.asset_id
      AND other.appointment_id <> NEW.appointment_id
      AND other.takes_time AND NOT other.overbooked
      AND other.busy_from > datetime(NEW.busy_from, '-2 days')
      AND other.busy_from < NEW.busy_until
      AND NEW.busy_from < other.busy_until
  );
END
"""
POSTGRES_EXCLUSION = f"""
ALTER TABLE appointment ADD CONSTRAINT appointment_no_overlap
EXCLUDE USING gist (practitioner_id WITH =, tstzrange(busy_from, busy_until) WITH &&)
WHERE (status IN ({TAKES_TIME}) AND NOT overbooked)
"""
POSTGRES_ASSET_EXCLUSION = """
ALTER TABLE appointment_asset ADD CONSTRAINT appointment_asset_no_overlap
EXCLUDE USING gist (asset_id WITH =, tstzrange(busy_from, busy_until) WITH &&)
WHERE (takes_time AND NOT overbooked)
"""
POSTGRES_BOUNDS = """
ALTER TABLE appointment ADD CONSTRAINT appointment_busy_bounds
CHECK (busy_from <= starts_at AND busy_until >= ends_at AND busy_until - busy_from <= interval '2 days')
"""
POSTGRES_FUNCTION = f"""
CREATE OR REPLACE FUNCTION appointment_guard() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  PERFORM 1 FROM practitioner WHERE id = NEW.practitioner_id FOR NO KEY UPDATE;
  IF NOT (NEW.status IN ({TAKES_TIME}) AND NOT NEW.overbooked) THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND {KEEPS_ITS_TIME} THEN
    RETURN NEW;
  END IF;
  IF EXISTS (
    SELECT 1 FROM appointment AS other
    WHERE other.practitioner_id = NEW.practitioner_id
      AND other.id <> NEW.id
      AND other.status IN ({TAKES_TIME})
      AND other.busy_from > NEW.busy_from - interval '2 days'
      AND other.busy_from < NEW.busy_until
      AND NEW.busy_from < other.busy_until
  ) THEN
    RAISE EXCEPTION 'slot taken' USING ERRCODE = '23P01', CONSTRAINT = 'appointment_no_overlap';
  END IF;
  RETURN NEW;
END
$guard$
"""

GRANTS = {"admin": ("edit_visit_types",)}
"""What the roles of a clinic that exists already are given with this version's new permission."""


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    _about_doctors()
    _working_time()
    _visit_types()
    for column in (
        sa.Column("cycle_weeks", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("cycle_from", sa.Date(), nullable=True),
        sa.Column("biography", sa.Text(), nullable=False, server_default=""),
        sa.Column("education", sa.Text(), nullable=False, server_default=""),
        sa.Column("skills", sa.Text(), nullable=False, server_default=""),
    ):
        op.add_column("practitioner", column)
    _weekly_hours(sqlite)
    _appointments(sqlite)
    _calendar()
    if sqlite:
        for event in ("INSERT", "UPDATE"):
            op.execute(SQLITE_ASSET_GUARD.format(event=event))
    else:
        op.execute(POSTGRES_ASSET_EXCLUSION)
    _front_desk()
    grant(GRANTS)


def _weekly_hours(sqlite: bool) -> None:
    """Hours may repeat after several weeks: the week is part of the key."""
    if not sqlite:
        op.add_column("working_hours", sa.Column("week", sa.Integer(), nullable=False, server_default="0"))
        op.drop_constraint("pk_working_hours", "working_hours", type_="primary")
        op.create_primary_key(
            "pk_working_hours", "working_hours", ["practitioner_id", "week", "weekday", "starts"]
        )
        return
    op.create_table(
        "working_hours_by_week",
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("weekday", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_working_hours_practitioner_id")
        ),
        sa.PrimaryKeyConstraint(
            "practitioner_id", "week", "weekday", "starts", name=op.f("pk_working_hours")
        ),
    )
    op.execute(
        "INSERT INTO working_hours_by_week (practitioner_id, week, weekday, starts, ends) "
        "SELECT practitioner_id, 0, weekday, starts, ends FROM working_hours"
    )
    op.drop_table("working_hours")
    op.rename_table("working_hours_by_week", "working_hours")


def _appointments(sqlite: bool) -> None:
    """A visit takes the time of its buffers, too; the rule against overlaps compares that from now on."""
    if sqlite:
        for event in ("INSERT", "UPDATE"):
            op.execute(f"DROP TRIGGER appointment_no_overlap_{event}")
    else:
        op.execute("ALTER TABLE appointment DISABLE TRIGGER USER")
        op.execute("ALTER TABLE appointment DROP CONSTRAINT appointment_no_overlap")
    for column in (
        sa.Column(
            "busy_from", UtcDateTime(), nullable=not sqlite, server_default=LONG_AGO if sqlite else None
        ),
        sa.Column(
            "busy_until", UtcDateTime(), nullable=not sqlite, server_default=LONG_AGO if sqlite else None
        ),
        sa.Column("visit_type_id", sa.Uuid(), nullable=True),
        sa.Column("series_id", sa.Uuid(), nullable=True),
        sa.Column("series_start", WallDateTime(), nullable=True),
        sa.Column("ics_sequence", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.Column("late_cancel", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("appointment", column)
    op.execute("UPDATE appointment SET busy_from = starts_at, busy_until = ends_at")
    op.create_index(
        "ix_appointment_doctor_busy", "appointment", ["practitioner_id", "busy_from", "busy_until"]
    )
    op.create_index("ix_appointment_series", "appointment", ["series_id"])
    op.create_index("ix_appointment_status_time", "appointment", ["status", "starts_at"])
    if sqlite:
        op.execute(SQLITE_GUARD.format(event="INSERT", but=""))
        op.execute(SQLITE_GUARD.format(event="UPDATE", but=f"AND NOT ({KEEPS_ITS_TIME})"))
        for event in ("INSERT", "UPDATE"):
            op.execute(SQLITE_BOUNDS.format(event=event))
        return
    op.alter_column("appointment", "busy_from", nullable=False)
    op.alter_column("appointment", "busy_until", nullable=False)
    op.execute(POSTGRES_EXCLUSION)
    op.execute(POSTGRES_BOUNDS)
    op.execute(POSTGRES_FUNCTION)
    op.execute("ALTER TABLE appointment ENABLE TRIGGER USER")


def _about_doctors() -> None:
    op.create_table(
        "specialty",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["specialty.id"], name=op.f("fk_specialty_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specialty")),
        sa.UniqueConstraint("parent_id", "name", name=op.f("uq_specialty_parent_id_name")),
    )
    op.create_table(
        "practitioner_language",
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_practitioner_language_practitioner_id")
        ),
        sa.PrimaryKeyConstraint("practitioner_id", "language", name=op.f("pk_practitioner_language")),
    )
    op.create_table(
        "practitioner_specialty",
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("specialty_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_practitioner_specialty_practitioner_id")
        ),
        sa.ForeignKeyConstraint(
            ["specialty_id"], ["specialty.id"], name=op.f("fk_practitioner_specialty_specialty_id")
        ),
        sa.PrimaryKeyConstraint("practitioner_id", "specialty_id", name=op.f("pk_practitioner_specialty")),
    )
    op.create_index(
        op.f("ix_practitioner_specialty_specialty_id"),
        "practitioner_specialty",
        ["specialty_id"],
        unique=False,
    )
    op.create_table(
        "practitioner_credential",
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_practitioner_credential_practitioner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practitioner_credential")),
    )
    op.create_index(
        op.f("ix_practitioner_credential_practitioner_id"),
        "practitioner_credential",
        ["practitioner_id"],
        unique=False,
    )
    op.create_table(
        "doctor_group",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doctor_group")),
        sa.UniqueConstraint("name", name=op.f("uq_doctor_group_name")),
    )
    op.create_table(
        "doctor_group_member",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["doctor_group.id"], name=op.f("fk_doctor_group_member_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_doctor_group_member_practitioner_id")
        ),
        sa.PrimaryKeyConstraint("group_id", "practitioner_id", name=op.f("pk_doctor_group_member")),
    )


def _working_time() -> None:
    op.create_table(
        "closure",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("opens", sa.Time(), nullable=True),
        sa.Column("closes", sa.Time(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
        sa.UniqueConstraint("day", name=op.f("uq_closure_day")),
    )
    op.create_table(
        "special_day",
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_special_day_practitioner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_special_day")),
        sa.UniqueConstraint("practitioner_id", "day", name=op.f("uq_special_day_practitioner_id_day")),
    )
    op.create_table(
        "special_hours",
        sa.Column("special_day_id", sa.Uuid(), nullable=False),
        sa.Column("starts", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["special_day_id"],
            ["special_day.id"],
            name=op.f("fk_special_hours_special_day_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("special_day_id", "starts", name=op.f("pk_special_hours")),
    )
    op.create_table(
        "absence",
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("wall_start", WallDateTime(), nullable=False),
        sa.Column("wall_end", WallDateTime(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("foreign_id", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_absence_positive_length")),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_absence_practitioner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(
        "ix_absence_doctor_time", "absence", ["practitioner_id", "starts_at", "ends_at"], unique=False
    )
    op.create_index("uq_absence_foreign", "absence", ["practitioner_id", "foreign_id"], unique=True)


def _visit_types() -> None:
    op.create_table(
        "asset",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("group_name", sa.String(length=60), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sa.UniqueConstraint("name", name=op.f("uq_asset_name")),
    )
    op.create_index(op.f("ix_asset_group_name"), "asset", ["group_name"], unique=False)
    op.create_table(
        "visit_type",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=True),
        sa.Column("buffer_before", sa.Integer(), nullable=False),
        sa.Column("buffer_after", sa.Integer(), nullable=False),
        sa.Column("preparation", sa.Text(), nullable=False),
        sa.Column("for_new_patients", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_type")),
        sa.UniqueConstraint("name", name=op.f("uq_visit_type_name")),
    )
    op.create_table(
        "visit_type_need",
        sa.Column("visit_type_id", sa.Uuid(), nullable=False),
        sa.Column("group_name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_type_id"], ["visit_type.id"], name=op.f("fk_visit_type_need_visit_type_id")
        ),
        sa.PrimaryKeyConstraint("visit_type_id", "group_name", name=op.f("pk_visit_type_need")),
    )
    op.create_table(
        "visit_type_doctor",
        sa.Column("visit_type_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_visit_type_doctor_practitioner_id")
        ),
        sa.ForeignKeyConstraint(
            ["visit_type_id"], ["visit_type.id"], name=op.f("fk_visit_type_doctor_visit_type_id")
        ),
        sa.PrimaryKeyConstraint("visit_type_id", "practitioner_id", name=op.f("pk_visit_type_doctor")),
    )
    op.create_table(
        "booking_rule",
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("visit_type_id", sa.Uuid(), nullable=True),
        sa.Column("after", sa.Time(), nullable=True),
        sa.Column("weekdays", sa.String(length=7), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_booking_rule_practitioner_id")
        ),
        sa.ForeignKeyConstraint(
            ["visit_type_id"], ["visit_type.id"], name=op.f("fk_booking_rule_visit_type_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_rule")),
    )
    op.create_index(
        op.f("ix_booking_rule_practitioner_id"), "booking_rule", ["practitioner_id"], unique=False
    )


def _calendar() -> None:
    op.create_table(
        "appointment_series",
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_series")),
    )
    op.create_table(
        "appointment_asset",
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("busy_from", UtcDateTime(), nullable=False),
        sa.Column("busy_until", UtcDateTime(), nullable=False),
        sa.Column("takes_time", sa.Boolean(), nullable=False),
        sa.Column("overbooked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_appointment_asset_appointment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_appointment_asset_asset_id")),
        sa.PrimaryKeyConstraint("appointment_id", "asset_id", name=op.f("pk_appointment_asset")),
    )
    op.create_index(
        "ix_appointment_asset_time",
        "appointment_asset",
        ["asset_id", "busy_from", "busy_until"],
        unique=False,
    )
    op.create_table(
        "slot_hold",
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("desk_name", sa.String(length=120), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("busy_from", UtcDateTime(), nullable=False),
        sa.Column("busy_until", UtcDateTime(), nullable=False),
        sa.Column("wall_start", WallDateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_slot_hold_practitioner_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_slot_hold_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_hold")),
    )
    op.create_index("ix_slot_hold_doctor", "slot_hold", ["practitioner_id", "busy_from"], unique=False)
    op.create_index("ix_slot_hold_session", "slot_hold", ["session_id"], unique=False)
    op.create_table(
        "calendar_deed",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("dropped", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_deed")),
    )
    op.create_index("ix_calendar_deed_account", "calendar_deed", ["account_id", "done_at"], unique=False)


def _front_desk() -> None:
    op.create_table(
        "waitlist_entry",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=True),
        sa.Column("visit_type_id", sa.Uuid(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.String(40), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("weekdays", sa.String(length=7), nullable=False),
        sa.Column("from_time", sa.Time(), nullable=True),
        sa.Column("until_time", sa.Time(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_waitlist_entry_appointment_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_waitlist_entry_patient_id")),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_waitlist_entry_practitioner_id")
        ),
        sa.ForeignKeyConstraint(
            ["visit_type_id"], ["visit_type.id"], name=op.f("fk_waitlist_entry_visit_type_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waitlist_entry")),
    )
    op.create_index(op.f("ix_waitlist_entry_patient_id"), "waitlist_entry", ["patient_id"], unique=False)
    op.create_index("ix_waitlist_entry_state", "waitlist_entry", ["state", "created_at"], unique=False)
    op.create_table(
        "follow_up",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=True),
        sa.Column("visit_type_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_follow_up_appointment_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_follow_up_patient_id")),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_follow_up_practitioner_id")
        ),
        sa.ForeignKeyConstraint(
            ["visit_type_id"], ["visit_type.id"], name=op.f("fk_follow_up_visit_type_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    op.create_index("ix_follow_up_due", "follow_up", ["state", "due_on"], unique=False)
    op.create_index(op.f("ix_follow_up_patient_id"), "follow_up", ["patient_id"], unique=False)
    op.create_table(
        "desk_task",
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("due_at", WallDateTime(), nullable=True),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_desk_task_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_task")),
    )
    op.create_index("ix_desk_task_open", "desk_task", ["done_at", "due_at"], unique=False)
    op.create_index(op.f("ix_desk_task_patient_id"), "desk_task", ["patient_id"], unique=False)
    op.create_table(
        "absence_visit",
        sa.Column("absence_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=True),
        sa.Column("contacted_at", UtcDateTime(), nullable=True),
        sa.Column("contacted_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["absence_id"], ["absence.id"], name=op.f("fk_absence_visit_absence_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_absence_visit_appointment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("absence_id", "appointment_id", name=op.f("pk_absence_visit")),
    )
    op.create_index(
        op.f("ix_absence_visit_appointment_id"), "absence_visit", ["appointment_id"], unique=False
    )
