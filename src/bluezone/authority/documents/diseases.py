"""Take packages of diseases that a ministry signed, and tell phones of the installation's disease."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from bluezone.authority.documents import services
from bluezone.authority.documents.rules import PublishedKind
from bluezone.authority.signing import services as signing
from bluezone.authority.signing.models import SigningKey
from bluezone.authority.site.configuration import disease
from bluezone.disease.package import Disease, DiseaseError
from bluezone.disease.reading import SIGNATURE, read
from bluezone.disease.shipped import CODES, DEFAULT, files_of
from bluezone.disease.signing import verify
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.kinds import DISEASE, DiseaseFacts


def _facts(_: str, __: dt.datetime) -> DiseaseFacts | None:
    """Return what phones say of the installation's disease; nothing while it is the one that they come with."""
    of = disease()
    if of.code == DEFAULT and services.newest(DISEASE) is None:
        return None
    return DiseaseFacts(of.code, of.names, of.texts["watch_for"], of.windows.follow_up.days, of.windows.days_before)


PUBLISHED_DISEASE = PublishedKind(DISEASE, content=_facts)


def take(folder: Path, trusted: Sequence[TrustedKey], now: dt.datetime, *, store: bool) -> Disease:
    """Take a signed package, whole or not at all; return it. `trusted`: keys of other servers; of this one those count
    that sign now. Raises DiseaseError for what is not signed by one of them, not newer, or lacks something."""
    files, signature = files_of(folder), folder / SIGNATURE
    own = [
        TrustedKey(signing.public_key(key), key_version=key.version)
        for key in signing.active(SigningKey.Purpose.EXPORT, now)
    ]
    verify(files, signature.read_bytes() if signature.is_file() else None, (*own, *trusted))
    found, target = read(files), settings.BLUEZONE.diseases
    if found.code in CODES:
        raise DiseaseError(f"{found.code} comes with the program: give the package a code of its own")
    place = target / found.code
    if place.is_dir() and (known := read(files_of(place))).version >= found.version:
        raise DiseaseError(f"{found.code} {known.version} was added before: raise the version above it")
    if store:
        target.mkdir(mode=0o700, exist_ok=True)
        new = target / f".{found.code}-{secrets.token_hex(4)}"
        new.mkdir(mode=0o700)
        for name, data in {**files, SIGNATURE: signature.read_bytes()}.items():
            new.joinpath(name).write_bytes(data)
        if place.is_dir():
            place.rename(target / f".{found.code}-{known.version}")
        new.rename(place)
    return found
