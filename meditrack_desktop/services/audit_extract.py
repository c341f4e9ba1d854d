"""Writes what was found in the audit trail to files: a table for spreadsheet programs, or pages to print.

Read a page at a time, each asked for anew: whoever loses the right meanwhile gets no more. Files get their names
when all of them are complete; a run that is stopped or fails leaves none.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from meditrack_desktop.domain.audit import (
    LARGEST_PAGE,
    AuditExtract,
    AuditLine,
    AuditPage,
    AuditQuery,
    ExtractKind,
    ExtractWords,
)
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.domain.scheduling import day_bounds
from meditrack_desktop.services.audit_search import Meant
from meditrack_desktop.services.safe_csv import SafeCsv

MOST_LINES = {ExtractKind.CSV: 100_000, ExtractKind.PDF: 5_000}
"""In one file. What is more is split by month, and a month by parts."""

Span = tuple[datetime, datetime]


class Extract:
    """One run. `read` gives one page of lines; `words` come from the face that asked."""

    def __init__(
        self,
        read: Callable[[Meant], AuditPage],
        kind: ExtractKind,
        folder: Path,
        words: ExtractWords,
        zone: ZoneInfo,
        progress: OnProgress | None,
    ) -> None:
        self._read = read
        self._kind = kind
        self._folder = folder
        self._words = words
        self._zone = zone
        self._progress = progress
        self._total: int | None = None
        self._lines = 0
        self._unfinished: list[tuple[Path, str]] = []

    def write(self, asked: Meant, span: Span | None, total: int | None) -> AuditExtract:
        """All files, or none. `total` is None if there are more lines than one file takes.

        Unavailable PROFILE_UNWRITABLE; whatever `progress` raises.
        """
        self._total = total
        most = MOST_LINES[self._kind]
        try:
            if span is None or total is not None:
                self._write_part(self._all(asked), self._name_of(span))
            else:
                for month, part in self._months(asked, span):
                    self._write_month(part, month, most)
            return AuditExtract(tuple(self._finish()), self._lines)
        except OSError:
            raise Unavailable(ErrorCode.PROFILE_UNWRITABLE, folder=str(self._folder)) from None
        finally:
            for path, _ in self._unfinished:
                path.unlink(missing_ok=True)

    def _write_month(self, asked: Meant, month: date, most: int) -> None:
        lines = self._all(asked)
        part = 0
        while (first := next(lines, None)) is not None:
            part += 1
            name = f"audit-{month:%Y-%m}" + (f"-{part}" if part > 1 else "")
            self._write_part(_some(first, lines, most), name)

    def _write_part(self, lines: Iterator[AuditLine], name: str) -> None:
        # A name nobody else has: what a killed run or another one left is in nobody's way, and not ours to remove.
        path = self._folder / f".{name}.{secrets.token_hex(4)}.unfinished"
        path.touch(mode=0o600, exist_ok=False)  # the names of patients are for whoever asked alone
        self._unfinished.append((path, name))
        if self._kind is ExtractKind.CSV:
            self._write_csv(path, lines)
        else:
            from meditrack_desktop.services.audit_pdf import write_pdf  # its library takes time to load

            write_pdf(path, self._words, self._counted(lines))

    def _write_csv(self, path: Path, lines: Iterator[AuditLine]) -> None:
        with path.open("r+", encoding="utf-8", newline="") as file:
            table = SafeCsv(file)
            table.row(self._words.heads)
            for cells in self._counted(lines):
                table.row(cells)

    def _counted(self, lines: Iterator[AuditLine]) -> Iterator[tuple[str, ...]]:
        for line in lines:
            self._lines += 1
            yield self._words.cells(line)

    def _all(self, asked: Meant) -> Iterator[AuditLine]:
        query: AuditQuery | None = asked.query.model_copy(update={"after": None, "limit": LARGEST_PAGE})
        while query is not None:
            page = self._read(asked._replace(query=query))
            yield from page.lines
            if self._progress is not None:
                self._progress(Progress(self._lines, self._total))
            query = query.model_copy(update={"after": page.end}) if page.end is not None else None

    def _months(self, asked: Meant, span: Span) -> Iterator[tuple[date, Meant]]:
        """The clinic's months with lines, the latest first."""
        earliest, latest = (instant.astimezone(self._zone).date() for instant in span)
        month = latest.replace(day=1)
        while month >= earliest.replace(day=1):
            last = (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
            begins, ends = day_bounds(month, last, self._zone)
            if asked.begins is not None:
                begins = max(begins, asked.begins)
            if asked.ends is not None:
                ends = min(ends, asked.ends)
            yield month, asked._replace(begins=begins, ends=ends)
            month = (month - timedelta(days=1)).replace(day=1)

    def _name_of(self, span: Span | None) -> str:
        if span is None:
            return "audit"
        first, last = (instant.astimezone(self._zone).date() for instant in span)
        return f"audit-{first}" + (f"-to-{last}" if first != last else "")

    def _finish(self) -> Iterator[str]:
        """Give the files their names, past any that are taken."""
        while self._unfinished:
            path, name = self._unfinished[0]
            number, target = 1, self._folder / f"{name}.{self._kind.value}"
            while target.exists():
                number += 1
                target = self._folder / f"{name} ({number}).{self._kind.value}"
            path.rename(target)
            self._unfinished.pop(0)
            yield target.name


def _some(first: AuditLine, lines: Iterator[AuditLine], most: int) -> Iterator[AuditLine]:
    yield first
    for _ in range(most - 1):
        line = next(lines, None)
        if line is None:
            return
        yield line
