"""Sign the files of a package (a disease, a country) as one document (`documents`), and verify it: a list of their
digests under its code and version. It lies in the folder beside them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence

from bluezone.packages import SIGNATURE, PackageError
from bluezone.protocol.documents import sign_text, verified_text
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.text import json_object

_MAX_BYTES = 64_000


def _manifest(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}


def sign(
    files: Mapping[str, bytes], kind: str, code: str, version: int, now: dt.datetime, signers: Sequence[ExportSigner]
) -> bytes:
    """Sign a package of a kind (`disease package`), as of now. Raises ProtocolError without signers."""
    text = {"code": code, "version": version, "signed_at": int(now.timestamp())}
    return sign_text(json.dumps(text | {"files": _manifest(files)}), kind, _MAX_BYTES, signers)


def changed(files: Mapping[str, bytes], signature: bytes) -> list[str]:
    """Return the names of files that are not as somebody signed them; who it was, `verify` says. Raises ProtocolError
    for what is no signature."""
    text = str(json_object(signature, SIGNATURE, _MAX_BYTES).get("document"))
    named, there = json_object(text, SIGNATURE, _MAX_BYTES).get("files"), _manifest(files)
    if not isinstance(named, dict):
        raise PackageError(f"{SIGNATURE} names no files")
    return sorted(name for name in {*named, *there} if named.get(name) != there.get(name))


def verify(files: Mapping[str, bytes], kind: str, signature: bytes | None, trusted: Sequence[TrustedKey]) -> None:
    """Check that one of the keys that are trusted now signed exactly these files. Raises PackageError."""
    if signature is None:
        raise PackageError(f"the package is not signed: it has no file {SIGNATURE}")
    try:
        verified_text(signature, kind, _MAX_BYTES, trusted)
        wrong = changed(files, signature)
    except ProtocolError as error:
        raise PackageError(f"{error}: sign the package again") from error
    if wrong:
        raise PackageError(f"{wrong[0]} is not as it was signed: sign the package again")
