"""Sign the app with its builder's key, which lies outside every repository and is made where there is none yet.

RSA, whose signatures are the same each time: an app that is built twice is the same bytes. Whoever loses the key can
publish no later version for the same telephones, so it wants a copy.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from apk_parts.android_part import MIN_SDK
from apk_parts.inputs import SHORT_RUN, ApkError, program, run

_ALIAS = "bluezone"
_VALID_DAYS = 10_000
_PASSWORD_ENTROPY_BYTES = 24


@dataclass(frozen=True, slots=True)
class Key:
    """Hold where a key and its password are, in a PKCS #12 file and a text file that only their owner reads."""

    store: Path
    password: Path

    @classmethod
    def at(cls, store: Path) -> Key:
        return cls(store, store.with_suffix(".password"))


def default_key() -> Key:
    """Return the builder's own key, in their folder of data."""
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Key.at(Path(data) / "bluezone" / "android-key.p12")


def find_key(given: Path | None, repository: Path) -> Key:
    """Return a key that was named, which must be there, or the builder's own, made where there is none.

    Raises ApkError for one that is missing, or that lies where it could be committed.
    """
    key = Key.at(given) if given is not None else default_key()
    if key.store.resolve().is_relative_to(repository.resolve()):
        raise ApkError(f"the key {key.store} lies in the repository, where it could be committed: keep it elsewhere")
    if not key.store.is_file():
        if given is not None:
            raise ApkError(f"there is no key at {given}; without --key the builder's own is taken, or made")
        _make(key)
    if not key.password.is_file():
        raise ApkError(f"the key's password is missing: {key.password} should hold it")
    return key


def _make(key: Key) -> None:
    key.store.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(key.password, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(_PASSWORD_ENTROPY_BYTES))
    kind = ("-keyalg", "RSA", "-keysize", "3072", "-sigalg", "SHA256withRSA", "-validity", str(_VALID_DAYS))
    store = ("-keystore", key.store, "-storetype", "PKCS12", "-storepass:file", key.password, "-alias", _ALIAS)
    keytool = program("keytool", "default-jre-headless")
    run([keytool, "-genkeypair", *store, *kind, "-dname", "CN=Bluezone"], "making the key")
    key.store.chmod(0o600)


def fingerprint(apksigner: Path, signed: Path) -> str:
    """Return the SHA-256 of the certificate that signed an app, in pairs of digits, as `assetlinks.json` has it."""
    java = program("java", "default-jre-headless")
    said = run([java, *SHORT_RUN, "-jar", apksigner, "verify", "--print-certs", signed], "reading the certificate")
    found = re.search(r"certificate SHA-256 digest: ([0-9a-f]{64})", said)
    if found is None:
        raise ApkError(f"apksigner names no certificate of {signed}")
    return ":".join(found[1].upper()[at : at + 2] for at in range(0, 64, 2))


def sign(apksigner: Path, unsigned: Path, key: Key, signed: Path) -> None:
    """Write a signed app (APK signature schemes 2 and 3; Android 8 and later ask for no other), and verify it."""
    java, least = program("java", "default-jre-headless"), ("--min-sdk-version", str(MIN_SDK))
    keys = ("--ks", key.store, "--ks-pass", f"file:{key.password}", "--ks-key-alias", _ALIAS)
    signer = (java, *SHORT_RUN, "-jar", apksigner)
    run([*signer, "sign", *keys, *least, "--v1-signing-enabled", "false", "--out", signed, unsigned], "signing")
    run([*signer, "verify", *least, signed], "verifying the signature")
    signed.with_name(f"{signed.name}.idsig").unlink(missing_ok=True)


def sign_bundle(apksigner: Path, unsigned: Path, key: Key, signed: Path) -> None:
    """Write a bundle signed as a JAR: a store signs what it makes of it anew, and asks whose it was.

    Not by jarsigner, which writes the time into what it signs.
    """
    java, least = program("java", "default-jre-headless"), ("--min-sdk-version", str(MIN_SDK))
    keys = ("--ks", key.store, "--ks-pass", f"file:{key.password}", "--ks-key-alias", _ALIAS)
    schemes = ("--v1-signing-enabled", "true", "--v2-signing-enabled", "false", "--v3-signing-enabled", "false")
    command = (java, *SHORT_RUN, "-jar", apksigner, "sign", *keys, *least, *schemes, "--out", signed, unsigned)
    run(command, "signing the bundle")
