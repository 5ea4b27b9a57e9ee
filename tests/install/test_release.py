"""A release: signed by a key outside the repository, the same twice, and nothing wrong with it goes unnoticed."""

from __future__ import annotations

import importlib.util
import stat
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.docs.conftest import REPOSITORY

import release

#: part -> the program it needs, and the Debian package of that
NEEDED = {"debian": ("dpkg-deb", "dpkg"), "android": ("javac", "default-jdk-headless")}


@pytest.fixture
def signed(tmp_path: Path, require_tool) -> Path:
    require_tool.program("openssl", package="openssl")
    folder = tmp_path / "release"
    folder.mkdir()
    (folder / "site.tar.gz").write_bytes(b"pages")
    (folder / "bill.json").write_bytes(b"{}")
    release.sign(folder, Ed25519PrivateKey.generate())
    return folder


def test_what_is_signed_is_found_right_by_openssl_and_sha256sum(signed):
    said = release.verify(signed)
    assert said[0].startswith("SHA256SUMS: signed by the Ed25519 key ")
    assert said[1] == "2 files have the digests that SHA256SUMS names"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("site.tar.gz", b"other pages", "checking the digests failed"),
        ("SHA256SUMS", b"", "verifying the signature of SHA256SUMS failed"),
        ("SHA256SUMS.sig", bytes(64), "verifying the signature of SHA256SUMS failed"),
        ("SHA256SUMS.sig", None, r"SHA256SUMS\.sig is missing"),
        ("bill.json", None, "checking the digests failed"),
        ("more.whl", b"", r"SHA256SUMS does not name more\.whl"),
    ],
)
def test_what_is_wrong_is_one_sentence(signed, name, content, sentence):
    if content is None:
        (signed / name).unlink()
    else:
        (signed / name).write_bytes(content)
    with pytest.raises(release.ReleaseError, match=sentence):
        release.verify(signed)


@pytest.mark.parametrize("option", ["--output", "--verify"])
def test_a_folder_named_from_here_is_found_by_programs_that_run_elsewhere(option, tmp_path, monkeypatch):
    given = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["release.py", option, "release"])
    monkeypatch.setattr(release, "find_key", lambda key: None)
    monkeypatch.setattr(release, "build", lambda folder, parts, key: given.append(folder))
    monkeypatch.setattr(release, "verify", lambda folder, key: given.append(folder) or [])
    release.main()
    assert set(given) == {tmp_path / "release"}


def test_a_receiver_who_knows_the_key_sees_that_another_signed(signed, tmp_path):
    known = tmp_path / "known.pem"
    form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    known.write_bytes(Ed25519PrivateKey.generate().public_key().public_bytes(*form))
    with pytest.raises(release.ReleaseError, match="verifying the signature"):
        release.verify(signed, known)


def test_the_key_is_made_once_for_its_owner_only_and_never_in_the_repository(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    made = release.find_key(None)
    assert stat.S_IMODE((tmp_path / "bluezone/release-key.pem").stat().st_mode) == 0o600
    assert release.find_key(None).private_bytes_raw() == made.private_bytes_raw()
    with pytest.raises(release.ReleaseError, match="lies in the repository"):
        release.find_key(REPOSITORY / "build" / "key.pem")
    with pytest.raises(release.ReleaseError, match="there is no key at"):
        release.find_key(tmp_path / "other.pem")


def test_a_part_that_is_not_the_same_twice_is_refused_and_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(release, "_copy_source", lambda folder: folder)
    monkeypatch.setattr(release, "PARTS", {"site": lambda source, into: (into / "site").write_text(source.name)})
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    with pytest.raises(release.ReleaseError, match="site differs between two builds"):
        release.build(tmp_path / "release", ["site"], Ed25519PrivateKey.generate())
    assert not (tmp_path / "release").exists()


@pytest.mark.thorough
@pytest.mark.parametrize("part", release.PARTS)
def test_each_part_of_a_release_is_the_same_twice_and_a_receiver_finds_it_right(part, tmp_path, require_tool):
    if part in NEEDED:
        program, package = NEEDED[part]
        require_tool.program(program, package=package)
        if sys.version_info[:2] != (3, 11):
            pytest.skip("Debian 12 and the Android app have Python 3.11")
    release.build(tmp_path / "release", [part], Ed25519PrivateKey.generate())
    said = release.verify(tmp_path / "release")
    if part == "wheel" and importlib.util.find_spec("ziglang"):
        assert said[-1].endswith("matching compiled for aarch64 and x86_64")
