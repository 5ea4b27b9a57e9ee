"""Compile what of the app is C, for each kind of telephone: the shim that starts the engine, and the matching."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import kernel
from apk_parts.archives import Entry, read
from apk_parts.inputs import ApkError, Inputs

#: what `Shim.java` runs, and `bluezone.phone.matching.native` asks Android's linker for
SHIM, MATCHING = "libbluezone_shim.so", "libbluezone_match.so"
#: kind of telephone, as Android names it -> as compilers do
MACHINES = {"arm64-v8a": "aarch64", "x86_64": "x86_64"}
#: of Bionic's functions the shim calls these; there is no NDK here whose libc.so would name them
_BIONIC = "void __libc_init(void) {} void memcpy(void) {} void strlen(void) {} void write(void) {}"
_PAGES = "-Wl,-z,max-page-size=16384"  # Android 15 has telephones with pages of 16 KB
_STRICT = ("-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-fno-stack-protector")


def make(inputs: Inputs, repository: Path, work: Path) -> list[Entry]:
    """Return the compiled parts as entries of the app. Raises ApkError with what the compiler says."""
    if importlib.util.find_spec("ziglang") is None:
        raise ApkError("the compiler is missing: pip install ziglang (extra dev)")
    entries = []
    for abi in inputs.abis:
        folder = work / abi
        folder.mkdir()
        for name, data, _ in read(inputs[f"cpython-{abi}"]):
            if name.startswith("include/python") or name.endswith("/libpython3.11.so"):
                target = folder / name.removeprefix(f"jniLibs/{abi}/")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
        try:
            kernel.compile_for(MACHINES[abi], folder / MATCHING, *kernel.LIBRARY, _PAGES, kernel.SOURCE)
        except RuntimeError as error:
            raise ApkError(f"compiling the matching failed: {error}") from error
        _shim(MACHINES[abi], repository / "mobile" / "shim" / "shim.c", folder)
        entries += [Entry(f"lib/{abi}/{name}", (folder / name).read_bytes()) for name in (SHIM, MATCHING)]
    return entries


def _shim(machine: str, source: Path, folder: Path) -> None:
    """Compile the shim in a folder that holds CPython's headers and library."""
    bionic, bare = folder / "bionic.c", ("-target", f"{machine}-linux-none", "-nostdlib")
    bionic.write_text(_BIONIC)
    _zig(*bare, "-shared", "-fno-builtin", "-w", "-Wl,-soname,libc.so", bionic, "-o", folder / "libc.so")
    musl, made = ("-target", f"{machine}-linux-musl"), folder / "shim.o"  # for its headers
    _zig(*musl, *_STRICT, "-DBLUEZONE_ANDROID", f"-I{folder}/include/python3.11", "-c", source, "-o", made)
    program = ("-nostdlib", "-pie", "-s", "-Wl,-e,_start", "-Wl,--dynamic-linker=/system/bin/linker64", _PAGES)
    libraries = (f"-L{folder}", "-lpython3.11", folder / "libc.so", "-Wl,--allow-shlib-undefined")
    _zig(*musl, *program, made, *libraries, "-o", folder / SHIM)


def _zig(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "ziglang", "cc", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ApkError(f"compiling the shim failed: {done.stderr.strip()}")
