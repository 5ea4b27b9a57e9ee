"""Write, sign, read and judge passes: the result of a health declaration as a QR code verified without a network.

`BZ1:` and base45 (RFC 9285) of a COSE_Sign1 message (RFC 9052, ES256) around a CBOR Web Token (RFC 8392): issuer (1,
the region), subject (2, a pseudonym such as 7K3M-Q2XD), expiry (4), time of issue (6), and of private use (numbers
below -65536) the kind of declaration, the commune where it was made and the colour. No name and no answer is in it. The
key is named by its id and version, as in key export files; the public keys are fetched as a JSON Web Key Set.

Passes taken back are listed, by a hash of each, in a signed document (`documents`) that checkpoints keep. The keys of
passes are served at `/v1/passes/{region}/keys.json`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from bluezone.protocol import base45, cbor, cose
from bluezone.protocol.documents import LAST_SECOND, DocumentError, Kind
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.letters import ALPHABET, check_letter
from bluezone.protocol.one_time_codes import Draw
from bluezone.protocol.text import is_clean, is_whole

PREFIX = "BZ1:"
#: what a QR code on a screen can show at a size that cheap cameras read
MAX_SIGNS = 1_200
MAX_VALID_S = 14 * 86_400

ISSUER, SUBJECT, EXPIRES, ISSUED = 1, 2, 4, 6
KIND, COMMUNE, COLOUR = -65_537, -65_538, -65_539

_PSEUDONYM = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", re.ASCII)
#: the name of a form
_KIND = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_COMMUNE = re.compile(r"(63|34):[0-9]{5}", re.ASCII)
_ANOTHER_COUNTRYS = re.compile(r"HC\d:", re.ASCII)
_DIGEST_BYTES = 8
MAX_REVOKED = 20_000
_DIGEST = re.compile(r"[0-9a-f]{16}", re.ASCII)


class Colour(IntEnum):
    """Say what a form's rules made of a declaration: pass, ask more, or call the health station."""

    GREEN = 1
    YELLOW = 2
    RED = 3


class Refusal(StrEnum):
    """Name why a scanned text is not a pass that can be trusted."""

    FOREIGN_TEXT = "none of ours"
    ANOTHER_COUNTRYS = "another country's pass"
    TOO_LARGE = "too large"
    MALFORMED = "malformed"
    UNKNOWN_KEY = "unknown key"
    FORGED = "forged"


class PassError(ProtocolError):
    """Report a text that is no pass to be trusted; `refusal` says why in one word."""

    def __init__(self, text: str, refusal: Refusal = Refusal.MALFORMED) -> None:
        super().__init__(text)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Pass:
    """Hold what a pass says. Raises PassError for a field that cannot be."""

    region: str
    pseudonym: str
    kind: str
    commune: str
    colour: Colour
    issued_at_s: int
    valid_until_s: int

    def __post_init__(self) -> None:
        if not self.region or len(self.region) > 32 or not is_clean(self.region):
            raise PassError("pass: region is not a short text")
        if not _PSEUDONYM.fullmatch(self.pseudonym):
            raise PassError("pass: pseudonym is not a code such as 7K3M-Q2XD")
        if not _KIND.fullmatch(self.kind):
            raise PassError("pass: kind is not a word such as domestic-move")
        if self.commune and not _COMMUNE.fullmatch(self.commune):
            raise PassError("pass: commune is not a code such as 34:31318")
        if not 0 <= self.issued_at_s < self.valid_until_s <= self.issued_at_s + MAX_VALID_S <= LAST_SECOND:
            raise PassError(f"pass: issued at {self.issued_at_s}, valid until {self.valid_until_s}")


def draw_pseudonym(draw: Draw) -> str:
    """Draw the pseudonym of a pass, its last letter the check letter of the others."""
    letters = "".join(ALPHABET[draw(len(ALPHABET))] for _ in range(7))
    letters += check_letter(letters)
    return f"{letters[:4]}-{letters[4:]}"


def write_pass(pass_: Pass, signer: ExportSigner) -> str:
    """Return the text of the pass's QR code, signed."""
    return PREFIX + base45.encode(cose.sign(_claims(pass_), signer))


