"""Define `bluezone rollout audit`: does each printed share fit its count?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from bluezone.cli.answers import Answer, table
from bluezone.cli.errors import CommandError
from bluezone.cli.mapping import Decisions
from bluezone.cli.options import Arg, Opt, command
from bluezone.cli.rollout.common import LAST_CAMPAIGN_DAY, proposal_of
from bluezone.geography import catalogue
from bluezone.geography.units import Level
from bluezone.rollout.audit import Finding, Verdict
from bluezone.rollout.imports import Preview, Scope, judge, of_file
from bluezone.spreadsheets.roles import IGNORE

if TYPE_CHECKING:
    from rich.table import Table


@command("audit")
def audit_command(
    *,
    file: Annotated[Path, Arg()],
    level: Annotated[str, Opt("What the rows are.", choices=["province", "district", "commune"])] = "province",
    within: Annotated[str | None, Opt("The unit that the rows lie in, for districts and communes.")] = None,
    said: Decisions,
) -> Answer:
    """Check that each share fits its count; if not: another census, another row, or a slip of a digit.

    FILE is a spreadsheet (.xlsx, .xls, .ods, .csv) with a header: unit (province), installs or with_phone,
    pct_population or pct_smartphones, date.
    """
    # an audit reads what others printed: rows without any date are of the last day
    day = said.date or LAST_CAMPAIGN_DAY
    above = catalogue.all_units().find(within, on=day).code if within else None
    proposal = proposal_of(file, said.decided(), above)
    if not {"installs", "with_phone"} & {column.role for column in proposal.columns}:
        others = ", ".join(column.header for column in proposal.columns if column.role == IGNORE) or "none"
        raise CommandError(f"{file.name} has no column of counts (installs, số lượt cài); not understood: {others}")
    wanted = Level[level.upper()]
    gazetteer = catalogue.provinces() if wanted is Level.PROVINCE and within is None else catalogue.all_units()
    # today's date plays no part
    scope = Scope(today=dt.date.max, level=wanted, within=above, default_date=day)
    result = judge(of_file(proposal, gazetteer, scope), catalogue.figures())
    if not any(row.count for row in result.rows):
        first = next((f" (line {each.line}: {each.sentence()})" for each in result.problems), "")
        raise CommandError(f"{file.name}: no row could be read{first}")
    facts = {
        "rows": [_finding_facts(finding) for finding in result.findings],
        "problems": [
            {
                "line": problem.line,
                "column": problem.column,
                "kind": problem.kind,
                "severity": problem.severity.value,
                "reason": problem.sentence(),
            }
            for problem in result.problems
        ],
        "summary": {
            verdict.value: sum(finding.verdict is verdict for finding in result.findings) for verdict in Verdict
        },
    }
    return Answer(facts, _text(result))


#: said of its row by the verdict
_IN_THE_VERDICT = ("share-does-not-fit", "other-vintage", "other-base", "other-measure", "no-count", "no-date")


def _text(result: Preview) -> Iterator[str | Table]:
    rows = [
        (
            str(finding.line),
            finding.unit.name if finding.unit else "?",
            f"{int(finding.count.value):,}",
            f"{finding.percent.value} %",
            finding.verdict.value,
            _why(finding),
        )
        for finding in result.findings
    ]
    yield table(("line", "unit", "count", "printed", "verdict", "why"), rows, left=6)
    for problem in result.problems:
        if problem.kind not in _IN_THE_VERDICT:
            yield f"line {problem.line}, {problem.column or 'row'}: {problem.sentence()}"
    good = sum(finding.verdict in (Verdict.AGREES, Verdict.AGREES_CUT) for finding in result.findings)
    yield f"{good} of {len(result.findings)} shares agree with the census in use"


def _finding_facts(finding: Finding) -> dict[str, Any]:
    return {
        "line": finding.line,
        "unit": finding.unit.name if finding.unit else None,
        "code": str(finding.unit.code) if finding.unit else None,
        "date": finding.date,
        "count": int(finding.count.value),
        "count_column": finding.count_column,
        "percent": float(finding.percent.value),
        "share_column": finding.share_column,
        "digits": max(0, -int(finding.percent.step.as_tuple().exponent)),
        "verdict": finding.verdict.value,
        "agrees": finding.verdict in (Verdict.AGREES, Verdict.AGREES_CUT),
        "vintages": [figure.vintage.id for figure in finding.fits],
        "expected": [
            {"vintage": figure.vintage.id, "base": figure.value, "percent": float(percent)}
            for figure, percent in finding.expected
        ],
        "implied_base": list(finding.implied_base) if finding.implied_base else None,
        "fits_rows": [{"line": line, "how": how.value} for line, how in finding.other_rows],
        "fits_other_units": [unit.name for unit in finding.other_units],
        "slips": [{"corrects": slip.corrects, "value": float(slip.value), "kind": slip.kind} for slip in finding.slips],
        "says_little": finding.weak,
        "odds": round(min(finding.odds, 1e6), 1) if finding.odds is not None else None,
        "why": _why(finding),
    }


def _why(finding: Finding) -> str:
    """Return the finding in a few words."""
    expected = ", ".join(f"{percent} % on {figure.vintage.id}" for figure, percent in finding.expected)
    if finding.fits:
        fitting = f"fits {', '.join(figure.vintage.id for figure in finding.fits)}"
        later = ", counted later than the figure" if finding.verdict is Verdict.OTHER_BASE else ""
        return fitting + later + (" (but the count is round)" if finding.weak else "")
    if finding.verdict is Verdict.OTHER_BASE and finding.implied_base is not None:
        low, high = finding.implied_base
        return f"of {low:,} to {high:,}, as the unit's other rows"
    parts = [f"expected {expected}"] if expected else ["no denominator is known"]
    parts += [f"line {line}: {how.value}" for line, how in finding.other_rows]
    parts += [f"perhaps {slip.corrects} {slip.value:,} ({slip.kind})" for slip in finding.slips[:2]]
    if finding.other_units and not finding.other_rows and not finding.slips:
        parts.append("people of " + ", ".join(unit.name for unit in finding.other_units[:3]) + " would fit")
    return "; ".join(parts)
