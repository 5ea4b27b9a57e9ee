"""Compile by numba through one typed door: every compiled function of this room passes through `kernel`,
`lean_kernel`, `inline_kernel`, or those of them that compiled code alone may call: `inner_lean_kernel` and
`inner_inline_kernel`. To hand a `World` or a `Queue` over from Python takes long to compile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from bluezone import jit
from bluezone.epidemic.machine_code import cache_folder

F = TypeVar("F", bound=Callable[..., object])

_FUNCTIONS: Final[list[Any]] = []


def kernel(function: F) -> F:
    """Compile a function on its first call, and keep the machine code on disk if it can be."""
    return _listed(jit.compiled(function, cache_folder()))


def lean_kernel(function: F) -> F:
    """Compile a function that makes no arrays: it counts no references to those it is given, which took a fifth of a
    run."""
    return _listed(jit.compiled(function, cache_folder(), counts_references=False))


def inline_kernel(function: F) -> F:
    """Compile a function that makes no arrays into those that call it: to hand over the arrays of a `World` costs more
    than what a short function does with them."""
    return _listed(jit.compiled(function, cache_folder(), counts_references=False, inline=True))


def inner_lean_kernel(function: F) -> F:
    """Compile as `lean_kernel` does a function that Python does not call."""
    return _listed(jit.compiled(function, cache_folder(), counts_references=False, from_python=False))


def inner_inline_kernel(function: F) -> F:
    """Compile as `inline_kernel` does a function that Python does not call."""
    folder = cache_folder()
    return _listed(jit.compiled(function, folder, counts_references=False, inline=True, from_python=False))


def ready_functions() -> tuple[int, int]:
    """Return how many of this room's functions are machine code by now, and how many there are."""
    return sum(map(_is_ready, _FUNCTIONS)), len(_FUNCTIONS)


def _is_ready(function: Any) -> bool:
    """Tell whether this process has compiled a function, or found it kept by another."""
    kept = getattr(function._cache, "_cache_file", None)
    return bool(function.signatures) or (kept is not None and Path(kept._index_path).exists())


def _listed(function: F) -> F:
    _FUNCTIONS.append(function)
    return function
