"""Declare the options of every command that rehearses."""

from __future__ import annotations

from typing import Annotated

from bluezone.cli.options import Opt
from bluezone.cli.parameters import NumberRange
from bluezone.exposure.policies import POLICIES
from bluezone.town.run import MAX_HOURS
from bluezone.town.world import MAX_DAYS, MAX_PEOPLE, MIN_PEOPLE, SCENE_NAMES

People = Annotated[int, Opt("How many.", limits=(MIN_PEOPLE, MAX_PEOPLE))]
Seed = Annotated[int, Opt("Another seed, another town and day.", limits=(0,))]
Hours = Annotated[
    float,
    Opt(
        "How much of the (last) day to live through, from six in the morning.",
        type=NumberRange(0, MAX_HOURS, min_open=True),
    ),
]
PolicyName = Annotated[str | None, Opt("What the phones decide by.", choices=sorted(POLICIES))]
Scene = Annotated[
    str,
    Opt(
        "Homes, market, office and bus of a small town; or strangers at a market, on a bus, or a school class.",
        choices=SCENE_NAMES,
    ),
]
Days = Annotated[
    int,
    Opt(
        "On each evening but the last somebody tests positive, and phones ask for keys by themselves.",
        limits=(1, MAX_DAYS),
    ),
]
Notices = Annotated[bool, Opt("Also let phones live on until their owners are told, and say after how long.")]
SecondOrder = Annotated[
    bool,
    Opt(
        "Whether contacts (F1) warn the people they met (F2), as a ministry may turn on.",
        "--second-order/--no-second-order",
        show_default=True,
    ),
]
