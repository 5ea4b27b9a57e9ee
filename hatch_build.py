"""Build hook: compiles every translation catalogue (.po -> .mo), for a wheel and for an editable install alike."""

import os
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTranslations(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        for po_file in Path(self.root, "src").glob("**/locale/*/LC_MESSAGES/*.po"):
            with po_file.open("rb") as source:
                catalogue = read_po(source, locale=po_file.parents[1].name)
            partial = po_file.with_suffix(f".mo.{os.getpid()}")  # whoever runs beside reads a catalogue whole
            with partial.open("wb") as target:
                write_mo(target, catalogue)
            partial.replace(po_file.with_suffix(".mo"))
