"""Publish the forms of health declarations to phones, signed: those of the country, and those of a province.

    GET /v1/forms/{region}.json             forms for the whole country
    GET /v1/forms/{region}/34-92.json       forms that a province has of its own

A signed document (`protocol.signed`) whose text, under the name `forms`, is a JSON object: `region`, `area` (code of a
province, `34:92`, or empty), `serial` (rises with each publication: an old document cannot be played back),
`issued_at`, `valid_until` (Unix seconds), and `forms`: the forms' documents, each a JSON object. What a form is says
`bluezone.forms`, which this room does not know: here a form is an object of a bounded size, and nothing else.

Every phone fetches the document of the country and that of its owner's province, whether or not anybody declares on it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.guidance import is_province
from bluezone.protocol.signed import DocumentError, DocumentKind, sign_text, verified_document
from bluezone.protocol.text import is_clean, is_whole, json_object

MAX_FORMS = 40
#: of one form, as JSON without spaces
MAX_FORM_BYTES = 256_000
#: five forms of the size of those that ship are a tenth of it
MAX_DOCUMENT_BYTES = 1_000_000
_LAST_SECOND = 2**53
_MAX_SERIAL = 2**31
_KIND = DocumentKind("forms", "forms", b"Bluezone forms of health declarations v1\n", MAX_DOCUMENT_BYTES)


class FormsError(DocumentError):
    """Report a document of forms that is not taken; `fault` says why in one word."""


@dataclass(frozen=True, slots=True)
class FormsDocument:
    """Hold the forms of an area as issued at `issued_at_s`: the text of each, a JSON object."""

    region: str
    area: str
    serial: int
    issued_at_s: int
    valid_until_s: int
    forms: tuple[str, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.region or len(self.region) > 100 or not is_clean(self.region):
            raise FormsError(f"forms: region {ascii(self.region)[:80]} is not a short text")
        if self.area and not is_province(self.area):
            raise FormsError(f"forms: area {ascii(self.area)[:40]} is not a province's code")
        if not 1 <= self.serial <= _MAX_SERIAL:
            raise FormsError(f"forms: serial {self.serial} is not a number from 1 on")
        if not 0 <= self.issued_at_s < self.valid_until_s <= _LAST_SECOND:
            raise FormsError(f"forms: issued at {self.issued_at_s}, valid until {self.valid_until_s}")
        if len(self.forms) > MAX_FORMS:
            raise FormsError(f"forms: {len(self.forms)} forms, more than the {MAX_FORMS} allowed")
        for text in self.forms:
            if len(text.encode("utf-8", "replace")) > MAX_FORM_BYTES:
                raise FormsError(f"forms: a form has more than the {MAX_FORM_BYTES} bytes allowed")


def path_of(region: str, area: str) -> str:
    """Return the path at which a document is served, from the authority's root."""
    return f"/v1/forms/{region}/{area.replace(':', '-')}.json" if area else f"/v1/forms/{region}.json"


def sign_forms(document: FormsDocument, signers: Sequence[ExportSigner]) -> bytes:
    """Make the document, signed by each of `signers`. Raises MessageTooLargeError where no phone would take it,
    ProtocolError for a form that is no JSON object."""
    body = {
        "region": document.region,
        "area": document.area,
        "serial": document.serial,
        "issued_at": document.issued_at_s,
        "valid_until": document.valid_until_s,
        "forms": [json_object(text, "form", MAX_FORM_BYTES) for text in document.forms],
    }
    return sign_text(json.dumps(body, ensure_ascii=False, separators=(",", ":")), _KIND, signers)


def verify_forms(
    data: bytes, trusted_keys: Iterable[TrustedKey], region: str, area: str, now_s: float | None, newer_than: int = 0
) -> FormsDocument:
    """Read a document that one of `trusted_keys` signed for `region` and `area`, valid at `now_s` and newer than the
    serial `newer_than`. `now_s` None: a document kept from before, at any time. Raises FormsError on all else."""
    return verified_document(data, _KIND, _document, trusted_keys, region, area, now_s, newer_than, FormsError)


def _document(text: str) -> FormsDocument:
    body = json_object(text, "forms", MAX_DOCUMENT_BYTES)
    region, area, forms = body.get("region"), body.get("area"), body.get("forms")
    numbers = [body.get(name) for name in ("serial", "issued_at", "valid_until")]
    if not isinstance(region, str) or not isinstance(area, str):
        raise FormsError("forms: region or area is missing or no text")
    if not all(is_whole(number, 0, _LAST_SECOND) for number in numbers):
        raise FormsError("forms: numbers serial, issued_at, valid_until are meant")
    if not isinstance(forms, list) or len(forms) > MAX_FORMS or not all(isinstance(each, dict) for each in forms):
        raise FormsError(f"forms: up to {MAX_FORMS} objects `forms` are meant")
    texts = tuple(json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in forms)
    serial, issued_at_s, valid_until_s = numbers
    return FormsDocument(region, area, serial, issued_at_s, valid_until_s, texts)  # type: ignore[arg-type]
