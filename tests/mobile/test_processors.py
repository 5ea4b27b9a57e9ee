"""The app's own shim, CPython and libraries, as the APK holds them, on arm64 and x86-64, by qemu and without Android:
musl and `bionic/bionic.c` stand in for its libc and linker."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import zipfile
from fnmatch import fnmatch
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from tests.mobile.test_app import serving

import apk
from apk_parts import inputs, native_part, python_part
from bluezone.phone.matching.native import NEEDED

HERE = Path(__file__).parent
VECTORS = HERE.parent / "protocol" / "crypto" / "data"
POOL = "http://deb.debian.org/debian/pool/main"
#: kind of telephone -> Debian's packages of musl's libc and of zlib for it, by SHA-256
STAND_INS = {
    "arm64-v8a": {
        "m/musl/musl_1.2.3-1_arm64.deb": "6ccf2bf0f479b00411cb8e1eeb048e648718170db5d63bbb4bf4a89350b81468",
        "z/zlib/zlib1g_1.2.13.dfsg-1_arm64.deb": "52b8b8a145bbe1956bba82034f77022cbef0c3d0885c9e32d9817a7932fe1913",
    },
    "x86_64": {
        "m/musl/musl_1.2.3-1_amd64.deb": "4fc1e3d9b579f5c682ca99a4d45aec08d72a2e6b82b4c2e1bbcb7095466ae96d",
        "z/zlib/zlib1g_1.2.13.dfsg-1_amd64.deb": "d7dd1d1411fedf27f5e27650a6eff20ef294077b568f4c8c5e51466dc7c08ce4",
    },
}
#: what cannot be imported -> what it says is missing
NOT_IMPORTED = {
    # of CPython's library, left out by python_part.py as no phone imports it
    "encodings.*": "'_codecs_",
    "multiprocessing.*": "'_posixshmem'",
    "cProfile": "'_lsprof'",
    "cgitb": "'pydoc'",
    "babel.messages.setuptools_frontend": "'distutils'",
    "certifi.tests.*": "'unittest'",
    "click.testing": "'pdb'",
    # not to be had on Android
    "crypt": "_crypt module was not built",
    "multiprocessing.synchronize": "lacks a functioning sem_open",
    # for Windows
    "asyncio.windows_*": "win32 only",
    "click._winconsole": "",
    "encodings.mbcs": "'mbcs_encode'",
    "encodings.oem": "'oem_encode'",
    "multiprocessing.popen_spawn_win32": "'msvcrt'",
    # ours, of extras: evaluation and simulation, other radios, the desktop's notices, another port of cryptography
    **{
        f"bluezone.exposure.{module}": "'numpy'"
        for module in ("arrays", "caveats", "encounters", "evaluate", "fitting", "metrics", "scan_table")
    },
    **{
        f"bluezone.phone.air.radio.{module}": "'bumble'"
        for module in ("bumble_radio", "controller_test", "hci_host", "hci_packets")
    },
    "bluezone.phone.air.radio.bluez_bus": "'dbus_fast'",
    "bluezone.phone.air.radio.bluez_radio": "'bleak'",
    "bluezone.phone.notices.desktop": "'dbus_fast'",
    "bluezone.protocol.crypto.with_cryptography": "'cryptography'",
    # of wheels, for packages that they can do without
    "anyio.pytest_plugin": "'pytest'",
    "anyio.*": "'trio'",
    "httpcore.*": "'trio'",
    "httpcore.*.http2": "'h2'",
    "httpcore.*.socks_proxy": "'socksio'",
    "httpx._main": "None in sys.modules",
    "starlette.middleware.opentelemetry": "opentelemetry",
    "starlette.middleware.sessions": "'itsdangerous'",
    "uvicorn.loops.*": "uvloop'",
    "uvicorn.protocols.http.*zttp*": "'zttp'",
    "uvicorn.protocols.http.httptools_impl": "'httptools'",
    "uvicorn.protocols.websockets.websockets_*": "'websockets'",
    "uvicorn.protocols.websockets.wsproto_impl": "'wsproto'",
    "uvicorn.supervisors.watchfilesreload": "'watchfiles'",
    "uvicorn.workers": "'gunicorn'",
}
FIRST_RPIS = "8be6cd371c5c891604bfbe49df8450963c9a1de5dd6b02afa7fded7b570b3e56"


@pytest.fixture(scope="module")
def entries(apk_inputs, tmp_path_factory) -> dict[str, bytes]:
    """Make what the APK carries of Python and C: the bytes of each entry by its name."""
    work = tmp_path_factory.mktemp("entries")
    made = python_part.lay_out(apk_inputs, apk.REPOSITORY, work) + native_part.make(apk_inputs, apk.REPOSITORY, work)
    return {entry.name: entry.data for entry in made}


@pytest.fixture(scope="module", params=STAND_INS)
def telephone(request, entries, require_tool, tmp_path_factory):
    """A folder with the app's Python and libraries, and the command that runs its shim."""
    abi, machine = request.param, native_part.MACHINES[request.param]
    folder = tmp_path_factory.mktemp(abi)
    require_tool.program("dpkg-deb", package="dpkg")
    emulator = require_tool.program(f"qemu-{machine}-static", package="qemu-user-static")
    for name, data in entries.items():
        if name.startswith(f"lib/{abi}/"):
            (folder / Path(name).name).write_bytes(data)
    with zipfile.ZipFile(BytesIO(entries["assets/python.zip"])) as python:
        python.extractall(folder / "python")
    for package, sha256 in STAND_INS[abi].items():
        _unpack(f"{POOL}/{package}", sha256, folder)
    (folder / "system" / "bin").mkdir(parents=True)
    shutil.copy(next((folder / "lib").glob("*/libc.so")), folder / "system" / "bin" / "linker64")
    (folder / native_part.SHIM).chmod(0o755)
    (folder / "libz.so").symlink_to(next((folder / "lib").glob("*/libz.so.1")))
    zig = [sys.executable, "-m", "ziglang", "cc", "-target", f"{machine}-linux-musl"]
    source, made, library = HERE / "bionic" / "bionic.c", folder / "bionic.o", folder / "bionic.so"
    inputs.run([*zig, "-c", "-fPIC", "-O1", "-w", "-fno-stack-protector", source, "-o", made], "compiling")
    inputs.run([*zig, "-shared", "-nostdlib", "-Wl,--allow-shlib-undefined", made, "-o", library], "linking")
    for glibc in ("ld-linux-aarch64.so.1", "ld-linux-x86-64.so.2"):  # which Debian's zlib asks for
        (folder / glibc).symlink_to(library)
    # as a host has them: qemu has no SHA for x86-64, which the compiled matching finds out by itself
    (folder / "cpuinfo").write_text(f"flags : {' '.join(NEEDED[machine])}\n")
    found = ["-E", f"LD_PRELOAD={library}", "-E", f"LD_LIBRARY_PATH={folder}"]
    # by its own interpreter's name: musl as a program that is given the shim's crashes at the first import
    return folder, [emulator, "-cpu", "max", "-L", folder, *found, folder / native_part.SHIM]


