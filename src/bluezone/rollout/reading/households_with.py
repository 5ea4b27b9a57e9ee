"""Take columns of households in which somebody has installed the app for what they count. Pure.

Until its block is understood such a column is one of households, which no rule takes for people; only then is it told
whether its households are those with the app, or those that were visited, told or are yet to come.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bluezone.errors import N_
from bluezone.rollout.reading import terms
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.household_headers import counts_of_households
from bluezone.rollout.reading.results import saying
from bluezone.rollout.reading.roles import exceeds

_INSTALLED = (
    "cai", "cai dat", "tai", "tai ve", "su dung", "bluezone", "bluezon", "blue zone", "bz", "app", "installed",
)  # fmt: skip
#: households that are no homes: of traders and of those who rent fields
_OF_TRADE = ("kinh doanh", "kd", "tieu thuong", "buon ban", "nhan khoan")
#: with which the households are others than those with the app: asked, yet to come, of a period, aimed at, a part
_OTHERS = (
    *terms.ASKED, *terms.URGED, *terms.MISSING, *terms.REFUSED, *terms.INCREASE, *terms.SHARE, *terms.TARGETS,
    *terms.ACTIVE, *_OF_TRADE, "ho tro", "giup", "cam ket", "dang ki", "can", "phai", "khong", "du kien", "nhu cau",
    "mong muon", "san sang", "da den", "den nha", "duoc den", "tham", "ca nha", "ca ho", "tat ca", "toan bo thanh vien",
    "day du", "moi thanh vien", "tro len", "ncovi", "ngheo", "without", "slash",
)  # fmt: skip
#: of how many in the household: one is enough, more say something else
_SEVERAL = re.compile(r"\b(?:[2-9]|[1-9]\d+)\b")
_LEADING_ZERO = re.compile(r"\b0+(?=\d)")
MORE_THAN_ALL = N_("it has more households with the app than there are households")


def have_the_app(keys: Sequence[str]) -> bool:
    """Decide whether a header, with those above it, counts the households in which somebody has installed Bluezone."""
    said = [_LEADING_ZERO.sub("", key) for key in keys]
    return (
        counts_of_households(keys)
        and any(words.has(key, *_INSTALLED) for key in said)
        and not any(words.has(key, *_OTHERS) or _SEVERAL.search(key) for key in said)
    )


def take(draft: Draft) -> None:
    """Take the columns of households with the app of a block for these, but for those that have more of them than there
    are households, which are left out with the reason. Beside households of traders no home is counted."""
    headers = [[words.key_of(text) for text in role.column.path] for role in draft.roles]
    if any(words.has(key, "ho") and words.has(key, *_OF_TRADE) for keys in headers for key in keys):
        return
    wholes = draft.with_numbers(words.HOUSEHOLDS)
    for role, keys in zip(draft.roles, headers, strict=True):
        if role.kind != words.UNKNOWN or role.left_out is not None or not role.guess.named or not role.amounts.by_line:
            continue
        if not have_the_app(keys):
            continue
        if any(exceeds(role, whole) for whole in wholes):
            role.leave_out(saying(MORE_THAN_ALL))
        else:
            role.kind = words.HOUSEHOLDS_WITH_APP
