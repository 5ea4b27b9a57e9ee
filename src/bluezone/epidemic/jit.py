"""Compile by numba through one typed door: every compiled function of this room passes through `kernel`,
`lean_kernel` or `inline_kernel`."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

from bluezone import jit

#: Files without compiled functions that compiled functions take constants from.
_CONSTANTS = ("demography", "jit", "quantiles", "records")

_COMPILED = re.compile(rb"^@(lean_|inline_)?kernel$", re.MULTILINE)

F = TypeVar("F", bound=Callable[..., object])


@cache
def cache_folder() -> str:
    """Return where this room's machine code is kept (`jit.cache_folder`)."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    sources = [each for each in files if each.stem in _CONSTANTS or _COMPILED.search(each.read_bytes())]
    return jit.cache_folder("epidemic", [*sources, Path(jit.__file__)])


@cache
def keeps_machine_code() -> bool:
    """Return whether the folder for machine code can be written; without one, every process compiles anew."""
    return jit.keeps_machine_code(cache_folder())


def kernel(function: F) -> F:
    """Compile a function on its first call, and keep the machine code on disk if it can be."""
    return jit.compiled(function, cache_folder())


def lean_kernel(function: F) -> F:
    """Compile a function that makes no arrays: it counts no references to those it is given, which took a fifth of a
    run."""
    return jit.compiled(function, cache_folder(), counts_references=False)


def inline_kernel(function: F) -> F:
    """Compile a function that makes no arrays into those that call it: to hand over the arrays of a `World` costs more
    than what a short function does with them."""
    return jit.compiled(function, cache_folder(), counts_references=False, inline=True)
