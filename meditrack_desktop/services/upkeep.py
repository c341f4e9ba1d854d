"""Looks after the vault: leftovers of crashes, files that are gone or changed, keys without a copy (security.md D24).
Before that it empties the bin of documents.

A hundredth of all documents is read each night, all of them once a month. Nothing is ever deleted because of what
is found but what a crash left half-written.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from meditrack_desktop.database import inspection
from meditrack_desktop.database.queries import backups as backup_queries
from meditrack_desktop.database.queries import carry_over, stored_blobs
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.backups import (
    LOOKS,
    BackupPhase,
    ClinicCheck,
    OnBackupProgress,
    StopAsked,
    UpkeepReport,
    told,
)
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.documents import StoredBlob
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services import audit_check
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.backup.meter import Meter
from meditrack_desktop.services.backup.restored_keys import renew_missing_copies
from meditrack_desktop.services.backup.runs import ITSELF
from meditrack_desktop.services.backup.schedule import latest_moment
from meditrack_desktop.services.bin_emptying import empty_bins
from meditrack_desktop.services.incoming.clearing import clear_inbox
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.rescan import Rescanner
from meditrack_desktop.services.work import Works
from meditrack_desktop.vault.sweep import sweep, verify_stored

SHARE = 100
"""One document of so many is read each night."""
EVERYTHING_AFTER = timedelta(days=28)
NIGHTLY, COMPLETE = LOOKS
_MOST_NAMED = 20


class Upkeep:
    """The program's own look after the clinic, and an administrator's."""

    def __init__(self, work: Works, keys: KeyHolder, rescanner: Rescanner) -> None:
        self.work = work
        self._keys = keys
        self._rescanner = rescanner

    def run_if_due(
        self, progress: OnBackupProgress | None = None, stop: StopAsked | None = None
    ) -> UpkeepReport | None:
        """Once a day from the hour of backups on; None if it is not due or the clinic is closed. Nobody need be
        signed in. Raises as `run`."""
        opened = self._keys.opened
        if opened is None or not opened.backup_identity:
            return None
        now = self.work.clock.now()
        with self.work.database.reading() as session:
            zone = clinic_queries.profile(session).tz
            moment = latest_moment(now, zone, settings_queries.read(session).backup_hour)
            last = backup_queries.last_look(session, (NIGHTLY, COMPLETE), now)
            complete = backup_queries.last_look(session, (COMPLETE,), now)
        if last is not None and last[0] >= moment:
            return None
        whole = complete is None or now - complete[0] >= EVERYTHING_AFTER
        return self._look(None, whole, Meter(progress, stop))

    def run(
        self, actor: Actor, progress: OnBackupProgress | None = None, stop: StopAsked | None = None
    ) -> UpkeepReport:
        """Sweep the vault, read every document, write recovery copies that are missing.

        Unavailable VAULT_MISSING or VAULT_FOREIGN if the vault is away (nothing is touched then); Stopped.
        """
        with self.work(actor, Permission.BACK_UP) as work:
            work.noted(Line("vault.check_begun", "vault"))
        return self._look(actor, True, Meter(progress, stop))

    def verify(
        self, actor: Actor, progress: OnBackupProgress | None = None, stop: StopAsked | None = None
    ) -> ClinicCheck:
        """Look at everything and change nothing: the trail, the database's own checks, every document, every key.

        Unavailable VAULT_MISSING or VAULT_FOREIGN; Stopped.
        """
        with self.work(actor, Permission.BACK_UP) as work:
            work.noted(Line("clinic.check_begun", "clinic"))
        meter = Meter(progress, stop)
        with self.work.database.reading() as session:
            blobs = list(stored_blobs.every_blob(session))
            meter.begin(BackupPhase.CHECKING, sum(blob.ciphertext_size for blob in blobs))
            key = self.work.trail.key
            assert key is not None
            now = self.work.clock.now()
            audit = audit_check.check(session, key, (), now)
            complaints = tuple(inspection.complaints(session))
            rows = list(carry_over.keys_by_owner(session).values())
        found = verify_stored(self._keys.vault, _counted(blobs, meter))
        meter.end()
        check = ClinicCheck(
            at=now,
            audit_lines=audit.lines,
            broken_chains=audit.broken,
            database=complaints,
            documents=found.checked,
            missing=found.missing,
            damaged=found.damaged,
            without_recovery_copy=self._without_copy(rows),
        )
        detail = "whole" if check.whole else "something is wrong"
        self._note(actor, Line("clinic.checked", "clinic", detail=detail))
        return check

    def _look(self, actor: Actor | None, everything: bool, meter: Meter) -> UpkeepReport:
        vault, now = self._keys.vault, self.work.clock.now()
        clear_inbox(self.work, self._keys, meter)
        empty_bins(self.work, self._keys, meter)
        with self.work.database.reading() as session:
            blobs = list(stored_blobs.every_blob(session))
        swept = sweep(vault, [blob.blob_id for blob in blobs], now)
        some = blobs if everything else _hundredth(blobs)
        meter.begin(BackupPhase.CHECKING, sum(blob.ciphertext_size for blob in some))
        found = verify_stored(vault, _counted(some, meter))
        self._renew()
        rows = self._key_rows()
        meter.end()
        report = UpkeepReport(
            at=now,
            checked=found.checked,
            removed_unfinished=swept.removed_unfinished,
            set_apart=swept.moved,
            missing=tuple(sorted({*swept.missing, *found.missing})),
            damaged=found.damaged,
            without_recovery_copy=self._without_copy(rows),
            resisted=swept.resisted,
        )
        self._note(actor, _line(report, COMPLETE if everything else NIGHTLY))
        self._rescanner.again(lambda _: meter.seen(0))
        return report

    def _renew(self) -> None:
        """Recovery copies that are gone are written again while the keys are at hand.

        Whoever is erased meanwhile gets no copy back: what has no row any more afterwards goes again.
        """
        opened, vault = self._keys.opened, self._keys.vault
        if opened is None or not opened.clinical_identity:
            return
        written = renew_missing_copies(vault, self._key_rows(), opened)
        left = {row["public"] for row in self._key_rows()}
        for row in written:
            if row["public"] not in left:
                vault.forget_copy(row["patient_id"], row["document_class"], row["public"])

    def _key_rows(self) -> list[dict[str, Any]]:
        with self.work.database.reading() as session:
            return list(carry_over.keys_by_owner(session).values())

    def _without_copy(self, rows: Sequence[dict[str, Any]]) -> tuple[UUID, ...]:
        layout = self._keys.vault.layout
        there = self._keys.vault.recovery_copy_names()
        lacking = {
            row["patient_id"]
            for row in rows
            if layout.recovery_copy(row["patient_id"], row["document_class"], row["public"]).name not in there
        }
        return tuple(sorted(lacking))

    def _note(self, actor: Actor | None, line: Line) -> None:
        with self.work.unsigned(Change("backup", UUID(int=0))) as session:
            now = self.work.clock.now()
            self.work.trail.write(session, actor, now, [line], name="" if actor else ITSELF)


def _line(report: UpkeepReport, action: str) -> Line:
    """The numbers first, as `BackupStatus` reads them; then ids, which name nobody, as many as there is room for."""
    ids = (*report.missing, *report.damaged, *report.without_recovery_copy)
    numbers = told(len(report.missing), len(report.damaged), len(report.without_recovery_copy))
    named = " ".join(str(each) for each in ids[:_MOST_NAMED])
    return Line(action, "vault", detail=f"{numbers}; {report.checked} read; {named}".rstrip("; "))


def _hundredth(blobs: Sequence[StoredBlob]) -> Sequence[StoredBlob]:
    """Chosen anew each night; at least one, if there is one."""
    count = -(-len(blobs) // SHARE)
    return random.SystemRandom().sample(list(blobs), count)


def _counted(blobs: Sequence[StoredBlob], meter: Meter) -> Iterator[StoredBlob]:
    for blob in blobs:
        yield blob
        meter.seen(blob.ciphertext_size)
