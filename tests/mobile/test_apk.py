"""The built app, read by other people's tools."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

import apk
from apk_parts import android_part, inputs, native_part, signing
from apk_parts.deployment import Deployment
from bluezone.authority.site.environment import _ANDROID_APP

#: what an ELF header calls the processor of each kind of telephone
MACHINES = {"arm64-v8a": 0xB7, "x86_64": 0x3E}
PAGE = 16 * 1024
DEPLOYED = Deployment(b'{"authority_url": "https://bluezone.example.vn"}', "bluezone.example.vn")


@pytest.fixture(scope="module")
def built(apk_inputs, tmp_path_factory) -> tuple[Path, Path]:
    """The app of a deployment, built twice in folders of its own, with a key made for it."""
    folder = tmp_path_factory.mktemp("apk")
    key = signing.Key.at(folder / "keys" / "key.p12")
    signing._make(key)
    for name in ("one.apk", "two.apk"):
        apk.build(apk_inputs, key, folder / name, DEPLOYED)
    return folder / "one.apk", folder / "two.apk"


@pytest.fixture(scope="module")
def archive(built):
    with zipfile.ZipFile(built[0]) as opened:
        yield opened


def python_of(archive) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(archive.read("assets/python.zip")))


@dataclass
class Elf:
    """What readelf says of a library: its processor, how it is mapped, what it needs, offers and asks for."""

    machine: int
    alignments: set[int]
    needed: set[str]
    defined: set[str]
    asked: set[str]

    @classmethod
    def read(cls, path: Path) -> Elf:
        said = subprocess.run(
            ["readelf", "-ldW", "--dyn-syms", path], capture_output=True, text=True, check=True
        ).stdout
        symbols = [line.split() for line in said.splitlines() if re.match(r"\s*\d+: [0-9a-f]{8}", line)]
        named = [(each[6], each[7].partition("@")[0], each[4]) for each in symbols if len(each) > 7]
        return cls(
            int.from_bytes(path.read_bytes()[18:20], "little"),
            {int(each, 16) for each in re.findall(r"^\s+LOAD .* (0x[0-9a-f]+)$", said, re.MULTILINE)},
            set(re.findall(r"\(NEEDED\)\s+Shared library: \[(.+)\]", said)),
            {name for section, name, _ in named if section != "UND"},
            {name for section, name, bind in named if section == "UND" and bind != "WEAK"},
        )


@pytest.mark.thorough
def test_two_builds_are_the_same_bytes(built):
    one, two = (hashlib.sha256(path.read_bytes()).hexdigest() for path in built)
    assert one == two


@pytest.mark.thorough
def test_aapt_reads_name_version_and_the_span_of_androids(built):
    said = subprocess.run(["aapt", "dump", "badging", built[0]], capture_output=True, text=True, check=True).stdout
    assert f"package: name='vn.bluezone.mobile' versionCode='100' versionName='{apk.version()}'" in said
    assert "sdkVersion:'26'\ntargetSdkVersion:'36'" in said
    assert "launchable-activity: name='vn.bluezone.mobile.MainActivity'" in said
    assert "native-code: 'arm64-v8a' 'x86_64'" in said
    assert re.findall(r"^  uses-feature: name='(.+)'", said, re.MULTILINE) == ["android.hardware.faketouch"]


@pytest.mark.thorough
def test_apksigner_finds_it_signed_for_every_android_from_8_on(apk_inputs, built):
    java = ["java", *inputs.SHORT_RUN, "-jar", apk_inputs["apksigner"]]
    command = [*java, "verify", "--verbose", "--min-sdk-version", "26", built[0]]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Verified using v2 scheme (APK Signature Scheme v2): true" in said
    assert "Verified using v3 scheme (APK Signature Scheme v3): true" in said
    assert "Number of signers: 1" in said


@pytest.mark.thorough
def test_the_authority_can_name_the_certificate_as_its_setting_wants_it(apk_inputs, built):
    pairs = signing.fingerprint(apk_inputs["apksigner"], built[0])
    assert re.fullmatch(r"([0-9A-F]{2}:){31}[0-9A-F]{2}", pairs)
    assert _ANDROID_APP.fullmatch(f"{android_part.PACKAGE}={pairs}")


@pytest.mark.thorough
def test_a_deployments_app_opens_the_links_of_its_host_and_holds_its_settings(built, archive):
    tree = ["aapt", "dump", "xmltree", built[0], "AndroidManifest.xml"]
    said = subprocess.run(tree, capture_output=True, text=True, check=True).stdout
    links = said[said.index("vn.bluezone.mobile.LinkActivity") :]
    links = links[: links.index("E: activity")]
    data = re.findall(
        r'android:(autoVerify|scheme|host|path|pathPrefix)\(\w+\)=(?:"([^"]*)"|\(type 0x12\)0xffffffff)', links
    )
    host = [("scheme", "https"), ("host", DEPLOYED.link_host)]
    assert data == [
        *(("scheme", "ens"), ("host", "v"), ("autoVerify", "")),
        *(each for kind, path in android_part.LINK_PATHS for each in (*host, (kind, path))),
    ]
    with python_of(archive) as python:
        assert python.read("app/bluezone_mobile/settings.json") == DEPLOYED.settings


@pytest.mark.thorough
def test_every_class_that_the_manifest_names_is_in_the_dex(archive, mobile):
    dex = archive.read("classes.dex")
    named = re.findall(
        r'android:name="(vn\.bluezone\.[\w.]+)"', (mobile / "android" / "AndroidManifest.xml").read_text()
    )
    assert len(named) == 6
    for name in named:
        assert f"L{name.replace('.', '/')};".encode() in dex


@pytest.mark.thorough
def test_every_library_fits_its_telephone_and_finds_all_that_it_asks_for(archive, mobile, tmp_path):
    """Of the right processor, mapped in pages of 16 KB, and each name that it asks for is in a library of the app's, or
    on the list of what Android has in public (`mobile/android-names.txt`)."""
    lines = (mobile / "android-names.txt").read_text("ascii").splitlines()
    public = {name for line in lines if not line.startswith("#") for name in line.split()}
    for abi, machine in MACHINES.items():
        libraries = {}
        for name in archive.namelist():
            if name.startswith(f"lib/{abi}/"):
                path = tmp_path / abi / name.rpartition("/")[2]
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(archive.read(name))
                libraries[path.name] = Elf.read(path)
        assert {native_part.SHIM, native_part.MATCHING, "libpython3.11.so", "libpython__ctypes.so"} <= set(libraries)
        offered = public.union(*(one.defined for one in libraries.values()))
        for name, one in libraries.items():
            assert one.machine == machine, name
            assert all(alignment >= PAGE for alignment in one.alignments), name
            assert one.needed <= {*libraries, "libc.so", "libm.so", "libdl.so", "libz.so"}, name
            assert one.asked <= offered, f"{abi}/{name} asks for {sorted(one.asked - offered)}"


@pytest.mark.thorough
def test_the_shim_is_small_and_is_a_program_of_androids(archive, mobile, tmp_path):
    assert len((mobile / "shim" / "shim.c").read_text("utf-8").splitlines()) <= 250
    for abi in MACHINES:
        program = tmp_path / abi
        program.write_bytes(archive.read(f"lib/{abi}/{native_part.SHIM}"))
        said = subprocess.run(["readelf", "-hlW", program], capture_output=True, text=True, check=True).stdout
        assert "DYN (Position-Independent Executable file)" in said
        assert "[Requesting program interpreter: /system/bin/linker64]" in said


@pytest.mark.thorough
def test_the_app_is_at_most_18_megabytes(built):
    assert built[0].stat().st_size <= 18_000_000


@pytest.mark.thorough
def test_python_is_whole_and_nothing_of_the_builder_is_in_it(archive):
    with python_of(archive) as python:
        names = python.namelist()
        assert {"stdlib/asyncio/__init__.pyc", "app/bluezone_mobile/service.pyc", "app/httpx/__init__.pyc"} <= set(
            names
        )
        assert not [one for one in names if one.endswith((".py", ".so", ".po"))]
        assert not [one for one in names if one.startswith(("app/numpy", "app/cryptography", "app/bluezone/authority"))]
        for one in names:
            content = python.read(one)
            assert b"bluezone-apk-" not in content, one  # its work folder
            assert str(apk.REPOSITORY).encode() not in content, one
        assert archive.read("protocol.json") == python.read("app/bluezone_mobile/protocol.json")


@pytest.mark.thorough
def test_the_bundle_is_the_same_twice_and_bundletool_reads_it_and_splits_it_by_telephone(apk_inputs, tmp_path):
    key = signing.Key.at(tmp_path / "keys" / "key.p12")
    signing._make(key)
    bundle = tmp_path / "bluezone.aab"
    apk.build_bundle(apk_inputs, key, bundle)
    apk.build_bundle(apk_inputs, key, tmp_path / "again.aab")
    assert bundle.read_bytes() == (tmp_path / "again.aab").read_bytes()
    android_part.bundle(apk_inputs, "validate", f"--bundle={bundle}")
    said = android_part.bundle(apk_inputs, "dump", "manifest", f"--bundle={bundle}")
    assert 'android:targetSdkVersion="36"' in said
    with zipfile.ZipFile(bundle) as archive:
        names = set(archive.namelist())
        assert str(apk.REPOSITORY).encode() not in archive.read("base/resources.pb")
    assert {f"base/lib/{abi}/{native_part.SHIM}" for abi in MACHINES} <= names
    assert {"base/manifest/AndroidManifest.xml", "base/dex/classes.dex", "base/root/protocol.json"} <= names
    assert "META-INF/BLUEZONE.RSA" in names


@pytest.mark.parametrize(("version", "code"), [("0.1.0", 100), ("1.2.3", 10203), ("12.0.0rc1", 120_000)])
def test_a_later_version_has_a_higher_code(version, code):
    assert android_part.version_code(version) == code
