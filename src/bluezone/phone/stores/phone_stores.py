"""Open all the phone's stores together, on its two databases; what is damaged is set aside first."""

from __future__ import annotations

import logging
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from bluezone.phone.clock import Clock
from bluezone.phone.stores.believed_time import UptimeSource
from bluezone.phone.stores.contact_store import ContactStore
from bluezone.phone.stores.damage import damaged_databases, replace_damaged, set_aside
from bluezone.phone.stores.databases import CONTACTS, PHONE, open_contacts_database, open_phone_database
from bluezone.phone.stores.diary_store import DiaryStore
from bluezone.phone.stores.documents import DocumentStore
from bluezone.phone.stores.encryption import Cipher, DecryptionError, keep_out_of_backups
from bluezone.phone.stores.exposure_store import ExposureStore
from bluezone.phone.stores.health_declaration_store import HealthDeclarationStore
from bluezone.phone.stores.household_store import HouseholdStore
from bluezone.phone.stores.installation_store import InstallationStore
from bluezone.phone.stores.isolation_store import IsolationStore
from bluezone.phone.stores.key_store import KeyStore
from bluezone.phone.stores.notice_store import NoticeStore
from bluezone.phone.stores.phone_number_store import PhoneNumberStore
from bluezone.phone.stores.place_store import PlaceStore
from bluezone.phone.stores.preference_store import PreferenceStore
from bluezone.phone.stores.publication_store import PublicationStore
from bluezone.phone.stores.report_store import ReportStore
from bluezone.phone.stores.retention import Bounds
from bluezone.phone.stores.shared_check_in_store import SharedCheckInStore
from bluezone.phone.stores.timekeeper import Timekeeper
from bluezone.phone.stores.user_report_store import UserReportStore
from bluezone.protocol.schemes import Entropy, IdentifierScheme

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stores:
    """Hold every store of a phone, open until closed."""

    contacts: ContactStore
    keys: KeyStore
    exposures: ExposureStore
    publications: PublicationStore
    documents: DocumentStore
    preferences: PreferenceStore
    installation: InstallationStore
    number: PhoneNumberStore
    user_report: UserReportStore
    notices: NoticeStore
    reports: ReportStore
    isolation: IsolationStore
    diary: DiaryStore
    places: PlaceStore
    household: HouseholdStore
    declarations: HealthDeclarationStore
    check_ins: SharedCheckInStore

    def timekeeper(self, wall: Clock, uptime: UptimeSource | None = None) -> Timekeeper:
        """Return what keeps this phone's time, and let every row be dated by its running time too."""
        time = Timekeeper(self.keys.database, wall, uptime, max(self.contacts.counted_s(), self.keys.counted_s()))
        self.contacts.database.running_s = self.keys.database.running_s = time.running_s
        return time

    def purge(self, bounds: Bounds) -> int:
        """Delete what is older than 14 days; return the number of rows."""
        few = (self.documents, self.number, self.user_report, self.reports, self.isolation, self.diary, self.places)
        declared = (self.household, self.declarations, self.check_ins)
        stores = (self.contacts, self.keys, self.exposures, self.publications, *few, *declared)
        return sum(store.purge(bounds) for store in stores)

    def close(self) -> None:
        """Close both databases."""
        self.contacts.close()
        self.keys.database.close()


def open_stores(directory: Path, scheme: IdentifierScheme, entropy: Entropy, cipher: Cipher | None = None) -> Stores:
    """Open the stores of a phone's folder. Raises StorageError, DecryptionError; then nothing stays open."""
    keep_out_of_backups(directory)
    with ExitStack() as opened:
        contacts = opened.enter_context(closing(open_contacts_database(directory, cipher)))
        phone = opened.enter_context(closing(open_phone_database(directory, cipher)))
        stores = Stores(
            contacts=ContactStore(contacts, scheme),
            keys=KeyStore(phone, scheme, entropy),
            exposures=ExposureStore(phone),
            publications=PublicationStore(phone),
            documents=DocumentStore(phone),
            preferences=PreferenceStore(phone),
            installation=InstallationStore(phone),
            number=PhoneNumberStore(phone),
            user_report=UserReportStore(phone),
            notices=NoticeStore(phone),
            reports=ReportStore(phone),
            isolation=IsolationStore(phone),
            diary=DiaryStore(contacts),
            places=PlaceStore(phone),
            household=HouseholdStore(phone),
            declarations=HealthDeclarationStore(phone),
            check_ins=SharedCheckInStore(phone),
        )
        opened.pop_all()
    return stores


def open_healed_stores(
    directory: Path, scheme: IdentifierScheme, entropy: Entropy, cipher: Cipher | None, now_s: float
) -> Stores:
    """Open the stores; databases that are damaged, or encrypted by a key that is lost, are moved away first, never
    deleted, what can be saved of them stays, and the owner will be told."""
    moved = replace_damaged(directory, damaged_databases(directory), cipher, now_s)
    try:
        stores = open_stores(directory, scheme, entropy, cipher)
    except DecryptionError:  # the key is lost, and with it what it encrypted
        moved += set_aside(directory, (CONTACTS,), now_s)
        moved += replace_damaged(directory, (PHONE,), cipher, now_s)
        stores = open_stores(directory, scheme, entropy, cipher)
        stores.installation.renew(entropy)  # a copy on another device, most likely
    if moved:
        _log.error("a database was damaged and set aside: %s", ", ".join(path.name for path in moved))
        stores.preferences.change(database_set_aside_at_s=now_s)
    return stores
