"""Name the countries of ISO 3166-1 in any language that Unicode's CLDR knows."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType

#: two-letter codes of CLDR that are no countries of ISO 3166-1: groups, islands with a reserved code, pseudo-regions
_NOT_ISO = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"])
_CODE_LETTERS = 2


@lru_cache(maxsize=8)
def country_names(language: str) -> MappingProxyType[str, str]:
    """Return the names of countries in a language (`vi`, `ko`) by their code, sorted by code."""
    from babel import Locale  # not for a look at the help of a command

    territories = Locale(language).territories
    names = {str(code): str(name) for code, name in territories.items()}
    codes = sorted(code for code in names if len(code) == _CODE_LETTERS and code.isalpha())
    return MappingProxyType({code: names[code] for code in codes if code not in _NOT_ISO})
