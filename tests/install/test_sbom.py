"""The bill of materials names what users get, and nothing that only builds and tests."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

_TOOL = Path(__file__).parents[2] / "tools/sbom.py"


def bill(target: Path) -> bytes:
    subprocess.run([sys.executable, _TOOL, target], check=True, capture_output=True)
    return target.read_bytes()


def test_the_bill_names_what_extras_bring_with_versions_and_where_they_are_needed(tmp_path):
    written = bill(tmp_path / "one.json")
    assert written == bill(tmp_path / "two.json")
    facts = json.loads(written)
    refs = {each["name"]: each["bom-ref"] for each in facts["components"]}
    assert {"django", "cryptography", "rich", "sqlparse"} <= set(refs)
    assert not {"pytest", "ruff", "atheris"} & set(refs)
    needs = {each["ref"]: each["dependsOn"] for each in facts["dependencies"]}
    assert refs["sqlparse"] in needs[refs["django"]]
    assert set(needs) == {*refs.values(), facts["metadata"]["component"]["bom-ref"]}
    assert {ref for wanted in needs.values() for ref in wanted} <= set(needs)
