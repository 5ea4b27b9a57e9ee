"""Compile by numba through one typed door: every compiled function of this room passes through `kernel`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from bluezone import jit
from bluezone.epidemic.machine_code import cache_folder

F = TypeVar("F", bound=Callable[..., object])

_FUNCTIONS: Final[list[Any]] = []


def kernel(*, makes_arrays: bool = False, inline: bool = False, inner: bool = False) -> Callable[[F], F]:
    """Compile a function on its first call, and keep the machine code on disk if it can be.

    makes_arrays: it counts references to arrays, which takes a fifth of a run where nothing is made. inline: it becomes
    a part of those that call it; to hand over the arrays of a `World` costs more than what a short function does with
    them. inner: only compiled code calls it; to hand a `World` or a `Queue` over from Python takes long to compile.
    """

    def listed(function: F) -> F:
        found = jit.compiled(
            function, cache_folder(), counts_references=makes_arrays, inline=inline, from_python=not inner
        )
        _FUNCTIONS.append(found)
        return found

    return listed


def ready_functions() -> tuple[int, int]:
    """Return how many of this room's functions are machine code by now, and how many there are."""
    return sum(map(_is_ready, _FUNCTIONS)), len(_FUNCTIONS)


def _is_ready(function: Any) -> bool:
    """Tell whether this process has compiled a function, or found it kept by another."""
    kept = getattr(function._cache, "_cache_file", None)
    return bool(function.signatures) or (kept is not None and Path(kept._index_path).exists())
