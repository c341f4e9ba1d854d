"""Changing the clinic's vault keys, and replacing the recovery kit (security.md D20, D22).

Both are one run: the envelopes get new keys beside the earlier ones, every patient's key is wrapped anew, and
only then the earlier ones are dropped. Killed anywhere, everything still opens, and running it again goes on
where it stopped. Documents themselves are not touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import desks as desk_queries
from meditrack_desktop.database.queries import keys as queries
from meditrack_desktop.database.queries.keys import WrappedKey
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import ErrorCode, Invalid, Unavailable
from meditrack_desktop.domain.keys import KeyStatus
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.services import epochs, shared_keys
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.clinic_secrets import ClinicSecrets
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.recovery_kit import RecoveryKit, check_kept
from meditrack_desktop.services.work import Works
from meditrack_desktop.vault.keys import PatientKey, new_key_pair, public_half

AT_ONCE = 50
"""Patients' keys in one transaction."""
_LOST = (ErrorCode.VAULT_KEY_WRONG, ErrorCode.VAULT_DAMAGED, ErrorCode.VAULT_FOREIGN)


class KeyRotation:
    def __init__(self, work: Works, keys: KeyHolder) -> None:
        self.work = work
        self._keys = keys
        self._offered: dict[UUID, RecoveryKit] = {}
        self._guard = Lock()

    def status(self, actor: Actor) -> KeyStatus:
        """Which epoch is in use, and whether a change of keys has to be finished or is advised."""
        with self.work.looking(actor, Permission.ROTATE_KEYS) as look:
            opened = self._opened()
            made_at = queries.epoch_made_at(look.session, opened.epoch)
            revoked_at = desk_queries.newest_revocation(look.session)
            behind = queries.count_behind(look.session, opened.epoch)
            look.listed("key")
            return KeyStatus(
                epoch=opened.epoch,
                made_at=made_at,
                keys=queries.count_keys(look.session),
                waiting=behind if opened.unfinished else 0,
                unreadable=0 if opened.unfinished else behind,
                unfinished=opened.unfinished,
                advised=bool(revoked_at and (made_at is None or revoked_at > made_at)),
            )

    def rotate(self, actor: Actor, progress: OnProgress | None = None) -> KeyStatus:
        """Give the clinic new vault keys, or finish a change of keys that was cut off.

        `progress` counts patients' keys; Stopped from it ends the run, and everything opens as before. Unavailable
        VAULT_LOCKED, ROTATION_UNFINISHED if another process changes the keys at this moment, or the vault's code.
        """
        opened = self._begun(actor)
        if not opened.unfinished:
            opened = self._replace(actor, opened, epochs.following(opened), "keys.rotation_begun")
        return self._finish(actor, opened, progress)

    def new_kit(self, actor: Actor) -> RecoveryKit:
        """Draw up another recovery kit. It opens nothing until `confirm_kit`, and the present one stays good."""
        with self.work(actor, Permission.ROTATE_KEYS) as work:
            clinic = clinic_queries.profile(work.session)
            work.noted(Line("recovery_kit.drawn_up", "clinic", clinic.id))
            kit = RecoveryKit(clinic.name, str(clinic.id), new_key_pair().secret, work.now)
        with self._guard:
            self._offered[actor.session_id] = kit
        return kit

    def confirm_kit(
        self, actor: Actor, last_characters: str, progress: OnProgress | None = None
    ) -> KeyStatus:
        """Put the kit that `new_kit` gave to this session in place of the present one, and rotate the keys.

        Invalid RECOVERY_NOT_CONFIRMED unless `last_characters` are the last 8 of its key. The former kit opens
        nothing of what lies here from then on. Else as `rotate`, which also finishes it if it was cut off.
        """
        with self._guard:
            kit = self._offered.get(actor.session_id)
        opened = self._begun(actor)
        if kit is None:
            raise Invalid(ErrorCode.RECOVERY_NOT_CONFIRMED)
        check_kept(kit, last_characters)
        if opened.unfinished:
            self._finish(actor, opened, progress)
            opened = self._opened()
        after = epochs.following(opened, public_half(kit.identity))
        opened = self._replace(actor, opened, after, "recovery_kit.replacing_begun")
        with self._guard:
            self._offered.pop(actor.session_id, None)
        return self._finish(actor, opened, progress)

    def bring_back(self, actor: Actor, recovery_key: str) -> KeyStatus:
        """Wrap those patients' keys anew that nothing here opens, from their recovery copies, by the kit's key.

        A former kit does for those whose copies were never renewed. Unavailable RECOVERY_KEY_WRONG for a kit that
        opens none of them, ROTATION_UNFINISHED before `rotate` has ended, or the vault's code.
        """
        opened = self._begun(actor)
        if opened.unfinished:
            raise Unavailable(ErrorCode.ROTATION_UNFINISHED)
        missing = self._unreadable(opened)
        found, wrong = list[tuple[WrappedKey, bytes]](), 0
        for key in missing:
            try:
                copy = self._keys.vault.recover_key(
                    recovery_key, key.patient_id, key.document_class, key.public, opened.recipients
                )
            except Unavailable as error:
                if error.code not in _LOST:
                    raise
                wrong += error.code is ErrorCode.VAULT_KEY_WRONG
            else:
                if copy is not None:
                    # From now on for the present kit: a former one may have brought it.
                    self._keys.vault.renew_recovery_copy(
                        copy, key.patient_id, key.document_class, opened.recovery_recipient
                    )
                    found.append((key, copy.wrapped))
        if wrong and not found:
            raise Unavailable(ErrorCode.RECOVERY_KEY_WRONG)
        with self.work(actor, Permission.ROTATE_KEYS) as work:
            for key, wrapped in found:
                queries.put_wrapped(work.session, key, wrapped, opened.epoch)
                work.noted(Line("keys.brought_back", "key", patient_id=key.patient_id))
            work.noted(Line("keys.bringing_back", "key", detail=f"{len(found)} of {len(missing)} keys"))
        return self.status(actor)

    def _unreadable(self, opened: ClinicSecrets) -> Sequence[WrappedKey]:
        with self.work.database.reading() as session:
            return queries.behind(session, opened.epoch, queries.count_keys(session))

    def _begun(self, actor: Actor) -> ClinicSecrets:
        """What the envelope holds now, once it is sure that this actor may change it."""
        with self.work(actor, Permission.ROTATE_KEYS) as work:
            work.noted(Line("keys.change_asked", "key"))
        self._keys.refresh()
        return self._opened()

    def _opened(self) -> ClinicSecrets:
        opened = self._keys.opened
        if opened is None or self._keys.dropped:
            raise Unavailable(ErrorCode.VAULT_LOCKED)
        return opened

    def _replace(
        self,
        actor: Actor,
        before: ClinicSecrets,
        after: ClinicSecrets,
        action: str,
    ) -> ClinicSecrets:
        """Seal the envelopes with `after` in place of `before`, and say so in the database."""
        shared = self.work.database.shared
        if not shared:
            # First the file: a key in the database that no envelope holds would open nothing.
            self._keys.slots.reseal(before, after)
        with self.work(actor, Permission.ROTATE_KEYS) as work:
            if shared:
                if not queries.hold_epoch(work.session, before.epoch):
                    raise Unavailable(ErrorCode.ROTATION_UNFINISHED)
                shared_keys.give_everybody(work.session, before, after, work.now)
                if queries.envelope(work.session, self.work.trail.chain) is None:
                    # Somebody changed this desk's row in the database: it must not shut itself out.
                    raise Unavailable(ErrorCode.PROFILE_DAMAGED, file="workstation")
            epochs.begin(work.session, after, work.now)
            work.noted(
                Line(action, "key", detail=f"epoch {after.epoch}"),
                Change("key", clinic_queries.profile(work.session).id),
            )
        self._keys.refresh()
        return self._opened()

    def _finish(self, actor: Actor, opened: ClinicSecrets, progress: OnProgress | None) -> KeyStatus:
        with self.work(actor, Permission.ROTATE_KEYS) as work:
            # Again: it may have been cut off between the file and the database.
            epochs.begin(work.session, opened, work.now)
            total = queries.count_behind(work.session, opened.epoch)
            work.noted(Line("keys.rewrapping", "key", detail=f"{total} keys"))
        copies = self._keys.vault.recovery_copy_names() if opened.former_recovery else frozenset()
        unreadable: list[WrappedKey] = []
        done = 0
        last: WrappedKey | None = None
        while batch := self._batch(opened.epoch, last):
            done += len(batch)
            last = batch[-1]
            unreadable += self._rewrap(actor, opened, batch)
            if progress is not None:
                progress(Progress(done, max(total, done)))
        if opened.former_recovery:
            self._set_strange_copies_aside(copies)
        self._replace(actor, opened, epochs.finished(opened), "keys.rotated")
        return self.status(actor)

    def _batch(self, epoch: int, after: WrappedKey | None) -> Sequence[WrappedKey]:
        with self.work.database.reading() as session:
            return queries.behind(session, epoch, AT_ONCE, after)

    def _rewrap(self, actor: Actor, opened: ClinicSecrets, batch: Sequence[WrappedKey]) -> list[WrappedKey]:
        """Wrap some patients' keys anew; returns those that nothing in memory opens."""
        vault, wrapped, lost = self._keys.vault, list[_Rewrapped](), list[WrappedKey]()
        for key in batch:
            old = PatientKey(key.public, key.wrapped)
            try:
                new = vault.rewrap(old, key.patient_id, key.document_class, opened.recipients)
            except Unavailable as error:
                if error.code not in _LOST:
                    raise
                lost.append(key)
                continue
            if opened.former_recovery:
                # A folder that refuses the copy does not make the key unreadable: the change waits for it.
                vault.renew_recovery_copy(old, key.patient_id, key.document_class, opened.recovery_recipient)
            wrapped.append(_Rewrapped(key, new.wrapped))
        gone: list[WrappedKey] = []
        with self.work(actor, Permission.ROTATE_KEYS) as work:
            for each in wrapped:
                if not queries.put_wrapped(work.session, each.key, each.wrapped, opened.epoch):
                    gone.append(each.key)
            work.noted(Line("keys.rewrapped", "key", detail=f"{len(wrapped)} keys"))
            for key in lost:
                work.noted(Line("keys.unreadable", "key", patient_id=key.patient_id))
        for key in gone:
            # The patient was erased meanwhile: no copy of the key may come back by our hand.
            vault.forget_copy(key.patient_id, key.document_class, key.public)
        return lost

    def _set_strange_copies_aside(self, before: frozenset[str]) -> None:
        """Copies for the former kit that belong to no row: a crash left them. Nothing acknowledged hangs on them."""
        vault = self._keys.vault
        with self.work.database.reading() as session:
            known = {vault.layout.recovery_copy(*key).name for key in queries.all_keys(session)}
        vault.set_copies_aside(before - known)


@dataclass(frozen=True, slots=True)
class _Rewrapped:
    key: WrappedKey
    wrapped: bytes
