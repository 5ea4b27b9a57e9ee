"""Fit the rows of a ranking into a table that says everything once: the silent folded, bars on one scale."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils.translation import ngettext

from bluezone.authority.campaign.public.sentences import Row
from bluezone.authority.site.language import page_language
from bluezone.i18n import format_day

#: what the order of August 2020 asked for, and every table marks
MARK_PERCENT = 30.0
#: how much of a bar lies beyond the largest of what it shows
_BEYOND = 1.06


def table(rows: Sequence[Row], day: dt.date) -> dict[str, Any]:
    """Return what `public/table.html` shows of the rows of a day: those with a figure, and those without, folded."""
    shown = [row for row in rows if row["count"] or row["share"] or row["hidden"] or row["printed"]]
    silent = sorted((row for row in rows if row not in shown), key=lambda row: row["code"])
    classes = Counter(row["class"] for row in shown if row["class"])
    most = classes.most_common(1)[0][0] if classes else ""
    end = min(100.0, max([MARK_PERCENT, *(float(row["bar"]) for row in shown if row["bar"])]) * _BEYOND)
    return {
        "rows": [_fitted(row, end, most) for row in shown],
        "bar_mark": f"{MARK_PERCENT / end * 100:.1f}",
        "silent": silent,
        "silent_text": ngettext("%(n)s has no figure yet", "%(n)s have no figure yet", len(silent))
        % {"n": len(silent)},
        "most_class": most,
        "mixed": len(classes) > 1,
        "has_old": any(row["old"] for row in shown),
        "short_day": format_day(day, page_language()),
    }


def _fitted(row: Row, end: float, most: str) -> Row:
    """Return a row with its bar on the table's scale, and its class of source only where it is not that of most."""
    bar = f"{float(row['bar']) / end * 100:.1f}" if row["bar"] else ""
    return row | {"bar": bar, "other_class": row["class"] if row["class"] != most else ""}
