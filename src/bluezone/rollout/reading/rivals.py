"""Tell the difference of two sources of one count from what was added between two days: `Xã báo cáo | Sở cung cấp |
Chênh lệch`. Which of the two holds is asked. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from bluezone.errors import N_
from bluezone.rollout.reading import terms
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.results import saying
from bluezone.rollout.reading.roles import SAID_SO, Role
from bluezone.rollout.reading.vocabulary import Guess, has, key_of
from bluezone.rollout.reading.wholes import is_difference

OF_SOURCES = N_("the difference of what two sources say of one day, nothing that was added")
_DIFFERENCE = re.compile(r"(?:so |su |muc )?(?:chenh lech|sai lech|lech)(?: (?:\+|slash).*| (?:giua|cua|so lieu)\b.*)?")
#: with which a header says whose number it is
_SOURCE = re.compile(
    r"\b(?:bao cao|bc|cung cap|he thong|ghi nhan|nguon|may chu|doi soat|doi chieu|theo (?!doi\b)|tu thong ke|thong ke|"
    r"cua (?:xa|huyen|tinh|so|bo|cuc|trung uong))\b"
)
_TIME = re.compile(r"\b(?:truoc|nay|nai|qua|dau|cuoi|ki|ky|tuan|thang|dot|hom|lan|\d{1,2} slash \d{1,2})\b")


def part_sources(roles: Sequence[Role]) -> None:
    """Leave the difference of two columns out that name their sources and no time, and take both for installations."""
    for gain in [role for role in roles if _is_difference_alone(role)]:
        counts = [role for role in roles if role is not gain and _may_count(role)]
        for one, other in itertools.permutations(counts, 2):
            if any(_SOURCE.search(_key(role)) for role in (one, other)) and is_difference(gain, one, other):
                gain.leave_out(saying(OF_SOURCES))
                for role in (one, other):
                    role.kind, role.of, role.left_out = words.INSTALLS, "", None
                    role.guess = Guess(words.INSTALLS)
                return


def _key(role: Role) -> str:
    return " ".join(map(key_of, role.column.path))


def _is_difference_alone(role: Role) -> bool:
    """Return whether a column says that it is a difference, and not since when."""
    of_kind = role.kind in {words.INCREASE, words.UNKNOWN} and role.why.template != SAID_SO
    return of_kind and bool(role.column.path) and bool(_DIFFERENCE.fullmatch(key_of(role.column.path[-1])))


def _may_count(role: Role) -> bool:
    counts = role.kind in {words.INSTALLS, words.TOTAL} or (role.kind == words.UNKNOWN and not role.guess.named)
    return (
        counts
        and bool(role.amounts.by_line)
        and role.date is None
        and role.why.template != SAID_SO
        and not _TIME.search(_key(role))
        and not has(_key(role), *terms.MISSING, *terms.TARGETS)
    )
