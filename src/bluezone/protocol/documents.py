"""Sign and verify documents that an authority publishes to phones: news, guidance, forms, settings, policies, lists.

    GET /v1/documents/{kind}/{region}.json            what is for the whole country
    GET /v1/documents/{kind}/{region}/34-92.json      what is for a province and the places in it

One JSON object: `document`, a text (itself a JSON object), and `signatures`, each with the name of a key (`key_id`,
`key_version`), the algorithm (ECDSA P-256 with SHA-256) and the signature (DER, base64). Signed is the line
`Bluezone {kind} v1`, then the text as it stands: the line keeps a document of one kind from being taken for another.
Several signatures let keys rotate; the keys are those of the exports, which phones have pinned.

The text holds `region`, `area` (code of a province, `34:92`, or empty: the country), `serial` (rises with each
publication: an old document cannot be played back), `issued_at`, `valid_from`, `valid_until` (Unix seconds; the
authority signs anew well before its end, so who holds back what is new is found out), and `content`, which each kind
writes in its own way (`kinds` lists them). Every phone fetches the same documents, whether or not it needs them: the
authority learns at most which province somebody reads of.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.exports import SIGNATURE_ALGORITHM, ExportSigner, SignatureInfo, TrustedKey
from bluezone.protocol.text import MessageTooLargeError, base64_bytes, base64_text, is_clean, is_whole, json_object

#: the area of a document for the whole country
COUNTRY = ""
MAX_SIGNATURES = 8
#: how often phones fetch what they show at once, and what can wait
SOON, DAILY = dt.timedelta(hours=4), dt.timedelta(days=1)
#: how far ahead of a phone's clock a document may have been issued
FUTURE_S = 86_400
#: as far as a time may lie ahead: beyond it, readers in JavaScript lose seconds
LAST_SECOND = 2**53
_LAST_SERIAL = 2**31
_MAX_REGION = 100
_PROVINCE = re.compile(r"(63|34):[0-9]{2}", re.ASCII)


class Fault(StrEnum):
    """Name why a document was not taken."""

    UNTRUSTED = "untrusted"
    STALE = "stale"
    TOO_LARGE = "too large"
    ELSEWHERE = "elsewhere"
    MALFORMED = "malformed"


class DocumentError(ProtocolError):
    """Report a document that is not taken or not signed; `fault` says why in one word."""

    def __init__(self, text: str, fault: Fault = Fault.MALFORMED) -> None:
        super().__init__(text)
        self.fault = fault


C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Kind(Generic[C]):
    """Describe a kind of document.

    `name` stands in its address and in what is signed. `read` makes the content from what JSON holds and raises
    DocumentError; `write` undoes it. `life`: how long a phone may use a document after its issue, where the authority
    says nothing else; a phone uses it longer, until a newer one comes, unless it `ends`. `empty`: what is published
    where something was and nothing is to be said any more; None: the last one stays. `every`: how often a phone fetches
    it with its checks; None: what goes by it fetches it.
    """

    name: str
    max_bytes: int
    read: Callable[[Any], C]
    write: Callable[[C], Any]
    life: dt.timedelta = dt.timedelta(days=14)
    has_provinces: bool = False
    ends: bool = False
    empty: C | None = None
    every: dt.timedelta | None = None

    def address(self, region: str, area: str = COUNTRY) -> str:
        """Return the path at which a document is served, from the authority's root."""
        return f"/v1/documents/{self.name}/{region}" + (f"/{area.replace(':', '-')}.json" if area else ".json")


