"""The vault is away: what is filed waits at the desk, sealed, and is filed once when the vault is back (F15)."""

from __future__ import annotations

import io
import os
import pickle
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import AttachDocument, DocumentType
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotAllowed, Unavailable
from meditrack_desktop.domain.patients import ArchivePatient
from meditrack_desktop.services import spool_files
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.profile import Profile
from tests import warm
from tests.conftest import ClinicSite
from tests.makers.care import as_doctor, in_care
from tests.makers.documents import FilingDesk, a_pdf, a_report
from tests.makers.people import a_patient

CANARY = "Kanarienvogel 4711"


@pytest.fixture
def share(site: ClinicSite, tmp_path: Path) -> Path:
    """Where the vault lies: outside of the profile, as on a share."""
    profile = Profile(site.folder)
    facts = profile.facts()
    share = tmp_path / "share"
    profile.vault(facts).rename(share)
    profile.write_facts(replace(facts, vault_folder=str(share)))
    return share


@pytest.fixture
def clinic(site: ClinicSite, clock: FixedClock, share: Path) -> Iterator[Clinic]:
    opened = site.open(clock)
    yield opened
    opened.close()


@pytest.fixture
def desk(clinic: Clinic, reception: Actor, doctor: Actor, admin: Actor) -> FilingDesk:
    patient = clinic.patients.register(reception, a_patient("Fictanova", "Mara", birth_date="1971-03-04"))
    in_care(clinic, reception, as_doctor(clinic, admin, doctor), patient)
    return FilingDesk(clinic, reception, patient)


def away(share: Path) -> Path:
    """The share is not mounted: an empty folder is left."""
    kept = share.with_name("elsewhere")
    share.rename(kept)
    share.mkdir()
    return kept


def back(share: Path) -> None:
    share.rmdir()
    share.with_name("elsewhere").rename(share)


def kept_at_desk(desk: FilingDesk, **details: Any) -> AttachDocument:
    """Filed while the vault is away: refused by name, and kept."""
    command = AttachDocument(patient_id=desk.patient.id, file_name="report.pdf", **details)
    file_again(desk, command)
    return command


def file_again(desk: FilingDesk, command: AttachDocument) -> None:
    with pytest.raises(Unavailable) as refused:
        desk.clinic.documents.attach(desk.actor, command, io.BytesIO(a_pdf(CANARY)))
    assert refused.value.code is ErrorCode.FILE_NOT_STORED_YET


def content(clinic: Clinic, actor: Actor, command: AttachDocument) -> bytes:
    opened = clinic.documents.open(actor, command.id)
    try:
        return opened.source.read_all()
    finally:
        opened.source.close()


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []


def test_it_waits_in_sight_and_is_filed_once(
    desk: FilingDesk, share: Path, doctor: Actor, admin: Actor, clock: FixedClock
) -> None:
    clinic, reception = desk.clinic, desk.actor
    before = desk.attach()
    away(share)
    command = kept_at_desk(desk, title="Blood count", type=DocumentType.LAB_REPORT)
    [waiting] = clinic.spool.waiting(reception)
    assert (waiting.id, waiting.patient_id, waiting.title) == (command.id, desk.patient.id, "Blood count")
    assert (waiting.file_name, waiting.size, waiting.refusal) == ("report.pdf", len(a_pdf(CANARY)), None)
    assert waiting.kept_by == reception.name and waiting.kept_at == clock.now()
    assert [each.id for each in clinic.documents.of_patient(reception, desk.patient.id)] == [before.id]
    file_again(desk, command)
    assert len(clinic.spool.waiting(reception)) == 1
    assert clinic.spool.deliver(reception, now=True).waiting == 1
    back(share)
    delivered = clinic.spool.deliver(doctor, now=True)
    assert (delivered.filed, delivered.waiting) == ((command.id,), 0)
    assert clinic.spool.waiting(reception) == ()
    filed = clinic.documents.get(reception, command.id)
    assert (filed.title, filed.pages, filed.created_by) == ("Blood count", 1, reception.account_id)
    assert content(clinic, doctor, command) == a_pdf(CANARY)
    assert CANARY in " ".join(clinic.documents.text(doctor, command.id))
    assert clinic.documents.attach(reception, command, io.BytesIO(a_pdf(CANARY))).id == command.id
    assert len(clinic.documents.of_patient(reception, desk.patient.id)) == 2
    [line] = [
        each
        for each in clinic.audit.list(admin)
        if each.action == "document.attached" and each.object_id == command.id
    ]
    assert "kept at the desk since" in line.detail
    assert files_below(Profile(clinic.profile.folder).spool / spool_files.NOTES) == []
    assert clinic.upkeep.run(admin).missing == ()


