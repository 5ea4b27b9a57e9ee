"""Store the authority's signed forms of health declarations: the country's, and those of the owner's province.

Until the country's document has come, the forms that ship with the program stand in: a phone is asked to declare on its
first day, and without a network. A document that has run out is kept: its forms have days of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bluezone.forms import shipped
from bluezone.forms.definition import Form
from bluezone.forms.errors import FormError
from bluezone.forms.reading import read_form
from bluezone.phone.stores.database import Database
from bluezone.phone.stores.document_store import DocumentStore, schema_of
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.form_documents import FormsDocument, verify_forms

SCHEMA = schema_of("forms")
_COUNTRY = ""


@dataclass(frozen=True, slots=True)
class FormText:
    """Hold a form, and its document."""

    form: Form
    text: str


class FormStore(DocumentStore[FormsDocument]):
    """Keep one document an area in phone.sqlite3."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, "forms", verify_forms)

    def forms(self, region: str, trusted_keys: Sequence[TrustedKey]) -> tuple[FormText, ...]:
        """Return every form of the documents that can be trusted."""
        texts = [text for document in self.documents(region, trusted_keys) for text in document.forms]
        if self.kept(_COUNTRY, region, trusted_keys) is None:
            texts = [*map(shipped.document, shipped.NAMES), *texts]
        read = ((text, read_or_none(text)) for text in texts)
        return tuple(FormText(form, text) for text, form in read if form is not None)


@lru_cache(maxsize=64)
def read_or_none(text: str) -> Form | None:
    """Return the form of a text; None for one that this program cannot read: it is of a later one."""
    try:
        return read_form(text)
    except FormError:
        return None
