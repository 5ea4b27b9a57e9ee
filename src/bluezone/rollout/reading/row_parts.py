"""Find rows that give a part of the row above them, `Trong đó: - CBCCVC`, `- Nhân dân`: they are no units. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from bluezone.rollout.reading.marks import NAME_MARK
from bluezone.rollout.reading.people import group_named
from bluezone.rollout.reading.rows import Line, Lines, Sort
from bluezone.rollout.reading.vocabulary import key_of

_OF_WHICH = re.compile(r"(?:trong do|bao gom|gom|chia ra|chia theo|trong so do|rieng)\b")
_DASHES = frozenset("-+–—•*")
_FEWEST = 2


def leave_parts_out(lines: Lines, known: Callable[[str], bool]) -> None:
    """Note rows that begin with `Trong đó`, those with a dash that follow, and dashed rows of the same names below
    several units, for parts of the row above. `known` tells names of units: a list of places may have dashes too."""
    rows = [line for line in lines.all if line.sort in {Sort.UNIT, Sort.HEADING, Sort.NAMELESS, Sort.TOTAL}]
    again = Counter(key_of(_bare(line)) for line in rows if _is_dashed(line) and line.sort is Sort.UNIT)
    if not any(_is_dashed(line) or _OF_WHICH.match(key_of(_bare(line))) for line in rows):
        return  # names are looked up only where a row may be a part
    above: Line | None = None
    before: Line | None = None
    within = False
    for line in rows:
        bare, name = _bare(line), key_of(_bare(line))
        begins = bool(_OF_WHICH.match(name))
        place = known(bare) or known(_OF_WHICH.sub("", bare.lower()).strip(" :-–"))
        people = bool(group_named(bare))
        if begins and before is not None and not known(re.sub(r"^[^:]*:", "", bare).strip(" -–")):
            within = True
            line.sort = Sort.PART if line.sort in {Sort.UNIT, Sort.NAMELESS} else line.sort
        elif line.sort is Sort.UNIT and not place and (above is not None or within) and _is_dashed(line):
            repeated = again[name] >= _FEWEST and above is not None and above.sort is Sort.UNIT
            if within or repeated or people:
                line.sort = Sort.PART
        elif within and people and not line.mark and not place and line.sort is Sort.UNIT:
            line.sort = Sort.PART
        elif line.sort in {Sort.UNIT, Sort.TOTAL}:
            within, before = False, line
            above = line if line.sort is Sort.TOTAL or known(bare) else None
        elif line.sort is Sort.HEADING:
            within = False


def _bare(line: Line) -> str:
    return NAME_MARK.sub("", line.name).strip()


def _is_dashed(line: Line) -> bool:
    return line.name[:1] in _DASHES or (bool(line.mark) and set(line.mark) <= _DASHES)
