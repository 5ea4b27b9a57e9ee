"""The files that say what the project is agree with each other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]


def citation() -> dict[str, str]:
    """The plain fields of CITATION.cff."""
    text = (REPOSITORY / "CITATION.cff").read_text("utf-8")
    return dict(re.findall(r'^([a-z-]+): "?(.+?)"?$', text, re.MULTILINE))


def test_the_citation_names_this_version_and_licence():
    said = citation()
    assert said["cff-version"] == "1.2.0"
    assert said["version"] == PROJECT["version"]
    assert said["license"] in PROJECT["license"].split(" AND ")  # the program; data beside it have their own
    assert said["title"].startswith("Bluezone")


def test_classifiers_name_every_python_from_the_oldest_on_without_a_gap():
    minors = [int(found[1]) for each in PROJECT["classifiers"] if (found := re.fullmatch(r".* :: 3\.(\d+)", each))]
    oldest = int(PROJECT["requires-python"].removeprefix(">=3."))
    assert minors == list(range(oldest, 15))
