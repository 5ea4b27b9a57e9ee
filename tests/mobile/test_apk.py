"""The built app, read by other people's tools."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

import apk
from apk_parts import android_part, inputs, signing
from apk_parts.deployment import Deployment
from bluezone.authority.site.environment import _ANDROID_APP

AARCH64 = 0xB7
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


@pytest.mark.thorough
def test_two_builds_are_the_same_bytes(built):
    one, two = (hashlib.sha256(path.read_bytes()).hexdigest() for path in built)
    assert one == two


@pytest.mark.thorough
def test_aapt_reads_name_version_and_the_span_of_androids(built):
    said = subprocess.run(["aapt", "dump", "badging", built[0]], capture_output=True, text=True, check=True).stdout
    assert f"package: name='vn.bluezone.mobile' versionCode='100' versionName='{apk.version()}'" in said
    assert "sdkVersion:'26'\ntargetSdkVersion:'35'" in said
    assert "launchable-activity: name='vn.bluezone.mobile.MainActivity'" in said
    assert "native-code: 'arm64-v8a'" in said
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
    with archive.open("assets/chaquopy/app.imy") as file, zipfile.ZipFile(file) as modules:
        assert modules.read("bluezone_mobile/settings.json") == DEPLOYED.settings


@pytest.mark.thorough
def test_every_class_that_the_manifest_names_is_in_the_dex(archive, mobile):
    dex = archive.read("classes.dex")
    named = re.findall(
        r'android:name="(vn\.bluezone\.[\w.]+)"', (mobile / "android" / "AndroidManifest.xml").read_text()
    )
    assert len(named) == 6
    for name in [*named, "com.chaquo.python.android.AndroidPlatform"]:
        assert f"L{name.replace('.', '/')};".encode() in dex


@pytest.mark.thorough
def test_every_library_is_of_the_telephones_processor(archive):
    libraries = [name for name in archive.namelist() if name.endswith(".so")]
    assert f"lib/arm64-v8a/{apk.MATCHING}" in libraries
    assert "lib/arm64-v8a/libpython3.11.so" in libraries
    for name in libraries:
        header = archive.read(name)[:20]
        assert header[:4] == b"\x7fELF", name
        assert int.from_bytes(header[18:20], "little") == AARCH64, name


@pytest.mark.thorough
def test_pythons_assets_are_those_whose_digests_the_bridge_reads(archive):
    said = json.loads(archive.read("assets/chaquopy/build.json"))
    assets = {
        name.removeprefix("assets/chaquopy/"): hashlib.sha1(archive.read(name)).hexdigest()
        for name in archive.namelist()
        if name.startswith("assets/chaquopy/") and not name.endswith("build.json")
    }
    assert said["assets"] == assets
    assert {"app.imy", "bootstrap.imy", "stdlib-common.imy", "cacert.pem", "requirements-common.imy"} <= set(assets)


@pytest.mark.thorough
def test_what_python_reads_lies_uncompressed_and_nothing_of_the_builder_is_in_it(archive, built):
    for info in archive.infolist():
        if info.filename.endswith(".imy"):
            assert info.compress_type == zipfile.ZIP_STORED, info.filename
    inner = [name for name in archive.namelist() if name.endswith(("app.imy", "requirements-common.imy"))]
    for name in inner:
        with archive.open(name) as file, zipfile.ZipFile(file) as modules:
            names = modules.namelist()
            assert names
            assert not [one for one in names if one.endswith((".py", ".so", ".po"))]
            assert not [one for one in names if one.startswith(("numpy", "cryptography", "bluezone/authority"))]
            for one in names:
                assert b"bluezone-apk-" not in modules.read(one), one  # its work folder
                assert str(apk.REPOSITORY).encode() not in modules.read(one), one


@pytest.mark.parametrize(("version", "code"), [("0.1.0", 100), ("1.2.3", 10203), ("12.0.0rc1", 120_000)])
def test_a_later_version_has_a_higher_code(version, code):
    assert android_part.version_code(version) == code
