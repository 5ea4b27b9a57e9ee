"""Define `bluezone epidemic fit`: contacts by week that give the weekly cases a place recorded."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from bluezone.cli.epidemic.documents import finite
from bluezone.cli.epidemic.options import JSON, PROGRESS
from bluezone.cli.epidemic.work import Work
from bluezone.cli.errors import CommandError
from bluezone.cli.languages import LanguageName
from bluezone.epidemic import presets, weekly
from bluezone.epidemic import weekly_words as words
from bluezone.epidemic.calibration import rate_for
from bluezone.epidemic.demography import VIETNAM
from bluezone.epidemic.disease import STRAINS, strain
from bluezone.epidemic.recorded import RECORDS, Record, record
from bluezone.epidemic.scenario import Scenario
from bluezone.epidemic.weekly import WEEK, Fit, Weeks
from bluezone.i18n import Language

_WIDTH = 118
#: A run has so many people at most; and of a run's weekly cases, at least so many in the mean, or nothing can be told.
_MOST_PEOPLE, _FEWEST_CASES = 200_000, 3.0


@click.command("fit")
@click.option("--record", "key", type=click.Choice(list(RECORDS)), help="A place whose cases are kept here.")
@click.option(
    "--cases",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Or a CSV file with the columns date (first day of each week) and cases.",
)
@click.option("--people", type=click.IntRange(min=1000), help="People of the place, with --cases.")
@click.option("--by-sample", is_flag=True, help="Cases are counted on the day of the sample, not of the result.")
@click.option("--warm-up", type=click.IntRange(0, 200), default=14, show_default=True, help="Days before the weeks.")
@click.option("--seeds", type=click.IntRange(1, 1000), help="Runs that are averaged. [default: the record's; 16]")
@click.option("--as-stored", is_flag=True, help="Do not fit: play the weeks kept with --record, with other seeds.")
@click.option("--strain", type=click.Choice(list(STRAINS)), default="2020", show_default=True, help="With --cases.")
@click.option("--r0", type=float, help="Reproduction number if nobody did anything. [default: the strain's]")
@click.option("--set", "changes", metavar="NAME=VALUE", multiple=True, help="Any assumption; `assumptions` lists them.")
@click.option("--language", type=LanguageName(), default="en", show_default=True, help="Of sentences.")
@PROGRESS
@JSON
def fit_command(
    key: str | None, file: Path | None, seeds: int | None, as_stored: bool, as_json: bool, language: Language,
    **asked: Any,
) -> None:  # fmt: skip
    """Find how much of their contacts people kept, week by week, from a place's weekly cases."""
    if (key is None) == (file is None):
        raise CommandError("say whose cases: --record england, or --cases FILE with --people NUMBER")
    if as_stored and key is None:
        raise CommandError("--as-stored plays weeks that are kept here; give --record")
    place = record(key) if key is not None else _own(file, asked)
    scenario = presets.changed(place.scenario(), asked["changes"])
    numbers = place.seeds if seeds is None else tuple(range(seeds))
    work = Work({**asked, "dask": None, "workers": 1}, None, False)
    work.make_ready()
    people = place.population()
    if as_stored:
        found = weekly.played(
            people, scenario, place.weeks, place.wanted, [len(place.seeds) + seed for seed in numbers],
            place.contacts, place.initial_infections,
        )  # fmt: skip
    else:
        with work.progress("fitting", weekly.ROUNDS) as advance:
            found = weekly.fit(people, scenario, place.weeks, place.wanted, numbers, advance=advance)
    _tell(place, scenario, found, as_json, language)