def test_a_patient_without_a_key_gets_one_and_its_recovery_copy_later(
    desk: FilingDesk, share: Path, doctor: Actor, admin: Actor
) -> None:
    clinic = desk.clinic
    away(share)
    first, second = kept_at_desk(desk), kept_at_desk(desk, type=DocumentType.INSURANCE)
    back(share)
    assert clinic.keys.vault.recovery_copy_names() == frozenset()
    assert set(clinic.spool.deliver(desk.actor, now=True).filed) == {first.id, second.id}
    assert len(clinic.keys.vault.recovery_copy_names()) == 2
    assert content(clinic, doctor, first) == a_pdf(CANARY)
    assert clinic.upkeep.run(admin).without_recovery_copy == ()


def test_nothing_of_it_is_readable_at_the_desk(desk: FilingDesk, share: Path) -> None:
    away(share)
    kept_at_desk(desk, title="Kanarientitel", note="Kanariennotiz")
    found = files_below(desk.clinic.profile.spool)
    assert len(found) >= 4
    for path in found:
        data = path.read_bytes().lower()
        for canary in (
            b"kanarien",
            b"report.pdf",
            b"haemo",
            str(desk.patient.id).encode(),
            b"%pdf",
            b"fictanova",
        ):
            assert canary not in data, path


def test_it_outlives_a_restart_and_the_sign_out(
    desk: FilingDesk, share: Path, site: ClinicSite, clock: FixedClock, doctor: Actor
) -> None:
    away(share)
    command = kept_at_desk(desk)
    desk.clinic.close()
    again = site.open(clock)
    try:
        [waiting] = again.spool.waiting(desk.actor)
        assert waiting.id == command.id
        back(share)
        assert again.spool.deliver(desk.actor).filed == (command.id,)
        assert content(again, doctor, command) == a_pdf(CANARY)
    finally:
        again.close()


def test_pauses_grow_and_a_person_does_not_wait(desk: FilingDesk, share: Path, clock: FixedClock) -> None:
    clinic, asked = desk.clinic, list[int]()
    away(share)
    kept_at_desk(desk)
    real = clinic.keys.vault.check
    clinic.keys.vault.check = lambda: (asked.append(1), real())[1]  # type: ignore[method-assign]
    for _ in range(600):
        clinic.spool.deliver(desk.actor)
        clock.advance(timedelta(seconds=2))
    assert 6 <= len(asked) <= 9  # of 600 in twenty minutes
    clinic.spool.deliver(desk.actor, now=True)
    assert 7 <= len(asked) <= 10


def test_what_the_rules_refuse_meanwhile_stays_in_sight(desk: FilingDesk, share: Path, admin: Actor) -> None:
    clinic = desk.clinic
    away(share)
    command = kept_at_desk(desk)
    clinic.patients.archive(
        admin,
        ArchivePatient(
            id=desk.patient.id,
            version=clinic.patients.get(admin, desk.patient.id).version,
            reason="moved away",
        ),
    )
    back(share)
    assert clinic.spool.deliver(desk.actor, now=True).waiting == 1
    [waiting] = clinic.spool.waiting(desk.actor)
    assert waiting.refusal is ErrorCode.PATIENT_ARCHIVED
    with pytest.raises(NotAllowed):
        clinic.spool.discard(desk.actor, command.id)
    assert clinic.spool.waiting(desk.actor) != ()


def test_a_file_that_names_another_is_never_kept(desk: FilingDesk, share: Path) -> None:
    """The name is compared before anything is stored or kept, whether the vault is there or not."""
    away(share)
    data = a_report("Exampleton, Bruno", "1950-12-24")
    command = AttachDocument(patient_id=desk.patient.id, file_name="report.pdf")
    with pytest.raises(ClinicError) as refused:
        desk.clinic.documents.attach(desk.actor, command, io.BytesIO(data))
    assert refused.value.code is ErrorCode.FILE_NAMES_ANOTHER
    assert desk.clinic.spool.waiting(desk.actor) == ()


def test_there_is_an_end_to_what_may_wait(desk: FilingDesk, share: Path) -> None:
    away(share)
    kept_at_desk(desk)
    desk.clinic.spool._files.largest = 10_000
    command = AttachDocument(patient_id=desk.patient.id, file_name="report.pdf")
    with pytest.raises(Unavailable) as refused:
        desk.clinic.documents.attach(desk.actor, command, io.BytesIO(a_pdf(CANARY)))
    assert refused.value.code is ErrorCode.VAULT_MISSING
    assert len(desk.clinic.spool.waiting(desk.actor)) == 1


def test_a_full_vault_is_no_reason_to_keep_it(desk: FilingDesk, share: Path, monkeypatch: Any) -> None:
    def full(*_: object) -> None:
        raise Unavailable(ErrorCode.VAULT_FULL)

    monkeypatch.setattr(desk.clinic.keys.vault, "store", full)
    command = AttachDocument(patient_id=desk.patient.id, file_name="report.pdf")
    with pytest.raises(Unavailable) as refused:
        desk.clinic.documents.attach(desk.actor, command, io.BytesIO(a_pdf(CANARY)))
    assert refused.value.code is ErrorCode.VAULT_FULL
    assert desk.clinic.spool.waiting(desk.actor) == ()


