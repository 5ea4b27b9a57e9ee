"""Define `bluezone exposure`: the policies, what they say of scans, and how well they do on labelled encounters."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from bluezone.cli.errors import CommandError
from bluezone.cli.exposure_files import calibration_of, policy_of
from bluezone.cli.languages import LanguageName
from bluezone.exposure.errors import ExposureError
from bluezone.exposure.policies import BLUEZONE, DEFAULT_POLICY, POLICIES, Policy, policy_named
from bluezone.exposure.policies.explain import explain_day
from bluezone.exposure.policies.nhs_uks import NhsSmoother, risk_score
from bluezone.exposure.scan_files import (
    SCAN_COLUMNS,
    UNREADABLE,
    csv_rows,
    level_caveat,
    open_text,
    refuse_other_times,
    refuse_other_units,
    refuse_strengths,
    scan_numbers,
    unreadable,
)
from bluezone.exposure.windows import MAX_GAP_S, ExposureWindow, ScanInstance, group_scans, merged_scans
from bluezone.i18n import Language
from bluezone.protocol.keys import ReportType

# What evaluates and fits needs the extra `evaluation`: it is imported by the commands that do.
if TYPE_CHECKING:
    from bluezone.exposure.encounters import EncounterSet
    from bluezone.exposure.evaluate import Evaluation, PolicyResult, Transfer

_DIRECTORY = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_TABLE_WIDTH = 126


@click.group(name="exposure")
def command() -> None:
    """Turn radio readings into a risk: policies by name, and how well each does on real recordings."""


_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
_skip_option = click.option(
    "--skip-bad-scans", is_flag=True, help="Leave out scans that make no sense (counted) instead of stopping."
)
_calibration_option = click.option(
    "--calibration", type=_FILE, help="Calibration table (JSON) to use instead of the one that comes with the package."
)


@command.command("policies")
@_json_option
def list_policies(as_json: bool) -> None:
    """List every policy: its version, threshold, constants and source."""
    if as_json:
        _print_json([_policy_facts(policy) for policy in POLICIES.values()])
        return
    for policy in POLICIES.values():
        click.echo(f"{policy.name} {policy.version}: warns from {policy.threshold:g} ({policy.unit})")
        for name, value in policy.parameters().items():
            click.echo(f"    {name} = {value}")
        click.echo(f"    source: {policy.source}")


@command.command("evaluate")
@click.argument("directory", type=_DIRECTORY)
@click.option("--policy", "names", multiple=True, metavar="NAME", help="Only this policy; may be given several times.")
@click.option(
    "--policy-file",
    "policy_files",
    type=_FILE,
    multiple=True,
    help="Also the policy of this signed document of an authority (not verified); may be given several times.",
)
@click.option(
    "--align",
    "align_policies",
    type=click.Choice(["own", "all", "none", "phone"]),
    default="own",
    show_default=True,
    help="For which policies attenuations are laid over the reference population, without labels: those meant for it, "
    "all, none; or, for those meant for it, as each receiving phone does for itself (phone: of its own log, too, it "
    "knows only what a phone knows).",
)
@click.option("--both-directions", is_flag=True, help="Pool what both phones of a meeting heard.")
@click.option("--repeats", type=click.IntRange(min=1), default=200, show_default=True, help="Bootstrap repeats.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the bootstrap.")
@_calibration_option
@_skip_option
@_json_option
def evaluate_command(
    directory: Path,
    names: Sequence[str],
    policy_files: Sequence[Path],
    align_policies: str,
    both_directions: bool,
    repeats: int,
    seed: int,
    calibration: Path | None,
    skip_bad_scans: bool,
    as_json: bool,
) -> None:
    """Measure policies on a DIRECTORY of labelled encounters (encounters.csv, scans.csv.gz).

    AUC and nDCF (missed share + false-alarm share) with intervals over sessions, precision and recall beside the base
    rate, Brier score and reliability, by scene and placement.
    """
    import numpy as np

    from bluezone.exposure.evaluate import evaluate

    policies = [policy_named(name) for name in names]
    given = [policy_of(file) for file in policy_files]
    table = calibration_of(calibration)
    data = _read(directory, skip_bad_scans)
    result = evaluate(
        data,
        [*(policies or ([] if given else POLICIES.values())), *given],
        table,
        np.random.default_rng(seed),
        align_policies=align_policies,
        pool=both_directions,
        repeats=repeats,
    )
    if as_json:
        _print_json(asdict(result) | {"base_rate": result.base_rate})
    else:
        _print_evaluation(result)


@command.command("transfer")
@click.argument("learn_on", type=_DIRECTORY)
@click.argument("measure_on", type=_DIRECTORY)
@click.option("--policy", "names", multiple=True, metavar="NAME", help="Only this policy; may be given several times.")
@click.option(
    "--align",
    "align_policies",
    type=click.Choice(["own", "phone"]),
    default="own",
    show_default=True,
    help="Whether the other set is laid over the first as a whole (own), or as each of its receiving phones does for "
    "itself (phone).",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of the sessions drawn for intervals.")
@_skip_option
@_json_option
def transfer_command(
    learn_on: Path,
    measure_on: Path,
    names: Sequence[str],
    align_policies: str,
    seed: int,
    skip_bad_scans: bool,
    as_json: bool,
) -> None:
    """Fit on one set, freeze, and measure on another: the only figures that promise anything."""
    import numpy as np

    from bluezone.exposure.evaluate import transfer

    policies = [policy_named(name) for name in names] or list(POLICIES.values())
    learn, test = _read(learn_on, skip_bad_scans), _read(measure_on, skip_bad_scans)
    rows = transfer(learn, test, policies, np.random.default_rng(seed), by_phone=align_policies == "phone")
    if as_json:
        _print_json([asdict(row) | {"ndcf": row.frozen.ndcf, "best_ndcf": row.best.ndcf} for row in rows])
    else:
        _print_transfers(rows)


@command.command("fit")
@click.argument("directories", type=_DIRECTORY, nargs=-1, required=True)
@click.option("--version", default="fitted", show_default=True, help="Version of the fitted policy.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the sessions drawn for intervals.")
@click.option("--repeats", type=click.IntRange(min=10), default=500, show_default=True, help="Bootstrap repeats.")
@_calibration_option
@_skip_option
def fit_command(
    directories: Sequence[Path], version: str, seed: int, repeats: int, calibration: Path | None, skip_bad_scans: bool
) -> None:
    """Fit the default policy to labelled encounters; prints its parameters and calibration as JSON.

    The first directory is the reference population unless --calibration gives one.
    """
    import numpy as np

    from bluezone.exposure.fitting import fit

    sets = [_read(directory, skip_bad_scans) for directory in directories]
    given = None if calibration is None else calibration_of(calibration)
    fitted = fit(sets, BLUEZONE, np.random.default_rng(seed), version=version, calibration=given, repeats=repeats)
    _print_json({"policy": _policy_facts(fitted.policy), "calibration": json.loads(fitted.calibration.to_json())})


@command.command("score")
@click.argument("file", type=_FILE)
@click.option(
    "--policy", "name", default=DEFAULT_POLICY.name, show_default=True, metavar="NAME", help="By which policy."
)
@click.option(
    "--days-since-onset", type=click.IntRange(-14, 14), default=0, show_default=True, help="Of the case, on that day."
)
@_json_option
def score_command(file: Path, name: str, days_since_onset: int, as_json: bool) -> None:
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
    if not _is_of_encounters(file):
        scans = _read_scans(file)
        answer = facts | _score(policy, scans, days_since_onset) | _level_caveats([scans])
        if as_json:
            _print_json(answer)
            return
        click.echo(
            f"{policy.name} {policy.version}: {answer['score']:.4g} {policy.unit}, warns from {policy.threshold:g}"
        )
        click.echo("warned" if answer["alert"] else "not warned")
        if "library_risk_score" in answer:
            click.echo(f"risk score of the NHS library: {answer['library_risk_score']:.12g}")
        return
    encounters = _read_scans_of_encounters(file)
    of_each = [
        {"encounter": encounter} | _score(policy, scans, days_since_onset) for encounter, scans in encounters.items()
    ]
    caveats = _level_caveats(encounters.values())
    if as_json:
        _print_json(facts | {"encounters": of_each} | caveats)
        return
    click.echo(f"{policy.name} {policy.version}: {policy.unit}, warns from {policy.threshold:g}")
    for each in of_each:
        click.echo(f"{each['encounter']}: {each['score']:.4g}, {'warned' if each['alert'] else 'not warned'}")


@command.command("explain")
@click.argument("file", type=_FILE)
@click.option("--policy", "name", default=DEFAULT_POLICY.name, show_default=True, metavar="NAME", help="By which rule.")
@click.option(
    "--days-since-onset", type=click.IntRange(-14, 14), default=0, show_default=True, help="Of the case, on that day."
)
@click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), default="2020-08-13", show_default=True, help="When it was, in UTC."
)
@click.option("--language", type=LanguageName(), default="vi", show_default=True, help="Of the sentences.")
@_json_option
def explain_command(
    file: Path, name: str, days_since_onset: int, day: dt.datetime, language: Language, as_json: bool
) -> None:
    """Explain the scans in FILE by a policy, as a phone that learned nothing of itself yet says it to its owner.

    FILE as in `bluezone exposure score`, the scans of one sender. The dose is in minutes at the distance that is said:
    it differs from policy to policy.
    """
    policy = policy_named(name)
    if _is_of_encounters(file):
        raise CommandError(f"{file}: holds the scans of several encounters; give those of one (see `score`)")
    start_s = day.replace(tzinfo=dt.UTC).timestamp()
    scans = [replace(scan, at_s=scan.at_s + start_s) for scan in _read_scans(file)]
    _level_caveats([scans])
    windows = [ExposureWindow(group, ReportType.CONFIRMED_TEST, days_since_onset) for group in group_scans(scans)]
    days = policy.assess(windows).days
    said = [explain_day(each, policy.name, policy.version, policy.threshold).sentences(language) for each in days]
    if as_json:
        _print_json([asdict(each) | {"sentences": sentences} for each, sentences in zip(days, said, strict=True)])
        return
    click.echo("\n\n".join("\n".join(sentences) for sentences in said))


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


def _refuse_durations(file: Path, scans: Sequence[ScanInstance]) -> None:
    """Refuse scans most of which stand for longer than any phone's: their unit is another, and would make hours of
    minutes. One such is a clock that jumped, and counts as the longest silence within a meeting."""
    middle_s = median(scan.since_last_scan_s for scan in scans)
    if middle_s > MAX_GAP_S and len(scans) > 2:
        raise CommandError(
            f"{file}: half of its scans stand for {middle_s:g} s or more, where a phone scans at least every "
            f"{MAX_GAP_S:g} s; seconds are meant, not milliseconds"
        )


def _is_of_encounters(file: Path) -> bool:
    """Tell whether a file is the scans of a set of encounters: its header names the encounter."""
    try:
        with open_text(file) as stream:
            return "enc" in [cell.strip() for cell in next(csv.reader(stream), [])]
    except UNREADABLE as error:
        raise unreadable(file, error) from None


def _read_scans_of_encounters(file: Path) -> dict[str, list[ScanInstance]]:
    """Read the scans of a set of encounters, in order of time, each encounter's clock from 0. Raises CommandError
    naming the line that is no scan."""
    rows = list(csv_rows(file, SCAN_COLUMNS))
    refuse_strengths(file, (cells["att_mean_db"] for _, cells in rows))
    found: dict[str, list[tuple[float, ...]]] = {}
    for line, cells in rows:
        try:
            found.setdefault(cells["enc"], []).append(scan_numbers(cells))
        except ValueError as error:
            raise CommandError(f"{file}, line {line}: {error}") from None
    if not found:
        raise CommandError(f"{file}: there is no scan in it")
    refuse_other_units(file, (scan[2] for scans in found.values() for scan in scans))
    encounters = {encounter: _in_order(sorted(scans)) for encounter, scans in found.items()}
    for scans in encounters.values():
        _refuse_durations(file, scans)
        refuse_other_times(file, ((scan.at_s, scan.since_last_scan_s) for scan in scans))
    return encounters


def _in_order(scans: Sequence[tuple[float, ...]]) -> list[ScanInstance]:
    """Return an encounter's scans, from 0; a scan that stands there twice counts once, and two rows of one moment are
    one scan, as on a phone."""
    by_scan: dict[float, list[ScanInstance]] = {}
    for at_s, since_s, typical_db, min_db, readings in dict.fromkeys(scans):
        one = ScanInstance(at_s - scans[0][0], since_s, typical_db, min_db, int(readings))
        by_scan.setdefault(one.at_s, []).append(one)
    return [merged_scans(instances) for instances in by_scan.values()]


def _read_scans(file: Path) -> list[ScanInstance]:
    """Read scans of a CSV file. Raises CommandError naming the line that is no scan."""
    try:
        with open_text(file) as stream:
            rows = [(number, row) for number, row in enumerate(csv.reader(stream), start=1) if row]
    except UNREADABLE as error:
        raise unreadable(file, error) from None
    if not rows:
        raise CommandError(f"{file}: there is no scan in it")
    columns = ["since_last_scan_s", "typical_attenuation_db"]
    if not _is_number(rows[0][1][0]):
        columns = [cell.strip() for cell in rows[0][1]]
        rows = rows[1:]
        missing = {"since_last_scan_s", "typical_attenuation_db"} - set(columns)
        if missing:
            raise CommandError(f"{file}: its header lacks {', '.join(sorted(missing))}")
        if len(set(columns)) < len(columns):
            raise CommandError(f"{file}: its header names a column twice")
        if not rows:
            raise CommandError(f"{file}: there is no scan in it")
    typical = columns.index("typical_attenuation_db")
    refuse_strengths(file, (row[typical] for _, row in rows if len(row) == len(columns)))
    scans: list[ScanInstance] = []
    elapsed = 0.0
    for number, row in rows:
        try:
            cells = dict(zip(columns, map(float, row), strict=True))
        except ValueError:
            raise CommandError(
                f"{file}, line {number}: {len(columns)} numbers are meant: {', '.join(columns)}"
            ) from None
        elapsed += cells["since_last_scan_s"] if scans else 0.0
        try:
            scans.append(_scan(cells, elapsed))
        except ExposureError as error:
            raise CommandError(f"{file}, line {number}: {error}") from None
    _refuse_durations(file, scans)
    refuse_other_units(file, (scan.typical_attenuation_db for scan in scans))
    return scans


def _scan(cells: dict[str, float], at_s: float) -> ScanInstance:
    typical = cells["typical_attenuation_db"]
    readings = cells.get("readings", 1.0)
    if readings != readings // 1:  # true for NaN and infinities too
        raise ExposureError(f"scan instance: {readings:g} readings, a whole number is meant")
    minimum = cells.get("min_attenuation_db", typical)
    return ScanInstance(at_s, cells["since_last_scan_s"], typical, minimum, int(readings))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


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


# --- printing ---------------------------------------------------------------------------------------------------------


def _plain(value: Any) -> Any:
    """Return the value with what JSON does not know (NaN, infinity) as null, and a point's nDCF beside its parts."""
    if isinstance(value, dict):
        plain = {str(key): _plain(item) for key, item in value.items()}
        if "p_miss" in value:
            plain["ndcf"] = _plain(value["p_miss"] + value["p_false_alarm"])
        return plain
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):  # numpy's too
        return float(value) if math.isfinite(value) else None
    return value


