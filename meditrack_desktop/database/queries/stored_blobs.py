"""What the rows remember of every file in the vault, whatever it is of: one list for sweep, check, backup, restore."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.documents import DocumentPartRow, DocumentRow
from meditrack_desktop.database.tables.incoming import IncomingPartRow, IncomingRow
from meditrack_desktop.domain.documents import StoredBlob

AT_A_TIME = 5000
NAMED_BY = (DocumentRow, DocumentPartRow, IncomingRow, IncomingPartRow)
"""Every table whose rows name a file in the vault."""


def blob_columns(
    table: type[DocumentRow | DocumentPartRow | IncomingRow | IncomingPartRow],
) -> Select[*tuple[Any, ...]]:
    """A question for the columns of a `StoredBlob`, in its order; rows whose file left the vault are left out."""
    return select(
        table.blob_id, table.size, table.sha256, table.ciphertext_size, table.ciphertext_sha256
    ).where(table.blob_id.is_not(None))


def every_blob(session: Session) -> Iterator[StoredBlob]:
    """All files, some thousands at a time: documents, those in the bin too, the inbox, and the parts of both."""
    for table in NAMED_BY:
        for found in session.execute(blob_columns(table).execution_options(yield_per=AT_A_TIME)):
            yield StoredBlob(*found)
