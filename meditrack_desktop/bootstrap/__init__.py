"""Joins database, vault, services and adapters into a Clinic: the one place that knows every part."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

from meditrack_desktop.adapters import text_recognizers
from meditrack_desktop.adapters.scanners import ThisComputersScanner
from meditrack_desktop.adapters.smtp import SmtpMailer
from meditrack_desktop.bootstrap.arriving import (
    ask_to_join,
    backup_folder,
    count_patient_keys,
    join_with_kit,
    preview_by_kit,
    read_kit,
    recover_clinic,
    restore_by_kit,
    set_up_clinic,
    was_approved,
    write_kit,
)
from meditrack_desktop.bootstrap.secret_places import PASSPHRASE_VARIABLE, has_keyring, secret_store
from meditrack_desktop.database.session import Database
from meditrack_desktop.domain.backups import OnBackupProgress
from meditrack_desktop.domain.clock import ClinicClock, Clock, FixedClock, SystemClock
from meditrack_desktop.domain.errors import Conflict, ErrorCode
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.examiner import Examiner
from meditrack_desktop.logs import log_to
from meditrack_desktop.services import migrating
from meditrack_desktop.services.absence_worklists import AbsenceWorklists
from meditrack_desktop.services.absences import Absences
from meditrack_desktop.services.accounts import Accounts
from meditrack_desktop.services.assets import Assets
from meditrack_desktop.services.audit import Audit
from meditrack_desktop.services.audit_anchors import AuditAnchors
from meditrack_desktop.services.audit_trail import AuditTrail
from meditrack_desktop.services.backup.backups import Backups
from meditrack_desktop.services.backup.here import Here
from meditrack_desktop.services.backup.meter import Meter
from meditrack_desktop.services.backup.witnesses import BackupWitnesses
from meditrack_desktop.services.booking_rules import BookingRules
from meditrack_desktop.services.calendar_files.calendar_files import CalendarFiles
from meditrack_desktop.services.care_team import CareTeam
from meditrack_desktop.services.changes import ChangeBus
from meditrack_desktop.services.chart.allergies import Allergies
from meditrack_desktop.services.chart.charts import Charts
from meditrack_desktop.services.chart.conditions import Conditions
from meditrack_desktop.services.chart.medications import Medications
from meditrack_desktop.services.chart.notes import Notes
from meditrack_desktop.services.chart.observations import Observations
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.confirmations import Confirmations
from meditrack_desktop.services.consents import Consents
from meditrack_desktop.services.credentials import Credentials
from meditrack_desktop.services.deeds import Deeds
from meditrack_desktop.services.demo import demo
from meditrack_desktop.services.desk_tasks import DeskTasks
from meditrack_desktop.services.device import device_secret, target_of
from meditrack_desktop.services.doctor_groups import DoctorGroups
from meditrack_desktop.services.document_index import DocumentIndex
from meditrack_desktop.services.document_search import DocumentSearch
from meditrack_desktop.services.documents import Documents
from meditrack_desktop.services.documents.attaching import Attaching
from meditrack_desktop.services.enrolment import Desks
from meditrack_desktop.services.fhir_export import FhirExports
from meditrack_desktop.services.follow_ups import FollowUps
from meditrack_desktop.services.free_time import FreeTime
from meditrack_desktop.services.holds import Holds
from meditrack_desktop.services.imports.run import Imports
from meditrack_desktop.services.incoming.incoming import Incoming
from meditrack_desktop.services.intake import Intake
from meditrack_desktop.services.key_rotation import KeyRotation
from meditrack_desktop.services.key_slots import KeySlots
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.mail import Mail, OutgoingMail
from meditrack_desktop.services.migrating import Migrated
from meditrack_desktop.services.password_again import PasswordAgain
from meditrack_desktop.services.patient_lists import PatientLists
from meditrack_desktop.services.patient_merges import PatientMerges
from meditrack_desktop.services.patient_twins import PatientTwins
from meditrack_desktop.services.patients import Patients
from meditrack_desktop.services.permission_grid import PermissionGrid
from meditrack_desktop.services.photos import Photos
from meditrack_desktop.services.pins import Pins
from meditrack_desktop.services.practitioner_profiles import PractitionerProfiles
from meditrack_desktop.services.practitioners import Practitioners
from meditrack_desktop.services.printouts import Printouts
from meditrack_desktop.services.privacy.access_grants import AccessGrants
from meditrack_desktop.services.privacy.disclosures import Disclosures
from meditrack_desktop.services.privacy.emergency_access import Emergencies
from meditrack_desktop.services.privacy.exports import PatientExports
from meditrack_desktop.services.privacy.precautions import Precautions
from meditrack_desktop.services.privacy.purges import Purges
from meditrack_desktop.services.privacy.restrictions import Restrictions
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.services.related_persons import RelatedPersons
from meditrack_desktop.services.rescan import Rescanner, Rescans
from meditrack_desktop.services.resets import Resets
from meditrack_desktop.services.saved_filters import SavedFilters
from meditrack_desktop.services.scanning import ScannerChoice, Scanning
from meditrack_desktop.services.scheduling import Scheduling
from meditrack_desktop.services.second_factor import SecondFactors
from meditrack_desktop.services.second_person import SecondPersons
from meditrack_desktop.services.series import SeriesVisits
from meditrack_desktop.services.sessions import Sessions
from meditrack_desktop.services.settings import Settings
from meditrack_desktop.services.sign_in_tries import ClosedTries
from meditrack_desktop.services.signing_in import SigningIn
from meditrack_desktop.services.spool import Keeper, Spool
from meditrack_desktop.services.spool_files import SpoolFiles
from meditrack_desktop.services.text_recognition import TextRecognition
from meditrack_desktop.services.today import Today
from meditrack_desktop.services.unresolved import Unresolved
from meditrack_desktop.services.upkeep import Upkeep
from meditrack_desktop.services.vault_moves import VaultMoves
from meditrack_desktop.services.vault_place import vault_of
from meditrack_desktop.services.visit_types import VisitTypes
from meditrack_desktop.services.waitlist import Waitlist
from meditrack_desktop.services.work import Works
from meditrack_desktop.services.working_times import WorkingTimes

__all__ = [
    "PASSPHRASE_VARIABLE",
    "ask_to_join",
    "backup_folder",
    "count_patient_keys",
    "has_keyring",
    "join_with_kit",
    "migrate_clinic",
    "open_clinic",
    "preview_by_kit",
    "read_kit",
    "ready_demo",
    "recover_clinic",
    "restore_by_kit",
    "secret_store",
    "set_up_clinic",
    "was_approved",
    "write_kit",
]


def open_clinic(folder: Path, clock: Clock | None = None) -> Clinic:
    """The clinic of a profile folder, locked until somebody signs in.

    Unavailable CLINIC_NOT_SET_UP, PROFILE_DAMAGED or PROFILE_UNWRITABLE.
    """
    clock = clock or ClinicClock(SystemClock())
    profile = Profile(folder)
    facts = profile.facts()
    profile.prepare()
    log_to(folder)
    store = secret_store(profile)
    slots = KeySlots(profile.slots, partial(device_secret, facts, store))
    database = Database(target_of(profile, facts))
    trail = AuditTrail(facts.workstation)
    anchors = AuditAnchors(database, store, facts.clinic_id, facts.workstation, clock)
    trail.ended = anchors.note
    keys = KeyHolder(database, partial(vault_of, profile, facts, store), trail, slots, store)
    bus = ChangeBus()
    work = Works(database, clock, trail, bus, origin=new_id().hex)
    credentials = Credentials(database, keys, slots, profile)
    password_again = PasswordAgain(work, keys)
    tries = ClosedTries(profile.sign_in_tries, slots)
    signing_in = SigningIn(work, credentials, tries)
    outgoing = OutgoingMail(profile, store, lambda account: SmtpMailer(account, work.clock))
    patients = Patients(work)
    practitioners = Practitioners(work)
    choice = ScannerChoice(profile)
    scanner = ThisComputersScanner(clock, choice.read)
    examiner = Examiner()
    intake = Intake(examiner, scanner)
    rescanner = Rescanner(work, keys, scanner)
    document_index = DocumentIndex(work, keys)
    spool_files = SpoolFiles(profile.spool, facts.clinic_id, keys, clock)
    # Beside a vault on this very computer a spool would be no safer a place.
    keeper = Keeper(work, keys, spool_files) if facts.vault_folder else None
    attaching = Attaching(work, keys, intake, keeper)
    documents = Documents(work, keys, intake, attaching)
    return Clinic(
        sessions=Sessions(work, signing_in, password_again),
        accounts=Accounts(work, credentials, password_again, tries),
        resets=Resets(work, credentials, tries, outgoing),
        pins=Pins(work, credentials),
        second_factor=SecondFactors(work, credentials, password_again),
        permission_grid=PermissionGrid(work),
        patients=patients,
        patient_twins=PatientTwins(work),
        patient_merges=PatientMerges(work),
        related_persons=RelatedPersons(work),
        consents=Consents(work),
        photos=Photos(work, keys, documents, intake),
        practitioners=practitioners,
        working_times=WorkingTimes(work),
        absences=Absences(work),
        booking_rules=BookingRules(work),
        practitioner_profiles=PractitionerProfiles(work),
        doctor_groups=DoctorGroups(work),
        visit_types=VisitTypes(work),
        assets=Assets(work),
        care_team=CareTeam(work),
        saved_filters=SavedFilters(work),
        scheduling=Scheduling(work),
        holds=Holds(work),
        free_time=FreeTime(work),
        today=Today(work),
        waitlist=Waitlist(work),
        follow_ups=FollowUps(work),
        desk_tasks=DeskTasks(work),
        confirmations=Confirmations(work),
        unresolved=Unresolved(work),
        absence_worklists=AbsenceWorklists(work),
        deeds=Deeds(work),
        series=SeriesVisits(work),
        documents=documents,
        spool=Spool(work, keys, spool_files, attaching.file_kept),
        vault_moves=VaultMoves(work, keys, profile, store),
        document_search=DocumentSearch(work, document_index),
        incoming=Incoming(work, keys, intake, profile),
        charts=Charts(work),
        allergies=Allergies(work),
        conditions=Conditions(work),
        medications=Medications(work),
        observations=Observations(work),
        notes=Notes(work),
        access_grants=AccessGrants(work),
        emergency=Emergencies(work, password_again.check),
        restrictions=Restrictions(work),
        purges=Purges(work, keys),
        precautions=Precautions(work),
        disclosures=Disclosures(work),
        exports=PatientExports(work, keys),
        printouts=Printouts(work, AbsenceWorklists(work)),
        calendar_files=CalendarFiles(work),
        imports=Imports(work, documents),
        patient_lists=PatientLists(work, SecondPersons(signing_in)),
        fhir_export=FhirExports(work, keys, SecondPersons(signing_in)),
        settings=Settings(work, profile),
        mail=Mail(work, outgoing),
        audit=Audit(work, anchors, BackupWitnesses(Here(work, keys, profile))),
        desks=Desks(work, keys, profile),
        key_rotation=KeyRotation(work, keys),
        backups=Backups(work, keys, profile, anchors),
        scanning=Scanning(work, scanner, choice),
        rescan=Rescans(work, rescanner),
        text_recognition=TextRecognition(work, keys, examiner, text_recognizers.installed),
        upkeep=Upkeep(work, keys, rescanner),
        changes=bus,
        profile=profile,
        work=work,
        keys=keys,
        intake=intake,
    )


def ready_demo(folder: Path, moment: datetime | None = None) -> dict[str, str]:
    """The sample clinic in `folder`, made now if it is not there yet. Returns passwords by user name.

    It shows the present day, in this computer's zone; or, for pictures, that of `moment` in London.
    Conflict CLINIC_EXISTS if another clinic lives there: a real one is never filled with samples.
    """
    profile = Profile(folder)
    clock = FixedClock(moment or SystemClock().now())
    if profile.is_set_up:
        if not profile.facts().demo:
            raise Conflict(ErrorCode.CLINIC_EXISTS)
        if demo.is_of_today(profile, clock):
            return dict(demo.PASSWORDS)
        demo.clear(profile)
    set_up_clinic(folder, demo.clinic("Europe/London" if moment else ""), folder / "recovery-kit.txt", clock)
    opened = open_clinic(folder, clock)
    try:
        demo.fill(opened, clock)
    finally:
        opened.close()
    demo.mark_of_today(profile, clock)
    return dict(demo.PASSWORDS)


def migrate_clinic(
    folder: Path,
    username: str,
    password: str,
    progress: OnBackupProgress | None = None,
    clock: Clock | None = None,
) -> Migrated:
    """Bring a clinic's schema to this program's version. Raises what `services.migrating.migrate` does."""
    profile = Profile(folder)
    facts = profile.facts()
    store = secret_store(profile)
    slots = KeySlots(profile.slots, partial(device_secret, facts, store))
    database = Database(target_of(profile, facts))
    try:
        return migrating.migrate(
            profile, database, slots, store, username, password, clock or SystemClock(), Meter(progress)
        )
    finally:
        database.lock()