def _print_json(value: Any) -> None:
    click.echo(json.dumps(_plain(value), indent=2, ensure_ascii=False, allow_nan=False))


def _console() -> Console:
    """Return a console wide enough for the tables: into a pipe rich would fold them at 80 columns."""
    console = Console()
    return console if console.width >= _TABLE_WIDTH else Console(width=_TABLE_WIDTH)


def _print_evaluation(result: Evaluation) -> None:
    from bluezone.exposure.evaluate import merged

    console = _console()
    how = "both directions pooled" if result.pooled else "one direction"
    close = "close by its label" if result.label_minutes is None else f"within 2 m for {result.label_minutes} minutes"
    click.echo(
        f"{result.set}: {result.encounters} encounters in {result.sessions} sessions, {result.positives} {close} "
        f"(base rate {result.base_rate:.1%}), {result.unheard} never heard; {how}"
    )
    if result.population_db is not None:
        click.echo(
            "aligned: without labels, phones and models laid over each other, "
            f"the whole set shifted by {result.population_db:+.1f} dB; as recorded: nothing of it"
        )
    elif result.as_recorded:
        click.echo(
            "aligned: each receiving phone by the table of models and by its own log; as recorded: nothing of it"
        )
    table = Table(show_edge=False)
    table.add_column("policy", no_wrap=True)
    for name in ("AUC (95 %)", "nDCF (95 %)", "best", "missed", "false alarms", "precision", "Brier"):
        table.add_column(name, justify="right", no_wrap=True)
    recorded = {(row.policy, row.version): row for row in result.as_recorded}
    for names, row in merged(result.policies):
        table.add_row(f"{names}{', aligned' if row.aligned else ''}", *_figures(row))
        if (row.policy, row.version) in recorded:
            table.add_row(f"{names}, as recorded", *_figures(recorded[row.policy, row.version]))
    console.print(table)
    for sentence in result.caveats:
        click.echo(sentence)


