"""Sign packages of diseases and countries, and take those that a ministry signed."""

from __future__ import annotations

import datetime as dt
import enum
import secrets
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from bluezone.authority.signing import services as signing
from bluezone.authority.signing.models import SigningKey
from bluezone.disease import shipped
from bluezone.disease.reading import read as read_disease
from bluezone.geography import country
from bluezone.packages import SIGNATURE, PackageError, files_of
from bluezone.protocol import packages
from bluezone.protocol.exports import TrustedKey


class What(enum.StrEnum):
    """Name what a package describes."""

    COUNTRY = "country"
    DISEASE = "disease"

    @property
    def folder(self) -> Path:
        """Return where packages lie that were added."""
        return settings.BLUEZONE.countries if self is What.COUNTRY else settings.BLUEZONE.diseases

    def known(self, folder: Path) -> tuple[str, int]:
        """Read a package; return its code and version. Raises PackageError."""
        of = country.read(folder) if self is What.COUNTRY else read_disease(files_of(folder))
        return of.code, of.version


def sign(folder: Path, what: What, now: dt.datetime) -> Path:
    """Sign a package that can be used with this server's keys; return the signature's file. Raises PackageError."""
    code, version = what.known(folder)
    target = folder / SIGNATURE
    signers = signing.export_signers(now)
    target.write_bytes(packages.sign(files_of(folder), f"{what} package", code, version, now, signers))
    return target


def take(folder: Path, what: What, trusted: Sequence[TrustedKey], now: dt.datetime, *, store: bool) -> tuple[str, int]:
    """Take a signed package, whole or not at all; return its code and version. `trusted`: keys of other servers; of
    this one those count that sign now. Raises PackageError for what is not signed by one of them, not newer, or lacks
    something."""
    files, signature = files_of(folder), folder / SIGNATURE
    own = [
        TrustedKey(signing.public_key(key), key_version=key.version)
        for key in signing.active(SigningKey.Purpose.EXPORT, now)
    ]
    signed = signature.read_bytes() if signature.is_file() else None
    packages.verify(files, f"{what} package", signed, (*own, *trusted))
    code, version = what.known(folder)
    if code in (country.CODES if what is What.COUNTRY else shipped.CODES):
        raise PackageError(f"{code} comes with the program: give the package a code of its own")
    place = what.folder / code
    if place.is_dir() and (before := what.known(place)[1]) >= version:
        raise PackageError(f"{code} {before} was added before: raise the version above it")
    if store and signed is not None:
        what.folder.mkdir(mode=0o700, exist_ok=True)
        new = what.folder / f".{code}-{secrets.token_hex(4)}"
        new.mkdir(mode=0o700)
        for name, data in {**files, SIGNATURE: signed}.items():
            new.joinpath(name).write_bytes(data)
        if place.is_dir():
            place.rename(what.folder / f".{code}-{before}")
        new.rename(place)
    return code, version
