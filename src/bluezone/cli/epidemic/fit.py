"""Define `bluezone epidemic fit`: contacts by week that give the weekly cases a place recorded."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from bluezone.cli.answers import Answer, bold, table
from bluezone.cli.epidemic.question import R0, Changes, Means, ShowProgress, with_r0
from bluezone.cli.epidemic.work import Work
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Opt, command
from bluezone.epidemic import presets, weekly
from bluezone.epidemic import weekly_words as words
from bluezone.epidemic.demography import own_society
from bluezone.epidemic.disease import STRAINS, strain
from bluezone.epidemic.posterior import Posterior
from bluezone.epidemic.recorded import RECORDS, Record, record
from bluezone.epidemic.scenario import Scenario
from bluezone.epidemic.weekly import WEEK, Fit, Weeks
from bluezone.epidemic.words import translator
from bluezone.i18n import Language, Translator

#: A run has so many people at most; and of a run's weekly cases, at least so many in the mean, or nothing can be told.
_MOST_PEOPLE, _FEWEST_CASES = 200_000, 3.0


@dataclass(frozen=True)
class Own:
    """Hold whose cases are fitted: those of a place kept here, or of a person's own file with what is known of it."""

    key: Annotated[str | None, Opt("A place whose cases are kept here.", "--record", choices=list(RECORDS))] = None
    file: Annotated[
        Path | None, Opt("Or a CSV file with the columns date (first day of each week) and cases.", "--cases")
    ] = None
    people: Annotated[int | None, Opt("People of the place, with --cases.", limits=(1000,))] = None
    by_sample: Annotated[bool, Opt("Cases are counted on the day of the sample, not of the result.")] = False
    warm_up: Annotated[int, Opt("Days before the weeks.", limits=(0, 200))] = 14
    seeds: Annotated[int | None, Opt("Runs that are averaged. [default: the record's; 16]", limits=(1, 1000))] = None
    draws: Annotated[
        int, Opt("Also draw so many times what contacts may have been (minutes).", "--posterior", limits=(0, 10_000))
    ] = 0
    as_stored: Annotated[bool, Opt("Do not fit: play the weeks kept with --record, with other seeds.")] = False
    strain: Annotated[str, Opt("With --cases.", choices=list(STRAINS))] = "2020"
    r0: R0 = None

    def record(self) -> Record:
        """Return the cases of the place that is meant, week by week, and what is known of it."""
        if self.key is not None:
            return record(self.key)
        assert self.file is not None, "one of the two"
        if self.people is None:
            raise CommandError("say how many people live there: --people 733017")
        first, cases = _read(self.file)
        scenario = with_r0(replace(presets.vietnam_2020(), disease=strain(self.strain)), self.r0)
        part = min(1.0, _MOST_PEOPLE / self.people)
        if min(cases) * part < _FEWEST_CASES:  # a small outbreak is the same among fewer people
            part = 1.0
        if max(cases) * part * len(cases) > self.people * 0.9:
            raise CommandError(f"{max(cases):,} cases a week among {self.people:,} people are more than there can be")
        return Record(
            key="", name=self.file.stem, people=self.people, first=first, cases=cases,
            weeks=Weeks(len(cases), self.warm_up, self.by_sample), society=own_society(), scenario=lambda: scenario,
            simulated_people=min(self.people, _MOST_PEOPLE), scaled=part < 1, seeds=tuple(range(16)), contacts=(),
            initial_infections=0, source=str(self.file),
        )  # fmt: skip


@command("fit")
def fit_command(
    *,
    own: Own,
    changes: Changes = (),
    language: Annotated[Language, Opt("Of sentences.")] = Language.ENGLISH,
    progress: ShowProgress = "bar",
) -> Answer:
    """Find how much of their contacts people kept, week by week, from a place's weekly cases."""
    if (own.key is None) == (own.file is None):
        raise CommandError("say whose cases: --record da-nang, or --cases FILE with --people NUMBER")
    if own.as_stored and own.key is None:
        raise CommandError("--as-stored plays weeks that are kept here; give --record")
    place = own.record()
    scenario = presets.changed(place.scenario(), changes)
    numbers = place.seeds if own.seeds is None else tuple(range(own.seeds))
    work = Work(Means(workers=1, progress=progress))
    work.make_ready()
    people = place.population()
    if own.as_stored:
        found = weekly.played(
            people, scenario, place.weeks, place.wanted, [len(place.seeds) + seed for seed in numbers],
            place.contacts, place.initial_infections,
        )  # fmt: skip
    else:
        with work.shown.counting("fitting", weekly.ROUNDS) as advance:
            found = weekly.fit(people, scenario, place.weeks, place.wanted, numbers, advance=advance)
    may_be = None
    if own.draws:
        with work.shown.counting("drawing contacts", 150 * own.draws) as advance:
            may_be = weekly.posterior(people, scenario, place.weeks, found, max(10, own.draws), advance=advance)
    return _answer(place, scenario, found, may_be, translator(language))


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


def _answer(place: Record, scenario: Scenario, found: Fit, may_be: Posterior | None, language: Translator) -> Answer:
    sentences = words.answer(place.name, place.first, found, language)
    if may_be is not None:
        sentences += words.drawn(may_be, language)
    fitted = weekly.with_weeks(scenario, place.weeks, found.contacts, found.initial_infections)
    options = _options(fitted, place.simulated_people) if place.society == own_society() else None
    facts = {
        "sentences": sentences,
        "place": place.name,
        "source": place.source,
        "people": place.people,
        "simulated_people": place.simulated_people,
        "initial_infections": found.initial_infections,
        "weeks": [
            {"date": place.date_of(week), "cases": cases, "miss": miss, "contacts": share}
            for week, (cases, miss, share) in enumerate(zip(place.cases, found.misses, found.contacts, strict=True))
        ],
        "levels": fitted.lockdowns,
        "posterior": None
        if may_be is None
        else {
            "particles": may_be.particles.tolist(),
            "weights": may_be.weights.tolist(),
            "tolerance": may_be.tolerance,
            "runs": may_be.runs,
        },
        "options": options,
    }
    weeks = table(words.headings(language), words.rows(place.first, place.cases, found, language), left=0)
    go_on = [] if options is None else [words.go_on(options, language)]
    return Answer(facts, [bold(sentences[0]), *sentences[1:], weeks, place.source, *go_on])


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
