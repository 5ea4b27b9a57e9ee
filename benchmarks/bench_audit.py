"""How many mistakes of printed tables the audit finds with their cause, and how often it raises a false alarm.

    python benchmarks/bench_audit.py [--seeds 200:240] [--json]

Tables of 63 provinces and of a province's districts over several days, as the Ministry and provinces printed them; into
each a few mistakes of one kind are put. Rules were tuned on seeds 0 to 39 only.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level, Unit, UnitCode
from bluezone.rollout.audit import MEASURES, Claim, Finding, OtherRow, Verdict, audit
from bluezone.rollout.findings import WRONG, fits, fits_cut
from bluezone.rollout.numbers import Printed, count_of

FIRST = dt.date(2020, 8, 11)
#: provinces whose districts all have a census figure
WITH_DISTRICTS = ("63:24", "63:30", "63:79", "63:01", "63:96")


@dataclass(frozen=True)
class Truth:
    """Hold what is true of a row before anybody printed it."""

    unit: Unit
    date: dt.date
    count: int
    people: int
    phones: int


@dataclass
class Style:
    """Hold how a table is printed: decimals of its shares, zeros of its counts, cut or rounded, with phones or not."""

    digits: int
    zeros: int
    cut: bool
    phones: bool


def share(count: int, base: int, style: Style) -> Printed:
    step = Decimal(1).scaleb(-style.digits)
    exact = Decimal(count) * 100 / base
    return Printed(exact.quantize(step, ROUND_DOWN if style.cut else ROUND_HALF_EVEN), step)


def number(count: int, style: Style) -> Printed:
    return count_of(round(count, -style.zeros))


def truth(rng: np.random.Generator, units: list[tuple[Unit, int]], days: int) -> list[Truth]:
    """Return counts that grow as in August 2020, sorted by day, then as tables list them: by share or by code."""
    rows = []
    by_share = rng.random() < 0.5
    level = {unit.code: float(rng.uniform(0.03, 0.35)) for unit, _ in units}
    phones = {unit.code: float(rng.uniform(0.6, 1.2)) for unit, _ in units}
    for day in range(days):
        of_day = []
        for unit, people in units:
            level[unit.code] *= 1 + float(rng.gamma(2, 0.012))
            count = int(min(level[unit.code], 0.6) * people) + int(rng.integers(0, 9))
            of_day.append(Truth(unit, FIRST + dt.timedelta(days=day), count, people, int(phones[unit.code] * people)))
        rows += sorted(of_day, key=lambda row: -row.count / row.people) if by_share else of_day
    return rows


def printed(rows: list[Truth], style: Style) -> list[Claim]:
    return [
        Claim(
            line=line,
            unit=row.unit,
            date=row.date,
            counts={"installs": number(row.count, style)},
            percent_population=share(row.count, row.people, style),
            percent_smartphones=share(row.count, row.phones, style) if style.phones else None,
        )
        for line, row in enumerate(rows, start=2)
    ]


# --- mistakes ---------------------------------------------------------------------------------------------------------


@dataclass
class Case:
    """Hold what a mistake may look at."""

    rng: np.random.Generator
    rows: list[Truth]
    claims: list[Claim]
    style: Style

    def at_random(self) -> int:
        return int(self.rng.integers(len(self.rows)))

    def same_day(self, at: int) -> list[int]:
        return [i for i, row in enumerate(self.rows) if row.date == self.rows[at].date and i != at]

    def set(self, at: int, *, count: Printed | None = None, percent: Printed | None = None) -> None:
        claim = self.claims[at]
        counts = claim.counts if count is None else {"installs": count}
        self.claims[at] = replace(claim, counts=counts, percent_population=percent or claim.percent_population)


def swapped_rows(case: Case) -> list[int]:
    at = case.at_random()
    other = int(case.rng.choice(case.same_day(at)))
    a, b = case.claims[at], case.claims[other]
    case.set(at, count=b.counts["installs"])
    case.set(other, count=a.counts["installs"])
    return [at, other]


def swapped_names(case: Case) -> list[int]:
    at = case.at_random()
    other = int(case.rng.choice(case.same_day(at)))
    a, b = case.claims[at], case.claims[other]
    case.claims[at], case.claims[other] = replace(a, unit=b.unit), replace(b, unit=a.unit)
    return [at, other]


def share_of_row_above(case: Case) -> list[int]:
    at = case.at_random()
    if at == 0 or case.rows[at - 1].date != case.rows[at].date:
        return []
    case.set(at, percent=case.claims[at - 1].percent_population)
    return [at]


def slid_column(case: Case) -> list[int]:
    at = case.at_random()
    run = [i for i in range(at, min(at + 6, len(case.rows))) if i and case.rows[i - 1].date == case.rows[i].date]
    shares = [case.claims[i - 1].percent_population for i in run]
    for i, percent in zip(run, shares, strict=True):
        case.set(i, percent=percent)
    return run


def yesterdays_share(case: Case) -> list[int]:
    at = case.at_random()
    before = [
        i for i, row in enumerate(case.rows)
        if row.unit == case.rows[at].unit and row.date == case.rows[at].date - dt.timedelta(days=1)
    ]  # fmt: skip
    if not before:
        return []
    case.set(at, percent=case.claims[before[0]].percent_population)
    return [at]


def _digits(case: Case, change: Callable[[str], str]) -> list[int]:
    at = case.at_random()
    claim = case.claims[at]
    if case.rng.random() < 0.5:
        digits = change(str(int(claim.counts["installs"].value)))
        if not digits or digits[0] == "0":
            return []
        case.set(at, count=count_of(int(digits)))
    else:
        percent = claim.percent_population
        assert percent is not None
        exponent = int(percent.step.as_tuple().exponent)
        digits = change(str(int(percent.value.scaleb(-exponent))))
        value = Decimal(digits or "0").scaleb(exponent)
        if not 0 < value <= 100:
            return []
        case.set(at, percent=Printed(value, percent.step))
    return [at]


def digits_swapped(case: Case) -> list[int]:
    def change(text: str) -> str:
        at = int(case.rng.integers(max(1, len(text) - 1)))
        return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]

    return _digits(case, change)


def digit_wrong(case: Case) -> list[int]:
    def change(text: str) -> str:
        at = int(case.rng.integers(len(text)))
        return text[:at] + str(int(case.rng.integers(10))) + text[at + 1 :]

    return _digits(case, change)


def digit_missing(case: Case) -> list[int]:
    def change(text: str) -> str:
        at = int(case.rng.integers(len(text)))
        return text[:at] + text[at + 1 :]

    return _digits(case, change)


def digit_too_many(case: Case) -> list[int]:
    def change(text: str) -> str:
        at = int(case.rng.integers(len(text) + 1))
        return text[:at] + str(int(case.rng.integers(10))) + text[at:]

    return _digits(case, change)


def tenfold(case: Case) -> list[int]:
    at = case.at_random()
    percent = case.claims[at].percent_population
    assert percent is not None
    places = int(case.rng.choice([1, -1]))
    if case.rng.random() < 0.5:
        value = percent.value.scaleb(places)
        if value > 100:
            return []
        case.set(at, percent=Printed(value, percent.step.scaleb(places)))
    else:
        case.set(at, count=count_of(int(case.claims[at].counts["installs"].value.scaleb(places))))
    return [at]


def thousandfold(case: Case) -> list[int]:
    at = case.at_random()
    value = case.claims[at].counts["installs"].value
    case.set(at, count=count_of(int(value * 1000 if case.rng.random() < 0.5 else value / 1000)))
    return [at]


def thousands_as_decimals(case: Case) -> list[int]:
    at = case.at_random()
    value = case.claims[at].counts["installs"].value
    if value % 1000 == 0:
        return []
    case.set(at, count=Printed(value.scaleb(-3), Decimal("0.001"), exact=True))
    return [at]


def other_census(case: Case) -> list[int]:
    at = case.at_random()
    row = case.rows[at]
    older = catalogue.figures().get(row.unit, "census-2009")
    if older is None or older.value == row.people:
        return []
    case.set(at, percent=share(row.count, older.value, case.style))
    return [at]


def share_of_phones(case: Case) -> list[int]:
    at = case.at_random()
    row = case.rows[at]
    if case.claims[at].percent_smartphones is None:
        return []
    case.set(at, percent=share(row.count, row.phones, case.style))
    return [at]


MISTAKES: dict[str, Callable[[Case], list[int]]] = {
    each.__name__.replace("_", " "): each
    for each in (
        swapped_rows, swapped_names, share_of_row_above, slid_column, yesterdays_share, digits_swapped, digit_wrong,
        digit_missing, digit_too_many, tenfold, thousandfold, thousands_as_decimals, other_census, share_of_phones,
    )
}  # fmt: skip
_ROWS = {
    "swapped rows": (OtherRow.COUNT, OtherRow.SHARE),
    "swapped names": (OtherRow.NAME,),
    "share of row above": (OtherRow.PERCENT,),
    "slid column": (OtherRow.PERCENT,),
    "yesterdays share": (OtherRow.DAY_SHARE,),
}
_SLIPS = {
    "digits swapped": ("two digits swapped",),
    "digit wrong": ("one digit wrong",),
    "digit missing": ("one digit missing", "the decimal mark misplaced"),
    "digit too many": ("one digit too many", "the decimal mark misplaced"),
    "tenfold": ("the decimal mark misplaced", "one digit missing", "one digit too many"),
    "thousandfold": ("thousands and units mixed up",),
    "thousands as decimals": ("thousands and units mixed up",),
}


def names_cause(kind: str, finding: Finding) -> bool:
    """Return whether a finding names what was done to the row, first."""
    if kind in _ROWS:
        return finding.verdict is Verdict.OTHER_ROW and any(how in _ROWS[kind] for _, how in finding.other_rows[:1])
    if kind in _SLIPS:
        return finding.verdict is Verdict.SLIP and finding.slips[0].kind in _SLIPS[kind]
    return finding.verdict is (Verdict.OTHER_VINTAGE if kind == "other census" else Verdict.OTHER_MEASURE)


def seen(claim: Claim, people: int) -> bool:
    """Return whether a mistake shows: a last digit that stays within the rounding is nobody's."""
    count, percent = claim.counts["installs"], claim.percent_population
    assert percent is not None
    return not fits(count, percent, people) and not fits_cut(count, percent, people)


