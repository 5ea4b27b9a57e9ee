"""Issue passes and take them back; rotate their keys and list those taken back.

A declaration has one pass at a time. Asked again for the same declaration, the same text is returned: whoever sends it
twice gets the same answer twice.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from bluezone.authority.documents.rules import PublishedKind
from bluezone.authority.errors import ConfigurationError
from bluezone.authority.officers import audit_log
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.passes import rules
from bluezone.authority.passes.models import IssuedPass
from bluezone.authority.passes.rules import Reason
from bluezone.authority.signing import remembered
from bluezone.authority.signing import services as signing
from bluezone.authority.signing.jwks import public_jwk
from bluezone.authority.signing.models import SigningKey
from bluezone.authority.site import encryption
from bluezone.authority.site import secrets as keyed
from bluezone.protocol import passes as protocol
from bluezone.protocol.passes import MAX_REVOKED, REVOKED_PASSES, Colour, Pass, write_pass

_TEXT = "text of a pass"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wish:
    """Describe the pass that is to come of a declaration. `of` names the declaration, `kind` its form; `commune` is a
    code or empty."""

    of: str
    place: str
    kind: str
    commune: str
    colour: Colour
    valid_until: dt.datetime


@dataclass(frozen=True, slots=True)
class Drawn:
    """Hold a pass that is not stored yet, and the text of its QR code."""

    row: IssuedPass
    text: str


def issue(wish: Wish, now: dt.datetime) -> str:
    """Issue a pass in the caller's transaction and return the text of its QR code; empty, with a line in the log, where
    no key can sign: what was declared is stored all the same."""
    made = draw(wish, now)
    while made is not None and IssuedPass.objects.filter(pseudonym=made.row.pseudonym).exists():
        made = draw(wish, now)
    if made is None:
        return ""
    IssuedPass.objects.bulk_create([made.row])
    return made.text


def draw(wish: Wish, now: dt.datetime) -> Drawn | None:
    """Sign a pass of a random pseudonym, which another may have; None, with a line in the log, where no key can sign.
    Nothing is stored."""
    try:
        signer = remembered.pass_signer(now)
    except ConfigurationError:
        _log.exception("no pass is issued")
        return None
    pass_ = Pass(
        region=settings.BLUEZONE.region,
        pseudonym=protocol.draw_pseudonym(secrets.randbelow),
        kind=wish.kind,
        commune=wish.commune,
        colour=wish.colour,
        issued_at_s=int(now.timestamp()),
        valid_until_s=int(wish.valid_until.timestamp()),
    )
    text = write_pass(pass_, signer)
    row = IssuedPass(
        of=wish.of,
        place=wish.place,
        pseudonym=pass_.pseudonym,
        text=encryption.encrypt_under(keyed.key(_TEXT), text, pass_.pseudonym.encode()),
        digest=protocol.digest(pass_),
        kind=wish.kind,
        colour=int(wish.colour),
        issued_at=now,
        valid_until=wish.valid_until,
    )
    return Drawn(row, text)


def text_of(of: str) -> str:
    """Return the text of the pass that came of a declaration and was not taken back; empty where there is none, or
    the key that signed it is believed no more."""
    row = IssuedPass.objects.filter(of=of, revoked_at=None).order_by("-issued_at", "-pk").first()
    if row is None or not bytes(row.text):
        return ""
    text = encryption.decrypt_under(keyed.keys(_TEXT), bytes(row.text), _TEXT, row.pseudonym.encode())
    return "" if protocol.key_of(text)[1] in {key.version for key in signing.distrusted_pass_keys()} else text


def revoke_of(of: str, reason: Reason, now: dt.datetime) -> int:
    """Take back the passes of a declaration; return how many."""
    return IssuedPass.objects.filter(of=of, revoked_at=None).update(revoked_at=now, reason=reason.value)


@transaction.atomic
def revoke(row: IssuedPass, reason: Reason, by: Issuer, now: dt.datetime) -> None:
    """Take a pass back, as an officer; one that was taken back before stays so."""
    if IssuedPass.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=now, reason=reason.value):
        audit_log.note(row, by, {"revoked": ["None", reason.value]})


@transaction.atomic
def distrust_key(version: str, by: Issuer | None, now: dt.datetime) -> tuple[SigningKey, SigningKey | None]:
    """Believe no pass of a key any more, and note who decided it; return the key, and the one made in its place, if
    any. `by` None: the operator, at the command line. Raises AuthorityError where there is no such key."""
    key, made = signing.distrust_pass_key(version, now)
    audit_log.note(key, by, {"distrusted": ["None", key.version]})
    return key, made


def rotate_keys(now: dt.datetime) -> str | None:
    """Make the next key of passes in time; the worker runs it."""
    made = signing.rotate_pass_keys(now)
    return None if made is None else f"made {made}, signing from {made.from_at:%Y-%m-%d}"


def _taken_back(_: str, now: dt.datetime) -> frozenset[str] | None:
    """Return the digests of the passes taken back that have not run out; None before any pass was issued."""
    taken_back = IssuedPass.objects.filter(revoked_at__isnull=False, valid_until__gt=now).order_by("-revoked_at")
    digests = list(taken_back.values_list("digest", flat=True)[: MAX_REVOKED + 1])
    if len(digests) > MAX_REVOKED:
        _log.warning("more than %d passes are taken back: the list holds the newest", MAX_REVOKED)
    return frozenset(digests[:MAX_REVOKED]) if digests or IssuedPass.objects.exists() else None


#: a list that says the same is signed anew every half hour: by its age a checkpoint knows what it may have missed
PUBLISHED_LIST = PublishedKind(REVOKED_PASSES, content=_taken_back, sign_anew=dt.timedelta(minutes=30))


def purge(now: dt.datetime) -> dict[str, int]:
    """Erase the texts of passes that have run out; delete their rows when no entry at a door names them any more."""
    IssuedPass.objects.filter(valid_until__lte=now).exclude(text=b"").update(text=b"")
    return {"passes": IssuedPass.objects.filter(valid_until__lte=now - rules.FOUND_FOR).delete()[0]}


def came_of(pseudonym: str) -> str:
    """Return what a pass came of; empty where there is no such pass any more."""
    return IssuedPass.objects.filter(pseudonym=pseudonym).values_list("of", flat=True).first() or ""


# --- the keys by which passes and their lists are verified ------------------------------------------------------------


def public_keys(now: dt.datetime) -> list[dict[str, str]]:
    """Return the keys by which passes are verified, each as a JWK whose `kid` is the key id of the COSE message."""
    keys = signing.trusted_pass_keys(now)
    return [public_jwk(key, f"{signing.pass_key_id()} {key.version}") for key in keys]


def distrusted_keys() -> list[str]:
    """Return the names of the keys whose passes are believed no more."""
    return [f"{signing.pass_key_id()} {key.version}" for key in signing.distrusted_pass_keys()]


def list_keys() -> list[dict[str, str]]:
    """Return the keys by which the list of passes taken back is verified: those of export files, as JWKs."""
    keys = SigningKey.objects.filter(purpose=SigningKey.Purpose.EXPORT).order_by("id")
    return [public_jwk(key, f"{settings.BLUEZONE.region} {key.version}") for key in keys]
