"""Say where compiled machine code is kept, without importing what compiles: that takes seconds.

numba notices a change in the file of a function but not in the files of the functions it calls, so each room's folder
is named after the contents of all files that compiled functions are or take constants from: code and machine code
cannot disagree.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path


def cache_folder(room: str, sources: Iterable[Path]) -> str:
    """Return where a room's machine code is kept. Raises PackageNotFoundError where numba is not installed."""
    digest = hashlib.sha256(metadata.version("numba").encode())
    for source in sources:
        digest.update(source.read_bytes())
    return str(caches() / f"{room}-{digest.hexdigest()[:16]}")


def caches() -> Path:
    """Return where all machine code is kept: NUMBA_CACHE_DIR if that is set, else a folder of the user's cache."""
    of_user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("NUMBA_CACHE_DIR") or of_user / "bluezone" / "numba")


def keeps_machine_code(folder: str) -> bool:
    """Return whether the folder for machine code can be written; without one, every process compiles anew."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)
