"""A rehearsal's record without the rehearsal."""

from __future__ import annotations

import os
import time
from importlib import resources
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bluezone.phone.web import language as phone_language
from bluezone.town.show import language
from bluezone.town.show.chronicle import Chronicle
from bluezone.town.show.pace import Pacer
from bluezone.town.world import make_world

EXPOSURE_LOCALE = Path(str(resources.files("bluezone.exposure"))) / "locale"


@pytest.fixture(scope="session", autouse=True)
def compiled_texts() -> None:
    """The catalogues as an installation compiles them."""
    for folder in (language.LOCALE, phone_language.LOCALE, EXPOSURE_LOCALE):
        for source in folder.glob("*/LC_MESSAGES/*.po"):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                continue
            partial = source.with_suffix(f".mo.{os.getpid()}")  # other workers do the same
            with source.open("rb") as po, partial.open("wb") as mo:
                write_mo(mo, read_po(po, locale="vi"))
            partial.replace(target)


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
