"""Write, sign, read and verify key export files, by which an authority publishes the keys of confirmed cases.

A zip of `export.bin` (16-byte header and a protobuf message) and `export.sig` (ECDSA P-256 signatures over the whole of
`export.bin`). Source: Exposure Key Export File Format and Verification (Apple and Google, 2020), as made and read by
google/exposure-notifications-server. The message is in `export.proto`.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from google.protobuf.message import DecodeError

from bluezone.protocol import wire
from bluezone.protocol.crypto.port import SigningKey, VerifyingKey
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.export_archive import DEFAULT_LIMITS, ExportError, ExportLimits, pack, unpack
from bluezone.protocol.export_records import Field, KeyRow, records, row_of
from bluezone.protocol.intervals import INTERVALS_PER_DAY
from bluezone.protocol.keys import KEY_BYTES, KeyColumns, ReportType, TemporaryExposureKey
from bluezone.protocol.schemes import Entropy
from bluezone.protocol.text import is_clean

__all__ = [
    "HEADER",
    "SIGNATURE_ALGORITHM",
    "Export",
    "ExportError",
    "ExportLimits",
    "ExportSigner",
    "OpenedExport",
    "SignatureEntry",
    "SignatureInfo",
    "SignedExport",
    "TrustedKey",
    "UntrustedExportError",
    "build_export",
    "build_export_of_rows",
    "index_from_text",
    "index_to_text",
    "open_export",
    "pad_keys",
    "read_export",
    "signature_list",
    "verified_signer",
    "verify_export",
]

HEADER = b"EK Export v1    "
#: ecdsa-with-SHA256, RFC 5758
SIGNATURE_ALGORITHM = "1.2.840.10045.4.3.2"

_KEY_NAME = re.compile(r"[A-Za-z0-9_]{1,64}", re.ASCII)
_MAX_TIMESTAMP_S = 2**63 - 1
#: more lines of an index than 14 days of a file every five minutes
MAX_INDEX_LINES = 5_000
_INDEX_PATH = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*\.zip", re.ASCII)


class UntrustedExportError(ExportError):
    """Report a whole file that nobody trusted has signed."""


@dataclass(frozen=True, slots=True)
class Export:
    """Hold what one file says: the keys that reached the authority in [start_s, end_s) (Unix seconds).

    `revised` holds keys published before whose report type has changed since.
    """

    region: str
    start_s: int
    end_s: int
    batch_num: int = 1
    batch_size: int = 1
    keys: tuple[TemporaryExposureKey, ...] = ()
    revised: tuple[TemporaryExposureKey, ...] = ()

    def __post_init__(self) -> None:
        if not is_clean(self.region):
            raise ExportError(f"export: region {self.region!a} is not clean text")
        if not 0 <= self.start_s <= self.end_s <= _MAX_TIMESTAMP_S:
            raise ExportError(f"export: start {self.start_s} is not before end {self.end_s}")
        if not 1 <= self.batch_num <= self.batch_size < 2**31:
            raise ExportError(f"export: batch {self.batch_num} of {self.batch_size} does not exist")


@dataclass(frozen=True, slots=True)
class SignatureInfo:
    """Hold the name of a signing key: its identifier (by custom the mobile country code) and its version."""

    key_id: str
    key_version: str
    algorithm: str = SIGNATURE_ALGORITHM


@dataclass(frozen=True, slots=True)
class SignatureEntry:
    """Hold one signature of `export.sig` (DER), by the key it names."""

    info: SignatureInfo
    signature: bytes
    batch_num: int = 1
    batch_size: int = 1


@dataclass(frozen=True, slots=True)
class SignedExport:
    """Hold a file as read, not trusted: what it says, the keys it says it is signed by, and what the signatures
    cover."""

    export: Export
    signature_infos: tuple[SignatureInfo, ...]
    signatures: tuple[SignatureEntry, ...]
    signed_bytes: bytes


@dataclass(frozen=True, slots=True)
class ExportSigner:
    """Hold a private key and the name under which phones know its public half."""

    private_key: SigningKey
    key_id: str
    key_version: str

    def __post_init__(self) -> None:
        for name, value in (("id", self.key_id), ("version", self.key_version)):
            if not _KEY_NAME.fullmatch(value):
                raise ExportError(f"export: key {name} {value!r} is not of 1 to 64 letters, digits or _")

    @property
    def info(self) -> SignatureInfo:
        return SignatureInfo(self.key_id, self.key_version)


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """Name a public key that a reader trusts. None as id or version trusts it under any."""

    public_key: VerifyingKey
    key_id: str | None = None
    key_version: str | None = None

    def is_named(self, info: SignatureInfo) -> bool:
        return (
            info.algorithm == SIGNATURE_ALGORITHM
            and self.key_id in (None, info.key_id)
            and self.key_version in (None, info.key_version)
        )


@dataclass(frozen=True, slots=True)
class OpenedExport:
    """Hold a file whose keys are read when they are asked for, and may turn out to be none: ExportError then.

    `head`: what the file says beside its keys.
    """

    head: Export
    infos: tuple[SignatureInfo, ...]
    _message: wire.TemporaryExposureKeyExport

    def read_keys(self, first: int = 0) -> Iterator[TemporaryExposureKey]:
        """Return the keys from the one at `first` on."""
        listed = self._message.keys
        return (_read_key(listed[at], "key", at + 1) for at in range(first, len(listed)))

    def read_revised(self, first: int = 0) -> Iterator[TemporaryExposureKey]:
        """Return the revised keys from the one at `first` on."""
        listed = self._message.revised_keys
        return (_read_key(listed[at], "revised key", at + 1) for at in range(first, len(listed)))

    def key_columns(self) -> KeyColumns:
        """Return the bytes and spans of all keys, in a sixth of the time of `read_keys`."""
        return _read_columns(self._message.keys, "key")

    def revised_columns(self) -> KeyColumns:
        """Return the bytes and spans of all revised keys."""
        return _read_columns(self._message.revised_keys, "revised key")

    def whole(self) -> Export:
        """Return the file with all its keys."""
        return replace(self.head, keys=tuple(self.read_keys()), revised=tuple(self.read_revised()))


def build_export(export: Export, signers: Sequence[ExportSigner]) -> bytes:
    """Build the zip file of an export, signed by every signer.

    Keys are sorted by their bytes, so that their order says nothing of whose they are. The same export gives the same
    `export.bin`; signatures differ from run to run. Raises ExportError on a key given twice or where nobody signs.
    """
    keys, revised = (sorted(map(row_of, each), key=itemgetter(0)) for each in (export.keys, export.revised))
    return build_export_of_rows(export, keys, revised, signers)


def build_export_of_rows(
    export: Export, keys: Iterable[KeyRow], revised: Iterable[KeyRow], signers: Sequence[ExportSigner]
) -> bytes:
    """Build what `build_export` does from rows in ascending order of their keys; those of `export` itself do not
    count."""
    if not signers:
        raise ExportError("export: nobody signs it, no phone would take it")
    without_keys = wire.TemporaryExposureKeyExport(
        start_timestamp=export.start_s,
        end_timestamp=export.end_s,
        region=export.region,
        batch_num=export.batch_num,
        batch_size=export.batch_size,
        signature_infos=[_info_message(signer.info) for signer in signers],
    )
    # A message's fields are written in the order of their numbers: the keys come last.
    head = HEADER + without_keys.SerializeToString(deterministic=True)
    content = b"".join((head, *records(keys, Field.KEYS), *records(revised, Field.REVISED_KEYS)))
    return pack(content, signature_list(content, signers, export.batch_num, export.batch_size))


def signature_list(content: bytes, signers: Iterable[ExportSigner], batch_num: int = 1, batch_size: int = 1) -> bytes:
    """Sign `content`, which begins with a header of its kind, by each of `signers`: what stands in `export.sig`."""
    signatures = wire.TEKSignatureList(
        signatures=[
            wire.TEKSignature(
                signature_info=_info_message(signer.info),
                batch_num=batch_num,
                batch_size=batch_size,
                signature=signer.private_key.sign(content),
            )
            for signer in signers
        ]
    )
    return signatures.SerializeToString(deterministic=True)


def read_export(data: bytes) -> SignedExport:
    """Read a file without trusting it, to look at it. Raises ExportError where it is not an export."""
    content, signed = unpack(data)
    opened = _open_content(content)
    return SignedExport(opened.whole(), opened.infos, _read_signatures(signed), content)


def verify_export(data: bytes, public_keys: Sequence[TrustedKey]) -> Export:
    """Read a file that one of `public_keys` has signed. Raises ExportError where none has.

    The message is parsed only after its signature was found good. One good signature suffices, so that a file signed
    by the old and the new key of a rotation is taken by phones that know either.
    """
    return open_export(data, public_keys).whole()


def open_export(data: bytes, public_keys: Sequence[TrustedKey], limits: ExportLimits = DEFAULT_LIMITS) -> OpenedExport:
    """Verify a file as `verify_export` does, and leave its keys to be read one by one: half a million of them at once
    take 150 MB. Raises ExportError where none of `public_keys` has signed it."""
    content, signed = unpack(data, limits)
    info = verified_signer(content, signed, public_keys)
    opened = _open_content(content)
    if opened.infos and info not in opened.infos:
        raise UntrustedExportError(f"export: signed as {info.key_id} {info.key_version}, a name its content lacks")
    return opened


def verified_signer(content: bytes, signed: bytes, public_keys: Sequence[TrustedKey]) -> SignatureInfo:
    """Return whose signature in `signed` (what `signature_list` made) over `content` one of `public_keys` confirms.

    Raises ExportError where it is no list of signatures, UntrustedExportError where none confirms any."""
    signatures = _read_signatures(signed)
    named = [(key, entry) for entry in signatures for key in public_keys if key.is_named(entry.info)]
    if not named:
        names = ", ".join(f"{e.info.key_id} {e.info.key_version} ({e.info.algorithm})" for e in signatures) or "nobody"
        raise UntrustedExportError(f"export: signed by {names!a}, none of which is trusted here")
    for key, entry in named:
        if key.public_key.is_signature(entry.signature, content):
            return entry.info
    raise UntrustedExportError("export: the signature is wrong; the file was altered or signed by another key")


# --- to and from the wire ---------------------------------------------------------------------------------------------


def _info_message(info: SignatureInfo) -> wire.SignatureInfo:
    return wire.SignatureInfo(
        verification_key_version=info.key_version,
        verification_key_id=info.key_id,
        signature_algorithm=info.algorithm,
    )


def _open_content(content: bytes) -> OpenedExport:
    if not content.startswith(HEADER):
        raise ExportError(f"export: export.bin starts with {content[: len(HEADER)]!r} where {HEADER!r} is meant")
    try:
        message = wire.TemporaryExposureKeyExport.FromString(content[len(HEADER) :])
    except DecodeError as error:
        raise ExportError(f"export: export.bin is not the message of an export ({error})") from error
    head = Export(
        region=_text(message.region, "region"),
        start_s=message.start_timestamp,
        end_s=message.end_timestamp,
        batch_num=message.batch_num or 1,
        batch_size=message.batch_size or message.batch_num or 1,
    )
    return OpenedExport(head, tuple(_read_info(info) for info in message.signature_infos), message)


def _read_key(message: wire.TemporaryExposureKey, what: str, number: int) -> TemporaryExposureKey:
    # Optional facts outside the published ranges (some national servers coded more into them) count as not known:
    # a phone must not lose a whole file of warnings over them. Key, start and period must be right.
    risk, days = message.transmission_risk_level, message.days_since_onset_of_symptoms
    has_days = message.HasField("days_since_onset_of_symptoms") and -14 <= days <= 14
    try:
        return TemporaryExposureKey(
            key=message.key_data,
            rolling_start_interval=message.rolling_start_interval_number,
            rolling_period=message.rolling_period or INTERVALS_PER_DAY,  # 0 and absent both mean a whole day
            transmission_risk=risk if 0 <= risk <= 8 else 0,
            report_type=ReportType(message.report_type),
            days_since_onset=days if has_days else None,
        )
    except ProtocolError as error:
        raise ExportError(f"export: {what} {number}: {error}") from error


def _read_columns(listed: Sequence[wire.TemporaryExposureKey], what: str) -> KeyColumns:
    rows = [(each.key_data, each.rolling_start_interval_number, each.rolling_period) for each in listed]
    try:
        if all(len(key) == KEY_BYTES for key, _, _ in rows):
            return KeyColumns(
                b"".join([key for key, _, _ in rows]),
                array("I", [start for _, start, _ in rows]),
                array("I", [period or INTERVALS_PER_DAY for _, _, period in rows]),
            )
    except (OverflowError, ProtocolError):
        pass  # one of them is wrong: to be said which
    for number, each in enumerate(listed, start=1):
        _read_key(each, what, number)
    raise ExportError(f"export: one {what} is not of 16 bytes and whole intervals")


def _read_signatures(data: bytes) -> tuple[SignatureEntry, ...]:
    try:
        message = wire.TEKSignatureList.FromString(data)
    except DecodeError as error:
        raise ExportError(f"export: export.sig is not a list of signatures ({error})") from error
    return tuple(
        SignatureEntry(
            info=_read_info(entry.signature_info),
            signature=entry.signature,
            batch_num=entry.batch_num or 1,
            batch_size=entry.batch_size or 1,
        )
        for entry in message.signatures
    )


def _read_info(message: wire.SignatureInfo) -> SignatureInfo:
    return SignatureInfo(
        key_id=_text(message.verification_key_id, "key id"),
        key_version=_text(message.verification_key_version, "key version"),
        algorithm=_text(message.signature_algorithm, "signature algorithm") or SIGNATURE_ALGORITHM,
    )


def _text(value: str | bytes, what: str) -> str:
    if isinstance(value, bytes):  # how protobuf hands over text that is not UTF-8
        raise ExportError(f"export: {what} is not UTF-8 text")
    return value


# --- what surrounds files: padding that hides how few cases there are, and the index phones fetch first ----


def pad_keys(
    keys: Sequence[TemporaryExposureKey], minimum: int, entropy: Entropy, jitter: int = 0
) -> tuple[TemporaryExposureKey, ...]:
    """Return `keys` followed by made-up keys, until there are `minimum` plus a random 0..`jitter` of them.

    A file of fourteen keys would say "one patient". Made-up keys are random, with start, period, risk, report type
    and days of the real ones in turn, so nothing tells them apart. No keys stay no keys: such a file is not published.
    As google/exposure-notifications-server (ensureMinNumExposures) does. The caller keeps the made-up ones
    (`result[len(keys):]`) like real ones, lest a second export of the same span tell them apart.
    """
    if minimum < 0 or jitter < 0:
        raise ExportError(f"export: padding to {minimum} plus up to {jitter} keys")
    if not keys:
        return ()
    target = minimum + _below(jitter + 1, entropy)
    made_up = (replace(keys[at % len(keys)], key=entropy(16)) for at in range(target - len(keys)))
    return (*keys, *made_up)


def _below(bound: int, entropy: Entropy) -> int:
    """A uniform whole number in 0..bound-1."""
    width = (bound.bit_length() + 7) // 8 + 1
    fair = 256**width - 256**width % bound
    while True:
        drawn = int.from_bytes(entropy(width), "big")
        if drawn < fair:
            return drawn % bound


def index_to_text(names: Iterable[str]) -> str:
    """Write `index.txt`: the paths of all current files, one a line, sorted, each once."""
    ordered = sorted(set(names))
    for name in ordered:
        if not _INDEX_PATH.fullmatch(name):
            raise ExportError(f"index: {name!r} is not a path of letters, digits, - _ . that ends in .zip")
    return "\n".join(ordered)


def index_from_text(text: str, prefix: str = "") -> tuple[str, ...]:
    """Read the paths of an `index.txt`, each once, in its order.

    `prefix` is what every path must start with (`452/`). A line that would lead elsewhere (another host, `..`, another
    folder) makes the whole index refused with ExportError.
    """
    lines = text.splitlines()
    if len(lines) > MAX_INDEX_LINES:
        raise ExportError(f"index: {len(lines)} lines, more than {MAX_INDEX_LINES}")
    names = [line.strip() for line in lines]
    for number, name in enumerate(names, start=1):
        if name and not (_INDEX_PATH.fullmatch(name) and name.startswith(prefix)):
            raise ExportError(f"index, line {number}: {name[:80]!a} is not a path of an export under {prefix!r}")
    return tuple(dict.fromkeys(name for name in names if name))
