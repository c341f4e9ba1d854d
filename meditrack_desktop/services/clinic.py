"""The clinic as a face is given it: its services, and the news of what changed."""

from __future__ import annotations

from dataclasses import dataclass

from meditrack_desktop.database.listen import Listener
from meditrack_desktop.services.absence_worklists import AbsenceWorklists
from meditrack_desktop.services.absences import Absences
from meditrack_desktop.services.accounts import Accounts
from meditrack_desktop.services.assets import Assets
from meditrack_desktop.services.audit import Audit
from meditrack_desktop.services.backup.backups import Backups
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
from meditrack_desktop.services.confirmations import Confirmations
from meditrack_desktop.services.consents import Consents
from meditrack_desktop.services.deeds import Deeds
from meditrack_desktop.services.desk_tasks import DeskTasks
from meditrack_desktop.services.doctor_groups import DoctorGroups
from meditrack_desktop.services.document_search import DocumentSearch
from meditrack_desktop.services.documents import Documents
from meditrack_desktop.services.enrolment import Desks
from meditrack_desktop.services.fhir_export import FhirExports
from meditrack_desktop.services.follow_ups import FollowUps
from meditrack_desktop.services.free_time import FreeTime
from meditrack_desktop.services.holds import Holds
from meditrack_desktop.services.imports.run import Imports
from meditrack_desktop.services.incoming.incoming import Incoming
from meditrack_desktop.services.intake import Intake
from meditrack_desktop.services.key_rotation import KeyRotation
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.mail import Mail
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
from meditrack_desktop.services.rescan import Rescans
from meditrack_desktop.services.resets import Resets
from meditrack_desktop.services.saved_filters import SavedFilters
from meditrack_desktop.services.scanning import Scanning
from meditrack_desktop.services.scheduling import Scheduling
from meditrack_desktop.services.second_factor import SecondFactors
from meditrack_desktop.services.series import SeriesVisits
from meditrack_desktop.services.sessions import Sessions
from meditrack_desktop.services.settings import Settings
from meditrack_desktop.services.spool import Spool
from meditrack_desktop.services.text_recognition import TextRecognition
from meditrack_desktop.services.today import Today
from meditrack_desktop.services.unresolved import Unresolved
from meditrack_desktop.services.upkeep import Upkeep
from meditrack_desktop.services.vault_moves import VaultMoves
from meditrack_desktop.services.visit_types import VisitTypes
from meditrack_desktop.services.waitlist import Waitlist
from meditrack_desktop.services.work import Works
from meditrack_desktop.services.working_times import WorkingTimes


@dataclass(slots=True)
class Clinic:
    """One clinic on one workstation. Locked until `sessions.sign_in`; `close` when done."""

    sessions: Sessions
    accounts: Accounts
    resets: Resets
    pins: Pins
    second_factor: SecondFactors
    permission_grid: PermissionGrid
    patients: Patients
    patient_twins: PatientTwins
    patient_merges: PatientMerges
    related_persons: RelatedPersons
    consents: Consents
    photos: Photos
    practitioners: Practitioners
    working_times: WorkingTimes
    absences: Absences
    booking_rules: BookingRules
    practitioner_profiles: PractitionerProfiles
    doctor_groups: DoctorGroups
    visit_types: VisitTypes
    assets: Assets
    care_team: CareTeam
    saved_filters: SavedFilters
    scheduling: Scheduling
    holds: Holds
    free_time: FreeTime
    today: Today
    waitlist: Waitlist
    follow_ups: FollowUps
    desk_tasks: DeskTasks
    confirmations: Confirmations
    unresolved: Unresolved
    absence_worklists: AbsenceWorklists
    deeds: Deeds
    series: SeriesVisits
    documents: Documents
    spool: Spool
    vault_moves: VaultMoves
    document_search: DocumentSearch
    incoming: Incoming
    charts: Charts
    allergies: Allergies
    conditions: Conditions
    medications: Medications
    observations: Observations
    notes: Notes
    emergency: Emergencies
    access_grants: AccessGrants
    restrictions: Restrictions
    purges: Purges
    precautions: Precautions
    disclosures: Disclosures
    exports: PatientExports
    printouts: Printouts
    calendar_files: CalendarFiles
    imports: Imports
    patient_lists: PatientLists
    fhir_export: FhirExports
    settings: Settings
    mail: Mail
    audit: Audit
    desks: Desks
    key_rotation: KeyRotation
    backups: Backups
    scanning: Scanning
    rescan: Rescans
    text_recognition: TextRecognition
    upkeep: Upkeep
    changes: ChangeBus
    profile: Profile
    work: Works
    keys: KeyHolder
    intake: Intake
    listener: Listener | None = None

    def listen(self) -> None:
        """Begin to hear what other desks change; needs an open clinic."""
        if self.listener is None:
            self.listener = Listener(self.work.database, self.work.origin, self.changes.announce)
            self.listener.start()

    def close(self) -> None:
        """Stop listening and forget the keys. Nothing works afterwards but signing in again."""
        if self.listener is not None:
            self.listener.close()
            self.listener = None
        if self.audit.anchors is not None:
            self.audit.anchors.keep()
        self.intake.close()
        self.keys.close()
