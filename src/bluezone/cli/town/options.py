"""Define the options of every command that rehearses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from bluezone.cli.parameters import NumberRange
from bluezone.exposure.policies import POLICIES
from bluezone.town.run import MAX_HOURS
from bluezone.town.world import MAX_DAYS, MIN_PEOPLE, SCENE_NAMES, TOWN


def town_options(most_people: int, *, seed: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command `people`, `seed` (where it takes one), `hours` and `policy`."""
    one_seed = click.option(
        "--seed", type=click.IntRange(0), default=1, show_default=True, help="Another seed, another town and day."
    )
    options = (
        click.option(
            "--people", type=click.IntRange(MIN_PEOPLE, most_people), default=12, show_default=True, help="How many."
        ),
        *([one_seed] if seed else []),
        click.option(
            "--hours",
            type=NumberRange(0, MAX_HOURS, min_open=True),
            default=MAX_HOURS,
            show_default=True,
            help="How much of the (last) day to live through, from six in the morning.",
        ),
        click.option("--policy", type=click.Choice(sorted(POLICIES)), help="What the phones decide by."),
    )

    def give(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return give


def scene_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `scene` and `days`."""
    scene = click.option(
        "--scene",
        type=click.Choice(SCENE_NAMES),
        default=TOWN,
        show_default=True,
        help="Homes, market, office and bus of a small town; or strangers at a market, on a bus, or a school class.",
    )
    days = click.option(
        "--days",
        type=click.IntRange(1, MAX_DAYS),
        default=1,
        show_default=True,
        help="On each evening but the last somebody tests positive, and phones ask for keys by themselves.",
    )
    return scene(days(command))


#: gives a command `second_order`
second_order_option = click.option(
    "--second-order/--no-second-order",
    default=False,
    show_default=True,
    help="Whether contacts (F1) warn the people they met (F2), as a ministry may turn on.",
)
#: gives a command `notices`
notices_option = click.option(
    "--notices", is_flag=True, help="Also let phones live on until their owners are told, and say after how long."
)