@dataclass(frozen=True, slots=True)
class Document(Generic[C]):
    """Hold a document of a kind: for which region and area, its serial, when it was issued, from and until when it
    holds (Unix seconds). Raises DocumentError for what cannot be."""

    kind: Kind[C]
    region: str
    area: str
    serial: int
    issued_at_s: int
    valid_from_s: int
    valid_until_s: int
    content: C = field(repr=False)

    def __post_init__(self) -> None:
        what = self.kind.name
        if not self.region or len(self.region) > _MAX_REGION or not is_clean(self.region):
            raise DocumentError(f"{what}: region {ascii(self.region)[:80]} is not a short text")
        if self.area != COUNTRY and not self.kind.has_provinces:
            raise DocumentError(f"{what}: area {ascii(self.area)[:40]} where none is meant")
        if self.area != COUNTRY and not is_province(self.area):
            raise DocumentError(f"{what}: area {ascii(self.area)[:40]} is not a province's code")
        if not 1 <= self.serial <= _LAST_SERIAL:
            raise DocumentError(f"{what}: serial {self.serial} is not a number from 1 on")
        begins = (self.issued_at_s, self.valid_from_s)
        if min(begins) < 0 or not max(begins) < self.valid_until_s <= LAST_SECOND:
            raise DocumentError(
                f"{what}: issued at {self.issued_at_s}, valid from {self.valid_from_s} until {self.valid_until_s}"
            )

    def holds(self, now_s: float) -> bool:
        """Return whether it holds at `now_s`. A phone's clock may be a day behind that of the authority, but what is
        issued for a later time begins then."""
        begins_s = self.valid_from_s if self.valid_from_s > self.issued_at_s else self.issued_at_s - FUTURE_S
        return begins_s <= now_s < self.valid_until_s


def is_province(area: str) -> bool:
    """Return whether an area is a province, written as a document names it."""
    return _PROVINCE.fullmatch(area) is not None


def sign(document: Document[C], signers: Sequence[ExportSigner]) -> bytes:
    """Write a document, signed by each of `signers`. Raises DocumentError where its content is none that phones take
    or the whole is too large, ProtocolError where the signers are none or too many."""
    body = {
        "region": document.region,
        "area": document.area,
        "serial": document.serial,
        "issued_at": document.issued_at_s,
        "valid_from": document.valid_from_s,
        "valid_until": document.valid_until_s,
        "content": document.kind.write(document.content),
    }
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    data = sign_text(text, document.kind.name, document.kind.max_bytes, signers)
    _read(text, document.kind)
    return data


def verify(
    data: bytes,
    kind: Kind[C],
    trusted_keys: Iterable[TrustedKey],
    region: str,
    area: str,
    now_s: float | None,
    newer_than: int = 0,
) -> Document[C]:
    """Read a document that one of `trusted_keys` signed for `region` and `area`, that holds at `now_s` and is newer
    than the serial `newer_than`. `now_s` None: a document kept from before, at any time. Raises DocumentError."""
    try:
        document = _read(verified_text(data, kind.name, kind.max_bytes, trusted_keys), kind)
    except DocumentError:
        raise
    except MessageTooLargeError as large:
        raise DocumentError(str(large), Fault.TOO_LARGE) from large
    except ProtocolError as malformed:
        raise DocumentError(str(malformed)) from malformed
    what = kind.name
    if (document.region, document.area) != (region, area):
        text = f"{what}: for {document.region!r} {document.area!r}, not for {region!r} {area!r}"
        raise DocumentError(text, Fault.ELSEWHERE)
    if document.serial <= newer_than:
        raise DocumentError(f"{what}: serial {document.serial} is not newer than {newer_than}", Fault.STALE)
    if now_s is not None and not document.holds(now_s):
        times = f"issued at {document.issued_at_s}, valid from {document.valid_from_s} until {document.valid_until_s}"
        raise DocumentError(f"{what}: {times}, now is {now_s:.0f}", Fault.STALE)
    return document


def content_of(data: bytes, kind: Kind[Any]) -> Any:
    """Return the content of a document of one's own as JSON holds it: signatures, serial and time are not looked at.
    Raises ProtocolError."""
    return json_object(_opened(data, kind.name, kind.max_bytes)[0], kind.name, kind.max_bytes).get("content")


