"""Sign the files of a package as one document (`protocol.documents`), and verify it: a list of their digests under the
disease's code and version. It lies in the folder beside them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence

from bluezone.disease.package import DiseaseError
from bluezone.disease.reading import SIGNATURE, read
from bluezone.protocol.documents import sign_text, verified_text
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.text import json_object

_KIND, _MAX_BYTES = "disease package", 64_000


def _manifest(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}


def sign(files: Mapping[str, bytes], now: dt.datetime, signers: Sequence[ExportSigner]) -> bytes:
    """Sign a package that can be used, as of now. Raises DiseaseError for one that cannot, ProtocolError without
    signers."""
    disease = read(files)
    text = {"code": disease.code, "version": disease.version, "signed_at": int(now.timestamp())}
    return sign_text(json.dumps(text | {"files": _manifest(files)}), _KIND, _MAX_BYTES, signers)


def verify(files: Mapping[str, bytes], signature: bytes | None, trusted: Sequence[TrustedKey]) -> None:
    """Check that one of the keys that are trusted now signed exactly these files. Raises DiseaseError."""
    if signature is None:
        raise DiseaseError(f"the package is not signed: it has no file {SIGNATURE}")
    try:
        signed = json_object(verified_text(signature, _KIND, _MAX_BYTES, trusted), _KIND)
    except ProtocolError as error:
        raise DiseaseError(str(error)) from error
    named, there = signed.get("files"), _manifest(files)
    if not isinstance(named, dict):
        raise DiseaseError(f"{SIGNATURE} names no files")
    for name in sorted({*named, *there}):
        if named.get(name) != there.get(name):
            raise DiseaseError(f"{name} is not as it was signed: sign the package again")
