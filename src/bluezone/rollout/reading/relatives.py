"""Tell of whom `Người nhà` counts: of patients where a form speaks of these, else of families. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bluezone.rollout.reading.roles import Role
from bluezone.rollout.reading.vocabulary import has, key_of

_RELATIVES = re.compile(r"(?:(?:tong|so|luong|luot) )*nguoi nha\b")
#: words of forms that speak of patients, hospitals or health centres
_OF_HEALTH = ("benh", "bv", "bvdk", "ttyt", "tyt", "y te", "i te", "khoa", "kham", "phong kham", "dieu tri",
              "dieu duong", "bac si", "nvyt", "cbnvyt", "nuoi benh")  # fmt: skip


def take_for_families(roles: Sequence[Role], texts: Iterable[str]) -> None:
    """Take columns of `Người nhà` for those of families where neither `texts` (titles, names of sheet, file and rows)
    nor a header speaks of patients."""
    found = [role for role in roles if role.of == "patients" and role.column.path
             and _RELATIVES.match(key_of(role.column.path[-1]))]  # fmt: skip
    headers = (text for role in roles for text in role.column.path)
    if not found or any(has(key_of(text), *_OF_HEALTH) for each in (headers, texts) for text in each):
        return
    for role in found:
        role.of, role.guess = "families", replace(role.guess, of="families")
