"""Phones that stand still, and ways to run the town's loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from bumble.transport.common import AsyncPipeSink

from bluezone.phone.air.radio.bumble_radio import BumbleRadio
from bluezone.town.air import Air
from bluezone.town.clock import JumpingLoop, clock_of
from bluezone.town.controllers import TownController
from bluezone.town.radio_model import RadioModel
from bluezone.town.run import start_of_day_s
from bluezone.town.server import TownAuthority


class StandingStill:
    """A scene of phones that do not move, on a line (x in m)."""

    def __init__(self, *places_m: float, walls_db: float = 0.0) -> None:
        self.places_m = list(places_m)
        self.walls_db = walls_db

    def in_earshot(self, station: int, at_s: float) -> Sequence[int]:
        return [other for other in range(len(self.places_m)) if other != station]

    def geometry(self, one, others, times_s):
        return np.abs(np.array(self.places_m)[others] - self.places_m[one]), np.full(len(times_s), self.walls_db)


class Studio:
    """An air with standing phones whose radios are the real engine's."""

    def __init__(self, *places_m: float, model: RadioModel | None = None, seed: int = 1, walls_db: float = 0.0) -> None:
        self.scene = StandingStill(*places_m, walls_db=walls_db)
        self.air = Air(self.scene, model or RadioModel(), seed)
        self.seed = seed

    async def radio(self, station: int, extended: bool = True, tx_power_dbm: float = 0.0) -> BumbleRadio:
        controller = TownController(self.air, station, tx_power_dbm, extended=extended)
        radio = BumbleRadio(
            controller, AsyncPipeSink(controller), clock_of(asyncio.get_running_loop(), 0.0), int(tx_power_dbm)
        )
        await radio.open()
        return radio


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """An authority that is set up, to be copied: setting up takes seconds."""
    with TownAuthority(tmp_path_factory.mktemp("prepared") / "authority", start_of_day_s()) as authority:
        return authority.prepare()


@pytest.fixture
def studio():
    return Studio


@pytest.fixture
def in_town():
    """Runs a coroutine to its end on a jumping loop."""

    def run(coroutine):
        with asyncio.Runner(loop_factory=JumpingLoop) as runner:
            return runner.run(coroutine)

    return run


@pytest.fixture
def processes_of():
    """Ids of the running processes whose environment names a folder: a rehearsal's authority has its own in it."""

    def find(folder: Path) -> list[str]:
        found = []
        for environment in Path("/proc").glob("[0-9]*/environ"):
            with suppress(OSError):  # gone, or another user's
                if os.fsencode(folder) in environment.read_bytes():
                    found.append(environment.parent.name)
        return found

    return find
