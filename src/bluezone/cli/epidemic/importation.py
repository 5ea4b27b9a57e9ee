"""Define `bluezone epidemic importation`: a few infected people come into a country that has none."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any

from bluezone.cli.answers import Answer
from bluezone.cli.epidemic.answers import Told
from bluezone.cli.epidemic.question import R0, Changes, Means, StrainName, shares, with_r0
from bluezone.cli.epidemic.work import Work
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Json, Opt, command
from bluezone.epidemic import importation, importation_words, presenter, presets
from bluezone.epidemic.demography import own_society
from bluezone.epidemic.disease import strain as strain_named
from bluezone.epidemic.ensembles import Plan
from bluezone.epidemic.importation import LADDER, SPENDINGS, Cluster, Kind
from bluezone.epidemic.scenario import Scenario, check_uptake

#: Under which measures it is asked where to spend: what most provinces could do.
_SPENT_UNDER = "f1"


@command("importation")
def importation_command(
    *,
    infected: Annotated[int, Opt("People who come in.", limits=(1, 100))] = 3,
    uptake: Annotated[tuple[float, ...], Opt("Shares of people.", read=shares, default="0.0754,0.30,0.60")],
    outbreaks: Annotated[int, Opt("Outbreaks of each kind.", limits=(10, 100_000))] = 1000,
    days: Annotated[int, Opt("Followed so long.", limits=(20, 365))] = 120,
    strain: StrainName = "2020",
    r0: R0 = None,
    changes: Changes = (),
    costs: Annotated[
        tuple[str, ...], Opt("Of uptake, results or interviewers, in đồng.", "--cost", metavar="NAME=MILLIONS")
    ] = (),
    means: Means,
    as_json: Json = False,
) -> Answer:
    """Follow many small outbreaks: does it die out, how large does it get, when is it found, who sits in quarantine."""
    scenario = replace(presets.vietnam_2020(), days=days, initial_infections=infected, disease=strain_named(strain))
    base = presets.changed(with_r0(scenario, r0), changes)
    price = _costs(costs)
    uptakes = tuple(sorted({0.0, *uptake}))
    check_uptake(base.with_uptake(uptakes[-1]), own_society())
    kinds: list[Kind] = [
        (f"{step.name}@{share}", importation.with_measures(base, step.name).with_uptake(share), False)
        for step in LADDER
        for share in uptakes
    ]
    shown = min(uptakes, key=lambda share: abs(share - 0.0754))
    before = replace(
        importation.with_measures(base, _SPENT_UNDER).with_uptake(shown), days=min(days, importation.SPENT_DAYS)
    )
    kinds += [("nothing", before, True)]
    kinds += [(each.name, importation.spent_on(before, each.name), True) for each in SPENDINGS]
    told = Told({"assumptions": _assumptions(base, uptakes), "seeds": {"first": 0, "number": outbreaks}}, means.out,
                means.language, shown=not as_json)  # fmt: skip
    clusters = _follow(kinds, outbreaks, means)
    found = {
        (step.name, share): importation.summary(clusters[f"{step.name}@{share}"])
        for step in LADDER
        for share in uptakes
    }
    step, none, of = importation_words.shown_of(found)
    pairs = importation.paired(clusters[f"{step}@{none}"], clusters[f"{step}@{of}"])
    told.put(
        lambda spoken: presenter.importations(found, pairs, infected, days, outbreaks, spoken),
        outbreaks=[{"measures": name, "uptake": share, **asdict(each)} for (name, share), each in found.items()],
        paired={"measures": step, "uptake": of, **asdict(pairs)},
    )
    spent = importation.bought(clusters["nothing"], {each.name: clusters[each.name] for each in SPENDINGS}, price)
    told.put(
        lambda spoken: presenter.spending(spent, spoken),
        spending=spent,
        spent_at={"measures": _SPENT_UNDER, "uptake": shown},
    )
    return Answer(told.document, () if means.out is None else f"-> {means.out}")


def _assumptions(base: Scenario, uptakes: tuple[float, ...]) -> dict[str, Any]:
    """All that the answer rests on, before a step of measures adds its own."""
    described = Plan("", importation.PEOPLE, base, uptakes, (0,)).describe()
    return {name: value for name, value in described.items() if name not in ("place", "seeds")}


def _costs(given: tuple[str, ...]) -> dict[str, float]:
    costs = {each.name: each.cost for each in SPENDINGS}
    for text in given:
        name, _, value = text.partition("=")
        try:
            cost = float(value)
        except ValueError:
            cost = float("nan")
        if name not in costs or not cost >= 0:
            raise CommandError(f"--cost {text}: write NAME=MILLIONS, with NAME one of {', '.join(costs)}")
        costs[name] = cost
    return costs


def _follow(kinds: list[Kind], outbreaks: int, means: Means) -> dict[str, list[Cluster]]:
    """Return the clusters of each kind, in the order of their seeds."""
    parts: dict[str, dict[int, list[Cluster]]] = {name: {} for name, *_ in kinds}
    with Work(means).begun() as work, work.shown.counting("following outbreaks", len(kinds) * outbreaks) as advance:
        for name, first, done in importation.follow_kinds(kinds, outbreaks, work.pool):
            parts[name][first] = done
            advance(len(done))
    return {name: [each for first in sorted(done) for each in done[first]] for name, done in parts.items()}
