"""Decide how codes are counted, and write the counts as the reference verification server does. Pure.

The statistics API of the reference gives each table as JSON and as CSV: newest day first, days in UTC, every day of the
last 90 whether something happened or not.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bluezone.authority.keys.statistics import Counts, Sums, published
from bluezone.tables import csv_text

DAYS = 90
#: classes of how long codes waited to be used: up to so many seconds; one more holds all that took longer
WAIT_BOUNDS_S = (60, 300, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400)
PLATFORMS = ("unknown_os", "ios", "android")


@dataclass
class CodeSums(Counts):
    """Hold what happened to an office's codes in a day. Those of user reports are in the totals, too."""

    issued: int = 0
    claimed: int = 0
    tokens: int = 0
    reports_issued: int = 0
    reports_claimed: int = 0
    report_tokens: int = 0
    #: how long codes waited to be used: a distribution over `WAIT_BOUNDS_S`, and the sum in seconds
    ages: list[int] = field(default_factory=lambda: [0] * (len(WAIT_BOUNDS_S) + 1))
    age_s: int = 0

    def claim(self, age: dt.timedelta) -> None:
        """Count a code that was used."""
        self.claimed += 1
        seconds = max(0, int(age.total_seconds()))
        self.age_s += seconds
        self.ages[bisect_left(WAIT_BOUNDS_S, seconds)] += 1

    @property
    def mean_age_s(self) -> int:
        return self.age_s // self.claimed if self.claimed else 0


@dataclass
class Refusals:
    """Hold what was refused in a day, in the whole country: a wrong code names no office. Codes and nonces by
    platform."""

    codes: dict[str, int] = field(default_factory=dict)
    nonces: dict[str, int] = field(default_factory=dict)
    tokens: int = 0


@dataclass
class Day:
    """Hold a day of a realm: an office and those below it, or the country."""

    day: dt.date
    sums: CodeSums = field(default_factory=CodeSums)
    refusals: Refusals = field(default_factory=Refusals)
    published: Sums | None = None


def last_days(today: dt.date) -> list[dt.date]:
    """Return the days that statistics show, the newest first."""
    return [today - dt.timedelta(days=back) for back in range(DAYS + 1)]


def midnight(day: dt.date) -> str:
    """Return a day as the reference writes it: its midnight in UTC."""
    return f"{day.isoformat()}T00:00:00Z"


# --- of a realm -------------------------------------------------------------------------------------------------------


def realm_data(day: Day) -> dict[str, Any]:
    """Return a day of a realm in the words of the API."""
    sums, refusals = day.sums, day.refusals
    return {
        "codes_issued": sums.issued,
        "codes_claimed": sums.claimed,
        "codes_invalid": sum(refusals.codes.values()),
        "codes_invalid_by_os": {each: refusals.codes.get(each, 0) for each in PLATFORMS},
        "user_reports_issued": sums.reports_issued,
        "user_reports_claimed": sums.reports_claimed,
        "user_reports_invalid_nonce": sum(refusals.nonces.values()),
        "user_reports_invalid_nonce_by_os": {each: refusals.nonces.get(each, 0) for each in PLATFORMS},
        "tokens_claimed": sums.tokens,
        "tokens_invalid": refusals.tokens,
        "user_report_tokens_claimed": sums.report_tokens,
        "code_claim_mean_age_seconds": sums.mean_age_s,
        "code_claim_age_distribution": sums.ages,
    }


_FIRST = ("codes_issued", "codes_claimed", "codes_invalid", "tokens_claimed", "tokens_invalid")
_REPORTS = ("user_reports_issued", "user_reports_claimed", "user_report_tokens_claimed")
_REALM_HEADER = (
    "date",
    *_FIRST,
    "code_claim_mean_age_seconds",
    "code_claim_age_distribution",
    *_REPORTS,
    "codes_invalid_unknown_os",
    "codes_invalid_ios",
    "codes_invalid_android",
    "user_reports_invalid_nonce",
    # (the reference's own spelling: here without the s, in the composite table with it)
    "user_report_invalid_nonce_unknown_os",
    "user_report_invalid_nonce_ios",
    "user_report_invalid_nonce_android",
)
_PUBLISHED = (
    "publish_requests_unknown",
    "publish_requests_android",
    "publish_requests_ios",
    "total_teks_published",
    "requests_with_revisions",
    "requests_missing_onset_date",
    "tek_age_distribution",
    "onset_to_upload_distribution",
)


