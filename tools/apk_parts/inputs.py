"""Bring what the Android app is made of, by `mobile/inputs.toml`: each by its coordinate, each held to its SHA-256.

Maven and PyPI are asked by their own clients, so that a machine's mirrors and proxies hold here, too.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: for a Java program that ends within seconds: half of its time would go into compiling for a speed it never has
SHORT_RUN = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
#: versions and digests of all that comes from PyPI (`make lock`)
HASHES = Path(__file__).resolve().parents[2] / "hashes.txt"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"


class ApkError(Exception):
    """Say in one sentence why no app can be built, and what to do."""


class NotToBeHad(ApkError):  # noqa: N818 (it is the kind that a test passes over)
    """Say that this machine, or its registries, do not have what the app is made of."""


@dataclass(frozen=True, slots=True)
class Coordinate:
    """Hold a Maven coordinate, `group:artifact:version[:type[:classifier]]`."""

    group: str
    artifact: str
    version: str
    type: str = "jar"
    classifier: str = ""

    @classmethod
    def parse(cls, text: str) -> Coordinate:
        return cls(*text.split(":"))

    @property
    def file_name(self) -> str:
        """Return what Maven's own client names the file."""
        classifier = f"-{self.classifier}" if self.classifier else ""
        return f"{self.artifact}-{self.version}{classifier}.{self.type}"

    def item(self) -> str:
        """Return it as Maven's client takes it in a project's file."""
        parts = {
            "groupId": self.group,
            "artifactId": self.artifact,
            "version": self.version,
            "type": self.type,
            "classifier": self.classifier,
        }
        return "<artifactItem>" + "".join(f"<{k}>{v}</{k}>" for k, v in parts.items() if v) + "</artifactItem>"


@dataclass(frozen=True, slots=True)
class Wheel:
    """Hold a wheel of the table: where it is, and what of it the app does without."""

    path: Path
    drop: tuple[str, ...] = ()
    keep_locales: tuple[str, ...] = ()


@dataclass(slots=True)
class Inputs:
    """Hold the files of the table: by role, and the wheels."""

    abis: tuple[str, ...]
    files: dict[str, Path] = field(default_factory=dict)
    wheels: list[Wheel] = field(default_factory=list)

    def __getitem__(self, role: str) -> Path:
        return self.files[role]


def read_table(path: Path) -> dict[str, Any]:
    """Return the table of inputs. Raises ApkError where it cannot be read."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ApkError(f"{path} cannot be read: {error}") from error


def bring(table: Mapping[str, Any], cache: Path) -> Inputs:
    """Return every input, fetched into the cache where it is not there yet.

    Raises ApkError for what cannot be had or has another checksum.
    """
    check_python(table["python"])
    cache.mkdir(parents=True, exist_ok=True)
    inputs = Inputs(tuple(table["abis"]))
    for tool in table["debian"]:
        inputs.files[tool["package"]] = _installed(tool)
    inputs.files |= _from_maven(table["maven"], cache)
    inputs.wheels = _wheels(table["pypi"], HASHES.read_text("utf-8"), cache, table["python"])
    return inputs


def check_python(wanted: str, running: Sequence[int] = sys.version_info) -> None:
    """Raise ApkError where this Python compiles byte code that the app's does not read."""
    here = ".".join(map(str, running[:2]))
    if here != wanted:
        raise NotToBeHad(
            f"this is Python {here}, and the app's is {wanted}, which does not read its byte code: build with {wanted}"
        )


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify(path: Path, sha256: str, what: str) -> Path:
    """Return a file whose checksum is that of the table. Raises ApkError for another."""
    found = digest(path)
    if found != sha256:
        raise ApkError(
            f"{what}: {path} has the SHA-256 {found}, and mobile/inputs.toml wants {sha256}; nothing was built"
        )
    return path


def program(name: str, package: str) -> str:
    """Return the path of a program. Raises ApkError where it is not installed."""
    found = shutil.which(name)
    if found is None:
        raise NotToBeHad(f"{name} is not installed: `apt-get install {package}` brings it")
    return found


