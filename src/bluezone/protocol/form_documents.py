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

from bluezone.protocol.area_documents import AreaDocument, heading_from, served_at, verified_document
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.signed import DocumentError, DocumentKind, sign_text
from bluezone.protocol.text import json_object

MAX_FORMS = 40
#: of one form, as JSON without spaces
MAX_FORM_BYTES = 256_000
#: five forms of the size of those that ship are a tenth of it
MAX_DOCUMENT_BYTES = 1_000_000
_KIND = DocumentKind("forms", "forms", b"Bluezone forms of health declarations v1\n", MAX_DOCUMENT_BYTES)


class FormsError(DocumentError):
    """Report a document of forms that is not taken; `fault` says why in one word."""


@dataclass(frozen=True, slots=True)
class FormsDocument(AreaDocument):
    """Hold the forms of an area as issued at `issued_at_s`: the text of each, a JSON object."""

    forms: tuple[str, ...] = field(repr=False)

    def __post_init__(self) -> None:
        self.check_heading(_KIND.what, FormsError, has_provinces=True)
        if len(self.forms) > MAX_FORMS:
            raise FormsError(f"forms: {len(self.forms)} forms, more than the {MAX_FORMS} allowed")
        for text in self.forms:
            if len(text.encode("utf-8", "replace")) > MAX_FORM_BYTES:
                raise FormsError(f"forms: a form has more than the {MAX_FORM_BYTES} bytes allowed")


def path_of(region: str, area: str) -> str:
    """Return the path at which a document is served, from the authority's root."""
    return served_at("forms", region, area)


def sign_forms(document: FormsDocument, signers: Sequence[ExportSigner]) -> bytes:
    """Make the document, signed by each of `signers`. Raises MessageTooLargeError where no phone would take it,
    ProtocolError for a form that is no JSON object."""
    body = {
        **document.heading(),
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
    forms = body.get("forms")
    if not isinstance(forms, list) or len(forms) > MAX_FORMS or not all(isinstance(each, dict) for each in forms):
        raise FormsError(f"forms: up to {MAX_FORMS} objects `forms` are meant")
    texts = tuple(json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in forms)
    return FormsDocument(*heading_from(body, _KIND.what, FormsError), texts)
