"""Define `bluezone exposure`: the policies, what they say of scans, and how well they do on labelled encounters."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Annotated, Any

import click

from bluezone.cli.answers import Answer, json_text, table
from bluezone.cli.errors import CommandError
from bluezone.cli.exposure_files import (
    calibration_of,
    is_of_encounters,
    policy_of,
    read_scans,
    read_scans_of_encounters,
)
from bluezone.cli.options import Arg, Opt, command
from bluezone.cli.parameters import FOLDER
from bluezone.exposure.policies import BLUEZONE, DEFAULT_POLICY, POLICIES, Policy, policy_named
from bluezone.exposure.policies.explain import explain_day
from bluezone.exposure.policies.nhs_uks import NhsSmoother, risk_score
from bluezone.exposure.scan_files import level_caveat
from bluezone.exposure.windows import ExposureWindow, ScanInstance, group_scans
from bluezone.i18n import Language
from bluezone.protocol.keys import ReportType

# What evaluates and fits needs the extra `evaluation`: it is imported by the commands that do.
if TYPE_CHECKING:
    from rich.table import Table

    from bluezone.exposure.encounters import EncounterSet
    from bluezone.exposure.evaluate import Evaluation, PolicyResult, Transfer
    from bluezone.exposure.metrics import OperatingPoint


@click.group("exposure")
def exposure_group() -> None:
    """Turn radio readings into a risk: policies by name, and how well each does on real recordings."""


SkipBadScans = Annotated[
    bool, Opt("Leave out scans that make no sense (counted) instead of stopping.", "--skip-bad-scans")
]
PolicyNames = Annotated[
    tuple[str, ...], Opt("Only this policy; may be given several times.", "--policy", metavar="NAME")
]
PolicyName = Annotated[str, Opt("By which policy.", "--policy", metavar="NAME")]
DaysSinceOnset = Annotated[int, Opt("Of the case, on that day.", limits=(-14, 14))]
CalibrationFile = Annotated[Path | None, Opt("Table of phone models (JSON) by which readings are corrected first.")]


@command("policies", exposure_group)
def list_policies() -> Answer:
    """List every policy: its version, threshold, constants and source."""
    lines = []
    for policy in POLICIES.values():
        lines.append(f"{policy.name} {policy.version}: warns from {policy.threshold:g} ({policy.unit})")
        lines += [f"    {name} = {value}" for name, value in policy.parameters().items()]
        lines.append(f"    source: {policy.source}")
    return Answer([_policy_facts(policy) for policy in POLICIES.values()], lines)


@command("evaluate", exposure_group)
def evaluate_command(
    *,
    directory: Annotated[Path, Arg(type=FOLDER)],
    names: PolicyNames = (),
    policy_files: Annotated[
        tuple[Path, ...],
        Opt(
            "Also the policy of this signed document of an authority (not verified); may be given several times.",
            "--policy-file",
        ),
    ] = (),
    both_directions: Annotated[bool, Opt("Pool what both phones of a meeting heard.")] = False,
    repeats: Annotated[int, Opt("Bootstrap repeats.", limits=(1,))] = 200,
    seed: Annotated[int, Opt("Seed of the bootstrap.")] = 1,
    calibration: CalibrationFile = None,
    skip_bad_scans: SkipBadScans = False,
) -> Answer:
    """Measure policies on a DIRECTORY of labelled encounters (encounters.csv, scans.csv.gz).

    AUC and nDCF (missed share + false-alarm share) with intervals over sessions, precision and recall beside the base
    rate, Brier score and reliability, by scene and placement.
    """
    import numpy as np

    from bluezone.exposure.evaluate import evaluate

    policies = [policy_named(name) for name in names]
    given = [policy_of(file) for file in policy_files]
    models = None if calibration is None else calibration_of(calibration)
    data = _read(directory, skip_bad_scans)
    result = evaluate(
        data,
        [*(policies or ([] if given else POLICIES.values())), *given],
        models,
        np.random.default_rng(seed),
        pool=both_directions,
        repeats=repeats,
    )
    return Answer(_with_ndcf(asdict(result)) | {"base_rate": result.base_rate}, _evaluation(result))


@command("transfer", exposure_group)
def transfer_command(
    *,
    learn_on: Annotated[Path, Arg(type=FOLDER)],
    measure_on: Annotated[Path, Arg(type=FOLDER)],
    names: PolicyNames = (),
    seed: Annotated[int, Opt("Of the sessions drawn for intervals.")] = 1,
    skip_bad_scans: SkipBadScans = False,
) -> Answer:
    """Choose each threshold on one set, freeze it, and measure on another: the only figures that promise anything."""
    import numpy as np

    from bluezone.exposure.evaluate import transfer

    policies = [policy_named(name) for name in names] or list(POLICIES.values())
    learn, test = _read(learn_on, skip_bad_scans), _read(measure_on, skip_bad_scans)
    rows = transfer(learn, test, policies, np.random.default_rng(seed))
    facts = [_with_ndcf(asdict(row)) | {"ndcf": row.frozen.ndcf, "best_ndcf": row.best.ndcf} for row in rows]
    return Answer(facts, _transfers(rows))


@command("fit", exposure_group)
def fit_command(
    *,
    directories: Annotated[tuple[Path, ...], Arg(type=FOLDER, nargs=-1, required=True)],
    version: Annotated[str, Opt("Version of the fitted policy.")] = "fitted",
    skip_bad_scans: SkipBadScans = False,
) -> None:
    """Fit the default policy to labelled encounters, each set weighing the same; prints its parameters as JSON."""
    from bluezone.exposure.fitting import fit

    sets = [_read(directory, skip_bad_scans) for directory in directories]
    click.echo(json_text({"policy": _policy_facts(fit(sets, BLUEZONE, version=version))}))


@command("score", exposure_group)
def score_command(
    *,
    file: Annotated[Path, Arg()],
    name: PolicyName = DEFAULT_POLICY.name,
    days_since_onset: DaysSinceOnset = 0,
) -> Answer:
    """Score the scans in FILE by a policy.

    FILE is CSV (or .csv.gz) with a header naming since_last_scan_s and typical_attenuation_db (and, where known,
    min_attenuation_db and readings), or without one: seconds since the last scan, attenuation in dB. For nhs-uks the
    score of the NHS library itself (all scans as one row, in minutes) is given too. The file of scans of a set of
    encounters (enc, t_s, credit_s, att_mean_db, att_min_db, att_db) is scored encounter by encounter.
    """
    policy = policy_named(name)
    facts: dict[str, Any] = {
        "policy": policy.name,
        "version": policy.version,
        "unit": policy.unit,
        "threshold": policy.threshold,
    }
    if not is_of_encounters(file):
        scans = read_scans(file)
        answer = facts | _score(policy, scans, days_since_onset) | _level_caveats([scans])
        lines = [
            f"{policy.name} {policy.version}: {answer['score']:.4g} {policy.unit}, warns from {policy.threshold:g}",
            "warned" if answer["alert"] else "not warned",
        ]
        if "library_risk_score" in answer:
            lines.append(f"risk score of the NHS library: {answer['library_risk_score']:.12g}")
        return Answer(answer, lines)
    encounters = read_scans_of_encounters(file)
    of_each = [
        {"encounter": encounter} | _score(policy, scans, days_since_onset) for encounter, scans in encounters.items()
    ]
    lines = [f"{policy.name} {policy.version}: {policy.unit}, warns from {policy.threshold:g}"]
    for each in of_each:
        lines.append(f"{each['encounter']}: {each['score']:.4g}, {'warned' if each['alert'] else 'not warned'}")
    return Answer(facts | {"encounters": of_each} | _level_caveats(encounters.values()), lines)


@command("explain", exposure_group)
def explain_command(
    *,
    file: Annotated[Path, Arg()],
    name: PolicyName = DEFAULT_POLICY.name,
    days_since_onset: DaysSinceOnset = 0,
    day: Annotated[dt.date, Opt("When it was, in UTC.")] = dt.date(2020, 8, 13),
    language: Annotated[Language, Opt("Of the sentences.")] = Language.VIETNAMESE,
) -> Answer:
    """Explain the scans in FILE by a policy, as a phone that learned nothing of itself yet says it to its owner.

    FILE as in `bluezone exposure score`, the scans of one sender.
    """
    policy = policy_named(name)
    if is_of_encounters(file):
        raise CommandError(f"{file}: holds the scans of several encounters; give those of one (see `score`)")
    start_s = dt.datetime.combine(day, dt.time(), dt.UTC).timestamp()
    scans = [replace(scan, at_s=scan.at_s + start_s) for scan in read_scans(file)]
    _level_caveats([scans])
    windows = [ExposureWindow(group, ReportType.CONFIRMED_TEST, days_since_onset) for group in group_scans(scans)]
    days = policy.assess(windows).days
    said = [explain_day(each, policy.name, policy.version).sentences(language) for each in days]
    facts = [asdict(each) | {"sentences": sentences} for each, sentences in zip(days, said, strict=True)]
    return Answer(facts, "\n\n".join("\n".join(sentences) for sentences in said))


def _score(policy: Policy, scans: Sequence[ScanInstance], days_since_onset: int) -> dict[str, Any]:
    windows = [ExposureWindow(group, ReportType.CONFIRMED_TEST, days_since_onset) for group in group_scans(scans)]
    assessment = policy.assess(windows)
    answer: dict[str, Any] = {
        "score": assessment.score,
        "alert": assessment.alert,
        "days": [asdict(day) for day in assessment.days],
    }
    if isinstance(policy, NhsSmoother):
        answer["library_risk_score"] = risk_score(
            [scan.typical_attenuation_db for scan in scans], [scan.since_last_scan_s for scan in scans]
        )
    return answer


def _level_caveats(meetings: Iterable[Sequence[ScanInstance]]) -> dict[str, list[str]]:
    """Return what is to be said of the levels, and say it on standard error."""
    said = level_caveat([median(scan.typical_attenuation_db for scan in scans) for scans in meetings])
    if said is not None:
        click.echo(f"bluezone: {said}", err=True)
    return {"caveats": [] if said is None else [said]}


def _read(directory: Path, skip_bad_scans: bool) -> EncounterSet:
    from bluezone.exposure.encounters import read_encounters

    data = read_encounters(directory, skip_bad_scans=skip_bad_scans)
    if data.skipped_scans:
        click.echo(f"bluezone: {data.name}: {data.skipped_scans} scans that make no sense were left out", err=True)
    return data


def _policy_facts(policy: Policy) -> dict[str, Any]:
    return {
        "name": policy.name,
        "version": policy.version,
        "threshold": policy.threshold,
        "unit": policy.unit,
        "source": policy.source,
        "parameters": dict(policy.parameters()),
    }


# --- what people read -------------------------------------------------------------------------------------------------


def _evaluation(result: Evaluation) -> Iterator[str | Table]:
    from bluezone.exposure.evaluate import merged

    how = "both directions pooled" if result.pooled else "one direction"
    close = "close by its label" if result.label_minutes is None else f"within 2 m for {result.label_minutes} minutes"
    yield (
        f"{result.set}: {result.encounters} encounters in {result.sessions} sessions, {result.positives} {close} "
        f"(base rate {result.base_rate:.1%}), {result.unheard} never heard; {how}"
    )
    rows = [(names, *_figures(row)) for names, row in merged(result.policies)]
    headings = ("policy", "AUC (95 %)", "nDCF (95 %)", "best", "missed", "false alarms", "precision", "Brier")
    yield table(headings, rows)
    yield from result.caveats


def _figures(row: PolicyResult) -> list[str]:
    auc, ndcf, best, miss, false, brier = _cells(row, row.own)
    return [
        auc + _span(row.auc_interval, ".3f"), ndcf + _span(row.ndcf_interval, ".2f"), best, miss, false,
        _number(row.own.precision, ".0%"), brier,
    ]  # fmt: skip


def _cells(row: PolicyResult | Transfer, at: OperatingPoint) -> list[str]:
    """Return what both tables say of a policy that warns from a threshold."""
    figures = (
        (row.auc, ".3f"),
        (at.ndcf, ".3f"),
        (row.best.ndcf, ".3f"),
        (at.p_miss, ".0%"),
        (at.p_false_alarm, ".0%"),
    )
    return [*(_number(*each) for each in figures), "" if row.brier is None else _number(row.brier, ".3f")]


def _transfers(rows: Sequence[Transfer]) -> Iterator[Table]:
    from bluezone.exposure.evaluate import merged

    cells = [(names, *_cells(row, row.frozen)) for names, row in merged(rows)]
    headings = ("policy", "AUC", "nDCF, frozen", "nDCF, best", "missed", "false alarms", "Brier")
    yield table(headings, cells, title=f"learned on {rows[0].learned_on}, measured on {rows[0].measured_on}")


def _number(value: float, form: str) -> str:
    """Return the figure, or a dash where there is none."""
    return format(value, form) if math.isfinite(value) else "-"


def _span(interval: tuple[float, float], form: str) -> str:
    low, high = interval
    return f" ({low:{form}}-{high:{form}})" if math.isfinite(low) and math.isfinite(high) else ""


def _with_ndcf(value: Any) -> Any:
    """Return facts with each point's nDCF beside its parts."""
    if isinstance(value, dict):
        ndcf = {"ndcf": value["p_miss"] + value["p_false_alarm"]} if "p_miss" in value else {}
        return {key: _with_ndcf(item) for key, item in value.items()} | ndcf
    return [_with_ndcf(item) for item in value] if isinstance(value, list | tuple) else value