def realm_json(realm: int, days: Sequence[Day]) -> dict[str, Any]:
    """Return the table of a realm as JSON."""
    rows = [{"date": midnight(each.day), "data": realm_data(each)} for each in days]
    return {"realm_id": realm, "statistics": rows}


def realm_csv(days: Sequence[Day]) -> str:
    """Return the table of a realm as CSV."""
    rows = ([each.day, *_first(each), *_reports(each), *_invalid(each)] for each in days)
    return table(_REALM_HEADER, rows)


def composite_json(realm: int, days: Sequence[Day]) -> dict[str, Any]:
    """Return the table of a realm with that of the key server, as JSON. Days before anything happened are left out."""
    rows = []
    for each in _trimmed(days):
        sums = each.published or Sums()
        numbers = published(each.day, sums) | {"total_publish_requests": sums.requests}
        rows.append({"date": midnight(each.day), "data": realm_data(each) | numbers})
    return {
        "realm_id": realm,
        "has_key_server_stats": any(each.published is not None for each in days),
        "statistics": rows,
    }


def composite_csv(days: Sequence[Day]) -> str:
    """Return the table of a realm with that of the key server, as CSV; the oldest day first, as the reference."""
    header = [*_REALM_HEADER[:8], *_PUBLISHED, *_REALM_HEADER[8:]]
    header = [name.replace("user_report_invalid", "user_reports_invalid") for name in header]
    rows = (
        [each.day, *_first(each), *published_row(each.published), *_reports(each), *_invalid(each)]
        for each in reversed(_trimmed(days))
    )
    return table(header, rows)


def _trimmed(days: Sequence[Day]) -> list[Day]:
    """Leave out the days before the first on which something happened. The newest is first."""
    empty = Day(dt.date.min)
    busy = [
        place
        for place, each in enumerate(days)
        if each.published is not None or (each.sums, each.refusals) != (empty.sums, empty.refusals)
    ]
    return list(days[: busy[-1] + 1]) if busy else []


def _first(day: Day) -> list[object]:
    data = realm_data(day)
    return [*(data[name] for name in _FIRST), day.sums.mean_age_s, _joined(day.sums.ages)]


def _reports(day: Day) -> list[object]:
    return [realm_data(day)[name] for name in _REPORTS]


def _invalid(day: Day) -> list[object]:
    codes, nonces = day.refusals.codes, day.refusals.nonces
    by_platform = [codes.get(each, 0) for each in PLATFORMS]
    return [*by_platform, sum(nonces.values()), *(nonces.get(each, 0) for each in PLATFORMS)]


# --- of the key server ------------------------------------------------------------------------------------------------


def key_server_csv(days: Mapping[dt.date, Sums]) -> str:
    """Return the key server's days as CSV."""
    return table(("day", *_PUBLISHED), ([day, *published_row(sums)] for day, sums in days.items()))


def published_row(sums: Sums | None) -> list[object]:
    """Return a day's publish requests as cells; empty ones where the day may not be read, or had none."""
    if sums is None:
        return [""] * len(_PUBLISHED)
    unknown, android, ios = sums.platforms
    return [
        unknown,
        android,
        ios,
        sums.keys,
        sums.revisions,
        sums.missing_onset,
        _joined(sums.oldest_days),
        _joined(sums.onset_days),
    ]


# --- lists by day -----------------------------------------------------------------------------------------------------


def grouped_json(realm: int, name: str, rows: Iterable[tuple[dt.date, Mapping[str, Any]]]) -> dict[str, Any]:
    """Return rows of days as JSON: `name` is the list of each day. Without rows nothing at all, as the reference."""
    days: dict[dt.date, list[Mapping[str, Any]]] = {}
    for day, row in rows:
        days.setdefault(day, []).append(row)
    if not days:
        return {}
    listed = [{"date": midnight(day), name: days[day]} for day in sorted(days, reverse=True)]
    return {"realm_id": realm, "statistics": listed}


def grouped_csv(realm: int, columns: Sequence[str], rows: Iterable[tuple[dt.date, Mapping[str, Any]]]) -> str:
    """Return rows of days as CSV; nothing at all without rows."""
    cells = [[day, realm, *(row[name] for name in columns)] for day, row in rows]
    return table(("date", "realm_id", *columns), cells) if cells else ""


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table as CSV, lines ended as the reference ends them. A name that machines or officers chose is never a
    formula there."""
    return csv_text([header, *rows], line_end="\n")


def _joined(numbers: Sequence[int]) -> str:
    return "|".join(map(str, numbers))
