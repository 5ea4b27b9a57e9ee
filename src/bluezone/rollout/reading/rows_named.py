"""Find the rows of a table that a remark names: `Vĩnh Hải, Xuân Hải lấy số liệu ngày 18/8`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bluezone.rollout.reading import vocabulary as words

#: with which names of places begin, and which remarks leave out
_LEVEL = re.compile(r"^(?:xa|phuong|thi tran|tt|p|x|huyen|quan|thi xa|thanh pho|tp|tx|h|q|tinh)\.? ")
#: shorter names stand in too many other words
_SHORTEST = 4


def named_in(text: str, names: Iterable[str]) -> list[str]:
    """Return the names that a text names, with or without their level, the longest first: in `Châu Thành A` there is
    no `Châu Thành`."""
    found = []
    key = f" {words.key_of(text)} "
    for name in sorted(dict.fromkeys(names), key=len, reverse=True):
        whole = words.key_of(name)
        for written in dict.fromkeys((whole, _LEVEL.sub("", whole))):
            if len(written) >= _SHORTEST and f" {written} " in key:
                found.append(name)
                key = key.replace(f" {written} ", "  ")
                break
    return found