def run(command: Sequence[str | Path], doing: str, **options: Any) -> str:
    """Return what a program prints. Raises ApkError with the last line of its complaint where it fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, **options)
    if done.returncode:
        said = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        first = next((line for line in said if "error" in line.lower()), said[-1] if said else "no word of why")
        raise ApkError(f"{doing} failed: {first}")
    return done.stdout


# --- each kind ------------------------------------------------------------------------------------


def _installed(tool: Mapping[str, str]) -> Path:
    path = Path(tool["file"])
    if not path.is_file():
        raise NotToBeHad(f"{path} is missing: `apt-get install {tool['package']}={tool['version']}` brings it")
    try:
        return verify(path, tool["sha256"], f"Debian's {tool['package']} {tool['version']}")
    except ApkError as other:
        raise NotToBeHad(str(other)) from other


def _from_maven(rows: Mapping[str, Sequence[str]], cache: Path) -> dict[str, Path]:
    wanted = {role: (Coordinate.parse(coordinate), sha256) for role, (coordinate, sha256) in rows.items()}
    missing = [one for one, sha256 in wanted.values() if not _is_whole(cache / one.file_name, sha256)]
    if missing:
        fetch_from_maven(missing, cache)
    return {
        role: verify(cache / one.file_name, sha256, f"Maven's {one.file_name}")
        for role, (one, sha256) in wanted.items()
    }


def fetch_from_maven(coordinates: Sequence[Coordinate], into: Path) -> None:
    """Fetch artifacts, each without what it depends on. Raises ApkError where one is not to be had."""
    items = "".join(one.item() for one in coordinates)
    project = into / "fetch.xml"
    project.write_text(
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>vn.bluezone</groupId><artifactId>fetch</artifactId><version>1</version><packaging>pom</packaging>"
        "<build><plugins><plugin><groupId>org.apache.maven.plugins</groupId>"
        "<artifactId>maven-dependency-plugin</artifactId><version>3.6.1</version><configuration>"
        f"<outputDirectory>{into.resolve()}</outputDirectory><artifactItems>{items}</artifactItems>"
        "</configuration></plugin></plugins></build></project>",
        "utf-8",
    )
    try:
        run([program("mvn", "maven"), "-q", "-B", "--strict-checksums", "-f", project, _COPY], "fetching from Maven")
    except ApkError as error:
        raise NotToBeHad(str(error)) from error
    finally:
        project.unlink()


def _wheels(rows: Mapping[str, Mapping[str, Sequence[str]]], hashes: str, cache: Path, python: str) -> list[Wheel]:
    """Return the wheels of the table, of the versions and digests that `hashes` (of hashes.txt) has for them."""
    locked = {each.partition("==")[0]: each for each in re.findall(r"^\S+==.*(?:\n .*)*", hashes, re.MULTILINE)}
    wanted = "\n".join(locked[name.replace("_", "-")] for name in rows)
    known = set(re.findall(r"sha256:(\w+)", wanted))
    folder = cache / f"wheels-{hashlib.sha256(wanted.encode()).hexdigest()[:16]}"
    folder.mkdir(exist_ok=True)

    def found() -> dict[str, Path]:
        return {path.name.partition("-")[0].lower(): path for path in folder.glob("*.whl") if digest(path) in known}

    if rows.keys() - found():
        _fetch_wheels(wanted, folder, python)
    wheels = found()
    return [
        Wheel(wheels[name], tuple(row.get("drop", ())), tuple(row.get("keep_locales", ())))
        for name, row in rows.items()
    ]


def _fetch_wheels(requirements: str, folder: Path, python: str) -> None:
    """Have pip fetch wheels of no platform, or of Linux on arm64, whose compiled parts are then left out."""
    (wanted := folder / "fetch.txt").write_text(requirements)
    platforms = ("--platform", "any", "--platform", "manylinux2014_aarch64", "--abi", "none")
    versions = ("--abi", f"cp{python.replace('.', '')}", "--implementation", "cp", "--python-version", python)
    options = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--disable-pip-version-check", "--quiet")
    command = (sys.executable, "-m", "pip", "download", *options, *platforms, *versions, "--dest", folder, "-r", wanted)
    try:
        run(command, "fetching from PyPI")
    except ApkError as error:
        raise NotToBeHad(str(error)) from error


def _is_whole(path: Path, sha256: str) -> bool:
    """Tell whether the cache has a file as it should be; another, of a fetch that was cut short, is removed."""
    if not path.is_file():
        return False
    if digest(path) == sha256:
        return True
    path.unlink()
    return False
