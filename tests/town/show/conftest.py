"""A rehearsal's record without the rehearsal."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from bluezone.town.show.chronicle import Chronicle
from bluezone.town.show.pace import Pacer
from bluezone.town.world import make_world


class Hand:
    """The rehearsal's hand: sets the clock that phones would have."""

    def __init__(self, chronicle: Chronicle) -> None:
        self.chronicle = chronicle
        self.now_s = chronicle.epoch_s
        phone = SimpleNamespace(clock=lambda: self.now_s, close=lambda: None)
        chronicle.day_begins([phone])

    def hears(self, at_s: float, listener: int, sender: int, rssi_dbm: int) -> None:
        self.now_s = self.chronicle.epoch_s + at_s
        self.chronicle.heard(listener, sender, rssi_dbm)


@pytest.fixture
def chronicle() -> Chronicle:
    return Chronicle(make_world(4, 13), 1.0, Pacer(1e9, time.monotonic), patience=0.0)


@pytest.fixture
def hand(chronicle) -> Hand:
    return Hand(chronicle)
