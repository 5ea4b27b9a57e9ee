"""Make, rotate and load the authority's signing keys, P-256 all: of export files, of verification certificates, and of
passes.

Rotation: make a new version (it signs beside the old one, every file carries both signatures), ship its public half to
the phones, and end the old one when they have it. Phones that know either trust the files throughout. Keys of passes
rotate by themselves (`rotation`): checkpoints fetch their public halves.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from bluezone.authority.errors import AuthorityError, ConfigurationError
from bluezone.authority.signing import rotation
from bluezone.authority.signing.models import SigningKey
from bluezone.authority.site import clock
from bluezone.authority.site.files import private_file
from bluezone.authority.site.locks import take_turns
from bluezone.geography.country import country
from bluezone.protocol.crypto import with_cryptography
from bluezone.protocol.exports import ExportSigner, TrustedKey

_PUT_BACK = "put back the file of the backup that this database is of"
EXPORT, CERTIFICATE, PASS = SigningKey.Purpose.EXPORT, SigningKey.Purpose.CERTIFICATE, SigningKey.Purpose.PASS
#: how long a certificate is good (the reference server's default): its key is trusted so much longer than it signs
CERTIFICATE_LIFE = dt.timedelta(minutes=15)


def active(purpose: str, now: dt.datetime, grace: dt.timedelta = dt.timedelta()) -> QuerySet[SigningKey]:
    """Return the keys that sign now, or did within `grace`; oldest first."""
    not_over = Q(thru_at=None) | Q(thru_at__gt=now - grace)
    return SigningKey.objects.filter(not_over, purpose=purpose, from_at__lte=now).order_by("from_at", "id")


def is_active(key: SigningKey, now: dt.datetime, grace: dt.timedelta = dt.timedelta()) -> bool:
    """Decide of one key what `active` asks the database."""
    return key.from_at <= now and (key.thru_at is None or key.thru_at > now - grace)


def create(purpose: str, from_at: dt.datetime) -> SigningKey:
    """Make the next version of a purpose's key; it signs from `from_at` on."""
    version = f"v{SigningKey.objects.filter(purpose=purpose).count() + 1}"
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    # The file may be there from a run that was stopped before its row was written; then that key is the key.
    private = _load(private_file(_path_of(purpose, version), pem))
    public_pem = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return SigningKey.objects.create(
        purpose=purpose, version=version, public_key_pem=public_pem.decode("ascii"), from_at=from_at
    )


def retire(purpose: str, version: str, thru_at: dt.datetime) -> SigningKey:
    """End a key at `thru_at`. Raises AuthorityError where it is not there, or where nothing would sign afterwards."""
    key = _known(purpose, version)
    if not active(purpose, thru_at).exclude(pk=key.pk).exists():
        raise AuthorityError(f"{purpose} key {version} is the last that signs then; make a new one first")
    key.thru_at = thru_at
    key.save(update_fields=["thru_at"])
    return key


def _known(purpose: str, version: str) -> SigningKey:
    key = SigningKey.objects.filter(purpose=purpose, version=version).first()
    if key is None:
        known = ", ".join(SigningKey.objects.filter(purpose=purpose).values_list("version", flat=True)) or "none"
        raise AuthorityError(f"there is no {purpose} key {version}; there are: {known}")
    return key


def ensure(now: dt.datetime) -> list[SigningKey]:
    """Make the first key of each purpose on a new installation; return those made."""
    return [create(purpose, now) for purpose in SigningKey.Purpose if not active(purpose, now).exists()]


def check_usable(now: dt.datetime) -> None:
    """Raise AuthorityError where no key of a purpose signs now, or the private half of one that signs, or is to sign,
    cannot be used."""
    for purpose in SigningKey.Purpose:
        if not active(purpose, now).exists():
            raise AuthorityError(f"no {purpose} key signs now; run `bluezone authority install`, then start again")
    for key in SigningKey.objects.filter(Q(thru_at=None) | Q(thru_at__gt=now)):
        private_key(key)


def export_signers(now: dt.datetime) -> list[ExportSigner]:
    """Return the key that signs files now. The key id is the region, as is the custom (a mobile country code)."""
    return [
        ExportSigner(private_key(key), key_id=settings.BLUEZONE.region, key_version=key.version)
        for key in active(EXPORT, now)
    ]


def trusted_export_keys() -> list[TrustedKey]:
    """Return the keys that sign files, or ever did, by which files of ours are known."""
    keys = SigningKey.objects.filter(purpose=EXPORT)
    return [TrustedKey(public_key(key), settings.BLUEZONE.region, key.version) for key in keys]


def newest(purpose: str, active_keys: Sequence[SigningKey]) -> SigningKey:
    """Return the key that signs, of all of a purpose that may. Raises ConfigurationError where there is none."""
    if not active_keys:
        raise ConfigurationError(f"no {purpose} key signs now; `bluezone authority install` makes one")
    return active_keys[-1]


