"""Patients: charts, related persons, consents, likely twins and merges, and what a search ranks by.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from meditrack_desktop.database.migrations.permission_grants import grant
from meditrack_desktop.database.types import UtcDateTime

revision = "0003"
down_revision: str | None = "0002"

GRANTS = {
    "receptionist": ("record_allergy",),
    "doctor": ("record_allergy", "view_chart", "write_chart"),
    "admin": ("merge_patients",),
}
"""What the roles of a clinic that exists already are given with this version's new permissions."""

SQLITE_NOTE_KEPT = """
CREATE TRIGGER clinical_note_signed BEFORE UPDATE ON clinical_note
WHEN OLD.signed_at IS NOT NULL
  AND (NEW.id IS NOT OLD.id OR NEW.title IS NOT OLD.title OR NEW.body IS NOT OLD.body
    OR NEW.created_by IS NOT OLD.created_by OR NEW.created_at IS NOT OLD.created_at
    OR NEW.signed_at IS NOT OLD.signed_at OR NEW.amends IS NOT OLD.amends
    OR NEW.status = 'preliminary')
BEGIN
  SELECT RAISE(ABORT, 'clinical_note_signed');
END
"""
SQLITE_NOTE_STAYS = """
CREATE TRIGGER clinical_note_stays BEFORE DELETE ON clinical_note
WHEN OLD.signed_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM patient WHERE id = OLD.patient_id AND purged_at IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'clinical_note_signed');
END
"""
POSTGRES_NOTE = """
CREATE FUNCTION clinical_note_guard() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF OLD.signed_at IS NOT NULL THEN
    IF TG_OP = 'DELETE' THEN
      IF NOT EXISTS (SELECT 1 FROM patient WHERE id = OLD.patient_id AND purged_at IS NOT NULL) THEN
        RAISE EXCEPTION 'clinical_note_signed'
          USING ERRCODE = 'restrict_violation', CONSTRAINT = 'clinical_note_signed';
      END IF;
      RETURN OLD;
    END IF;
    IF (NEW.id, NEW.title, NEW.body, NEW.created_by, NEW.created_at, NEW.signed_at, NEW.amends)
      IS DISTINCT FROM
      (OLD.id, OLD.title, OLD.body, OLD.created_by, OLD.created_at, OLD.signed_at, OLD.amends)
      OR NEW.status = 'preliminary' THEN
      RAISE EXCEPTION 'clinical_note_signed'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'clinical_note_signed';
    END IF;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END
$guard$
"""
POSTGRES_NOTE_TRIGGER = """
CREATE TRIGGER clinical_note_guard BEFORE UPDATE OR DELETE ON clinical_note
FOR EACH ROW EXECUTE FUNCTION clinical_note_guard()
"""


