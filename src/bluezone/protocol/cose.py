"""Sign and read COSE_Sign1 messages (RFC 9052) with ES256: ECDSA on P-256 with SHA-256, r and s in 64 bytes.

The bytes that are signed begin with the CBOR of `Signature1`; those of export files and of signed documents begin
otherwise, so one key may sign all three and no signature passes for another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bluezone.protocol import cbor
from bluezone.protocol.crypto.keys import HALF_BYTES, halves_of, signature_of
from bluezone.protocol.crypto.port import VerifyingKey
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.exports import ExportSigner, SignatureInfo, TrustedKey

#: tag of COSE_Sign1, RFC 9052
SIGN1_TAG = 18
#: header labels and the number of ES256, RFC 9052 and RFC 9053
ALGORITHM, KEY_ID = 1, 4
ES256 = -7


class CoseError(ProtocolError):
    """Report bytes that are no COSE_Sign1 message with ES256."""


@dataclass(frozen=True, slots=True)
class Message:
    """Hold a message as read, not trusted: what it says, whose key it names, and what the signature covers."""

    payload: bytes
    key_name: bytes
    protected: bytes
    signature: bytes


def key_name(info: SignatureInfo) -> bytes:
    """Return the key id of a message signed by the key of that name: `452 v1`."""
    return f"{info.key_id} {info.key_version}".encode("ascii")


def sign(payload: bytes, signer: ExportSigner) -> bytes:
    """Make a tagged message of `payload`."""
    protected = cbor.dumps({ALGORITHM: ES256, KEY_ID: key_name(signer.info)})
    signature = halves_of(signer.private_key.sign(_signed_bytes(protected, payload)))
    return cbor.dumps(cbor.Tag(SIGN1_TAG, [protected, {}, payload, signature]))


def read(data: bytes) -> Message:
    """Read a message, tagged or not; the signature is not looked at. Raises CoseError."""
    try:
        value = cbor.loads(data)
        value = value.value if isinstance(value, cbor.Tag) and value.number == SIGN1_TAG else value
        match value:
            case [bytes(protected), dict(unprotected), bytes(payload), bytes(signature)]:
                header = cbor.loads(protected)
            case _:
                raise CoseError("cose: not a COSE_Sign1 message")
    except cbor.CborError as error:
        raise CoseError(f"cose: {error}") from error
    if not isinstance(header, dict) or header.get(ALGORITHM) != ES256:
        raise CoseError("cose: not signed by ES256")
    name = header.get(KEY_ID, unprotected.get(KEY_ID, b""))
    if not isinstance(name, bytes) or len(signature) != 2 * HALF_BYTES:
        raise CoseError("cose: a key id and a signature of 64 bytes are meant")
    return Message(payload, name, protected, signature)


def is_signed(message: Message, key: VerifyingKey) -> bool:
    """Return whether `key` signed the message."""
    signed = _signed_bytes(message.protected, message.payload)
    return key.is_signature(signature_of(message.signature), signed)


def trusted(message: Message, keys: Iterable[TrustedKey]) -> tuple[TrustedKey, ...]:
    """Return those of `keys` that the message names as its own; None as a key's id or version stands for any."""
    name, _, version = message.key_name.decode("ascii", "replace").partition(" ")
    return tuple(key for key in keys if key.is_named(SignatureInfo(name, version)))


def _signed_bytes(protected: bytes, payload: bytes) -> bytes:
    return cbor.dumps(["Signature1", protected, b"", payload])