# --- measuring --------------------------------------------------------------------------------------------------------


def tables(seed: int) -> list[tuple[list[Truth], Style, np.random.Generator]]:
    """Return the tables of a seed: the 63 provinces of two to five days, and the districts of one province."""
    rng = np.random.default_rng(seed)
    figures, made = catalogue.figures(), []
    provinces = catalogue.provinces().of_level(Level.PROVINCE, FIRST)
    parent = UnitCode.parse(WITH_DISTRICTS[seed % len(WITH_DISTRICTS)])
    districts = catalogue.all_units().children(parent, FIRST)
    for units in (provinces, districts):
        known = [
            (unit, figure.value)
            for unit in units
            if (figure := figures.on(unit, Measure.POPULATION, FIRST)) is not None
        ]
        # as Hải Dương did throughout, one takes its older census, and one an estimate that nobody printed
        older, estimate = (int(each) for each in rng.choice(len(known), 2, replace=False))
        if (figure := figures.get(known[older][0], "census-2009")) is not None:
            known[older] = known[older][0], figure.value
        known[estimate] = known[estimate][0], int(known[estimate][1] * rng.uniform(0.96, 1.06))
        style = Style(
            digits=int(rng.choice([1, 2, 2, 2])),
            zeros=int(rng.choice([0, 0, 0, 2])),
            cut=bool(rng.random() < 0.2),
            phones=bool(rng.random() < 0.5),
        )
        made.append((truth(rng, known, int(rng.integers(2, 6))), style, rng))
    return made


