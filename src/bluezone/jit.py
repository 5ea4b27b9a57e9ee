"""Compile by numba with machine code kept on disk between runs, for the rooms that compute on arrays.

numba notices a change in the file of a function but not in the files of the functions it calls, so each room's folder
is named after the contents of all files that compiled functions are or take constants from: code and machine code
cannot disagree. Only rooms whose extra brings numba import this.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def cache_folder(room: str, sources: Iterable[Path]) -> str:
    """Return where a room's machine code is kept: below NUMBA_CACHE_DIR if that is set, else in the user's cache."""
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sources:
        digest.update(source.read_bytes())
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    base = Path(os.environ.get("NUMBA_CACHE_DIR") or caches / "bluezone" / "numba")
    return str(base / f"{room}-{digest.hexdigest()[:16]}")


def keeps_machine_code(folder: str) -> bool:
    """Return whether the folder for machine code can be written; without one, every process compiles anew."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def compiled(function: F, folder: str, *, counts_references: bool = True, inline: bool = False) -> F:
    """Compile a function on its first call, and keep the machine code in the folder if it can be.

    counts_references: whether it counts references to arrays, which a function that makes arrays must. inline: whether
    it becomes a part of every function that calls it.
    """
    config: Any = numba.config
    before, config.CACHE_DIR = config.CACHE_DIR, folder
    try:
        njit: Any = numba.njit  # its stub knows no _nrt
        options = {"cache": keeps_machine_code(folder), "nogil": True, "error_model": "numpy"}
        return cast(F, njit(**options, _nrt=counts_references, forceinline=inline)(function))
    finally:
        config.CACHE_DIR = before
