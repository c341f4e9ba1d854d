"""With whom filed files lie now, for whoever may know it: that a patient has a document is a matter of the chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from meditrack_desktop.database.queries import incoming_whereabouts as queries
from meditrack_desktop.domain.incoming import IncomingFile, IncomingState
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services.work import Look, Works

ASKED = (Permission.VIEW_PATIENTS, Permission.LIST_DOCUMENTS)
"""Who holds both finds the document in the patient's chart too."""


def whereabouts(works: Works, look: Look, files: Sequence[IncomingFile]) -> tuple[IncomingFile, ...]:
    """These files, the filed ones with whom they lie with."""
    filed = {file.id for file in files if file.state is IncomingState.FILED}
    if not filed:
        return tuple(files)
    may_know = all(works.standing(look.session, look.actor, each).permitted for each in ASKED)
    found = queries.filed_with(look.session, filed) if may_know else {}
    if found and len(files) > 1:
        look.listed("patient")
    return tuple(
        replace(file, filed_with=found.get(file.id), may_know=may_know) if file.id in filed else file
        for file in files
    )
