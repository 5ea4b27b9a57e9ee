"""Build hook: compiles every translation catalogue (.po -> .mo), for a wheel and for an editable install alike.

Vietnamese and English are ours to answer for. Of another language only those texts are compiled that a native reader
has signed as they stand: beside `phone.po` lies `phone.signed`, which names the reader and a digest of each such text.
"""

import hashlib
import os
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: languages whose texts need no signature
OWN_LANGUAGES = ("vi",)


class CompileTranslations(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        for po_file in Path(self.root, "src").glob("**/locale/*/LC_MESSAGES/*.po"):
            compile_catalogue(po_file)


def compile_catalogue(po_file: Path) -> None:
    """Write the .mo beside a .po, whole or not at all; remove it where no text of it may be shown yet."""
    compiled, language = po_file.with_suffix(".mo"), po_file.parents[1].name
    with po_file.open("rb") as source:
        catalogue = read_po(source, locale=language)
    if language not in OWN_LANGUAGES and not drop_unsigned(catalogue, po_file.with_suffix(".signed")):
        compiled.unlink(missing_ok=True)
        return
    partial = po_file.with_suffix(f".mo.{os.getpid()}")  # whoever runs beside reads a catalogue whole
    with partial.open("wb") as target:
        write_mo(target, catalogue)
    partial.replace(compiled)


def drop_unsigned(catalogue: Catalog, signature: Path) -> int:
    """Empty the texts that nobody has signed as they stand; return how many are left."""
    signed = set(signature.read_text("utf-8").split()) if signature.is_file() else set()
    left = 0
    for message in catalogue:
        if message.id and digest(message) in signed:
            left += 1
        elif message.id:
            message.string = ("",) * len(message.id) if message.pluralizable else ""
    return left


def digest(message: Message) -> str:
    """Return the SHA-256 of a text and its translation, in hexadecimal."""
    return hashlib.sha256(repr((message.context, message.id, message.string)).encode()).hexdigest()
