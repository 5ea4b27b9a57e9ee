"""Define `bluezone town run`, `seeds` and `show`: rehearse a day, the same day of many seeds, or one on a page."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import shlex
import signal
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click

from bluezone.cli.answers import Answer, announcer, json_text, show, table
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Json, Opt, command
from bluezone.cli.parameters import NumberRange
from bluezone.cli.progress import Shown
from bluezone.exposure.policies import POLICIES
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level
from bluezone.i18n import Language
from bluezone.rollout.pace import Pace, pace
from bluezone.town.delivery import summary
from bluezone.town.findings import CLOSE_CONTACT_MIN
from bluezone.town.report import document
from bluezone.town.run import (
    MAX_HOURS,
    Options,
    Outcome,
    SeedScore,
    Shares,
    parse_seeds,
    precision,
    rehearsal,
    rehearse_seeds,
    sensitivity,
)
from bluezone.town.server import OFFICER, TownAuthority
from bluezone.town.show import words
from bluezone.town.show.pace import DEFAULT_SPEED, SPEEDS
from bluezone.town.show.pages import translator
from bluezone.town.world import MAX_DAYS, MAX_PEOPLE, MIN_PEOPLE, SCENES, TOWN

if TYPE_CHECKING:
    from rich.table import Table

_PROVINCE, _AS_OF = "Hậu Giang", dt.date(2020, 8, 13)
_TARGET, _DEADLINE = Fraction(30, 100), dt.date(2020, 8, 30)
#: on a page: more people than can be told apart in a drawing, and each phone is two databases
_MAX_SHOWN = 60
_DEFAULT_PORT = 8730

People = Annotated[int, Opt("How many.", limits=(MIN_PEOPLE, MAX_PEOPLE))]
Seed = Annotated[int, Opt("Another seed, another town and day.", limits=(0,))]
Notices = Annotated[bool, Opt("Also let phones live on until their owners are told, and say after how long.")]


@dataclass(frozen=True)
class Lived:
    """Hold what every rehearsal is asked: how long, by which policy, where."""

    hours: Annotated[
        float,
        Opt(
            "How much of the (last) day to live through, from six in the morning.",
            type=NumberRange(0, MAX_HOURS, min_open=True),
        ),
    ] = MAX_HOURS
    policy: Annotated[str | None, Opt("What the phones decide by.", choices=sorted(POLICIES))] = None
    scene: Annotated[
        str,
        Opt(
            "Homes, market, office and bus of a small town; or strangers at a market, on a bus, or a school class.",
            choices=list(SCENES),
        ),
    ] = TOWN
    days: Annotated[
        int,
        Opt(
            "On each evening but the last somebody tests positive, and phones ask for keys by themselves.",
            limits=(1, MAX_DAYS),
        ),
    ] = 1

    def options(self, people: int, seed: int, directory: Path, **more: Any) -> Options:
        """Return the settings of a rehearsal of so many people."""
        return Options(people, seed, directory, **asdict(self), **more)


@command("run")
def run_command(
    *,
    people: People = 12,
    seed: Seed = 1,
    lived: Lived,
    notices: Notices = False,
    second_order: Annotated[
        bool,
        Opt(
            "Whether contacts (F1) warn the people they met (F2), as a ministry may turn on.",
            "--second-order/--no-second-order",
            show_default=True,
        ),
    ] = False,
    json_file: Annotated[
        str | None,
        Opt("Write the facts here; - for stdout.", "--json", type=click.Path(dir_okay=False, allow_dash=True)),
    ] = None,
    folder: Annotated[
        Path | None, Opt("Keep all files here (a new folder).", type=click.Path(file_okay=False, path_type=Path))
    ] = None,
    stay: Annotated[bool, Opt("Afterwards keep the authority running, until Ctrl-C.")] = False,
    hci: Annotated[
        bool, Opt("Send every packet through Bumble's stack and HCI: the same results, at more cost.")
    ] = False,
    quiet: Annotated[bool, Opt("No progress.")] = False,
) -> None:
    """Rehearse a day in the town: phones meet, one person tests positive, the right phones are warned, and some of
    those warned report it to an officer, who decides who is a contact (F1).

    Real are the phones' engine, the authority, its database and HTTP; with --hci also the phones' Bluetooth host, down
    to HCI. Modelled are people's ways, radio waves and what a Bluetooth chip does.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the authority's processes like Ctrl-C does
    if json_file not in (None, "-"):  # before the day, not after it
        parent = Path(str(json_file)).absolute().parent
        if not parent.is_dir():
            raise CommandError(f"{json_file}: there is no such folder")
        if not os.access(parent, os.W_OK):
            raise CommandError(f"{json_file}: nothing can be written there")
    with _folder(folder) as directory, closing(Shown("none" if quiet else "bar")) as progress:
        options = lived.options(people, seed, directory, hci=hci, notices=notices, second_order=second_order)
        with rehearsal(options, progress) as (outcome, authority):
            progress.close()
            target = _hau_giang()
            facts = json_text(document(outcome) | {"hau_giang": _target_facts(target)}, indent=2)
            if json_file == "-":
                click.echo(facts)
            else:
                if json_file is not None:
                    Path(json_file).write_text(facts + "\n", encoding="utf-8")
                show(*_outcome(outcome), "", _hau_giang_text(target))
                if not stay:
                    click.echo(
                        "\nTo look around: --stay keeps the authority up, --folder keeps all files; see "
                        "docs/why/town.md."
                    )
            if stay:
                _stay(directory, outcome, authority, to_stderr=json_file == "-")


