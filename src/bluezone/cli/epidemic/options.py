"""Define the options of the simulator's commands and the kinds of their values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bluezone.cli.languages import LanguageName
from bluezone.epidemic.disease import STRAINS
from bluezone.epidemic.interventions import Lockdown, VaccineDose


class Shares(click.ParamType[tuple[float, ...]]):
    """Read shares of people, as `0.0754,0.15` or `7.54%,15%`."""

    name = "shares"

    def convert(
        self, value: str | tuple[float, ...], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, ...]:
        if not isinstance(value, str):
            return value
        found = []
        for part in value.split(","):
            text = part.strip()
            try:
                share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
            except ValueError:
                self.fail(f"{text!r} is not a share; write 0.30 or 30%", param, ctx)
            if not 0 <= share <= 1:
                percent = text.endswith("%") or share < 0 or share > 100
                hint = "it lies between 0 and 1" if percent else f"write {text}% if that is meant"
                self.fail(f"{text} is not a share of people: {hint}", param, ctx)
            found.append(share)
        return tuple(found)


class Level(click.ParamType[Lockdown]):
    """Read a level of lockdown, as `20:school=0,work=0.5,random=0.4,home=1.2`."""

    name = "level"

    def convert(self, value: str | Lockdown, param: click.Parameter | None, ctx: click.Context | None) -> Lockdown:
        if isinstance(value, Lockdown):
            return value
        day, _, rest = value.partition(":")
        try:
            parts = dict(part.split("=", 1) for part in rest.split(",") if part)
            shares: dict[str, Any] = {name: float(text) for name, text in parts.items()}
            return Lockdown(int(day), **shares)
        except (ValueError, TypeError):
            self.fail(f"{value!r} is not DAY:school=SHARE,work=SHARE,random=SHARE,home=FACTOR", param, ctx)


class Dose(click.ParamType[VaccineDose]):
    """Read a part of a vaccine's roll-out, as `30:0.2` or `30:0.8:60` (from day 30, 80 % of those of 60 and over)."""

    name = "dose"

    def convert(
        self, value: str | VaccineDose, param: click.Parameter | None, ctx: click.Context | None
    ) -> VaccineDose:
        if isinstance(value, VaccineDose):
            return value
        try:
            day, share, *age = value.split(":")
            return VaccineDose(int(day), float(share), from_age=min(8, int(age[0]) // 10) if age else 0)
        except (ValueError, IndexError):
            self.fail(f"{value!r} is not DAY:SHARE or DAY:SHARE:AGE", param, ctx)


#: What every command of the simulator has that takes time and answers.
PROGRESS = click.option(
    "--progress",
    type=click.Choice(["bar", "lines", "none"]),
    default="bar",
    show_default=True,
    help="On standard error (off a terminal: sentences); `lines` for programs: DONE TOTAL.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


def common(function: Any) -> Any:
    """Add the options that `run` and `sensitivity` share."""
    options = [
        click.option("--place", help="A place with a census, as 'Hậu Giang'."),
        click.option("--people", type=int, help="A number of people instead of, or other than, the place's."),
        click.option(
            "--on", type=click.DateTime(["%Y-%m-%d"]), help="Date on which the place is meant. [default: 2020-08-13]"
        ),
        click.option("--days", type=int, default=150, show_default=True, help="How long."),
        click.option("--seeds", type=int, default=20, show_default=True, help="Runs of each, by chance different."),
        click.option(
            "--first-seed", type=click.IntRange(min=0), default=1, show_default=True, help="Number of the first run."
        ),
        click.option(
            "--strain", type=click.Choice(list(STRAINS)), default="2020", show_default=True, help="Of the virus."
        ),
        click.option("--r0", type=float, help="Reproduction number if nobody did anything. [default: the strain's]"),
        click.option(
            "--initial-infections", type=int, default=20, show_default=True, help="People infected at the start."
        ),
        click.option(
            "--lockdown", "lockdowns", type=Level(), multiple=True, help="DAY:school=0,work=0.5,random=0.4,home=1.2"
        ),
        click.option("--vaccine", "doses", type=Dose(), multiple=True, help="DAY:SHARE or DAY:SHARE:AGE"),
        click.option(
            "--set", "changes", metavar="NAME=VALUE", multiple=True, help="Any assumption; `assumptions` lists them."
        ),
        click.option("--workers", type=int, help="Processes. [default: all cores]"),
        click.option("--dask", metavar="ADDRESS", help="A Dask scheduler to work on, as tcp://host:8786."),
        click.option(
            "--out",
            type=click.Path(file_okay=False, path_type=Path),
            help="Folder for results; what it already holds is not run again.",
        ),
        click.option("--restart", is_flag=True, help="Forget what --out holds."),
        click.option(
            "--language",
            type=LanguageName(),
            default="en",
            show_default=True,
            help="Of sentences and figures.",
        ),
        PROGRESS,
        JSON,
    ]
    for option in reversed(options):
        function = option(function)
    return function
