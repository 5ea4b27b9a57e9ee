"""Say what a rehearsal has shown: one day's outcome, what many seeds come to, and the order that started this."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from bluezone.cli.answers import table
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level
from bluezone.i18n import Language, format_date
from bluezone.rollout.pace import Pace, pace
from bluezone.town.delivery import summary
from bluezone.town.run import Options, Outcome, SeedScore, Shares, precision, sensitivity
from bluezone.town.show import words
from bluezone.town.show.pages import translator

if TYPE_CHECKING:
    from rich.table import Table

_PROVINCE, _AS_OF = "Hậu Giang", dt.date(2020, 8, 13)
_TARGET, _DEADLINE = Fraction(30, 100), dt.date(2020, 8, 30)


def day_text(outcome: Outcome, language: Language) -> Iterator[str | Table]:
    """Yield what the page shows at the end."""
    speaks = translator(language)
    found, _ = words.findings(outcome, speaks), speaks.gettext
    yield table(
        map(_, words.HEADINGS),
        (
            (
                f"{row.name} {outcome.world.people[row.number].id}",
                row.role + (", " + _("lives with {name}").format(name=row.lives_with) if row.lives_with else ""),
                click.style(row.verdict, _COLOURS[row.tone]),
                *(row.within, row.heard, row.recorded),
            )
            for row in found.rows
        ),
        left=3,
        broken=(1, 2),
        title=_(words.QUESTION).format(name=found.case),
        caption=_(words.IN_MINUTES if outcome.options.days == 1 else words.IN_MINUTES_OF_DAYS),
    )
    yield from words.summary(outcome, found, speaks)
    yield table(
        (_("Truly"), *found.levels.columns),
        ((name, *counts) for name, counts in found.levels.rows),
        title=_("F0, F1 and F2: what is known, and the truth"),
    )
    yield from found.sentences


_COLOURS = {"safe": "green", "act": "red", "watch": "yellow", "": None}


# --- the order that started this ----------------------------------------------------------------------


def target() -> Pace:
    """Return where Hậu Giang stood on the day of the order, and what the order asked of it."""
    province = catalogue.provinces().find(_PROVINCE, on=_AS_OF, level=Level.PROVINCE)
    installs = next(
        report.installs
        for report in catalogue.province_reports()
        if report.province == _PROVINCE and report.date == _AS_OF and report.installs is not None
    )
    people = catalogue.figures().current(province, Measure.POPULATION, _AS_OF).value
    return pace(installs=installs, base=people, target=_TARGET, as_of=_AS_OF, deadline=_DEADLINE)


def target_facts(target: Pace) -> dict[str, Any]:
    """Return that for programs."""
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


def target_text(target: Pace, language: Language) -> str:
    """Say that in two sentences."""
    speaks = translator(language)
    numbers = ("installs", "base", "target_installs", "needed", "days", "per_day")
    return speaks.gettext(words.ORDER).format(
        province=_PROVINCE,
        on=format_date(_AS_OF, language),
        share=speaks.share(target.share),
        target=speaks.share(float(target.target_share), digits=0),
        deadline=format_date(_DEADLINE, language),
        **{name: speaks.number(getattr(target, name)) for name in numbers},
    )


# --- many seeds ---------------------------------------------------------------------------------------


def seeds_facts(options: Options, scores: list[SeedScore]) -> dict[str, Any]:
    """Return the counts of each seed's day, and the summaries."""
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


def seeds_text(options: Options, scores: list[SeedScore]) -> Iterator[str | Table]:
    """Yield a table of the days, then what they come to."""
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