@contextmanager
def _folder(chosen: Path | None) -> Iterator[Path]:
    if chosen is None:
        with tempfile.TemporaryDirectory(prefix="bluezone-town-") as made:
            yield Path(made)
        return
    if chosen.exists() and any(chosen.iterdir()):
        raise CommandError(f"{chosen}: is not empty; a rehearsal wants a folder of its own")
    chosen.mkdir(parents=True, exist_ok=True)
    yield chosen.absolute()


def _outcome(outcome: Outcome) -> Iterator[str | Table]:
    """Yield what the page shows at the end, in English."""
    found, air = words.findings(outcome, translator(Language.ENGLISH)), outcome.air
    of_a_day = "" if outcome.options.days == 1 else ", within 2 m: of the day on which it was most"
    yield table(
        ("person", "by day", "warned?", "within 2 m", "heard", "recorded", "lives with"),
        (
            (
                f"{row.name} ({outcome.world.people[row.number].id})",
                row.role,
                click.style(row.verdict, _COLOURS[row.tone]),
                *(row.within, row.heard, row.recorded, row.lives_with),
            )
            for row in found.rows
        ),
        left=3,
        title=f"{found.case} tested positive. Who was near?",
        caption=f"In minutes{of_a_day}.",
    )
    yield (
        f"Sensitivity {found.sensitivity}: {found.rightly}. Precision {found.precision}: {found.warned}. The phones "
        f"decided by the policy {found.policy}. A close contact was within 2 m for {CLOSE_CONTACT_MIN:.0f} min or "
        "more on one day; recorded minutes count in full up to 55 dB of attenuation and half up to 63 dB.\n"
        f"On the air: {air.events:,} advertising events, {air.received:,} packets received. "
        f"Published: {outcome.keys_published} keys in {outcome.files_published} files."
    )
    if outcome.notice_delays_s is not None:
        median, worst = _told_of(list(outcome.notice_delays_s.values()))
        yield f"From the export to the notice: median {median}, worst {worst} ({len(outcome.notice_delays_s)} told)."
    yield table(
        ("truly", *found.levels.columns),
        ((name, *counts) for name, counts in found.levels.rows),
        title="Levels: rows in truth, columns by the system",
    )
    yield from found.sentences


_COLOURS = {"safe": "green", "act": "red", "watch": "yellow", "": None}


