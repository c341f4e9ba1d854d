"""The first schema: people, patients, doctors, care teams, appointments, documents, audit.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from meditrack_desktop.database.types import SortedText, UtcDateTime, WallDateTime

revision = "0001"
down_revision: str | None = None

TAKES_TIME = "'booked', 'arrived', 'checked-in', 'fulfilled'"

# Two visits of one doctor never overlap, unless somebody asked for it: then the later one is marked overbooked.
# A visit that stays within time it had already is not asked again: somebody may have overbooked over it since.
# No visit is longer than a day (see the check), so looking one day back is enough and stays quick.
TAKES_NEW_TIME = f"""
  NEW.status IN ({TAKES_TIME}) AND NOT NEW.overbooked
"""

KEEPS_ITS_TIME = f"""
  OLD.status IN ({TAKES_TIME}) AND NOT OLD.overbooked
  AND NEW.practitioner_id = OLD.practitioner_id
  AND NEW.starts_at >= OLD.starts_at AND NEW.ends_at <= OLD.ends_at
"""

# SQLite writers take the lock before they look, so this look is the truth.
SQLITE_GUARD = f"""
CREATE TRIGGER appointment_no_overlap_{{event}} BEFORE {{event}} ON appointment
WHEN {TAKES_NEW_TIME} {{but}}
BEGIN
  SELECT RAISE(ABORT, 'appointment_no_overlap')
  WHERE EXISTS (
    SELECT 1 FROM appointment AS other
    WHERE other.practitioner_id = NEW.practitioner_id
      AND other.id <> NEW.id
      AND other.status IN ({TAKES_TIME})
      AND other.starts_at > datetime(NEW.starts_at, '-1 day')
      AND other.starts_at < NEW.ends_at
      AND NEW.starts_at < other.ends_at
  );
END
"""
SQLITE_GUARDS = (
    SQLITE_GUARD.format(event="INSERT", but=""),
    SQLITE_GUARD.format(event="UPDATE", but=f"AND NOT ({KEEPS_ITS_TIME})"),
)

# Postgres keeps visits apart by an exclusion constraint. A visit that was overbooked on purpose is outside it,
# so a trigger guards the others against it, one booking of a doctor at a time.
POSTGRES_EXCLUSION = f"""
ALTER TABLE appointment ADD CONSTRAINT appointment_no_overlap
EXCLUDE USING gist (practitioner_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
WHERE (status IN ({TAKES_TIME}) AND NOT overbooked)
"""

POSTGRES_FUNCTION = f"""
CREATE FUNCTION appointment_guard() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  PERFORM 1 FROM practitioner WHERE id = NEW.practitioner_id FOR NO KEY UPDATE;
  IF NOT ({TAKES_NEW_TIME}) THEN
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
      AND other.starts_at > NEW.starts_at - interval '1 day'
      AND other.starts_at < NEW.ends_at
      AND NEW.starts_at < other.ends_at
  ) THEN
    RAISE EXCEPTION 'slot taken' USING ERRCODE = '23P01', CONSTRAINT = 'appointment_no_overlap';
  END IF;
  RETURN NEW;
END
$guard$
"""

POSTGRES_TRIGGER = """
CREATE TRIGGER appointment_guard BEFORE INSERT OR UPDATE ON appointment
FOR EACH ROW EXECUTE FUNCTION appointment_guard()
"""

SQLITE_AUDIT = """
CREATE TRIGGER audit_no_{event} BEFORE {event} ON audit
BEGIN
  SELECT RAISE(ABORT, 'audit_is_append_only');