def _figures(row: PolicyResult) -> list[str]:
    return [
        _number(row.auc, ".3f") + _span(row.auc_interval, ".3f"),
        _number(row.own.ndcf, ".3f") + _span(row.ndcf_interval, ".2f"),
        _number(row.best.ndcf, ".3f"),
        _number(row.own.p_miss, ".0%"),
        _number(row.own.p_false_alarm, ".0%"),
        _number(row.own.precision, ".0%"),
        "" if row.brier is None else _number(row.brier, ".3f"),
    ]


def _number(value: float, form: str) -> str:
    """Return the figure, or a dash where there is none."""
    return format(value, form) if math.isfinite(value) else "-"


def _span(interval: tuple[float, float], form: str) -> str:
    low, high = interval
    return f" ({low:{form}}-{high:{form}})" if math.isfinite(low) and math.isfinite(high) else ""


def _print_transfers(rows: Sequence[Transfer]) -> None:
    from bluezone.exposure.evaluate import merged

    console = _console()
    table = Table(show_edge=False, title=f"learned on {rows[0].learned_on}, measured on {rows[0].measured_on}")
    for name in ("policy", "AUC", "nDCF, frozen", "nDCF, best", "missed", "false alarms", "Brier"):
        table.add_column(name, justify="left" if name == "policy" else "right")
    for names, row in merged(rows):
        table.add_row(
            names,
            _number(row.auc, ".3f"),
            _number(row.frozen.ndcf, ".3f"),
            _number(row.best.ndcf, ".3f"),
            _number(row.frozen.p_miss, ".0%"),
            _number(row.frozen.p_false_alarm, ".0%"),
            "" if row.brier is None else _number(row.brier, ".3f"),
        )
    console.print(table)
