"""Compile by numba through one typed door: every compiled function of this room passes through `kernel`.

Machine code is kept on disk between runs. numba notices a change in the file of a function but not in the files of the
functions it calls, so the folder is named after the contents of all files that hold compiled functions and of those
whose constants they use: code and machine code cannot disagree.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

#: Files without compiled functions that compiled functions take constants from.
_CONSTANTS = ("demography", "jit", "quantiles", "records")

F = TypeVar("F", bound=Callable[..., object])


@cache
def cache_folder() -> str:
    """Return where machine code is kept: below NUMBA_CACHE_DIR if that is set, else in the user's cache."""
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        text = source.read_bytes()
        if b"@kernel" in text or source.stem in _CONSTANTS:
            digest.update(text)
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    base = Path(os.environ.get("NUMBA_CACHE_DIR") or caches / "bluezone" / "numba")
    return str(base / f"epidemic-{digest.hexdigest()[:16]}")


@cache
def keeps_machine_code() -> bool:
    """Return whether the folder for machine code can be written; without one, every process compiles anew."""
    try:
        Path(cache_folder()).mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(cache_folder(), os.W_OK)


def kernel(function: F) -> F:
    """Compile a function on its first call, and keep the machine code on disk if it can be."""
    config: Any = numba.config
    before, config.CACHE_DIR = config.CACHE_DIR, cache_folder()
    try:
        return cast(F, numba.njit(cache=keeps_machine_code(), nogil=True, error_model="numpy")(function))
    finally:
        config.CACHE_DIR = before
