"""Say where the machine code of this room is kept and whether it is there, without importing what compiles."""

from __future__ import annotations

import re
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Final

from bluezone import machine_code

#: Files without compiled functions that compiled functions take constants from.
_CONSTANTS: Final = ("demography", "disease", "jit", "quantiles", "records")
_COMPILED: Final = re.compile(rb"^@kernel\(", re.MULTILINE)


@cache
def cache_folder() -> str:
    """Return where this room's machine code is kept (`machine_code.cache_folder`)."""
    here = Path(__file__).parent
    files = sorted(here.glob("*.py"))
    sources = [each for each in files if each.stem in _CONSTANTS or _COMPILED.search(each.read_bytes())]
    return machine_code.cache_folder("epidemic", [*sources, here.parent / "jit.py"])


@cache
def keeps_machine_code() -> bool:
    """Return whether the folder for machine code can be written; without one, every process compiles anew."""
    return machine_code.keeps_machine_code(cache_folder())


def is_ready() -> bool:
    """Return whether machine code of this version is kept from an earlier run. False where there is no numba."""
    try:
        return keeps_machine_code() and mark().exists()
    except PackageNotFoundError:
        return False


def mark() -> Path:
    """Return the file that says so. The folder is of the source's contents, wherever it is installed; each Python keeps
    machine code of its own."""
    return Path(cache_folder()) / f"ready-{sys.implementation.cache_tag}"
