"""meditrack reindex, and what meditrack verify says of the index of documents."""

from __future__ import annotations

from argparse import Namespace

from meditrack_desktop.cli.doors import Doors
from meditrack_desktop.cli.output import DONE, answer
from meditrack_desktop.cli.signing_in import signed_in
from meditrack_desktop.domain.document_search import IndexCheck


def reindex(args: Namespace, doors: Doors) -> int:
    """Empty the index of documents and make it again from what is said about them and their texts."""
    with signed_in(args) as (clinic, actor):
        count = clinic.document_search.index_anew(actor)
    answer(args, {"documents": count}, f"{count} documents are in the index.")
    return DONE


def is_sound(check: IndexCheck) -> bool:
    """Whether nothing is wrong that does not mend itself."""
    return not check.lacking


def found(check: IndexCheck) -> list[str]:
    """What a check of the index says, a line each."""
    return [
        f"Index of documents: {check.documents} compared"
        + (", all are found by their words." if check.whole else "."),
        *([f"Index of documents: {check.behind} wait to be indexed."] if check.behind else []),
        *(
            [f"Index of documents: {check.orphans} entries of documents that are gone."]
            if check.orphans
            else []
        ),
        *(
            f"Document {document} is not found by all of its words: meditrack reindex."
            for document in check.lacking
        ),
        *(f"The text of document {document} cannot be read." for document in check.unreadable),
    ]
