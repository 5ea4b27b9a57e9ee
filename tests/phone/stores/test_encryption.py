"""What lies on the disk is shut: keys, contact_store and publication, and the key that opens them lies elsewhere."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tests.phone.doubles import FakeKeyring
from tests.phone.settings import phone_settings

from bluezone.phone.app.engine import Phone
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores import encryption
from bluezone.phone.stores.contact_store import Sighting
from bluezone.phone.stores.database import StorageError
from bluezone.phone.stores.encryption import KEY_FILE, Cipher, DecryptionError, device_cipher, forget_key
from bluezone.phone.stores.publication_store import VerifiedResult
from bluezone.protocol.verification import CertifiedReport

NOW_S = 1_597_292_400.0
HEARD = bytes(range(100, 116))


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What this machine has for a keyring: by default none."""
    machine = SimpleNamespace(keyring=None)
    monkeypatch.setattr(encryption, "_keyring", lambda: machine.keyring)
    return machine


def phone_in(directory: Path, cipher: Cipher | None) -> Phone:
    settings = phone_settings(directory, cipher=cipher)
    return Phone(settings, None, lambda: NOW_S, os.urandom, np.random.default_rng(1))


def live_a_little(phone: Phone) -> bytes:
    """Returns the phone's key."""
    phone.stores.contacts.add_scan(NOW_S, 60.0, [Sighting(HEARD, b"\1\2\3\4", 3, -50, -60, -70)])
    result = VerifiedResult(CertifiedReport.CONFIRMED, dt.date(2020, 8, 11), None, NOW_S)
    phone.stores.publications.begin("12345678", b"salt", "a token of the authority", result)
    phone.stores.publications.freeze_keys([], b"h" * 32)
    phone.stores.publications.certify("a certificate")
    return phone.stores.keys.key_at(NOW_S).key


def on_disk(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in directory.rglob("*") if path.is_file() and path.name != KEY_FILE)


def remembers(phone: Phone, key: bytes) -> bool:
    attempt = phone.stores.publications.attempt()
    assert attempt is not None
    return (
        phone.stores.keys.all_keys() == {key}
        and phone.stores.keys.recent(NOW_S)[0].key == key
        and phone.stores.contacts.sightings().identifiers == [HEARD]
        and (attempt.token, attempt.certificate, attempt.hmac_key)
        == ("a token of the authority", "a certificate", b"h" * 32)
    )


def secrets_of(key: bytes) -> tuple[bytes, ...]:
    hmac_key = (b"h" * 32).hex().encode()
    return key, HEARD, b"a token of the authority", b"a certificate", hmac_key, b"2020-08-11", b"confirmed"


def test_a_sealed_phone_remembers_and_its_files_say_nothing(tmp_path: Path, keyring: Any) -> None:
    phone = phone_in(tmp_path, device_cipher(tmp_path, os.urandom))
    key = live_a_little(phone)
    assert remembers(phone, key)
    phone.close()
    again = phone_in(tmp_path, device_cipher(tmp_path, os.urandom))
    assert remembers(again, key)
    again.close()
    assert not [secret for secret in secrets_of(key) if secret in on_disk(tmp_path)]


def test_an_open_phone_is_sealed_when_it_is_next_opened_and_nothing_open_stays(tmp_path: Path, keyring: Any) -> None:
    phone = phone_in(tmp_path, None)
    key = live_a_little(phone)
    phone.close()
    assert all(secret in on_disk(tmp_path) for secret in secrets_of(key))
    sealed = phone_in(tmp_path, device_cipher(tmp_path, os.urandom))
    assert remembers(sealed, key)
    sealed.close()
    assert not [secret for secret in secrets_of(key) if secret in on_disk(tmp_path)]


def test_without_the_key_or_with_another_nothing_opens(tmp_path: Path, keyring: Any) -> None:
    phone = phone_in(tmp_path, device_cipher(tmp_path, os.urandom))
    live_a_little(phone)
    phone.close()
    with pytest.raises(StorageError, match="is encrypted"):
        phone_in(tmp_path, None)
    with pytest.raises(DecryptionError, match="another key"):
        phone_in(tmp_path, Cipher(bytes(32), os.urandom))


def test_what_is_sealed_for_one_place_opens_in_no_other() -> None:
    cipher = Cipher(bytes(32), os.urandom)
    sealed = cipher.encrypt(b"secret", "daily_key.key")
    assert cipher.decrypt(sealed, "daily_key.key") == b"secret"
    assert cipher.encrypt(b"secret", "daily_key.key") != sealed
    for changed, place in ((sealed, "scan.records"), (sealed[:-1], "daily_key.key"), (b"", "daily_key.key")):
        with pytest.raises(DecryptionError):
            cipher.decrypt(changed, place)


def test_without_a_keyring_the_key_is_a_file_of_the_owner(tmp_path: Path, keyring: Any) -> None:
    folder = tmp_path / "phone"
    sealed = device_cipher(folder, os.urandom).encrypt(b"x", "p")
    assert (folder / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert device_cipher(folder, os.urandom).decrypt(sealed, "p") == b"x"
    assert [path.name for path in folder.iterdir()] == [KEY_FILE]


def test_with_a_keyring_no_file_holds_the_key(tmp_path: Path, keyring: Any) -> None:
    keyring.keyring = FakeKeyring()
    sealed = device_cipher(tmp_path, os.urandom).encrypt(b"x", "p")
    assert list(tmp_path.iterdir()) == []
    assert device_cipher(tmp_path, os.urandom).decrypt(sealed, "p") == b"x"


def test_a_key_in_a_file_stays_there_when_a_keyring_comes(tmp_path: Path, keyring: Any) -> None:
    sealed = device_cipher(tmp_path, os.urandom).encrypt(b"x", "p")
    keyring.keyring = FakeKeyring()
    assert device_cipher(tmp_path, os.urandom).decrypt(sealed, "p") == b"x"


@pytest.mark.parametrize("spoil", ["locked", "garbage"])
def test_a_keyring_that_cannot_be_read_never_leads_to_a_new_key(tmp_path: Path, keyring: Any, spoil: str) -> None:
    keyring.keyring = FakeKeyring()
    device_cipher(tmp_path, os.urandom)
    keyring.keyring.locked = spoil == "locked"
    if spoil == "garbage":
        keyring.keyring.held = dict.fromkeys(keyring.keyring.held, "no key")
    with pytest.raises(PhoneError, match="keyring"):
        device_cipher(tmp_path, os.urandom)


def test_a_cut_off_key_file_is_said_and_not_replaced(tmp_path: Path, keyring: Any) -> None:
    (tmp_path / KEY_FILE).write_bytes(b"short")
    with pytest.raises(PhoneError, match="not the key"):
        device_cipher(tmp_path, os.urandom)
    assert (tmp_path / KEY_FILE).read_bytes() == b"short"


@pytest.mark.parametrize("with_keyring", [False, True])
def test_a_forgotten_key_is_gone(tmp_path: Path, keyring: Any, with_keyring: bool) -> None:
    keyring.keyring = FakeKeyring() if with_keyring else None
    sealed = device_cipher(tmp_path, os.urandom).encrypt(b"x", "p")
    forget_key(tmp_path)
    with pytest.raises(DecryptionError):
        device_cipher(tmp_path, os.urandom).decrypt(sealed, "p")