def read_pass(text: str, trusted_keys: Iterable[TrustedKey]) -> Pass:
    """Read the text of a QR code that one of `trusted_keys` signed; whether it still holds, checkpoints judge.

    Raises PassError, whose `refusal` says what else it is.
    """
    message = _message(text)
    named = cose.trusted(message, trusted_keys)
    if not named:
        name = ascii(message.key_name.decode("ascii", "replace"))[:80]
        raise PassError(f"pass: signed by {name}, a key that is not pinned here", Refusal.UNKNOWN_KEY)
    if not any(cose.is_signed(message, key.public_key) for key in named):
        raise PassError("pass: the signature is not of the key it names", Refusal.FORGED)
    return _pass(message.payload)


def unverified_pass(text: str) -> Pass:
    """Read a pass of one's own: its signature is not looked at. Raises PassError."""
    return _pass(_message(text).payload)


def key_of(text: str) -> tuple[str, str]:
    """Return the id and version of the key that a pass names; its signature is not looked at. Raises PassError."""
    key_id, _, version = _message(text).key_name.decode("ascii", "replace").partition(" ")
    return key_id, version


def digest(pass_: Pass) -> str:
    """Return the name of a pass in the list of revoked ones: who never saw the pass learns nothing of it."""
    return hashlib.sha256(_claims(pass_)).digest()[:_DIGEST_BYTES].hex()


def _message(text: str) -> cose.Message:
    text = text.strip()
    if _ANOTHER_COUNTRYS.match(text):
        raise PassError(
            "pass: a certificate of another system (HC1), which says nothing here", Refusal.ANOTHER_COUNTRYS
        )
    if not text.startswith(PREFIX):
        raise PassError(f"pass: the code does not begin with {PREFIX}", Refusal.FOREIGN_TEXT)
    if len(text) > MAX_SIGNS:
        raise PassError(f"pass: {len(text)} signs, more than the {MAX_SIGNS} of any pass", Refusal.TOO_LARGE)
    try:
        return cose.read(base45.decode(text[len(PREFIX) :]))
    except (base45.Base45Error, cose.CoseError) as error:
        raise PassError(f"pass: {error}") from error


def _claims(pass_: Pass) -> bytes:
    return cbor.dumps(
        {
            ISSUER: pass_.region,
            SUBJECT: pass_.pseudonym,
            EXPIRES: pass_.valid_until_s,
            ISSUED: pass_.issued_at_s,
            KIND: pass_.kind,
            COMMUNE: pass_.commune,
            COLOUR: int(pass_.colour),
        }
    )


def _pass(payload: bytes) -> Pass:
    try:
        claims = cbor.loads(payload)
    except cbor.CborError as error:
        raise PassError(f"pass: {error}") from error
    if not isinstance(claims, dict):
        raise PassError("pass: the token is not a map of claims")
    texts = [claims.get(name) for name in (ISSUER, SUBJECT, KIND, COMMUNE)]
    numbers = [claims.get(name) for name in (ISSUED, EXPIRES)]
    colour = claims.get(COLOUR)
    if not all(isinstance(text, str) for text in texts) or not all(is_whole(n, 0, LAST_SECOND) for n in numbers):
        raise PassError("pass: a claim is missing or of another type")
    if not is_whole(colour, min(Colour), max(Colour)):
        raise PassError("pass: the colour is none of green, yellow and red")
    (region, pseudonym, kind, commune), (issued_at_s, valid_until_s) = texts, numbers
    return Pass(region, pseudonym, kind, commune, Colour(colour), issued_at_s, valid_until_s)  # type: ignore[arg-type]


def _revoked(digests: Any) -> frozenset[str]:
    if not isinstance(digests, list) or len(digests) > MAX_REVOKED:
        raise DocumentError(f"revoked-passes: up to {MAX_REVOKED} hashes are meant")
    if not all(isinstance(each, str) and _DIGEST.fullmatch(each) for each in digests):
        raise DocumentError("revoked-passes: a hash is 16 hexadecimal digits")
    return frozenset(digests)


#: the hashes (`digest`) of the passes taken back that have not run out
REVOKED_PASSES: Kind[frozenset[str]] = Kind(
    "revoked-passes", 1_000_000, _revoked, sorted, life=dt.timedelta(days=7), ends=True, empty=frozenset()
)
