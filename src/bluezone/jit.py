"""Compile by numba with machine code kept on disk between runs, for the rooms that compute on arrays. Only rooms whose
extra brings numba import this."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numba
from numba.core import caching

from bluezone.machine_code import cache_folder, keeps_machine_code

__all__ = ["cache_folder", "compiled", "keeps_machine_code"]

F = TypeVar("F", bound=Callable[..., object])

_caching: Final[Any] = caching  # whose stub knows little, as that of the configuration
_config: Final[Any] = numba.config


class _ByContents(_caching._CacheLocator):  # type: ignore[misc]
    """Find machine code by what its source says. numba goes by where the source lies: the same version installed
    elsewhere, or anew in an environment of another name, would compile anew."""

    def __init__(self, function: Any, file: str) -> None:
        self._source, self._line = Path(file), function.__code__.co_firstlineno
        self._folder = str(Path(_config.CACHE_DIR, self._source.parent.name))

    def get_cache_path(self) -> str:
        return self._folder

    def get_source_stamp(self) -> str:
        return _digest(self._source)

    def get_disambiguator(self) -> str:
        return str(self._line)

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> _ByContents | None:
        """Return a locator, or None where there is no source or its folder cannot be written."""
        if not Path(py_file).exists():
            return None
        locator = cls(py_func, py_file)
        try:
            locator.ensure_cache_path()
        except OSError:
            return None
        return locator


class _Files(_caching.CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes = (_ByContents, *_caching.CompileResultCacheImpl._locator_classes)


class _Kept(_caching.FunctionCache):  # type: ignore[misc]
    _impl_class = _Files


def compiled(
    function: F, folder: str, *, counts_references: bool = True, inline: bool = False, from_python: bool = True
) -> F:
    """Compile a function on its first call, and keep the machine code in the folder if it can be.

    counts_references: whether it counts references to arrays, which a function that makes arrays must. inline: whether
    it becomes a part of every function that calls it. from_python: whether Python may call it; compiled code always
    may, and what hands tuples of arrays over from Python took a fifth of the time of compiling.
    """
    before, _config.CACHE_DIR = _config.CACHE_DIR, folder
    try:
        njit: Any = numba.njit  # its stub knows no _nrt
        options = {"nogil": True, "error_model": "numpy"}
        wrappers = {"no_cpython_wrapper": not from_python, "no_cfunc_wrapper": True}
        dispatcher = njit(**options, **wrappers, _nrt=counts_references, forceinline=inline)(function)
        if keeps_machine_code(folder):
            dispatcher._cache = _Kept(function)
    finally:
        _config.CACHE_DIR = before
    _take_plain_types(dispatcher)
    if not from_python:
        _refuse_python(dispatcher)
    return cast(F, dispatcher)


@cache
def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _take_plain_types(dispatcher: Any) -> None:
    """Let calls from compiled code share machine code whatever constants and widths of integers they pass. (numba would
    compile `draw(seed, who, 1, 0)` and `draw(seed, who, 2, 0)` apart, and whatever calls them.)"""
    template = dispatcher.get_call_template

    def get_call_template(arguments: Sequence[Any], named: Mapping[str, Any]) -> Any:
        return template([_plain(each) for each in arguments], {name: _plain(each) for name, each in named.items()})

    dispatcher.get_call_template = get_call_template


def _plain(kind: Any) -> Any:
    """Return the type of a value that is no constant; for an integer of fewer than 64 bits, that of 64."""
    types: Any = numba.types  # whose stub knows little
    kind = types.unliteral(kind)
    narrow = isinstance(kind, types.Integer) and kind.bitwidth < 64
    return types.int64 if narrow else kind


def _refuse_python(dispatcher: Any) -> None:
    """Raise TypeError where Python calls a function that has no entry for it: to go on would crash."""

    def add_overload(result: Any) -> None:
        dispatcher.overloads[tuple(result.signature.args)] = result

    def refuse(*_: object, **__: object) -> None:
        raise TypeError(f"{dispatcher.py_func.__qualname__} is called by compiled code only")

    dispatcher.add_overload, dispatcher._compile_for_args = add_overload, refuse
