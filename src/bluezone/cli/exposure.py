"""Define `bluezone exposure`: the policies, what they say of scans, and how well they do on labelled encounters."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Annotated, Any

import click

from bluezone.cli.errors import CommandError
from bluezone.cli.exposure_files import calibration_of, policy_of
from bluezone.cli.exposure_scans import is_of_encounters, read_scans, read_scans_of_encounters
from bluezone.cli.exposure_tables import print_evaluation, print_json, print_transfers
from bluezone.cli.options import Arg, Json, Opt, options
from bluezone.exposure.policies import BLUEZONE, DEFAULT_POLICY, POLICIES, Policy, policy_named
from bluezone.exposure.policies.explain import explain_day
from bluezone.exposure.policies.nhs_uks import NhsSmoother, risk_score
from bluezone.exposure.scan_files import level_caveat
from bluezone.exposure.windows import ExposureWindow, ScanInstance, group_scans
from bluezone.i18n import Language
from bluezone.protocol.keys import ReportType

# What evaluates and fits needs the extra `evaluation`: it is imported by the commands that do.
if TYPE_CHECKING:
    from bluezone.exposure.encounters import EncounterSet

_DIRECTORY = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(name="exposure")
def command() -> None:
    """Turn radio readings into a risk: policies by name, and how well each does on real recordings."""


SkipBadScans = Annotated[
    bool, Opt("Leave out scans that make no sense (counted) instead of stopping.", "--skip-bad-scans")
]
CalibrationFile = Annotated[
    Path | None, Opt("Calibration table (JSON) to use instead of the one that comes with the package.")
]


@command.command("policies")
@options
def list_policies(
    *,
    as_json: Json = False,
) -> None:
    """List every policy: its version, threshold, constants and source."""
    if as_json:
        print_json([_policy_facts(policy) for policy in POLICIES.values()])
        return
    for policy in POLICIES.values():
        click.echo(f"{policy.name} {policy.version}: warns from {policy.threshold:g} ({policy.unit})")
        for name, value in policy.parameters().items():
            click.echo(f"    {name} = {value}")
        click.echo(f"    source: {policy.source}")


@command.command("evaluate")
@options
def evaluate_command(
    *,
    directory: Annotated[Path, Arg(type=_DIRECTORY)],
    names: Annotated[
        tuple[str, ...], Opt("Only this policy; may be given several times.", "--policy", metavar="NAME")
    ] = (),
    policy_files: Annotated[
        tuple[Path, ...],
        Opt(
            "Also the policy of this signed document of an authority (not verified); may be given several times.",
            "--policy-file",
        ),
    ] = (),
    align_policies: Annotated[
        str,
        Opt(
            "For which policies attenuations are laid over the reference population, without labels: those meant for "
            "it, all, none; or, for those meant for it, as each receiving phone does for itself (phone: of its own "
            "log, too, it knows only what a phone knows).",
            "--align",
            choices=["own", "all", "none", "phone"],
        ),
    ] = "own",
    both_directions: Annotated[bool, Opt("Pool what both phones of a meeting heard.")] = False,
    repeats: Annotated[int, Opt("Bootstrap repeats.", limits=(1,))] = 200,
    seed: Annotated[int, Opt("Seed of the bootstrap.")] = 1,
    calibration: CalibrationFile = None,
    skip_bad_scans: SkipBadScans = False,
    as_json: Json = False,
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
        print_json(asdict(result) | {"base_rate": result.base_rate})
    else:
        print_evaluation(result)


@command.command("transfer")
@options
def transfer_command(
    *,
    learn_on: Annotated[Path, Arg(type=_DIRECTORY)],
    measure_on: Annotated[Path, Arg(type=_DIRECTORY)],
    names: Annotated[
        tuple[str, ...], Opt("Only this policy; may be given several times.", "--policy", metavar="NAME")
    ] = (),
    align_policies: Annotated[
        str,
        Opt(
            "Whether the other set is laid over the first as a whole (own), or as each of its receiving phones does "
            "for itself (phone).",
            "--align",
            choices=["own", "phone"],
        ),
    ] = "own",
    seed: Annotated[int, Opt("Of the sessions drawn for intervals.")] = 1,
    skip_bad_scans: SkipBadScans = False,
    as_json: Json = False,
) -> None:
    """Fit on one set, freeze, and measure on another: the only figures that promise anything."""
    import numpy as np

    from bluezone.exposure.evaluate import transfer

    policies = [policy_named(name) for name in names] or list(POLICIES.values())
    learn, test = _read(learn_on, skip_bad_scans), _read(measure_on, skip_bad_scans)
    rows = transfer(learn, test, policies, np.random.default_rng(seed), by_phone=align_policies == "phone")
    if as_json:
        print_json([asdict(row) | {"ndcf": row.frozen.ndcf, "best_ndcf": row.best.ndcf} for row in rows])
    else:
        print_transfers(rows)


@command.command("fit")
@options
def fit_command(
    *,
    directories: Annotated[tuple[Path, ...], Arg(type=_DIRECTORY, nargs=-1, required=True)],
    version: Annotated[str, Opt("Version of the fitted policy.")] = "fitted",
    seed: Annotated[int, Opt("Of the sessions drawn for intervals.")] = 1,
    repeats: Annotated[int, Opt("Bootstrap repeats.", limits=(10,))] = 500,
    calibration: CalibrationFile = None,
    skip_bad_scans: SkipBadScans = False,
) -> None:
    """Fit the default policy to labelled encounters; prints its parameters and calibration as JSON.

    The first directory is the reference population unless --calibration gives one.
    """
    import numpy as np

    from bluezone.exposure.fitting import fit

    sets = [_read(directory, skip_bad_scans) for directory in directories]
    given = None if calibration is None else calibration_of(calibration)
    fitted = fit(sets, BLUEZONE, np.random.default_rng(seed), version=version, calibration=given, repeats=repeats)
    print_json({"policy": _policy_facts(fitted.policy), "calibration": json.loads(fitted.calibration.to_json())})


@command.command("score")
@options
def score_command(
    *,
    file: Annotated[Path, Arg()],
    name: Annotated[str, Opt("By which policy.", "--policy", metavar="NAME")] = DEFAULT_POLICY.name,
    days_since_onset: Annotated[int, Opt("Of the case, on that day.", limits=(-14, 14))] = 0,
    as_json: Json = False,
) -> None:
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
        if as_json:
            print_json(answer)
            return
        click.echo(
            f"{policy.name} {policy.version}: {answer['score']:.4g} {policy.unit}, warns from {policy.threshold:g}"
        )
        click.echo("warned" if answer["alert"] else "not warned")
        if "library_risk_score" in answer:
            click.echo(f"risk score of the NHS library: {answer['library_risk_score']:.12g}")
        return
    encounters = read_scans_of_encounters(file)
    of_each = [
        {"encounter": encounter} | _score(policy, scans, days_since_onset) for encounter, scans in encounters.items()
    ]
    caveats = _level_caveats(encounters.values())
    if as_json:
        print_json(facts | {"encounters": of_each} | caveats)
        return
    click.echo(f"{policy.name} {policy.version}: {policy.unit}, warns from {policy.threshold:g}")
    for each in of_each:
        click.echo(f"{each['encounter']}: {each['score']:.4g}, {'warned' if each['alert'] else 'not warned'}")


@command.command("explain")
@options
def explain_command(
    *,
    file: Annotated[Path, Arg()],
    name: Annotated[str, Opt("By which rule.", "--policy", metavar="NAME")] = DEFAULT_POLICY.name,
    days_since_onset: Annotated[int, Opt("Of the case, on that day.", limits=(-14, 14))] = 0,
    day: Annotated[dt.datetime, Opt("When it was, in UTC.", type=click.DateTime(["%Y-%m-%d"]), default="2020-08-13")],
    language: Annotated[Language, Opt("Of the sentences.")] = Language.VIETNAMESE,
    as_json: Json = False,
) -> None:
    """Explain the scans in FILE by a policy, as a phone that learned nothing of itself yet says it to its owner.

    FILE as in `bluezone exposure score`, the scans of one sender. The dose is in minutes at the distance that is said:
    it differs from policy to policy.
    """
    policy = policy_named(name)
    if is_of_encounters(file):
        raise CommandError(f"{file}: holds the scans of several encounters; give those of one (see `score`)")
    start_s = day.replace(tzinfo=dt.UTC).timestamp()
    scans = [replace(scan, at_s=scan.at_s + start_s) for scan in read_scans(file)]
    _level_caveats([scans])
    windows = [ExposureWindow(group, ReportType.CONFIRMED_TEST, days_since_onset) for group in group_scans(scans)]
    days = policy.assess(windows).days
    said = [explain_day(each, policy.name, policy.version, policy.threshold).sentences(language) for each in days]
    if as_json:
        print_json([asdict(each) | {"sentences": sentences} for each, sentences in zip(days, said, strict=True)])
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