def _unpack(url: str, sha256: str, folder: Path) -> None:
    try:
        package = httpx.get(url, timeout=60).raise_for_status()
    except httpx.HTTPError as error:
        pytest.skip(f"Debian's mirror does not give {url}: {error}")
    (file := folder / "package.deb").write_bytes(package.content)
    subprocess.run(["dpkg-deb", "-x", inputs.verify(file, sha256, url), folder], check=True)


@pytest.mark.thorough
def test_the_shim_serves_a_screen(telephone, tmp_path):
    folder, command = telephone
    with serving([*command, folder / "python", tmp_path / "phone"], os.environ) as engine:
        answer = httpx.get(engine.until("screens")["address"], follow_redirects=True, timeout=120)
        assert answer.status_code == 200
        assert "Bluezone" in answer.text
        engine.stream.shutdown(socket.SHUT_RDWR)
        assert engine.process.wait(60) == 0


@pytest.mark.thorough
def test_every_module_is_imported_and_the_published_vectors_are_answered(telephone, tmp_path):
    folder, command = telephone
    tried = tmp_path / "python"
    shutil.copytree(folder / "python", tried)
    (tried / "app" / "bluezone_mobile" / "service.pyc").unlink()
    shutil.copy(HERE / "bionic" / "tried.py", tried / "app" / "bluezone_mobile" / "service.py")
    done = subprocess.run([*command, tried, VECTORS], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    answers = json.loads(done.stdout.splitlines()[-1])
    assert {_known(*each) for each in answers.pop("not_imported").items()} == NOT_IMPORTED.keys()
    right = {"crypto": "libcrypto", "kernel": "aarch64" in command[0], "rpi": FIRST_RPIS}
    for name in ("aes_gcm", "ecdsa_secp256r1_sha256"):
        tests = json.loads((VECTORS / f"{name}.json").read_text("ascii"))["tests"]
        right[name] = [test["tcId"] for test in tests if test["result"] == "valid"]
    assert answers == right


def _known(module: str, error: str) -> str:
    """Return the row of the table for a module that was not imported, or what is new."""
    rows = (name for name, missing in NOT_IMPORTED.items() if fnmatch(module, name) and missing in error)
    return next(rows, f"{module}: {error}")
