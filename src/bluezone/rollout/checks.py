"""Check all rows of an import together: against each other, against what is stored, against the people."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bluezone.errors import N_
from bluezone.geography.figures import Denominators, Measure
from bluezone.geography.units import UnitCode
from bluezone.rollout import levels, suppression
from bluezone.rollout.audit import Claim, Finding, OtherRow, Verdict
from bluezone.rollout.counts import COUNT_FIELDS, Count, OrganisationCode, Origin, breaks_between
from bluezone.rollout.levels import NOTHING_BESIDE, Beside, Side
from bluezone.rollout.problems import Problem, Severity

#: a place in a series: unit, class of source, day
Key = tuple[UnitCode | OrganisationCode, Origin, dt.date]


@dataclass(frozen=True, slots=True)
class Member:
    """Describe a school, office or company that a row may speak of by its code.

    `exact`: its stored counts are shown as they are (to its head); else as they are disclosed among its people.
    """

    name: str
    people: int | None
    exact: bool = False


@dataclass(frozen=True, slots=True)
class ReadRow:
    """Hold a row as read: its claim for the audit, the unit as written, and its count if it can be stored."""

    claim: Claim
    text: str
    count: Count | None
    member: Member | None = None


def of_all(
    read: Sequence[ReadRow],
    headers: Mapping[str, str],
    findings: Sequence[Finding],
    people: Denominators,
    stored: Mapping[Key, Count],
    beside: Beside = NOTHING_BESIDE,
) -> list[Problem]:
    """Return every problem of the rows together.

    `headers` gives for each field the header as written, `findings` what an audit of the rows found, `people` the
    denominators of their units, `stored` the count of each place in a series that is stored already, `beside` the
    figures of the places around.
    """
    alone = [*too_many(read, people, headers, beside), *more_in_use(read, headers)]
    together = [*audit_problems(findings, headers), *duplicates(read), *ranks(read, headers)]
    around = [*between_levels(read, beside, headers), *approved(read, stored, beside)]
    # What is wrong with one cell is listed in this order.
    return [*together, *sequence(read, stored, people, headers), *around, *alone]


def is_same(a: Count, b: Count) -> bool:
    """Return whether two counts of a unit and day say the same, wherever they come from."""
    fields = ("installs", "with_phone", "active", "percent_population", "percent_smartphones", "bound")
    return all(getattr(a, name) == getattr(b, name) for name in fields)


_OF_ROWS = {
    OtherRow.COUNT: N_("{percent} % does not fit a count of {count}: the count fits the unit and share of line {line}"),
    OtherRow.NAME: N_("{percent} % does not fit a count of {count}: both fit the unit of line {line}"),
    OtherRow.SHARE: N_("{percent} % does not fit a count of {count}: the share fits the count of line {line}"),
    OtherRow.PERCENT: N_("{percent} % does not fit a count of {count}: the share is that of line {line}"),
    OtherRow.DAY_SHARE: N_("{percent} % does not fit a count of {count}: the share belongs to the count of {day}"),
    OtherRow.DAY_COUNT: N_("{percent} % does not fit a count of {count}: the count is that of {day}"),
}


def audit_problems(findings: Sequence[Finding], headers: Mapping[str, str]) -> Iterator[Problem]:
    """Return what an audit found, as problems, each with its cause where one is likely."""
    for finding in findings:
        header = headers.get(finding.share_column, "")
        values: dict[str, object] = {"percent": finding.percent.value, "count": int(finding.count.value)}
        if finding.verdict in (Verdict.OTHER_ROW, Verdict.SLIP, Verdict.DOES_NOT_FIT):
            template = _of_misfit(finding, values)
            yield Problem(finding.line, header, "share-does-not-fit", Severity.DOUBT, template, values)
        elif finding.verdict is Verdict.OTHER_MEASURE:
            template = N_("{percent} % of {count} fits another measure: population and smartphones were mixed up")
            yield Problem(finding.line, header, "other-measure", Severity.DOUBT, template, values)
        elif finding.verdict is Verdict.OTHER_VINTAGE:
            values["date"] = finding.fits[0].vintage.as_of
            template = N_("{percent} % of {count} fits only the count of people of {date}")
            yield Problem(finding.line, header, "other-vintage", Severity.NOTE, template, values)
        elif finding.verdict is Verdict.OTHER_BASE and finding.fits:
            values["date"] = finding.fits[0].vintage.as_of
            template = N_("{percent} % of {count} is of the people counted on {date}: that is later than the figure")
            yield Problem(finding.line, header, "other-base", Severity.NOTE, template, values)
        elif finding.verdict is Verdict.OTHER_BASE:
            template = N_(
                "{percent} % of {count} is of other people than ours: of those in this row, or in others of the unit"
            )
            yield Problem(finding.line, header, "other-base", Severity.NOTE, template, values)


def _of_misfit(finding: Finding, values: dict[str, object]) -> str:
    """Return the sentence for a share that does not fit, and add to its values what it needs."""
    if finding.verdict is Verdict.OTHER_ROW:
        line, how = finding.other_rows[0]
        values |= {"line": str(line)} if finding.other_day is None else {"day": finding.other_day}
        return _OF_ROWS[how]
    if finding.verdict is Verdict.SLIP:
        values["meant"] = finding.slips[0].value
        if finding.slips[0].corrects == "count":
            return N_("{percent} % does not fit a count of {count}: perhaps the count is {meant}")
        return N_("{percent} % does not fit a count of {count}: perhaps the share is {meant} %")
    if not finding.expected:
        return N_("{percent} % does not fit a count of {count}: nobody has so many, or so few, phones")
    values["expected"] = finding.expected[0][1]
    return N_("{percent} % does not fit a count of {count}: expected {expected} %")


def duplicates(read: Sequence[ReadRow]) -> Iterator[Problem]:
    """Find rows of the same unit, class of source and day as an earlier row."""
    first: dict[Key, ReadRow] = {}
    for row in read:
        if row.count is None:
            continue
        key = (row.count.unit, row.count.origin, row.count.date)
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


def between_levels(read: Sequence[ReadRow], beside: Beside, headers: Mapping[str, str]) -> Iterator[Problem]:
    """Find figures that do not fit those of the place above or of the places inside, of the same day."""
    counts = [(row.claim.line, row.count) for row in read if row.count is not None and row.member is None]
    for (line, _), problems in zip(counts, levels.between([count for _, count in counts], beside), strict=True):
        yield from (replace(each, line=line, column=headers.get("installs", "")) for each in problems)


def approved(read: Sequence[ReadRow], stored: Mapping[Key, Count], beside: Beside) -> Iterator[Problem]:
    """Find rows that change a figure which an officer above has approved."""
    for row in read:
        held = stored.get((row.count.unit, row.count.origin, row.count.date)) if row.count is not None else None
        if row.count is None or held is None or is_same(held, row.count) or held.source != row.count.source:
            continue
        if (row.count.unit, row.count.date) in beside.approved:
            template = N_("the figure of {day} has been approved: this would correct it")
            yield Problem(row.claim.line, "", "approved", Severity.DOUBT, template, {"day": row.count.date})


def sequence(
    read: Sequence[ReadRow], stored: Mapping[Key, Count], people: Denominators, headers: Mapping[str, str]
) -> Iterator[Problem]:
    """Find totals that fall or jump within a series: each row against the counts around it, in the file and stored."""
    series: dict[tuple[object, Origin], dict[dt.date, tuple[ReadRow | None, Count]]] = defaultdict(dict)
    members = {row.count.unit: row.member for row in read if row.count is not None}
    for count in stored.values():
        series[count.unit, count.origin][count.date] = (None, count)
    for row in read:
        if row.count is not None:
            series[row.count.unit, row.count.origin][row.count.date] = (row, row.count)
    for by_date in series.values():
        in_order = [by_date[date] for date in sorted(by_date)]
        for name in ("installs", "with_phone"):
            yield from _steps(in_order, name, headers.get(name, ""), members.get(in_order[0][1].unit), people)


def _steps(
    pairs: Sequence[tuple[ReadRow | None, Count]], name: str, header: str, member: Member | None, people: Denominators
) -> Iterator[Problem]:
    known = [(row, count) for row, count in pairs if count.value(name) is not None]
    for (row_before, before), (row_after, after) in itertools.pairwise(known):
        value_before, value_after = before.value(name) or 0, after.value(name) or 0
        row = row_after or row_before
        if row is None or breaks_between(before.date, after.date):
            continue
        values = {Side.FIGURE: value_after, Side.BEFORE: value_before}
        if member is None and not before.bound and row_after is not None:
            every = people.get((before.unit, Measure.POPULATION), ()) if isinstance(before.unit, UnitCode) else ()
            grown = levels.likely(value_before, (after.date - before.date).days, every[0].value if every else None)
            values |= {Side.LIKELY: grown} if grown is not None else {}
        words = {"before": value_before, "day_before": before.date, "after": value_after, "day_after": after.date}
        for rule in levels.broken(values):
            template = rule.sentence
            if member is not None and not member.exact:
                held = [value for each, value in ((row_before, value_before), (row_after, value_after)) if each is None]
                if any(suppression.disclosed(value, member.people) != value for value in held):
                    template = N_("the total of {day_after} is lower than that of {day_before}")
            yield Problem(row.claim.line, header, rule.name, rule.severity, template, words)


def more_in_use(read: Sequence[ReadRow], headers: Mapping[str, str]) -> Iterator[Problem]:
    """Find counts of which more are in use than installed."""
    for row in read:
        count = row.count
        if count is None or count.active is None or count.installs is None:
            continue
        words = {"active": count.active, "installs": count.installs}
        for rule in levels.broken({Side.IN_USE: count.active, Side.FIGURE: count.installs}):
            yield Problem(row.claim.line, headers.get("active", ""), rule.name, rule.severity, rule.sentence, words)


def too_many(
    read: Sequence[ReadRow], people: Denominators, headers: Mapping[str, str], beside: Beside = NOTHING_BESIDE
) -> Iterator[Problem]:
    """Find counts of more installs than people, by the largest count of them: of another unit, or one zero too many.
    Where nobody counted the people of a place, by those of the place it lies in."""
    for row in read:
        if row.count is None:
            continue
        number = most = row.member.people if row.member is not None else None
        unit, within = row.claim.unit, ""
        every = people.get((unit.code, Measure.POPULATION), ()) if unit is not None else ()
        if not every and unit is not None and (above := beside.units.get(unit.parent or unit.code)) is not None:
            every, within = people.get((above.code, Measure.POPULATION), ()), above.name
        if every:
            number, most = every[0].value, max(figure.value for figure in every)
        for name in COUNT_FIELDS:
            value = row.count.value(name)
            if most is None or value is None:
                continue
            for rule in levels.broken({Side.FIGURE: value, Side.PEOPLE: most}):
                words: dict[str, object] = {"count": value, "people": number}
                template = rule.sentence
                if within:
                    words["within"] = within
                    template = N_("{count} installations are more than the {people} people of {within}, around it")
                yield Problem(row.claim.line, headers.get(name, ""), rule.name, rule.severity, template, words)


def ranks(read: Sequence[ReadRow], headers: Mapping[str, str]) -> Iterator[Problem]:
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
                yield Problem(
                    better.line, headers.get("rank", ""), "rank-out-of-order", Severity.NOTE, template, values
                )
