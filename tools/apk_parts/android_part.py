"""Make the Android side of the app: Java to dex, the manifest and the resources to Android's binary form."""

from __future__ import annotations

import re
from pathlib import Path

from apk_parts.archives import Entry, read
from apk_parts.inputs import Inputs, program, run

#: Android 8 to 15; the manifest and `Permissions.java` know no other
MIN_SDK, TARGET_SDK = 26, 35
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def make(inputs: Inputs, android: Path, version: str, work: Path) -> list[Entry]:
    """Return manifest, resources and dex as entries of the app. `android`: the folder `mobile/android`."""
    return [*_resources(inputs, android, version, work), Entry("classes.dex", _dex(inputs, android / "java", work))]


def version_code(version: str) -> int:
    """Return the number by which Android tells which of two versions is the later."""
    found = _VERSION.match(version)
    assert found is not None, version
    major, minor, patch = map(int, found.groups())
    return (major * 100 + minor) * 100 + patch


def compile_java(sources: Path, classpath: list[Path], into: Path) -> None:
    """Compile Java to classes. Raises ApkError with javac's first complaint."""
    into.mkdir(parents=True)
    files = sorted(sources.rglob("*.java"))
    path = ":".join(map(str, classpath))
    javac = program("javac", "default-jdk-headless")
    run([javac, "--release", "8", "-Xlint:-options", "-cp", path, "-d", into, *files], "compiling Java")


def _dex(inputs: Inputs, sources: Path, work: Path) -> bytes:
    classes, dex = work / "classes", work / "dex"
    compile_java(sources, [inputs["framework"], inputs["bridge"]], classes)
    dex.mkdir()
    java, framework = program("java", "default-jre-headless"), inputs["framework"]
    d8 = [java, "-cp", inputs["dexer"], "com.android.tools.r8.D8", "--release", "--min-api", str(MIN_SDK)]
    files = sorted(classes.rglob("*.class"))
    run([*d8, "--lib", framework, "--output", dex, *files, inputs["bridge"]], "writing dex")
    return (dex / "classes.dex").read_bytes()


def _resources(inputs: Inputs, android: Path, version: str, work: Path) -> list[Entry]:
    aapt2, compiled, linked = inputs["aapt"], work / "resources.zip", work / "resources.apk"
    run([aapt2, "compile", "--dir", android / "res", "-o", compiled], "compiling resources")
    sdks = ("--min-sdk-version", str(MIN_SDK), "--target-sdk-version", str(TARGET_SDK))
    versions = ("--version-code", str(version_code(version)), "--version-name", version)
    manifest = ("--manifest", android / "AndroidManifest.xml")
    run([aapt2, "link", "-I", inputs["framework"], *manifest, *sdks, *versions, "-o", linked, compiled], "linking")
    return list(read(linked))