def certificate_verifiers(now: dt.datetime) -> dict[str, ec.EllipticCurvePublicKey]:
    """Return the public certificate keys by id: those that sign now, and those whose last certificates have not expired
    yet."""
    return {key.version: public_key(key).key for key in active(CERTIFICATE, now, grace=CERTIFICATE_LIFE)}


def pass_key_id() -> str:
    """Return the id under which passes name their key: that of export files is the region alone."""
    return f"{settings.BLUEZONE.region}_pass"


def trusted_pass_keys(now: dt.datetime) -> list[SigningKey]:
    """Return the keys by which passes are verified: those that sign, those that are to sign, and those whose last
    passes have not run out; oldest first."""
    keys = SigningKey.objects.filter(purpose=PASS, distrusted_at=None).order_by("from_at", "id")
    return [key for key in keys if rotation.is_trusted(key.thru_at, now)]


def distrusted_pass_keys() -> list[SigningKey]:
    """Return the keys whose passes are believed no more, oldest first."""
    return list(SigningKey.objects.filter(purpose=PASS, distrusted_at__isnull=False).order_by("from_at", "id"))


@transaction.atomic
def distrust_pass_key(version: str, now: dt.datetime) -> tuple[SigningKey, SigningKey | None]:
    """Believe no pass of a key any more; return it, and the key that was made where none was left to sign. Raises
    AuthorityError where it is not there."""
    take_turns("keys of passes")
    key = _known(PASS, version)
    if key.distrusted_at is None:
        key.distrusted_at = now
        key.thru_at = now if key.thru_at is None else min(key.thru_at, now)
        if key.from_at > now:  # the one that was to end when this began signs on, until the next is made
            for before in SigningKey.objects.filter(purpose=PASS, thru_at=key.from_at, distrusted_at=None):
                before.thru_at = None
                before.save(update_fields=["thru_at"])
        key.save(update_fields=["distrusted_at", "thru_at"])
    return key, None if active(PASS, now).exists() else create(PASS, now)


@transaction.atomic
def rotate_pass_keys(now: dt.datetime) -> SigningKey | None:
    """Make the next key of passes in time, and end the one before when it begins to sign; None where none is due."""
    take_turns("keys of passes")
    keys = list(SigningKey.objects.filter(purpose=PASS, distrusted_at=None).order_by("from_at", "id"))
    from_at = rotation.next_from([key.from_at for key in keys], now)
    if from_at is None:
        return None
    made = create(PASS, from_at)
    for key in keys:
        if key.thru_at is None or key.thru_at > from_at:
            key.thru_at = from_at
            key.save(update_fields=["thru_at"])
    return made


def public_key(key: SigningKey) -> with_cryptography.VerifyingKey:
    """Return the public half, as an object."""
    loaded = serialization.load_pem_public_key(key.public_key_pem.encode("ascii"))
    assert isinstance(loaded, ec.EllipticCurvePublicKey)
    return with_cryptography.VerifyingKey(loaded)


def private_path(key: SigningKey) -> Path:
    """Return where the private half of a key lies."""
    return _path_of(key.purpose, key.version)


def _path_of(purpose: str, version: str) -> Path:
    return settings.BLUEZONE.secrets_folder / f"{purpose}-{version}.pem"


def private_key(key: SigningKey) -> with_cryptography.SigningKey:
    """Read the private half of a key. Raises ConfigurationError where it cannot be read, or is not of this key."""
    path = private_path(key)
    try:
        private = with_cryptography.SigningKey(_load(path.read_bytes()))
    except OSError as error:
        raise ConfigurationError(
            f"{path}: the private half of {key} cannot be read ({error.strerror}); {_PUT_BACK}"
        ) from error
    if private.public_key() != public_key(key):
        raise ConfigurationError(f"{path}: is not the private half of {key}; {_PUT_BACK}")
    return private


def _load(pem: bytes) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except ValueError as error:
        raise ConfigurationError(f"a signing key's file is not a PEM private key ({error})") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ConfigurationError("a signing key's file holds no elliptic-curve key")
    return key


def public_material() -> dict[str, object]:
    """Return what others need to trust this server, public keys by purpose and the names in certificates; and what
    phones take over of its country."""
    conf, of = settings.BLUEZONE, country()
    return {
        "country": {
            "iso": of.iso,
            "calling_code": of.telephone.calling_code,
            "hotline": re.sub(r"\D", "", of.telephone.hotline),  # as one dials it
            "language": of.languages[0],
            "utc_offset_min": of.offset_min(clock.now()),
        },
        "region": conf.region,
        "issuer": conf.issuer,
        "audience": conf.audience,
        **{
            str(purpose): [_public(key) for key in SigningKey.objects.filter(purpose=purpose).order_by("id")]
            for purpose in SigningKey.Purpose
        },
    }


def _public(key: SigningKey) -> dict[str, str | None]:
    ids = {EXPORT: settings.BLUEZONE.region, PASS: pass_key_id()}
    return {
        "key_id": ids.get(SigningKey.Purpose(key.purpose), key.version),
        "key_version": key.version,
        "public_key_pem": key.public_key_pem,
        "from": key.from_at.isoformat(),
        "thru": key.thru_at.isoformat() if key.thru_at else None,
    }
