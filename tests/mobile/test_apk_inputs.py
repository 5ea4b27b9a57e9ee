"""Test the table of inputs of the Android app, its checksums, and the sentence for what is not as it says."""

from __future__ import annotations

import importlib.util
import re
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from apk_parts import archives, inputs, python_part, signing
from apk_parts.inputs import ApkError, Coordinate, Wheel

REPOSITORY = Path(__file__).resolve().parents[2]
TABLE = tomllib.loads((REPOSITORY / "mobile" / "inputs.toml").read_text("utf-8"))


# --- the table --------------------------------------------------------------------------------------


def test_every_input_has_its_checksum():
    checksums = [*(row["sha256"] for row in TABLE["debian"]), *(sha256 for _, sha256 in TABLE["maven"].values())]
    assert len(checksums) > 12
    assert all(len(each) == 64 and int(each, 16) for each in checksums)
    assert len(set(checksums)) == len(checksums)


def test_wheels_are_all_that_they_themselves_require():
    from importlib.metadata import requires

    held = {canonicalize_name(name) for name in TABLE["pypi"]}
    for name in held:
        for each in map(Requirement, requires(name) or ()):
            if each.marker is None or each.marker.evaluate({"extra": ""}):
                assert canonicalize_name(each.name) in held, f"{name} requires {each}"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a.b:c:1", "c-1.jar"),
        ("a.b:c:1:zip:stdlib", "c-1-stdlib.zip"),
        ("a:c:1:so:3.11-arm64-v8a", "c-1-3.11-arm64-v8a.so"),
    ],
)
def test_a_coordinate_names_its_file_as_mavens_client_does(text, name):
    assert Coordinate.parse(text).file_name == name


def test_a_table_that_is_none_is_one_sentence(tmp_path):
    for path, text in ((tmp_path / "none.toml", None), (tmp_path / "bad.toml", "= 3")):
        if text:
            path.write_text(text)
        with pytest.raises(ApkError, match="cannot be read"):
            inputs.read_table(path)


# --- what is not as it should be --------------------------------------------------------------------


def test_another_python_is_refused_before_anything_is_fetched(tmp_path, monkeypatch):
    inputs.check_python("3.11", (3, 11, 2))
    with pytest.raises(ApkError, match=r"this is Python 3\.12, and the app's is 3\.11"):
        inputs.check_python("3.11", (3, 12, 0))
    monkeypatch.setattr(inputs, "fetch_from_maven", lambda *_: pytest.fail("fetched"))
    with pytest.raises(ApkError, match="byte code"):
        inputs.bring(TABLE | {"python": "3.9"}, tmp_path)


def test_a_library_of_another_python_is_refused(tmp_path):
    for magic, fits in ((importlib.util.MAGIC_NUMBER, True), (b"\xcb\x0d\r\n", False)):
        stdlib = tmp_path / "stdlib.zip"
        with zipfile.ZipFile(stdlib, "w") as archive:
            archive.writestr("os.pyc", magic + bytes(12))
        if fits:
            python_part.check_byte_code(stdlib)
        else:
            with pytest.raises(ApkError, match="byte code of another Python"):
                python_part.check_byte_code(stdlib)


def test_a_wrong_checksum_names_both_and_builds_nothing(tmp_path):
    file = tmp_path / "r8.jar"
    file.write_bytes(b"other")
    with pytest.raises(ApkError, match=r"Maven's r8: .*r8\.jar has the SHA-256 d9298a10.* wants 00; nothing was built"):
        inputs.verify(file, "00", "Maven's r8")


def test_a_file_that_was_fetched_by_half_is_fetched_again(tmp_path, monkeypatch):
    whole = {"dexer": ("g:r8:1", inputs.digest(_file(tmp_path / "whole", b"whole")))}
    cache = tmp_path / "cache"
    _file(cache / "r8-1.jar", b"who")
    asked = []

    def fetch(coordinates, into):
        asked.extend(coordinates)
        _file(into / "r8-1.jar", b"whole")

    monkeypatch.setattr(inputs, "fetch_from_maven", fetch)
    for _ in range(2):
        assert inputs._from_maven(whole, cache)["dexer"].read_bytes() == b"whole"
    assert len(asked) == 1
    monkeypatch.setattr(inputs, "fetch_from_maven", lambda _, into: _file(into / "r8-1.jar", b"evil"))
    _file(cache / "r8-1.jar", b"who")
    with pytest.raises(ApkError, match="nothing was built"):
        inputs._from_maven(whole, cache)


