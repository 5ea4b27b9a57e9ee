"""Watching a rehearsal: what it tells whoever wants to see it, and where it can be made to wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bluezone.town.air import Advertiser, Air
from bluezone.town.controllers import TownController

if TYPE_CHECKING:
    from bluezone.phone.app.loop import Runner
    from bluezone.town.day import Fleet
    from bluezone.town.findings import Recordings
    from bluezone.town.server import TownAuthority

REPORT_EVERY_S = 600.0


class Watcher:
    """Every method is called in the rehearsal's own thread and may wait: the town's time stands still meanwhile. What
    it raises ends the rehearsal. It cannot change what happens: the same seed gives the same results, watched or not.

    These here do nothing. Persons are numbers, in the order of `world.people`; `town_s` counts from the day's start.
    """

    #: whether the phones are to reach the authority during the day (they then look for news as phones do); if not, it
    #: starts while they live through their day
    online = False

    def begins(self, fleet: Fleet, authority: TownAuthority) -> None:
        """Everything stands ready. Where `online`, the authority answers."""

    def day_begins(self, phones: Sequence[Runner]) -> None:
        """The phones are there, and are switched on one after the other. They are closed after `day_is_over`."""

    def heard(self, listener: int, sender: int, rssi_dbm: int) -> None:
        """A packet has reached a phone. Called by the hundred thousand."""

    def time_is(self, town_s: float) -> float:  # noqa: ARG002 (who does nothing needs nothing)
        """During the day; returns after how many seconds of the town to be told again."""
        return REPORT_EVERY_S

    def day_is_over(self, town_s: float) -> None:
        """The radios are off."""

    def recorded(self, found: Recordings) -> None:
        """What the phones wrote down of each other."""

    def confirmed(self, case: int) -> None:
        """An officer has opened the case of this person."""

    def published(self, case: int, keys: int) -> None:
        """That person's phone has published under the code."""

    def time_passes(self, until_s: float) -> None:
        """The story goes on at that time (Unix seconds): the next batch."""

    def exported(self, files: int) -> None:
        """No key is waiting any more; so many files are out."""

    def checked(self, number: int, warned: bool) -> None:
        """A phone has fetched, compared and decided."""


class OverheardController(TownController):
    """A controller that tells a watcher of each packet it receives."""

    def __init__(self, air: Air, station: int, tx_power_dbm: float, seed: int, watcher: Watcher) -> None:
        super().__init__(air, station, tx_power_dbm, seed)
        self._watcher = watcher

    def receive(self, advertiser: Advertiser, rssi_dbm: int) -> None:
        super().receive(advertiser, rssi_dbm)
        self._watcher.heard(self.station, advertiser.station, rssi_dbm)
