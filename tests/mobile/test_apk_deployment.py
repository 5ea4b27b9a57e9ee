"""The app of one deployment: its settings, and the links that open it."""

from __future__ import annotations

import dataclasses
import re
import xml.etree.ElementTree as ET

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import apk
from apk_parts import android_part, deployment
from apk_parts.inputs import ApkError
from bluezone.phone.app.config import Config, PinnedKey, save

PUBLIC_KEY = (
    ec.derive_private_key(7, ec.SECP256R1()).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
)
ANDROID = "{http://schemas.android.com/apk/res/android}"


@pytest.fixture
def settings(tmp_path):
    """Return what writes settings, and says where they are."""
    key = PinnedKey("704", "v1", PUBLIC_KEY.decode())

    def write(**changes):
        config = Config(authority_url="https://bluezone.example.vn/api", export_keys=(key,))
        save(dataclasses.replace(config, **changes), tmp_path)
        return tmp_path / "settings.json"

    return write


def test_a_deployments_file_goes_in_as_it_is_and_names_the_host_of_its_links(settings):
    path = settings()
    assert deployment.read(path) == deployment.Deployment(path.read_bytes(), "bluezone.example.vn")
    assert deployment.read(settings(link_host="www.bluezone.vn")).link_host == "www.bluezone.vn"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"authority_url": ""}, r"authority_url is missing, or not one that telephones reach"),
        ({"authority_url": "http://127.0.0.1:8000"}, r"authority_url is missing, or not one that telephones reach"),
        ({"authority_url": "http://bluezone.example.vn"}, r"must begin with https://"),
        ({"export_keys": ()}, r"export_keys is empty"),
        ({"link_host": "bluezone.vn/x"}, r"link_host"),
        ({"link_host": 'x" evil="'}, r"link_host"),
    ],
)
def test_settings_that_telephones_cannot_use_are_one_sentence(settings, changes, sentence):
    with pytest.raises(ApkError, match=sentence) as refused:
        deployment.read(settings(**changes))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"[]", b"not json", b'{"authority_url": 7}', b"\xff", b" " * (2**20 + 1)])
def test_a_file_that_is_none_is_one_sentence(tmp_path, content):
    (tmp_path / "settings.json").write_bytes(content)
    with pytest.raises(ApkError, match=r"settings\.json"):
        deployment.read(tmp_path / "settings.json")


def test_a_file_that_is_missing_is_one_sentence_of_the_command(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["apk.py", "--settings", str(tmp_path / "none.json")])
    with pytest.raises(SystemExit) as ended:
        apk.main()
    assert str(ended.value) == f"Error: the settings {tmp_path}/none.json cannot be read: No such file or directory"


def test_the_manifest_names_the_hosts_links_and_nothing_else_of_it(mobile):
    source = mobile / "android" / "AndroidManifest.xml"
    assert android_part.manifest_for(source, "") == source.read_bytes()
    written = ET.fromstring(android_part.manifest_for(source, "bluezone.example.vn:8443"))
    before = ET.parse(source).getroot()
    (added,) = [one for one in written.iter("intent-filter") if one.get(f"{ANDROID}autoVerify")]
    assert len(list(written.iter())) - len(list(before.iter())) == len(list(added.iter()))
    data = [{name.removeprefix(ANDROID): value for name, value in one.attrib.items()} for one in added.iter("data")]
    host = {"scheme": "https", "host": "bluezone.example.vn", "port": "8443"}
    assert data == [host | {kind: path} for kind, path in android_part.LINK_PATHS]


def test_the_paths_of_links_are_those_that_the_screens_and_the_authority_know(mobile):
    from bluezone.phone.web.presenters import codes

    known = {codes._CODE_PATH, codes._ISOLATION_PATH, *codes._POSTER_PATHS}
    assert {path for _, path in android_part.LINK_PATHS} == known


def test_every_permission_for_pictures_is_optional_hardware(mobile):
    manifest = (mobile / "android" / "AndroidManifest.xml").read_text()
    for feature in re.findall(r'android:name="(android\.hardware\.[\w.]+)"', manifest):
        assert f'"{feature}" android:required="false"' in manifest
