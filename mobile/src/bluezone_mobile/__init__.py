"""Run the phone as the engine of an Android app. Importing it finds the compiled modules of Python's own library, which
Android keeps among the app's libraries, under names that it wants those to have."""

from __future__ import annotations

import os
import sys
from importlib.machinery import ExtensionFileLoader, ModuleSpec, PathFinder
from importlib.util import spec_from_file_location


class LibraryFinder(PathFinder):
    """Find a compiled module `X` as `libpython_X.so` where the linker looks."""

    @classmethod
    def find_spec(cls, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG003
        for folder in os.environ.get("LD_LIBRARY_PATH", "").split(":"):
            library = f"{folder}/libpython_{fullname}.so"
            if folder and os.path.isfile(library):  # noqa: PTH113 (pathlib wants modules that are found by this)
                return spec_from_file_location(fullname, library, loader=ExtensionFileLoader(fullname, library))
        return None


sys.meta_path.append(LibraryFinder)