def _stay(directory: Path, outcome: Outcome, authority: TownAuthority, *, to_stderr: bool) -> None:
    """Let the town's clock run on with real time, so that sessions and jobs behave, until interrupted."""
    started, temporary = time.monotonic(), directory.parent == Path(tempfile.gettempdir())
    with contextlib.suppress(KeyboardInterrupt):
        click.echo(
            f"\nThe authority stays up. Its clock goes on from "
            f"{dt.datetime.fromtimestamp(outcome.ended_at_s, dt.UTC):%Y-%m-%d %H:%M} UTC.\n"
            f"  officers   {authority.url}/officer/cases/   (name {OFFICER}, password {authority.password}; "
            "both for this rehearsal only)\n"
            f"  exports    {authority.url}/exports/452/index.txt\n"
            f"  phones     {directory / 'phones'}\n"
            f"  authority  {authority.var}\n"
            "Ctrl-C ends it" + (" and deletes the files." if temporary else "."),
            err=to_stderr,
        )
        while True:
            authority.set_clock(outcome.ended_at_s + time.monotonic() - started)
            time.sleep(1)


# --- the order that started this ----------------------------------------------------------------------


def _hau_giang() -> Pace:
    """Return where Hậu Giang stood on the day of the order, and what the order asked of it."""
    province = catalogue.provinces().find(_PROVINCE, on=_AS_OF, level=Level.PROVINCE)
    installs = next(
        report.installs
        for report in catalogue.province_reports()
        if report.province == _PROVINCE and report.date == _AS_OF and report.installs is not None
    )
    people = catalogue.figures().current(province, Measure.POPULATION, _AS_OF).value
    return pace(installs=installs, base=people, target=_TARGET, as_of=_AS_OF, deadline=_DEADLINE)


def _target_facts(target: Pace) -> dict[str, Any]:
    return {
        "province": _PROVINCE,
        "date": _AS_OF,
        "installs": target.installs,
        "population": target.base,
        "share": round(target.share, 6),
        "target_share": float(target.target_share),
        "deadline": _DEADLINE,
        "target_installs": target.target_installs,
        "needed": target.needed,
        "days": target.days,
        "per_day": target.per_day,
    }


def _hau_giang_text(target: Pace) -> str:
    return (
        f"{_PROVINCE} on {_AS_OF:%-d %B %Y}: {target.installs:,} of {target.base:,} = {100 * target.share:.2f} %. "
        f"{float(100 * target.target_share):.0f} % by {_DEADLINE:%-d %B} means {target.target_installs:,} people: "
        f"{target.needed:,} more in {target.days} days, {target.per_day:,} a day."
    )


# --- many seeds ---------------------------------------------------------------------------------------


