"""Check all rows of an import together: against each other, against what is stored, against the people."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bluezone.errors import N_
from bluezone.geography.figures import Figures, Measure
from bluezone.geography.units import UnitCode
from bluezone.rollout.audit import Claim, Finding, Verdict
from bluezone.rollout.counts import Count, breaks_between, is_same
from bluezone.rollout.problems import Problem, Severity
from bluezone.rollout.tables import Table

COUNT_FIELDS = ("installs", "with_phone", "active")
SHARE_FIELDS = ("percent_population", "percent_smartphones")
Key = tuple[UnitCode, dt.date]


@dataclass(frozen=True, slots=True)
class ReadRow:
    """Hold a row as read: its claim for the audit, the unit as written, and its count if it can be stored."""

    claim: Claim
    text: str
    count: Count | None


def audit_problems(findings: Sequence[Finding], table: Table) -> Iterator[Problem]:
    """Return what an audit found, as problems."""
    for finding in findings:
        header = table.headers.get(finding.share_column, finding.share_column)
        values: dict[str, object] = {
            "percent": finding.percent.value,
            "count": int(finding.count.value),
            "expected": ", ".join(f"{percent} % ({f.vintage.id})" for f, percent in finding.expected),
        }
        if finding.verdict in (Verdict.OTHER_ROW, Verdict.SLIP, Verdict.DOES_NOT_FIT):
            template = N_("{percent} % does not fit a count of {count}: expected {expected}")
            yield Problem(finding.line, header, "share-does-not-fit", Severity.DOUBT, template, values)
        elif finding.verdict is Verdict.OTHER_MEASURE:
            template = N_("{percent} % of {count} fits another measure: population and smartphones were mixed up")
            yield Problem(finding.line, header, "other-measure", Severity.DOUBT, template, values)
        elif finding.verdict is Verdict.OTHER_VINTAGE:
            values["vintage"] = finding.fits[0].vintage.id
            template = N_("{percent} % fits {vintage} only")
            yield Problem(finding.line, header, "other-vintage", Severity.NOTE, template, values)


def duplicates(read: Sequence[ReadRow]) -> Iterator[Problem]:
    """Find rows of the same unit and day as an earlier row."""
    first: dict[Key, ReadRow] = {}
    for row in read:
        if row.count is None:
            continue
        key = (row.count.unit, row.count.date)
        earlier = first.setdefault(key, row)
        if earlier is row:
            continue
        same = earlier.count is not None and is_same(earlier.count, row.count)
        template = (
            N_("the same unit and day as line {line}, with the same figures")
            if same
            else N_("the same unit and day as line {line}, with other figures: keep one")
        )
        yield Problem(row.claim.line, "", "duplicate", Severity.ERROR, template, {"line": str(earlier.claim.line)})


def sequence(read: Sequence[ReadRow], stored: Mapping[Key, Count]) -> Iterator[Problem]:
    """Find totals that fall: compare each row with the figures before and after it, in the file and in store."""
    series: dict[UnitCode, dict[dt.date, tuple[int, Count]]] = defaultdict(dict)
    for count in stored.values():
        series[count.unit][count.date] = (0, count)
    for row in read:
        if row.count is not None:
            series[row.count.unit][row.count.date] = (row.claim.line, row.count)
    for by_date in series.values():
        for name in ("installs", "with_phone"):
            yield from _falls(sorted(by_date.values(), key=lambda pair: pair[1].date), name)


def _falls(pairs: Sequence[tuple[int, Count]], name: str) -> Iterator[Problem]:
    known = [(line, count) for line, count in pairs if count.value(name) is not None]
    for (line_before, before), (line_after, after) in itertools.pairwise(known):
        value_before, value_after = before.value(name) or 0, after.value(name) or 0
        line = line_after or line_before
        if value_after >= value_before or not line or breaks_between(before.date, after.date):
            continue
        template = N_("the total falls from {before} on {day_before} to {after} on {day_after}")
        values = {
            "before": value_before,
            "day_before": before.date,
            "after": value_after,
            "day_after": after.date,
        }
        yield Problem(line, name, "falls", Severity.DOUBT, template, values)


def too_many(read: Sequence[ReadRow], figures: Figures, table: Table) -> Iterator[Problem]:
    """Find more installs than people: a count of another unit, or one zero too many."""
    for row in read:
        if row.count is None or row.claim.unit is None:
            continue
        bases = figures.every(row.claim.unit, Measure.POPULATION)
        for name in COUNT_FIELDS:
            value = row.count.value(name)
            if bases and value is not None and value > max(figure.value for figure in bases) * 2:
                template = N_("{count} is more than twice the {people} people of the unit")
                values = {"count": value, "people": bases[0].value}
                header = table.headers.get(name, name)
                yield Problem(row.claim.line, header, "too-many", Severity.DOUBT, template, values)


def ranks(read: Sequence[ReadRow]) -> Iterator[Problem]:
    """Find ranks of a day whose better one has the smaller share: one of the two was misprinted."""
    by_date: dict[dt.date | None, list[Claim]] = defaultdict(list)
    for row in read:
        if row.claim.rank is not None and row.claim.percent_population is not None:
            by_date[row.claim.date].append(row.claim)
    for claims in by_date.values():
        for better, worse in itertools.pairwise(sorted(claims, key=lambda claim: claim.rank or 0)):
            if better.percent_population is None or worse.percent_population is None or better.rank == worse.rank:
                continue
            if better.percent_population.high < worse.percent_population.low:
                template = N_("rank {rank} with {percent} % stands above line {line} with {other} %")
                values = {
                    "rank": str(better.rank),
                    "percent": better.percent_population.value,
                    "line": str(worse.line),
                    "other": worse.percent_population.value,
                }
                yield Problem(better.line, "rank", "rank-out-of-order", Severity.NOTE, template, values)
