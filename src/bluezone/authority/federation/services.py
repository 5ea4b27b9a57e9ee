"""Add, pause and remove sources, and change by which keys they are believed."""

from __future__ import annotations

import datetime as dt
import re

from django.db import transaction

from bluezone.authority.federation import rules
from bluezone.authority.federation.models import MAX_KEY_NAME, MAX_NAME, MAX_REGION, MAX_URL, Source, SourceKey
from bluezone.authority.federation.rules import FederationError
from bluezone.authority.keys import foreign
from bluezone.authority.signing.models import SigningKey
from bluezone.authority.site import outgoing
from bluezone.protocol.crypto.keys import pem_of, verifying_key
from bluezone.protocol.crypto.port import CryptoError, VerifyingKey
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.text import is_clean

_REGION = re.compile(r"[A-Za-z0-9_.-]{1,40}", re.ASCII)


def public_key(pem: bytes) -> VerifyingKey:
    """Read a public key. Raises FederationError unless it is one of P-256 in PEM, and not our own."""
    try:
        key = verifying_key(pem)
    except CryptoError as error:
        raise FederationError("the public key is not one on P-256 in PEM, which exports are signed with") from error
    if SigningKey.objects.filter(public_key_pem=pem_of(key)).exists():
        raise FederationError("the public key is one of this installation's own: it would read what it wrote")
    return key


@transaction.atomic
def add(
    *,
    name: str,
    index_url: str,
    pem: bytes,
    region: str,
    now: dt.datetime,
    export_root: str = "",
    travellers: bool = False,
    key_id: str = "",
    key_version: str = "",
    keys_a_day: int = rules.KEYS_A_DAY,
) -> Source:
    """Add a source, believed by one public key. Raises FederationError."""
    rules.checked_url(index_url, "the index")
    if export_root:
        rules.checked_url(export_root, "the export root")
    for url in filter(None, (index_url, export_root)):
        try:
            outgoing.check(url)
        except outgoing.RefusedError as error:
            raise FederationError(f"{url}: {error}") from error
    if max(len(index_url), len(export_root)) > MAX_URL:
        raise FederationError(f"an address of more than {MAX_URL} characters is not taken")
    if len(region) > MAX_REGION or not _REGION.fullmatch(region):
        raise FederationError(
            f"region {region!r}: 1 to {MAX_REGION} letters, digits, _ . - are meant, as its files say"
        )
    name = name.strip() or region
    if len(name) > MAX_NAME or not (is_clean(name) and name.isprintable()):
        raise FederationError(f"the name is not a line of at most {MAX_NAME} characters")
    if keys_a_day < 1:
        raise FederationError("at least one key a day must be allowed; to stop reading a source, pause it")
    if Source.objects.filter(index_url=index_url, removed_at=None).exists():
        raise FederationError(f"{index_url} is read already; `bluezone authority federation list` shows it")
    source = Source.objects.create(
        name=name,
        index_url=index_url,
        export_root=export_root,
        region=region,
        travellers=travellers,
        keys_a_day=keys_a_day,
        added_at=now,
    )
    trust(source, pem, now, key_id=key_id, key_version=key_version)
    return source


def trust(source: Source, pem: bytes, now: dt.datetime, *, key_id: str = "", key_version: str = "") -> SourceKey:
    """Believe a source by one more key, for a rotation. Files that were not believed are tried again at once. Raises
    FederationError."""
    key = pem_of(public_key(pem))
    for text in (key_id, key_version):
        if len(text) > MAX_KEY_NAME or (text and not is_clean(text)):
            raise FederationError(f"{text!r} is not the id or version of a key")
    if source.public_keys.filter(public_key_pem=key, key_id=key_id, key_version=key_version).exists():
        raise FederationError(f"{source} is believed by this key already")
    made = SourceKey.objects.create(
        source=source, key_id=key_id, key_version=key_version, public_key_pem=key, added_at=now
    )
    source.files.filter(trouble=rules.Trouble.SIGNATURE).update(retry_at=now)
    return made


def distrust(source: Source, key: SourceKey) -> None:
    """Believe a source by a key no longer. Raises FederationError where it is the last."""
    if source.public_keys.count() == 1:
        raise FederationError(f"it is the only key of {source}; pause or remove the source")
    key.delete()


def trusted_keys(source: Source) -> list[TrustedKey]:
    """Return the keys by which a source is believed."""
    found = []
    for row in source.public_keys.order_by("id"):
        key = verifying_key(row.public_key_pem.encode("ascii"))
        found.append(TrustedKey(key, row.key_id or None, row.key_version or None))
    return found


def pause(source: Source, now: dt.datetime) -> None:
    """Stop reading a source. What was taken stays."""
    if source.paused_at is None:
        source.paused_at = now
        source.save(update_fields=["paused_at"])


def resume(source: Source) -> None:
    """Read a source again."""
    if source.paused_at is not None:
        source.paused_at = None
        source.save(update_fields=["paused_at"])


@transaction.atomic
def remove(source: Source, now: dt.datetime, *, withdraw: bool) -> int:
    """Stop reading a source for good; `withdraw`: take back what came from it. Return how many keys that were."""
    source.removed_at = now
    source.save(update_fields=["removed_at"])
    return foreign.withdraw(source.pk, now) if withdraw else 0


def find(number: int) -> Source:
    """Return a source by its number. Raises FederationError where there is none."""
    source = Source.objects.filter(pk=number, removed_at=None).first()
    if source is None:
        raise FederationError(f"there is no source {number}; `bluezone authority federation list` shows them")
    return source
