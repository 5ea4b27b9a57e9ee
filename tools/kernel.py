"""Compile the optional part of matching, `phone/matching/kernel/match.c`, for x86-64 and arm64.

    python tools/kernel.py [--into FOLDER]   # writes match-x86_64.so and match-aarch64.so (make kernel)

One compiler makes both, from the package `ziglang` (extra dev), on any machine. The files need no libc: they run on
every Linux and on Android. A phone without them matches in Python.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

KERNEL = Path(__file__).resolve().parents[1] / "src" / "bluezone" / "phone" / "matching" / "kernel"
SOURCE = KERNEL / "match.c"

#: machine (as `uname -m` names it) -> what to compile for
TARGETS = {
    "x86_64": ("-target", "x86_64-linux-none", "-mcpu=x86_64+ssse3+sse4_1+aes+sha"),
    "aarch64": ("-target", "aarch64-linux-none", "-mcpu=generic+aes+sha2"),
}
FLAGS = ("-std=c11", "-O3", "-Wall", "-Wextra", "-Werror", "-ffreestanding", "-nostdlib", "-fno-stack-protector", "-s")
LIBRARY = ("-shared", "-fPIC", "-fvisibility=hidden")


def compile_for(machine: str, output: Path, *arguments: str | Path) -> None:
    """Compile for a machine into a file, whole or not at all; `arguments`: sources and how to link them.

    Raises RuntimeError with what the compiler says.
    """
    partial = output.with_name(f"{output.name}.{os.getpid()}")
    command = [sys.executable, "-m", "ziglang", "cc", *TARGETS[machine], *FLAGS, *map(str, arguments)]
    done = subprocess.run([*command, "-o", str(partial)], capture_output=True, text=True, check=False)
    if done.returncode:
        partial.unlink(missing_ok=True)
        raise RuntimeError(f"{output.name}: {done.stderr.strip()}")
    partial.replace(output)


def build(folder: Path = KERNEL) -> list[Path]:
    """Compile the library for each machine into a folder; return the files. Raises RuntimeError where that fails."""
    made = []
    for machine in TARGETS:
        made.append(folder / f"match-{machine}.so")
        compile_for(machine, made[-1], *LIBRARY, SOURCE)
    return made


def main() -> None:
    """Compile what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--into", type=Path, default=KERNEL, help="folder (default: beside the source)")
    folder = parser.parse_args().into
    if importlib.util.find_spec("ziglang") is None:
        sys.exit("the compiler is missing: pip install ziglang (extra dev). The phone works without, more slowly.")
    if not folder.is_dir():
        sys.exit(f"{folder} is not a folder")
    try:
        for path in build(folder):
            print(path)
    except RuntimeError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
