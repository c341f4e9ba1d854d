"""Scanning again: what was kept unscanned, or by signatures that are old now, for 30 days (security.md D27).

A file in which a virus is found late is marked and opens no more. It is never deleted for that: somebody looks at it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from meditrack_desktop.database.queries import document_parts as part_queries
from meditrack_desktop.database.queries import documents as document_queries
from meditrack_desktop.database.queries import rescans as queries
from meditrack_desktop.database.queries.rescans import ToScan
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.backups import StopAsked
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.documents import Document, MediaType, PartKind, Scan, ScanVerdict
from meditrack_desktop.domain.errors import Stopped, Unavailable
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.ports import Scanner
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.domain.scanning import (
    SCANNED_AGAIN_FOR,
    RescanReport,
    locked,
    what_to_scan,
    worst_of,
)
from meditrack_desktop.services import document_parts
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.backup.runs import ITSELF
from meditrack_desktop.services.kept_files import bytes_of, key_of
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.work import Works

TASK = "A virus was found in a document that was filed before. It opens no more: an administrator must look at it."
INBOX_TASK = "A virus was found in a file in the inbox. It opens no more: an administrator must look at it."
BREATH = 0.02
"""Seconds between two files, so that a desk at work does not notice."""


class Rescanner:
    """Scans again, for whoever asks: an administrator, or the nightly look."""

    def __init__(self, work: Works, keys: KeyHolder, scanner: Scanner) -> None:
        self.work = work
        self._keys = keys
        self._scanner = scanner

    def again(self, progress: OnProgress | None = None, stop: StopAsked | None = None) -> RescanReport:
        """As `Rescans.run`; nobody need be signed in."""
        self._keys.vault.check()
        state = self._scanner.state()
        report = RescanReport()
        if not state.usable:
            return report
        since = self.work.clock.now() - SCANNED_AGAIN_FOR
        with self.work.database.reading() as session:
            due = queries.incoming_due(session, since, state.signatures_at)
            due += queries.documents_due(session, since, state.signatures_at)
        for number, one in enumerate(due):
            if progress is not None:
                progress(Progress(number, len(due)))
            if stop is not None and stop():
                raise Stopped()
            scan = self._scanned(one)
            if scan is not None:
                report = self._kept(one, scan, report)
            time.sleep(BREATH)
        if due:
            told = f"{report.scanned} scanned; {report.infected} infected; {report.unsure} not scanned"
            self._note(Line("document.scanned_again", "document", detail=told))
        if progress is not None:
            progress(Progress(len(due), len(due)))
        return report

    def _scanned(self, one: ToScan) -> Scan | None:
        """None if it cannot be read now: that is an alarm of the nightly look, not of this one."""
        try:
            pieces = self._pieces(one)
        except Unavailable:
            return None
        scans = [self._scanner.scan(piece, one.file_name) for piece in pieces]
        scan = worst_of(scans)
        return locked(scan) if one.asks_password else scan

    def _pieces(self, one: ToScan) -> Sequence[bytes]:
        """Its bytes; each file of a study by itself. Unavailable."""
        with self.work.database.reading() as session:
            key = key_of(session, self._keys, one.id, one.patient_id)
            parts = (
                part_queries.of_document(session, one.id) if one.media_type is MediaType.DICOM_STUDY else {}
            )
        data = bytes_of(self._keys, key, one.blob)
        contents = parts.get(PartKind.CONTENTS)
        if contents is None:
            return what_to_scan(data, one.media_type)
        study = document_parts.contents_of(bytes_of(self._keys, key, contents))
        images = (image for series in study.series for image in series.images)
        cut = (data[image.offset : image.offset + image.size] for image in images)
        return tuple(piece for one in cut for piece in what_to_scan(one, MediaType.DICOM)) or (data,)

    def _kept(self, one: ToScan, scan: Scan, report: RescanReport) -> RescanReport:
        """Keep what was said now. A verdict that was there is not lost because the scanner has none today."""
        if scan.verdict is ScanVerdict.INFECTED:
            self._mark(one, scan)
            return replace(report, scanned=report.scanned + 1, infected=report.infected + 1)
        if scan.verdict is ScanVerdict.CLEAN or one.verdict is ScanVerdict.NOT_SCANNED:
            with self.work.unsigned(_change(one)) as session:
                queries.note_scan(session, one, scan)
        unsure = scan.verdict is not ScanVerdict.CLEAN
        return replace(report, scanned=report.scanned + 1, unsure=report.unsure + unsure)

    def _mark(self, one: ToScan, scan: Scan) -> None:
        now, kind = self.work.clock.now(), "document" if one.patient_id else "incoming"
        task_id = new_id()
        with self.work.unsigned(_change(one), Change("desk_task", task_id)) as session:
            row = queries.held(session, one)
            if row is None or row.verdict is ScanVerdict.INFECTED:
                return
            row.verdict, row.not_scanned_because = scan.verdict, None
            row.scanned_at, row.scanned_by = scan.scanned_at, scan.engine[:120]
            row.signatures_at = scan.signatures_at
            text = TASK if one.patient_id else INBOX_TASK
            task = queries.add_task(session, task_id, text, one.patient_id, now)
            session.reported.update((row, task))
            session.flush()
            told = "; ".join(part for part in (scan.engine, scan.finding) if part)[:500]
            lines = [
                Line(f"{kind}.infected", kind, one.id, one.patient_id, told),
                Line("desk_task.added", "desk_task", task_id, one.patient_id),
            ]
            self.work.trail.write(session, None, now, lines, name=ITSELF)

    def _note(self, line: Line) -> None:
        with self.work.unsigned() as session:
            self.work.trail.write(session, None, self.work.clock.now(), [line], name=ITSELF)


class Rescans:
    def __init__(self, work: Works, rescanner: Rescanner) -> None:
        self.work = work
        self._rescanner = rescanner

    def run(
        self, actor: Actor, progress: OnProgress | None = None, stop: StopAsked | None = None
    ) -> RescanReport:
        """Scan again what should be, counting files. Without a usable scanner nothing happens.

        Unavailable VAULT_LOCKED, VAULT_MISSING or VAULT_FOREIGN; Stopped.
        """
        with self.work(actor, Permission.BACK_UP) as work:
            work.noted(Line("document.rescan_begun", "document"))
        return self._rescanner.again(progress, stop)

    def infected(self, actor: Actor) -> tuple[Document, ...]:
        """Documents in which a virus was found after they were filed, the newest finding first."""
        with self.work.looking(actor, Permission.VIEW_AUDIT) as look:
            look.listed("document")
            found = queries.infected(look.session)
            documents = {one.id: one for one in document_queries.of_ids(look.session, list(found))}
            return tuple(documents[one] for one in found if one in documents)


def _change(one: ToScan) -> Change:
    return Change("document" if one.patient_id else "incoming", one.id, patient=one.patient_id)