def measure(seeds: range) -> dict[str, Any]:
    """Return, by kind of mistake, how many were seen, found, and named; and the false alarms of clean rows."""
    put, found, named = Counter[str](), Counter[str](), Counter[str]()
    clean = alarms = estimated = misnamed = 0
    confused: Counter[tuple[str, str]] = Counter()
    for seed in seeds:
        for rows, style, rng in tables(seed):
            units = {row.unit.code: row.unit for row in rows}
            own: dict[Unit | None, int] = {row.unit: row.people for row in rows}
            people = catalogue.figures().of_units(units.values(), MEASURES)
            for kind in (None, *MISTAKES):
                case = Case(rng, rows, printed(rows, style), style)
                wrong = {at for _ in range(3) for at in MISTAKES[kind](case)} if kind else set()
                for finding in audit(case.claims, people):
                    at = finding.line - 2
                    if at in wrong:
                        if finding.share_column != "percent_population" or not seen(
                            case.claims[at], own[case.claims[at].unit]
                        ):
                            continue
                        put[str(kind)] += 1
                        is_found = finding.verdict in WRONG or names_cause(str(kind), finding)
                        found[str(kind)] += is_found
                        named[str(kind)] += names_cause(str(kind), finding)
                        if not names_cause(str(kind), finding):
                            what = finding.verdict.value
                            if finding.verdict is Verdict.SLIP:
                                what = finding.slips[0].kind
                            if finding.verdict is Verdict.OTHER_ROW:
                                what = finding.other_rows[0][1].value
                            confused[str(kind), what] += 1
                            misnamed += finding.verdict in (Verdict.SLIP, Verdict.OTHER_ROW)
                    else:
                        clean += 1
                        alarms += finding.verdict in WRONG
                        known = {figure.value for figure, _ in finding.expected} or {own[finding.unit]}
                        estimated += finding.verdict in WRONG and own[finding.unit] not in known
    return {
        "seeds": [seeds.start, seeds.stop],
        "clean_shares": clean,
        "false_alarms": alarms,
        "false_alarms_per_1000": 1000 * alarms / max(clean, 1),
        "false_alarms_of_unprinted_estimates": estimated,
        "other_cause_named": misnamed,
        "mistakes": {kind: {"put": put[kind], "found": found[kind], "cause_named": named[kind]} for kind in MISTAKES},
        "confused": {f"{kind} -> {what}": n for (kind, what), n in confused.most_common(25)},
    }


def main() -> None:
    """Print a table, or JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--seeds", default="200:240", help="first:past the last")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    first, last = map(int, arguments.seeds.split(":"))
    result = measure(range(first, last))
    if arguments.json:
        print(json.dumps(result, indent=2))
        return
    grid = Table("mistake", "put in", "found", "cause named", box=None)
    for kind, each in result["mistakes"].items():
        n = max(each["put"], 1)
        grid.add_row(kind, f"{each['put']:,}", f"{each['found'] / n:.1%}", f"{each['cause_named'] / n:.1%}")
    console = Console(width=110, highlight=False)
    console.print(grid)
    console.print(
        f"clean shares {result['clean_shares']:,}, false alarms {result['false_alarms']} "
        f"({result['false_alarms_per_1000']:.2f} per 1,000; {result['false_alarms_of_unprinted_estimates']} of shares "
        f"of an estimate that nobody printed); another cause named: {result['other_cause_named']}"
    )
    for what, n in result["confused"].items():
        console.print(f"  {n:5} {what}")


if __name__ == "__main__":
    main()
