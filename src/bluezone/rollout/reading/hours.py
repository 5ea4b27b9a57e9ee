"""Take columns of several hours of one day for what they count up to then: the last of them stands for the day. Pure.

`Đến 8h00 | Đến 17h00` under a title that says what is counted, `Số người cài đến 8h | Số người cài đến 17h`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from bluezone.errors import N_
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.results import saying
from bluezone.rollout.reading.roles import SAID_SO, Role

_HOUR = re.compile(
    r"(?:(?:tính|tinh|số liệu|so lieu|cập nhật|cap nhat)\s+)*(?:(?:đến|den|tới|toi|lúc|luc|hết|het|vào|vao)\s+)*"
    r"(?<![\d/.,])(?P<hour>[01]?\d|2[0-4])\s*(?:giờ|gio|h|g|:)\s*(?P<minute>[0-5]\d)?\s*(?:phút|phut|')?(?![\w/])",
    re.IGNORECASE,
)
EARLIER = N_("an earlier hour of the same day: column {later} is the last")


def only_hour(text: str) -> bool:
    """Return whether a header names an hour and nothing else: `Đến 8h00`, `17 giờ`."""
    return bool(_HOUR.fullmatch(text.strip(" ()")))


def keep_the_last(roles: Sequence[Role]) -> None:
    """Leave out counts up to an hour where another column counts the same up to a later hour of that day."""
    groups: dict[tuple[str, str, dt.date | None, tuple[str, ...]], list[tuple[int, Role]]] = {}
    for role in roles:
        found = [each for text in role.column.path for each in _HOUR.finditer(text)]
        if len(found) == 1 and role.amounts.by_line and role.why.template != SAID_SO and role.kind in _UP_TO_AN_HOUR:
            rest = tuple(words.key_of(_HOUR.sub(" ", text)) for text in role.column.path)
            minutes = int(found[0]["hour"]) * 60 + int(found[0]["minute"] or 0)
            groups.setdefault((role.kind, role.of, role.date, rest), []).append((minutes, role))
    for group in groups.values():
        group.sort(key=lambda each: each[0])
        if len({minutes for minutes, _ in group}) < len(group):
            continue
        for _, role in group[:-1]:
            role.leave_out(saying(EARLIER, later=group[-1][1].letters))


_UP_TO_AN_HOUR = {words.INSTALLS, words.TOTAL, words.WITH_PHONE, words.ACTIVE, words.NCOVI}