def upgrade() -> None:
    for column in (
        sa.Column("provisional", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("verified_at", UtcDateTime(), nullable=True),
        sa.Column("verified_by", sa.Uuid(), nullable=True),
        sa.Column("no_allergies_at", UtcDateTime(), nullable=True),
        sa.Column("no_allergies_by", sa.Uuid(), nullable=True),
        sa.Column("contact_by", sa.String(40), nullable=False, server_default="any"),
        sa.Column("interpreter", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("preferences", sa.String(length=500), nullable=False, server_default=""),
        sa.Column("photo_id", sa.Uuid(), nullable=True),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
    ):
        op.add_column("patient", column)
    op.add_column("appointment", sa.Column("foreign_id", sa.String(length=500), nullable=True))
    op.create_index("uq_appointment_foreign", "appointment", ["patient_id", "foreign_id"], unique=True)
    op.add_column("document", sa.Column("key_patient_id", sa.Uuid(), nullable=True))
    _chart()
    _around()
    if op.get_bind().dialect.name == "sqlite":
        # No longer names to allow for: this database does not hold a column to its length.
        op.execute(SQLITE_NOTE_KEPT)
        op.execute(SQLITE_NOTE_STAYS)
    else:
        for name in ("family", "given", "preferred_name"):
            op.alter_column("patient", name, type_=sa.String(length=200))
        op.execute(POSTGRES_NOTE)
        op.execute(POSTGRES_NOTE_TRIGGER)
    grant(GRANTS)


def _chart() -> None:
    op.create_table(
        "allergy_intolerance",
        sa.Column("substance", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("severity", sa.String(40), nullable=False),
        sa.Column("reaction", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("verification", sa.String(40), nullable=False),
        sa.Column("onset", sa.String(length=10), nullable=True),
        sa.Column("system", sa.String(length=300), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("foreign_id", sa.String(length=500), nullable=True),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_allergy_intolerance_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allergy_intolerance")),
        sa.UniqueConstraint(
            "patient_id", "foreign_id", name=op.f("uq_allergy_intolerance_patient_id_foreign_id")
        ),
    )
    op.create_index(op.f("ix_allergy_intolerance_patient_id"), "allergy_intolerance", ["patient_id"])
    op.create_table(
        "condition",
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("verification", sa.String(40), nullable=False),
        sa.Column("onset", sa.String(length=10), nullable=True),
        sa.Column("abated", sa.String(length=10), nullable=True),
        sa.Column("system", sa.String(length=300), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("foreign_id", sa.String(length=500), nullable=True),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_condition_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_condition")),
        sa.UniqueConstraint("patient_id", "foreign_id", name=op.f("uq_condition_patient_id_foreign_id")),
    )
    op.create_index(op.f("ix_condition_patient_id"), "condition", ["patient_id"])
    op.create_table(
        "medication",
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("dosage", sa.String(length=200), nullable=False),
        sa.Column("intent", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("started", sa.String(length=10), nullable=True),
        sa.Column("ended", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("system", sa.String(length=300), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("foreign_id", sa.String(length=500), nullable=True),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_medication_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_medication")),
        sa.UniqueConstraint("patient_id", "foreign_id", name=op.f("uq_medication_patient_id_foreign_id")),
    )
    op.create_index(op.f("ix_medication_patient_id"), "medication", ["patient_id"])
    op.create_table(
        "observation",
        sa.Column("panel_id", sa.Uuid(), nullable=True),
        sa.Column("panel", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=True),
        sa.Column("text_value", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("low", sa.String(length=40), nullable=True),
        sa.Column("high", sa.String(length=40), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("system", sa.String(length=300), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("foreign_id", sa.String(length=500), nullable=True),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_observation_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
        sa.UniqueConstraint("patient_id", "foreign_id", name=op.f("uq_observation_patient_id_foreign_id")),
    )
    op.create_index(op.f("ix_observation_patient_id"), "observation", ["patient_id"])
    op.create_index("ix_observation_taken", "observation", ["patient_id", "taken_at"])
    op.create_table(
        "observation_version",
        sa.Column("observation_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.String(length=40), nullable=True),
        sa.Column("text_value", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.Column("replaced_at", UtcDateTime(), nullable=False),
        sa.Column("replaced_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["observation_id"], ["observation.id"], name=op.f("fk_observation_version_observation_id")
        ),
        sa.PrimaryKeyConstraint("observation_id", "version", name=op.f("pk_observation_version")),
    )
    op.create_table(
        "clinical_note",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=True),
        sa.Column("amends", sa.Uuid(), nullable=True),
        sa.Column("error_reason", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_clinical_note_appointment_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_clinical_note_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinical_note")),
    )
    op.create_index("ix_clinical_note_patient", "clinical_note", ["patient_id", "signed_at"])


def _around() -> None:
    op.create_table(
        "related_person",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("relationship", sa.String(40), nullable=False),
        sa.Column("guardian", sa.Boolean(), nullable=False),
        sa.Column("emergency_contact", sa.Boolean(), nullable=False),
        sa.Column("phone", sa.String(length=60), nullable=False),
        sa.Column("phone_e164", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("linked_patient_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["linked_patient_id"], ["patient.id"], name=op.f("fk_related_person_linked_patient_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_related_person_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_related_person")),
    )
    op.create_index(op.f("ix_related_person_patient_id"), "related_person", ["patient_id"])
    op.create_table(
        "consent",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("answer", sa.String(40), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_consent_document_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_consent_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_patient_id"), "consent", ["patient_id"])
    op.create_table(
        "recent_patient",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recent_patient_account_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_recent_patient_patient_id")),
        sa.PrimaryKeyConstraint("account_id", "patient_id", name=op.f("pk_recent_patient")),
    )
    op.create_index("ix_recent_patient_when", "recent_patient", ["account_id", "opened_at"])
    op.create_table(
        "saved_filter",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("created_by", "name", name=op.f("uq_saved_filter_created_by_name")),
    )
    op.create_table(
        "patient_twin",
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["first_id"], ["patient.id"], name=op.f("fk_patient_twin_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["patient.id"], name=op.f("fk_patient_twin_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_twin")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_patient_twin_first_id_second_id")),
    )
    op.create_index(op.f("ix_patient_twin_second_id"), "patient_twin", ["second_id"])
    op.create_index("ix_patient_twin_state", "patient_twin", ["state", "score"])
    op.create_table(
        "patient_merge",
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("gone_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("merged_at", UtcDateTime(), nullable=False),
        sa.Column("merged_by", sa.Uuid(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["gone_id"], ["patient.id"], name=op.f("fk_patient_merge_gone_id")),
        sa.ForeignKeyConstraint(["kept_id"], ["patient.id"], name=op.f("fk_patient_merge_kept_id")),
        sa.ForeignKeyConstraint(["merged_by"], ["account.id"], name=op.f("fk_patient_merge_merged_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_merge")),
    )
    op.create_index(op.f("ix_patient_merge_gone_id"), "patient_merge", ["gone_id"])
    op.create_index(op.f("ix_patient_merge_kept_id"), "patient_merge", ["kept_id"])
