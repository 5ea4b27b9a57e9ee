"""Compile by numba with machine code kept on disk between runs, for the rooms that compute on arrays. Only rooms whose
extra brings numba import this."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

from bluezone.machine_code import cache_folder, keeps_machine_code

__all__ = ["cache_folder", "compiled", "keeps_machine_code"]

F = TypeVar("F", bound=Callable[..., object])


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
