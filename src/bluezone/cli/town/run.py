"""Define `bluezone town run`: rehearse a day and say who was warned."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from bluezone.cli.errors import CommandError
from bluezone.cli.options import Opt, options
from bluezone.cli.town.options import Days, Hours, Notices, People, PolicyName, Scene, SecondOrder, Seed
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level
from bluezone.i18n import Language
from bluezone.rollout.pace import Pace, pace
from bluezone.town.delivery import summary
from bluezone.town.report import document
from bluezone.town.run import MAX_HOURS, Options, Outcome, rehearsal
from bluezone.town.server import OFFICER, TownAuthority
from bluezone.town.show.texts import translator
from bluezone.town.show.tracing_words import level_table, sentences
from bluezone.town.truth import CLOSE_CONTACT_MIN
from bluezone.town.world import TOWN

_PROVINCE, _AS_OF = "Hậu Giang", dt.date(2020, 8, 13)
_TARGET, _DEADLINE = Fraction(30, 100), dt.date(2020, 8, 30)


@click.command()
@options
def run(
    *,
    people: People = 12,
    seed: Seed = 1,
    hours: Hours = MAX_HOURS,
    policy: PolicyName = None,
    scene: Scene = TOWN,
    days: Days = 1,
    notices: Notices = False,
    second_order: SecondOrder = False,
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
    silent = json_file == "-"
    with _folder(folder) as directory, _shown(quiet) as progress:
        options = Options(people, seed, directory, hours, policy, hci, scene, days, notices, second_order)
        with rehearsal(options, progress) as (outcome, authority):
            progress.close()
            facts = document(outcome) | {"hau_giang": _target_facts()}
            _write(json_file, facts)
            if not silent:
                _tell(outcome, _hau_giang())
            if not silent and not stay:
                click.echo(
                    "\nTo look around: --stay keeps the authority up, --folder keeps all files; see docs/why/town.md."
                )
            if stay:
                _stay(directory, outcome, authority, Console(stderr=silent))


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


def _write(json_file: str | None, facts: dict[str, Any]) -> None:
    if json_file is None:
        return
    text = json.dumps(facts, ensure_ascii=False, indent=2) + "\n"
    if json_file == "-":
        click.echo(text, nl=False)
    else:
        Path(json_file).write_text(text, encoding="utf-8")


# --- progress -----------------------------------------------------------------------------------------


class _Shown:
    """Show progress on stderr: a bar for each stage in a terminal, a line for each elsewhere."""

    def __init__(self, quiet: bool) -> None:
        console = Console(stderr=True)
        self._bars: Progress | None = None
        self._stage = ""
        self._task = TaskID(0)
        self._lines = not quiet and not console.is_terminal
        if not quiet and console.is_terminal:
            self._bars = Progress(
                TextColumn("{task.description:<36}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
                TimeElapsedColumn(), console=console,
            )  # fmt: skip
            self._bars.start()

    def __call__(self, stage: str, done: float, total: float) -> None:
        new = stage != self._stage
        self._stage = stage
        if self._bars is not None:
            if new:
                self._task = self._bars.add_task(stage, total=total)
            self._bars.update(self._task, completed=done)
        elif self._lines and new:
            click.echo(f"{stage} ...", err=True)

    def close(self) -> None:
        if self._bars is not None:
            self._bars.stop()


@contextmanager
def _shown(quiet: bool) -> Iterator[_Shown]:
    progress = _Shown(quiet)
    try:
        yield progress
    finally:
        progress.close()


# --- what people read ---------------------------------------------------------------------------------


def _tell(outcome: Outcome, target: Pace) -> None:
    console = Console()
    console.print(_table(outcome))
    console.print(_summary(outcome), highlight=False)
    console.print()
    console.print(_levels(outcome))
    for sentence in sentences(outcome, translator(Language.ENGLISH)):
        console.print(sentence, highlight=False)
    console.print()
    console.print(_hau_giang_text(target), highlight=False)


def _table(outcome: Outcome) -> Table:
    people, cases = outcome.world.people, [case.person for case in outcome.cases]
    sick = [people[case] for case in cases]
    names = ", ".join(f"{one.name} ({one.id}, {one.role.value})" for one in sick)
    of_a_day = "" if outcome.options.days == 1 else ", within 2 m: of the day on which it was most"
    table = Table(
        title=f"{names} tested positive. Who was near?",
        caption=f"In minutes{of_a_day}. * lives with {' or '.join(one.name for one in sick)}",
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("person", no_wrap=True)
    table.add_column("by day", no_wrap=True)
    for heading in ("within 2 m", "heard", "recorded"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("warned?", no_wrap=True)
    order = sorted(
        (number for number in range(len(people)) if number not in cases),
        key=lambda number: (-outcome.near_case_min[number], -outcome.recorded.near[number, cases].max()),
    )
    for number in order:
        person = people[number]
        table.add_row(
            f"{person.name} ({person.id})" + (" *" if person.home in {one.home for one in sick} else ""),
            person.role.value,
            f"{outcome.near_case_min[number]:.0f}",
            f"{outcome.recorded.heard[number, cases].max():.0f}",
            f"{outcome.recorded.near[number, cases].max():.0f}",
            _VERDICTS[number in outcome.contacts, number in outcome.warned],
        )
    if outcome.place is not None:  # no radio was near, and no phone of the town heard this one
        by_code = any(visit.is_warned for visit in outcome.place.visits)
        said = f"warned by the code of the {outcome.place.was.place}" if by_code else "not warned"
        table.add_row("a traveller", "passing through", "-", "-", "-", said)
    return table


def _levels(outcome: Outcome) -> Table:
    found = level_table(outcome, translator(Language.ENGLISH))
    table = Table(title="Levels: rows in truth, columns by the system", title_justify="left")
    table.add_column("truly", no_wrap=True)
    for column in found.columns:
        table.add_column(column, justify="right")
    for name, counts in found.rows:
        table.add_row(name, *counts)
    return table


#: (truly a close contact, warned) -> what to say
_VERDICTS = {
    (True, True): "[green]yes, rightly[/]",
    (True, False): "[bold red]no, missed[/]",
    (False, True): "[yellow]yes, false alarm[/]",
    (False, False): "no, rightly",
}


def _notices_text(outcome: Outcome) -> str:
    delays_s = outcome.notice_delays_s
    if delays_s is None:
        return ""
    delay = summary(list(delays_s.values()))
    if delay is None:
        return " Nobody was told anything."
    return (
        f" From the export to the notice: median {delay.median_h:.1f} h, worst {delay.worst_h:.1f} h "
        f"({delay.notices} told)."
    )


def _summary(outcome: Outcome) -> str:
    score, air = outcome.score, outcome.air
    return (
        f"Sensitivity {_share(score.sensitivity)}: {score.rightly_warned} of {score.true_contacts} close contacts were "
        f"warned. Precision {_share(score.precision)}: {score.rightly_warned} of {score.warned} warned were close "
        f"contacts. The phones decided by the policy {outcome.policy} {outcome.policy_version}. A close contact was "
        f"within 2 m for {CLOSE_CONTACT_MIN:.0f} min or more on one day; recorded minutes count in full up to 55 dB of "
        "attenuation and half up to 63 dB.\n"
        f"On the air: {air.events:,} advertising events, {air.received:,} packets received. "
        f"Published: {outcome.keys_published} keys in {outcome.files_published} files."
        f"{_notices_text(outcome)}"
    )


def _share(share: float | None) -> str:
    return "cannot be said" if share is None else f"{100 * share:.0f} %"


def _stay(directory: Path, outcome: Outcome, authority: TownAuthority, console: Console) -> None:
    """Let the town's clock run on with real time, so that sessions and jobs behave, until interrupted."""
    started = time.monotonic()
    with contextlib.suppress(KeyboardInterrupt):
        console.print(
            f"\nThe authority stays up. Its clock goes on from {_utc(outcome.ended_at_s)}.\n"
            f"  officers   {authority.url}/officer/cases/   (name {OFFICER}, password {authority.password}; "
            "both for this rehearsal only)\n"
            f"  exports    {authority.url}/exports/452/index.txt\n"
            f"  phones     {directory / 'phones'}\n"
            f"  authority  {authority.var}\n"
            "Ctrl-C ends it" + (" and deletes the files." if _temporary(directory) else "."),
            highlight=False,
            soft_wrap=True,
        )
        while True:
            authority.set_clock(outcome.ended_at_s + time.monotonic() - started)
            time.sleep(1)


def _temporary(directory: Path) -> bool:
    return directory.parent == Path(tempfile.gettempdir())


def _utc(unix_s: float) -> str:
    return f"{dt.datetime.fromtimestamp(unix_s, dt.UTC):%Y-%m-%d %H:%M} UTC"


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


def _target_facts() -> dict[str, Any]:
    target = _hau_giang()
    return {
        "province": _PROVINCE,
        "date": _AS_OF.isoformat(),
        "installs": target.installs,
        "population": target.base,
        "share": round(target.share, 6),
        "target_share": float(target.target_share),
        "deadline": _DEADLINE.isoformat(),
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