def _own(file: Path | None, asked: dict[str, Any]) -> Record:
    """Return the record of somebody's own file."""
    assert file is not None, "one of the two"
    if asked["people"] is None:
        raise CommandError("say how many people live there: --people 733017")
    first, cases = _read(file)
    disease = strain(asked["strain"])
    if asked["r0"] is not None:
        disease = disease.with_rate(rate_for(VIETNAM, disease, asked["r0"]))
    people = asked["people"]
    part = min(1.0, _MOST_PEOPLE / people)
    if min(cases) * part < _FEWEST_CASES:  # a small outbreak is the same among fewer people
        part = 1.0
    if max(cases) * part * len(cases) > people * 0.9:
        raise CommandError(f"{max(cases):,} cases a week among {people:,} people are more than there can be")
    return Record(
        key="", name=file.stem, people=people, first=first, cases=cases,
        weeks=Weeks(len(cases), asked["warm_up"], asked["by_sample"]), society=VIETNAM,
        scenario=lambda: replace(presets.vietnam_2020(), disease=disease),
        simulated_people=min(people, _MOST_PEOPLE), scaled=part < 1, seeds=tuple(range(16)), contacts=(),
        initial_infections=0, source=str(file),
    )  # fmt: skip


def _read(file: Path) -> tuple[dt.date, tuple[int, ...]]:
    """Return the first day and the cases of each week. Raises CommandError that names the line."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{file}: not a CSV file in UTF-8; save it as one") from error
    if not rows or not {"date", "cases"} <= set(rows[0]):
        raise CommandError(f"{file}: no columns called date and cases; write them in the first line")
    found: list[tuple[dt.date, int]] = []
    for number, row in enumerate(rows, start=2):
        try:
            day, cases = dt.date.fromisoformat((row["date"] or "").strip()), int((row["cases"] or "").strip())
        except ValueError:
            raise CommandError(f"{file}, line {number}: write a date as 2020-07-25 and a whole number") from None
        if found and day != found[-1][0] + dt.timedelta(days=WEEK):
            raise CommandError(f"{file}, line {number}: {day} is not seven days after {found[-1][0]}")
        if cases < 1:
            raise CommandError(
                f"{file}, line {number}: a week without cases cannot be fitted; leave it out at the ends"
            )
        found.append((day, cases))
    if len(found) < 2:
        raise CommandError(f"{file}: one week of cases cannot be fitted; give 2 or more")
    return found[0][0], tuple(cases for _, cases in found)


def _tell(place: Record, scenario: Scenario, found: Fit, as_json: bool, language: Language) -> None:
    sentences = words.answer(place.name, place.first, found, language)
    fitted = weekly.with_weeks(scenario, place.weeks, found.contacts, found.initial_infections)
    options = _options(fitted, place.simulated_people) if place.society is VIETNAM else None
    if as_json:
        document = {
            "sentences": sentences,
            "place": place.name,
            "source": place.source,
            "people": place.people,
            "simulated_people": place.simulated_people,
            "initial_infections": found.initial_infections,
            "weeks": [
                {"date": place.date_of(week).isoformat(), "cases": cases, "miss": miss, "contacts": share}
                for week, (cases, miss, share) in enumerate(zip(place.cases, found.misses, found.contacts, strict=True))
            ],
            "levels": [asdict(level) for level in fitted.lockdowns],
            "options": options,
        }
        click.echo(json.dumps(finite(document), ensure_ascii=False))
        return
    console = Console(width=_WIDTH, highlight=False)
    console.print(sentences[0], style="bold")
    for sentence in sentences[1:]:
        console.print(sentence)
    console.print(_table(words.headings(language), words.rows(place.first, place.cases, found, language)))
    console.print(place.source)
    if options is not None:
        click.echo(words.go_on(options, language))


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table()
    for heading in headings:
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(*row)
    return table


def _options(scenario: Scenario, people: int) -> str:
    """Return the options with which `run` goes on from a fit: what differs from its defaults."""
    usual = presets.assumptions(replace(presets.vietnam_2020(), disease=strain(scenario.disease.name)))
    parts = [f"--people {people} --days {scenario.days} --initial-infections {scenario.initial_infections}"]
    if scenario.disease.name != presets.vietnam_2020().disease.name:
        parts.append(f"--strain {scenario.disease.name}")
    parts += [
        f"--set {name}={value}"
        for name, value in presets.assumptions(scenario).items()
        if value != usual[name] and name not in ("days", "initial_infections")
    ]
    parts += [
        f"--lockdown {level.from_day}:school={level.school:g},work={level.work:g},random={level.random:g}"
        for level in scenario.lockdowns
    ]
    return " ".join(parts)
