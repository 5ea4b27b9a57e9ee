"""Define the phone's two databases: contacts.sqlite3 (what it has heard), and phone.sqlite3 (all else).

Contacts are written once a minute and are many; their database waits for no flash chip (`Durability.PROCESS`). The rest
is written a few times a day and cannot be had again: a key that was on the air and is lost can never be published, an
alert must not be given twice, a step of a publication not taken twice, a yes is given once (`Durability.POWER`).
"""

from __future__ import annotations

from pathlib import Path

from bluezone.phone.stores import (
    contact_store,
    diary_store,
    documents,
    exposure_store,
    health_declaration_store,
    household_store,
    installation_store,
    isolation_store,
    key_store,
    notice_store,
    phone_number_store,
    place_store,
    preference_store,
    publication_store,
    report_store,
    shared_check_in_store,
    timekeeper,
    user_report_store,
    watched_store,
)
from bluezone.phone.stores.database import Database, Durability
from bluezone.phone.stores.encryption import Cipher

CONTACTS, PHONE = "contacts.sqlite3", "phone.sqlite3"
NAMES = (CONTACTS, PHONE)

_CONTACTS_SCHEMA = f"{contact_store.SCHEMA};{watched_store.SCHEMA};{diary_store.SCHEMA}"
_PHONE_SCHEMA = ";".join(
    (
        key_store.SCHEMA,
        exposure_store.SCHEMA,
        publication_store.SCHEMA,
        documents.SCHEMA,
        preference_store.SCHEMA,
        installation_store.SCHEMA,
        phone_number_store.SCHEMA,
        user_report_store.SCHEMA,
        notice_store.SCHEMA,
        report_store.SCHEMA,
        isolation_store.SCHEMA,
        place_store.SCHEMA,
        household_store.SCHEMA,
        health_declaration_store.SCHEMA,
        shared_check_in_store.SCHEMA,
        timekeeper.SCHEMA,
    )
)
_PHONE_ENCRYPTED = (
    *key_store.ENCRYPTED,
    *exposure_store.ENCRYPTED,
    *publication_store.ENCRYPTED,
    *phone_number_store.ENCRYPTED,
    *user_report_store.ENCRYPTED,
    *notice_store.ENCRYPTED,
    *report_store.ENCRYPTED,
    *isolation_store.ENCRYPTED,
    *place_store.ENCRYPTED,
    *household_store.ENCRYPTED,
    *health_declaration_store.ENCRYPTED,
    *shared_check_in_store.ENCRYPTED,
)
_CONTACTS_ENCRYPTED = (*contact_store.ENCRYPTED, *diary_store.ENCRYPTED)
#: the columns whose values are encrypted, by database
ENCRYPTED = {CONTACTS: _CONTACTS_ENCRYPTED, PHONE: _PHONE_ENCRYPTED}


def open_contacts_database(directory: Path, cipher: Cipher | None = None, name: str = CONTACTS) -> Database:
    """Open the database of contacts. Raises StorageError, DecryptionError."""
    return Database(directory / name, _CONTACTS_SCHEMA, Durability.PROCESS, cipher, _CONTACTS_ENCRYPTED)


def open_phone_database(directory: Path, cipher: Cipher | None = None, name: str = PHONE) -> Database:
    """Open the database of all else. Raises StorageError, DecryptionError."""
    return Database(directory / name, _PHONE_SCHEMA, Durability.POWER, cipher, _PHONE_ENCRYPTED)


#: how to open each, also under another name
OPEN = {CONTACTS: open_contacts_database, PHONE: open_phone_database}
