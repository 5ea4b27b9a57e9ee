"""Find the health centre, market board or the like that a whole table may be of, and tell whether it counts its own
visitors and staff. Pure.

`TRUNG TÂM Y TẾ HUYỆN VỊ THỦY` above a day a row may report for the district, or for the gate of its house.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.context import is_service
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.letterheads import name_in
from bluezone.rollout.reading.names import Names, places_named
from bluezone.rollout.reading.whom import EVERYBODY

#: people whom an organisation counts that come to it or work there
_OWN = frozenset(["patients", "guests", "staff", "traders", "drivers"])
_OWN_IN_WORDS = ("benh", "khach", "than nhan", "nguoi nha", "nguoi vao", "nguoi den", "nguoi ra vao", "ra vao")
#: a part of an organisation, which reports for nobody else
_PART = re.compile(r"khoa (?!hoc\b)|phong (?:kham|hanh chinh|dieu duong|ke hoach nghiep vu)\b")


def service_in(texts: Sequence[str], names: Names) -> str:
    """Return the line of a title, nearest to the table first, that names such an organisation, those first that name
    the place it is of; empty where none does."""
    found = [text.strip(" .:") for text in map(name_in, texts) if is_service(text)]
    return next((text for text in found if places_named(text, names)), found[0] if found else "")


def counts_its_own(draft: Draft, texts: Sequence[str]) -> bool:
    """Return whether a table counts those who come to an organisation or work there, or is of a part of it: `Khoa Khám
    bệnh`."""
    if any(_PART.match(words.key_of(text)) for text in texts):
        return True
    people = {role.of for role in draft.roles if role.of and role.amounts.by_line}
    people |= {line.of for line in draft.units if line.of}
    if draft.whom is not None and draft.whom.of != EVERYBODY and not draft.whom.open:
        people.add(draft.whom.of)
    return bool(people) and all(of in _OWN or words.has(words.key_of(of), *_OWN_IN_WORDS) for of in people)