@command("seeds")
def seeds_command(
    *,
    people: People = 12,
    lived: Lived,
    notices: Notices = False,
    seeds: Annotated[str, Opt("Which, for example 1-50 or 3,7,10-12.")] = "1-50",
) -> Answer:
    """Rehearse a day of each seed; count sensitivity and precision: each day's, their median, and the worst.

    Each is a whole `bluezone town run`; a day of twelve people takes some 15 seconds of CPU, four hours take five.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the authority's processes like Ctrl-C does
    chosen = parse_seeds(seeds)
    wanted = lived.options(people, chosen[0], Path(), notices=notices)
    with closing(Shown()) as progress:
        scores = list(rehearse_seeds(chosen, wanted, lambda done, count: progress("days", done, count)))
    return Answer(_seeds_facts(wanted, scores), _seeds_text(wanted, scores))


def _seeds_facts(options: Options, scores: list[SeedScore]) -> dict[str, Any]:
    plain = [one.score for one in scores]
    return {
        "people": options.people,
        "scene": options.scene,
        "lived_days": options.days,
        "hours": options.hours,
        "policy": {"name": scores[0].policy, "version": scores[0].policy_version},
        "days": [
            {
                "seed": one.seed,
                "close_contacts": one.score.true_contacts,
                "warned": one.score.warned,
                "rightly_warned": one.score.rightly_warned,
                "sensitivity": _rounded(one.score.sensitivity),
                "precision": _rounded(one.score.precision),
                "notice_delays_h": [round(delay_s / 3_600, 4) for delay_s in one.delays_s],
            }
            for one in scores
        ],
        "sensitivity": _shares_facts(sensitivity(plain)),
        "precision": _shares_facts(precision(plain)),
        "notices": summary(_delays_s(scores)),
    }


def _shares_facts(shares: Shares) -> dict[str, Any]:
    return {name: _rounded(value) if isinstance(value, float) else value for name, value in asdict(shares).items()}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _seeds_text(options: Options, scores: list[SeedScore]) -> Iterator[str | Table]:
    told = ("told after, median", "worst") if options.notices else ()
    yield table(
        ("seed", "close contacts", "warned", "sensitivity", "precision", *told),
        (
            (
                *map(str, (one.seed, one.score.true_contacts, one.score.warned)),
                *map(_share, (one.score.sensitivity, one.score.precision)),
                *(_told_of(one.delays_s) if options.notices else ()),
            )
            for one in scores
        ),
        left=0,
    )
    plain = [one.score for one in scores]
    hours, policy = options.duration_s / 3600, f"{scores[0].policy} {scores[0].policy_version}"
    yield f"{options.people} people, {options.scene}, {hours:g} hours, {policy}"
    yield f"sensitivity: {_shares_text(sensitivity(plain))}\nprecision:   {_shares_text(precision(plain))}"
    if options.notices:
        median, worst = _told_of(_delays_s(scores))
        yield f"from the export to the notice: median {median}, worst {worst} of {len(_delays_s(scores))}"


def _delays_s(scores: list[SeedScore]) -> list[float]:
    return [delay_s for one in scores for delay_s in one.delays_s]


def _told_of(delays_s: Sequence[float]) -> tuple[str, str]:
    delay = summary(delays_s)
    return ("-", "-") if delay is None else (f"{delay.median_h:.1f} h", f"{delay.worst_h:.1f} h")


def _shares_text(shares: Shares) -> str:
    if shares.median is None:
        return "no day has anything to divide by"
    return (
        f"median {_share(shares.median)}, lower quartile {_share(shares.lower_quartile)}, worst {_share(shares.worst)} "
        f"of {shares.days} days, {shares.perfect_days} of them 1; all persons together {_share(shares.pooled)} "
        f"({_share(shares.pooled_low)} to {_share(shares.pooled_high)})"
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


# --- on a page ----------------------------------------------------------------------------------------


@command("show")
def show_command(
    *,
    people: Annotated[int, Opt("How many.", limits=(MIN_PEOPLE, _MAX_SHOWN))] = 12,
    seed: Seed = 1,
    lived: Lived,
    speed: Annotated[
        str,
        Opt(
            "Minutes of the town in a second, at first; the page can change it.",
            choices=[str(speed // 60) for speed in SPEEDS],
        ),
    ] = str(DEFAULT_SPEED // 60),
    language: Annotated[Language, Opt("Of the page, at first.")] = Language.VIETNAMESE,
    port: Annotated[int, Opt("0: any free.", limits=(0, 65535))] = _DEFAULT_PORT,
    as_json: Json = False,
) -> None:
    """Show the rehearsal on a page of this machine, until Ctrl-C.

    Town, phones and authority are those of `bluezone town run`, at a pace to follow. Prints the address that opens the
    page; it holds a token of this run. No browser is opened.
    """
    from bluezone.town.show.serve import ShowOptions, serve

    again = shlex.join(["bluezone", "town", "show", "--people", str(people), "--seed", str(seed)])
    again += "" if lived.scene == TOWN else f" --scene {lived.scene}"
    again += "" if lived.days == 1 else f" --days {lived.days}"
    with tempfile.TemporaryDirectory(prefix="bluezone-town-") as directory:
        # on HCI, where each packet is seen in its moment
        options = lived.options(people, seed, Path(directory), hci=True)
        shown = ShowOptions(60.0 * int(speed), port, language, again)
        announce = announcer("The town is to be seen at {url}\nCtrl-C ends it.", as_json=as_json)
        asyncio.run(serve(options, shown, announce))
