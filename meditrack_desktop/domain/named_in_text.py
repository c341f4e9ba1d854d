"""Whom a document's text names, where it says so in as many words. Nothing is guessed."""

from __future__ import annotations

from datetime import date

from meditrack_desktop.domain.examination import NamedPerson


def named_person(text: str) -> NamedPerson:
    return NamedPerson()


def document_date(text: str) -> date | None:
    return None
