"""Give the packages that come with the program, and read one from a folder."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from bluezone.disease.package import Disease, DiseaseError
from bluezone.disease.reading import read
from bluezone.packages import files_of

#: in the order in which they are offered; the first is what an installation has that chose nothing
CODES = ("sars-cov-2", "measles", "disease-x")
DEFAULT = CODES[0]


@lru_cache(maxsize=len(CODES))
def shipped(code: str = DEFAULT) -> Disease:
    """Return a package that comes with the program. Raises DiseaseError that lists those there are."""
    return read(files_of(folder(code)))


def folder(code: str) -> Traversable:
    """Return the folder of a package that comes with the program. Raises DiseaseError that lists those there are."""
    if code not in CODES:
        raise DiseaseError(f"no disease called {code!r} comes with the program; there are {', '.join(CODES)}")
    return resources.files("bluezone.disease") / "packages" / code


def chosen(name: str) -> Traversable:
    """Return the folder of the package that somebody named: one that ships, else a folder. Raises DiseaseError."""
    if name in CODES:
        return folder(name)
    path = Path(name)
    if not path.is_dir():
        raise DiseaseError(f"{name} is neither a folder nor a disease that comes with the program ({', '.join(CODES)})")
    return path
