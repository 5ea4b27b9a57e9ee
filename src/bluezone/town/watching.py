"""Observe a rehearsal while it runs: the events it reports, each of which can make it wait."""

from __future__ import annotations

from collections.abc import Sequence

from bluezone.phone.app.loop import Runner
from bluezone.town.air import Air, Emission
from bluezone.town.controllers import TownController
from bluezone.town.findings import Recordings
from bluezone.town.fleet import Fleet
from bluezone.town.server import TownAuthority

REPORT_EVERY_S = 600.0


class Watcher:
    """Receive the events of a rehearsal. Every method is called in its own thread and may wait: the town's time stands
    still meanwhile. An exception ends the rehearsal. Nothing of it changes: a seed gives its results, watched or not.

    These here do nothing. Persons are numbers, in the order of `world.people`; `town_s` counts from the day's start.
    """

    #: whether the phones are to reach the authority during the day (they then look for news as phones do); if not, it
    #: starts while they live through their day
    online = False

    def begins(self, fleet: Fleet, authority: TownAuthority) -> None:
        """Report that everything stands ready. Where `online`, the authority answers."""

    def day_begins(self, phones: Sequence[Runner]) -> None:
        """Report the phones, which are switched on one after the other and closed after `day_is_over`."""

    def heard(self, listener: int, sender: int, rssi_dbm: int) -> None:
        """Report that a packet has reached a phone: in its moment where the phones' radios are on HCI, at the end of
        the scan where they are not. Called by the hundred thousand."""

    def time_is(self, town_s: float) -> float:  # noqa: ARG002 (who does nothing needs nothing)
        """Report the time of the day; return after how many seconds of the town to be called again."""
        return REPORT_EVERY_S

    def day_is_over(self, town_s: float) -> None:
        """Report that the radios are off."""

    def recorded(self, found: Recordings) -> None:
        """Report what the phones recorded of each other."""

    def confirmed(self, case: int) -> None:
        """Report that an officer has opened the case of this person."""

    def published(self, case: int, keys: int) -> None:
        """Report that the phone of the case has published under the code."""

    def time_passes(self, until_s: float) -> None:
        """Report that the clock goes on to that time (Unix seconds): the next batch."""

    def exported(self, files: int) -> None:
        """Report that no key is waiting any more, and how many files are out."""

    def checked(self, number: int, warned: bool) -> None:
        """Report that a phone has fetched, compared and decided."""

    def told(self, number: int, watches: bool) -> None:
        """Report that a phone has fetched the keys of contacts, and whether its owner was near one."""

    def traced(self, contacts: int) -> None:
        """Report that an officer has decided of who reported, and how many are F1 by that."""


class OverheardController(TownController):
    """Report each packet that a controller receives to a watcher."""

    def __init__(self, air: Air, station: int, tx_power_dbm: float, watcher: Watcher) -> None:
        super().__init__(air, station, tx_power_dbm)
        self._watcher = watcher

    def receive(self, emission: Emission, rssi_dbm: int) -> None:
        super().receive(emission, rssi_dbm)
        self._watcher.heard(self.station, emission.station, rssi_dbm)