END
"""

POSTGRES_AUDIT = """
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'audit is append only';
END
$guard$
"""

POSTGRES_AUDIT_TRIGGER = """
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()
"""


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("chain", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("account_name", sa.String(length=120), nullable=False),
        sa.Column("roles", sa.String(length=120), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object_type", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("detail", sa.String(length=1000), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", "seq", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_at", "audit", ["at"], unique=False)
    op.create_index("ix_audit_object", "audit", ["object_type", "object_id"], unique=False)
    op.create_index("ix_audit_patient", "audit", ["patient_id", "at"], unique=False)
    op.create_table(
        "audit_chain",
        sa.Column("chain", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_chain")),
    )
    op.create_table(
        "clinic",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("region", sa.String(length=2), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic")),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "patient",
        sa.Column("mrn", SortedText, nullable=False),
        sa.Column("family", sa.String(length=120), nullable=False),
        sa.Column("given", sa.String(length=120), nullable=False),
        sa.Column("preferred_name", sa.String(length=120), nullable=False),
        sa.Column("birth_date", SortedText, nullable=True),
        sa.Column("gender", sa.String(40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("city", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=40), nullable=False),
        sa.Column("country", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("deceased", sa.Boolean(), nullable=False),
        sa.Column("archived_at", UtcDateTime(), nullable=True),
        sa.Column("archive_reason", sa.String(length=500), nullable=False),
        sa.Column("sort_name", SortedText, nullable=False),
        sa.Column("search_text", SortedText, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
        sa.UniqueConstraint("mrn", name=op.f("uq_patient_mrn")),
    )
    op.create_index("ix_patient_birth_date", "patient", ["birth_date", "sort_name"], unique=False)
    op.create_index("ix_patient_sort_name", "patient", ["sort_name", "id"], unique=False)
    op.create_table(
        "practitioner",
        sa.Column("family", sa.String(length=120), nullable=False),
        sa.Column("given", sa.String(length=120), nullable=False),
        sa.Column("prefix", sa.String(length=30), nullable=False),
        sa.Column("specialty", sa.String(length=200), nullable=False),
        sa.Column("room", sa.String(length=60), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practitioner")),
    )
    op.create_table(
        "role_permission",
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("permission", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("role", "permission", name=op.f("pk_role_permission")),
    )
    op.create_table(
        "workstation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("enrolled_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workstation")),
    )
    op.create_table(
        "account",
        sa.Column("username", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=80), nullable=False),
        sa.Column("pepper_id", sa.String(length=20), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_account_practitioner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
    )
    op.create_table(
        "appointment",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("wall_start", WallDateTime(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("confirmation", sa.String(40), nullable=False),
        sa.Column("visit_type", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("overbooked", sa.Boolean(), nullable=False),
        sa.Column("overbook_reason", sa.String(length=500), nullable=False),
        sa.Column("arrived_at", UtcDateTime(), nullable=True),
        sa.Column("roomed_at", UtcDateTime(), nullable=True),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.Column("cancelled_by", sa.String(40), nullable=True),
        sa.Column("cancel_reason", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_appointment_positive_length")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_appointment_within_a_day")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_appointment_patient_id")),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_appointment_practitioner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index(
        "ix_appointment_doctor_time", "appointment", ["practitioner_id", "starts_at", "ends_at"], unique=False
    )
    op.create_index("ix_appointment_patient", "appointment", ["patient_id", "starts_at"], unique=False)
    op.create_index("ix_appointment_time", "appointment", ["starts_at"], unique=False)
    op.create_table(
        "care_team",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("usual", sa.Boolean(), nullable=False),
        sa.Column("part", sa.String(length=120), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_care_team_patient_id")),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_care_team_practitioner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_team")),
    )
    op.create_index(op.f("ix_care_team_patient_id"), "care_team", ["patient_id"], unique=False)
    op.create_index(op.f("ix_care_team_practitioner_id"), "care_team", ["practitioner_id"], unique=False)
    op.create_index(
        "uq_care_team_live",
        "care_team",
        ["patient_id", "practitioner_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_care_team_usual",
        "care_team",
        ["patient_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL AND usual"),
        postgresql_where=sa.text("ended_at IS NULL AND usual"),
    )
    op.create_table(
        "document",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("document_class", sa.String(40), nullable=False),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("blob_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("ciphertext_size", sa.BigInteger(), nullable=False),
        sa.Column("ciphertext_sha256", sa.String(length=64), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("deleted_by", sa.Uuid(), nullable=True),
        sa.Column("delete_reason", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_document_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("blob_id", name=op.f("uq_document_blob_id")),
    )
    op.create_index("ix_document_patient", "document", ["patient_id", "created_at"], unique=False)
    op.create_table(
        "patient_identifier",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.String(length=300), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_patient_identifier_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_identifier")),
        sa.UniqueConstraint("system", "value", name=op.f("uq_patient_identifier_system_value")),
    )
    op.create_index(
        op.f("ix_patient_identifier_patient_id"), "patient_identifier", ["patient_id"], unique=False
    )
    op.create_table(
        "patient_key",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("document_class", sa.String(40), nullable=False),
        sa.Column("public", sa.String(length=100), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_patient_key_patient_id")),
        sa.PrimaryKeyConstraint("patient_id", "document_class", name=op.f("pk_patient_key")),
    )
    op.create_table(
        "patient_phone",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.String(length=60), nullable=False),
        sa.Column("e164", sa.String(length=20), nullable=True),
        sa.Column("use", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_patient_phone_patient_id")),
        sa.PrimaryKeyConstraint("patient_id", "position", name=op.f("pk_patient_phone")),
    )
    op.create_table(
        "patient_term",
        sa.Column("term", SortedText, nullable=False),
        sa.Column("sort_name", SortedText, nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("term", "sort_name", "patient_id", name=op.f("pk_patient_term")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "practitioner_identifier",
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.String(length=300), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_practitioner_identifier_practitioner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practitioner_identifier")),
        sa.UniqueConstraint("system", "value", name=op.f("uq_practitioner_identifier_system_value")),
    )
    op.create_index(
        op.f("ix_practitioner_identifier_practitioner_id"),
        "practitioner_identifier",
        ["practitioner_id"],
        unique=False,
    )
    op.create_table(
        "working_hours",
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_working_hours_practitioner_id")
        ),
        sa.PrimaryKeyConstraint("practitioner_id", "weekday", "starts", name=op.f("pk_working_hours")),
    )
    op.create_table(
        "account_role",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_role_account_id")),
        sa.PrimaryKeyConstraint("account_id", "role", name=op.f("pk_account_role")),
    )
    op.create_table(
        "session",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("workstation", sa.String(length=40), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_session_token_sha256")),
    )
    op.create_index(op.f("ix_session_account_id"), "session", ["account_id"], unique=False)
    op.create_table(
        "sign_in_try",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("workstation", sa.String(length=40), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_try_account_id")),
        sa.PrimaryKeyConstraint("account_id", "workstation", name=op.f("pk_sign_in_try")),
    )
    counter = sa.table("counter", sa.column("name", sa.String), sa.column("value", sa.BigInteger))
    op.bulk_insert(counter, [{"name": "mrn", "value": 0}, {"name": "changes", "value": 0}])

    if op.get_bind().dialect.name == "sqlite":
        for guard in SQLITE_GUARDS:
            op.execute(guard)
        for event in ("UPDATE", "DELETE"):
            op.execute(SQLITE_AUDIT.format(event=event))
    else:
        op.execute(POSTGRES_EXCLUSION)
        op.execute(POSTGRES_FUNCTION)
        op.execute(POSTGRES_TRIGGER)
        op.execute(POSTGRES_AUDIT)
        op.execute(POSTGRES_AUDIT_TRIGGER)