@pytest.mark.parametrize("spot", [3, 40, -1])
def test_a_note_that_was_changed_is_refused(desk: FilingDesk, share: Path, spot: int) -> None:
    away(share)
    kept_at_desk(desk)
    [note] = files_below(desk.clinic.profile.spool / spool_files.NOTES)
    data = bytearray(note.read_bytes())
    data[spot] ^= 1
    note.write_bytes(data)
    with pytest.raises(Unavailable) as refused:
        desk.clinic.spool.waiting(desk.actor)
    assert refused.value.code is ErrorCode.VAULT_DAMAGED


def test_killed_after_filing_it_is_not_filed_again(desk: FilingDesk, share: Path, monkeypatch: Any) -> None:
    """The row is there and the note still is: the next delivery only forgets it."""
    away(share)
    command = kept_at_desk(desk)
    back(share)
    with monkeypatch.context() as patch:

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(desk.clinic.spool._files, "forget", killed)
        with pytest.raises(KeyboardInterrupt):
            desk.clinic.spool.deliver(desk.actor, now=True)
    assert len(desk.clinic.spool.waiting(desk.actor)) == 1
    names = {path.name for path in files_below(share)}
    assert desk.clinic.spool.deliver(desk.actor, now=True).filed == (command.id,)
    assert {path.name for path in files_below(share)} == names
    assert [each.id for each in desk.clinic.documents.of_patient(desk.actor, desk.patient.id)] == [command.id]


def doomed(
    clinic: Clinic,
    site: ClinicSite,
    clock: FixedClock,
    desk: FilingDesk,
    command: AttachDocument | None,
    fatal: int,
) -> Any:
    order = (site.folder, clock, site.secrets, desk.actor, command, a_pdf(CANARY), fatal)
    return warm.run("tests.services.doomed_filing", input=pickle.dumps(order))


@pytest.mark.exhaustive
@pytest.mark.timeout(5400)
@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_killed_at_every_step_of_keeping(
    desk: FilingDesk, share: Path, site: ClinicSite, clock: FixedClock, doctor: Actor
) -> None:
    check_kills(desk, share, site, clock, doctor, every=1)


@pytest.mark.timeout(500)
@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_killed_at_some_steps_of_keeping(
    desk: FilingDesk, share: Path, site: ClinicSite, clock: FixedClock, doctor: Actor
) -> None:
    check_kills(desk, share, site, clock, doctor, every=14)


def check_kills(
    desk: FilingDesk, share: Path, site: ClinicSite, clock: FixedClock, doctor: Actor, every: int
) -> None:
    """What was kept when it died is filed once, what was not is as if it had never been; then the same is done to
    the delivery."""
    clinic = desk.clinic
    desk.attach(type=DocumentType.LAB_REPORT)
    away(share)
    command = AttachDocument(patient_id=desk.patient.id, file_name="report.pdf")
    whole = doomed(clinic, site, clock, desk, command, -1)
    assert whole.returncode == 0, whole.stderr
    kept = 0
    for fatal in range(0, int(whole.stdout), every):
        command = AttachDocument(patient_id=desk.patient.id, file_name="report.pdf")
        killed = doomed(clinic, site, clock, desk, command, fatal)
        assert killed.returncode in (0, -signal.SIGKILL), (
            killed.stderr
        )  # fewer steps where a folder was there already
        waits = any(each.id == command.id for each in clinic.spool.waiting(desk.actor))
        kept += waits
        file_again(desk, command)
        assert [each.id for each in clinic.spool.waiting(desk.actor)].count(command.id) == 1
    assert kept >= 1
    back(share)
    waiting = {each.id for each in clinic.spool.waiting(desk.actor)}
    fatal = 0
    while True:
        killed = doomed(clinic, site, clock, desk, None, fatal)
        if killed.returncode == 0:
            break
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        fatal += every
    assert clinic.spool.waiting(desk.actor) == ()
    filed = [each.id for each in clinic.documents.of_patient(desk.actor, desk.patient.id)]
    assert len(filed) == len(set(filed)) == len(waiting) + 1 and waiting <= set(filed)
    for each in waiting:
        opened = clinic.documents.open(doctor, each)
        assert opened.source.read_all() == a_pdf(CANARY)
        opened.source.close()


def test_a_note_that_cannot_be_read_holds_nobody_elses_document_up(
    desk: FilingDesk, share: Path, doctor: Actor
) -> None:
    """And neither that one's files, nor room for another one, are lost by it."""
    away(share)
    kept_at_desk(desk)
    [damaged] = files_below(desk.clinic.profile.spool / spool_files.NOTES)
    damaged.write_bytes(b"\0" * 100)
    there = set(files_below(desk.clinic.profile.spool))
    command = kept_at_desk(desk)
    back(share)
    try:
        desk.clinic.spool.deliver(desk.actor, now=True)
    except Unavailable as refused:
        assert refused.code is ErrorCode.VAULT_DAMAGED
    assert content(desk.clinic, doctor, command) == a_pdf(CANARY)
    assert set(files_below(desk.clinic.profile.spool)) == there
