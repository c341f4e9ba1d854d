"""Documents: versions, what a scanner said, what was made from them, and the inbox; rooms that holds keep.

Revision ID: 0006
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from meditrack_desktop.database.migrations.permission_grants import grant
from meditrack_desktop.database.types import UtcDateTime

revision = "0006"
down_revision: str | None = "0005"

GRANTS = {
    "receptionist": ("file_incoming", "edit_document"),
    "doctor": ("file_incoming", "edit_document", "review_document"),
}
"""What the roles of a clinic that exists already are given with this version's new permissions."""

SQLITE_HOLD_ASSET_GUARD = """
CREATE TRIGGER hold_asset_no_overlap_{event} BEFORE {event} ON hold_asset
BEGIN
  SELECT RAISE(ABORT, 'hold_asset_no_overlap')
  WHERE EXISTS (
    SELECT 1 FROM hold_asset AS other
    WHERE other.asset_id = NEW.asset_id
      AND other.hold_id <> NEW.hold_id
      AND other.busy_from > datetime(NEW.busy_from, '-2 days')
      AND other.busy_from < NEW.busy_until
      AND NEW.busy_from < other.busy_until
  );
END
"""
POSTGRES_HOLD_ASSET_EXCLUSION = """
ALTER TABLE hold_asset ADD CONSTRAINT hold_asset_no_overlap
EXCLUDE USING gist (asset_id WITH =, tstzrange(busy_from, busy_until) WITH &&)
"""


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for column in (
        *_scanned()[1:],
        sa.Column("status", sa.String(40), nullable=False, server_default="current"),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("moved_from_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(2000), nullable=False, server_default=""),
        sa.Column("turn", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("asks_password", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("inert", sa.String(200), nullable=False, server_default=""),
        sa.Column("modality", sa.String(16), nullable=False, server_default=""),
        sa.Column("body_part", sa.String(64), nullable=False, server_default=""),
        sa.Column("study_id", sa.String(64), nullable=False, server_default=""),
        sa.Column("name_check", sa.String(40), nullable=False, server_default="unknown"),
        sa.Column("text_state", sa.String(40), nullable=False, server_default="none"),
        sa.Column("reviewed_at", UtcDateTime(), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
    ):
        op.add_column("document", column)
    op.create_index("ix_document_replaces", "document", ["replaces_id"])
    for name, columns, where in (
        ("ix_document_study", ["patient_id", "study_id"], "study_id <> ''"),
        ("ix_document_deleted", ["deleted_at"], "deleted_at IS NOT NULL"),
        ("ix_document_text_wanted", ["text_state"], "text_state = 'wanted'"),
    ):
        op.create_index(
            name, "document", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )
    op.create_table(
        "document_part",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        *_blob(),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_document_part_document_id")),
        sa.PrimaryKeyConstraint("document_id", "kind", name=op.f("pk_document_part")),
        sa.UniqueConstraint("blob_id", name=op.f("uq_document_part_blob_id")),
    )
    _incoming()
    _index()
    _keys_without_guard(sqlite)
    _hold_assets(sqlite)
    grant(GRANTS)


def _scanned() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("scanned_at", UtcDateTime(), nullable=True),
        sa.Column("scanned_by", sa.String(120), nullable=False, server_default=""),
        sa.Column("signatures_at", UtcDateTime(), nullable=True),
        sa.Column("not_scanned_because", sa.String(40), nullable=True),
    )


def _blob() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("blob_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("ciphertext_size", sa.BigInteger(), nullable=False),
        sa.Column("ciphertext_sha256", sa.String(64), nullable=False),
    )


def _incoming() -> None:
    op.create_table(
        "incoming",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("desk", sa.String(120), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("refusal", sa.String(40), nullable=False),
        sa.Column("media_type", sa.String(40), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("blob_id", sa.Uuid(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("ciphertext_size", sa.BigInteger(), nullable=False),
        sa.Column("ciphertext_sha256", sa.String(64), nullable=False),
        *_scanned(),
        sa.Column("asks_password", sa.Boolean(), nullable=False),
        sa.Column("inert", sa.String(200), nullable=False),
        sa.Column("modality", sa.String(16), nullable=False),
        sa.Column("body_part", sa.String(64), nullable=False),
        sa.Column("study_id", sa.String(64), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=True),
        sa.Column("named_name", sa.String(200), nullable=False),
        sa.Column("named_birth_date", sa.Date(), nullable=True),
        sa.Column("named_numbers", sa.String(400), nullable=False),
        sa.Column("type_guess", sa.String(40), nullable=False),
        sa.Column("text_state", sa.String(40), nullable=False),
        sa.Column("origin_id", sa.Uuid(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.String(500), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["origin_id"], ["incoming.id"], name=op.f("fk_incoming_origin_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_incoming_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming")),
        sa.UniqueConstraint("blob_id", name=op.f("uq_incoming_blob_id")),
    )
    op.create_index("ix_incoming_state", "incoming", ["state", "created_at"])
    op.create_index("ix_incoming_sha256", "incoming", ["sha256"])
    op.create_table(
        "incoming_part",
        sa.Column("incoming_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        *_blob(),
        sa.ForeignKeyConstraint(["incoming_id"], ["incoming.id"], name=op.f("fk_incoming_part_incoming_id")),
        sa.PrimaryKeyConstraint("incoming_id", "kind", name=op.f("pk_incoming_part")),
        sa.UniqueConstraint("blob_id", name=op.f("uq_incoming_part_blob_id")),
    )


def _index() -> None:
    op.create_table(
        "document_index",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document_version", sa.Integer(), nullable=False),
        sa.Column("text_blob", sa.Uuid(), nullable=True),
        sa.Column("made_with", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_document_index")),
        sa.UniqueConstraint("number", name=op.f("uq_document_index_number")),
    )
    op.create_table(
        "document_term",
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.Column("documents", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chunk", "term", name=op.f("pk_document_term")),
        sqlite_with_rowid=False,
    )


def _keys_without_guard(sqlite: bool) -> None:
    """The inbox has a key of its own among those of the patients: its owner is the clinic."""
    if not sqlite:
        op.drop_constraint("fk_patient_key_patient_id", "patient_key", type_="foreignkey")
        return
    op.create_table(
        "patient_key_unguarded",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("document_class", sa.String(40), nullable=False),
        sa.Column("public", sa.String(100), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("patient_id", "document_class", name=op.f("pk_patient_key")),
    )
    op.execute(
        "INSERT INTO patient_key_unguarded (patient_id, document_class, public, wrapped, epoch) "
        "SELECT patient_id, document_class, public, wrapped, epoch FROM patient_key"
    )
    op.drop_table("patient_key")
    op.rename_table("patient_key_unguarded", "patient_key")


def _hold_assets(sqlite: bool) -> None:
    """What two visits may not have at one time, two holds may not keep; holds that no longer count are swept first."""
    op.create_table(
        "hold_asset",
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("busy_from", UtcDateTime(), nullable=False),
        sa.Column("busy_until", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["slot_hold.id"], name=op.f("fk_hold_asset_hold_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_hold_asset_asset_id")),
        sa.PrimaryKeyConstraint("hold_id", "asset_id", name=op.f("pk_hold_asset")),
    )
    op.create_index("ix_hold_asset_time", "hold_asset", ["asset_id", "busy_from", "busy_until"])
    if sqlite:
        for event in ("INSERT", "UPDATE"):
            op.execute(SQLITE_HOLD_ASSET_GUARD.format(event=event))
    else:
        op.execute(POSTGRES_HOLD_ASSET_EXCLUSION)
