"""Write what the wheel brings with it as a bill of materials: CycloneDX 1.6, JSON.

    python tools/sbom.py [FILE]    # or `make sbom`; build/sbom.json

Listed is what the extras of users bring, in the versions installed here, with all that those need; of one environment
it is the same byte for byte.
"""

from __future__ import annotations

import importlib.metadata as metadata
import json
import sys
import uuid
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).parents[1]
#: what builds and tests, and reaches nobody
NOT_SHIPPED = {"dev"}
#: a longer field `License` holds the licence's text
_LONGEST_NAME = 60


def needed(
    name: str, extras: frozenset[str], edges: dict[str, set[str]], seen: set[tuple[str, frozenset[str]]]
) -> None:
    """Collect what a distribution with these extras needs, and what that needs, as edges by name."""
    if (name, extras) in seen:
        return
    seen.add((name, extras))
    edges.setdefault(name, set())
    for text in metadata.requires(name) or ():
        wanted = Requirement(text)
        if wanted.marker and not any(wanted.marker.evaluate({"extra": extra}) for extra in extras or {""}):
            continue
        other = canonicalize_name(wanted.name)
        try:
            metadata.distribution(other)
        except metadata.PackageNotFoundError:
            continue  # an extra that is not installed here
        if other != name:
            edges[name].add(other)
        needed(other, frozenset(wanted.extras), edges, seen)


def reference(name: str) -> str:
    """Return the package URL of an installed distribution."""
    return f"pkg:pypi/{name}@{metadata.version(name)}"


def component(name: str, kind: str) -> dict[str, Any]:
    """Describe a distribution as CycloneDX does."""
    facts = metadata.metadata(name)
    found: dict[str, Any] = {
        "type": kind, "bom-ref": reference(name), "name": name, "version": facts["Version"], "purl": reference(name)
    }  # fmt: skip
    if expression := facts.get("License-Expression"):
        found["licenses"] = [{"expression": expression}]
    elif (named := facts.get("License", "")) and len(named) < _LONGEST_NAME:
        found["licenses"] = [{"license": {"name": named}}]
    elif said := [each.rpartition(":: ")[2] for each in facts.get_all("Classifier", []) if each.startswith("License")]:
        found["licenses"] = [{"license": {"name": each}} for each in said]
    return found


def bill() -> dict[str, Any]:
    """Return the bill of materials of the project as it is installed here."""
    extras = frozenset(metadata.metadata("bluezone").get_all("Provides-Extra", [])) - NOT_SHIPPED
    edges: dict[str, set[str]] = {}
    needed("bluezone", extras, edges, set())
    names = sorted(edges)
    listed = " ".join(map(reference, names))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, listed)}",
        "version": 1,
        "metadata": {"component": component("bluezone", "application")},
        "components": [component(name, "library") for name in names if name != "bluezone"],
        "dependencies": [
            {"ref": reference(name), "dependsOn": sorted(map(reference, edges[name]))} for name in names
        ],
    }  # fmt: skip


def main() -> None:
    """Write the bill to the file named, or to build/sbom.json."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY / "build/sbom.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(bill(), indent=2) + "\n", encoding="utf-8")
    print(target)


if __name__ == "__main__":
    main()
