"""Lay Python out in the app as `Shim.java` and the shim find it there.

| entry | holds |
|---|---|
| `assets/python.zip` | what is unpacked: `stdlib/` of CPython; `app/`: `src/bluezone`, `bluezone_mobile`, wheels |
| `lib/ABI/libpython_X.so` | the compiled module `X` of CPython's library (`bluezone_mobile/__init__.py` finds it) |
| `lib/ABI/lib*.so` | CPython, OpenSSL, SQLite |
| `protocol.json` | what Java and Python say to each other, for Java |
"""

from __future__ import annotations

import fnmatch
import importlib.util
import os
import shutil
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from apk_parts.archives import Entry, of_folder, read, write
from apk_parts.inputs import ApkError, Inputs, Wheel, run
from catalogues import compile_catalogue

#: what of `src/bluezone` a phone runs
ROOMS = ("design", "disease", "exposure", "forms", "i18n", "phone", "protocol")
MODULES = ("__init__.py", "errors.py", "extras.py", "packages.py")
_LEFT_OUT = ("__pycache__", "*.pyc", "*.po", "*.signed", "kernel", "*.service", "*.proto", "*.pyi")
#: what of CPython's library no phone imports
_UNUSED = (
    *("distutils/*", "ensurepip/*", "idlelib/*", "lib2to3/*", "pydoc*", "test/*", "tkinter/*", "turtle*", "unittest/*"),
    *("venv/*", "xmlrpc/*", "wsgiref/*", "__phello__/*", "dbm/*", "curses/*", "config-*", "_pyio*", "_pydecimal*"),
    *("doctest*", "pdb*", "pickletools*", "nntplib*", "imaplib*", "poplib*", "telnetlib*", "mailbox*", "smtpd*"),
)
_UNUSED_COMPILED = ("_codecs_*", "_multibytecodec*", "_test*", "_xx*", "xx*", "audioop*", "ossaudiodev*", "_lsprof*")
_LOCALES = "babel/locale-data/"


def lay_out(inputs: Inputs, repository: Path, work: Path, settings: bytes = b"") -> list[Entry]:
    """Return Python as entries of the app. `work`: an empty folder; `settings`: those of a deployment, as
    `settings.json`."""
    check_byte_code(inputs["stdlib"])
    library = read(inputs["stdlib"])
    unpacked = [Entry(f"stdlib/{name}", data, stored=True) for name, data, _ in library if not _is_one(name, _UNUSED)]
    for folder in (_phone(repository, work / "app", settings), _requirements(inputs.wheels, work / "requirements")):
        unpacked += [Entry(f"app/{name}", data, stored=True) for name, data, _ in _compiled(folder)]
    write(work / "python.zip", unpacked)  # not compressed: the app compresses it as one, which saves a tenth
    protocol = repository / "mobile" / "src" / "bluezone_mobile" / "protocol.json"
    return [
        Entry("assets/python.zip", (work / "python.zip").read_bytes()),
        Entry("protocol.json", protocol.read_bytes()),
        *(entry for abi in inputs.abis for entry in _libraries(inputs[f"cpython-{abi}"], abi)),
    ]


def _libraries(cpython: Path, abi: str) -> Iterator[Entry]:
    for name, data, _ in read(cpython):
        folder, _, file = name.rpartition("/")
        if folder == f"lib-dynload/{abi}" and not _is_one(file, _UNUSED_COMPILED):
            yield Entry(f"lib/{abi}/libpython_{file}", data)
        elif folder == f"jniLibs/{abi}" and not file.endswith("_chaquopy.so"):  # older names for the same
            yield Entry(f"lib/{abi}/{file}", data)


def _is_one(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


def check_byte_code(stdlib: Path) -> None:
    """Raise ApkError where the app's CPython has another byte code than this Python writes."""
    with zipfile.ZipFile(stdlib) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".pyc"))
        if archive.read(name)[:4] != importlib.util.MAGIC_NUMBER:
            raise ApkError(f"{stdlib.name} holds the byte code of another Python than this one: take the same version")


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
    if _is_one(name, wheel.drop) or name.endswith((".pyi", "/RECORD")):
        return False
    if name.endswith(".so"):
        raise ApkError(f"{wheel.path.name} has a compiled part, {name}, which does not run on Android")
    if wheel.keep_locales and name.startswith(_LOCALES) and name.endswith(".dat"):
        return name.removeprefix(_LOCALES).removesuffix(".dat") in wheel.keep_locales
    return ".data/" not in name


def _compiled(folder: Path) -> Iterator[Entry]:
    """Yield a folder's files with each module as byte code in the place of its source, which depends on nothing else:
    not on the folder, nor on time, nor on the order of sets in this process."""
    options = ("-q", "-b", "-s", folder, "--invalidation-mode", "unchecked-hash")
    environment = os.environ | {"PYTHONHASHSEED": "0"}
    environment.pop("PYTHONPATH", None)
    run([sys.executable, "-m", "compileall", *options, folder], "compiling Python", env=environment)
    yield from (entry for entry in of_folder(folder) if not entry.name.endswith(".py"))