def _read(text: str, kind: Kind[C]) -> Document[C]:
    what = kind.name
    body = json_object(text, f"{what}: document", kind.max_bytes)
    region, area = body.get("region"), body.get("area")
    if not isinstance(region, str) or not isinstance(area, str):
        raise DocumentError(f"{what}: region or area is missing or no text")
    names = ("serial", "issued_at", "valid_from", "valid_until")
    serial, issued_at_s, valid_from_s, valid_until_s = (whole_from(body.get(name), what, name) for name in names)
    content = kind.read(body.get("content"))
    return Document(kind, region, area, serial, issued_at_s, valid_from_s, valid_until_s, content)


def whole_from(value: Any, what: str, name: str) -> int:
    """Return a value that is a whole number from 0 on. Raises DocumentError, which begins with `what`."""
    if not is_whole(value, 0, LAST_SECOND):
        raise DocumentError(f"{what}: {name} is missing or no whole number")
    return int(value)


# --- signed text ------------------------------------------------------------------------------------------------------


def sign_text(text: str, what: str, max_bytes: int, signers: Sequence[ExportSigner]) -> bytes:
    """Make `text` a document of the kind `what`, signed by each of `signers`. Raises ProtocolError where those are none
    or too many, DocumentError where no phone would take a document of that size."""
    if not 0 < len(signers) <= MAX_SIGNATURES:
        raise ProtocolError(f"{what}: {len(signers)} signers where 1 to {MAX_SIGNATURES} are meant")
    signatures = [
        {
            "key_id": signer.key_id,
            "key_version": signer.key_version,
            "algorithm": SIGNATURE_ALGORITHM,
            "signature": base64_text(signer.private_key.sign(_signed_bytes(text, what))),
        }
        for signer in signers
    ]
    data = json.dumps({"document": text, "signatures": signatures}, indent=1).encode("ascii")
    if len(data) > max_bytes:
        too_large = f"{what}: {len(data)} bytes, more than the {max_bytes} that phones take"
        raise DocumentError(too_large, Fault.TOO_LARGE)
    return data


def verified_text(data: bytes, what: str, max_bytes: int, trusted_keys: Iterable[TrustedKey]) -> str:
    """Return the text of a document of the kind `what` that one of `trusted_keys` signed.

    Raises DocumentError where none did, MessageTooLargeError above the bound, ProtocolError for what is no document.
    """
    text, signatures = _opened(data, what, max_bytes)
    keys, signed = tuple(trusted_keys), _signed_bytes(text, what)
    if not any(
        key.is_named(info) and key.public_key.is_signature(signature, signed)
        for info, signature in signatures
        for key in keys
    ):
        names = ", ".join(f"{info.key_id} {info.key_version}" for info, _ in signatures) or "nobody"
        raise DocumentError(f"{what}: signed by {names}; no trusted key confirms it", Fault.UNTRUSTED)
    return text


def _signed_bytes(text: str, what: str) -> bytes:
    return f"Bluezone {what} v1\n{text}".encode()


def _opened(data: bytes, what: str, max_bytes: int) -> tuple[str, list[tuple[SignatureInfo, bytes]]]:
    body = json_object(data, what, max_bytes)
    text, entries = body.get("document"), body.get("signatures")
    if not is_clean(text) or not isinstance(entries, list) or len(entries) > MAX_SIGNATURES:
        raise ProtocolError(f"{what}: a text `document` and up to {MAX_SIGNATURES} `signatures` are meant")
    names, signed = ("key_id", "key_version", "algorithm", "signature"), []
    for entry in entries:
        if not isinstance(entry, dict) or not all(isinstance(entry.get(name), str) for name in names):
            raise ProtocolError(f"{what}: a signature has the texts {', '.join(names)}")
        info = SignatureInfo(entry["key_id"][:64], entry["key_version"][:64], entry["algorithm"])
        signed.append((info, base64_bytes(entry["signature"], f"{what}: signature")))
    return str(text), signed
