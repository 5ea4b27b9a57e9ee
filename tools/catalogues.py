"""Compile translation catalogues (.po -> .mo): for the build, for `tools/messages.py` and for tests. Needs Babel only.

Vietnamese and English are ours to answer for. Of another language only those texts are compiled that a native reader
has signed as they stand: beside `phone.po` lies `phone.signed`, which names the reader and a digest of each such text.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

#: languages whose texts need no signature
OWN_LANGUAGES = ("vi",)
#: where a catalogue names no day Babel writes that of the build, and no two wheels of one source would be the same
_NO_DATE = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def compile_catalogue(po_file: Path) -> None:
    """Write the .mo beside a .po, whole or not at all; remove it where no text of it may be shown yet."""
    compiled, language = po_file.with_suffix(".mo"), po_file.parents[1].name
    with po_file.open("rb") as source:
        catalogue = read_po(source, locale=language)
    catalogue.creation_date = _NO_DATE
    if language not in OWN_LANGUAGES and not drop_unsigned(catalogue, po_file.with_suffix(".signed")):
        compiled.unlink(missing_ok=True)
        return
    partial = po_file.with_suffix(f".mo.{os.getpid()}")  # whoever runs beside reads a catalogue whole
    with partial.open("wb") as target:
        write_mo(target, catalogue)
    partial.replace(compiled)


def drop_unsigned(catalogue: Catalog, signature: Path) -> int:
    """Take out the texts that nobody has signed as they stand; return how many are left."""
    signed = set(signature.read_text("utf-8").split()) if signature.is_file() else set()
    unsigned = [message for message in catalogue if message.id and digest(message) not in signed]
    for message in unsigned:
        catalogue.delete(message.id if isinstance(message.id, str) else message.id[0], message.context)
    return len(catalogue)


def digest(message: Message) -> str:
    """Return the SHA-256 of a text and its translation, in hexadecimal."""
    return hashlib.sha256(repr((message.context, message.id, message.string)).encode()).hexdigest()
