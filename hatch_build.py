"""Build hook: compiles every translation catalogue (.po -> .mo), for a wheel and for an editable install alike."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent / "tools"))
from catalogues import compile_catalogue


class CompileTranslations(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        for po_file in Path(self.root, "src").glob("**/locale/*/LC_MESSAGES/*.po"):
            compile_catalogue(po_file)
