"""Encrypt what is in the phone's databases: AES-256-GCM, with a key that is not in those files.

The key is kept by the keyring of the operating system where there is one (the package `keyring`), else in a file of the
folder that only its owner may read. The file protects copies and backups that leave it out (ours do), not against
somebody who can read the whole folder as its owner; a keyring protects against that too while it is locked.
"""

from __future__ import annotations

import base64
import binascii
import importlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from bluezone.phone.errors import PhoneError
from bluezone.protocol.crypto.default import crypto
from bluezone.protocol.crypto.port import GCM_NONCE_BYTES, CryptoError
from bluezone.protocol.schemes import Entropy

KEY_FILE = "store.key"
KEY_BYTES = 32

_SERVICE = "bluezone"
_TAG_SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55"


class DecryptionError(PhoneError):
    """Say that a value cannot be decrypted: another key encrypted it, or it was changed."""


class Cipher:
    """Encrypt bytes for a place (`table.column`), so that nothing can be moved elsewhere unnoticed."""

    def __init__(self, key: bytes, entropy: Entropy) -> None:
        self._crypto, self._key, self._entropy = crypto(), key, entropy

    def encrypt(self, plain: bytes, place: str) -> bytes:
        """Return nonce, ciphertext and tag; the place is authenticated with them."""
        # Random: 2^32 values before two are likely to meet; a phone makes about 30,000 in its 14 days.
        nonce = self._entropy(GCM_NONCE_BYTES)
        return nonce + self._crypto.aes_gcm_encrypt(self._key, nonce, plain, place.encode())

    def decrypt(self, stored: bytes, place: str) -> bytes:
        """Undo `encrypt`. Raises DecryptionError."""
        try:
            nonce, encrypted = stored[:GCM_NONCE_BYTES], stored[GCM_NONCE_BYTES:]
            return self._crypto.aes_gcm_decrypt(self._key, nonce, encrypted, place.encode())
        except CryptoError as error:
            raise DecryptionError(f"{place}: was encrypted with another key, or was changed") from error


def device_cipher(directory: Path, entropy: Entropy) -> Cipher:
    """Return the cipher of a phone's folder; its key is made where there is none yet. Raises PhoneError."""
    key = _from_file(directory) or _from_keyring(directory)
    if key is None:
        key = entropy(KEY_BYTES)
        if not _to_keyring(directory, key):
            _to_file(directory, key)
    return Cipher(key, entropy)


def keep_out_of_backups(directory: Path) -> None:
    """Mark the folder so that backup programs leave it out (bford.info/cachedir: borg, restic, tar, ... know it): keys
    of this phone have no business in a copy, and a copy of the key file would open every copy of the stores."""
    with suppress(OSError):  # a full disk: the phone runs all the same
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        tag = directory / "CACHEDIR.TAG"
        if not tag.exists():
            tag.write_text(f"{_TAG_SIGNATURE}\n# Bluezone's keys and contacts: not to be backed up\n")


def forget_key(directory: Path) -> None:
    """Destroy the key: whatever copy of the files is left anywhere cannot be read any more."""
    keyring = _keyring()
    if keyring is not None:
        with suppress(keyring.errors.KeyringError):
            keyring.delete_password(_SERVICE, _account(directory))
    path = directory / KEY_FILE
    if path.exists():
        with suppress(OSError), path.open("r+b") as file:  # over the old bytes, also where the disk is full
            file.write(bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()


# --- the file -----------------------------------------------------------------------------------------


def _from_file(directory: Path) -> bytes | None:
    path = directory / KEY_FILE
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PhoneError(f"{path}: cannot be read ({error.strerror}); without it the files stay shut") from error
    if len(key) != KEY_BYTES:
        raise PhoneError(f"{path}: is not the key of this phone ({len(key)} bytes where {KEY_BYTES} are meant)")
    return key


def _to_file(directory: Path, key: bytes) -> None:
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = directory / f".{KEY_FILE}.{os.getpid()}"
    try:
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(directory / KEY_FILE)
    except OSError as error:
        raise PhoneError(f"{directory}: the key of this phone cannot be stored ({error.strerror})") from error


# --- the keyring --------------------------------------------------------------------------------------


def _keyring() -> Any:
    """Return the module, where it is installed and has a keyring to speak to."""
    try:
        keyring = importlib.import_module("keyring")
    except ImportError:
        return None
    try:
        return keyring if keyring.get_keyring().priority > 0 else None
    except (keyring.errors.KeyringError, RuntimeError):
        return None


def _account(directory: Path) -> str:
    return str(directory.resolve())


def _from_keyring(directory: Path) -> bytes | None:
    keyring = _keyring()
    if keyring is None:
        return None
    try:
        text = keyring.get_password(_SERVICE, _account(directory))
    except keyring.errors.KeyringError as error:
        raise PhoneError(f"{directory}: the keyring of this machine is locked ({error}); unlock it first") from error
    if text is None:
        return None
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise PhoneError(f"{directory}: what the keyring holds for it is not a key of this program")
    return key


def _to_keyring(directory: Path, key: bytes) -> bool:
    keyring = _keyring()
    if keyring is None:
        return False
    try:
        keyring.set_password(_SERVICE, _account(directory), base64.b64encode(key).decode())
    except keyring.errors.KeyringError:
        return False
    return True
