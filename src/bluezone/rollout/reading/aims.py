"""Tell headers of targets from those of other numbers of people. Pure."""

from __future__ import annotations

import re

from bluezone.rollout.reading import terms
from bluezone.rollout.reading.vocabulary import INDICATOR, MISSING, PERCENT_OTHER, TARGET, UNKNOWN, Guess, has


def aim_of(leaf: str, exact: str | None) -> Guess | None:
    """Return what a column of targets holds: `Chỉ tiêu`, what is left of it, one in percent, perhaps `30% dân số`."""
    if part_of_people(leaf):
        return Guess(UNKNOWN, sure=False, doubt=TARGET)
    if _TO_INSTALL.fullmatch(leaf):
        return Guess(TARGET)
    if leaf in terms.AIMS_ALONE or terms.TO_BE_REACHED.fullmatch(leaf):
        return Guess(TARGET)
    if not (leaf.startswith(terms.AIMS) or terms.AIM_IN_SHORT.match(leaf)) or exact == INDICATOR or "ti le" in leaf:
        return None
    if re.search(r"(?<!\d )\bpercent\b", leaf):
        return Guess(PERCENT_OTHER)  # a target in percent is no number of people
    return Guess(MISSING if has(leaf, *terms.MISSING) else TARGET)


def part_of_people(leaf: str) -> bool:
    """Return whether a column gives so many percent of the people as a number: `30% dân số`."""
    return bool(re.match(r"(?:so )?(?:nguoi )?\d+(?: \d+)? percent\b", leaf)) and not has(leaf, *terms.INSTALL)


#: `Số người cần cài (30%)`, `Số phải cài (30% dân số)`: people, not percents
_TO_INSTALL = re.compile(
    r"(?:tong )?(?:so )?(?:nguoi |luot |may |luong )*(?:can|phai) (?:phai )?(?:cai|cai dat|dat|hoan thanh)"
    r"(?: bluezone)?(?: dat)? \d{1,2}(?: \d)? percent(?: (?:dan so|ds|nhan khau))?"
)
