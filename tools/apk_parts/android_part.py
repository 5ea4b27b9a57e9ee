"""Make the Android side of the app: Java to dex, the manifest and the resources to Android's binary form."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

from apk_parts.archives import Entry, read
from apk_parts.inputs import SHORT_RUN, Inputs, program, run

#: Android 8 to 16; the manifest and `Question.java` know no other
MIN_SDK, TARGET_SDK = 26, 36
#: the paths of links that the app opens: codes, isolations, places, posters
LINK_PATHS = (("path", "/v"), ("path", "/i"), ("pathPrefix", "/p/"), ("pathPrefix", "/install/"))
PACKAGE = "vn.bluezone.mobile"
_ANDROID = "http://schemas.android.com/apk/res/android"
_LINKS = f"{PACKAGE}.LinkActivity"
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def make(
    inputs: Inputs, android: Path, version: str, work: Path, link_host: str = "", *, proto: bool = False
) -> list[Entry]:
    """Return manifest, resources and dex as entries of the app. `android`: the folder `mobile/android`; `link_host`: of
    the links that the app opens, with its port where it has one; `proto`: in the form that bundles have."""
    manifest = work / "AndroidManifest.xml"
    manifest.write_bytes(manifest_for(android / "AndroidManifest.xml", link_host))
    resources = _resources(inputs, android / "res", manifest, version, work, *(["--proto-format"] if proto else []))
    return [*resources, Entry("classes.dex", _dex(inputs, android / "java", work))]


def in_a_bundle(entry: Entry) -> Entry:
    """Return an entry of an app where a bundle's module has it."""
    first = entry.name.partition("/")[0]
    if first in ("assets", "lib", "res", "resources.pb"):
        return entry
    folder = {"AndroidManifest.xml": "manifest", "classes.dex": "dex"}.get(entry.name, "root")
    return entry._replace(name=f"{folder}/{entry.name}")


def manifest_for(source: Path, link_host: str) -> bytes:
    """Return the manifest with the links of a host, which Android verifies by the host's `assetlinks.json`."""
    if not link_host:
        return source.read_bytes()
    ET.register_namespace("android", _ANDROID)
    tree = ET.parse(source)  # noqa: S314 (our own file)
    activity = next(one for one in tree.iter("activity") if one.get(f"{{{_ANDROID}}}name") == _LINKS)
    links = ET.SubElement(activity, "intent-filter", {f"{{{_ANDROID}}}autoVerify": "true"})
    ET.SubElement(links, "action", {f"{{{_ANDROID}}}name": "android.intent.action.VIEW"})
    for category in ("DEFAULT", "BROWSABLE"):
        ET.SubElement(links, "category", {f"{{{_ANDROID}}}name": f"android.intent.category.{category}"})
    host, _, port = link_host.partition(":")
    where = {"scheme": "https", "host": host} | ({"port": port} if port else {})
    for kind, path in LINK_PATHS:
        ET.SubElement(links, "data", {f"{{{_ANDROID}}}{name}": value for name, value in {**where, kind: path}.items()})
    return bytes(ET.tostring(tree.getroot(), encoding="utf-8", xml_declaration=True))


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
    options = [*(f"-J{option}" for option in SHORT_RUN), "--release", "8", "-Xlint:-options"]
    javac = program("javac", "default-jdk-headless")
    run([javac, *options, "-cp", ":".join(map(str, classpath)), "-d", into, *files], "compiling Java")


def _dex(inputs: Inputs, sources: Path, work: Path) -> bytes:
    classes, dex = work / "classes", work / "dex"
    compile_java(sources, [inputs["framework"]], classes)
    dex.mkdir()
    java, framework = program("java", "default-jre-headless"), inputs["framework"]
    d8 = [java, *SHORT_RUN, "-cp", inputs["dexer"], "com.android.tools.r8.D8", "--release", "--min-api", str(MIN_SDK)]
    files = sorted(classes.rglob("*.class"))
    run([*d8, "--lib", framework, "--output", dex, *files], "writing dex")
    return (dex / "classes.dex").read_bytes()


def _resources(inputs: Inputs, folder: Path, manifest: Path, version: str, work: Path, *form: str) -> list[Entry]:
    aapt2, compiled, linked = inputs["aapt"], work / "resources.zip", work / "resources.apk"
    # named from beside it: a bundle's resources keep the paths that they were read from
    run([aapt2, "compile", "--dir", folder.name, "-o", compiled], "compiling resources", cwd=folder.parent)
    sdks = ("--min-sdk-version", str(MIN_SDK), "--target-sdk-version", str(TARGET_SDK))
    versions = ("--version-code", str(version_code(version)), "--version-name", version)
    sources = ("-I", inputs["framework"], "--manifest", manifest)
    run([aapt2, "link", *form, *sources, *sdks, *versions, "-o", linked, compiled], "linking")
    return list(read(linked))


def bundle(inputs: Inputs, *arguments: str) -> str:
    """Return what bundletool prints. Raises ApkError where it fails."""
    java, main = program("java", "default-jre-headless"), "com.android.tools.build.bundletool.BundleToolMain"
    return run([java, *SHORT_RUN, "-cp", inputs["bundler"], main, *arguments], f"bundletool {arguments[0]}")
