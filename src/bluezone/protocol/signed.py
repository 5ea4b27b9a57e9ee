"""Sign and verify documents: a text that an authority signed with the keys of its exports, which phones have pinned.

One JSON object: a field with the text (itself a JSON object), and `signatures`, each with the name of a key (`key_id`,
`key_version`), the algorithm (ECDSA P-256 with SHA-256) and the signature (DER, base64). What is signed is a line that
says what kind of document this is, then the text as it stands: the line keeps a signature made for one kind from being
taken for another. Several signatures let keys rotate.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.exports import SIGNATURE_ALGORITHM, ExportSigner, SignatureInfo, TrustedKey
from bluezone.protocol.text import MessageTooLargeError, base64_bytes, base64_text, is_clean, json_object

MAX_SIGNATURES = 8


class Fault(StrEnum):
    """Name why a document was not taken."""

    UNTRUSTED = "untrusted"
    STALE = "stale"
    TOO_LARGE = "too large"
    ELSEWHERE = "elsewhere"
    MALFORMED = "malformed"


class DocumentError(ProtocolError):
    """Report a document that is not taken; `fault` says why in one word."""

    def __init__(self, text: str, fault: Fault = Fault.MALFORMED) -> None:
        super().__init__(text)
        self.fault = fault


class UntrustedError(ProtocolError):
    """Report a document that no trusted key confirms."""


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """Tell one kind of document from another. `what` begins every message about it, `field` holds the text,
    `line` (with its line break) is signed before the text, `max_bytes` bounds the whole."""

    what: str
    field: str
    line: bytes
    max_bytes: int


def sign_text(text: str, kind: DocumentKind, signers: Sequence[ExportSigner]) -> bytes:
    """Make `text` a document of `kind`, signed by each of `signers`. Raises ProtocolError where those are none or too
    many, MessageTooLargeError where no phone would take a document of that size."""
    if not 0 < len(signers) <= MAX_SIGNATURES:
        raise ProtocolError(f"{kind.what}: {len(signers)} signers where 1 to {MAX_SIGNATURES} are meant")
    signatures = [
        {
            "key_id": signer.key_id,
            "key_version": signer.key_version,
            "algorithm": SIGNATURE_ALGORITHM,
            "signature": base64_text(signer.private_key.sign(_signed_bytes(text, kind))),
        }
        for signer in signers
    ]
    data = json.dumps({kind.field: text, "signatures": signatures}, indent=1).encode("ascii")
    if len(data) > kind.max_bytes:
        raise MessageTooLargeError(f"{kind.what}: {len(data)} bytes, more than the {kind.max_bytes} that phones take")
    return data


def verified_text(data: bytes, kind: DocumentKind, trusted_keys: Iterable[TrustedKey]) -> str:
    """Return the text of a document of `kind` that one of `trusted_keys` signed.

    Raises UntrustedError where none did, MessageTooLargeError above the bound, ProtocolError for what is no document.
    """
    text, signatures = _read(data, kind)
    keys = tuple(trusted_keys)
    if not any(_is_signed(text, kind, key, info, signature) for info, signature in signatures for key in keys):
        names = ", ".join(f"{info.key_id} {info.key_version}" for info, _ in signatures) or "nobody"
        raise UntrustedError(f"{kind.what}: signed by {names}; no trusted key confirms it")
    return text


def unverified_text(data: bytes, kind: DocumentKind) -> str:
    """Return the text of a document of one's own: its signatures are not looked at. Raises ProtocolError."""
    return _read(data, kind)[0]


def _signed_bytes(text: str, kind: DocumentKind) -> bytes:
    return kind.line + text.encode("utf-8")


def _is_signed(text: str, kind: DocumentKind, key: TrustedKey, info: SignatureInfo, signature: bytes) -> bool:
    return key.is_named(info) and key.public_key.is_signature(signature, _signed_bytes(text, kind))


def _read(data: bytes, kind: DocumentKind) -> tuple[str, list[tuple[SignatureInfo, bytes]]]:
    body = json_object(data, kind.what, kind.max_bytes)
    text, entries = body.get(kind.field), body.get("signatures")
    if not is_clean(text) or not isinstance(entries, list) or len(entries) > MAX_SIGNATURES:
        raise ProtocolError(f"{kind.what}: a text `{kind.field}` and up to {MAX_SIGNATURES} `signatures` are meant")
    assert isinstance(text, str)
    return text, [_signature(entry, kind) for entry in entries]


def _signature(entry: Any, kind: DocumentKind) -> tuple[SignatureInfo, bytes]:
    names = ("key_id", "key_version", "algorithm", "signature")
    if not isinstance(entry, dict) or not all(isinstance(entry.get(name), str) for name in names):
        raise ProtocolError(f"{kind.what}: a signature has the texts {', '.join(names)}")
    info = SignatureInfo(entry["key_id"][:64], entry["key_version"][:64], entry["algorithm"])
    return info, base64_bytes(entry["signature"], f"{kind.what}: signature")
