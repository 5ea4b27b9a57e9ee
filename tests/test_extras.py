"""The table of extras and pyproject.toml agree, and the command that adds an extra fits how we are installed."""

from __future__ import annotations

import importlib.metadata
import json
import re
import shlex
import sys
import tomllib
from pathlib import Path

import pytest

from bluezone import extras

REPOSITORY = Path(__file__).resolve().parents[1]
EXTRAS = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]


def distribution(requirement: str) -> str:
    return re.split(r"[\[<>=~!; ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def wanted() -> dict[str, set[str]]:
    """Distribution -> the extras of pyproject.toml that name it, those of others and of development left out."""
    found: dict[str, set[str]] = {}
    for extra, requirements in EXTRAS.items():
        for name in () if extra == "dev" else map(distribution, requirements):
            if name != "bluezone":
                found.setdefault(name, set()).add(extra)
    return found


def test_the_table_names_for_each_package_the_extras_that_bring_it():
    names = importlib.metadata.packages_distributions()
    for package, found in extras.PACKAGES.items():
        if package in names:  # where it is not installed, its distribution cannot be known
            (name,) = {each.lower().replace("_", "-") for each in names[package]}
            assert set(found) == wanted()[name], package


def test_the_table_knows_every_distribution_that_an_extra_brings():
    names = importlib.metadata.packages_distributions()
    known = {each.lower().replace("_", "-") for package in extras.PACKAGES for each in names.get(package, ())}
    installed = {each.lower().replace("_", "-") for found in names.values() for each in found}
    assert set(wanted()) & installed <= known


def test_bundles_consist_of_the_extras_that_pyproject_names():
    for bundle, parts in extras.BUNDLES.items():
        assert EXTRAS[bundle][0] == f"bluezone[{','.join(parts)}]"


@pytest.mark.parametrize(
    ("package", "preferred", "extra"),
    [
        ("numba.core", "epidemic", "epidemic"),
        ("numba.core", "exposure", "evaluation"),
        ("vl_convert", "epidemic", "epidemic"),
        ("vl_convert", "authority", "rollout"),
        ("httpx", "", "phone"),
        ("bumble", "town", "town"),
        ("numpy", "town", "town"),
        ("bumble", "phone", "bumble"),
        ("cryptography", "ids", "crypto"),
        ("cryptography", "authority", "authority"),
        ("django", "town", "town"),
        ("segno", "authority", "authority"),
    ],
)
def test_one_extra_is_named_the_one_asked_for_if_it_brings_the_package(package, preferred, extra):
    found = extras.missing(ModuleNotFoundError(name=package), preferred)
    assert found == extras.Missing(package.split(".")[0], extra)


@pytest.mark.parametrize("name", ["bluezone.nothing", "no_such_package", None])
def test_what_no_extra_brings_is_a_bug_and_not_explained(name):
    assert extras.missing(ModuleNotFoundError(name=name)) is None


def test_in_a_checkout_the_command_names_the_checkout_and_the_tested_versions():
    words = shlex.split(extras.install_command("town"))
    assert words[:4] == [sys.executable, "-m", "pip", "install"]
    assert words[4:] == ["-c", str(REPOSITORY / "constraints.txt"), "-e", f"{REPOSITORY}[town]"]


@pytest.mark.parametrize(
    ("origin", "requirement"),
    [
        (None, "bluezone[town]"),
        ({"url": "file:///tmp/a%20b/bluezone-0.1.0-py3-none-any.whl", "archive_info": {}},
         "/tmp/a b/bluezone-0.1.0-py3-none-any.whl[town]"),
        ({"url": "file:///srv/bluezone", "dir_info": {}}, "/srv/bluezone[town]"),
        ({"url": "https://example.org/bluezone.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
         "bluezone[town] @ git+https://example.org/bluezone.git@abc"),
        ({"url": "https://example.org/bluezone-0.1.0-py3-none-any.whl", "archive_info": {}},
         "bluezone[town] @ https://example.org/bluezone-0.1.0-py3-none-any.whl"),
    ],
)  # fmt: skip
def test_elsewhere_it_names_where_bluezone_came_from(monkeypatch, tmp_path, origin, requirement):
    class Installed:
        def read_text(self, name):
            assert name == "direct_url.json"
            return None if origin is None else json.dumps(origin)

    monkeypatch.setattr(extras, "__file__", str(tmp_path / "site-packages" / "bluezone" / "extras.py"))
    monkeypatch.setattr(importlib.metadata, "distribution", lambda _name: Installed())
    assert shlex.split(extras.install_command("town"))[4:] == [requirement]


def test_the_digests_are_of_the_versions_that_are_constrained() -> None:
    digests = (REPOSITORY / "hashes.txt").read_text("utf-8")
    locked = dict(re.findall(r"^([\w.-]+)==(\S+)", digests, re.MULTILINE))
    wanted = dict(re.findall(r"^([\w.-]+)==(\S+)$", (REPOSITORY / "constraints.txt").read_text("utf-8"), re.MULTILINE))
    assert locked == {name.lower().replace("_", "-").replace(".", "-"): version for name, version in wanted.items()}
    assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=\w)", digests.strip()))