def test_a_tool_that_is_not_installed_says_which_package_brings_it(tmp_path):
    row = {"package": "aapt", "version": "1", "file": str(tmp_path / "aapt2"), "sha256": "00"}
    with pytest.raises(ApkError, match="apt-get install aapt=1"):
        inputs._installed(row)
    with pytest.raises(ApkError, match="apt-get install nothing"):
        inputs.program("no-such-program", "nothing")


def test_a_wheel_with_compiled_parts_is_refused(tmp_path):
    wheel = tmp_path / "numpy.whl"
    archives.write(wheel, [archives.Entry("numpy/core.so", b""), archives.Entry("numpy/__init__.py", b"")])
    with pytest.raises(ApkError, match=r"numpy\.whl has a compiled part, numpy/core\.so"):
        python_part._requirements([Wheel(wheel)], tmp_path / "out")
    kept = python_part._requirements([Wheel(wheel, drop=("*.so",))], tmp_path / "out")
    assert [path.name for path in kept.rglob("*") if path.is_file()] == ["__init__.py"]


# --- the key ----------------------------------------------------------------------------------------


def test_a_key_that_was_named_must_be_there_with_its_password_and_outside_the_repository(tmp_path):
    repository = tmp_path / "repository"
    repository.mkdir()
    with pytest.raises(ApkError, match=r"there is no key at .*gone\.p12"):
        signing.find_key(tmp_path / "gone.p12", repository)
    _file(tmp_path / "key.p12", b"")
    with pytest.raises(ApkError, match=r"password is missing: .*key\.password"):
        signing.find_key(tmp_path / "key.p12", repository)
    _file(repository / "key.p12", b"")
    with pytest.raises(ApkError, match="could be committed"):
        signing.find_key(repository / "key.p12", repository)


def test_without_one_the_builders_own_is_made_once_and_only_they_read_it(tmp_path, monkeypatch, require_tool):
    require_tool.program("keytool", package="default-jre-headless")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    made = signing.find_key(None, REPOSITORY)
    before = made.store.read_bytes()
    assert signing.find_key(None, REPOSITORY) == made
    assert made.store.read_bytes() == before
    assert [path.stat().st_mode & 0o777 for path in (made.store, made.password)] == [0o600, 0o600]


# --- archives ---------------------------------------------------------------------------------------


def test_an_archive_is_the_same_bytes_each_time_and_stored_files_begin_where_android_maps_them(tmp_path):
    files = [archives.Entry(f"{'x' * length}.imy", bytes(length), stored=True) for length in range(1, 9)]
    files.append(archives.Entry("a.so", b"code" * 99))
    archives.write(tmp_path / "one.zip", files, align=4)
    archives.write(tmp_path / "two.zip", reversed(files), align=4)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert sorted(archives.read(tmp_path / "one.zip")) == sorted(files)
    data = (tmp_path / "one.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        for info in archive.infolist():
            name, extra = (int.from_bytes(data[info.header_offset + at :][:2], "little") for at in (26, 28))
            assert info.compress_type or (info.header_offset + 30 + name + extra) % 4 == 0


def _file(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_the_rooms_of_the_app_import_no_other_room():
    source, held = REPOSITORY / "src" / "bluezone", {*python_part.ROOMS, *(each[:-3] for each in python_part.MODULES)}
    for room in python_part.ROOMS:
        for path in (source / room).rglob("*.py"):
            for name in re.findall(r"^(?:from|import) bluezone\.(\w+)", path.read_text("utf-8"), re.MULTILINE):
                assert name in held, f"{path.relative_to(source)} imports {name}"
