"""Lay Python out in the app as Chaquopy 16 finds it there: archives among the assets, libraries for the linker.

| asset in `assets/chaquopy/` | holds |
|---|---|
| `stdlib-common.imy`, `stdlib-ABI.imy` | CPython's library: byte code, and compiled modules |
| `bootstrap.imy`, `bootstrap-native/ABI/` | the bridge's package `java`, and what it needs to read archives |
| `app.imy` | the phone: rooms of `src/bluezone`, and `bluezone_mobile` |
| `requirements-common.imy`, `requirements-ABI.imy` | wheels; none of them has compiled parts |
| `cacert.pem`, `build.json` | certificates; the SHA-1 of each asset, by which the bridge unpacks it anew |
"""

from __future__ import annotations

import fnmatch
import hashlib
import importlib.util
import json
import os
import shutil
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from apk_parts.archives import Entry, of_folder, read, write
from apk_parts.inputs import ApkError, Inputs, Wheel, run
from catalogues import compile_catalogue

#: what of `src/bluezone` a phone runs
ROOMS = ("design", "exposure", "forms", "i18n", "phone", "protocol")
MODULES = ("__init__.py", "errors.py", "extras.py")
_LEFT_OUT = ("__pycache__", "*.pyc", "*.po", "*.signed", "kernel", "*.service", "*.proto", "*.pyi")

#: modules that the bridge loads before it can read archives (Chaquopy 16.1, BOOTSTRAP_NATIVE_STDLIB)
BOOTSTRAP = frozenset(
    f"{name}.so"
    for name in (
        *("_bz2", "_ctypes", "_datetime", "_lzma", "_random", "_sha512", "_struct"),
        *("binascii", "math", "mmap", "zlib"),
    )
)
_CERTIFICATES = "com/chaquo/python/cacert.pem"
_LOCALES = "babel/locale-data/"


def lay_out(inputs: Inputs, repository: Path, work: Path, settings: bytes = b"") -> list[Entry]:
    """Return the assets and libraries of Python as entries of the app. `work`: an empty folder; `settings`: those of a
    deployment, as `settings.json`."""
    check_byte_code(inputs["stdlib"])
    assets = {"stdlib-common.imy": inputs["stdlib"].read_bytes(), "cacert.pem": _certificates(inputs["certificates"])}
    modules = {}
    libraries = []
    for entry in read(inputs["cpython"]):
        folder, _, name = entry.name.rpartition("/")
        if folder == f"lib-dynload/{inputs.abi}":
            modules[name] = entry.data
        elif folder == f"jniLibs/{inputs.abi}":
            libraries.append(Entry(f"lib/{inputs.abi}/{name}", entry.data))
    native = f"bootstrap-native/{inputs.abi}"
    assets |= {f"{native}/{name}": data for name, data in modules.items() if name in BOOTSTRAP}
    assets[f"{native}/java/chaquopy.so"] = inputs["bridge-module"].read_bytes()
    libraries.append(Entry(f"lib/{inputs.abi}/libchaquopy_java.so", inputs["bridge-jni"].read_bytes()))

    archives = {
        f"stdlib-{inputs.abi}.imy": [Entry(name, data) for name, data in modules.items() if name not in BOOTSTRAP],
        "app.imy": _compiled(_phone(repository, work / "app", settings)),
        "requirements-common.imy": _compiled(_requirements(inputs.wheels, work / "requirements")),
        f"requirements-{inputs.abi}.imy": [],
        "bootstrap.imy": list(_bridge(inputs["bridge-python"], work / "bridge")),
    }
    for name, entries in archives.items():
        write(work / name, entries)
        assets[name] = (work / name).read_bytes()
    assets["build.json"] = _build_json(inputs.python, assets)
    return [Entry(f"assets/chaquopy/{name}", data, stored=True) for name, data in assets.items()] + libraries


def check_byte_code(stdlib: Path) -> None:
    """Raise ApkError where the app's CPython has another byte code than this Python writes."""
    with zipfile.ZipFile(stdlib) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".pyc"))
        if archive.read(name)[:4] != importlib.util.MAGIC_NUMBER:
            raise ApkError(f"{stdlib.name} holds the byte code of another Python than this one: take the same version")


def _certificates(plugin: Path) -> bytes:
    with zipfile.ZipFile(plugin) as archive:
        return archive.read(_CERTIFICATES)


def _build_json(python: str, assets: dict[str, bytes]) -> bytes:
    hashes = {name: hashlib.sha1(data, usedforsecurity=False).hexdigest() for name, data in sorted(assets.items())}
    return json.dumps({"python_version": python, "assets": hashes, "extract_packages": []}, indent=2).encode()


# --- sources --------------------------------------------------------------------------------------


def _phone(repository: Path, folder: Path, settings: bytes) -> Path:
    source, ignored = repository / "src" / "bluezone", shutil.ignore_patterns(*_LEFT_OUT)
    for room in ROOMS:
        for catalogue in (source / room).glob("**/locale/*/LC_MESSAGES/*.po"):
            compile_catalogue(catalogue)
        shutil.copytree(source / room, folder / "bluezone" / room, ignore=ignored)
    for module in MODULES:
        shutil.copy(source / module, folder / "bluezone")
    shutil.copytree(repository / "mobile" / "src" / "bluezone_mobile", folder / "bluezone_mobile", ignore=ignored)
    if settings:
        (folder / "bluezone_mobile" / "settings.json").write_bytes(settings)
    return folder


def _requirements(wheels: Iterable[Wheel], folder: Path) -> Path:
    for wheel in wheels:
        for entry in read(wheel.path):
            if _is_wanted(entry.name, wheel):
                target = folder / entry.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(entry.data)
    return folder


def _is_wanted(name: str, wheel: Wheel) -> bool:
    if any(fnmatch.fnmatch(name, pattern) for pattern in wheel.drop) or name.endswith((".pyi", "/RECORD")):
        return False
    if name.endswith(".so"):
        raise ApkError(f"{wheel.path.name} has a compiled part, {name}, which does not run on Android")
    if wheel.keep_locales and name.startswith(_LOCALES) and name.endswith(".dat"):
        return name.removeprefix(_LOCALES).removesuffix(".dat") in wheel.keep_locales
    return ".data/" not in name


def _bridge(source: Path, folder: Path) -> Iterator[Entry]:
    """Yield the bridge's package `java`: as Maven has it, compiled, or from the archive of its sources."""
    if source.suffix == ".imy":
        yield from read(source)
        return
    with tarfile.open(source) as archive:
        for member in archive:
            _, _, name = member.name.partition("src/main/python/")
            if member.isfile() and name.startswith("java/") and name.endswith(".py"):
                content = archive.extractfile(member)
                assert content is not None
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(content.read())
    yield from _compiled(folder)


def _compiled(folder: Path) -> Iterator[Entry]:
    """Yield a folder's files with each module as byte code in the place of its source, which depends on nothing else:
    not on the folder, nor on time, nor on the order of sets in this process."""
    options = ("-q", "-b", "-s", folder, "--invalidation-mode", "unchecked-hash")
    environment = os.environ | {"PYTHONHASHSEED": "0"}
    environment.pop("PYTHONPATH", None)
    run([sys.executable, "-m", "compileall", *options, folder], "compiling Python", env=environment)
    yield from (entry for entry in of_folder(folder) if not entry.name.endswith(".py"))
